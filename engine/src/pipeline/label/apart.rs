//! Texts that begin alike, each shown where it differs from the others.

/// How many characters of a text are shown.
const MOST: usize = 40;

/// For each text a piece or several of it that no other has, as far as these are told in a few characters:
/// `…depth: 3`, `…alpha: 0.5…depth: 3`.
pub(super) fn tell_apart(texts: &[&str]) -> Vec<String> {
    let texts: Vec<Vec<char>> = texts.iter().map(|text| text.chars().collect()).collect();
    let mut shown = vec![String::new(); texts.len()];
    // Groups of texts that are shown alike so far, and where in each the rest begins.
    let mut open: Vec<Vec<(usize, usize)>> = vec![(0..texts.len()).map(|text| (text, 0)).collect()];
    while let Some(group) = open.pop() {
        if group.len() < 2 || shown[group[0].0].chars().count() >= MOST {
            continue;
        }
        let rest = |&(text, from): &(usize, usize)| &texts[text][from..];
        let first = rest(&group[0]);
        let shared = group.iter().map(|at| common(first, rest(at))).min().unwrap_or(0);
        if group.iter().all(|at| rest(at).len() == shared) {
            continue;
        }
        let start = piece_start(&first[..shared]);
        let mut pieces: Vec<(String, (usize, usize))> = Vec::new();
        for at in group {
            let rest = rest(&at);
            let end = piece_end(rest, shared);
            let mut piece: String = rest[start..end].iter().collect();
            let room = MOST.saturating_sub(shown[at.0].chars().count()).max(8);
            if piece.chars().count() > room {
                // A long piece is shown from where it differs.
                let skipped = (shared - start).saturating_sub(2);
                piece = piece.chars().skip(skipped).take(room).collect();
            }
            if start > 0 || shown[at.0].ends_with(|last| last != '…') {
                shown[at.0].push('…');
            }
            shown[at.0].push_str(&piece);
            pieces.push((piece, (at.0, at.1 + end)));
        }
        pieces.sort();
        for alike in pieces.chunk_by(|a, b| a.0 == b.0) {
            open.push(alike.iter().map(|(_, at)| *at).collect());
        }
    }
    for (text, shown) in texts.iter().zip(&mut shown) {
        if shown.is_empty() {
            *shown = text.iter().take(MOST - 1).chain(&['…']).collect();
        }
    }
    shown
}

fn common(a: &[char], b: &[char]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// Where the field, element or part of a path begins in which a text ends.
fn piece_start(text: &[char]) -> usize {
    let opens = |c: char| matches!(c, '{' | '[' | '(' | ',' | '/');
    let after = text.iter().rposition(|&c| opens(c)).map_or(0, |at| at + 1);
    after + text[after..].iter().take_while(|c| **c == ' ').count()
}

/// Where a piece ends that has the character at a place in it, if there is one: each piece goes on.
fn piece_end(text: &[char], place: usize) -> usize {
    let closes = |c: char| matches!(c, '}' | ']' | ')' | ',');
    let least = (place + 1).min(text.len());
    let end = text[least..].iter().position(|&c| closes(c)).map_or(text.len(), |at| least + at);
    let blank = text[least..end].iter().rev().take_while(|c| **c == ' ').count();
    end - blank
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(texts: &[&str]) -> Vec<String> {
        tell_apart(texts)
    }

    #[test]
    fn a_field_far_behind_is_shown_by_its_name() {
        let of = |depth: u32| format!("Setting {{ name: \"{}\", depth: {depth}, leaf: 2 }}", "x".repeat(60));
        assert_eq!(told(&[&of(3), &of(40)]), ["…depth: 3", "…depth: 40"]);
    }

    #[test]
    fn texts_that_differ_in_several_places_are_shown_at_each_that_it_takes() {
        let told = told(&["S { a: 1, b: 1, c: 7 }", "S { a: 1, b: 2, c: 7 }", "S { a: 2, b: 1, c: 7 }"]);
        assert_eq!(told, ["…a: 1…b: 1", "…a: 1…b: 2", "…a: 2"]);
    }

    #[test]
    fn a_path_is_shown_from_the_folder_that_differs() {
        assert_eq!(
            told(&["\"/data/long/2023/a.csv\"", "\"/data/long/2024/a.csv\""]),
            ["…2023/a.csv\"", "…2024/a.csv\""]
        );
    }

    #[test]
    fn a_text_that_another_begins_with_is_still_another() {
        let told = told(&["[1, 2]", "[1, 2, 3]"]);
        assert_eq!(told.len(), 2);
        assert_ne!(told[0], told[1]);
    }

    #[test]
    fn equal_texts_are_cut_and_left_to_be_numbered() {
        assert_eq!(told(&["same", "same"]), ["same…", "same…"]);
    }
}
