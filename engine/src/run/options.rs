//! How to run, and why nothing was run.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::outlet::Streams;
use crate::given::Given;

/// How to run.
///
/// Start from the default, and set fields.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct RunOptions {
    /// Number of threads; one for each processor if not set.
    pub jobs: Option<usize>,
    /// Stack size of each thread in bytes; that of the main thread if not set.
    pub stack: Option<usize>,
    /// Called on each thread as it starts.
    pub on_start: Option<fn()>,
    /// Whether, after a failure, the steps that do not depend on the failed one still run.
    pub keep_going: bool,
    /// If set to true during the run, no further step starts.
    pub cancel: Arc<AtomicBool>,
    /// What the pipeline was given, for the record of the run.
    pub given: Given,
    /// Where exports to `/dev/stdout` and `/dev/stderr` go, if not to those of the process.
    pub streams: Streams,
}

/// Why nothing was run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The system provides no threads.
    #[error("cannot start threads: {message}")]
    Threads {
        /// The system's message.
        message: String,
    },
}
