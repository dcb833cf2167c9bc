//! Which code a stashed function's result depends on: source text to fingerprints.
//!
//! A running program needs a [`Code`] alone: the analyser, which fills it from source text, comes with the
//! feature `analysis`.
//!
//! # Inside the attribute macro
//!
//! [`with_compiling`] gives the [`Analyzer`] of the crate that rustc is compiling, one a process.
//! [`Analyzer::code_at`] takes the place of the function (its name's span) and returns an [`Analysis`];
//! where that is `None`, because another macro made the function, [`Analyzer::whole_crate`] does. The macro
//! then emits, beside [`Code::to_bytes`]:
//!
//! - `cfg!(P)` for each of [`Code::cfgs`] and `option_env!("V")` for each of [`Code::envs`], in order,
//!   which make the [`Answers`] at run time;
//! - `include_bytes!("…")` for each of [`Analysis::files`], so that cargo watches them;
//! - each of [`Code::notes`] as a remark, if it likes.
//!
//! The function's name is [`Code::function`]: `crate::module::name`, and for a method
//! `crate::module::<Type>::name` or `crate::module::<Type as Trait>::name`. For a free function that is
//! `module_path!()` and its name.
//!
//! # On the command line
//!
//! [`CrateSpec::of_package`] lists the targets of a package, [`Analyzer::functions`] the stashed functions of
//! each, [`Analyzer::code`] what is behind one, and [`answers`] stands in for rustc. An analyser lives on:
//! after [`Analyzer::refresh`] only what the changed files touch is done again.
//!
//! # Behind a program
//!
//! Of a program that the `scrat` command built, the compiler was asked instead. What it said of each function stands in a
//! [`Table`] at the end of the program's file.
//!
//! # Explaining
//!
//! A fingerprint is a digest of [`Part`]s; a [`difference`] of two lists of them says what changed, and
//! [`path_to`] how the function reaches it.

#[cfg(feature = "analysis")]
mod analysis;
mod code;
#[cfg(feature = "analysis")]
pub mod compiler;
pub mod digest;
mod forgotten;
mod mistake;
mod strictness;
mod table;
mod wire;

#[cfg(feature = "analysis")]
pub use analysis::{
    Analysis, Analyzer, Beside, CrateSpec, Observer, SpecError, StashedFunction, TOOLCHAIN, answers,
    name_of_dependency, strictness_of, toolchain, with_compiling,
};
pub use code::{
    Answers, Change, Code, FINGERPRINT_VERSION, Hash, Part, PartKind, difference, fingerprint, parts_from_bytes,
    parts_to_bytes, path_to,
};
pub use forgotten::Forgotten;
pub use mistake::line_and_key;
pub use strictness::{Counts, Strictness};
pub use table::{Entry, Instance, Table};
pub use wire::Truncated;
