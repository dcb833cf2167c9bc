//! What an item may depend on, and all that a function reaches by that.
//!
//! | file | what it has |
//! | --- | --- |
//! | `edges` | one item's digest, and what it may depend on by what it names |
//! | `implicit` | what is reached without being named: impls, defaults, what an attribute or a macro ties to others |
//! | `whole_crate` | crates and files that count as a whole |
//! | `script` | what a build script says that it reads |
//! | `closure` | all that a function reaches |

pub(crate) mod closure;
pub(crate) mod edges;
pub(crate) mod implicit;
pub(crate) mod script;
pub(crate) mod whole_crate;
