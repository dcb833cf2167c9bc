//! k-mers: every stretch of k bases, as one number, the same for both strands.

/// The longest k-mer that fits into a number. It is odd, as every k has to be.
pub(crate) const LONGEST: usize = 31;

/// A k-mer somewhere in a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kmer {
    /// Two bits for each base: the smaller of the two strands' numbers.
    pub(crate) code: u64,
    /// Where it begins in the sequence.
    pub(crate) start: usize,
    /// Whether the number is that of the other strand.
    pub(crate) is_reversed: bool,
}

/// All k-mers of a sequence without those that contain an N. `k` is odd, so that no k-mer is its own other strand.
pub(crate) fn kmers(bases: &str, k: usize) -> impl Iterator<Item = Kmer> {
    let mask = u64::MAX >> (64 - 2 * k);
    let (mut this, mut other, mut known) = (0, 0, 0);
    bases.bytes().enumerate().filter_map(move |(place, base)| {
        let Some(bits) = bits(base) else {
            known = 0;
            return None;
        };
        this = (this << 2 | bits) & mask;
        // The other strand is read the other way round, and has T for A and G for C.
        other = other >> 2 | (3 - bits) << (2 * (k - 1));
        known += 1;
        let start = (place + 1).checked_sub(k).filter(|_| known >= k)?;
        Some(Kmer { code: this.min(other), start, is_reversed: other < this })
    })
}

fn bits(base: u8) -> Option<u64> {
    match base {
        b'A' => Some(0),
        b'C' => Some(1),
        b'G' => Some(2),
        b'T' => Some(3),
        _ => None,
    }
}

/// The sequence of the other strand, in its reading order.
#[cfg(test)]
pub(crate) fn other_strand(bases: &str) -> String {
    let pair = |base| match base {
        'A' => 'T',
        'C' => 'G',
        'G' => 'C',
        'T' => 'A',
        other => other,
    };
    bases.chars().rev().map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_strands_have_the_same_kmers_in_opposite_orders() {
        let bases = "ACGTTGCATTAGCCATGACCGTATTGACGTATCAGG";
        for k in [3, 5, LONGEST] {
            let there: Vec<Kmer> = kmers(bases, k).collect();
            let mut back: Vec<Kmer> = kmers(&other_strand(bases), k).collect();
            back.reverse();
            assert_eq!(there.len(), bases.len() - k + 1);
            for (one, other) in there.iter().zip(&back) {
                assert_eq!(one.code, other.code);
                assert_ne!(one.is_reversed, other.is_reversed);
                assert_eq!(one.start + k + other.start, bases.len());
            }
        }
    }

    #[test]
    fn different_kmers_have_different_numbers() {
        let codes = |bases| kmers(bases, 3).map(|kmer| kmer.code).collect::<Vec<_>>();
        // AAC and GTT are the two strands of one; AAA, AAG and CAA are others.
        assert_eq!(codes("AAC"), codes("GTT"));
        let all = ["AAC", "AAA", "AAG", "CAA", "ACA"].map(codes);
        assert!(all.iter().enumerate().all(|(at, code)| !all[..at].contains(code)), "{all:?}");
    }

    #[test]
    fn no_kmer_contains_an_n() {
        let starts: Vec<usize> = kmers("ACGTNACGANCG", 3).map(|kmer| kmer.start).collect();
        assert_eq!(starts, [0, 1, 5, 6]);
        assert_eq!(kmers("AC", 3).count(), 0);
    }
}
