//! What each step of a pipeline was when it was last there: labels and deep keys, one record a pipeline.
//!
//! A deep key leads to a nut, and so to what the step was computed from. Reasons compare with that, and not with
//! whatever was stored last. The record is written only if it is another one, so a run in which nothing happened
//! leaves nothing.

use rusqlite::OptionalExtension;
use serde::{Deserialize, Serialize};

use super::{Neighbour, Stash, StashError, seal};
use crate::digest::Digest;
use crate::value::{decode_unverified, encode};

/// A step as it was in the last run that came to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Latest {
    /// Of the label: labels may be long, and there may be many.
    pub label: u64,
    /// Of the function's name.
    pub function: u64,
    deep: Digest,
}

impl Latest {
    pub(crate) fn new(label: &str, function: &str, deep: Digest) -> Self {
        Self { label: short_digest(label), function: short_digest(function), deep }
    }

    pub(crate) fn deep(&self) -> Digest {
        self.deep
    }
}

/// What a label or a name is known by in a record.
pub(crate) fn short_digest(text: &str) -> u64 {
    let digest = Digest::of(text.as_bytes());
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest.0[..8]);
    u64::from_le_bytes(bytes)
}

impl Stash {
    /// The record of a pipeline, by label; empty if it has none.
    pub(crate) fn latest(&self, pipeline: &str) -> Result<Vec<Latest>, StashError> {
        let bytes: Option<Vec<u8>> = self.read("look up the latest steps", |index| {
            index
                .prepare_cached("SELECT steps FROM latest WHERE pipeline = ?1")?
                .query_row([pipeline], |row| row.get(0))
                .optional()
        })?;
        // Another version of scrat may have written it in a form of its own.
        Ok(bytes.and_then(|bytes| decode_unverified(&bytes).ok()).unwrap_or_default())
    }

    /// Sets the record of a pipeline, unless it is so already.
    pub(crate) fn set_latest(&self, pipeline: &str, mut steps: Vec<Latest>) -> Result<(), StashError> {
        steps.sort_unstable();
        steps.dedup_by_key(|step| step.label);
        let Ok(bytes) = encode(&steps) else { return Ok(()) };
        let is_so = self.read("look up the latest steps", |index| {
            index
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM latest WHERE pipeline = ?1 AND steps = ?2)")?
                .query_row((pipeline, &bytes), |row| row.get::<_, bool>(0))
        })?;
        if is_so {
            return Ok(());
        }
        self.write("note the latest steps", |index| {
            index
                .prepare_cached("INSERT OR REPLACE INTO latest(pipeline, steps) VALUES (?1, ?2)")?
                .execute((pipeline, &bytes))
                .map(drop)
        })
    }

    /// The nut that a deep key leads to, to compare with.
    pub(crate) fn neighbour(&self, deep: &Digest) -> Result<Option<Neighbour>, StashError> {
        self.read("follow a route", |index| {
            index
                .prepare_cached(&format!(
                    "SELECT {}, r.key, r.seal, c.version FROM routes r CROSS JOIN {} WHERE r.deep = ?1 AND n.key = r.key",
                    seal::COLUMNS,
                    seal::TABLES
                ))?
                .query_row([deep.as_bytes()], |row| {
                    Ok(seal::followed(row, deep).and_then(|nut| Neighbour::of(row, nut, seal::WIDTH + 2)))
                })
                .optional()
                .map(Option::flatten)
        })
    }
}
