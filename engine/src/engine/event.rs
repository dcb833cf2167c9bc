//! What the engine tells while it works. It never prints; a front end listens.

use std::path::PathBuf;
use std::time::Duration;

use crate::id::StepId;
use crate::reason::Reason;
use crate::stash::Stash;

/// Something that happened, as an [`Engine`](crate::Engine) tells it to whoever listens.
///
/// # Examples
///
/// ```
/// use std::sync::{Arc, Mutex};
///
/// use scrat::{Config, Engine, Event};
///
/// # let folder = tempfile::tempdir()?;
/// # let mut config = Config::default();
/// # config.stash = Some(folder.path().join(".scrat"));
/// let made = Arc::new(Mutex::new(Vec::new()));
/// let listener = made.clone();
/// let engine = Engine::open(&config, folder.path(), move |event| {
///     if let Event::StashMade { path } = event {
///         listener.lock().unwrap().push(path.clone());
///     }
/// });
/// assert_eq!(*made.lock().unwrap(), [engine.stash().unwrap().root()]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// There was no stash, and one was made.
    StashMade {
        /// Its folder.
        path: PathBuf,
    },
    /// Something is not as it should be; the work goes on.
    Warning(Warning),
    /// A step began to run.
    Started {
        /// Which.
        step: StepId,
        /// The pool's thread, from 0.
        worker: usize,
        /// Why.
        reason: Reason,
    },
    /// A step is over.
    Ended {
        /// Which.
        step: StepId,
        /// How.
        outcome: Outcome,
    },
    /// A panic that can't be caught ends the process at once.
    Aborting {
        /// The step that panicked, if the thread runs one.
        step: Option<StepId>,
        /// Its messages with their places, the first one first.
        message: String,
    },
    /// A value was written to a path outside the stash.
    Exported {
        /// Where.
        path: PathBuf,
        /// Whether it was there already, as it should be.
        unchanged: bool,
        /// Where a file went that was there and that scrat had not written, or that was edited since.
        kept: Option<PathBuf>,
    },
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// Its result was there.
    Hit {
        /// How long it had taken to compute.
        saved: Duration,
    },
    /// It ran.
    Ran {
        /// How long it took.
        took: Duration,
        /// Whether the result is the one that it had given before, so that what follows may be fresh.
        same: bool,
    },
    /// It returned an error or panicked.
    Failed {
        /// In its words.
        message: String,
        /// How long it took.
        took: Duration,
    },
    /// It was not reached, because of a failure or an interruption.
    Skipped,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// No stash could be opened; functions run, and nothing is stored.
    NoStash {
        /// Why.
        error: String,
    },
    /// The stash can be read but not written.
    ReadOnlyStash {
        /// Its folder.
        path: PathBuf,
        /// Whether its index belongs to another user.
        foreign: bool,
    },
    /// The stash's index was removed or replaced while it was in use; what is stored from then on is lost.
    LostIndex {
        /// The stash's folder.
        path: PathBuf,
    },
    /// The program was built by the command, and what the compiler said of its code is not there; results are good for
    /// this build alone.
    NoFingerprints {
        /// Why.
        error: String,
    },
    /// An argument has no digest; the function runs each time.
    NoKey {
        /// The function.
        function: &'static str,
        /// Why.
        error: String,
    },
    /// The result can't be stored, because of its type; the function runs each time.
    Unstorable {
        /// The function.
        function: &'static str,
        /// Why.
        error: String,
    },
    /// The result could not be stored this time.
    NotStored {
        /// The function.
        function: &'static str,
        /// Why.
        error: String,
    },
    /// A stored result is not what it was; it was set aside, and the function runs again.
    Damaged {
        /// The function.
        function: &'static str,
    },
    /// A stored result could not be read; the function runs again.
    Unreadable {
        /// The function.
        function: &'static str,
        /// Why.
        error: String,
    },
    /// Another process computes a result that this one needs, and takes its time; this one waits for it.
    Waiting {
        /// The function.
        function: &'static str,
    },
    /// An input file changed while the function ran; the result was not stored.
    InputChanged {
        /// The function.
        function: &'static str,
        /// The file.
        path: PathBuf,
    },
}

impl Warning {
    pub(crate) fn read_only(stash: &Stash) -> Self {
        Self::ReadOnlyStash { path: stash.root().to_owned(), foreign: stash.is_foreign() }
    }
}
