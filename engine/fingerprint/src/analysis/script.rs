//! Build scripts: what they declare to read, as far as their text says it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::db::{Db, Krate};
use super::lex::{Kind, Tokens};
use super::view::View;

/// What a build script's text says about itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Script {
    /// Files and folders that it declares to read.
    pub(crate) inputs: Vec<PathBuf>,
    /// Whether it declares something that is not written out, or nothing at all, so that any file of the
    /// package may matter.
    pub(crate) anything: bool,
    /// Variables of the environment that it declares to read.
    pub(crate) envs: Vec<String>,
    /// Variables that it sets for the crate.
    pub(crate) sets: Vec<String>,
    /// Whether it sets variables of which the names are not written out.
    pub(crate) sets_any: bool,
}

/// The build script of a crate; one that says nothing if there is none.
#[salsa::tracked]
pub(crate) fn script(db: &dyn Db, krate: Krate) -> Arc<Script> {
    let data = krate.data(db);
    let Some(path) = &data.build_script else { return Arc::default() };
    Arc::new(Script::read(db.source(path).text(db).as_deref().unwrap_or(""), &data.folder))
}

impl Script {
    fn read(text: &str, folder: &Path) -> Self {
        let mut script = Self::default();
        let Ok(tokens) = Tokens::read(text) else {
            return Self { anything: true, sets_any: true, ..script };
        };
        let view = View { text, tokens: &tokens };
        let mut declares = false;
        for at in 0..tokens.list.len() {
            if view.kind(at) != Some(Kind::Str) {
                continue;
            }
            let text = view.string(at).unwrap_or_default();
            for line in text.lines() {
                let Some(line) = line.strip_prefix("cargo::").or_else(|| line.strip_prefix("cargo:")) else { continue };
                let open = |value: &str| value.is_empty() || value.contains('{');
                if let Some(path) = line.strip_prefix("rerun-if-changed=") {
                    declares = true;
                    if open(path) {
                        script.anything = true;
                    } else {
                        script.inputs.push(super::files::clean(&folder.join(path)));
                    }
                } else if let Some(name) = line.strip_prefix("rerun-if-env-changed=") {
                    declares = true;
                    if !open(name) {
                        script.envs.push(name.to_owned());
                    }
                } else if let Some(set) = line.strip_prefix("rustc-env=") {
                    match set.split_once('=') {
                        Some((name, _)) if !open(name) => script.sets.push(name.to_owned()),
                        _ => script.sets_any = true,
                    }
                }
            }
        }
        script.anything |= !declares;
        script.inputs.sort();
        script.inputs.dedup();
        script
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_declares_nothing_may_read_anything() {
        let script = Script::read("fn main() {}", Path::new("/p"));
        assert!(script.anything);
        let text =
            r#"fn main() { println!("cargo::rerun-if-changed=a.txt"); println!("cargo:rustc-env=MODE={}", 1); }"#;
        let script = Script::read(text, Path::new("/p"));
        assert_eq!(
            (script.anything, script.inputs, script.sets),
            (false, vec![PathBuf::from("/p/a.txt")], vec!["MODE".to_owned()])
        );
    }
}
