//! Why a step is not fresh: a result that is not there is compared with one that is.

pub(crate) mod argument_diff;
pub(crate) mod explain;
pub(crate) mod show;
