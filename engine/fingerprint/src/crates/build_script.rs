//! Build scripts: what they declare to read, as far as their text says it.

use std::path::{Path, PathBuf};

use crate::disk::files::clean;
use crate::syntax::lex;
use crate::syntax::tokens::View;

use super::krate::KrateData;

/// What a build script's text says about itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Script {
    /// Files and folders that it declares to read: the package, or the workspace, if that is not written out, or if it
    /// declares nothing at all.
    pub(crate) inputs: Vec<PathBuf>,
    /// Variables of the environment that it declares to read.
    pub(crate) envs: Vec<String>,
    /// Whether it may read what the build scripts of its package's dependencies say.
    pub(crate) metadata: bool,
    /// Variables that it sets for the crate.
    pub(crate) sets: Vec<String>,
    /// Whether it sets variables whose names are not written out.
    pub(crate) sets_any: bool,
    declares: bool,
    /// Whether it declares files, or variables, that are not written out.
    anything: bool,
    any_env: bool,
    /// Texts that may be names of variables.
    named: Vec<String>,
    /// Whether it may look outside of its package.
    outside: bool,
}

impl Script {
    /// Reads one of its files.
    pub(crate) fn read(&mut self, text: &str, folder: &Path) {
        let Ok(tokens) = lex::read(text) else {
            self.anything = true;
            self.sets_any = true;
            self.any_env = true;
            return;
        };
        let view = View { text, tokens: &tokens };
        for text in (0..tokens.list.len()).filter_map(|at| view.string(at)) {
            self.outside |= text.contains("..");
            self.metadata |= text.contains("DEP");
            if is_variable(&text) {
                self.named.push(text.clone());
            }
            for line in text.lines() {
                let Some(line) = line.strip_prefix("cargo::").or_else(|| line.strip_prefix("cargo:")) else { continue };
                self.line(line, folder);
            }
        }
    }

    /// What one line says to cargo, as far as it is written out.
    fn line(&mut self, line: &str, folder: &Path) {
        let open = |value: &str| value.is_empty() || value.contains('{');
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        match key {
            "rerun-if-changed" => {
                self.declares = true;
                if open(value) {
                    self.anything = true;
                } else {
                    self.inputs.push(clean(&folder.join(value)));
                }
            }
            "rerun-if-env-changed" => {
                self.declares = true;
                if open(value) {
                    self.any_env = true;
                } else {
                    self.envs.push(value.to_owned());
                }
            }
            "rustc-env" => match value.split_once('=') {
                Some((name, _)) if !open(name) => self.sets.push(name.to_owned()),
                _ => self.sets_any = true,
            },
            key if open(key) => {
                self.anything = true;
                self.sets_any = true;
                self.any_env = true;
            }
            _ => {}
        }
    }

    /// What it comes to when all files are read.
    pub(crate) fn settled(mut self, data: &KrateData) -> Self {
        self.anything |= !self.declares;
        if self.any_env {
            self.envs.append(&mut self.named);
        }
        self.named.clear();
        if self.anything {
            // Everything in the folders that it may look into.
            self.inputs.push(if self.outside { data.workspace.clone() } else { data.folder.clone() });
        }
        for list in [&mut self.envs, &mut self.sets] {
            list.sort();
            list.dedup();
        }
        self.inputs.sort();
        self.inputs.dedup();
        self
    }
}

/// Whether a text may be the name of a variable that people set on purpose: cargo's own say nothing that is not
/// known.
fn is_variable(text: &str) -> bool {
    let shape = text.starts_with(|char: char| char.is_ascii_uppercase() || char == '_')
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let cargos = ["CARGO", "DEP_", "RUSTC", "RUSTDOC"].iter().any(|start| text.starts_with(start))
        || matches!(
            text,
            "OUT_DIR" | "TARGET" | "HOST" | "NUM_JOBS" | "OPT_LEVEL" | "PROFILE" | "DEBUG" | "PATH" | "LD_LIBRARY_PATH"
        );
    shape && !cargos
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Script {
        let mut script = Script::default();
        script.read(text, Path::new("/p"));
        script
    }

    #[test]
    fn a_script_that_declares_nothing_may_read_anything() {
        assert!(!read("fn main() {}").declares);
        let script =
            read(r#"fn main() { println!("cargo::rerun-if-changed=a.txt"); println!("cargo:rustc-env=MODE={}", 1); }"#);
        assert_eq!(
            (script.declares, script.anything, script.inputs, script.sets),
            (true, false, vec![PathBuf::from("/p/a.txt")], vec!["MODE".to_owned()])
        );
    }

    #[test]
    fn what_is_declared_by_a_name_that_is_computed_may_be_any() {
        let script = read(r#"fn main() { for name in ["RATE"] { println!("cargo:rerun-if-env-changed={name}"); } }"#);
        assert_eq!((script.any_env, script.named), (true, vec!["RATE".to_owned()]));
        let script = read(r#"fn main() { println!("cargo:{}={}", key(), value()); }"#);
        assert!(script.anything && script.any_env && script.sets_any);
    }
}
