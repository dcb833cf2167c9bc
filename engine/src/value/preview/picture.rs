//! Which bytes are a picture, by their content, and what can be said of it in a line.

use super::Preview;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG: &[u8] = b"\xff\xd8\xff";
/// Without it no program draws an SVG.
const NAMESPACE: &str = "http://www.w3.org/2000/svg";

/// What kind of picture begins so, if it is one.
pub(in crate::value) fn media_type(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(PNG) {
        Some("image/png")
    } else if bytes.starts_with(JPEG) {
        Some("image/jpeg")
    } else {
        svg_tag(bytes).map(|_| "image/svg+xml")
    }
}

/// The picture with its kind, its size and its length, if the bytes are one.
pub(in crate::value) fn preview(bytes: &[u8]) -> Option<Preview> {
    let media_type = media_type(bytes)?;
    let (word, size) = match media_type {
        "image/png" => ("PNG", png_size(bytes)),
        "image/jpeg" => ("JPEG", None),
        _ => ("SVG", svg_tag(bytes).and_then(svg_size)),
    };
    let size = size.map_or_else(String::new, |(width, height)| format!(" · {width} × {height}"));
    Some(Preview::text(format!("{word}{size} · {} bytes", bytes.len())).with_picture(media_type, bytes))
}

/// Width and height, from the chunk that every PNG begins with.
fn png_size(bytes: &[u8]) -> Option<(String, String)> {
    let header = bytes.get(PNG.len() + 8..)?;
    let (width, rest) = header.split_first_chunk()?;
    let (height, _) = rest.split_first_chunk()?;
    Some((u32::from_be_bytes(*width).to_string(), u32::from_be_bytes(*height).to_string()))
}

/// The first tag of an SVG document.
fn svg_tag(bytes: &[u8]) -> Option<&str> {
    /// A longer beginning is not searched, in bytes.
    const BEGINNING: usize = 16 * 1024;
    let bytes = &bytes[..bytes.len().min(BEGINNING)];
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?,
    };
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    while let Some(end) = [("<?", "?>"), ("<!--", "-->"), ("<!", ">")]
        .iter()
        .find_map(|(start, end)| rest.starts_with(start).then_some(end))
    {
        rest = rest.split_once(end)?.1.trim_start();
    }
    let after = rest.strip_prefix("<svg")?;
    let tag = after.split_once('>')?.0;
    (after.starts_with(|next: char| next.is_whitespace()) && tag.contains(NAMESPACE)).then_some(tag)
}

/// Width and height as they are written, or else those of what is visible.
fn svg_size(tag: &str) -> Option<(String, String)> {
    let plain = |name| attribute(tag, name).map(|text| text.trim_end_matches("px").to_owned());
    if let (Some(width), Some(height)) = (plain("width"), plain("height")) {
        return Some((width, height));
    }
    let visible: Vec<_> = attribute(tag, "viewBox")?.split([' ', ',']).filter(|part| !part.is_empty()).collect();
    match visible[..] {
        [_, _, width, height] => Some((width.to_owned(), height.to_owned())),
        _ => None,
    }
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = tag;
    loop {
        let (before, after) = rest.split_once(name)?;
        let value = after.trim_start().strip_prefix('=').map(str::trim_start);
        if before.ends_with(char::is_whitespace)
            && let Some(value) = value
        {
            let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            return Some(value[1..].split_once(quote)?.0.trim());
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(bytes: &[u8]) -> Option<String> {
        preview(bytes).map(|preview| preview.text)
    }

    #[test]
    fn an_svg_document_is_a_picture_of_the_size_that_it_says() {
        let svg = |attributes: &str| format!("<svg {attributes} xmlns=\"{NAMESPACE}\"></svg>");
        let size = |attributes: &str| told(svg(attributes).as_bytes()).unwrap();
        assert!(size("width='640px' height='400'").starts_with("SVG · 640 × 400 · "));
        assert!(size("stroke-width='2' viewBox=\"0 0, 30 20.5\"").starts_with("SVG · 30 × 20.5 · "));
        assert_eq!(size("width='100%'"), format!("SVG · {} bytes", svg("width='100%'").len()));
        let prolog = format!("\u{feff}<?xml version='1.0'?>\n<!-- a > b -->\n<!DOCTYPE svg>\n{}", svg(""));
        assert_eq!(media_type(prolog.as_bytes()), Some("image/svg+xml"));
    }

    #[test]
    fn what_no_program_draws_is_no_picture() {
        for text in ["", "<svg></svg>", "<svgx xmlns='http://www.w3.org/2000/svg'>", "see <svg xmlns", "<!--", "a"] {
            assert_eq!(media_type(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_png_says_its_size() {
        let mut png = PNG.to_vec();
        png.extend([0, 0, 0, 13]);
        png.extend(b"IHDR");
        png.extend([0, 0, 2, 128, 0, 0, 1, 144, 8, 2, 0, 0, 0]);
        assert_eq!(told(&png).unwrap(), "PNG · 640 × 400 · 29 bytes");
        assert_eq!(told(PNG).unwrap(), "PNG · 8 bytes", "it is damaged");
        assert_eq!(media_type(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
    }
}
