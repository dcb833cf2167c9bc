//! The reads in chunks, each of which goes through the steps by itself, so that the chunks can run in parallel.

use crate::data::{Pair, Read};
use anyhow::{Result, ensure};
use scrat::stash;

/// The read pairs of one of the chunks: neighbours in the files, a chunk like another up to one pair.
#[stash]
pub(crate) fn deal(forward: &[Read], reverse: &[Read], chunk: usize, chunks: usize) -> Result<Vec<Pair>> {
    ensure!(
        forward.len() == reverse.len(),
        "expected two files with as many reads each, found {} and {}",
        forward.len(),
        reverse.len()
    );
    let start = |chunk: usize| chunk * forward.len() / chunks;
    let range = start(chunk)..start(chunk + 1);
    forward[range.clone()].iter().zip(&reverse[range]).map(|(one, other)| pair(one, other)).collect()
}

fn pair(one: &Read, other: &Read) -> Result<Pair> {
    // Some sequencers add the number of the file.
    let names = [one.name.trim_end_matches("/1"), other.name.trim_end_matches("/2")];
    ensure!(
        names[0] == names[1],
        "expected the reads of both files in one order, found {} beside {}",
        one.name,
        other.name
    );
    Ok([one.clone(), other.clone()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(names: &[&str]) -> Vec<Read> {
        let read = |name: &&str| Read { name: (*name).to_owned(), bases: "A".into(), qualities: vec![40] };
        names.iter().map(read).collect()
    }

    #[test]
    fn every_pair_is_in_exactly_one_chunk() {
        let (forward, reverse) = (reads(&["a/1", "b", "c", "d", "e"]), reads(&["a/2", "b", "c", "d", "e"]));
        for chunks in 1..8 {
            let dealt: Vec<Pair> =
                (0..chunks).flat_map(|chunk| deal::call_fresh(&forward, &reverse, chunk, chunks).unwrap()).collect();
            assert_eq!(dealt.iter().map(|pair| &pair[0]).collect::<Vec<_>>(), forward.iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn files_in_different_orders_are_a_mistake() {
        let text = deal::call_fresh(&reads(&["a", "b"]), &reads(&["b", "a"]), 0, 1).unwrap_err().to_string();
        assert!(text.ends_with("found a beside b"), "{text}");
    }

    #[test]
    fn files_of_different_lengths_are_a_mistake() {
        let text = deal::call_fresh(&reads(&["a", "b"]), &reads(&["a"]), 0, 1).unwrap_err().to_string();
        assert!(text.ends_with("found 2 and 1"), "{text}");
    }
}
