//! The threads of a run: rayon's pool, which carries a schedule out. No other file of a run knows rayon.
//!
//! Each thread of the pool takes what has been ready for longest, one thing after the other, until the run is over. Steps
//! are never rayon's own jobs: a thread that waits for a part of its step's parallel work, in this pool or in another,
//! takes other jobs meanwhile, and would begin one step inside of the next, until its stack is full. A thread that finds
//! nothing ready takes parts of other steps' parallel work.
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
        self.tasks.add(ready);
        threads.in_place_scope(|scope| {
            // However this ends: the threads look for more until they are told that there is none.
            let _closing = Closing(&self.tasks);
            scope.spawn_broadcast(|_, thread| self.work_on(thread.index()));
            while self.tasks.wait_for_aside() {
                (self.pause)();
                self.tasks.add(self.work.take_back());
            }
        });
    }

    /// What a thread does until the run is over.
    fn work_on(&self, worker: usize) {
        let mut pause = SHORTEST;
        while let Some(found) = self.tasks.take() {
            if let Some(task) = found {
                let advance = self.work.advance(worker);
                self.tasks.add(advance.ready);
                task.end(advance.aside);
                pause = SHORTEST;
            } else if rayon::yield_now() == Some(rayon::Yield::Executed) {
                pause = SHORTEST;
            } else {
                self.tasks.wait_for_ready(pause);
                pause = (2 * pause).min(LONGEST);
            }
        }
    }
}

/// How long a thread without anything to do waits before it looks again for parts of other steps' work, of which nobody
/// tells it: twice as long each time.
const SHORTEST: Duration = Duration::from_micros(100);
const LONGEST: Duration = Duration::from_millis(10);

/// What there is to do, and what is being done.
#[derive(Debug, Default)]
struct Tasks {
    state: Mutex<State>,
    /// Something became ready, or the run is over.
    ready: Condvar,
    /// Something was put aside, or nothing is left.
    rest: Condvar,
}

#[derive(Debug, Default)]
struct State {
    ready: usize,
    running: usize,
    aside: bool,
    is_over: bool,
}

/// A task from its beginning to its end, however it ends.
struct Task<'t>(&'t Tasks);

impl Task<'_> {
    fn end(self, aside: bool) {
        lock(&self.0.state).aside |= aside;
    }
}

impl Drop for Task<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.0.state);
        state.running -= 1;
        if std::thread::panicking() {
            // This thread is lost, and what it was about to make ready.
            state.is_over = true;
            self.0.ready.notify_all();
        }
        if state.is_over || state.aside || (state.running == 0 && state.ready == 0) {
            self.0.rest.notify_all();
        }
    }
}

/// Ends the run for the threads.
struct Closing<'t>(&'t Tasks);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        lock(&self.0.state).is_over = true;
        self.0.ready.notify_all();
    }
}

impl Tasks {
    fn add(&self, count: usize) {
        lock(&self.state).ready += count;
        match count {
            0 => {}
            1 => self.ready.notify_one(),
            _ => self.ready.notify_all(),
        }
    }

    /// The next task, or none inside if nothing is ready, or none at all if the run is over.
    fn take(&self) -> Option<Option<Task<'_>>> {
        let mut state = lock(&self.state);
        if state.is_over {
            return None;
        }
        let is_ready = state.ready > 0;
        if is_ready {
            state.ready -= 1;
            state.running += 1;
        }
        Some(is_ready.then(|| Task(self)))
    }

    /// Waits until something is ready, but no longer than so long.
    fn wait_for_ready(&self, most: Duration) {
        let state = lock(&self.state);
        let waited = self.ready.wait_timeout_while(state, most, |state| state.ready == 0 && !state.is_over);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// Waits until something is put aside, or until no task is left, which is false. No thread of the pool may call
    /// it.
    fn wait_for_aside(&self) -> bool {
        let state = lock(&self.state);
        let state = self
            .rest
            .wait_while(state, |state| !state.is_over && !state.aside && (state.running > 0 || state.ready > 0));
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut state.aside) && !state.is_over
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
    fn a_panic_of_the_thread_that_called_ends_the_run() {
        let steps = Steps::chains(&[1], |_, _| false);
        let run = || steps.run(2, &|| panic!("a bug"));
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

    #[test]
    fn a_step_that_waits_for_parallel_work_begins_no_other_step_meanwhile() {
        thread_local! {
            static INSIDE: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
        }
        let other = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let step = |_, _| {
            assert!(!INSIDE.replace(true), "one step is inside of another");
            other.install(|| ());
            rayon::join(|| (), || ());
            INSIDE.set(false);
            true
        };
        for threads in [1, 3] {
            Steps::chains(&[1; 2_000], step).run(threads, &|| {});
        }
    }

    #[test]
    fn a_thread_without_a_step_takes_part_in_the_work_of_another() {
        let both = Barrier::new(2);
        let steps = Steps::chains(&[1], |_, _| {
            rayon::join(|| both.wait(), || both.wait());
            true
        });
        steps.run(2, &|| {});
    }
}
