//! What is read at build time: variables and files.

use std::path::Path;

use crate::code::PartKind;
use crate::facts::Include;
use crate::names::include;
use crate::reach::whole_crate;
use crate::syntax::name::Name;

use super::EdgeWalk;

impl<'db> EdgeWalk<'db> {
    pub(super) fn envs(&mut self, names: &[Name]) {
        for name in names {
            match name.text() {
                "OUT_DIR" => self.out.script = true,
                _ => self.out.envs.push(*name),
            }
        }
    }

    /// Whether a file or folder is there, as an input: one that appears later is noticed.
    pub(super) fn is_there(&self, path: &Path) -> bool {
        self.db.asset(path).hash(self.db).is_some()
    }

    pub(super) fn includes(&mut self, includes: &[Include]) {
        for include in includes {
            let mut envs = Vec::new();
            include.what.envs(&mut envs);
            let source = self.node.data().source.path(self.db);
            match include::path(&include.what, &self.map.data, source) {
                // In a macro's definition it is looked for where the macro is called.
                Some(path) if self.node.data().kind == PartKind::Macro && !self.is_there(&path) => {}
                Some(path) => {
                    if include.code {
                        let source = self.db.source(&path);
                        for reference in whole_crate::loose(self.db, source).iter() {
                            self.reference(reference);
                        }
                    }
                    self.out.files.push(path);
                }
                None if include::generated(&include.what) => {
                    self.out.script = true;
                    if include.code {
                        // What the script writes is not at hand, and may name anything.
                        self.out.whole.push(self.map.krate);
                    }
                }
                None if self.node.data().kind == PartKind::Macro => {}
                None => {
                    let key = self.node.data().key;
                    self.out.notes.push(format!(
                        "`{key}` includes a file whose name cannot be computed: all files of the package count"
                    ));
                    self.out.files.push(self.map.data.folder.clone());
                }
            }
        }
    }
}
