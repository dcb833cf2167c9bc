//! Parts of one kind and name, told apart.

use std::borrow::Cow;

use crate::code::{Hash, Part, PartKind};

/// Takes out repetitions and tells parts of one kind and name apart. The outcome does not depend on the order in which
/// they were found.
pub(super) fn settle(parts: &mut Vec<Part>) {
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|&a, &b| {
        let key = |index: usize| {
            let part: &Part = &parts[index];
            (part.kind, part.name.as_str(), &part.hash, index)
        };
        key(a).cmp(&key(b))
    });
    // For each part the first one that is equal to it, and its number among those of its kind and name.
    let mut first: Vec<usize> = (0..parts.len()).collect();
    let mut number = vec![1_usize; parts.len()];
    for pair in order.windows(2) {
        let (before, after) = (&parts[pair[0]], &parts[pair[1]]);
        if (before.kind, &before.name) == (after.kind, &after.name) {
            if before.hash == after.hash {
                first[pair[1]] = first[pair[0]];
                number[pair[1]] = number[pair[0]];
            } else {
                number[pair[1]] = number[pair[0]] + 1;
            }
        }
    }
    let mut place = vec![0_u32; parts.len()];
    let mut kept = 0;
    for (index, first) in first.iter().enumerate() {
        place[index] = if *first == index { kept } else { place[*first] };
        kept += u32::from(*first == index);
    }
    let mut index = 0;
    parts.retain(|_| {
        index += 1;
        first[index - 1] == index - 1
    });
    let numbers = (0..first.len()).filter(|index| first[*index] == *index).map(|index| number[index]);
    for (part, number) in parts.iter_mut().zip(numbers) {
        part.via = part.via.and_then(|via| place.get(via as usize).copied());
        if number > 1 {
            part.name = with_number(&part.name, number);
        }
    }
}

/// A part by what its fingerprint counts.
pub(super) type Mark<'a> = (PartKind, Cow<'a, str>, Hash);

/// What [`settle`] would leave of parts, in order.
pub(super) fn settled(mut parts: Vec<(PartKind, &str, Hash)>) -> Vec<Mark<'_>> {
    // Most of them come in order, and a stable sort is fast then.
    parts.sort();
    parts.dedup();
    let mut marks: Vec<Mark<'_>> = Vec::with_capacity(parts.len());
    let mut number = 1;
    let mut any = false;
    for (index, (kind, name, hash)) in parts.iter().enumerate() {
        let again = index > 0 && (parts[index - 1].0, parts[index - 1].1) == (*kind, *name);
        number = if again { number + 1 } else { 1 };
        any |= again;
        let name = if again { Cow::Owned(with_number(name, number)) } else { Cow::Borrowed(*name) };
        marks.push((*kind, name, *hash));
    }
    if any {
        marks.sort();
    }
    marks
}

fn with_number(name: &str, number: usize) -> String {
    format!("{name} #{number}")
}
