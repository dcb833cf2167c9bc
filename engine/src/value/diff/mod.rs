//! Where two values first differ.

pub(super) mod differ;
mod locate;
