//! The project's `scrat.toml`, as far as it decides about fingerprints.
//!
//! Only the nearest one above the crate counts, and no variable or file of the user's: the same sources have the same
//! fingerprints on every machine.

use std::path::{Path, PathBuf};

use crate::code::Strictness;
use crate::mistake::line_and_key;

use super::spec::SpecError;

/// What it says, and where it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) strictness: Strictness,
    pub(crate) file: Option<PathBuf>,
}

/// What the project above a crate's folder says about how strictly packages and the compiler count.
///
/// # Errors
/// If the project's `scrat.toml` is not right.
pub fn strictness_of(folder: &Path) -> Result<Strictness, SpecError> {
    Settings::read(folder).map(|settings| settings.strictness)
}

impl Settings {
    /// Reads the nearest file upwards from a crate's folder.
    pub(crate) fn read(folder: &Path) -> Result<Self, SpecError> {
        let Some(file) = folder.ancestors().map(|folder| folder.join("scrat.toml")).find(|file| file.is_file()) else {
            return Ok(Self::default());
        };
        let wrong = |message: String| SpecError::Settings { path: file.clone(), message };
        let text = std::fs::read_to_string(&file).map_err(|error| wrong(error.to_string()))?;
        let mistake = |error: toml::de::Error| {
            let (line, key) = line_and_key(&text, error.span().map_or(0, |span| span.start));
            let key = key.map(|key| format!("`{key}`: ")).unwrap_or_default();
            wrong(format!("line {line}: {key}{}", error.message()))
        };
        /// What of the file counts here; the rest is read by the command.
        #[derive(serde::Deserialize)]
        struct Section {
            #[serde(default)]
            fingerprint: Strictness,
        }
        let strictness = toml::from_str::<Section>(&text).map_err(mistake)?.fingerprint;
        Ok(Self { strictness, file: Some(file) })
    }
}
