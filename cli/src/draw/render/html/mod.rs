//! One HTML page that holds everything: the picture as data, the style and the script. It asks the network for
//! nothing, and its content security policy sees to that.
//!
//! The page folds and lays out by itself, because its reader unfolds. Its parts are in `html/`: `model.js` (what
//! stands on the stage), `layout.js` (where), `paint.js` (how it looks), `panel.js` (details), then what the reader
//! does: `view.js` (move), `choose.js` (choose, fold, search), `keys.js`, `pointer.js`, `address.js` (links).

mod previews;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use self::previews::PagePreview;
use crate::draw::Options;
use crate::draw::picture::{NodeId, Picture};
use crate::draw::status::{Look, Status, cause_look};
use crate::words::formats;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: [&str; 9] = [
    include_str!("model.js"),
    include_str!("layout.js"),
    include_str!("paint.js"),
    include_str!("panel.js"),
    include_str!("view.js"),
    include_str!("choose.js"),
    include_str!("keys.js"),
    include_str!("pointer.js"),
    include_str!("address.js"),
];

#[derive(Serialize)]
struct Data<'a> {
    picture: &'a Picture,
    /// Those of the nodes, in their order.
    labels: Vec<PageLabel<'a>>,
    looks: Vec<PageLook>,
    /// What results look like, by step.
    previews: BTreeMap<NodeId, PagePreview<'a>>,
    fold: usize,
}

/// A label in its parts. The picture's JSON, which programs read, has it as one text.
#[derive(Serialize)]
struct PageLabel<'a> {
    title: &'a str,
    detail: &'a str,
}

#[derive(Serialize)]
struct PageLook {
    slug: &'static str,
    word: &'static str,
    meaning: &'static str,
    path: &'static str,
}

pub(super) fn render(picture: &Picture, options: &Options) -> String {
    let mut looks: Vec<PageLook> = Status::ALL
        .iter()
        .map(|status| PageLook {
            slug: status.slug(),
            word: status.word(),
            meaning: status.meaning(),
            path: status.look().path,
        })
        .collect();
    let path = cause_look().path;
    looks.push(PageLook { slug: "cause", word: "changed", meaning: "what makes steps stale", path });
    // JavaScript has no integer as large as `usize::MAX`, and no fan-out is larger than this.
    let labels = picture.nodes.iter().map(|node| PageLabel { title: &node.label.title, detail: &node.label.detail });
    let labels = labels.collect();
    let previewed = picture.nodes.iter().filter_map(|node| Some((node.id, node.preview.as_ref()?)));
    let previews = previewed.map(|(id, preview)| (id, PagePreview::of(preview))).collect();
    let data = Data { picture, labels, looks, previews, fold: options.fold.fan_out.min(u32::MAX as usize) };
    let json = serde_json::to_string(&data).unwrap_or_default();

    let style = fill(STYLE, &[("light", &colours(|look| look.light)), ("dark", &colours(|look| look.dark))]);
    let title = format!("{} · scrat", formats::one_line(&picture.pipeline));
    fill(
        PAGE,
        &[("title", &text(&title)), ("style", &style), ("data", &inside_script(&json)), ("script", &SCRIPT.join("\n"))],
    )
}

/// Replaces each `{{name}}` of the template once, without looking into what was put in.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + values.iter().map(|(_, value)| value.len()).sum::<usize>());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn colours(pick: fn(&Look) -> &'static str) -> String {
    let mut out = String::new();
    for status in Status::ALL {
        let _ = write!(out, "--{}: {}; ", status.slug(), pick(&status.look()));
    }
    let _ = write!(out, "--cause: {};", pick(&cause_look()));
    out
}

/// JSON that can stand inside a `<script>`: nothing in it closes the element or opens a comment, and it is still the
/// same JSON. Outside of strings none of these characters occur.
fn inside_script(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

fn text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::synthetic;

    #[test]
    fn the_page_is_whole_and_asks_the_network_for_nothing() {
        let page = render(&synthetic::penguins(), &Options::default());
        assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
        assert!(!page.contains("{{"), "every slot is filled");
        let outside: Vec<&str> =
            page.match_indices("http").map(|(at, _)| page[at..].split('"').next().unwrap()).collect();
        assert_eq!(outside, ["http-equiv=", "http://www.w3.org/2000/svg"], "a namespace is not an address");
    }

    #[test]
    fn hostile_text_stays_text() {
        let hostile = "</script><script>alert(1)</script><!-- {{script}} \u{2028}";
        let mut picture = synthetic::penguins();
        picture.pipeline = hostile.into();
        picture.nodes[0].label = hostile.into();
        picture.nodes[0].preview = Some(scrat_engine::Preview::text(hostile));
        let page = render(&picture, &Options::default());
        assert_eq!(page.matches("</script>").count(), 2, "the page's own");
        assert!(!page.contains("<!--") && !page.contains("alert(1)</script>") && !page.contains('\u{2028}'));
        let data = page.split_once("id=\"data\">").unwrap().1.split_once("</script>").unwrap().0;
        let data: serde_json::Value = serde_json::from_str(data).unwrap();
        assert_eq!(data["picture"]["nodes"][0]["label"], hostile);
        assert_eq!(data["previews"]["0"]["text"], hostile);
    }
}
