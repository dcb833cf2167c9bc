//! What a run keeps of a step: how it ended, and where its value is.

use std::time::Duration;

use crate::digest::Digest;
use crate::engine::event::Outcome;
use crate::reason::Reason;
use crate::stash::Nut;
use crate::value::Shared;

/// A step's place in a run.
#[derive(Debug, Default)]
pub(super) enum Slot {
    /// It has not ended.
    #[default]
    Open,
    /// Its result was there.
    Hit {
        /// How long it had taken to compute.
        saved: Duration,
        /// None if nothing has asked for the value yet.
        kept: Option<Kept>,
    },
    /// Its function ran.
    Ran {
        call: Call,
        /// Whether the result is the one that it had given before.
        same: bool,
        kept: Kept,
    },
    /// There is no result, or it could not be written where it was wanted.
    Failed {
        message: String,
        /// None if the function did not run.
        call: Option<Call>,
    },
    /// It was not reached.
    Skipped,
}

/// How a step's function ran.
#[derive(Debug)]
pub(super) struct Call {
    pub reason: Reason,
    /// When it began, after the run did.
    pub started: Duration,
    pub took: Duration,
    /// The thread of the pool, from 0.
    pub worker: usize,
    /// How often the function was tried again.
    pub retries: u32,
}

impl Call {
    /// One that begins now.
    pub(super) fn new(reason: Reason, started: Duration, worker: usize) -> Self {
        Self { reason, started, took: Duration::ZERO, worker, retries: 0 }
    }
}

/// Where a step's value is.
#[derive(Clone, Debug)]
pub(super) enum Kept {
    /// In the stash, and in memory as well while somebody needs it.
    Stored { nut: Nut, memory: Option<Shared> },
    /// In memory alone. It has no digest if its bytes are not all of it.
    Loose { digest: Option<Digest>, memory: Option<Shared> },
}

impl Kept {
    /// Of the value.
    pub(super) fn digest(&self) -> Option<Digest> {
        match self {
            Self::Stored { nut, .. } => Some(nut.digest),
            Self::Loose { digest, .. } => *digest,
        }
    }

    /// Of the nut, if it is in the stash.
    pub(super) fn key(&self) -> Option<Digest> {
        match self {
            Self::Stored { nut, .. } => Some(nut.key),
            Self::Loose { .. } => None,
        }
    }

    /// The value, if it is in memory.
    pub(super) fn memory(&self) -> Option<&Shared> {
        let (Self::Stored { memory, .. } | Self::Loose { memory, .. }) = self;
        memory.as_ref()
    }

    /// How many bytes the value has in the stash.
    pub(super) fn stored_bytes(&self) -> u64 {
        match self {
            Self::Stored { nut, .. } => nut.size,
            Self::Loose { .. } => 0,
        }
    }

    /// Keeps a value in memory, or lets go of the one that is there. Returns that one.
    pub(super) fn replace(&mut self, value: Option<Shared>) -> Option<Shared> {
        let (Self::Stored { memory, .. } | Self::Loose { memory, .. }) = self;
        std::mem::replace(memory, value)
    }
}

impl Slot {
    /// How the step ended, as it is told. One that is open was not reached.
    pub(super) fn outcome(&self) -> Outcome {
        match self {
            Self::Hit { saved, .. } => Outcome::Hit { saved: *saved },
            Self::Ran { call, same, .. } => Outcome::Ran { took: call.took, same: *same },
            Self::Failed { message, call } => {
                let took = call.as_ref().map_or(Duration::ZERO, |call| call.took);
                Outcome::Failed { message: message.clone(), took }
            }
            Self::Skipped | Self::Open => Outcome::Skipped,
        }
    }

    /// How the step's function ran, if it did.
    pub(super) fn call(&self) -> Option<&Call> {
        match self {
            Self::Ran { call, .. } => Some(call),
            Self::Failed { call, .. } => call.as_ref(),
            Self::Open | Self::Hit { .. } | Self::Skipped => None,
        }
    }

    /// Where the value is, if the step has one.
    pub(super) fn kept(&self) -> Option<&Kept> {
        match self {
            Self::Hit { kept, .. } => kept.as_ref(),
            Self::Ran { kept, .. } => Some(kept),
            Self::Open | Self::Failed { .. } | Self::Skipped => None,
        }
    }

    /// The same, for changing it.
    pub(super) fn kept_mut(&mut self) -> Option<&mut Kept> {
        match self {
            Self::Hit { kept, .. } => kept.as_mut(),
            Self::Ran { kept, .. } => Some(kept),
            Self::Open | Self::Failed { .. } | Self::Skipped => None,
        }
    }

    /// Whether the step has its result.
    pub(super) fn is_done(&self) -> bool {
        matches!(self, Self::Hit { .. } | Self::Ran { .. })
    }
}
