//! The picture for programs, as described in `docs/graph-json.md`.

use crate::draw::picture::Picture;

pub(super) fn render(picture: &Picture) -> String {
    // Only maps whose keys are not strings, and values that fail to serialize, can fail here; there are none.
    let mut text = serde_json::to_string_pretty(picture).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::synthetic;

    #[test]
    fn the_first_fields_are_the_schema_and_the_name() {
        let text = render(&synthetic::penguins());
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["schema"], 1);
        assert_eq!(value["pipeline"], "penguins");
        assert_eq!(value["totals"]["statuses"], serde_json::json!({"stale": 3, "pending": 1, "fresh": 2}));
        assert_eq!(value["nodes"][3]["label"], "train  depth=4");
        assert_eq!(value["nodes"][3]["arguments"], serde_json::json!([["depth", "4"]]));
        assert_eq!(value["nodes"][3]["causes"], serde_json::json!([0]));
        assert_eq!(value["edges"][0], serde_json::json!({"from": 0, "to": 1, "redundant": false, "back": false}));
        assert_eq!(value["groups"][0]["members"], serde_json::json!([2, 3, 4]));
        assert_eq!(value["causes"][0]["behind"], 1);
    }
}
