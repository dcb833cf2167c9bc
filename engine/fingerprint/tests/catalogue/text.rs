//! A case as one text: what is said of the edit, then the files, with the lines marked that differ.

use std::collections::BTreeMap;

use super::{Case, Outcome, Side, Tier};

/// Between the parts of a line.
const DOT: &str = " · ";

/// The case that a text describes, or the line that is wrong and why.
pub(crate) fn read(name: &str, text: &str) -> Result<Case, String> {
    let mut lines = text.strip_suffix('\n').unwrap_or(text).split('\n').enumerate();
    let mut case = Case {
        name: name.to_owned(),
        title: lines.next().map(|(_, title)| title.to_owned()).unwrap_or_default(),
        tier: Tier::Must,
        expect: BTreeMap::new(),
        compiled: BTreeMap::new(),
        renamed: BTreeMap::new(),
        package: None,
        bin: None,
        compiles: true,
        before: Side::default(),
        after: Side::default(),
    };
    let mut open: Option<Section> = None;
    for (index, line) in lines {
        let read = if let Some(heading) = line.strip_prefix("//- ") {
            Section::new(heading, &mut case).map(|section| open = Some(section))
        } else if let Some(section) = &open {
            section.read(line, &mut case)
        } else {
            said(line, &mut case)
        };
        read.map_err(|wrong| format!("line {}: {wrong}", index + 1))?;
    }
    if case.expect.is_empty() {
        return Err("nothing says what the edit must do".to_owned());
    }
    Ok(case)
}

/// A line above the files.
fn said(line: &str, case: &mut Case) -> Result<(), String> {
    if line.starts_with('#') {
        return Ok(());
    }
    let (word, rest) = line.split_once(DOT).ok_or("no ` · ` in it")?;
    match word {
        "compiled" => pairs(rest, &mut case.compiled, Outcome::of),
        "renamed" => pairs(rest, &mut case.renamed, name),
        "before" => pairs(rest, &mut case.before.env, name),
        "after" => pairs(rest, &mut case.after.env, name),
        "package" => name(rest).map(|folder| case.package = Some(folder)),
        "bin" => name(rest).map(|binary| case.bin = Some(binary)),
        "compiles" if rest == "no" => {
            case.compiles = false;
            Ok(())
        }
        _ => {
            case.tier = Tier::of(word).ok_or(format!("`{word}` says nothing about a case"))?;
            pairs(rest, &mut case.expect, Outcome::of)
        }
    }
}

/// `run: changed · control: same`
fn pairs<T>(
    text: &str,
    into: &mut BTreeMap<String, T>,
    value: impl Fn(&str) -> Result<T, String>,
) -> Result<(), String> {
    for pair in text.split(DOT) {
        let (key, said) = pair.split_once(':').ok_or(format!("no `:` in `{pair}`"))?;
        if into.insert(key.to_owned(), value(said.trim())?).is_some() {
            return Err(format!("`{key}` twice"));
        }
    }
    Ok(())
}

fn name(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

/// The file that lines belong to: its path on each side that has it.
struct Section {
    before: Option<String>,
    after: Option<String>,
}

impl Section {
    fn new(heading: &str, case: &mut Case) -> Result<Self, String> {
        let (before, after) = if let Some((old, new)) = heading.split_once(" → ") {
            (Some(old), Some(new))
        } else if let Some((path, side)) = heading.split_once(DOT) {
            match side {
                "only before" => (Some(path), None),
                "only after" => (None, Some(path)),
                _ => return Err(format!("`{side}` is neither `only before` nor `only after`")),
            }
        } else {
            (Some(heading), Some(heading))
        };
        for (path, side) in [(before, &mut case.before), (after, &mut case.after)] {
            if let Some(path) = path
                && side.files.insert(path.to_owned(), Vec::new()).is_some()
            {
                return Err(format!("`{path}` twice"));
            }
        }
        Ok(Self { before: before.map(str::to_owned), after: after.map(str::to_owned) })
    }

    fn read(&self, line: &str, case: &mut Case) -> Result<(), String> {
        let (mark, rest) = line.split_at_checked(1).unwrap_or((" ", ""));
        let (before, after) = match mark {
            " " => (true, true),
            "-" => (true, false),
            "+" => (false, true),
            _ => return Err("a line begins with a blank, `-` or `+`".to_owned()),
        };
        let text = match rest.split_at_checked(1) {
            None if rest.is_empty() => b"\n".to_vec(),
            Some((" ", text)) => format!("{text}\n").into_bytes(),
            Some(("\\", text)) => escaped(text).ok_or("an escape that is none of \\\\, \\t, \\r and \\xNN")?,
            _ => return Err("neither a blank nor `\\` behind the mark".to_owned()),
        };
        for (is_meant, path, side) in [(before, &self.before, &mut case.before), (after, &self.after, &mut case.after)]
        {
            if is_meant {
                let path = path.as_ref().ok_or("a line of a side that has no such file")?;
                side.files.entry(path.clone()).or_default().extend(&text);
            }
        }
        Ok(())
    }
}

/// The bytes that a line with escapes stands for; with `\` at its end, there is no end of line.
fn escaped(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match (byte, rest.len()) {
            (b'\\', 0) => return Some(bytes),
            (b'\\', _) => match rest.next()? {
                b'\\' => b'\\',
                b't' => b'\t',
                b'r' => b'\r',
                b'x' => {
                    let digits = [rest.next()?, rest.next()?];
                    u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
                }
                _ => return None,
            },
            _ => byte,
        });
    }
    bytes.push(b'\n');
    Some(bytes)
}
