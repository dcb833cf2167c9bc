//! What rustc says a function reaches: LLVM's text to fingerprints.
//!
//! | step | module |
//! | --- | --- |
//! | text → items | `module` |
//! | item → its text without names, and the names | `canonical`, `assembler` |
//! | items → one crate's [`Bodies`], which are kept beside what was built of it | `bodies` |
//! | crates → a program: what each stashed function reaches, and its fingerprint | `linked`, `registered`, `symbol`, `usual` |
//!
//! The text is that of a compile without optimisation, in which the macro left out all that only stores and loads.
//! After it, nothing has to be guessed: macros are expanded, types inferred, generics made for each type, and tables of
//! `dyn` types filled in.

mod assembler;
mod bodies;
mod canonical;
mod linked;
mod module;
mod record;
mod symbol;
#[cfg(test)]
mod tests;
mod usual;

pub use bodies::Bodies;
pub use linked::{Alone, Id, Instances, Linked, Outside};
pub use record::{Record, SourceOf, Stamp};
pub use symbol::is_scrat;
