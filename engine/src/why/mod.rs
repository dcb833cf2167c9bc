//! Explaining why a step is not fresh, and showing values. Whether it is fresh is decided in `plan`.

pub(crate) mod argument_diff;
pub(crate) mod explain;
pub(crate) mod show;
