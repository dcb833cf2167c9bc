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
//! Of a program that the `scrat` command built, the compiler was asked instead. What it said of each function stands in
//! a [`Table`] at the end of the program's file.
//!
//! # The folders
//!
//! Each knows those above it in this table, and none below:
//!
//! | folder | what it knows |
//! | --- | --- |
//! | `code` | what a running program needs: the parts of a function's code, and their digest |
//! | `compiler` | the same as the compiler says it, read from its text |
//! | `syntax` | Rust's text: tokens, items, attributes; nothing is resolved |
//! | `facts` | what one item's tokens say by themselves: a hash, and the names in them |
//! | `disk` | files and folders as such, and variables of the process |
//! | `crates` | manifests, the lock file, build scripts: which crate is meant by which name |
//! | `db` | salsa's database: files as inputs, nodes of the graph, and the queries over one file |
//! | `names` | which item a name may mean, seen from a module: `modules` declares, `resolve` looks up |
//! | `reach` | what an item depends on, by its names (`edges`) or without any (`implicit`); all that a function reaches (`closure`) |
//! | `ask` | the questions: which function is meant, and what is behind it as a list of parts |
//!
//! Steps over one file or item are salsa queries, and so are maps of names, edges and closures. Each stops a change
//! that does not matter: an edit inside a function leaves its file's declarations, the crate's names and all other
//! items' edges alone.
//!
//! # Explaining
//!
//! A fingerprint is a digest of [`Part`]s; a [`difference`] of two lists of them says what changed, and
//! [`path_to`] how the function reaches it.

#[cfg(feature = "analysis")]
mod ask;
mod code;
#[cfg(feature = "analysis")]
pub mod compiler;
#[cfg(feature = "analysis")]
mod crates;
#[cfg(feature = "analysis")]
mod db;
pub mod digest;
#[cfg(feature = "analysis")]
mod disk;
#[cfg(feature = "analysis")]
mod facts;
#[cfg(feature = "analysis")]
mod index;
mod mistake;
#[cfg(feature = "analysis")]
mod names;
#[cfg(feature = "analysis")]
mod reach;
mod size;
#[cfg(feature = "analysis")]
mod sorted;
#[cfg(feature = "analysis")]
mod syntax;

#[cfg(feature = "analysis")]
pub use ask::{Analysis, Analyzer, Beside, StashedFunction, answers, with_compiling};
pub use code::{
    Answers, Change, Code, Counts, Entry, FINGERPRINT_VERSION, Forgotten, Hash, Instance, Part, PartKind, Strictness,
    Table, Truncated, decompressed, difference, fingerprint, parts_from_bytes, parts_to_bytes, path_to,
};
#[cfg(feature = "analysis")]
pub use crates::settings::strictness_of;
#[cfg(feature = "analysis")]
pub use crates::spec::{CrateSpec, SpecError, name_of_dependency};
#[cfg(feature = "analysis")]
pub use crates::toolchain::{TOOLCHAIN, toolchain};
#[cfg(feature = "analysis")]
pub use db::Observer;
pub use mistake::line_and_key;
pub use size::parse_size;
