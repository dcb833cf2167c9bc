//! Draws made-up pictures, to look at: `cargo run -p scrat --example draw_synthetic -- study 500 html > study.html`.

use std::io::Write as _;

use scrat::__private::draw::{Cause, CauseId, Filter, Format, Label, Node, NodeId, Options, Picture, Status, render};

#[path = "../src/draw/synthetic.rs"]
mod synthetic;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let word = |at: usize, otherwise: &'static str| words.get(at).map_or(otherwise, String::as_str).to_owned();
    let size = word(1, "20").parse()?;
    let picture = match word(0, "study").as_str() {
        "penguins" => synthetic::penguins(),
        "tangle" => synthetic::tangle(size),
        "hostile" => synthetic::hostile(),
        _ => synthetic::study(size),
    };
    let format = match word(2, "text").as_str() {
        "dot" => Format::Dot,
        "mermaid" => Format::Mermaid,
        "svg" => Format::Svg,
        "html" => Format::Html,
        "json" => Format::Json,
        _ => Format::Text,
    };
    let options = Options { colour: words.iter().any(|word| word == "colour"), ..Options::default() };
    let stale = words.iter().any(|word| word == "stale");
    let picture = picture.filtered(&Filter { stale, ..Filter::default() })?;
    std::io::stdout().write_all(render(&picture, format, &options).as_bytes())?;
    Ok(())
}
