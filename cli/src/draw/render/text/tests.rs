use super::*;
use crate::draw::synthetic;
use crate::draw::{Fold, Label, Node, NodeId};

fn drawn(picture: &Picture) -> String {
    render(picture, &Options::default())
}

#[test]
fn penguins_in_a_terminal() {
    insta::assert_snapshot!(drawn(&synthetic::penguins()));
}

#[test]
fn a_study_in_a_terminal() {
    insta::assert_snapshot!(drawn(&synthetic::study(500)));
}

#[test]
fn without_colour_there_is_no_escape_code_and_with_it_the_words_are_the_same() {
    let picture = synthetic::study(200);
    let plain = drawn(&picture);
    assert!(!plain.contains('\u{1b}'));
    let coloured = render(&picture, &Options { colour: true, ..Options::default() });
    assert!(coloured.contains("\u{1b}[33m●"));
    let mut bare = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, code)) = rest.split_once('\u{1b}') {
        bare.push_str(before);
        rest = code.split_once('m').unwrap().1;
    }
    bare.push_str(rest);
    assert_eq!(bare, plain);
}

#[test]
fn no_row_is_wider_than_the_terminal() {
    let mut picture = synthetic::study(200);
    picture.nodes[3].label = Label::new("load", format!("path={}", "企鹅/".repeat(100)));
    picture.pipeline = "p".repeat(300);
    picture.causes[0].label = "helper\n\u{1b}[31m ".repeat(40);
    for width in [40, 80, 133] {
        for picture in [&picture, &synthetic::tangle(900)] {
            let text = render(picture, &Options { width, ..Options::default() });
            let widest = text.lines().max_by_key(|line| formats::columns(line)).unwrap();
            assert!(formats::columns(widest) <= width, "{width}: {widest}");
            assert!(!text.contains('\u{1b}'), "control characters of labels do not reach the terminal");
        }
    }
}

#[test]
fn two_hundred_steps_that_do_not_fold_are_a_row_each() {
    let picture = synthetic::tangle(200);
    let text = render(&picture, &Options { fold: Fold { fan_out: usize::MAX, nodes: 300 }, ..Options::default() });
    assert_eq!(text.lines().filter(|line| line.contains("relax_")).count(), 201, "and the cause names one again");
}

#[test]
fn twenty_thousand_steps_fold_into_a_few_hundred_rows_that_keep_what_is_stale() {
    for picture in [synthetic::study(20_000), synthetic::tangle(20_000)] {
        let text = drawn(&picture);
        assert!(text.lines().count() < 700, "{} lines", text.lines().count());
        assert!(text.lines().any(|line| line.contains('●') && line.contains("◆1")), "the stale step is there");
    }
}

#[test]
fn a_step_right_below_another_in_its_column_uses_it() {
    let nodes = ["a", "b", "c"].iter().enumerate();
    let nodes: Vec<Node> = nodes.map(|(id, name)| Node::new(id, *name, *name, Status::Fresh)).collect();
    let rows = |edges: &[(usize, usize)]| {
        let edges = edges.iter().map(|&(from, to)| (NodeId(from), NodeId(to)));
        let text = drawn(&Picture::new("p", nodes.clone(), edges, Vec::new()).unwrap());
        text.lines().skip(2).take(3).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rows(&[(0, 1), (1, 2)]), ["✓ a", "✓ b", "✓ c"]);
    assert_eq!(rows(&[(0, 1), (0, 2)]), ["✓ a", "├─✓ b", "✓ c"]);
    assert_eq!(rows(&[(0, 2), (1, 2)]), ["✓ a", "│ ✓ b", "✓─╯ c"]);
    assert_eq!(rows(&[]), ["✓ a", "  ✓ b", "✓ c"]);
}

#[test]
fn nothing_at_all_is_drawn_as_such() {
    let picture = Picture::new("empty", Vec::new(), [], Vec::new()).unwrap();
    assert_eq!(drawn(&picture), "empty · 0 steps\n\n\n\n");
}
