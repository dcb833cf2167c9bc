//! What a drawing is made of: steps, the data that flows between them, and the changes that made steps stale.
//!
//! A picture is plain data. Whoever asks for one (the plan, the last run, the code view) fills in nodes, edges and
//! causes; [`Picture::new`] adds what follows from the shape alone (see `shape`): which edges say nothing new,
//! which nodes are one fan-out, and the totals. The renderers only read it, so all of them show the same thing.

use std::collections::BTreeMap;
use std::fmt;

use scrat_engine::Preview;
use serde::Serialize;

use super::status::Status;
use crate::words::formats;

/// The version of the JSON form, described in `docs/graph-json.md`. It rises when a reader of the old form would
/// misread the new one; a field more does not raise it.
pub const SCHEMA: u32 = 1;

/// A step's number, the same in every format and in links into the page.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(transparent)]
pub struct NodeId(pub usize);

/// A cause's number.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(transparent)]
pub struct CauseId(pub usize);

/// A fan-out's number: its place in [`Picture::groups`].
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(transparent)]
pub struct GroupId(pub usize);

/// A pipeline, ready to be drawn.
#[derive(Serialize, Clone, Debug)]
pub struct Picture {
    /// See [`SCHEMA`].
    pub schema: u32,
    /// The pipeline's name.
    pub pipeline: String,
    /// What is drawn, in a few words: "plan", "last run, 4 minutes ago".
    pub caption: Option<String>,
    /// The steps, each with a number of its own.
    pub nodes: Vec<Node>,
    /// Who feeds whom.
    pub edges: Vec<Edge>,
    /// What changed, each thing once.
    pub causes: Vec<Cause>,
    /// Fan-outs: two or more steps of the same function that stand in the same place.
    pub groups: Vec<Group>,
    /// Sums over the nodes of this picture.
    pub totals: Totals,
    /// How many steps a filter has left out.
    pub left_out: usize,
}

/// What a node stands for.
#[derive(Serialize, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One call in a pipeline.
    #[default]
    Step,
    /// A stashed function, in the code view.
    Function,
    /// A function that stashed ones use, in the code view.
    Helper,
}

/// What a step is called. Written out, and in JSON, two spaces stand between the two: `train  depth=4`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// The function's short name.
    pub title: String,
    /// What tells the step from its siblings; may be empty.
    pub detail: String,
}

impl Label {
    /// A title with a detail.
    pub fn new(title: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { title: title.into(), detail: detail.into() }
    }
}

impl From<String> for Label {
    fn from(title: String) -> Self {
        Self::new(title, "")
    }
}

impl From<&str> for Label {
    fn from(title: &str) -> Self {
        Self::new(title, "")
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title)?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, "  {}", self.detail) }
    }
}

impl Serialize for Label {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A step.
#[derive(Serialize, Clone, Debug)]
pub struct Node {
    /// Its number.
    pub id: NodeId,
    /// Step or function.
    pub kind: Kind,
    /// What it is called.
    pub label: Label,
    /// The function's full path: `penguins::train`.
    pub function: String,
    /// Names and short forms of the arguments.
    pub arguments: Vec<(String, String)>,
    /// Fresh, stale, …
    pub status: Status,
    /// Why, in a sentence.
    pub reason: Option<String>,
    /// Why, in a word that programs can rely on: `code`, `argument`, `upstream`, …
    pub reason_kind: Option<String>,
    /// What changed, as a unified diff.
    pub diff: Option<String>,
    /// What it failed with, in a run.
    pub message: Option<String>,
    /// How often it was tried again in a run.
    pub retries: u32,
    /// How long it takes or took.
    pub seconds: Option<f64>,
    /// How large its result is.
    pub bytes: Option<u64>,
    /// `file:line` of the function.
    pub source: Option<String>,
    /// The fan-out it belongs to. [`Picture::new`] fills it in.
    pub group: Option<GroupId>,
    /// Where its value is written after the run.
    pub exports: Vec<String>,
    /// What makes it stale by itself. [`Picture::new`] fills it in from [`Cause::stale`].
    pub causes: Vec<CauseId>,
    /// What its result looks like, for the page. Programs that read the JSON ask for a result itself.
    #[serde(skip)]
    pub preview: Option<Preview>,
}

impl Node {
    /// A step that nothing more is known of.
    pub fn new(id: usize, label: impl Into<Label>, function: impl Into<String>, status: Status) -> Self {
        Self {
            id: NodeId(id),
            kind: Kind::Step,
            label: label.into(),
            function: function.into(),
            arguments: Vec::new(),
            status,
            reason: None,
            reason_kind: None,
            diff: None,
            message: None,
            retries: 0,
            seconds: None,
            bytes: None,
            source: None,
            group: None,
            exports: Vec::new(),
            causes: Vec::new(),
            preview: None,
        }
    }

    /// What is most worth saying of it in one sentence: what it failed with, or else why it is not fresh.
    pub(crate) fn remark(&self) -> Option<String> {
        let message = self.message.as_deref().and_then(|message| message.lines().next()).map(str::to_owned);
        let retried = || match self.retries {
            0 => None,
            retries => Some(format!("ran after {}", formats::count(retries as usize, "failure"))),
        };
        message.or_else(retried).or_else(|| self.reason.clone())
    }
}

/// `from` feeds `to`.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The step whose value is used.
    pub from: NodeId,
    /// The step that uses it.
    pub to: NodeId,
    /// A longer way leads from `from` to `to`, so the picture says the same without this edge.
    pub redundant: bool,
    /// The edge closes a circle (functions that call each other; steps never do) and is not used for the layout.
    pub back: bool,
}

/// A thing that changed, drawn as a node of its own.
#[derive(Serialize, Clone, Debug)]
pub struct Cause {
    /// Its number.
    pub id: CauseId,
    /// What it is called: `helper impute`, `argument depth`.
    pub label: String,
    /// What it is: `function`, `type`, `constant`, `argument`, `file`, `crate`, …
    pub kind: String,
    /// `file:line`, where there is one.
    pub source: Option<String>,
    /// What changed, as a unified diff.
    pub diff: Option<String>,
    /// The steps that it makes stale directly. What follows from those is read off the graph.
    pub stale: Vec<NodeId>,
    /// How many steps behind those are not fresh either. [`Picture::new`] counts them.
    pub behind: usize,
}

/// A fan-out.
#[derive(Serialize, Clone, Debug)]
pub struct Group {
    /// Its number.
    pub id: GroupId,
    /// The short name its members share.
    pub label: String,
    /// The steps, in the order of [`Picture::nodes`].
    pub members: Vec<NodeId>,
    /// How many of each status.
    pub statuses: BTreeMap<Status, usize>,
    /// The member that deserves attention first.
    pub worst: NodeId,
}

/// Sums over a picture.
#[derive(Serialize, Clone, Debug, Default, PartialEq)]
pub struct Totals {
    /// How many nodes.
    pub steps: usize,
    /// How many of each status.
    pub statuses: BTreeMap<Status, usize>,
    /// Recorded seconds of all nodes, one after the other.
    pub seconds: f64,
    /// Recorded seconds of the nodes that are not settled.
    pub seconds_to_do: f64,
    /// Bytes of all results whose size is known.
    pub bytes: u64,
    /// How many nodes have a result whose size is known.
    pub sized: usize,
}

/// A picture that does not hold together: a bug of whoever made it.
#[derive(thiserror::Error, Debug, PartialEq, Eq)]
pub enum PictureError {
    /// Two nodes, or two causes, share a number.
    #[error("{what} {id} is there twice")]
    Twice {
        /// Node or cause.
        what: &'static str,
        /// The number.
        id: usize,
    },
    /// An edge or a cause names a node that is not there.
    #[error("{what} names node {id}, which is not there")]
    Unknown {
        /// Edge or cause.
        what: &'static str,
        /// The number.
        id: usize,
    },
}

impl Totals {
    /// What stands behind the sum of sizes if some are not in it: ` (2 of 6 known)`.
    fn of_known(&self) -> String {
        let number = formats::thousands;
        let is_whole = self.sized == self.steps;
        if is_whole { String::new() } else { format!(" ({} of {} known)", number(self.sized), number(self.steps)) }
    }
}

impl Picture {
    /// The same with a caption.
    #[must_use]
    pub fn with_caption(mut self, caption: impl Into<String>) -> Self {
        self.caption = Some(caption.into());
        self
    }

    /// What is drawn, how much of it, and how much a filter left out: `plan · 6 steps · 70 kB of results`.
    pub(super) fn whole_caption(&self) -> String {
        let mut parts = Vec::from_iter(self.caption.as_deref().map(formats::one_line));
        let is_code = self.nodes.iter().any(|node| node.kind != Kind::Step);
        parts.push(formats::count(self.totals.steps, if is_code { "function" } else { "step" }));
        if self.totals.sized > 0 {
            parts.push(format!("{} of results{}", formats::bytes(self.totals.bytes), self.totals.of_known()));
        }
        if self.left_out > 0 {
            parts.push(format!("{} left out", formats::thousands(self.left_out)));
        }
        parts.join(" · ")
    }

    /// Where each node stands in [`Picture::nodes`].
    pub(crate) fn places(&self) -> BTreeMap<NodeId, usize> {
        self.nodes.iter().enumerate().map(|(at, node)| (node.id, at)).collect()
    }
}
