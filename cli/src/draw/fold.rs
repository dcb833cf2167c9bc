//! Fewer, larger nodes: what a drawing shows where a picture has too many steps to show each.
//!
//! Fans fold first, each into one item. If that is still too much, items that call the same function at the same
//! distance from the inputs fold too. Both keep the graph free of circles, because every edge still leads to a
//! larger distance.

use std::collections::{BTreeMap, BTreeSet};

use super::picture::{CauseId, Node, Picture};
use super::shape;
use super::status::Status;
use crate::words::formats;

/// When to fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Fan-outs of at least this many steps become one node. `usize::MAX` never folds.
    pub fan_out: usize,
    /// With more nodes than this left, steps of one function at one distance become one node too.
    pub nodes: usize,
}

impl Default for Fold {
    fn default() -> Self {
        Self { fan_out: 4, nodes: 300 }
    }
}

impl Fold {
    /// Each step stays a node.
    pub const NEVER: Self = Self { fan_out: usize::MAX, nodes: usize::MAX };
}

/// A picture as it is drawn: places of [`Picture::nodes`], put together.
pub(super) struct Folded<'a> {
    pub picture: &'a Picture,
    /// Inputs before what uses them.
    pub items: Vec<Item>,
    /// Pairs of places in `items`, each pair once, in order.
    pub edges: Vec<FoldedEdge>,
    /// For each cause its items, in order.
    pub blamed: Vec<(CauseId, Vec<usize>)>,
}

/// One step, or several folded into one.
pub(super) struct Item {
    /// Places in the picture, at least one.
    pub members: Vec<usize>,
    /// The place of the member to show: the worst.
    pub face: usize,
}

/// An edge between two items.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct FoldedEdge {
    pub from: usize,
    pub to: usize,
    /// Every edge behind it is.
    pub redundant: bool,
    /// Every edge behind it is.
    pub back: bool,
}

impl<'a> Folded<'a> {
    pub(super) fn new(picture: &'a Picture, fold: Fold) -> Self {
        let places = picture.places();
        let mut class: Vec<usize> = (0..picture.nodes.len()).collect();
        for group in picture.groups.iter().filter(|group| group.members.len() >= fold.fan_out) {
            for id in &group.members {
                class[places[id]] = places[&group.members[0]];
            }
        }
        let depth = depths(picture);
        if class.iter().collect::<BTreeSet<_>>().len() > fold.nodes {
            let mut same: BTreeMap<(&str, &str, usize), usize> = BTreeMap::new();
            for (at, node) in picture.nodes.iter().enumerate() {
                class[at] = *same.entry((&node.function, node.label.title.as_str(), depth[at])).or_insert(at);
            }
        }
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, &class) in class.iter().enumerate() {
            members.entry(class).or_default().push(at);
        }
        let mut items: Vec<Item> =
            members.into_values().map(|members| Item { face: shape::worst(picture, &members), members }).collect();
        items.sort_by_key(|item| (depth[item.members[0]], item.members[0]));
        let mut item_of = vec![0; picture.nodes.len()];
        for (number, item) in items.iter().enumerate() {
            for &member in &item.members {
                item_of[member] = number;
            }
        }
        let mut joined: BTreeMap<(usize, usize), (bool, bool)> = BTreeMap::new();
        for edge in &picture.edges {
            let pair = (item_of[places[&edge.from]], item_of[places[&edge.to]]);
            if pair.0 != pair.1 {
                let (redundant, back) = joined.entry(pair).or_insert((true, true));
                *redundant &= edge.redundant;
                *back &= edge.back;
            }
        }
        let edges = joined.into_iter().map(|((from, to), (redundant, back))| FoldedEdge { from, to, redundant, back });
        let blamed = picture.causes.iter().map(|cause| {
            let items: BTreeSet<usize> = cause.stale.iter().map(|id| item_of[places[id]]).collect();
            (cause.id, items.into_iter().collect())
        });
        Self { picture, edges: edges.collect(), blamed: blamed.collect(), items }
    }

    /// The step that stands for an item.
    pub(super) fn face(&self, item: usize) -> &'a Node {
        &self.picture.nodes[self.items[item].face]
    }

    /// How many of each status are in an item.
    pub(super) fn statuses(&self, item: usize) -> BTreeMap<Status, usize> {
        shape::count(self.members(item).map(|node| node.status))
    }

    /// The steps of an item.
    pub(super) fn members(&self, item: usize) -> impl Iterator<Item = &'a Node> {
        let picture = self.picture;
        self.items[item].members.iter().map(move |&at| &picture.nodes[at])
    }

    /// The sum of the recorded times.
    pub(super) fn seconds(&self, item: usize) -> Option<f64> {
        self.members(item).filter_map(|node| node.seconds).reduce(|sum, seconds| sum + seconds)
    }

    /// `train  depth=4`, or `train ×400 (3 stale)` with what is not settled, unless that is all of them.
    pub(super) fn label(&self, item: usize) -> String {
        let count = self.items[item].members.len();
        let face = self.face(item);
        if count == 1 {
            return face.label.to_string();
        }
        let name = format!("{} ×{}", face.label.title, formats::thousands(count));
        let statuses = self.statuses(item);
        let unsettled = statuses.iter().filter(|(status, _)| !status.is_settled());
        let parts: Vec<String> = unsettled.map(|(status, count)| status.counted(*count)).collect();
        if parts.is_empty() || statuses.len() == 1 { name } else { format!("{name} ({})", parts.join(", ")) }
    }
}

/// How many edges the longest way from an input has, for each node.
fn depths(picture: &Picture) -> Vec<usize> {
    let places = picture.places();
    let mut children = vec![Vec::new(); picture.nodes.len()];
    let mut inputs = vec![0; picture.nodes.len()];
    for edge in picture.edges.iter().filter(|edge| !edge.back) {
        children[places[&edge.from]].push(places[&edge.to]);
        inputs[places[&edge.to]] += 1;
    }
    let mut depth = vec![0; picture.nodes.len()];
    let mut ready: Vec<usize> = (0..inputs.len()).filter(|&at| inputs[at] == 0).collect();
    while let Some(at) = ready.pop() {
        for &child in &children[at] {
            depth[child] = depth[child].max(depth[at] + 1);
            inputs[child] -= 1;
            if inputs[child] == 0 {
                ready.push(child);
            }
        }
    }
    depth
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::synthetic;

    #[test]
    fn a_small_fan_out_stays_open_and_a_large_one_folds_to_its_worst_member() {
        let picture = synthetic::penguins();
        assert_eq!(Folded::new(&picture, Fold::default()).items.len(), 6, "three trees stay apart");
        let folded = Folded::new(&picture, Fold { fan_out: 3, ..Fold::default() });
        let labels: Vec<String> = (0..folded.items.len()).map(|item| folded.label(item)).collect();
        assert_eq!(labels, ["load  csv=data/penguins.csv", "split", "train ×3", "report"]);
        assert_eq!(folded.face(2).label.to_string(), "train  depth=8", "the slowest of the stale ones");
    }

    #[test]
    fn an_edge_is_redundant_only_if_all_that_it_stands_for_are() {
        let picture = synthetic::penguins();
        let folded = Folded::new(&picture, Fold { fan_out: 3, ..Fold::default() });
        let redundant: Vec<(usize, usize, bool)> =
            folded.edges.iter().map(|edge| (edge.from, edge.to, edge.redundant)).collect();
        assert_eq!(redundant, [(0, 1, false), (0, 3, true), (1, 2, false), (2, 3, false)]);
    }

    #[test]
    fn past_the_limit_steps_of_one_function_at_one_distance_fold() {
        let picture = synthetic::tangle(2_000);
        let folded = Folded::new(&picture, Fold { fan_out: 4, nodes: 300 });
        assert!(folded.items.len() < 1_000, "{} items", folded.items.len());
        assert!(folded.edges.iter().all(|edge| edge.from < edge.to), "inputs come first");
    }
}
