//! The report, as Markdown: what the reads were like, what was cut, what was mapped, and how much there is of what.

use crate::abundance::Abundance;
use crate::indexing::Index;
use crate::mapping::Counts;
use crate::quality::{Place, Quality};
use anyhow::Result;
use scrat::stash;
use std::fmt::Write;

/// So many places of the reads are taken together in a row of the report.
const WINDOW: usize = 10;

/// Writes the report.
#[stash]
pub(crate) fn write_report(
    quality: Vec<Quality>,
    index: &Index,
    counts: &Counts,
    abundances: &[Abundance],
) -> Result<String> {
    let Quality { before, after, cuts } = Quality::of(&quality);
    let mut text = String::from("# What the reads say\n\n");

    let read = before.0[0].reads();
    writeln!(
        text,
        "Of **{read}** pairs of reads, **{}** were good enough to be mapped, and **{}** ({}) come from the \
         transcripts; {} of them from one transcript alone.\n",
        counts.pairs(),
        counts.mapped(),
        percent(counts.mapped(), counts.pairs()),
        counts.unique(),
    )?;

    text.push_str("## Quality control\n\n");
    text.push_str("Mean quality (Phred), G and C, and unknown bases by place, before and after trimming.\n\n");
    let names = ["first", "second"];
    let mut rows = Vec::new();
    for (name, (before, after)) in names.into_iter().zip(before.0.iter().zip(&after.0)) {
        for start in (0..before.places.len()).step_by(WINDOW) {
            let end = (start + WINDOW).min(before.places.len());
            let [before, after] = [before, after].map(|side| describe(side.total(start..end)));
            let label = [format!("{name} reads, bases {} to {end}", start + 1)];
            rows.push(label.into_iter().chain(before).chain(after).collect());
        }
    }
    table(&mut text, &["", "bases", "quality", "G, C", "N", "bases after", "quality", "G, C", "N"], rows)?;

    text.push_str("## Trimming\n\n");
    let cut = [
        ("reads that end in the adapter", cuts.adapters),
        ("reads with a bad end", cuts.bad_ends),
        ("bases cut off the pairs that stay", cuts.bases),
        ("pairs left out", cuts.pairs),
    ];
    table(&mut text, &["", "number"], cut.map(|(name, number)| vec![name.to_owned(), number.to_string()]))?;

    text.push_str("## Mapping\n\n");
    writeln!(text, "The transcripts have {} different {}-mers.\n", index.len(), index.k)?;
    let fates = [
        ("can come from one transcript alone", counts.unique()),
        ("can come from several transcripts", counts.mapped() - counts.unique()),
        ("have no k-mer that a transcript has", counts.unknown),
        ("have k-mers that no transcript has together", counts.torn),
    ];
    let rows = fates.map(|(name, pairs)| vec![name.to_owned(), pairs.to_string(), percent(pairs, counts.pairs())]);
    table(&mut text, &["pairs that", "number", "share"], rows)?;
    writeln!(text, "The fragments are {:.1} bases long on average.\n", mean_fragment(counts))?;

    text.push_str("## Transcripts\n\n");
    text.push_str("The most frequent first. TPM: of a million transcripts in the sample, so many are this one.\n\n");
    let mut sorted: Vec<&Abundance> = abundances.iter().collect();
    sorted.sort_by(|one, other| other.tpm.total_cmp(&one.tpm));
    let rows = sorted.into_iter().map(|one| {
        vec![one.name.clone(), one.length.to_string(), format!("{:.1}", one.pairs), format!("{:.0}", one.tpm)]
    });
    table(&mut text, &["transcript", "bases", "pairs", "TPM"], rows)?;
    text.truncate(text.trim_end().len());
    text.push('\n');
    Ok(text)
}

/// The mean length of the fragments whose both ends are known.
pub(crate) fn mean_fragment(counts: &Counts) -> f64 {
    let number: u64 = counts.fragments.values().sum();
    let bases: u64 = counts.fragments.iter().map(|(length, pairs)| *length as u64 * pairs).sum();
    bases as f64 / number as f64
}

fn describe(place: Place) -> [String; 4] {
    let quality =
        if place.reads == 0 { "–".to_owned() } else { format!("{:.1}", place.quality as f64 / place.reads as f64) };
    [place.reads.to_string(), quality, percent(place.gc, place.reads), percent(place.unknown, place.reads)]
}

/// A part of a whole in percent, with one digit behind the point.
fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.1} %", 100.0 * part as f64 / whole as f64) }
}

/// Adds a table whose first column is text and whose other columns are numbers, and a blank line.
fn table(text: &mut String, head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<()> {
    writeln!(text, "| {} |\n| :-- |{}", head.join(" | "), " --: |".repeat(head.len() - 1))?;
    for row in rows {
        writeln!(text, "| {} |", row.join(" | "))?;
    }
    text.push('\n');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Pair, Read, Transcript};
    use crate::quality::inspect;
    use crate::trimming::{Cuts, Trimmed};
    use std::collections::BTreeMap;

    #[test]
    fn the_numbers_of_the_report_are_those_of_the_steps() {
        let read = |bases: &str| Read { name: "a".into(), bases: bases.into(), qualities: vec![30; bases.len()] };
        let pairs: Vec<Pair> = vec![[read("ACGTACGTACGG"), read("AAN")], [read("ACGT"), read("AA")]];
        let cuts = Cuts { adapters: 3, bad_ends: 5, bases: 7, pairs: 1 };
        let trimmed = Trimmed { pairs: pairs[..1].to_vec(), cuts };
        let transcript = Transcript { name: "one".into(), bases: "ACGTT".into() };
        let index = crate::indexing::index::call_fresh(&[transcript], 3).unwrap();
        let counts = Counts {
            classes: BTreeMap::from([(vec![0], 6), (vec![0, 1], 2)]),
            unknown: 1,
            torn: 1,
            fragments: BTreeMap::from([(10, 1), (12, 3)]),
        };
        let abundance =
            |name: &str, tpm| Abundance { name: name.into(), length: 5, effective_length: 1.0, pairs: 8.0, tpm };
        let abundances = [abundance("few", 1.0), abundance("many", 2.0)];
        let quality = inspect::call_fresh(&pairs, &trimmed);
        let text = write_report::call_fresh(vec![quality], &index, &counts, &abundances).unwrap();
        for expected in [
            "Of **2** pairs of reads, **10** were good enough to be mapped, and **8** (80.0 %) come from the",
            "| first reads, bases 1 to 10 | 14 | 30.0 | 50.0 % | 0.0 % | 10 | 30.0 | 50.0 % | 0.0 % |",
            "| first reads, bases 11 to 12 | 2 | 30.0 | 100.0 % | 0.0 % | 2 | 30.0 | 100.0 % | 0.0 % |",
            "| second reads, bases 1 to 3 | 5 | 30.0 | 0.0 % | 20.0 % | 3 | 30.0 | 0.0 % | 33.3 % |",
            "| reads that end in the adapter | 3 |\n| reads with a bad end | 5 |",
            "The transcripts have 2 different 3-mers.",
            "| can come from several transcripts | 2 | 20.0 % |",
            "The fragments are 11.5 bases long on average.",
            "| many | 5 | 8.0 | 2 |\n| few | 5 | 8.0 | 1 |\n",
        ] {
            assert!(text.contains(expected), "{expected}\n\nis not in\n\n{text}");
        }
    }
}
