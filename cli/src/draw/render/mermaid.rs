//! Mermaid, for Markdown.

use std::fmt::Write as _;

use crate::draw::Options;
use crate::draw::fold::Folded;
use crate::draw::picture::Picture;
use crate::draw::status::{Status, cause_look};
use crate::words::formats;

/// More than these Mermaid refuses to draw. The limit is the embedding page's to raise, not the diagram's.
const MOST_ARROWS: usize = 500;

pub(super) fn render(picture: &Picture, options: &Options) -> String {
    let folded = Folded::new(picture, options.fold);
    // A string of JSON is one of YAML as well. Backticks could end the block of Markdown that this stands in.
    let title = serde_json::Value::from(formats::fit(&formats::one_line(&picture.pipeline), 80).replace('`', "'"));
    let mut out = format!("---\ntitle: {title}\n---\nflowchart LR\n");
    let arrows = folded.blamed.iter().map(|(_, items)| items.len()).sum::<usize>();
    let arrows = arrows + folded.edges.iter().filter(|edge| options.redundant || !edge.redundant).count();
    if arrows > MOST_ARROWS {
        let _ = writeln!(out, "  %% {arrows} arrows: Mermaid draws {MOST_ARROWS}, unless a page sets maxEdges");
    }
    for item in 0..folded.items.len() {
        let node = folded.face(item);
        let text = escaped(&format!("{} {}", node.status.look().glyph, folded.label(item)));
        let (open, close) = match folded.items[item].members.len() {
            1 if node.status.is_helper() => ("([", "])"),
            1 => ("(", ")"),
            _ => ("[[", "]]"),
        };
        let _ = writeln!(out, "  n{}{open}\"{text}\"{close}:::{}", node.id.0, node.status.slug());
    }
    for (cause, (_, items)) in picture.causes.iter().zip(&folded.blamed) {
        let text = escaped(&format!("{} {}", cause_look().glyph, cause.label));
        let _ = writeln!(out, "  c{}{{{{\"{text}\"}}}}:::cause", cause.id.0);
        for &item in items {
            let _ = writeln!(out, "  c{} -.-> n{}", cause.id.0, folded.face(item).id.0);
        }
    }
    for edge in folded.edges.iter().filter(|edge| options.redundant || !edge.redundant) {
        let arrow = if edge.back || edge.redundant { "-.->" } else { "-->" };
        let _ = writeln!(out, "  n{} {arrow} n{}", folded.face(edge.from).id.0, folded.face(edge.to).id.0);
    }
    for &status in picture.totals.statuses.keys() {
        let dashes = if status == Status::Pending { ",stroke-dasharray:4 3" } else { "" };
        let _ = writeln!(out, "  classDef {} stroke:{}{dashes}", status.slug(), status.look().light);
    }
    if !picture.causes.is_empty() {
        let colour = cause_look().light;
        let _ = writeln!(out, "  classDef cause stroke:{colour}");
    }
    out
}

/// Mermaid knows no escape inside quotes but its own entities, `#35;` for `#`; it also reads Markdown between
/// backticks and HTML between angle brackets.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in formats::fit(&formats::one_line(text), 80).chars() {
        match c {
            '#' | '"' | '<' | '>' | '&' | '`' | '\\' | '*' | '_' | '[' | ']' | '{' | '}' | '|' | ';' => {
                let _ = write!(out, "#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{Fold, synthetic};

    #[test]
    fn penguins_in_mermaid() {
        let options = Options { fold: Fold { fan_out: 3, ..Fold::default() }, ..Options::default() };
        insta::assert_snapshot!(render(&synthetic::penguins(), &options));
    }

    #[test]
    fn too_many_arrows_are_announced() {
        let options = Options { fold: Fold::NEVER, ..Options::default() };
        let drawn = render(&synthetic::tangle(400), &options);
        assert!(drawn.contains("arrows: Mermaid draws 500"));
        assert!(!render(&synthetic::tangle(100), &options).contains("%%"));
    }

    #[test]
    fn what_mermaid_reads_as_markup_becomes_entities() {
        assert_eq!(escaped("a\"b\nc #1 <i>"), "a#34;b c #35;1 #60;i#62;");
    }
}
