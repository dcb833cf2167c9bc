//! Names to what they may mean, conservatively.
//!
//! Scopes are asked in the language's order: blocks, the module, its globs, crates by name, the standard
//! prelude. The first scope with a sure hit ends the search; a hit under a predicate, or one that a macro
//! may or may not make, is taken along and the search goes on.
//!
//! | file | what it looks up |
//! | --- | --- |
//! | `path` | a path, segment by segment |
//! | `lexical` | a single name: as seen from a scope, and as it is bound in one |
//! | `globs` | what comes by glob imports |
//! | `calls` | macro calls that may make a name |
//! | `macros` | a macro's name, in textual scope |
//! | `traits` | traits whose methods can be called without naming them |

mod answers;
mod calls;
mod found;
mod globs;
mod lexical;
mod macros;
mod path;
mod resolver;
mod traits;

pub(crate) use found::{Found, Target};
pub(crate) use resolver::Resolver;
