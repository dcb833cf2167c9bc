//! scrat remembers what expensive functions returned.
//!
//! A function marked [`#[stash]`](macro@stash) keeps its results on disk, and uses them again, in any later
//! process, until something that they depend on changes: an argument, an input file, the function's own code, or
//! the code of anything that it reaches. A function marked [`#[pipeline]`](macro@pipeline) declares calls of stashed functions as
//! steps, which `scrat run` executes in parallel and `scrat graph` draws.
//!
//! ```no_run
//! use scrat::prelude::*;
//!
//! #[stash]
//! fn slow_double(x: u64) -> u64 {
//!     std::thread::sleep(std::time::Duration::from_secs(3));
//!     x * 2
//! }
//!
//! fn main() {
//!     println!("{}", slow_double(1)); // three seconds, once
//!     println!("{}", slow_double(1)); // at once, now and in any later process
//! }
//! ```
//!
//! With `default-features = false` this is the library alone, without [`main`] and what the command needs. The
//! feature `command` has [`main`], for the program of a pipeline; `installed`, which is on by default, has all that
//! the installed command needs besides, the analyser of sources above all.

#[cfg(feature = "command")]
mod app;
#[cfg(feature = "command")]
mod args;
#[cfg(feature = "command")]
mod commands;
#[cfg(feature = "command")]
mod complaint;
#[cfg(feature = "command")]
mod draw;
#[cfg(feature = "installed")]
mod launch;
#[cfg(feature = "command")]
mod look;
#[cfg(feature = "command")]
mod nearest;
mod notices;
#[cfg(feature = "command")]
mod open;
pub mod prelude;
mod print;
#[cfg(feature = "installed")]
mod rustc;
#[cfg(feature = "command")]
mod session;
#[cfg(feature = "command")]
mod story;
#[cfg(feature = "command")]
mod words;

#[cfg(feature = "command")]
pub use app::main;
pub use scrat_engine::{
    Archived, ArgumentChange, Blob, Checked, CodeChange, Codec, Command, CommandArgument, CommandError, CommandInput,
    Config, ConfigError, Counts, Difference, Digest, Dir, Doing, Durability, Engine, Event, Export, File, FilesError,
    Filter, FingerprintKind, Flaw, FlawKind, Function, FunctionTotals, Given, Hasher, How, Imported, IntoInput,
    Leftovers, Limit, LimitKind, Limits, Literal, Mapped, Memory, NotADigest, Nut, NutError, NutInfo, Options, Origin,
    Outcome, Output, Parameter, Part, PartKind, Passed, PastOutcome, PastRun, PastStep, Picture, Policy, Preview,
    Reason, Rebuilt, Removed, Repaired, RunTotals, Sample, Source, Stash, StashError, Stats, Step, StepId, Stored,
    Strictness, Value, ValueError, Wanted, Warning, Which, as_value, files, formats, functions,
};
pub use scrat_macros::{pipeline, stash};

/// The examples of a page for people who come from elsewhere.
#[cfg(doctest)]
#[doc = include_str!("../../docs/from-joblib.md")]
struct FromJoblib;

/// What the macros write into other people's crates. Not part of the interface.
#[doc(hidden)]
pub mod __private {
    pub use scrat_engine::private::*;

    /// For the tests of the graph's page, which are a crate of their own.
    #[cfg(feature = "command")]
    pub mod draw {
        pub use crate::draw::*;
    }

    /// Begins a direct call. Warnings of the engine are told on stderr unless the program listens itself.
    pub fn begin<O: Returns<IS_RESULT>, const IS_RESULT: bool>(
        function: &'static Function,
        shape: Shape<O, IS_RESULT>,
        known: Known<O::Value>,
        tell: &dyn Fn(&mut Arguments),
    ) -> Begun<O, IS_RESULT> {
        scrat_engine::Engine::set_default_observer(crate::notices::tell);
        scrat_engine::private::begin(function, shape, known, tell)
    }

    /// The same for a handle of the value.
    pub fn shelved<O: Returns<IS_RESULT>, const IS_RESULT: bool>(
        function: &'static Function,
        shape: Shape<O, IS_RESULT>,
        known: Known<O::Value>,
        tell: &dyn Fn(&mut Arguments),
    ) -> Shelved<O, IS_RESULT> {
        scrat_engine::Engine::set_default_observer(crate::notices::tell);
        scrat_engine::private::shelved(function, shape, known, tell)
    }

    /// The same for a function that is remembered element by element.
    pub fn begin_each<U: 'static>(
        function: &'static Function,
        known: Known<U>,
        count: usize,
        tell: &dyn Fn(&mut Arguments, usize),
    ) -> Batch<U> {
        scrat_engine::Engine::set_default_observer(crate::notices::tell);
        scrat_engine::private::begin_each(function, known, count, tell)
    }

    /// The same for an async function.
    pub async fn begin_async<O: Returns<IS_RESULT>, const IS_RESULT: bool>(
        function: &'static Function,
        shape: Shape<O, IS_RESULT>,
        known: Known<O::Value>,
        tell: &(dyn Fn(&mut Arguments) + Sync),
    ) -> Awaited<O, IS_RESULT> {
        scrat_engine::Engine::set_default_observer(crate::notices::tell);
        scrat_engine::private::begin_async(function, shape, known, tell).await
    }
}
