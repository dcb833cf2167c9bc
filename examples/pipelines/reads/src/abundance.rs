//! From counts of classes to how much there is of each transcript.
//!
//! A pair that can come from several transcripts is shared among them, in proportion to how often each would give such
//! a pair. How often that is depends on how much there is of each: so the shares are estimated in turns with the
//! amounts, from equal amounts on, until they stay as they are (expectation maximisation).

use crate::data::Transcript;
use crate::mapping::Counts;
use anyhow::{Result, ensure};
use scrat::stash;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The amounts have settled once none changes by more than this share of a pair.
const SETTLED: f64 = 1e-9;
/// Far more than is ever needed.
const MOST_ROUNDS: usize = 100_000;

/// How much there is of a transcript.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Abundance {
    /// Its name.
    pub(crate) name: String,
    /// The number of its bases.
    pub(crate) length: usize,
    /// The number of places at which a fragment can begin, on average.
    pub(crate) effective_length: f64,
    /// The estimated number of pairs.
    pub(crate) pairs: f64,
    /// Its share of all transcripts, in millionths (transcripts per million).
    pub(crate) tpm: f64,
}

/// Estimates how much there is of each transcript.
#[stash]
pub(crate) fn quantify(counts: &Counts, transcripts: &[Transcript]) -> Result<Vec<Abundance>> {
    ensure!(
        !counts.fragments.is_empty(),
        "expected pairs that come from one transcript alone, to learn how long fragments are, found none: do these reads \
         belong to these transcripts?"
    );
    let lengths: Vec<f64> =
        transcripts.iter().map(|transcript| effective_length(transcript.bases.len(), &counts.fragments)).collect();
    let pairs = share(counts, &lengths);
    let amounts: Vec<f64> = pairs.iter().zip(&lengths).map(|(pairs, length)| pairs / length).collect();
    let total: f64 = amounts.iter().sum();
    let abundance = |(at, transcript): (usize, &Transcript)| Abundance {
        name: transcript.name.clone(),
        length: transcript.bases.len(),
        effective_length: lengths[at],
        pairs: pairs[at],
        tpm: 1e6 * amounts[at] / total,
    };
    Ok(transcripts.iter().enumerate().map(abundance).collect())
}

/// The number of places at which a fragment can begin in a transcript: the longer the fragment, the fewer. Fragments
/// that are longer than the transcript don't come from it.
fn effective_length(length: usize, fragments: &BTreeMap<usize, u64>) -> f64 {
    let [mut fitting, mut bases] = [0.0; 2];
    for (fragment, pairs) in fragments.range(..=length) {
        fitting += *pairs as f64;
        bases += (*fragment as f64) * (*pairs as f64);
    }
    if fitting > 0.0 { length as f64 - bases / fitting + 1.0 } else { length as f64 }
}

/// The number of pairs of each transcript.
fn share(counts: &Counts, lengths: &[f64]) -> Vec<f64> {
    let mut pairs = vec![counts.mapped() as f64 / lengths.len() as f64; lengths.len()];
    for _ in 0..MOST_ROUNDS {
        let mut next = vec![0.0; lengths.len()];
        for (class, count) in &counts.classes {
            let amount = |transcript: usize| pairs[transcript] / lengths[transcript];
            let total: f64 = class.iter().map(|transcript| amount(*transcript)).sum();
            class.iter().for_each(|transcript| next[*transcript] += *count as f64 * amount(*transcript) / total);
        }
        let change = pairs.iter().zip(&next).map(|(before, after)| (after - before).abs()).fold(0.0, f64::max);
        pairs = next;
        if change < SETTLED {
            break;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn abundances(lengths: &[usize], classes: &[(&[usize], u64)]) -> Vec<Abundance> {
        let transcript = |length: &usize| Transcript { name: length.to_string(), bases: "A".repeat(*length) };
        let transcripts: Vec<Transcript> = lengths.iter().map(transcript).collect();
        let counts = Counts {
            classes: classes.iter().map(|(class, pairs)| (class.to_vec(), *pairs)).collect(),
            fragments: BTreeMap::from([(101, 2)]),
            ..Counts::default()
        };
        quantify::call_fresh(&counts, &transcripts).unwrap()
    }

    #[test]
    fn of_two_transcripts_with_as_many_pairs_there_is_more_of_the_shorter() {
        let found = abundances(&[300, 500], &[(&[0], 10), (&[1], 10)]);
        assert_eq!([found[0].effective_length, found[1].effective_length], [200.0, 400.0]);
        assert!((found[0].tpm / found[1].tpm - 2.0).abs() < 1e-9);
        assert!((found[0].tpm + found[1].tpm - 1e6).abs() < 1e-6);
    }

    #[test]
    fn pairs_in_doubt_are_shared_as_the_certain_ones_are() {
        let found = abundances(&[300, 300, 300], &[(&[0], 30), (&[1], 10), (&[0, 1], 40), (&[2], 1)]);
        let pairs: Vec<f64> = found.iter().map(|one| one.pairs).collect();
        for (found, expected) in pairs.iter().zip([60.0, 20.0, 1.0]) {
            assert!((found - expected).abs() < 1e-6, "{pairs:?}");
        }
    }

    #[test]
    fn a_transcript_without_pairs_takes_none_from_others() {
        let found = abundances(&[300, 300], &[(&[0], 10), (&[0, 1], 10)]);
        assert!((found[0].pairs - 20.0).abs() < 1e-6 && found[1].pairs < 1e-6);
    }

    #[test]
    fn fragments_longer_than_the_transcript_do_not_count_for_it() {
        let fragments = BTreeMap::from([(100, 3), (200, 1)]);
        assert_eq!(effective_length(150, &fragments), 51.0);
        assert_eq!(effective_length(250, &fragments), 126.0);
        assert_eq!(effective_length(50, &fragments), 50.0);
    }

    #[test]
    fn reads_of_other_transcripts_are_a_mistake() {
        let text = quantify::call_fresh(&Counts::default(), &[]).unwrap_err().to_string();
        assert!(text.contains("do these reads belong to these transcripts?"), "{text}");
    }
}
