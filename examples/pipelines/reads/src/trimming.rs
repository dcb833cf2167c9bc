//! Trimming: bases that are no good, or not the sample's, are cut off the ends of the reads.
//!
//! A fragment that is shorter than a read is read through to the adapter, the known piece of DNA that was attached to
//! it for the sequencer. Towards the end of a read, the sequencer is less sure.

use crate::data::{Pair, Read};
use anyhow::{Result, ensure};
use scrat::stash;
use serde::{Deserialize, Serialize};

/// With fewer bases of the adapter than this, a read may well end by chance.
const LEAST_OVERLAP: usize = 6;
/// One in so many bases of the adapter may be wrong.
const BASES_PER_ERROR: usize = 10;

/// What trimming left of a chunk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Trimmed {
    /// The pairs that are still long enough.
    pub(crate) pairs: Vec<Pair>,
    /// What was cut.
    pub(crate) cuts: Cuts,
}

/// What was cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cuts {
    /// Reads with an adapter.
    pub(crate) adapters: u64,
    /// Reads with a bad end.
    pub(crate) bad_ends: u64,
    /// Bases cut, in the pairs that stay.
    pub(crate) bases: u64,
    /// Pairs left out, as one of their reads was too short then.
    pub(crate) pairs: u64,
}

impl Cuts {
    /// Counts these as well.
    pub(crate) fn add(&mut self, other: Self) {
        self.adapters += other.adapters;
        self.bad_ends += other.bad_ends;
        self.bases += other.bases;
        self.pairs += other.pairs;
    }
}

/// Cuts adapters, and ends of low quality; leaves out the pairs of which a read is shorter than `min_length` then.
#[stash]
pub(crate) fn trim(pairs: Vec<Pair>, adapter: &str, min_quality: u8, min_length: usize) -> Result<Trimmed> {
    ensure!(
        adapter.bytes().all(|base| b"ACGT".contains(&base)),
        "adapter: expected the bases A, C, G and T, found \"{adapter}\"; leave it empty if there is none"
    );
    let mut trimmed = Trimmed { pairs: Vec::new(), cuts: Cuts::default() };
    for mut pair in pairs {
        let before = length(&pair);
        for read in &mut pair {
            if let Some(start) = find_adapter(&read.bases, adapter) {
                read.truncate(start);
                trimmed.cuts.adapters += 1;
            }
            let end = good_end(read, min_quality);
            trimmed.cuts.bad_ends += u64::from(end < read.bases.len());
            read.truncate(end);
        }
        if pair.iter().all(|read| read.bases.len() >= min_length) {
            trimmed.cuts.bases += (before - length(&pair)) as u64;
            trimmed.pairs.push(pair);
        } else {
            trimmed.cuts.pairs += 1;
        }
    }
    Ok(trimmed)
}

fn length(pair: &Pair) -> usize {
    pair.iter().map(|read| read.bases.len()).sum()
}

/// Where the adapter begins: the first place from which on the read is the adapter, up to a few errors, as far as both
/// go.
fn find_adapter(bases: &str, adapter: &str) -> Option<usize> {
    let (bases, adapter) = (bases.as_bytes(), adapter.as_bytes());
    (0..bases.len()).find(|&start| {
        let overlap = adapter.len().min(bases.len() - start);
        let errors = bases[start..].iter().zip(adapter).filter(|(base, expected)| base != expected).count();
        overlap >= LEAST_OVERLAP && errors <= overlap / BASES_PER_ERROR
    })
}

/// How far the read is good: where the bases behind it fall short of the quality by the most in sum. A single good
/// base among bad ones does not save them, and a single bad one among good ones does not cost them.
fn good_end(read: &Read, min_quality: u8) -> usize {
    let (mut end, mut most, mut lacking) = (read.bases.len(), 0, 0);
    for (place, quality) in read.qualities.iter().enumerate().rev() {
        lacking += i64::from(min_quality) - i64::from(*quality);
        if lacking < 0 {
            break;
        }
        if lacking > most {
            (end, most) = (place, lacking);
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADAPTER: &str = "AGATCGGAAGAGC";

    fn read(bases: &str, qualities: &[u8]) -> Read {
        Read { name: "a".into(), bases: bases.into(), qualities: qualities.into() }
    }

    fn good(bases: &str) -> Read {
        read(bases, &vec![40; bases.len()])
    }

    fn trimmed(pair: Pair, min_length: usize) -> Trimmed {
        trim::call_fresh(vec![pair], ADAPTER, 20, min_length).unwrap()
    }

    #[test]
    fn what_follows_the_adapter_goes_with_it() {
        assert_eq!(find_adapter("TTCATTAGATCGGAAGAGCACAC", ADAPTER), Some(6));
        assert_eq!(find_adapter(ADAPTER, ADAPTER), Some(0));
    }

    #[test]
    fn an_adapter_may_end_with_the_read_and_have_an_error_in_ten_bases() {
        assert_eq!(find_adapter("TTCATTAGATCG", ADAPTER), Some(6));
        assert_eq!(find_adapter("TTCATTAGATGG", ADAPTER), None);
        assert_eq!(find_adapter("TTCATTAGATGGGAAGAGCACAC", ADAPTER), Some(6));
        assert_eq!(find_adapter("TTCATTAGATGGGAACAGCACAC", ADAPTER), None);
    }

    #[test]
    fn a_few_bases_that_look_like_the_adapter_stay() {
        assert_eq!(find_adapter("TTCATTCAGATC", ADAPTER), None);
        assert_eq!(find_adapter("TTCATT", ""), None);
    }

    #[test]
    fn a_bad_end_is_cut_and_one_bad_base_is_not() {
        assert_eq!(good_end(&read("ACGTAC", &[40, 40, 40, 2, 30, 2]), 20), 3);
        assert_eq!(good_end(&read("ACGTAC", &[40, 40, 2, 40, 40, 40]), 20), 6);
        assert_eq!(good_end(&read("ACGTAC", &[2; 6]), 20), 0);
        assert_eq!(good_end(&read("ACGTAC", &[2; 6]), 0), 6);
    }

    #[test]
    fn a_pair_is_left_out_if_one_read_is_too_short() {
        let pair = [good("ACGTACGTA"), read("ACGTACGTA", &[40, 40, 40, 40, 2, 2, 2, 2, 2])];
        let (short, long) = (trimmed(pair.clone(), 5), trimmed(pair, 4));
        assert_eq!((short.pairs.len(), short.cuts.pairs, short.cuts.bases), (0, 1, 0));
        assert_eq!((long.pairs[0][1].bases.as_str(), long.cuts.bad_ends, long.cuts.bases), ("ACGT", 1, 5));
    }

    #[test]
    fn an_adapter_that_is_no_dna_is_a_mistake() {
        let text = trim::call_fresh(Vec::new(), "AGAUCG", 20, 31).unwrap_err().to_string();
        assert!(text.starts_with("adapter: expected the bases A, C, G and T, found \"AGAUCG\""), "{text}");
    }
}
