//! Where two values first differ, in words and in JSON.

use scrat_engine::Difference;
use serde_json::{Value, json};

use crate::words::formats::{count, thousands};

/// The clause behind “changed”: ` at [17].measured[2] from 18.7 to 18.9`.
pub(crate) fn clause(difference: &Difference) -> String {
    match difference {
        Difference::Part { path, old, new } => format!("{} from {old} to {new}", at(path)),
        Difference::Line { path, line, old, new } => {
            let place = if path.is_empty() { String::new() } else { format!(" of {path}") };
            let line = thousands(*line);
            match (old, new) {
                (Some(old), Some(new)) => format!(" in line {line}{place} from `{old}` to `{new}`"),
                (None, Some(new)) if new.is_empty() => format!(" at the end of line {line}{place}"),
                (None, Some(new)) => format!(" in line {line}{place}, which is new: `{new}`"),
                (Some(old), None) if old.is_empty() => format!(" at the end of line {line}{place}"),
                (Some(old), None) => format!(" in line {line}{place}, which is gone: `{old}`"),
                (None, None) => String::new(),
            }
        }
        Difference::Length { path, old, new, first } => {
            let sizes = format!("{} from {} to {}", at(path), thousands(*old), count(*new, "element"));
            match first {
                Some(first) => format!("{sizes}, first{}", clause(first)),
                None if new > old => format!("{sizes}, the new ones at the end"),
                None => format!("{sizes}, the last ones gone"),
            }
        }
        Difference::Within { path } => format!(" within {path}"),
        Difference::Byte { offset, old, new } => {
            let sizes = match old == new {
                true => format!(" of {}", thousands(*new as usize)),
                false => format!(", and from {} to {} bytes", thousands(*old as usize), thousands(*new as usize)),
            };
            format!(" at byte {}{sizes}", thousands(*offset as usize))
        }
        Difference::Entries { named, changed, added, removed } => entries(named, [*changed, *added, *removed]),
        _ => String::new(),
    }
}

/// `: a.csv, b.csv, c.csv and 2 more (3 changed, 2 new)`; that they changed is said before.
fn entries(named: &[String], numbers: [usize; 3]) -> String {
    let [changed, added, removed] = numbers;
    let more = changed + added - named.len().min(changed + added);
    let more = if more > 0 { format!(" and {} more", thousands(more)) } else { String::new() };
    let counts =
        [(changed, "changed"), (added, "new"), (removed, "gone")].into_iter().filter(|(number, _)| *number > 0);
    let counts: Vec<_> = counts.map(|(number, word)| format!("{} {word}", thousands(number))).collect();
    let counts = counts.join(", ");
    match named {
        [] => format!(": {counts}"),
        _ if added + removed == 0 => format!(": {}{more}", named.join(", ")),
        _ => format!(": {}{more} ({counts})", named.join(", ")),
    }
}

fn at(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!(" at {path}") }
}

/// The sentence for an argument that is a list of steps' values.
pub(crate) fn elements(name: &str, difference: &Difference) -> Option<String> {
    const FEW: usize = 3;
    let Difference::Elements { old, new, positions, changed, step, first } = difference else { return None };
    let from = step.as_ref().map(|step| format!(" ({step})")).unwrap_or_default();
    let position = positions.first()?;
    if old != new {
        let count = format!("{name} changed from {} to {}", thousands(*old), count(*new, "value"));
        return Some(match (step, new > old) {
            (Some(_), _) => format!("{count}, first at {name}[{position}]{from}"),
            (None, _) => format!("{count}, the last ones gone"),
        });
    }
    if *changed == 1 {
        let inside = first.as_ref().map(|first| clause(first)).unwrap_or_default();
        return Some(format!("{name}[{position}]{from} changed{inside}"));
    }
    if changed == new {
        return Some(format!("all {} values for {name} changed", thousands(*new)));
    }
    let mut named: Vec<_> = positions.iter().take(FEW).map(|position| format!("{name}[{position}]")).collect();
    let rest = changed - named.len();
    if rest > 0 {
        named.push(format!("{} more", thousands(rest)));
    }
    let last = named.pop()?;
    Some(format!("{} and {last} changed, of {}", named.join(", "), thousands(*new)))
}

/// The same for programs.
pub(crate) fn json(difference: &Difference) -> Value {
    let inside = |first: &Option<Box<Difference>>| first.as_ref().map(|first| json(first));
    match difference {
        Difference::Part { path, old, new } => json!({"kind": "part", "path": path, "old": old, "new": new}),
        Difference::Line { path, line, old, new } => {
            json!({"kind": "line", "path": path, "line": line, "old": old, "new": new})
        }
        Difference::Length { path, old, new, first } => {
            json!({"kind": "length", "path": path, "old": old, "new": new, "first": inside(first)})
        }
        Difference::Within { path } => json!({"kind": "within", "path": path}),
        Difference::Byte { offset, old, new } => json!({"kind": "byte", "offset": offset, "old": old, "new": new}),
        Difference::Entries { named, changed, added, removed } => {
            json!({"kind": "entries", "named": named, "changed": changed, "added": added, "removed": removed})
        }
        Difference::Elements { old, new, positions, changed, step, first } => json!({
            "kind": "elements", "old": old, "new": new, "positions": positions, "changed": changed, "step": step,
            "first": inside(first),
        }),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(path: &str) -> Difference {
        Difference::Part { path: path.to_owned(), old: "18.7".to_owned(), new: "18.9".to_owned() }
    }

    #[test]
    fn a_difference_reads_as_a_clause() {
        assert_eq!(clause(&part("[17].measured[2]")), " at [17].measured[2] from 18.7 to 18.9");
        let line = |old: Option<&str>, new: Option<&str>| {
            let own = |text: Option<&str>| text.map(str::to_owned);
            clause(&Difference::Line { path: String::new(), line: 1_234, old: own(old), new: own(new) })
        };
        assert_eq!(line(Some("a,1"), Some("a,2")), " in line 1,234 from `a,1` to `a,2`");
        assert_eq!(line(None, Some("b")), " in line 1,234, which is new: `b`");
        assert_eq!(line(Some(""), None), " at the end of line 1,234");
        let length = |first| Difference::Length { path: String::new(), old: 344, new: 345, first };
        assert_eq!(clause(&length(None)), " from 344 to 345 elements, the new ones at the end");
        let first = length(Some(Box::new(part("[3]"))));
        assert_eq!(clause(&first), " from 344 to 345 elements, first at [3] from 18.7 to 18.9");
        assert_eq!(clause(&Difference::Byte { offset: 812, old: 4_096, new: 4_096 }), " at byte 812 of 4,096");
    }

    #[test]
    fn a_folder_is_told_by_a_few_of_its_entries() {
        let told = |named: &str, changed, added, removed| {
            let named = named.split_whitespace().map(str::to_owned).collect();
            clause(&Difference::Entries { named, changed, added, removed })
        };
        assert_eq!(told("a.csv", 1, 0, 0), ": a.csv");
        assert_eq!(told("a b c", 5, 0, 0), ": a, b, c and 2 more");
        assert_eq!(told("a b", 1, 1, 0), ": a, b (1 changed, 1 new)");
        assert_eq!(told("b", 0, 1, 0), ": b (1 new)");
        assert_eq!(told("", 0, 0, 2), ": 2 gone");
    }

    #[test]
    fn the_members_of_a_list_are_named_while_they_are_few() {
        let said = |old, new, positions: &[usize], changed, first: Option<Difference>| {
            let step = Some("score fold=3".to_owned());
            let (positions, first) = (positions.to_vec(), first.map(Box::new));
            elements("scores", &Difference::Elements { old, new, positions, changed, step, first }).unwrap()
        };
        let only = said(75, 75, &[3], 1, Some(part(".right")));
        assert_eq!(only, "scores[3] (score fold=3) changed at .right from 18.7 to 18.9");
        assert_eq!(said(75, 75, &[3, 8], 2, None), "scores[3] and scores[8] changed, of 75");
        let many = said(75, 75, &[3, 8, 9, 10, 11], 5, None);
        assert_eq!(many, "scores[3], scores[8], scores[9] and 2 more changed, of 75");
        assert_eq!(said(75, 75, &[0], 75, None), "all 75 values for scores changed");
        assert_eq!(
            said(75, 80, &[25], 0, None),
            "scores changed from 75 to 80 values, first at scores[25] (score fold=3)"
        );
    }
}
