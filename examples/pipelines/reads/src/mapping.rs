//! Mapping: from which transcripts each pair of reads can come.
//!
//! Where exactly a read lies does not matter for counting. A pair can come from the transcripts that have all the
//! k-mers of both its reads. k-mers that no transcript has are taken for errors of the sequencer and passed over (so
//! does kallisto: Bray, Pimentel, Melsted and Pachter 2016, doi:10.1038/nbt.3519).

use crate::data::{Pair, Read};
use crate::indexing::{Index, Place};
use crate::kmer::{Kmer, kmers};
use crate::trimming::Trimmed;
use anyhow::{Result, ensure};
use scrat::stash;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The transcripts that a pair can come from, by their numbers, ascending.
pub(crate) type Class = Vec<usize>;

/// What became of many pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// How many can come from exactly these transcripts.
    pub(crate) classes: BTreeMap<Class, u64>,
    /// Pairs without any k-mer that a transcript has.
    pub(crate) unknown: u64,
    /// Pairs whose k-mers no transcript has together.
    pub(crate) torn: u64,
    /// How many fragments have each length, of the pairs that can come from one transcript alone.
    pub(crate) fragments: BTreeMap<usize, u64>,
}

/// Maps the pairs of a chunk.
#[stash]
pub(crate) fn map(trimmed: &Trimmed, index: &Index) -> Counts {
    let mut counts = Counts::default();
    for pair in &trimmed.pairs {
        match class(pair, index) {
            None => counts.unknown += 1,
            Some(class) if class.is_empty() => counts.torn += 1,
            Some(class) => {
                let alone = if let [transcript] = class[..] { fragment(pair, transcript, index) } else { None };
                if let Some(length) = alone {
                    *counts.fragments.entry(length).or_default() += 1;
                }
                *counts.classes.entry(class).or_default() += 1;
            }
        }
    }
    counts
}

/// The counts of all chunks together.
#[stash]
pub(crate) fn tally(chunks: Vec<Counts>) -> Result<Counts> {
    ensure!(!chunks.is_empty(), "chunks: expected at least 1, found none");
    let mut all = Counts::default();
    for Counts { classes, unknown, torn, fragments } in chunks {
        classes.into_iter().for_each(|(class, pairs)| *all.classes.entry(class).or_default() += pairs);
        fragments.into_iter().for_each(|(length, pairs)| *all.fragments.entry(length).or_default() += pairs);
        all.unknown += unknown;
        all.torn += torn;
    }
    Ok(all)
}

impl Counts {
    /// The number of pairs that can come from some transcript.
    pub(crate) fn mapped(&self) -> u64 {
        self.classes.values().sum()
    }

    /// The number of pairs that can come from one transcript alone.
    pub(crate) fn unique(&self) -> u64 {
        self.classes.iter().filter(|(class, _)| class.len() == 1).map(|(_, pairs)| pairs).sum()
    }

    /// The number of all pairs.
    pub(crate) fn pairs(&self) -> u64 {
        self.mapped() + self.unknown + self.torn
    }
}

/// The transcripts that have all the known k-mers of a pair; none if it has no known k-mer.
fn class(pair: &Pair, index: &Index) -> Option<Class> {
    let mut class: Option<Class> = None;
    for kmer in pair.iter().flat_map(|read| kmers(&read.bases, index.k)) {
        let places = index.places(kmer.code);
        if places.is_empty() {
            continue;
        }
        match &mut class {
            Some(class) => class.retain(|transcript| places.iter().any(|place| place.transcript == *transcript)),
            None => {
                let mut first: Class = places.iter().map(|place| place.transcript).collect();
                first.dedup();
                class = Some(first);
            }
        }
    }
    class
}

/// The length of the fragment whose ends the pair is, in the transcript that it comes from; none if the reads don't
/// face each other there.
fn fragment(pair: &Pair, transcript: usize, index: &Index) -> Option<usize> {
    let [one, other] = [edge(&pair[0], transcript, index)?, edge(&pair[1], transcript, index)?];
    let (start, end) = match (one, other) {
        (Edge::Start(start), Edge::End(end)) | (Edge::End(end), Edge::Start(start)) => (start, end),
        _ => return None,
    };
    usize::try_from(end - start).ok().filter(|length| *length > 0)
}

/// Where in the transcript the fragment begins or ends. It can be outside of it: the first bases may be wrong.
enum Edge {
    Start(i64),
    End(i64),
}

/// The edge of the fragment with which the read begins.
fn edge(read: &Read, transcript: usize, index: &Index) -> Option<Edge> {
    let hit = |kmer: Kmer| {
        let place = index.places(kmer.code).iter().find(|place| place.transcript == transcript)?;
        Some((kmer, *place))
    };
    let (kmer, Place { start, is_reversed, .. }) = kmers(&read.bases, index.k).find_map(hit)?;
    Some(if kmer.is_reversed == is_reversed {
        Edge::Start(start as i64 - kmer.start as i64)
    } else {
        Edge::End((start + index.k + kmer.start) as i64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Transcript;
    use crate::kmer::other_strand;
    use crate::trimming::Cuts;

    /// Two transcripts that begin alike, and one of its own.
    const TRANSCRIPTS: [&str; 3] = [
        "ACGTTGCATTAGCCATGACCGTATTGACGTATCAGGATTA",
        "ACGTTGCATTAGCCATGACCCCTGAAGGTTCAACAGCTAG",
        "GGTCTCAGATTCGCGTGGAATAACGCAAGTCTTGGTCAAC",
    ];

    fn pairs(all: &[(&str, &str)]) -> Counts {
        let transcripts = TRANSCRIPTS.map(|bases| Transcript { name: bases.into(), bases: bases.into() });
        let read = |bases: &str| Read { name: "a".into(), bases: bases.into(), qualities: vec![40; bases.len()] };
        let pairs = all.iter().map(|(one, other)| [read(one), read(&other_strand(other))]).collect();
        let trimmed = Trimmed { pairs, cuts: Cuts::default() };
        map::call_fresh(&trimmed, &crate::indexing::index::call_fresh(&transcripts, 7).unwrap())
    }

    #[test]
    fn a_pair_comes_from_the_transcripts_that_have_all_its_kmers() {
        let counts = pairs(&[
            (&TRANSCRIPTS[0][..12], &TRANSCRIPTS[0][6..20]),
            (&TRANSCRIPTS[0][..12], &TRANSCRIPTS[0][28..]),
            (&TRANSCRIPTS[1][..12], &TRANSCRIPTS[1][28..]),
            (&TRANSCRIPTS[2][..12], &TRANSCRIPTS[2][28..]),
        ]);
        assert_eq!(counts.classes, BTreeMap::from([(vec![0, 1], 1), (vec![0], 1), (vec![1], 1), (vec![2], 1)]));
        assert_eq!((counts.mapped(), counts.unique()), (4, 3));
    }

    #[test]
    fn a_read_without_known_kmers_leaves_the_word_to_the_other() {
        let counts = pairs(&[("AAAAAAAAAAAA", &TRANSCRIPTS[1][28..]), ("AAAAAAAAAAAA", "AAAAAAAA")]);
        assert_eq!((counts.classes, counts.unknown), (BTreeMap::from([(vec![1], 1)]), 1));
    }

    #[test]
    fn a_pair_that_no_transcript_has_as_a_whole_is_torn() {
        let counts = pairs(&[(&TRANSCRIPTS[0][20..], &TRANSCRIPTS[2][..20])]);
        assert_eq!((counts.torn, counts.mapped()), (1, 0));
    }

    #[test]
    fn a_wrong_base_costs_only_the_kmers_around_it() {
        let wrong = TRANSCRIPTS[0][20..40].replacen('G', "T", 1);
        assert_eq!(pairs(&[(&wrong, &TRANSCRIPTS[0][24..])]).classes, BTreeMap::from([(vec![0], 1)]));
    }

    #[test]
    fn a_fragment_reaches_from_the_start_of_one_read_to_the_start_of_the_other() {
        let (left, right) = (&TRANSCRIPTS[2][3..15], &TRANSCRIPTS[2][20..33]);
        assert_eq!(pairs(&[(left, right)]).fragments, BTreeMap::from([(30, 1)]));
        // The pair may as well be the other way round.
        let turned = (&*other_strand(right), &*other_strand(left));
        assert_eq!(pairs(&[turned]).fragments, BTreeMap::from([(30, 1)]));
    }

    #[test]
    fn reads_on_one_strand_are_not_the_ends_of_a_fragment() {
        let counts = pairs(&[(&TRANSCRIPTS[2][..12], &other_strand(&TRANSCRIPTS[2][28..]))]);
        assert_eq!((counts.mapped(), counts.fragments.len()), (1, 0));
    }

    #[test]
    fn chunks_together_are_as_all_pairs_at_once() {
        let all = [(&TRANSCRIPTS[0][..12], &TRANSCRIPTS[0][28..]), (&TRANSCRIPTS[2][3..15], &TRANSCRIPTS[2][20..33])];
        let parts = all.iter().map(|pair| pairs(&[*pair])).collect();
        assert_eq!(tally::call_fresh(parts).unwrap(), pairs(&all));
        assert!(tally::call_fresh(Vec::new()).is_err());
    }
}
