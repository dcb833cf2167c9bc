//! What the macro says of a stashed function.

use std::sync::OnceLock;

use super::program;
use crate::limit::Limit;

/// A function as it is written, with what was found out about its code while it was compiled.
#[derive(Debug)]
pub(crate) struct Declaration {
    pub name: &'static str,
    pub module: &'static str,
    pub file: &'static str,
    pub line: u32,
    pub parameters: &'static [Parameter],
    pub options: Options,
    pub compiled: CompiledCode,
    program: OnceLock<String>,
}

impl Declaration {
    pub(super) const fn new(
        name: &'static str,
        (module, file, line): (&'static str, &'static str, u32),
        parameters: &'static [Parameter],
        options: Options,
        compiled: CompiledCode,
    ) -> Self {
        Self { name, module, file, line, parameters, options, compiled, program: OnceLock::new() }
    }

    /// What tells the build that it is in from any other.
    pub(super) fn program(&'static self) -> &'static str {
        self.program.get_or_init(|| program::digest_of(self))
    }
}

/// A parameter of a stashed function.
///
/// # Examples
///
/// ```
/// use scrat::{functions, stash};
///
/// #[stash(name = "with an ignored parameter")]
/// fn double(x: u64, #[stash(ignore)] _loud: bool) -> u64 {
///     x * 2
/// }
///
/// let function = functions().into_iter().find(|function| function.name() == "with an ignored parameter").unwrap();
/// let ignored: Vec<_> = function.parameters().iter().filter(|one| one.ignored).map(|one| one.name).collect();
/// assert_eq!(ignored, ["_loud"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// As it is written.
    pub name: &'static str,
    /// Whether it is left out of the key.
    pub ignored: bool,
}

/// What `#[stash(…)]` sets for a whole function.
///
/// # Examples
///
/// ```
/// use scrat::{functions, stash};
///
/// #[stash(name = "with options", version = "2", retries = 3)]
/// fn double(x: u64) -> u64 {
///     x * 2
/// }
///
/// let function = functions().into_iter().find(|function| function.name() == "with options").unwrap();
/// let options = function.options();
/// assert_eq!((options.version, options.retries), (Some("2"), 3));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// `version = "…"`: part of the key, to be changed by hand.
    pub version: Option<&'static str>,
    /// `code = "ignore"`: edits of the code don't count, only the name of the type that it returns does.
    pub ignore_code: bool,
    /// `disable`: the function always runs, and nothing is stored.
    pub disable: bool,
    /// `ttl = "…"`: results older than this many seconds don't count.
    pub ttl_seconds: Option<u64>,
    /// `max_size = "…"`, `max_count = …` and `policy = "…"`: how much is kept of its results, and which go first.
    pub limit: Limit,
    /// `compress = …`: whether large results are compressed where it is worth it. None leaves it to the settings.
    pub compress: Option<bool>,
    /// `retries = …`: how often a step that returned an error is tried again in a run.
    pub retries: u32,
    /// `unimportant(…)`: fields that may be left out of what is stored.
    pub unimportant: &'static [&'static str],
}

impl Options {
    /// No option set.
    pub const NONE: Self = Self {
        version: None,
        ignore_code: false,
        disable: false,
        ttl_seconds: None,
        limit: Limit::NONE,
        compress: None,
        retries: 0,
        unimportant: &[],
    };
}

/// What the macro found out about the function's code, and what rustc answered.
#[derive(Clone, Copy, Debug)]
pub enum CompiledCode {
    /// The sources were analysed.
    Source {
        /// What the analyser's code was written as.
        bytes: &'static [u8],
        /// Answers to the predicates of the code, in order.
        cfgs: &'static [bool],
        /// Values of the variables of the code, in order.
        envs: &'static [Option<&'static str>],
        /// For a function with types of its own: the modules of its crate whose items have names that nothing else has,
        /// without the crate's name.
        modules: &'static [&'static str],
    },
    /// The compiler was asked, and its answer stands in the table of the program.
    Compiler {
        /// The function's key there.
        key: &'static str,
        /// Whether there is an instance of it for each of its types, or of its impl's.
        has_types: bool,
    },
}
