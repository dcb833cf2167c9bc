//! The table of results, as tab-separated values.

use crate::abundance::Abundance;
use scrat::stash;

/// Writes a line for each transcript, with the columns that kallisto's table has.
#[stash]
pub(crate) fn write_table(abundances: &[Abundance]) -> String {
    let header = "target_id\tlength\teff_length\test_counts\ttpm\n".to_owned();
    abundances.iter().fold(header, |text, Abundance { name, length, effective_length, pairs, tpm }| {
        format!("{text}{name}\t{length}\t{effective_length:.2}\t{pairs:.3}\t{tpm:.3}\n")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_transcript_has_a_line() {
        let one = Abundance { name: "one".into(), length: 300, effective_length: 200.0, pairs: 1.5, tpm: 1e6 };
        let text = write_table::call_fresh(&[one.clone(), one]);
        let line = "one\t300\t200.00\t1.500\t1000000.000\n";
        assert_eq!(text, format!("target_id\tlength\teff_length\test_counts\ttpm\n{line}{line}"));
    }
}
