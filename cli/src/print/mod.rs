//! The only place that prints or asks: results go to stdout, talk and questions to stderr.
//!
//! | file | owns |
//! | --- | --- |
//! | `real` | the process's own streams, while others stand in for them |
//! | `streams` | writing results and talk; what the terminal can show |
//! | `apart` | the pipe that stands in for stdout and stderr while a pipeline's functions run |
//! | `last_words` | what is said when a step ends the whole program |

#[cfg(all(feature = "command", unix))]
mod apart;
#[cfg(feature = "command")]
pub(crate) mod last_words;
#[cfg(feature = "command")]
mod real;
#[cfg(feature = "command")]
mod streams;

#[cfg(all(feature = "command", unix))]
pub(crate) use apart::{keep_apart, settle, show_by};
#[cfg(all(feature = "command", not(unix)))]
pub(crate) use elsewhere::{keep_apart, settle, show_by};
#[cfg(feature = "installed")]
pub(crate) use streams::talks_in_colours;
#[cfg(feature = "command")]
pub(crate) use streams::{
    bars, columns, complain, confirm, for_exports, has_colours, result, results_to_a_terminal, talk,
    talks_to_a_terminal,
};

/// Says something in a program that calls stashed functions itself, and need not have the command in it.
/// Where nothing can be said, as in a file on a full disk, its calls go on all the same.
pub(crate) fn tell_plainly(text: impl std::fmt::Display) {
    use std::io::Write;
    drop(writeln!(std::io::stderr(), "{text}"));
}

/// Where the system has no pipes in place of streams, prints go where they would go.
#[cfg(all(feature = "command", not(unix)))]
mod elsewhere {
    pub(crate) struct Apart;
    pub(crate) fn keep_apart() -> Apart {
        Apart
    }
    pub(crate) fn show_by(_: impl Fn(&str) + Send + Sync + 'static) {}
    pub(crate) fn settle(_: bool) {}
}
