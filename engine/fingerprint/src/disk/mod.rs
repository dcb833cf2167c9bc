//! Files as such, and the variables of the process. No query asks any of them but through the inputs of `db`.

pub(crate) mod environment;
pub(crate) mod files;
pub(crate) mod stamp;
