//! Where the files named by `include!` and its kin are.

use std::path::{Path, PathBuf};

use crate::crates::krate::KrateData;
use crate::disk::files::clean;
use crate::syntax::const_str::ConstStr;

/// The file meant by an `include…!` in `source`, if that can be computed.
pub(crate) fn path(what: &ConstStr, data: &KrateData, source: &Path) -> Option<PathBuf> {
    let value = what.value(&|name| match name {
        "OUT_DIR" => data.out_dir.as_ref().map(|path| path.to_string_lossy().into_owned()),
        _ => data.variables.get(name).cloned(),
    })?;
    Some(clean(&source.parent().unwrap_or(Path::new("")).join(value)))
}

/// Whether it lies in the build script's output.
pub(crate) fn generated(what: &ConstStr) -> bool {
    let mut envs = Vec::new();
    what.envs(&mut envs);
    envs.iter().any(|name| name.text() == "OUT_DIR")
}
