//! Where two values first differ.

pub(super) mod differ;
pub(super) mod entries;
mod locate;
