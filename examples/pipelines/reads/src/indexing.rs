//! The index: in which transcripts, and where, each k-mer is.

use crate::data::Transcript;
use crate::kmer::{LONGEST, kmers};
use anyhow::{Result, ensure};
use scrat::stash;
use serde::{Deserialize, Serialize};

/// The k-mers of all transcripts, sorted, each with its places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Index {
    /// The length of a k-mer.
    pub(crate) k: usize,
    codes: Vec<u64>,
    /// The places of the k-mer of this number are those from here to where those of the next one begin.
    starts: Vec<usize>,
    places: Vec<Place>,
}

/// Where a k-mer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The number of the transcript.
    pub(crate) transcript: usize,
    /// Where it begins there.
    pub(crate) start: usize,
    /// Whether its number is that of the transcript's other strand.
    pub(crate) is_reversed: bool,
}

/// Looks up where every k-mer is. `k` is an odd number from 3 to 31.
#[stash]
pub(crate) fn index(transcripts: &[Transcript], k: usize) -> Result<Index> {
    ensure!(
        (3..=LONGEST).contains(&k) && !k.is_multiple_of(2),
        "k: expected an odd number from 3 to {LONGEST}, found {k}"
    );
    let mut found = Vec::new();
    for (transcript, Transcript { bases, .. }) in transcripts.iter().enumerate() {
        for kmer in kmers(bases, k) {
            found.push((kmer.code, Place { transcript, start: kmer.start, is_reversed: kmer.is_reversed }));
        }
    }
    ensure!(!found.is_empty(), "k: expected transcripts with {k} known bases in a row, found none");
    found.sort_unstable();

    let mut index = Index { k, codes: Vec::new(), starts: Vec::new(), places: Vec::new() };
    for (code, place) in found {
        if index.codes.last() != Some(&code) {
            index.codes.push(code);
            index.starts.push(index.places.len());
        }
        index.places.push(place);
    }
    Ok(index)
}

impl Index {
    /// The number of different k-mers.
    pub(crate) fn len(&self) -> usize {
        self.codes.len()
    }

    /// Where the k-mer of this number is, in the order of the transcripts; nowhere, if no transcript has it.
    pub(crate) fn places(&self, code: u64) -> &[Place] {
        let Ok(at) = self.codes.binary_search(&code) else { return &[] };
        let end = self.starts.get(at + 1).copied().unwrap_or(self.places.len());
        &self.places[self.starts[at]..end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kmer::other_strand;

    fn transcripts(all: &[&str]) -> Vec<Transcript> {
        let transcript =
            |(number, bases): (usize, &&str)| Transcript { name: number.to_string(), bases: (*bases).into() };
        all.iter().enumerate().map(transcript).collect()
    }

    #[test]
    fn every_kmer_is_found_at_all_its_places() {
        let index = index::call_fresh(&transcripts(&["ACGTTGC", "TTGCA"]), 5).unwrap();
        let [code] = kmers("GTTGC", 5).map(|kmer| kmer.code).collect::<Vec<_>>()[..] else { panic!() };
        let places: Vec<_> = index.places(code).iter().map(|place| (place.transcript, place.start)).collect();
        assert_eq!(places, [(0, 2)]);
        let index = index::call_fresh(&transcripts(&["ACGTTGC", "TTGCA"]), 3).unwrap();
        let code = kmers("TTG", 3).next().unwrap().code;
        let places: Vec<_> = index.places(code).iter().map(|place| (place.transcript, place.start)).collect();
        assert_eq!(places, [(0, 3), (1, 0)]);
    }

    #[test]
    fn the_other_strand_is_found_at_the_same_places_and_turned() {
        let bases = "ACGTTGCATTA";
        let index = index::call_fresh(&transcripts(&[bases]), 7).unwrap();
        let back = other_strand(bases);
        for kmer in kmers(&back, 7) {
            let [place] = index.places(kmer.code) else { panic!("{kmer:?}") };
            assert_eq!(place.start, bases.len() - kmer.start - 7);
            assert_ne!(place.is_reversed, kmer.is_reversed);
        }
    }

    #[test]
    fn a_kmer_that_is_nowhere_has_no_places() {
        let index = index::call_fresh(&transcripts(&["AAAAAC"]), 5).unwrap();
        assert_eq!(index.len(), 2);
        assert!(index.places(kmers("GGGGG", 5).next().unwrap().code).is_empty());
    }

    #[test]
    fn a_length_that_cannot_be_indexed_is_a_mistake() {
        for k in [0, 1, 20, 33] {
            let text = index::call_fresh(&transcripts(&["ACGT"]), k).unwrap_err().to_string();
            assert_eq!(text, format!("k: expected an odd number from 3 to 31, found {k}"));
        }
        let text = index::call_fresh(&transcripts(&["ACGT"]), 5).unwrap_err().to_string();
        assert_eq!(text, "k: expected transcripts with 5 known bases in a row, found none");
    }
}
