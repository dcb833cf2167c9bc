//! Files as such, and what the process is told by its surroundings: whatever is read, it is read by these or by
//! `crates`.

pub(crate) mod environment;
pub(crate) mod files;
pub(crate) mod stamp;
