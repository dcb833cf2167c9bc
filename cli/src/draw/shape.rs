//! What follows from a picture's shape alone: circles, edges that say nothing new, fan-outs, sums.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use petgraph::algo::{greedy_feedback_arc_set, toposort};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::picture::{Cause, CauseId, Edge, Group, GroupId, Node, NodeId, Picture, PictureError, SCHEMA, Totals};
use super::status::Status;

impl Picture {
    /// Puts a picture together and works out what follows from its shape. The same edge given twice counts once.
    pub fn new(
        pipeline: impl Into<String>,
        nodes: Vec<Node>,
        edges: impl IntoIterator<Item = (NodeId, NodeId)>,
        causes: Vec<Cause>,
    ) -> Result<Self, PictureError> {
        let mut picture = Self {
            schema: SCHEMA,
            pipeline: pipeline.into(),
            caption: None,
            nodes,
            edges: edges.into_iter().map(|(from, to)| Edge { from, to, redundant: false, back: false }).collect(),
            causes,
            groups: Vec::new(),
            totals: Totals::default(),
            left_out: 0,
        };
        complete(&mut picture)?;
        Ok(picture)
    }
}

/// Checks a picture and fills in everything that [`Picture::new`] promises.
fn complete(picture: &mut Picture) -> Result<(), PictureError> {
    check(picture)?;
    picture.edges.sort_unstable();
    picture.edges.dedup();
    let places = picture.places();
    let order = mark_back_edges(picture, &places);
    mark_redundant_edges(picture, &places, &order);
    find_fan_outs(picture, &places, &order);
    count_causes(picture, &places);
    picture.totals = totals(picture);
    Ok(())
}

fn check(picture: &Picture) -> Result<(), PictureError> {
    let mut nodes = BTreeSet::new();
    for node in &picture.nodes {
        if !nodes.insert(node.id) {
            return Err(PictureError::Twice { what: "node", id: node.id.0 });
        }
    }
    let mut causes = BTreeSet::new();
    for cause in &picture.causes {
        if !causes.insert(cause.id) {
            return Err(PictureError::Twice { what: "cause", id: cause.id.0 });
        }
    }
    let named = picture.edges.iter().flat_map(|edge| [("an edge", edge.from), ("an edge", edge.to)]);
    let blamed = picture.causes.iter().flat_map(|cause| cause.stale.iter().map(|&id| ("a cause", id)));
    match named.chain(blamed).find(|(_, id)| !nodes.contains(id)) {
        Some((what, id)) => Err(PictureError::Unknown { what, id: id.0 }),
        None => Ok(()),
    }
}

/// Marks the edges that close circles, and returns the places of all nodes, inputs before what uses them.
fn mark_back_edges(picture: &mut Picture, places: &BTreeMap<NodeId, usize>) -> Vec<usize> {
    let mut graph = DiGraph::<(), usize, usize>::with_capacity(picture.nodes.len(), picture.edges.len());
    for _ in &picture.nodes {
        graph.add_node(());
    }
    for (at, edge) in picture.edges.iter().enumerate() {
        graph.add_edge(NodeIndex::new(places[&edge.from]), NodeIndex::new(places[&edge.to]), at);
    }
    if let Ok(order) = toposort(&graph, None) {
        return order.into_iter().map(NodeIndex::index).collect();
    }
    let mut back: Vec<usize> = greedy_feedback_arc_set(&graph).map(|edge| *edge.weight()).collect();
    back.sort_unstable();
    for &at in &back {
        picture.edges[at].back = true;
    }
    graph.retain_edges(|graph, edge| !picture.edges[graph[edge]].back);
    toposort(&graph, None).unwrap_or_default().into_iter().map(NodeIndex::index).collect()
}

/// How many ends [`mark_redundant_edges`] follows at a time.
const BLOCK: usize = 512;
const WORDS: usize = BLOCK / 64;

/// An edge is redundant if its end can be reached through another child of its start.
///
/// Reachability is worked out for a block of ends at a time, one bit each, so memory stays at 64 bytes a node where
/// a full closure of 100,000 nodes would need more than a gigabyte.
fn mark_redundant_edges(picture: &mut Picture, places: &BTreeMap<NodeId, usize>, order: &[usize]) {
    let mut position = vec![0; order.len()];
    for (at, &node) in order.iter().enumerate() {
        position[node] = at;
    }
    let mut children = vec![Vec::new(); order.len()];
    for (at, edge) in picture.edges.iter().enumerate().filter(|(_, edge)| !edge.back) {
        children[position[places[&edge.from]]].push((position[places[&edge.to]], at));
    }
    let mut reached = vec![[0u64; WORDS]; order.len()];
    for block in (0..order.len()).step_by(BLOCK) {
        let end = order.len().min(block + BLOCK);
        for from in (0..end).rev() {
            let mut bits = [0u64; WORDS];
            // Children past the block can lead to nothing inside it.
            let near = || children[from].iter().filter(|(to, _)| *to < end);
            for (to, _) in near() {
                for (word, more) in bits.iter_mut().zip(&reached[*to]) {
                    *word |= more;
                }
            }
            let inside = || near().filter(|(to, _)| *to >= block).map(|&(to, edge)| (to - block, edge));
            for (bit, edge) in inside() {
                picture.edges[edge].redundant |= bits[bit / 64] & (1 << (bit % 64)) != 0;
            }
            for (bit, _) in inside() {
                bits[bit / 64] |= 1 << (bit % 64);
            }
            reached[from] = bits;
        }
    }
}

/// Steps are one fan-out if they call the same function and their inputs come from the same fan-outs (or the same
/// single steps). A step's distance from the inputs follows from that, so no member can depend on another, and
/// folding every fan-out into one node never makes a circle.
fn find_fan_outs(picture: &mut Picture, places: &BTreeMap<NodeId, usize>, order: &[usize]) {
    let mut parents = vec![Vec::new(); order.len()];
    for Edge { from, to, .. } in picture.edges.iter().filter(|edge| !edge.back) {
        parents[places[to]].push(places[from]);
    }
    let mut classes: HashMap<(&str, &str, Vec<usize>), usize> = HashMap::new();
    let mut class = vec![0; order.len()];
    for &at in order {
        let mut inputs: Vec<usize> = parents[at].iter().map(|&parent| class[parent]).collect();
        inputs.sort_unstable();
        inputs.dedup();
        let fresh = classes.len();
        let node = &picture.nodes[at];
        class[at] = *classes.entry((&node.function, &node.label.title, inputs)).or_insert(fresh);
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, &class) in class.iter().enumerate() {
        members.entry(class).or_default().push(at);
    }
    let mut fan_outs: Vec<Vec<usize>> = members.into_values().filter(|members| members.len() > 1).collect();
    fan_outs.sort_unstable();
    for (number, members) in fan_outs.into_iter().enumerate() {
        let id = GroupId(number);
        for &at in &members {
            picture.nodes[at].group = Some(id);
        }
        let ids = members.iter().map(|&at| picture.nodes[at].id).collect();
        let label = picture.nodes[members[0]].label.title.clone();
        let statuses = count(members.iter().map(|&at| picture.nodes[at].status));
        picture.groups.push(Group {
            id,
            label,
            statuses,
            worst: picture.nodes[worst(picture, &members)].id,
            members: ids,
        });
    }
}

/// The place of the member that deserves attention first: by status, then the slowest, then the first.
pub(super) fn worst(picture: &Picture, members: &[usize]) -> usize {
    let mut best = members[0];
    for &at in &members[1..] {
        let (node, so_far) = (&picture.nodes[at], &picture.nodes[best]);
        let slower = node.seconds.unwrap_or(0.0) > so_far.seconds.unwrap_or(0.0);
        if node.status < so_far.status || (node.status == so_far.status && slower) {
            best = at;
        }
    }
    best
}

pub(super) fn count(statuses: impl Iterator<Item = Status>) -> BTreeMap<Status, usize> {
    let mut counts = BTreeMap::new();
    for status in statuses {
        *counts.entry(status).or_insert(0) += 1;
    }
    counts
}

/// Tells each step its causes, and each cause how many unfresh steps lie behind those it names.
fn count_causes(picture: &mut Picture, places: &BTreeMap<NodeId, usize>) {
    let mut graph = DiGraph::<(), (), usize>::with_capacity(picture.nodes.len(), picture.edges.len());
    for _ in &picture.nodes {
        graph.add_node(());
    }
    for edge in &picture.edges {
        graph.add_edge(NodeIndex::new(places[&edge.from]), NodeIndex::new(places[&edge.to]), ());
    }
    let mut own: BTreeMap<NodeId, BTreeSet<CauseId>> = BTreeMap::new();
    for cause in &mut picture.causes {
        cause.stale.sort_unstable();
        cause.stale.dedup();
        let mut seen: Vec<bool> = vec![false; picture.nodes.len()];
        let mut waiting: Vec<usize> = cause.stale.iter().map(|id| places[id]).collect();
        for &at in &waiting {
            seen[at] = true;
            own.entry(picture.nodes[at].id).or_default().insert(cause.id);
        }
        cause.behind = 0;
        while let Some(at) = waiting.pop() {
            for edge in graph.edges(NodeIndex::new(at)) {
                let to = edge.target().index();
                if !seen[to] && !picture.nodes[to].status.is_reused() {
                    seen[to] = true;
                    cause.behind += 1;
                    waiting.push(to);
                }
            }
        }
    }
    for node in &mut picture.nodes {
        node.causes = own.remove(&node.id).unwrap_or_default().into_iter().collect();
    }
}

fn totals(picture: &Picture) -> Totals {
    let seconds = |wanted: fn(Status) -> bool| {
        // The sum of no numbers at all is -0.0, which programs would read.
        picture.nodes.iter().filter(|node| wanted(node.status)).filter_map(|node| node.seconds).fold(0.0, |a, b| a + b)
    };
    Totals {
        steps: picture.nodes.len(),
        statuses: count(picture.nodes.iter().map(|node| node.status)),
        seconds: seconds(|_| true),
        seconds_to_do: seconds(|status| !status.is_settled()),
        bytes: picture.nodes.iter().filter_map(|node| node.bytes).sum(),
        sized: picture.nodes.iter().filter(|node| node.bytes.is_some()).count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{Cause, Node};

    fn picture(count: usize, edges: &[(usize, usize)]) -> Picture {
        let nodes = (0..count).map(|id| Node::new(id, format!("f{id}"), format!("f{id}"), Status::Fresh)).collect();
        Picture::new("p", nodes, edges.iter().map(|&(from, to)| (NodeId(from), NodeId(to))), Vec::new()).unwrap()
    }

    #[test]
    fn the_seconds_of_nothing_are_zero() {
        let totals = totals(&picture(2, &[]));
        assert!(totals.seconds_to_do.is_sign_positive() && totals.seconds.is_sign_positive());
    }

    fn marked(picture: &Picture, mark: fn(&Edge) -> bool) -> Vec<(usize, usize)> {
        picture.edges.iter().filter(|edge| mark(edge)).map(|edge| (edge.from.0, edge.to.0)).collect()
    }

    #[test]
    fn edges_that_a_longer_way_implies_are_redundant() {
        let picture = picture(4, &[(0, 1), (1, 2), (2, 3), (0, 2), (0, 3), (0, 3)]);
        assert_eq!(marked(&picture, |edge| edge.redundant), [(0, 2), (0, 3)]);
        assert_eq!(picture.edges.len(), 5, "the same edge twice is one");
    }

    #[test]
    fn redundant_edges_are_found_across_blocks() {
        let chain: Vec<(usize, usize)> = (1..1_500).map(|to| (to - 1, to)).collect();
        let skips: Vec<(usize, usize)> = (0..900).step_by(7).map(|from| (from, from + 599)).collect();
        let picture = picture(1_500, &[chain, skips.clone()].concat());
        assert_eq!(marked(&picture, |edge| edge.redundant), skips);
    }

    #[test]
    fn a_circle_is_opened_at_an_edge_and_nothing_is_lost() {
        let picture = picture(3, &[(0, 1), (1, 2), (2, 0), (1, 1)]);
        assert_eq!(picture.edges.len(), 4);
        assert_eq!(marked(&picture, |edge| edge.back).len(), 2);
    }

    #[test]
    fn fan_outs_are_steps_of_one_function_fed_by_the_same() {
        let names = ["load", "load", "fit", "fit", "fit", "score", "score", "fit"];
        let nodes = names.iter().enumerate().map(|(id, name)| Node::new(id, *name, *name, Status::Fresh)).collect();
        let edges = [(0, 2), (1, 3), (0, 4), (2, 5), (3, 6), (5, 7)];
        let picture = Picture::new("p", nodes, edges.map(|(from, to)| (NodeId(from), NodeId(to))), Vec::new()).unwrap();
        let members: Vec<Vec<usize>> =
            picture.groups.iter().map(|group| group.members.iter().map(|id| id.0).collect()).collect();
        assert_eq!(members, [vec![0, 1], vec![2, 3, 4], vec![5, 6]], "the last fit stands elsewhere");
        assert_eq!(picture.nodes[7].group, None);
    }

    #[test]
    fn a_cause_counts_what_is_not_fresh_behind_what_it_names() {
        let status = [Status::Stale, Status::Pending, Status::Fresh, Status::Stale];
        let nodes = (0..4).map(|id| Node::new(id, format!("f{id}"), format!("f{id}"), status[id])).collect();
        let cause = Cause {
            id: CauseId(4),
            label: "type Row".into(),
            kind: "type".into(),
            source: None,
            diff: None,
            stale: vec![NodeId(0), NodeId(0)],
            behind: 9,
        };
        let edges = [(0, 1), (0, 2), (2, 3)].map(|(from, to)| (NodeId(from), NodeId(to)));
        let picture = Picture::new("p", nodes, edges, vec![cause]).unwrap();
        assert_eq!(picture.causes[0].stale, [NodeId(0)]);
        assert_eq!(picture.causes[0].behind, 1, "a fresh step cuts the change off");
        assert_eq!(picture.nodes[0].causes, [CauseId(4)]);
    }

    #[test]
    fn what_does_not_hold_together_is_refused() {
        let node = || Node::new(1, "f", "f", Status::Fresh);
        let twice = Picture::new("p", vec![node(), node()], [], Vec::new()).unwrap_err();
        assert_eq!(twice.to_string(), "node 1 is there twice");
        let unknown = Picture::new("p", vec![node()], [(NodeId(1), NodeId(2))], Vec::new()).unwrap_err();
        assert_eq!(unknown.to_string(), "an edge names node 2, which is not there");
    }
}
