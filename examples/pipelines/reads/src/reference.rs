//! The whole pipeline on the data, compared with what others say: kallisto, a search without an index, and the names
//! of the reads.

use crate::abundance::quantify;
use crate::chunks::deal;
use crate::data::{Pair, Transcript};
use crate::indexing::{Index, index};
use crate::kmer::other_strand;
use crate::mapping::{Class, Counts, map, tally};
use crate::reading::{load_reads, load_transcripts};
use crate::report::mean_fragment;
use crate::trimming::{Cuts, Trimmed, trim};
use std::collections::BTreeMap;

const ADAPTER: &str = "AGATCGGAAGAGC";
const K: usize = 31;

fn transcripts() -> Vec<Transcript> {
    load_transcripts::call_fresh("data/transcripts.fasta.gz".into()).unwrap()
}

fn pairs() -> Vec<Pair> {
    let [forward, reverse] =
        ["data/reads_1.fastq.gz", "data/reads_2.fastq.gz"].map(|file| load_reads::call_fresh(file.into()).unwrap());
    deal::call_fresh(&forward, &reverse, 0, 1).unwrap()
}

fn trimmed(pairs: Vec<Pair>) -> Trimmed {
    trim::call_fresh(pairs, ADAPTER, 20, K).unwrap()
}

fn mapped(pairs: Vec<Pair>, index: &Index) -> Counts {
    map::call_fresh(&Trimmed { pairs, cuts: Cuts::default() }, index)
}

/// The rows of a table, without its header if it has one.
fn rows(text: &str, header: usize) -> impl Iterator<Item = Vec<&str>> {
    text.lines().skip(header).map(|line| line.split('\t').collect())
}

#[test]
fn the_counts_are_those_of_kallisto_and_the_amounts_within_two_thousandths() {
    let transcripts = transcripts();
    let index = index::call_fresh(&transcripts, K).unwrap();
    assert_eq!(index.len(), 22_118);
    let chunks = pairs().chunks(1000).map(|chunk| map::call_fresh(&trimmed(chunk.to_vec()), &index)).collect();
    let counts = tally::call_fresh(chunks).unwrap();

    let classes = rows(include_str!("../reference/classes.tsv"), 0).map(|row| {
        let class: Class = row[0].split(',').map(|number| number.parse().unwrap()).collect();
        (class, row[1].parse().unwrap())
    });
    assert_eq!(counts.classes, classes.collect());
    assert_eq!((counts.pairs(), counts.mapped(), counts.unique()), (10_000, 9_413, 7_174));
    assert!((mean_fragment(&counts) - 178.02).abs() < 0.5, "{}", mean_fragment(&counts));

    let found = quantify::call_fresh(&counts, &transcripts).unwrap();
    let expected: Vec<Vec<&str>> = rows(include_str!("../reference/abundance.tsv"), 1).collect();
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!((found.name.as_str(), found.length), (expected[0], expected[1].parse().unwrap()));
        for (found, expected) in [found.effective_length, found.pairs, found.tpm].into_iter().zip(&expected[2..]) {
            let expected: f64 = expected.parse().unwrap();
            assert!((found / expected - 1.0).abs() < 0.002, "{found} for {expected}");
        }
    }
}

#[test]
fn a_search_without_an_index_finds_the_same_transcripts() {
    let transcripts = transcripts();
    let index = index::call_fresh(&transcripts, K).unwrap();
    let strands: Vec<[String; 2]> =
        transcripts.into_iter().map(|Transcript { bases, .. }| [other_strand(&bases), bases]).collect();
    for pair in pairs().into_iter().step_by(197) {
        let mut class: Option<Class> = None;
        for kmer in pair.iter().flat_map(|read| (K..=read.bases.len()).map(|end| &read.bases[end - K..end])) {
            let has = |at: &usize| strands[*at].iter().any(|strand| strand.contains(kmer));
            let having: Class = (0..strands.len()).filter(has).collect();
            if !having.is_empty() {
                let before = class.take().unwrap_or_else(|| having.clone());
                class = Some(before.into_iter().filter(|transcript| having.contains(transcript)).collect());
            }
        }
        let found = mapped(vec![pair], &index);
        match class {
            None => assert_eq!(found.unknown, 1),
            Some(class) if class.is_empty() => assert_eq!(found.torn, 1),
            Some(class) => assert_eq!(found.classes, BTreeMap::from([(class, 1)])),
        }
    }
}

/// The last number in a read's name is the length of the fragment from which it was made.
#[test]
fn the_fragments_are_as_long_as_the_names_of_the_reads_say() {
    let index = index::call_fresh(&transcripts(), K).unwrap();
    let (mut known, mut right) = (0, 0);
    for pair in pairs().into_iter().step_by(7) {
        let said: usize = pair[0].name.rsplit(':').next().unwrap().parse().unwrap();
        if let Some(length) = mapped(vec![pair], &index).fragments.keys().next() {
            known += 1;
            right += usize::from(*length == said);
        }
    }
    assert!(known > 900 && right * 100 > known * 99, "{right} of {known}");
}

#[test]
fn what_is_attached_to_the_reads_is_trimmed_off_again() {
    let pairs: Vec<Pair> = pairs().into_iter().take(500).collect();
    let clean = trimmed(pairs.clone());
    let attach = |mut pair: Pair| {
        for read in &mut pair {
            // Bases of the adapter and behind it, and then some of which the sequencer was not sure.
            read.bases.push_str(ADAPTER);
            read.bases.push_str("ACACGTCTGAAC");
            read.qualities.resize(read.bases.len() - 6, 38);
            read.qualities.resize(read.bases.len(), 3);
        }
        pair
    };
    let found = trimmed(pairs.into_iter().map(attach).collect());
    assert_eq!(found.pairs, clean.pairs);
    assert_eq!(found.cuts.adapters, 1000);
}
