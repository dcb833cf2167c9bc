//! What may start, is skipped, or need not be kept any more: a state machine over a graph that only grows.
//!
//! ```text
//!            inputs done           taken
//!  Waiting ───────────────► Ready ───────► Running ───────► Done
//!     │                     │   ▲             │ ├─────────► Failed
//!     │          taken back │   │   put aside │
//!     │                     │   └─── Aside ◄──┘
//!     │ an input failed     │ stopped  │ stopped
//!     │ or was skipped, or  ▼          ▼
//!     └─ all stopped ─────► Skipped ◄──┘
//! ```
//!
//! It has no threads, clocks or values. Whoever executes takes steps that are ready, says how they ended, and is told
//! what follows from it. Steps can be added at any time, after the steps that they use: so there is no circle, and
//! every step ends.

#[cfg(test)]
mod any_order;

use std::collections::{BTreeSet, VecDeque};

use crate::id::{StepId, StepTable};

/// What follows when a step is added or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// All that the step uses is done: it is in the queue.
    Ready(StepId),
    /// The step will not run: something that it uses failed, or nothing new starts.
    Skipped(StepId),
    /// Nothing that is open uses the step's value. A step that is added later may use it again.
    Released(StepId),
}

/// Where a step is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// So many of its inputs are still open.
    Waiting {
        missing: usize,
    },
    Ready,
    Running,
    /// Somebody else computes it.
    Aside,
    Done,
    Failed,
    Skipped,
}

#[derive(Debug)]
struct Step {
    state: State,
    inputs: Box<[StepId]>,
    /// Steps that wait for this one.
    waiting: Vec<StepId>,
    /// How many steps that use this one are open.
    open_users: usize,
}

/// The steps of a run, on their way.
#[derive(Debug)]
pub(super) struct Schedule {
    steps: StepTable<Step>,
    /// Those that are ready, in the order in which they became so.
    ready: VecDeque<StepId>,
    aside: Vec<StepId>,
    /// Whether a failure stops only what depends on it.
    keep_going: bool,
    stopped: bool,
}

impl Schedule {
    /// No steps yet.
    pub(super) fn new(keep_going: bool) -> Self {
        Self { steps: StepTable::default(), ready: VecDeque::new(), aside: Vec::new(), keep_going, stopped: false }
    }

    /// Adds a step that uses others, which were added before.
    pub(super) fn add(&mut self, step: StepId, inputs: impl IntoIterator<Item = StepId>) -> Vec<Change> {
        let inputs: Box<[StepId]> = inputs.into_iter().collect();
        let is_lost = |input: &StepId| matches!(self.steps[*input].state, State::Failed | State::Skipped);
        if self.stopped || inputs.iter().any(is_lost) {
            self.insert(step, State::Skipped, Box::default());
            return vec![Change::Skipped(step)];
        }
        let mut missing = 0;
        for input in &inputs {
            let input = &mut self.steps[*input];
            input.open_users += 1;
            if input.state != State::Done {
                input.waiting.push(step);
                missing += 1;
            }
        }
        self.insert(step, State::Waiting { missing }, inputs);
        if missing == 0 { vec![self.make_ready(step)] } else { Vec::new() }
    }

    /// Adds a step whose value is there.
    pub(super) fn add_done(&mut self, step: StepId) {
        self.insert(step, State::Done, Box::default());
    }

    /// How many steps are ready.
    pub(super) fn ready(&self) -> usize {
        self.ready.len()
    }

    /// Whether an open step uses this one's value.
    pub(super) fn is_used(&self, step: StepId) -> bool {
        self.steps[step].open_users > 0
    }

    /// Whether nothing new starts.
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// Takes the step that has been ready for longest. It runs until somebody says how it ended.
    pub(super) fn take(&mut self) -> Option<StepId> {
        let step = self.ready.pop_front()?;
        self.steps[step].state = State::Running;
        Some(step)
    }

    /// Puts a step aside that was taken, since somebody else computes it.
    pub(super) fn put_aside(&mut self, step: StepId) -> Vec<Change> {
        self.leave_running(step, State::Aside);
        if self.stopped {
            let mut changes = Vec::new();
            self.skip(vec![step], &mut changes);
            return changes;
        }
        self.aside.push(step);
        Vec::new()
    }

    /// Puts the steps that were put aside at the end of the queue.
    pub(super) fn take_back(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.aside).into_iter().map(|step| self.make_ready(step)).collect()
    }

    /// A step that was taken has its value.
    pub(super) fn done(&mut self, step: StepId) -> Vec<Change> {
        self.leave_running(step, State::Done);
        let mut changes = Vec::new();
        self.let_go_of_inputs(step, &mut changes);
        if !self.is_used(step) {
            changes.push(Change::Released(step));
        }
        for user in std::mem::take(&mut self.steps[step].waiting) {
            if let State::Waiting { missing } = &mut self.steps[user].state {
                *missing -= 1;
                if *missing == 0 {
                    changes.push(self.make_ready(user));
                }
            }
        }
        changes
    }

    /// A step that was taken will have no value.
    pub(super) fn failed(&mut self, step: StepId) -> Vec<Change> {
        self.leave_running(step, State::Failed);
        let mut changes = if self.keep_going { self.skip_behind(step) } else { self.stop() };
        self.let_go_of_inputs(step, &mut changes);
        changes
    }

    /// Starts nothing new from now on: only what runs already goes on.
    pub(super) fn stop(&mut self) -> Vec<Change> {
        let mut changes = Vec::new();
        if !std::mem::replace(&mut self.stopped, true) {
            self.ready.clear();
            self.aside.clear();
            let is_before = |step: &Step| matches!(step.state, State::Waiting { .. } | State::Ready | State::Aside);
            let before = self.steps.iter().filter(|(_, step)| is_before(step)).map(|(id, _)| id).collect();
            self.skip(before, &mut changes);
        }
        changes
    }

    /// Skips what waits for a step that has no value, and what waits for that.
    fn skip_behind(&mut self, step: StepId) -> Vec<Change> {
        let mut behind = BTreeSet::new();
        let mut waiting = std::mem::take(&mut self.steps[step].waiting);
        while let Some(user) = waiting.pop() {
            if behind.insert(user) {
                waiting.append(&mut self.steps[user].waiting);
            }
        }
        // What one of its inputs has skipped already is not skipped again.
        behind.retain(|user| self.steps[*user].state != State::Skipped);
        let mut changes = Vec::new();
        self.skip(behind.into_iter().collect(), &mut changes);
        changes
    }

    fn skip(&mut self, steps: Vec<StepId>, changes: &mut Vec<Change>) {
        for step in &steps {
            self.steps[*step].state = State::Skipped;
            changes.push(Change::Skipped(*step));
        }
        for step in steps {
            self.let_go_of_inputs(step, changes);
        }
    }

    /// A step that is over uses nothing any more.
    fn let_go_of_inputs(&mut self, step: StepId, changes: &mut Vec<Change>) {
        for id in std::mem::take(&mut self.steps[step].inputs) {
            let input = &mut self.steps[id];
            input.open_users -= 1;
            if input.open_users == 0 && input.state == State::Done {
                changes.push(Change::Released(id));
            }
        }
    }

    fn make_ready(&mut self, step: StepId) -> Change {
        self.steps[step].state = State::Ready;
        self.ready.push_back(step);
        Change::Ready(step)
    }

    fn leave_running(&mut self, step: StepId, to: State) {
        let state = &mut self.steps[step].state;
        assert_eq!(*state, State::Running, "only what was taken ends");
        *state = to;
    }

    fn insert(&mut self, step: StepId, state: State, inputs: Box<[StepId]>) {
        let before = self.steps.insert(step, Step { state, inputs, waiting: Vec::new(), open_users: 0 });
        assert!(before.is_none(), "a step is added once");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(step: usize) -> StepId {
        StepId::at(step)
    }

    fn ids(steps: &[usize]) -> Vec<StepId> {
        steps.iter().map(|step| id(*step)).collect()
    }

    /// A schedule of steps that use others, and of which each is called by its position.
    fn schedule(keep_going: bool, inputs: &[&[usize]]) -> Schedule {
        let mut schedule = Schedule::new(keep_going);
        for (step, inputs) in inputs.iter().enumerate() {
            schedule.add(id(step), ids(inputs));
        }
        schedule
    }

    fn ready(step: usize) -> Change {
        Change::Ready(id(step))
    }

    fn skipped(step: usize) -> Change {
        Change::Skipped(id(step))
    }

    fn released(step: usize) -> Change {
        Change::Released(id(step))
    }

    #[test]
    fn steps_are_taken_in_the_order_in_which_they_became_ready() {
        let mut schedule = schedule(false, &[&[], &[], &[1], &[0]]);
        assert_eq!([(); 3].map(|()| schedule.take()), [Some(id(0)), Some(id(1)), None]);
        assert_eq!(schedule.done(id(1)), [ready(2)]);
        assert_eq!(schedule.done(id(0)), [ready(3)]);
        assert_eq!([(); 3].map(|()| schedule.take()), [Some(id(2)), Some(id(3)), None]);
    }

    #[test]
    fn a_step_is_ready_when_the_last_of_its_inputs_is_done() {
        let mut schedule = schedule(false, &[&[], &[], &[0, 1]]);
        schedule.take();
        schedule.take();
        assert_eq!(schedule.done(id(1)), []);
        assert_eq!(schedule.done(id(0)), [ready(2)]);
    }

    #[test]
    fn a_value_is_released_when_its_last_user_is_over() {
        let mut schedule = schedule(false, &[&[], &[0], &[0]]);
        schedule.take();
        assert!(schedule.is_used(id(0)));
        schedule.done(id(0));
        schedule.take();
        schedule.take();
        assert_eq!(schedule.done(id(2)), [released(2)], "nothing uses it at all");
        assert_eq!(schedule.done(id(1)), [released(0), released(1)]);
        assert!(!schedule.is_used(id(0)));
    }

    #[test]
    fn a_released_value_may_be_used_again_by_a_step_that_comes_later() {
        let mut schedule = Schedule::new(false);
        schedule.add_done(id(7));
        for user in [8, 9] {
            assert_eq!(schedule.add(id(user), [id(7)]), [ready(user)]);
            assert!(schedule.is_used(id(7)));
            assert_eq!(schedule.take(), Some(id(user)));
            assert_eq!(schedule.done(id(user)), [released(7), released(user)]);
            assert!(!schedule.is_used(id(7)));
        }
    }

    #[test]
    fn a_step_put_aside_comes_after_all_that_is_ready_when_it_is_taken_back() {
        let mut schedule = schedule(false, &[&[], &[], &[]]);
        let held = schedule.take().unwrap();
        assert_eq!(schedule.put_aside(held), []);
        assert_eq!(schedule.take(), Some(id(1)));
        assert_eq!(schedule.take_back(), [ready(0)]);
        assert_eq!(schedule.take_back(), []);
        assert_eq!([(); 3].map(|()| schedule.take()), [Some(id(2)), Some(id(0)), None]);
    }

    #[test]
    fn a_failure_skips_what_depends_on_it_and_lets_the_rest_go_on() {
        let mut schedule = schedule(true, &[&[], &[], &[0, 1], &[2], &[1], &[3, 4]]);
        schedule.take();
        schedule.take();
        assert_eq!(schedule.failed(id(0)), [skipped(2), skipped(3), skipped(5)]);
        assert_eq!(schedule.done(id(1)), [ready(4)]);
        assert_eq!(schedule.take(), Some(id(4)));
        assert_eq!(schedule.done(id(4)), [released(1), released(4)], "what was skipped uses nothing");
    }

    #[test]
    fn a_step_behind_two_failures_is_skipped_once() {
        let mut schedule = schedule(true, &[&[], &[], &[0, 1], &[2]]);
        schedule.take();
        schedule.take();
        assert_eq!(schedule.failed(id(0)), [skipped(2), skipped(3)]);
        assert_eq!(schedule.failed(id(1)), []);
    }

    #[test]
    fn a_value_is_released_when_its_last_open_user_is_skipped() {
        let mut schedule = schedule(true, &[&[], &[], &[0, 1]]);
        schedule.take();
        schedule.take();
        schedule.done(id(0));
        assert_eq!(schedule.failed(id(1)), [skipped(2), released(0)]);
    }

    #[test]
    fn without_keep_going_a_failure_skips_all_that_has_not_begun() {
        let mut schedule = schedule(false, &[&[], &[], &[], &[], &[0]]);
        let [failing, running, held] = [(); 3].map(|()| schedule.take().unwrap());
        schedule.put_aside(held);
        assert_eq!(schedule.failed(failing), [skipped(2), skipped(3), skipped(4)]);
        assert!(schedule.is_stopped());
        assert_eq!((schedule.take(), schedule.take_back()), (None, vec![]));
        assert_eq!(schedule.done(running), [released(1)], "what runs goes on");
        assert_eq!(schedule.add(id(5), [running]), [skipped(5)], "and nothing is added to it");
    }

    #[test]
    fn a_step_that_is_put_aside_after_all_was_stopped_is_skipped() {
        let mut schedule = schedule(true, &[&[], &[0]]);
        let held = schedule.take().unwrap();
        assert_eq!(schedule.stop(), [skipped(1)]);
        assert_eq!(schedule.stop(), []);
        assert_eq!(schedule.put_aside(held), [skipped(0)]);
    }

    #[test]
    fn a_step_added_behind_what_is_over_is_ready_or_skipped_at_once() {
        let mut schedule = schedule(true, &[&[], &[]]);
        schedule.take();
        schedule.take();
        schedule.done(id(0));
        schedule.failed(id(1));
        assert_eq!(schedule.add(id(2), [id(0)]), [ready(2)]);
        assert_eq!(schedule.add(id(3), [id(0), id(1)]), [skipped(3)]);
        assert_eq!(schedule.add(id(4), [id(3)]), [skipped(4)]);
        assert_eq!(schedule.add(id(5), [id(2)]), []);
    }
}
