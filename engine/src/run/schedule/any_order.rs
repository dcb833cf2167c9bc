//! Random graphs, carried out in random orders: what the schedule says is held against what must be.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{Change, Schedule};
use crate::id::StepId;

fn id(step: usize) -> StepId {
    StepId::at(step)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Done,
    Failed,
    Skipped,
}

/// Steps that use earlier ones, and whether each would fail.
#[derive(Clone, Debug)]
struct Plan {
    steps: Vec<(Vec<usize>, bool)>,
}

fn plan() -> impl Strategy<Value = Plan> {
    let step = (prop::collection::vec(any::<prop::sample::Index>(), 0..4), prop::bool::weighted(0.1));
    prop::collection::vec(step, 1..40).prop_map(|steps| {
        let inputs = |at: usize, inputs: Vec<prop::sample::Index>| match at {
            0 => Vec::new(),
            _ => inputs.into_iter().map(|input| input.index(at)).collect::<BTreeSet<_>>().into_iter().collect(),
        };
        let steps = steps.into_iter().enumerate().map(|(at, (of, fails))| (inputs(at, of), fails));
        Plan { steps: steps.collect() }
    })
}

/// Carries a plan out by a list of random decisions, and checks each thing that the schedule says.
struct Execution<'p> {
    plan: &'p Plan,
    keep_going: bool,
    schedule: Schedule,
    added: usize,
    running: Vec<usize>,
    ended: BTreeMap<usize, End>,
    became_ready: BTreeSet<usize>,
    released: BTreeSet<usize>,
}

impl<'p> Execution<'p> {
    fn new(plan: &'p Plan, keep_going: bool, known_at_first: usize) -> Self {
        let mut execution = Self {
            plan,
            keep_going,
            schedule: Schedule::new(keep_going),
            added: 0,
            running: Vec::new(),
            ended: BTreeMap::new(),
            became_ready: BTreeSet::new(),
            released: BTreeSet::new(),
        };
        (0..known_at_first).for_each(|_| execution.add());
        execution
    }

    fn inputs(&self, step: usize) -> &'p [usize] {
        &self.plan.steps[step].0
    }

    fn add(&mut self) {
        let step = self.added;
        self.added += 1;
        let changes = self.schedule.add(id(step), self.inputs(step).iter().copied().map(id));
        if changes != [Change::Skipped(id(step))] {
            self.released.retain(|released| !self.plan.steps[step].0.contains(released));
        }
        self.follow(changes, false);
    }

    fn follow(&mut self, changes: Vec<Change>, again: bool) {
        for change in changes {
            match change {
                Change::Ready(step) => {
                    let step = step.index();
                    assert!(self.became_ready.insert(step) != again, "{step} is ready once");
                    assert!(self.inputs(step).iter().all(|input| self.ended.get(input) == Some(&End::Done)));
                }
                Change::Skipped(step) => {
                    assert_eq!(self.ended.insert(step.index(), End::Skipped), None);
                }
                Change::Released(step) => {
                    let step = step.index();
                    assert_eq!(self.ended.get(&step), Some(&End::Done));
                    assert!(self.released.insert(step), "{step} is released once for each time of use");
                }
            }
        }
        for step in 0..self.added {
            let is_user = |user: &usize| self.inputs(*user).contains(&step) && !self.ended.contains_key(user);
            let is_used = (0..self.added).any(|user| is_user(&user));
            assert_eq!(self.schedule.is_used(id(step)), is_used);
            if self.ended.get(&step) == Some(&End::Done) {
                assert_eq!(self.released.contains(&step), !is_used, "{step}");
            }
        }
    }

    fn decide(&mut self, decision: u16) {
        let pick = usize::from(decision / 4);
        match decision % 4 {
            0 if self.added < self.plan.steps.len() => self.add(),
            1 if !self.running.is_empty() => {
                let step = self.running.swap_remove(pick % self.running.len());
                let changes = self.schedule.put_aside(id(step));
                self.follow(changes, true);
            }
            2 if !self.running.is_empty() => {
                let step = self.running.swap_remove(pick % self.running.len());
                let fails = self.plan.steps[step].1;
                self.ended.insert(step, if fails { End::Failed } else { End::Done });
                let changes = if fails { self.schedule.failed(id(step)) } else { self.schedule.done(id(step)) };
                self.follow(changes, false);
            }
            3 if pick % 4 == 0 => {
                let changes = self.schedule.take_back();
                self.follow(changes, true);
            }
            _ => {
                let taken = self.schedule.take();
                let starts_late = !self.keep_going && self.ended.values().any(|end| *end == End::Failed);
                assert!(taken.is_none() || !starts_late);
                self.running.extend(taken.map(StepId::index));
            }
        }
    }

    /// Follows the decisions, and then whatever is left to do.
    fn carry_out(mut self, decisions: &[u16]) -> BTreeMap<usize, End> {
        decisions.iter().for_each(|&decision| self.decide(decision));
        while self.ended.len() < self.plan.steps.len() {
            let before = (self.added, self.running.len(), self.ended.len());
            let decision = if self.added < self.plan.steps.len() {
                0
            } else if !self.running.is_empty() {
                2
            } else {
                let changes = self.schedule.take_back();
                self.follow(changes, true);
                7
            };
            self.decide(decision);
            assert_ne!(before, (self.added, self.running.len(), self.ended.len()), "it goes on");
        }
        self.ended
    }
}

/// How each step ends by what it depends on, whatever the order.
fn expected(plan: &Plan) -> BTreeMap<usize, End> {
    let mut ends = BTreeMap::new();
    for (step, (inputs, fails)) in plan.steps.iter().enumerate() {
        let end = match fails {
            _ if inputs.iter().any(|input| ends[input] != End::Done) => End::Skipped,
            true => End::Failed,
            false => End::Done,
        };
        ends.insert(step, end);
    }
    ends
}

proptest! {
    #[test]
    fn steps_end_by_what_they_depend_on_in_any_order_and_however_the_graph_grows(
        plan in plan(),
        known_at_first: prop::sample::Index,
        decisions in prop::collection::vec(any::<u16>(), 0..200),
    ) {
        let whole = Execution::new(&plan, true, plan.steps.len()).carry_out(&decisions);
        prop_assert_eq!(&whole, &expected(&plan));
        let grown = Execution::new(&plan, true, known_at_first.index(plan.steps.len())).carry_out(&decisions);
        prop_assert_eq!(&grown, &whole);
    }

    #[test]
    fn a_run_that_stops_at_a_failure_starts_nothing_after_it_and_ends(
        plan in plan(),
        known_at_first: prop::sample::Index,
        decisions in prop::collection::vec(any::<u16>(), 0..200),
    ) {
        let ends = Execution::new(&plan, false, known_at_first.index(plan.steps.len())).carry_out(&decisions);
        let fails = expected(&plan).values().any(|end| *end == End::Failed);
        prop_assert_eq!(ends.values().any(|end| *end != End::Done), fails);
    }
}
