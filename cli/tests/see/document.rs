//! A document that describes JSON in tables, held against JSON.

use serde_json::Value;

/// The document's fields of a section: names and types.
fn fields<'d>(document: &'d str, heading: &str) -> Vec<(&'d str, &'d str)> {
    let is_heading = |line: &str| line.trim_start_matches('#').trim().replace('`', "").eq_ignore_ascii_case(heading);
    let section = document.lines().skip_while(|line| !(line.starts_with('#') && is_heading(line))).skip(1);
    let rows =
        section.skip_while(|line| !line.starts_with("| field |")).skip(2).take_while(|line| line.starts_with('|'));
    let rows: Vec<_> = rows
        .map(|row| {
            let mut cells = row.trim_matches('|').split('|').map(str::trim);
            (cells.next().unwrap().trim_matches('`'), cells.next().unwrap())
        })
        .collect();
    assert!(!rows.is_empty(), "the document has no section `{heading}`");
    rows
}

/// Stops unless an object has the fields of a section, no others, and each of its type.
pub(crate) fn hold(document: &str, heading: &str, value: &Value) {
    let object = value.as_object().unwrap_or_else(|| panic!("{heading} is no object: {value}"));
    let fields = fields(document, heading);
    for (name, kind) in &fields {
        let field = object.get(*name).unwrap_or_else(|| panic!("{heading} has no `{name}`: {value}"));
        assert!(fits(document, kind, field), "`{name}` of {heading} is no {kind}: {field}");
    }
    for name in object.keys() {
        assert!(fields.iter().any(|(known, _)| known == name), "`{name}` of {heading} is not in the document");
    }
}

fn fits(document: &str, kind: &str, value: &Value) -> bool {
    if kind == "any" {
        return true;
    }
    if let Some(kind) = kind.strip_suffix(" or null") {
        return value.is_null() || fits(document, kind, value);
    }
    if let Some(of) = kind.strip_prefix("array of ").or_else(|| kind.strip_prefix("arrays of ")) {
        return value.as_array().is_some_and(|values| values.iter().all(|value| fits(document, of, value)));
    }
    if let Some(of) = kind.strip_prefix("object of ") {
        return value.as_object().is_some_and(|values| values.values().all(|value| fits(document, of, value)));
    }
    match kind.split_once("](#") {
        Some((_, anchor)) => {
            let heading = anchor.trim_end_matches(')').replace('-', " ");
            let heading = if heading == "a difference" { value["kind"].as_str().unwrap().to_owned() } else { heading };
            hold(document, &heading, value);
            true
        }
        None => match kind.trim_end_matches('s') {
            "string" => value.is_string(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            other => panic!("the document has a type that is not known: {other}"),
        },
    }
}
