//! Reasons in words: what is wrong with a step, said once and the same everywhere.

use scrat_engine::{ArgumentChange, CodeChange, How, Reason};

/// Why a step is not fresh, in a short clause: `helper impute changed (clean → impute)`.
pub(crate) fn reason(reason: &Reason) -> String {
    match reason {
        Reason::NeverRun => "never run".to_owned(),
        Reason::Arguments { changes } => arguments(changes),
        Reason::Code { changes } => code(changes),
        Reason::CodeAndArguments { code: changes, arguments: others } => {
            format!("{}, and {}", code(changes), arguments(others))
        }
        Reason::Version { old, new } => {
            let name = |version: &Option<String>| {
                version.as_ref().map_or("none".to_owned(), |version| format!("\"{version}\""))
            };
            format!("version changed from {} to {}", name(old), name(new))
        }
        Reason::Upstream => "may turn out fresh".to_owned(),
        Reason::Expired { age_seconds } => {
            format!("expired: its result is {} old", crate::draw::words::seconds(*age_seconds as f64))
        }
        Reason::Forced => "forced".to_owned(),
        Reason::Failed { message } => format!("failed the last time: {}", first_line(message)),
        Reason::Damaged => "its result was damaged or is gone".to_owned(),
        Reason::NotStored => "its results are not stored".to_owned(),
        other => other.kind().replace('_', " "),
    }
}

fn code(changes: &[CodeChange]) -> String {
    match changes {
        [] => "its code changed".to_owned(),
        [first] => one_change(first),
        [first, rest @ ..] => format!("{}, and {} more", one_change(first), rest.len()),
    }
}

fn one_change(change: &CodeChange) -> String {
    let how = match change.how {
        How::Added => "came into use",
        How::Removed => "is used no more",
        How::Changed => "changed",
    };
    let path: Vec<_> = change.path.iter().map(|name| short(name)).collect();
    match path.len() {
        1 if change.kind == "function" => "its own code changed".to_owned(),
        0 | 1 => format!("{} {how}", subject(change)),
        _ => format!("{} {how} ({})", subject(change), path.join(" → ")),
    }
}

/// What a change is about: `helper impute`, `constant SCALE`, `package rand`.
pub(crate) fn subject(change: &CodeChange) -> String {
    let kind = if change.kind == "function" && change.path.len() != 1 { "helper" } else { change.kind.as_str() };
    format!("{kind} {}", short(&change.name))
}

/// The last segment of a path in code; anything else as it is.
pub(crate) fn short(name: &str) -> &str {
    let is_path = name.split("::").all(|part| part.chars().all(|c| c == '_' || c.is_alphanumeric()));
    if is_path { name.rsplit("::").next().unwrap_or(name) } else { name }
}

fn arguments(changes: &[ArgumentChange]) -> String {
    let one = |change: &ArgumentChange| match (&change.old, &change.new) {
        (Some(old), Some(new)) if old == new || (is_digest(old) && is_digest(new)) => {
            format!("argument {} changed", change.name)
        }
        (Some(old), Some(new)) => format!("argument {} changed from {old} to {new}", change.name),
        (None, Some(_)) => format!("argument {} is new", change.name),
        _ => format!("argument {} is gone", change.name),
    };
    match changes {
        [] => "its arguments changed".to_owned(),
        [first] => one(first),
        [first, rest @ ..] => format!("{}, and {} more", one(first), rest.len()),
    }
}

/// Whether a short form stands for a step's value rather than showing it.
fn is_digest(short: &str) -> bool {
    short.ends_with('›')
}

/// A message on one line.
pub(crate) fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// A difference of two texts, line by line: `-` was, `+` is, and what both have around those.
pub(crate) fn diff(old: &str, new: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    // Longest common subsequence. Items are short, and a very long one is shown as a whole.
    const LONGEST: usize = 2_000;
    if a.len() > LONGEST || b.len() > LONGEST {
        return format!("- {} lines\n+ {} lines\n", a.len(), b.len());
    }
    let width = b.len() + 1;
    let mut common = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i * width + j] = if a[i] == b[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let mut lines = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            lines.push((' ', a[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || (i < a.len() && common[(i + 1) * width + j] >= common[i * width + j + 1]) {
            lines.push(('-', a[i]));
            i += 1;
        } else {
            lines.push(('+', b[j]));
            j += 1;
        }
    }
    near_changes(&lines)
}

/// The changed lines with two lines around them.
fn near_changes(lines: &[(char, &str)]) -> String {
    const AROUND: usize = 2;
    let mut out = String::new();
    let mut gap = false;
    for (at, (sign, line)) in lines.iter().enumerate() {
        let from = at.saturating_sub(AROUND);
        let near = lines[from..(at + AROUND + 1).min(lines.len())].iter().any(|(sign, _)| *sign != ' ');
        if near {
            if std::mem::take(&mut gap) && !out.is_empty() {
                out.push_str("  …\n");
            }
            out.push_str(format!("{sign} {line}").trim_end());
            out.push('\n');
        } else {
            gap = true;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(kind: &str, name: &str, path: &[&str]) -> CodeChange {
        CodeChange {
            kind: kind.to_owned(),
            name: name.to_owned(),
            how: How::Changed,
            file: String::new(),
            line: 0,
            path: path.iter().map(ToString::to_string).collect(),
            old: String::new(),
            new: String::new(),
        }
    }

    #[test]
    fn a_changed_helper_is_named_with_the_way_to_it() {
        let helper = change("function", "demo::impute", &["demo::clean", "demo::impute"]);
        assert_eq!(reason(&Reason::Code { changes: vec![helper] }), "helper impute changed (clean → impute)");
        let own = change("function", "demo::clean", &["demo::clean"]);
        assert_eq!(reason(&Reason::Code { changes: vec![own] }), "its own code changed");
    }

    #[test]
    fn a_diff_shows_the_changed_lines_and_two_around() {
        let old = "a\nb\nc\nd\ne\nf\ng";
        let new = "a\nb\nc\nd\nE\nf\ng";
        assert_eq!(diff(old, new), "  c\n  d\n- e\n+ E\n  f\n  g\n");
        assert_eq!(diff("", "x"), "+ x\n");
        assert_eq!(diff("same", "same"), "");
    }
}
