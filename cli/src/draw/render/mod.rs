//! The formats, one a file. Each only reads a picture, or what is folded of it.

mod dot;
mod html;
mod json;
mod mermaid;
mod svg;
mod text;

use super::{Format, Options, Picture};

/// Draws `picture` in `format`, ending in a line break.
pub fn render(picture: &Picture, format: Format, options: &Options) -> String {
    match format {
        Format::Text => text::render(picture, options),
        Format::Dot => dot::render(picture, options),
        Format::Mermaid => mermaid::render(picture, options),
        Format::Svg => svg::render(picture, options),
        Format::Html => html::render(picture, options),
        Format::Json => json::render(picture),
    }
}
