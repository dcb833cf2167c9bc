//! What cargo is told, and what it answers.

pub(crate) mod conditions;
pub(crate) mod flags;
pub(crate) mod metadata;
pub(crate) mod plain;
pub(crate) mod progress;
pub(crate) mod wrapping;
