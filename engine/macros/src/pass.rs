//! What the crate is compiled for: the `scrat` command, as rustc's wrapper, says so.

/// The variable in which it does.
const VARIABLE: &str = "SCRAT_RUSTC_PASS";

/// A compilation of the crate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    /// Nobody asks the compiler: the sources are analysed here.
    Alone,
    /// The program itself. What its functions reach is found out beside it.
    Program,
    /// The code is looked at, and never run.
    Code,
}

impl Pass {
    /// The one in which this macro is called.
    pub(crate) fn current() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one place of the macros that reads the environment")]
        let said = std::env::var(VARIABLE);
        match said.as_deref() {
            Ok("program 1") => Self::Program,
            Ok("code 1") => Self::Code,
            _ => Self::Alone,
        }
    }
}
