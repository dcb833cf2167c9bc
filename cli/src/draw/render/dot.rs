//! DOT, for graphviz.

use std::fmt::Write as _;

use crate::draw::Options;
use crate::draw::fold::Folded;
use crate::draw::picture::Picture;
use crate::draw::status::{Status, cause_look};
use crate::words::formats;

pub(super) fn render(picture: &Picture, options: &Options) -> String {
    let folded = Folded::new(picture, options.fold);
    let mut out = String::new();
    let _ = writeln!(out, "digraph {} {{", quoted(&picture.pipeline));
    out.push_str("  rankdir=LR;\n");
    out.push_str("  node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", fontname=\"Helvetica,Arial,sans-serif\", fontsize=11];\n");
    out.push_str("  edge [color=\"#9aa0aa\", arrowsize=0.7];\n");
    for item in 0..folded.items.len() {
        let node = folded.face(item);
        let look = node.status.look();
        let mut lines = vec![format!("{} {}", look.glyph, folded.label(item))];
        if let Some(seconds) = folded.seconds(item) {
            lines.push(formats::seconds(seconds));
        }
        let shape = match folded.items[item].members.len() {
            1 if node.status.is_helper() => ", shape=ellipse, style=filled",
            1 => "",
            _ => ", shape=box3d, style=filled",
        };
        let dashes = if node.status == Status::Pending { ", style=\"rounded,filled,dashed\"" } else { "" };
        let tooltip = node.remark().unwrap_or_else(|| node.status.word().to_owned());
        let _ = writeln!(
            out,
            "  n{} [label={}, color=\"{}\", tooltip={}{shape}{dashes}];",
            node.id.0,
            label(&lines),
            look.light,
            quoted(&tooltip),
        );
    }
    for (cause, (_, items)) in picture.causes.iter().zip(&folded.blamed) {
        let look = cause_look();
        let mut lines = vec![format!("{} {}", look.glyph, cause.label)];
        lines.extend(cause.source.clone());
        let id = cause.id.0;
        let _ = writeln!(out, "  c{id} [label={}, shape=box, style=filled, color=\"{}\"];", label(&lines), look.light);
        for &item in items {
            let to = folded.face(item).id.0;
            let _ = writeln!(out, "  c{id} -> n{to} [style=dashed, color=\"{}\"];", look.light);
        }
    }
    for edge in folded.edges.iter().filter(|edge| options.redundant || !edge.redundant) {
        let attributes = match (edge.back, edge.redundant) {
            (true, _) => " [constraint=false, style=dashed]",
            (false, true) => " [style=dotted]",
            (false, false) => "",
        };
        let _ = writeln!(out, "  n{} -> n{}{attributes};", folded.face(edge.from).id.0, folded.face(edge.to).id.0);
    }
    out.push_str("}\n");
    out
}

/// Inside quotes only the quote itself is special to DOT, and in labels the backslash.
fn quoted(text: &str) -> String {
    format!("\"{}\"", formats::fit(&formats::one_line(text), 200).replace('\\', "\\\\").replace('"', "\\\""))
}

fn label(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| quoted(&formats::fit(line, 60))).collect();
    let lines: Vec<&str> = lines.iter().map(|line| &line[1..line.len() - 1]).collect();
    format!("\"{}\"", lines.join("\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{Fold, synthetic};

    #[test]
    fn penguins_in_dot() {
        let options = Options { fold: Fold { fan_out: 3, ..Fold::default() }, ..Options::default() };
        insta::assert_snapshot!(render(&synthetic::penguins(), &options));
    }

    #[test]
    fn no_label_ends_its_own_quotes() {
        assert_eq!(quoted("a \"b\" \\\nc"), "\"a \\\"b\\\" \\\\ c\"");
        assert_eq!(quoted("\\"), "\"\\\\\"");
    }
}
