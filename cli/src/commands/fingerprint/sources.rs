//! Fingerprints of a package as the analyser of sources makes them, for programs that are built without scrat's help.
//!
//! What rustc alone knows, which cfg predicates hold, is asked of cargo; nothing of the package is built for it, unless it
//! has a build script.

use std::collections::BTreeMap;
use std::path::Path;

use scrat_engine::Digest;
use scrat_fingerprint::{Analyzer, CrateSpec, TOOLCHAIN, answers, fingerprint};

use super::Told;
use crate::args;
use crate::complaint::Complaint;
use crate::launch::{CargoFlags, Conditions};

pub(super) fn functions(
    folder: &Path,
    args: &args::Fingerprint,
    flags: &CargoFlags,
    quiet: bool,
) -> Result<Vec<Told>, Complaint> {
    let specs = CrateSpec::of_package(folder, TOOLCHAIN)
        .map_err(|error| Complaint::usage(error.to_string()).hint("name the folder of a crate"))?;
    let told = Conditions::by_cargo(folder, flags, flags.profile(args.dev), quiet)?;
    let mut found = Vec::new();
    for mut spec in specs {
        spec.out_dir = told.out_dir.clone().or(spec.out_dir);
        spec = spec.with_features(&told.predicates);
        let analyzer = Analyzer::new(spec).map_err(|error| Complaint::usage(error.to_string()))?;
        // What cargo sets goes over what the user's shell does.
        let mut variables: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        variables.extend(analyzer.variables());
        variables.extend(told.variables.clone());
        for function in analyzer.functions() {
            let exists = function.cfg.iter().all(|predicate| holds(predicate, &told.predicates));
            let Some(analysis) = analyzer.code(&function.name).filter(|_| exists) else { continue };
            let answers = answers(&analysis.code, &told.predicates, &variables);
            let parts = analysis.code.parts(&answers);
            found.push(Told {
                name: function.name,
                kind: "source",
                fingerprint: Digest(fingerprint(&parts)),
                file: function.file,
                line: function.line,
                parts,
                calls: analysis.code.calls,
                notes: analysis.code.notes,
            });
        }
    }
    Ok(found)
}

/// Whether a predicate is true of the target.
fn holds(predicate: &str, told: &[String]) -> bool {
    let asked = scrat_fingerprint::Code { cfgs: vec![predicate.to_owned()], ..Default::default() };
    answers(&asked, told, &BTreeMap::new()).cfgs == [true]
}
