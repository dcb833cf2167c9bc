//! The project's `scrat.toml`, as far as it decides about fingerprints.
//!
//! Only the nearest one above the crate counts, and no variable or file of the user's does: whoever builds the
//! same sources gets the same fingerprints.

use std::path::{Path, PathBuf};

use toml::Table;

use crate::Strictness;

use super::spec::SpecError;

/// What it says, and where it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) strictness: Strictness,
    pub(crate) file: Option<PathBuf>,
}

impl Settings {
    /// Reads the nearest file upwards from a crate's folder.
    pub(crate) fn read(folder: &Path) -> Result<Self, SpecError> {
        let Some(file) = folder.ancestors().map(|folder| folder.join("scrat.toml")).find(|file| file.is_file()) else {
            return Ok(Self::default());
        };
        let wrong = |message: String| SpecError::Settings { path: file.clone(), message };
        let text = std::fs::read_to_string(&file).map_err(|error| wrong(error.to_string()))?;
        let mut table: Table = text.parse().map_err(|error: toml::de::Error| wrong(error.message().to_owned()))?;
        let strictness = match table.remove("fingerprint") {
            None => Strictness::default(),
            Some(table) => table.try_into().map_err(|error: toml::de::Error| wrong(error.message().to_owned()))?,
        };
        Ok(Self { strictness, file: Some(file) })
    }
}
