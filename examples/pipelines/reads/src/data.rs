//! What the steps hand on: reads as the sequencer wrote them, in pairs, and the transcripts they may come from.

use serde::{Deserialize, Serialize};

/// One read: a stretch of bases, and how sure the sequencer was of each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Read {
    /// Up to the first blank; the same for both reads of a pair.
    pub(crate) name: String,
    /// A, C, G, T, and N where the sequencer could not tell; in reading order.
    pub(crate) bases: String,
    /// One for each base: -10 log₁₀ of the probability that the base is wrong (Phred).
    pub(crate) qualities: Vec<u8>,
}

impl Read {
    /// Leaves only the first bases, with their qualities.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.bases.truncate(length);
        self.qualities.truncate(length);
    }
}

/// Both ends of one fragment of RNA, read towards its middle: one on each strand.
pub(crate) type Pair = [Read; 2];

/// What a gene can be transcribed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Transcript {
    /// Up to the first blank.
    pub(crate) name: String,
    /// A, C, G, T, and N where nobody knows.
    pub(crate) bases: String,
}
