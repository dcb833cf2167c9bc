//! What is promised about a result that has just been stored.

use serde::Deserialize;

/// What a stored result survives.
///
/// # Examples
///
/// ```
/// use scrat::{Config, Durability};
///
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// std::fs::write(folder.join("scrat.toml"), "durability = \"power\"")?;
/// assert_eq!(Config::load(folder)?.durability, Durability::Power);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Durability {
    /// The end of the process, however it ends. A power cut may take the results of the last seconds, nearly all of
    /// the large ones among them; they are computed again.
    #[default]
    Process,
    /// A power cut as well: files, folders and index are on the disk before a result counts as stored. Storing takes
    /// some milliseconds longer.
    Power,
}

impl Durability {
    /// Every setting, by its name.
    pub(crate) const NAMES: [(&'static str, Self); 2] = [("process", Self::Process), ("power", Self::Power)];

    /// SQLite's word for it. With `NORMAL`, its log reaches the disk when it is carried over.
    pub(super) fn synchronous(self) -> &'static str {
        match self {
            Self::Process => "NORMAL",
            Self::Power => "FULL",
        }
    }
}
