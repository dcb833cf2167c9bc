//! What the engine reports while it works. The engine never prints; a front end listens.

use std::path::PathBuf;
use std::time::Duration;

use crate::id::StepId;
use crate::reason::Reason;
use crate::stash::Stash;

/// Something that happened, as an [`Engine`](crate::Engine) reports it to its observer.
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
        /// The stash's folder.
        path: PathBuf,
    },
    /// Something is not as it should be; the work goes on.
    Warning(Warning),
    /// A direct call of a function that [`Config::verbose`](crate::Config::verbose) names is over.
    Called {
        /// The function.
        function: &'static str,
        /// Its arguments, on one line.
        arguments: String,
        /// How long the function ran. None if its value was found.
        took: Option<Duration>,
    },
    /// A step began to run.
    Started {
        /// Which.
        step: StepId,
        /// The pool's thread, from 0.
        worker: usize,
        /// Why.
        reason: Reason,
    },
    /// What a step that began does now, beside running its function.
    Doing {
        /// Which.
        step: StepId,
        /// What.
        doing: Doing,
    },
    /// A step is over.
    Ended {
        /// Which.
        step: StepId,
        /// How.
        outcome: Outcome,
    },
    /// A panic that can't be caught is about to end the process.
    Aborting {
        /// The step that panicked, if the thread runs one.
        step: Option<StepId>,
        /// The panic's messages with their places, the first one first.
        message: String,
    },
    /// A value was written to a path outside the stash.
    Exported {
        /// The path.
        path: PathBuf,
        /// Whether the file was there already with the right content.
        unchanged: bool,
        /// Where the file that was there before has been moved, if scrat had not written it or it was edited since.
        kept: Option<PathBuf>,
    },
}

/// What a step does in a run. Large values take a while to load and to store.
///
/// # Examples
///
/// ```
/// use scrat::Doing;
///
/// fn word(doing: Doing) -> &'static str {
///     match doing {
///         Doing::Loading { .. } => "loading",
///         Doing::Storing { .. } => "storing",
///         _ => "running",
///     }
/// }
///
/// assert_eq!(word(Doing::Storing { bytes: None }), "storing");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Doing {
    /// It loads the result of a step that it takes.
    Loading {
        /// That step.
        from: StepId,
        /// How large the result is.
        bytes: u64,
    },
    /// Its function runs.
    Running,
    /// Its result is stored.
    Storing {
        /// How large the result is, once that is known.
        bytes: Option<u64>,
    },
}

/// How a step ended.
///
/// # Examples
///
/// ```
/// use scrat::Outcome;
///
/// fn line(outcome: &Outcome) -> String {
///     match outcome {
///         Outcome::Hit { saved } => format!("saved {saved:?}"),
///         Outcome::Ran { took, .. } => format!("took {took:?}"),
///         Outcome::Failed { message, .. } => message.clone(),
///         other => format!("{other:?}"),
///     }
/// }
///
/// let took = std::time::Duration::from_secs(2);
/// assert_eq!(line(&Outcome::Ran { took, same: false }), "took 2s");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// Its result was stored already.
    Hit {
        /// How long the result took to compute when it was stored.
        saved: Duration,
    },
    /// It ran.
    Ran {
        /// How long it took.
        took: Duration,
        /// Whether the result is the same as before, so that the steps that use it may be fresh.
        same: bool,
    },
    /// It returned an error or panicked.
    Failed {
        /// The error's or the panic's message.
        message: String,
        /// How long it took.
        took: Duration,
    },
    /// It was not reached, because of a failure or an interruption.
    Skipped,
}

/// Something that is not as it should be.
///
/// # Examples
///
/// ```
/// use scrat::{Event, Warning};
///
/// /// What a front end may do with a warning.
/// fn on_event(event: &Event) {
///     if let Event::Warning(Warning::Damaged { function }) = event {
///         eprintln!("a result of {function} was damaged, and is computed again");
///     }
/// }
///
/// on_event(&Event::Warning(Warning::Damaged { function: "app::load" }));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// No stash could be opened; functions run, and nothing is stored.
    NoStash {
        /// Why.
        error: String,
    },
    /// A name in a setting means no function of this program, nor, where it is about limits, any that the stash knows.
    NoSuchFunction {
        /// The setting: `disable`, `force`, `verbose` or `stash.functions`.
        setting: &'static str,
        /// The name.
        name: String,
    },
    /// The stash can be read but not written.
    ReadOnlyStash {
        /// The stash's folder.
        path: PathBuf,
        /// Whether the stash's index belongs to another user.
        foreign: bool,
    },
    /// The stash's index was removed or replaced while it was in use. Another one is used since, and was made of the
    /// records if there was none.
    LostIndex {
        /// The stash's folder.
        path: PathBuf,
    },
    /// The program was built by the command, but the compiler's record of its code is missing or damaged; results are
    /// valid for this build alone.
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
    /// The bytes of a stored result have changed; the result was set aside, and the function runs again.
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
    /// Another process, or another thread of this one, is computing a result that is needed here, and takes a while; it is
    /// waited for.
    Waiting {
        /// The function.
        function: &'static str,
        /// The process, if the system can tell. It may be this one.
        process: Option<u32>,
    },
    /// Another process writes to the stash, and takes a while; this process waits for it.
    StashInUse {
        /// The stash's folder.
        path: PathBuf,
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
