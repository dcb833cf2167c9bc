//! The threads of a run: rayon's pool, which carries a schedule out. No other file of a run knows rayon.
//!
//! The pool has one task for each step that is ready, first in, first out. What the task does is to take whatever has
//! been ready for longest: the queue is the schedule's. (rayon's threads have one each, in which a step that was put
//! aside would come before all that the others hold, again and again.) Idle threads stay rayon's, so that they take
//! parts of a step's own parallel work.
//!
//! No thread of the pool waits for what somebody else computes. The thread that called, which has nothing else to do,
//! makes such steps ready again after a pause.

use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::time::Duration;

use super::options::RunOptions;
use crate::engine::Engine;
use crate::engine::panics;
use crate::stack;
use crate::sync::lock;

/// How long a step that was put aside stays there. Another process has as many as it has threads, so looking at them
/// again costs little.
const PAUSE: Duration = Duration::from_millis(5);

/// What there is to do, for whoever has the threads.
pub(super) trait Work: Sync {
    /// Does the next thing that is ready, if there is one, on a thread of this number.
    fn advance(&self, worker: usize) -> Advance;

    /// Makes what was put aside ready again, and says how many things that is.
    fn take_back(&self) -> usize;
}

/// What came of doing one thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Advance {
    /// How many things became ready.
    pub ready: usize,
    /// Whether one was put aside.
    pub aside: bool,
}

/// Threads as the options want them.
pub(super) fn threads(
    engine: &Arc<Engine>,
    options: &RunOptions,
) -> Result<rayon::ThreadPool, rayon::ThreadPoolBuildError> {
    let build = |stack: usize| {
        let start = starting(Arc::downgrade(engine), options.on_start);
        rayon::ThreadPoolBuilder::new()
            .num_threads(options.jobs.unwrap_or(0))
            .stack_size(stack)
            .thread_name(|index| format!("scrat {index}"))
            .start_handler(start)
            .build()
    };
    match options.stack {
        Some(stack) => build(stack.max(1 << 20)),
        // Nobody asked for as much, and it may be more than there is.
        None => build(stack::of_main_thread()).or_else(|_| build(stack::LEAST)),
    }
}

fn starting(engine: Weak<Engine>, on_start: Option<fn()>) -> impl Fn(usize) {
    move |_| {
        if let Some(on_start) = on_start {
            on_start();
        }
        panics::join_run();
        // Idle threads take parts of a step's own parallel work, and what that calls is stashed here.
        Engine::serve_run(engine.clone());
    }
}

/// Does all that there is to do, of which so many things are ready.
pub(super) fn execute(threads: &rayon::ThreadPool, work: &impl Work, ready: usize) {
    let pool = Pool { work, tasks: Tasks::default(), pause: &|| std::thread::sleep(PAUSE) };
    pool.execute(threads, ready);
}

struct Pool<'w, W> {
    work: &'w W,
    tasks: Tasks,
    pause: &'w (dyn Fn() + Sync),
}

impl<W: Work> Pool<'_, W> {
    fn execute(&self, threads: &rayon::ThreadPool, ready: usize) {
        threads.in_place_scope_fifo(|scope| {
            self.spawn(scope, ready);
            while self.tasks.wait_for_aside() {
                (self.pause)();
                self.spawn(scope, self.work.take_back());
            }
        });
    }

    fn spawn<'s>(&'s self, scope: &rayon::ScopeFifo<'s>, tasks: usize) {
        for task in self.tasks.begin(tasks) {
            scope.spawn_fifo(move |scope| {
                let advance = self.work.advance(rayon::current_thread_index().unwrap_or(0));
                self.spawn(scope, advance.ready);
                task.end(advance.aside);
            });
        }
    }
}

/// The tasks of the pool, and whether one of them put something aside.
#[derive(Debug, Default)]
struct Tasks {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    open: usize,
    aside: bool,
}

/// A task, from its place in the queue to its end, however it ends.
struct Task<'t>(&'t Tasks);

impl Task<'_> {
    fn end(self, aside: bool) {
        if aside {
            lock(&self.0.state).aside = true;
            self.0.changed.notify_all();
        }
    }
}

impl Drop for Task<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.0.state);
        state.open -= 1;
        if state.open == 0 {
            self.0.changed.notify_all();
        }
    }
}

impl Tasks {
    fn begin(&self, count: usize) -> impl Iterator<Item = Task<'_>> {
        lock(&self.state).open += count;
        (0..count).map(|_| Task(self))
    }

    /// Waits until something is put aside, or until no task is left, which is false. No thread of the pool may call
    /// it.
    fn wait_for_aside(&self) -> bool {
        let state = lock(&self.state);
        let state = self.changed.wait_while(state, |state| state.open > 0 && !state.aside);
        std::mem::take(&mut state.unwrap_or_else(PoisonError::into_inner).aside)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::schedule::{Change, Schedule};
    use super::*;
    use crate::id::StepId;

    /// Steps that do nothing but what a closure does; false puts a step aside.
    struct Steps<F> {
        schedule: Mutex<Schedule>,
        step: F,
    }

    impl<F: Fn(usize, usize) -> bool + Sync> Steps<F> {
        /// Steps that use the one before them, in chains of these lengths.
        fn chains(lengths: &[usize], step: F) -> Self {
            let mut schedule = Schedule::new(false);
            let mut next = 0;
            for length in lengths {
                for at in 0..*length {
                    schedule.add(StepId::at(next), (at > 0).then(|| StepId::at(next - 1)));
                    next += 1;
                }
            }
            Self { schedule: Mutex::new(schedule), step }
        }

        fn run(&self, threads: usize, pause: &(dyn Fn() + Sync)) {
            let threads = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let ready = lock(&self.schedule).ready();
            Pool { work: self, tasks: Tasks::default(), pause }.execute(&threads, ready);
        }
    }

    fn ready(changes: &[Change]) -> usize {
        changes.iter().filter(|change| matches!(change, Change::Ready(_))).count()
    }

    impl<F: Fn(usize, usize) -> bool + Sync> Work for Steps<F> {
        fn advance(&self, worker: usize) -> Advance {
            let Some(step) = lock(&self.schedule).take() else { return Advance::default() };
            let is_done = (self.step)(step.index(), worker);
            let mut schedule = lock(&self.schedule);
            let changes = if is_done { schedule.done(step) } else { schedule.put_aside(step) };
            Advance { ready: ready(&changes), aside: !is_done }
        }

        fn take_back(&self) -> usize {
            ready(&lock(&self.schedule).take_back())
        }
    }

    #[test]
    fn one_thread_takes_steps_in_the_order_in_which_they_became_ready() {
        let order = Mutex::new(Vec::new());
        let steps = Steps::chains(&[2, 3, 1], |step, _| {
            lock(&order).push(step);
            true
        });
        steps.run(1, &|| {});
        assert_eq!(*lock(&order), [0, 2, 5, 1, 3, 4]);
    }

    #[test]
    fn steps_that_are_ready_run_on_all_threads_at_once() {
        let (all, workers) = (Barrier::new(4), Mutex::new(Vec::new()));
        let steps = Steps::chains(&[1; 4], |_, worker| {
            lock(&workers).push(worker);
            all.wait();
            true
        });
        steps.run(4, &|| {});
        lock(&workers).sort_unstable();
        assert_eq!(*lock(&workers), [0, 1, 2, 3]);
    }

    #[test]
    fn while_somebody_else_computes_a_step_the_others_run_and_no_thread_of_the_pool_pauses() {
        let (others, pauses) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let order = Mutex::new(Vec::new());
        let caller = std::thread::current().id();
        // The first step is somebody else's until all others are done and it was asked for twice again.
        let steps = Steps::chains(&[1, 100], |step, _| {
            lock(&order).push(step);
            if step > 0 {
                others.fetch_add(1, Ordering::SeqCst);
            }
            step > 0 || (others.load(Ordering::SeqCst) == 100 && pauses.load(Ordering::SeqCst) > 2)
        });
        steps.run(1, &|| {
            assert_eq!(std::thread::current().id(), caller);
            pauses.fetch_add(1, Ordering::SeqCst);
        });
        let order = lock(&order);
        assert_eq!((order[..2].to_vec(), order.last()), (vec![0, 1], Some(&0)), "it goes behind what is ready");
        let tried = order.iter().filter(|step| **step == 0).count();
        assert_eq!(tried, 1 + pauses.load(Ordering::SeqCst), "after each pause once");
    }

    #[test]
    fn a_panic_of_the_engines_own_ends_the_run() {
        let steps = Steps::chains(&[2, 1], |step, _| step != 0 || panic!("a bug"));
        let run = || steps.run(2, &|| {});
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err());
    }

    #[test]
    fn what_becomes_ready_while_the_first_steps_are_handed_out_is_done_once() {
        let order = Mutex::new(Vec::new());
        let steps = Steps::chains(&[2; 5_000], |step, _| {
            lock(&order).push(step);
            true
        });
        steps.run(2, &|| {});
        lock(&order).sort_unstable();
        assert!(lock(&order).iter().copied().eq(0..10_000));
    }

    #[test]
    fn a_hundred_thousand_steps_overflow_no_stack() {
        let count = AtomicUsize::new(0);
        let steps = Steps::chains(&[50_000, 50_000], |_, _| count.fetch_add(1, Ordering::Relaxed) < usize::MAX);
        steps.run(2, &|| {});
        assert_eq!(count.into_inner(), 100_000);
    }
}
