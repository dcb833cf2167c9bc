//! Leaving steps out: what is stale, what lies behind a step, what leads to one.
//!
//! Steps keep their numbers, so a link into the whole picture fits the part as well.

use std::collections::{BTreeMap, BTreeSet};

use scrat_engine::{Meant, meant};

use super::picture::{Cause, Node, NodeId, Picture, PictureError};

/// What to keep. The default keeps everything; what is asked for together must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only steps that are not simply taken from the stash.
    pub stale: bool,
    /// Only this step and what depends on it.
    pub from: Option<String>,
    /// Only this step and what it depends on. With `from`: what lies between the two.
    pub to: Option<String>,
    /// Only this many edges away from `from` or `to`, or, with neither, from the pipeline's outputs.
    pub depth: Option<usize>,
}

/// Why a filter does not apply.
#[derive(thiserror::Error, Debug)]
pub enum FilterError {
    /// The user named a step that is not there.
    #[error("no step of {pipeline} is called `{step}`; there are {there}")]
    NoSuchStep {
        /// Where it was looked for.
        pipeline: String,
        /// What was looked for.
        step: String,
        /// A few names that would do.
        there: String,
    },
    /// What is left does not hold together: a bug.
    #[error(transparent)]
    Picture(#[from] PictureError),
}

impl Picture {
    /// The steps that a user may mean by `step`: its label, its function's short or full name (every step of it), the
    /// name with some of its arguments, or `#` and its number.
    pub fn find(&self, step: &str) -> Vec<NodeId> {
        let fit = |node: &Node| {
            if step.strip_prefix('#').is_some_and(|number| number.parse() == Ok(node.id.0)) {
                return Meant::ByLabel;
            }
            let arguments = node.arguments.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            meant(step, &node.function, &node.label.to_string(), arguments)
        };
        let fits: Vec<_> = self.nodes.iter().map(|node| (fit(node), node.id)).collect();
        let best = fits.iter().map(|(meant, _)| *meant).max().unwrap_or(Meant::No);
        fits.into_iter().filter(|(meant, _)| *meant > Meant::No && *meant == best).map(|(_, id)| id).collect()
    }

    /// The part that `filter` keeps.
    pub fn filtered(&self, filter: &Filter) -> Result<Self, FilterError> {
        let mut kept: BTreeSet<NodeId> = self.nodes.iter().map(|node| node.id).collect();
        let mut keep = |part: BTreeSet<NodeId>| kept = kept.intersection(&part).copied().collect();
        if let Some(from) = &filter.from {
            keep(self.reach(self.named(from)?, Direction::Down, filter.depth));
        }
        if let Some(to) = &filter.to {
            keep(self.reach(self.named(to)?, Direction::Up, filter.depth));
        }
        if filter.depth.is_some() && filter.from.is_none() && filter.to.is_none() {
            keep(self.reach(self.outputs(), Direction::Up, filter.depth));
        }
        if filter.stale {
            keep(self.nodes.iter().filter(|node| !node.status.is_reused()).map(|node| node.id).collect());
        }
        Ok(self.part(&kept)?)
    }

    fn part(&self, kept: &BTreeSet<NodeId>) -> Result<Self, PictureError> {
        let nodes = self.nodes.iter().filter(|node| kept.contains(&node.id));
        let nodes: Vec<Node> = nodes.map(|node| Node { group: None, ..node.clone() }).collect();
        let edges = self.edges.iter().filter(|edge| kept.contains(&edge.from) && kept.contains(&edge.to));
        let causes = self.causes.iter().filter_map(|cause| {
            let stale: Vec<NodeId> = cause.stale.iter().filter(|id| kept.contains(id)).copied().collect();
            (!stale.is_empty()).then(|| Cause { stale, ..cause.clone() })
        });
        let left_out = self.left_out + self.nodes.len() - nodes.len();
        let part = Self::new(&self.pipeline, nodes, edges.map(|edge| (edge.from, edge.to)), causes.collect())?;
        Ok(Self { caption: self.caption.clone(), left_out, ..part })
    }

    fn named(&self, step: &str) -> Result<Vec<NodeId>, FilterError> {
        let found = self.find(step);
        if !found.is_empty() {
            return Ok(found);
        }
        let names: BTreeSet<&str> = self.nodes.iter().map(|node| node.label.title.as_str()).collect();
        let mut there = names.iter().take(8).copied().collect::<Vec<_>>().join(", ");
        if names.len() > 8 {
            there.push_str(", …");
        }
        Err(FilterError::NoSuchStep { pipeline: self.pipeline.clone(), step: step.to_owned(), there })
    }

    fn outputs(&self) -> Vec<NodeId> {
        let used: BTreeSet<NodeId> = self.edges.iter().filter(|edge| !edge.back).map(|edge| edge.from).collect();
        self.nodes.iter().map(|node| node.id).filter(|id| !used.contains(id)).collect()
    }

    /// Breadth first, so that `depth` counts the shortest way.
    fn reach(&self, start: Vec<NodeId>, direction: Direction, depth: Option<usize>) -> BTreeSet<NodeId> {
        let mut next: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        for edge in &self.edges {
            let (near, far) = match direction {
                Direction::Down => (edge.from, edge.to),
                Direction::Up => (edge.to, edge.from),
            };
            next.entry(near).or_default().push(far);
        }
        let mut seen: BTreeSet<NodeId> = start.iter().copied().collect();
        let mut ring = start;
        let mut left = depth.unwrap_or(usize::MAX);
        while left > 0 && !ring.is_empty() {
            left -= 1;
            let around = ring.iter().filter_map(|id| next.get(id)).flatten().copied();
            ring = around.filter(|&id| seen.insert(id)).collect();
        }
        seen
    }
}

#[derive(Clone, Copy)]
enum Direction {
    Down,
    Up,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::synthetic;

    fn labels(picture: &Picture) -> Vec<String> {
        picture.nodes.iter().map(|node| node.label.to_string()).collect()
    }

    fn kept(filter: Filter) -> Picture {
        synthetic::penguins().filtered(&filter).unwrap()
    }

    #[test]
    fn no_filter_keeps_everything() {
        let picture = kept(Filter::default());
        assert_eq!(picture.nodes.len(), synthetic::penguins().nodes.len());
        assert_eq!(picture.left_out, 0);
    }

    #[test]
    fn stale_leaves_out_what_comes_from_the_stash_and_counts_it() {
        let picture = kept(Filter { stale: true, ..Filter::default() });
        assert_eq!(labels(&picture), ["train  depth=2", "train  depth=4", "train  depth=8", "report"]);
        assert_eq!(picture.left_out, 2);
        assert_eq!(picture.nodes[0].id, NodeId(2), "numbers stay");
    }

    #[test]
    fn from_and_to_keep_what_lies_between() {
        let between = Filter { from: Some("split".into()), to: Some("train depth=4".into()), ..Filter::default() };
        assert_eq!(labels(&kept(between)), ["split", "train  depth=4"]);
    }

    #[test]
    fn depth_counts_from_the_named_step_or_from_the_outputs() {
        let near_load = Filter { from: Some("penguins::load".into()), depth: Some(1), ..Filter::default() };
        assert_eq!(labels(&kept(near_load)), ["load  csv=data/penguins.csv", "split", "report"]);
        let last = Filter { depth: Some(0), ..Filter::default() };
        assert_eq!(labels(&kept(last)), ["report"]);
    }

    #[test]
    fn an_edge_that_was_redundant_counts_again_when_the_longer_way_is_gone() {
        let whole = synthetic::penguins();
        let edge = |picture: &Picture| *picture.edges.iter().find(|e| (e.from.0, e.to.0) == (0, 5)).unwrap();
        assert!(edge(&whole).redundant);
        let near_load = Filter { from: Some("load".into()), depth: Some(1), ..Filter::default() };
        assert!(!edge(&kept(near_load)).redundant);
    }

    #[test]
    fn an_unknown_step_is_answered_with_the_names_that_are_there() {
        let filter = Filter { to: Some("trian".into()), ..Filter::default() };
        let error = synthetic::penguins().filtered(&filter).unwrap_err();
        assert_eq!(error.to_string(), "no step of penguins is called `trian`; there are load, report, split, train");
    }
}
