//! What a misspelt name may have been meant as.

/// The name that differs by a slip: a letter more, less or other, or two in another order; two of these in longer names.
pub(crate) fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    const SHORT: usize = 4;
    let slips = if word.trim_start_matches('-').len() > SHORT { 2 } else { 1 };
    let with_slips = names.map(|name| (strsim::osa_distance(word, name), name));
    with_slips.filter(|(distance, _)| *distance <= slips).min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_noticed() {
        for (word, name) in [("penguin", "penguins"), ("pengiuns", "penguins"), ("lief", "life"), ("--mni", "--min")] {
            assert_eq!(nearest(word, [name, "other"].into_iter()), Some(name));
        }
        assert_eq!(nearest("walrus", ["penguins"].into_iter()), None);
    }
}
