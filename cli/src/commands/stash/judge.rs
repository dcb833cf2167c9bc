//! Which nuts are of functions that are gone, or of code that is not current: judged by programs that have functions.
//!
//! A stash may be shared by programs that know nothing of each other, so a judgement is about what a program can
//! know. A function is gone if a program has others of its crate and not this one, and no source of the workspace has
//! a function of that name. Of a crate that no program has anything of, and without the sources, nothing is said, and
//! nothing is removed.

use std::collections::{BTreeMap, BTreeSet};
#[cfg(feature = "installed")]
use std::ffi::OsString;

use scrat_engine::{Digest, NutInfo, functions, pipelines};
use serde_json::{Value, json};

use crate::complaint::Complaint;
#[cfg(feature = "installed")]
use crate::launch;

/// What programs know of functions.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// The programs that were asked.
    pub programs: Vec<String>,
    /// The same, each with the profile that it was built with, if that was chosen here.
    pub judges: Vec<String>,
    /// What the functions' code is now; several programs may be built with different features.
    identities: BTreeMap<String, BTreeSet<String>>,
    crates: BTreeSet<String>,
    /// Names of functions in the sources around, if they are there.
    in_sources: Option<BTreeSet<String>>,
}

/// What is to be said of a nut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// Its function has the code that made it.
    Current,
    /// Its function has other code now.
    OtherCode,
    /// Its function is gone.
    Gone,
    /// No program that was asked can tell.
    Unknown,
}

impl Verdict {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::OtherCode => "other code",
            Self::Gone => "function gone",
            Self::Unknown => "not known",
        }
    }

    /// Whether no call that the programs make as they are now can find the nut.
    pub(crate) fn is_stale(self) -> bool {
        matches!(self, Self::OtherCode | Self::Gone)
    }
}

impl Known {
    /// What this program knows or, if it has no functions, what those of the workspace do.
    pub(crate) fn ask(dev: bool) -> Result<Self, Complaint> {
        let mut known = Self::default();
        if functions().is_empty() && pipelines().is_empty() {
            known.ask_others(dev)?;
        } else {
            let name = std::env::current_exe().ok();
            let name = name.as_ref().and_then(|path| path.file_name());
            let name = name.map_or_else(|| "this program".into(), |name| name.to_string_lossy().into_owned());
            known.judges.push(name.clone());
            known.add(&name, own().iter().map(String::as_str));
        }
        #[cfg(feature = "installed")]
        {
            known.in_sources = launch::function_names();
        }
        Ok(known)
    }

    #[cfg(feature = "installed")]
    fn ask_others(&mut self, dev: bool) -> Result<(), Complaint> {
        let programs = launch::programs()?;
        if programs.is_empty() {
            return Err(nobody());
        }
        for program in programs {
            // Code is another one in another profile, and what was made with either is current.
            let mut profiles = launch::profiles(&program);
            if dev || profiles.is_empty() {
                profiles.insert(launch::profile(dev).to_owned());
            }
            for profile in profiles {
                let told = launch::ask(&program, &profile, &["stash", "known"].map(OsString::from))?;
                self.judges.push(format!("{} ({profile})", program.target));
                self.add(&program.target, told.lines());
            }
        }
        Ok(())
    }

    #[cfg(not(feature = "installed"))]
    fn ask_others(&mut self, _dev: bool) -> Result<(), Complaint> {
        Err(nobody())
    }

    fn add<'l>(&mut self, program: &str, told: impl Iterator<Item = &'l str>) {
        if self.programs.last().is_none_or(|last| last != program) {
            self.programs.push(program.to_owned());
        }
        for line in told.filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
            let text = |name: &str| line[name].as_str().map(str::to_owned);
            self.crates.extend(text("crate"));
            if let (Some(function), Some(identity)) = (text("function"), text("identity")) {
                self.identities.entry(function).or_default().insert(identity);
            }
        }
    }

    pub(crate) fn verdict(&self, nut: &NutInfo) -> Verdict {
        self.judge(&nut.function, nut.identity)
    }

    fn judge(&self, function: &str, identity: Digest) -> Verdict {
        if let Some(now) = self.identities.get(function) {
            return if now.contains(&identity.to_string()) { Verdict::Current } else { Verdict::OtherCode };
        }
        let name = function.rsplit("::").next().unwrap_or(function);
        let is_judged = function.split_once("::").is_some_and(|(of, _)| self.crates.contains(of));
        let is_gone = self.in_sources.as_ref().is_some_and(|names| !names.contains(name));
        if is_judged && is_gone { Verdict::Gone } else { Verdict::Unknown }
    }
}

fn nobody() -> Complaint {
    Complaint::usage("no program here has pipelines, so none can say which functions there are")
        .hint("go to the project's folder, or ask the program itself: `./program stash prune`")
}

/// What this program says when it is asked: lines of JSON.
pub(crate) fn own() -> Vec<String> {
    let crate_of = |name: &str| name.split_once("::").map(|(of, _)| of.to_owned());
    let functions = functions();
    let functions = functions.into_iter().flat_map(|function| {
        let line = move |identity: Digest| {
            json!({"function": function.name(), "identity": identity.to_string(), "crate": crate_of(function.name())})
        };
        function.identities().into_iter().map(line)
    });
    let pipelines = pipelines();
    let crates = pipelines.iter().map(|pipeline| json!({"crate": pipeline.crate_name.replace('-', "_")}));
    functions.chain(crates).map(|line| line.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nut_is_judged_by_programs_that_have_something_of_its_crate() {
        let mut known = Known::default();
        let (now, then) = (Digest::of(&[1]), Digest::of(&[2]));
        let line = json!({"function": "demo::clean", "identity": now.to_string(), "crate": "demo"}).to_string();
        known.add("demo", [line.as_str()].into_iter());
        assert_eq!(known.judge("demo::removed", now), Verdict::Unknown, "the sources may still have it");
        known.in_sources = Some(BTreeSet::from(["behind_a_feature".to_owned()]));
        assert_eq!(known.judge("demo::clean", now), Verdict::Current);
        assert_eq!(known.judge("demo::clean", then), Verdict::OtherCode);
        assert_eq!(known.judge("demo::removed", now), Verdict::Gone);
        assert_eq!(known.judge("demo::slow::behind_a_feature", now), Verdict::Unknown);
        assert_eq!(known.judge("other::clean", now), Verdict::Unknown);
        assert_eq!(known.judge("named by hand", now), Verdict::Unknown);
        assert_eq!([Verdict::Current, Verdict::Unknown].map(Verdict::is_stale), [false; 2]);
    }

    #[test]
    fn code_of_another_program_with_other_features_is_current_too() {
        let mut known = Known::default();
        for (program, identity) in [("small", 1), ("large", 2)] {
            let identity = Digest::of(&[identity]).to_string();
            let line = json!({"function": "lib::f", "identity": identity, "crate": "lib"}).to_string();
            known.add(program, [line.as_str()].into_iter());
        }
        for identity in [1, 2] {
            assert_eq!(known.judge("lib::f", Digest::of(&[identity])), Verdict::Current);
        }
        assert_eq!(known.judge("lib::f", Digest::of(&[3])), Verdict::OtherCode);
    }
}
