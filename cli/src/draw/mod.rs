//! Drawing a pipeline: what is fresh, what is stale, what caused it, and what follows.
//!
//! A [`Picture`] says what there is to see; the renderers turn it into text, DOT, Mermaid, SVG, JSON or one HTML
//! page. They are pure: the same picture and options give the same bytes, and nothing is read or printed here.
//!
//! ```text
//! Picture::new ── shape (circles, redundant edges, fan-outs, totals)
//!      │
//!   filtered (--stale, --from, --to, --depth)
//!      │
//!      ├── fold ──┬── text      rows with a gutter of lines
//!      │          ├── dot, mermaid
//!      │          └── layout ── svg
//!      ├── json
//!      └── html (folds and lays out in the browser, because the reader unfolds there)
//! ```
//!
//! Labels come from users' arguments. Each renderer escapes for its own format; nothing is trusted to be short, on
//! one line, or free of markup.

mod filter;
mod fold;
mod layout;
mod picture;
mod render;
mod shape;
mod status;
#[cfg(test)]
mod synthetic;
#[cfg(test)]
mod tests;

pub use filter::{Filter, FilterError};
pub use fold::Fold;
pub use picture::{
    Cause, CauseId, Edge, Group, GroupId, Kind, Label, Node, NodeId, Picture, PictureError, SCHEMA, Totals,
};
pub use render::render;
pub use status::Status;

/// The formats of `scrat graph --format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Rows for a terminal or a log.
    Text,
    /// For graphviz.
    Dot,
    /// For Markdown on GitHub and others.
    Mermaid,
    /// A picture for documents, light or dark as the reader's system is.
    Svg,
    /// One self-contained page.
    Html,
    /// For programs; see `docs/graph-json.md`.
    Json,
}

/// How to draw. What a format has no use for, it ignores.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Columns of the terminal, for text.
    pub width: usize,
    /// ANSI colours, for text.
    pub colour: bool,
    /// What becomes one node.
    pub fold: Fold,
    /// Draw edges that a longer way already implies.
    pub redundant: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { width: 80, colour: false, fold: Fold::default(), redundant: false }
    }
}
