//! How to run, and why nothing was run.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::outlet::Streams;
use crate::given::Given;

/// How to run.
///
/// It is made of its default, by setting fields.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct RunOptions {
    /// Threads; as many as the machine has processors if not set.
    pub jobs: Option<usize>,
    /// Bytes of stack for each; as many as the main thread has if not set.
    pub stack: Option<usize>,
    /// Called on each of the threads as it starts.
    pub on_start: Option<fn()>,
    /// Whether what does not depend on a failed step goes on.
    pub keep_going: bool,
    /// Set from outside to start nothing new.
    pub cancel: Arc<AtomicBool>,
    /// What the pipeline was given, for the record of the run.
    pub given: Given,
    /// Where an export to `/dev/stdout` or `/dev/stderr` goes, if not to the process's own.
    pub streams: Streams,
}

/// Why nothing was run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The system gives no threads.
    #[error("cannot start threads: {message}")]
    Threads {
        /// Its answer.
        message: String,
    },
}
