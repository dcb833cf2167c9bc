//! What the page shows of results: a preview of each of some steps. They are bounded in number and in size, so that the
//! page of a pipeline with many steps, or with large results, is made as quickly and loads as well as any.

use std::collections::{BTreeMap, BTreeSet};

use scrat_engine::{NutInfo, StepId, preview};

use crate::draw::{Node, Picture};
use crate::story::planned::Planned;

/// How much is shown, and looked at.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    /// Steps of one function.
    steps: usize,
    /// Characters of one text.
    text: usize,
    /// Bytes of one picture.
    picture: usize,
    /// Bytes of all texts and pictures.
    all: usize,
    /// Bytes of one stored value, and of all that are read.
    value: u64,
    values: u64,
}

const BOUNDS: Bounds = Bounds {
    steps: 20,
    text: 2_000,
    picture: 512 * 1024,
    all: 4 * 1024 * 1024,
    value: 16 * 1024 * 1024,
    values: 64 * 1024 * 1024,
};

/// Adds previews to the steps of a plan: first to those that the pipeline returns, then to the others in their order.
pub(super) fn add(picture: &mut Picture, planned: &Planned) {
    let steps: Vec<StepId> = planned.graph.steps().collect();
    let wanted: BTreeSet<usize> = planned.graph.wanted().iter().map(|step| step.index()).collect();
    let mut nodes: Vec<&mut Node> = picture.nodes.iter_mut().collect();
    nodes.sort_by_key(|node| !wanted.contains(&node.id.0));
    let mut left = Left::of(BOUNDS);
    for node in nodes {
        // What the pipeline's body computed has a node and is no step.
        if let Some(&step) = steps.get(node.id.0)
            && left.takes_one_of(planned.graph.function(step).name())
        {
            node.preview = look(planned, step, &mut left);
        }
    }
}

fn look(planned: &Planned, step: StepId, left: &mut Left) -> Option<scrat_engine::Preview> {
    let Planned { graph, plan, engine } = planned;
    let nut = plan.nut(engine, graph, step)?;
    if !left.reads(&nut) {
        return None;
    }
    left.keeps(preview(engine.stash()?, &nut, BOUNDS.text).ok()?)
}

/// What is left of the bounds.
struct Left {
    bounds: Bounds,
    functions: BTreeMap<&'static str, usize>,
}

impl Left {
    fn of(bounds: Bounds) -> Self {
        Self { bounds, functions: BTreeMap::new() }
    }

    fn takes_one_of(&mut self, function: &'static str) -> bool {
        let count = self.functions.entry(function).or_default();
        *count += 1;
        *count <= self.bounds.steps
    }

    fn reads(&mut self, nut: &NutInfo) -> bool {
        let is_small = nut.size <= self.bounds.value.min(self.bounds.values);
        self.bounds.values -= if is_small { nut.size } else { 0 };
        is_small
    }

    /// The preview, without a picture that is too large. None if nothing more fits into the page.
    fn keeps(&mut self, mut preview: scrat_engine::Preview) -> Option<scrat_engine::Preview> {
        let room = self.bounds.picture.min(self.bounds.all.saturating_sub(preview.text.len()));
        preview.picture = preview.picture.filter(|picture| picture.bytes.len() <= room);
        let length = preview.text.len() + preview.picture.as_ref().map_or(0, |picture| picture.bytes.len());
        self.bounds.all = self.bounds.all.checked_sub(length)?;
        Some(preview)
    }
}

#[cfg(test)]
mod tests {
    use scrat_engine::Preview;

    use super::*;

    #[test]
    fn a_page_has_no_more_than_its_bounds() {
        let mut left = Left::of(Bounds { steps: 2, picture: 5, all: 12, ..BOUNDS });
        assert_eq!([0; 3].map(|_| left.takes_one_of("f")), [true, true, false]);
        assert!(left.takes_one_of("g"));
        let pictured = |length| Preview::text("abc").with_picture("image/png", vec![0; length]);
        assert_eq!(left.keeps(pictured(6)).unwrap(), Preview::text("abc"), "the picture is too large by itself");
        assert!(left.keeps(pictured(5)).unwrap().picture.is_some());
        assert_eq!(left.keeps(Preview::text("abcde")), None, "there is room for one character");
        assert!(left.keeps(Preview::text("a")).is_some());
    }
}
