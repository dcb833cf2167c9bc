//! How much is there of each transcript, to go by 10,000 pairs of sequencing reads? See the README.

mod abundance;
mod chunks;
mod data;
mod indexing;
mod kmer;
mod mapping;
mod quality;
mod reading;
#[cfg(test)]
mod reference;
mod report;
mod table;
mod trimming;

use abundance::quantify;
use chunks::deal;
use indexing::index;
use mapping::{map, tally};
use quality::inspect;
use reading::{load_reads, load_transcripts};
use report::write_report;
use scrat::prelude::*;
use table::write_table;
use trimming::trim;

/// Counts transcripts in pairs of sequencing reads, and says what the reads are like.
#[pipeline(
    transcripts = "data/transcripts.fasta.gz",
    forward = "data/reads_1.fastq.gz",
    reverse = "data/reads_2.fastq.gz",
    chunks = 10,
    adapter = "AGATCGGAAGAGC",
    min_quality = 20,
    min_length = 31,
    k = 31
)]
#[expect(clippy::too_many_arguments, reason = "each is a flag of the command, with its own default")]
fn reads(
    /// The transcripts to look for, as FASTA, compressed or not
    transcripts: scrat::File,
    /// The first reads of the pairs, as FASTQ, compressed or not
    forward: scrat::File,
    /// The second reads of the pairs, in the same order
    reverse: scrat::File,
    /// Parts into which the pairs are dealt, to be worked on in parallel
    chunks: usize,
    /// What the reads run into behind short fragments; empty if it is cut off already
    adapter: String,
    /// Ends of reads that are worse are cut (Phred)
    min_quality: u8,
    /// Pairs with a read that is shorter after that are left out
    min_length: usize,
    /// Length of the stretches by which reads are recognised, an odd number up to 31
    k: usize,
) -> (Step<String>, Step<String>) {
    let transcripts = load_transcripts::step(transcripts);
    let index = index::step(&transcripts, k);
    let (forward, reverse) = (load_reads::step(forward), load_reads::step(reverse));

    let dealt: Vec<_> = (0..chunks).map(|chunk| deal::step(&forward, &reverse, chunk, chunks)).collect();
    let trimmed: Vec<_> =
        dealt.iter().map(|pairs| trim::step(pairs, adapter.as_str(), min_quality, min_length)).collect();
    let quality: Vec<_> = dealt.iter().zip(&trimmed).map(|(pairs, trimmed)| inspect::step(pairs, trimmed)).collect();
    let mapped: Vec<_> = trimmed.iter().map(|trimmed| map::step(trimmed, &index)).collect();

    let counts = tally::step(&mapped);
    let abundances = quantify::step(&counts, &transcripts);
    let table = write_table::step(&abundances);
    let report = write_report::step(&quality, &index, &counts, &abundances);
    (table.export("results/abundance.tsv"), report.export("results/report.md"))
}

fn main() -> std::process::ExitCode {
    scrat::main()
}
