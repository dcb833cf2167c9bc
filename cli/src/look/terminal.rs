//! Pictures on the terminal, where it is known to show them: by the protocol of kitty, or by that of iTerm2.
//!
//! What a terminal can show is told by its variables. Within tmux or screen these are still there, but the picture would
//! not get through.

use crate::print::{columns, has_colours, result};
use crate::words::base64;

/// How a terminal is told to show a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    Kitty,
    Iterm,
}

/// Shows a picture if results go to a terminal that can show such ones.
pub(super) fn picture(media_type: &str, bytes: &[u8]) {
    #[expect(clippy::disallowed_methods, reason = "the terminal says by variables what it is")]
    let variable = |name: &str| std::env::var(name).ok();
    if has_colours()
        && let (Some(columns), Some(protocol)) = (columns(), protocol(variable))
        && let Some(sequence) = sequence(protocol, media_type, bytes, columns)
    {
        result(sequence);
    }
}

fn protocol(variable: impl Fn(&str) -> Option<String>) -> Option<Protocol> {
    let is = |name: &str, values: &[&str]| variable(name).is_some_and(|value| values.contains(&value.as_str()));
    let term = variable("TERM").unwrap_or_default();
    if variable("TMUX").is_some() || term.starts_with("tmux") || term.starts_with("screen") {
        None
    } else if ["xterm-kitty", "xterm-ghostty"].contains(&term.as_str()) {
        Some(Protocol::Kitty)
    } else if is("TERM_PROGRAM", &["iTerm.app", "WezTerm"]) || is("LC_TERMINAL", &["iTerm2"]) {
        Some(Protocol::Iterm)
    } else {
        None
    }
}

/// What shows the picture. None if the terminal has no such pictures.
fn sequence(protocol: Protocol, media_type: &str, bytes: &[u8], columns: usize) -> Option<String> {
    match (protocol, media_type) {
        (Protocol::Kitty, "image/png") => Some(for_kitty(bytes, columns)),
        (Protocol::Iterm, "image/png" | "image/jpeg") => Some(format!(
            "\x1b]1337;File=inline=1;size={};preserveAspectRatio=1:{}\x07",
            bytes.len(),
            base64::encode(bytes)
        )),
        _ => None,
    }
}

/// The picture in pieces of the length that is allowed. One that would not fit is as wide as the terminal.
fn for_kitty(png: &[u8], columns: usize) -> String {
    const LONGEST: usize = 4096;
    /// Pixels that a column has at least.
    const NARROWEST: usize = 8;
    let text = base64::encode(png);
    let pieces = text.as_bytes().chunks(LONGEST).map(|piece| str::from_utf8(piece).unwrap_or_default());
    let last = text.len().div_ceil(LONGEST).saturating_sub(1);
    let width = png.get(16..20).and_then(|width| width.try_into().ok()).map_or(0, u32::from_be_bytes);
    let fitted = if width as usize > columns * NARROWEST { format!(",c={columns}") } else { String::new() };
    let piece = |(at, piece)| {
        let first = if at == 0 { format!("a=T,f=100{fitted},") } else { String::new() };
        format!("\x1b_G{first}m={};{piece}\x1b\\", u8::from(at < last))
    };
    pieces.enumerate().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn protocol_of(variables: &[(&str, &str)]) -> Option<Protocol> {
        protocol(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn only_a_terminal_that_says_that_it_can_is_sent_a_picture() {
        assert_eq!(protocol_of(&[("TERM", "xterm-kitty")]), Some(Protocol::Kitty));
        assert_eq!(protocol_of(&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")]), Some(Protocol::Iterm));
        assert_eq!(protocol_of(&[("TERM", "xterm-256color")]), None);
        assert_eq!(protocol_of(&[("TERM", "xterm-kitty"), ("TMUX", "/tmp/tmux")]), None);
        assert_eq!(protocol_of(&[("TERM", "screen-256color"), ("TERM_PROGRAM", "WezTerm")]), None);
        assert_eq!(protocol_of(&[]), None);
    }

    #[test]
    fn kitty_gets_a_png_in_pieces_and_nothing_else() {
        let mut png = vec![0_u8; 5_000];
        png[16..20].copy_from_slice(&1_000_u32.to_be_bytes());
        let sent = sequence(Protocol::Kitty, "image/png", &png, 80).unwrap();
        assert!(sent.starts_with("\x1b_Ga=T,f=100,c=80,m=1;") && sent.ends_with("\x1b\\"));
        let pieces: Vec<_> = sent.split_terminator("\x1b\\").map(|piece| piece.split_once(';').unwrap()).collect();
        assert_eq!((pieces.len(), pieces[1].0), (2, "\x1b_Gm=0"));
        assert_eq!(base64::decode(&pieces.iter().map(|(_, text)| *text).collect::<String>()).unwrap(), png);
        assert!(sequence(Protocol::Kitty, "image/png", &png, 200).unwrap().starts_with("\x1b_Ga=T,f=100,m=1;"));
        assert_eq!(sequence(Protocol::Kitty, "image/svg+xml", b"<svg/>", 80), None);
    }

    #[test]
    fn iterm_gets_the_picture_with_its_length() {
        let sent = sequence(Protocol::Iterm, "image/jpeg", b"foo", 80).unwrap();
        assert_eq!(sent, "\x1b]1337;File=inline=1;size=3;preserveAspectRatio=1:Zm9v\x07");
    }
}
