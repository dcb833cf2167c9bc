//! Which stashed functions a save touches, known before cargo has built anything: the sources are analysed by the
//! library that the macro uses, with one database a crate that lives as long as the watch.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use scrat_fingerprint::{Analyzer, CrateSpec, Hash, TOOLCHAIN};

/// The stashed functions of a program's crates, as they were last looked at.
#[derive(Default)]
pub(super) struct Touched {
    crates: BTreeMap<PathBuf, Analyzer>,
    fingerprints: BTreeMap<String, Hash>,
}

impl Touched {
    /// Looks at the crates in these folders; the functions that changed or were added since the last look, by name.
    /// What can't be analysed is left to the compiler, which will say what is wrong with it.
    pub(super) fn look<'a>(&mut self, folders: impl IntoIterator<Item = &'a PathBuf>) -> Vec<String> {
        for spec in folders.into_iter().filter_map(|folder| CrateSpec::of_package(folder, TOOLCHAIN).ok()).flatten() {
            let root = spec.root.clone();
            if !self.crates.contains_key(&root)
                && let Ok(analyzer) = Analyzer::new(spec)
            {
                self.crates.insert(root, analyzer);
            }
        }
        self.crates.retain(|root, _| Path::is_file(root));
        let mut now = BTreeMap::new();
        for analyzer in self.crates.values_mut() {
            analyzer.refresh();
            for function in analyzer.functions() {
                if let Some(fingerprint) = analyzer.fingerprint(&function.name) {
                    now.insert(function.name, fingerprint);
                }
            }
        }
        let before = std::mem::replace(&mut self.fingerprints, now);
        let changed = |(name, hash): &(&String, &Hash)| before.get(*name) != Some(*hash);
        self.fingerprints.iter().filter(changed).map(|(name, _)| name.clone()).collect()
    }

    /// What a save touches, in a few words. None if there are no stashed functions to speak of.
    pub(super) fn said(&self, touched: &[String]) -> Option<String> {
        const FEW: usize = 3;
        if self.fingerprints.is_empty() {
            return None;
        }
        let short = |name: &String| name.rsplit("::").next().unwrap_or(name).to_owned();
        let mut names: Vec<String> = touched.iter().take(FEW).map(short).collect();
        if touched.len() > FEW {
            names.push(format!("{} more", touched.len() - FEW));
        }
        Some(match names.split_last() {
            None => "touches no stashed function".to_owned(),
            Some((only, [])) => format!("touches {only}"),
            Some((last, first)) => format!("touches {} and {last}", first.join(", ")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "fn helper() -> u32 { 1 }\n#[scrat::stash]\nfn one() -> u32 { helper() }\n#[scrat::stash]\nfn two() -> u32 { 2 }\n";

    #[test]
    fn a_save_touches_the_functions_that_reach_what_changed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("src/main.rs");
        std::fs::create_dir(folder.path().join("src")).unwrap();
        std::fs::write(&root, SOURCE).unwrap();
        let folders = [folder.path().to_owned()];
        let mut touched = Touched::default();
        assert_eq!(touched.look(&folders), ["case::one", "case::two"]);
        assert_eq!(touched.look(&folders), [""; 0]);

        std::fs::write(&root, format!("// a comment\n{SOURCE}")).unwrap();
        let found = touched.look(&folders);
        assert_eq!(touched.said(&found).unwrap(), "touches no stashed function");

        std::fs::write(&root, SOURCE.replace("{ 1 }", "{ 3 }")).unwrap();
        let found = touched.look(&folders);
        assert_eq!(touched.said(&found).unwrap(), "touches one");
    }

    #[test]
    fn a_package_that_is_only_called_scrat_is_code_like_any_other() {
        const MANIFEST: &str =
            "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n";
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        let ours = env!("CARGO_MANIFEST_DIR");
        for folder in ["src", "scrat/src"] {
            std::fs::create_dir_all(at(folder)).unwrap();
        }
        let dependencies =
            format!("scrat = {{ path = \"scrat\" }}\nmemo = {{ package = \"scrat\", path = {ours:?} }}\n");
        std::fs::write(at("Cargo.toml"), format!("{MANIFEST}{dependencies}")).unwrap();
        std::fs::write(at("scrat/Cargo.toml"), MANIFEST.replace("demo", "scrat")).unwrap();
        std::fs::write(at("scrat/src/lib.rs"), "pub fn helper() -> u32 { 1 }\n").unwrap();
        let source = SOURCE.replace("#[scrat", "#[memo").replace("{ helper() }", "{ scrat::helper() }");
        std::fs::write(at("src/lib.rs"), source).unwrap();
        let folders = [folder.path().to_owned()];
        let mut touched = Touched::default();
        assert_eq!(touched.look(&folders), ["demo::one", "demo::two"]);

        std::fs::write(at("scrat/src/lib.rs"), "pub fn helper() -> u32 { 20 }\n").unwrap();
        assert_eq!(touched.look(&folders), ["demo::one"]);
    }

    #[test]
    fn many_functions_are_few_words() {
        let touched = Touched { fingerprints: BTreeMap::from([("a".to_owned(), [0; 32])]), ..Touched::default() };
        let names = ["m::a", "m::b", "c", "d", "e"].map(str::to_owned);
        assert_eq!(touched.said(&names[..2]).unwrap(), "touches a and b");
        assert_eq!(touched.said(&names).unwrap(), "touches a, b, c and 2 more");
    }
}
