//! Where a mistake stands in a file of settings: what a reader of TOML says is an offset.

/// The line of an offset, from 1, and the key that is set there, with its table.
pub fn line_and_key(text: &str, offset: usize) -> (usize, Option<String>) {
    let before = text.get(..offset.min(text.len())).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    (line, key_at(text, line))
}

/// The key that is set in a line or, if a value goes on over several, before it.
fn key_at(text: &str, line: usize) -> Option<String> {
    let lines: Vec<&str> = text.lines().take(line).collect();
    let name = |key: &str| key.trim().trim_matches('"').to_owned();
    let sets = |line: &&str| !line.trim_start().starts_with(['#', '[']) && line.contains('=');
    let own = lines.iter().rposition(sets);
    let head = lines.iter().rposition(|line| line.trim_start().starts_with('['));
    let table = head.map(|head| name(lines[head].trim().trim_matches(['[', ']'])));
    match own.filter(|own| head.is_none_or(|head| head < *own)) {
        Some(own) => {
            let key = name(lines[own].split('=').next()?);
            Some(table.map_or_else(|| key.clone(), |table| format!("{table}.{key}")))
        }
        None => table,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_by_its_line_and_the_key_that_is_set_there() {
        let text = "# jobs = 1\nstash = \"a\"\n\n[fingerprint]\npackages = [\n  3,\n]\n";
        let at = |piece: &str| line_and_key(text, text.find(piece).unwrap());
        assert_eq!(at("\"a\""), (2, Some("stash".to_owned())));
        assert_eq!(at("3,"), (6, Some("fingerprint.packages".to_owned())));
        assert_eq!(at("[finger"), (4, Some("fingerprint".to_owned())));
        assert_eq!(line_and_key("", 7), (1, None));
    }
}
