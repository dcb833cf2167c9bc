//! What a running program needs to know of the code behind its functions: [`Code`] as the macro compiled it in, and how
//! it becomes a fingerprint. Nothing here reads sources.
//!
//! | file | what it has |
//! | --- | --- |
//! | `part` | one thing that a result depends on; the digest of many |
//! | `compiled` | the parts of one function, and the answers that only rustc has |
//! | `difference` | what changed between two lists of parts |
//! | `strictness` | how versions of packages and of the compiler count |
//! | `forgotten` | fields that serde leaves out |
//! | `table` | the fingerprints that stand at the end of a program |
//! | `wire` | bytes that all of these are kept as |

mod compiled;
mod difference;
mod forgotten;
mod part;
mod strictness;
mod table;
mod wire;

pub use compiled::{Answers, Code};
pub use difference::{Change, difference, path_to};
pub use forgotten::Forgotten;
#[cfg(feature = "analysis")]
pub(crate) use part::fingerprint_of;
pub use part::{FINGERPRINT_VERSION, Hash, Part, PartKind, fingerprint, parts_from_bytes, parts_to_bytes};
pub use strictness::{Counts, Strictness};
#[cfg(feature = "analysis")]
pub(crate) use strictness::{compatible, compatible_compiler};
pub use table::{Entry, Instance, Table};
#[cfg(feature = "analysis")]
pub(crate) use wire::{Reader, Writer};
pub use wire::{Truncated, decompressed};
