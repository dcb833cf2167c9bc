//! What holds for every format.

use super::{Fold, Format, Node, NodeId, Options, Picture, Status, render, synthetic};

const FORMATS: [Format; 6] = [Format::Text, Format::Dot, Format::Mermaid, Format::Svg, Format::Html, Format::Json];

#[test]
fn the_same_picture_gives_the_same_bytes() {
    for format in FORMATS {
        let draw = || render(&synthetic::study(300), format, &Options::default());
        assert_eq!(draw(), draw(), "{format:?}");
    }
}

#[test]
fn five_and_twenty_thousand_steps_are_drawn_in_every_format() {
    for size in [5_000, 20_000] {
        for picture in [synthetic::study(size), synthetic::tangle(size)] {
            for format in FORMATS {
                let drawn = render(&picture, format, &Options::default());
                assert!(drawn.ends_with('\n') && drawn.contains(&picture.pipeline), "{format:?} of {size}");
            }
        }
    }
}

#[test]
fn five_thousand_steps_can_be_drawn_without_folding() {
    let options = Options { fold: Fold::NEVER, ..Options::default() };
    let picture = synthetic::study(5_000);
    let cards = render(&picture, Format::Svg, &options).matches("<g class=\"card").count();
    assert!(cards > picture.nodes.len(), "{cards} cards");
}

#[test]
fn every_status_is_drawn_in_every_format() {
    let nodes = Status::ALL.iter().enumerate();
    let nodes: Vec<Node> = nodes.map(|(id, &status)| Node::new(id, status.word(), "f", status)).collect();
    let edges = (1..nodes.len()).map(|to| (NodeId(to - 1), NodeId(to)));
    let picture = Picture::new("all", nodes, edges, Vec::new()).unwrap();
    for format in FORMATS {
        let drawn = render(&picture, format, &Options::default());
        for status in Status::ALL {
            assert!(drawn.contains(status.word()), "{status:?} in {format:?}");
        }
    }
}

#[test]
fn hostile_labels_stay_inside_their_quotes_and_lines() {
    let picture = synthetic::hostile();
    for format in FORMATS {
        let drawn = render(&picture, format, &Options::default());
        assert!(!drawn.contains(['\u{1b}', '\r', '\0']), "{format:?} lets control characters through");
        assert!(format == Format::Json || !drawn.contains('\u{2028}'), "{format:?} lets line breaks through");
        let is_markup = matches!(format, Format::Svg | Format::Html);
        assert!(!is_markup || !drawn.contains("<img"), "{format:?} lets markup through");
        let longest = drawn.lines().map(str::len).max().unwrap();
        assert!(matches!(format, Format::Html | Format::Json) || longest < 3_000, "{format:?}: {longest}");
    }
}

#[test]
fn no_two_statuses_share_a_glyph_or_a_shape() {
    for (at, a) in Status::ALL.iter().enumerate() {
        for b in &Status::ALL[at + 1..] {
            assert_ne!(a.look().glyph, b.look().glyph);
            assert_ne!(a.look().path, b.look().path);
        }
    }
}
