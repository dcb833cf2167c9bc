//! Values of steps while they are needed: from memory, or from the stash, or, where a nut turns out to be damaged or
//! gone, by calling the function again. Each comes with its digest, so that what is made of it is stored under the key
//! of the value that it was made of.

use std::any::Any;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::slot::{Call, Kept, Slot};
use super::state::Run;
use crate::call::renewing;
use crate::call::squirrel::Squirrel;
use crate::digest::Digest;
use crate::engine::claims::{Claim, Claimed};
use crate::engine::event::{Doing, Event};
use crate::engine::panics;
use crate::function::faithful;
use crate::function::returns::Failure;
use crate::id::StepId;
use crate::pipeline::graph::GraphSource;
use crate::pipeline::node::{Node, SourceKind};
use crate::pipeline::running::Inputs;
use crate::place;
use crate::plan::{keyed, squirrel_of};
use crate::reason::Reason;
use crate::stash::Nut;
use crate::sync::lock;
use crate::value::{Room, Shared, keeping_files};

/// A step's value.
pub(super) struct Taken {
    pub value: Shared,
    /// None if its bytes are not all of it.
    pub digest: Option<Digest>,
}

/// What a step's function returned.
pub(super) struct Returned {
    pub value: Shared,
    /// Of the inputs that it was called with.
    digests: OfInputs<Digest>,
}

/// Something for each of a step's inputs, in their order: there are few, mostly.
struct OfInputs<T>(Vec<(StepId, T)>);

impl<T> OfInputs<T> {
    fn get(&self, input: StepId) -> Option<&T> {
        let at = self.0.binary_search_by_key(&input, |(input, _)| *input);
        at.ok().map(|at| &self.0[at].1)
    }
}

impl Run<'_> {
    /// The value of a step that is done, or is not needed but for this.
    pub(super) fn value(&self, step: StepId, worker: usize) -> Result<Taken, Failure> {
        let nut = {
            let slot = self.slot(step);
            if let Some(kept) = slot.kept()
                && let Some(value) = kept.memory()
            {
                return Ok(Taken { value: value.clone(), digest: kept.digest() });
            }
            match slot.kept() {
                Some(Kept::Stored { nut, .. }) => Some(nut.clone()),
                _ => None,
            }
        };
        let key = nut.as_ref().map(|nut| nut.key);
        let taken = match self.load(step, nut) {
            Some(taken) => taken,
            None => self.recover(step, key, worker)?,
        };
        let is_used = lock(&self.schedule).is_used(step);
        if is_used && let Some(kept) = self.slot(step).kept_mut() {
            kept.replace(Some(taken.value.clone()));
        }
        Ok(taken)
    }

    /// How large a step's value is that is in the stash, and not in memory.
    fn bytes_to_load(&self, step: StepId) -> Option<u64> {
        let slot = self.slot(step);
        slot.kept().filter(|kept| kept.memory().is_none()).map(Kept::stored_bytes)
    }

    fn load(&self, step: StepId, nut: Option<Nut>) -> Option<Taken> {
        let graph_step = self.graph.step(step);
        let squirrel = squirrel_of(self.engine, &graph_step.node)?;
        // A step that nothing needed until now was never looked up.
        let nut = nut.or_else(|| squirrel.follow(graph_step.deep.as_ref()?))?;
        let value = squirrel.load(&nut, graph_step.node.kind, &|_| ())?;
        let digest = Some(nut.digest);
        if let Slot::Hit { kept: kept @ None, .. } = &mut *self.slot(step) {
            *kept = Some(Kept::Stored { nut, memory: None });
        }
        Some(Taken { value, digest })
    }

    /// Calls a function whose result should have been there. It goes down to what is still there.
    fn recover(&self, step: StepId, key: Option<Digest>, worker: usize) -> Result<Taken, Failure> {
        let _claimed = match key.map(|key| self.claim_lost(step, key)) {
            Some(Ok(taken)) => return Ok(taken),
            Some(Err(claimed)) => claimed,
            None => None,
        };
        let before = self.digest(step);
        let mut call = Call::new(Reason::Damaged, self.began.elapsed(), worker);
        let returned = self.call(step, &mut call)?;
        let squirrel = Squirrel::new(self.engine, self.graph.function(step));
        let (kept, _) = self.keep(step, &returned, squirrel, call.took);
        let digest = kept.digest();
        let value = kept.memory().unwrap_or(&returned.value).clone();
        let mut slot = self.slot(step);
        // It counted as a hit until its bytes were needed. What the run has yet to decide about stays open.
        if slot.is_done() {
            *slot = Slot::Ran { call, same: before.is_some() && before == digest, kept };
        }
        Ok(Taken { value, digest })
    }

    /// The value of a key whose bytes are gone, if another thread has computed it meanwhile, or else the right to do so. The
    /// steps that need it may all find that out at once.
    fn claim_lost(&self, step: StepId, key: Digest) -> Result<Taken, Option<Claimed>> {
        let squirrel = squirrel_of(self.engine, &self.graph.step(step).node);
        let tell = || squirrel.iter().for_each(|squirrel| squirrel.tell_wait_for_thread(&key));
        loop {
            let claim = self.engine.claims.claim(key, self.engine.patience, tell);
            self.engine.waits.end(&key);
            let there = squirrel.as_ref().and_then(|squirrel| squirrel.nut(&key));
            if let Some(taken) = there.and_then(|nut| self.load(step, Some(nut))) {
                return Ok(taken);
            }
            match claim {
                Claim::Mine(claimed) => return Err(Some(claimed)),
                Claim::Refused => return Err(None),
                Claim::Released => {}
            }
        }
    }

    /// Calls a step's function on its inputs, again if it failed and may be retried.
    pub(super) fn call(&self, step: StepId, call: &mut Call) -> Result<Returned, Failure> {
        let began = Instant::now();
        let result = self.call_until_it_returns(step, call);
        call.took = began.elapsed();
        result
    }

    fn call_until_it_returns(&self, step: StepId, call: &mut Call) -> Result<Returned, Failure> {
        let node = &self.graph.step(step).node;
        loop {
            let (inputs, digests) = self.inputs(step, call.worker)?;
            self.calls.fetch_add(1, Ordering::AcqRel);
            let run = || (node.run)(&mut Inputs::new(inputs, node.function));
            let is_forced = matches!(call.reason, Reason::Forced);
            let result = panics::catch(step, || if is_forced { renewing(node.function, run) } else { run() });
            if self.calls.fetch_sub(1, Ordering::AcqRel) == 1 {
                // The current folder is the process's. What a step made of it is not for those that follow.
                place::return_to_start();
            }
            let failure = match result {
                Ok(Ok(ran)) => return Ok(Returned { value: ran.0, digests }),
                Ok(Err(failure)) => failure,
                Err(message) => Failure(message),
            };
            let is_stopping = self.is_cancelled() || lock(&self.schedule).is_stopped();
            if call.retries == node.function.options().retries || is_stopping {
                return Err(failure);
            }
            call.retries += 1;
        }
    }

    /// The values that the function takes, in the order of its parameters, and the digests of those that come from
    /// steps.
    fn inputs(&self, step: StepId, worker: usize) -> Result<(Vec<Shared>, OfInputs<Digest>), Failure> {
        let graph_step = self.graph.step(step);
        let mut taken = OfInputs(Vec::new());
        let mut loads = false;
        for from in self.graph.inputs(step) {
            if let Some(bytes) = self.bytes_to_load(from) {
                self.engine.tell(&Event::Doing { step, doing: Doing::Loading { from, bytes } });
                loads = true;
            }
            taken.0.push((from, self.value(from, worker)?));
        }
        if loads {
            self.engine.tell(&Event::Doing { step, doing: Doing::Running });
        }
        let value = |step: StepId| taken.get(step).map(|taken| taken.value.clone());
        let pairs = graph_step.inputs.iter().zip(&graph_step.node.inputs);
        let values = pairs.map(|(from, input)| match (&from.from, &input.source.0) {
            (GraphSource::Step(from), _) => value(*from).ok_or_else(not_as_declared),
            (GraphSource::Steps(from), SourceKind::Steps { nodes, assemble }) => {
                let values = from.iter().map(|step| value(*step)).collect::<Option<_>>().ok_or_else(not_as_declared)?;
                assemble(values, nodes).map_err(|error| Failure(error.to_string()))
            }
            (_, SourceKind::Literal { value, .. }) => Ok(value.clone()),
            _ => Err(not_as_declared()),
        });
        let values = values.collect::<Result<_, _>>()?;
        let digests = taken.0.iter().filter_map(|(step, taken)| Some((*step, taken.digest?))).collect();
        Ok((values, OfInputs(digests)))
    }

    /// Stores what a function returned, for the values that it was called with. Says where the value is then, and
    /// whether the same one was there.
    pub(super) fn keep(
        &self,
        step: StepId,
        returned: &Returned,
        squirrel: Option<Squirrel<'_>>,
        took: Duration,
    ) -> (Kept, bool) {
        let graph_step = self.graph.step(step);
        let node = &graph_step.node;
        let loose = |digest, value| Kept::Loose { digest, memory: Some(value) };
        // An input that was damaged has been computed again, and may be another value than the one looked up.
        let keyed = squirrel
            .and_then(|squirrel| Some((squirrel, keyed(graph_step, |input| returned.digests.get(input).copied())?)));
        let Some((squirrel, (key, mut details))) = keyed else {
            let (digest, back) = digest_of(node, &*returned.value);
            return (loose(digest, back.unwrap_or_else(|| returned.value.clone())), false);
        };
        self.need(step, &key);
        details.parents =
            self.graph.inputs(step).filter_map(|input| self.slot(input).kept().and_then(Kept::key)).collect();
        let before = squirrel.nut(&key).map(|nut| nut.digest);
        let encoded = squirrel.of_step(step).stash(&key, &details, node.kind, node.same, &*returned.value, took);
        let digest = encoded.as_ref().map(|encoded| encoded.digest);
        let has_files = encoded.as_ref().is_some_and(|encoded| encoded.has_files);
        // From here on the value is as it comes out of the stash.
        let value = encoded.and_then(|encoded| encoded.back).unwrap_or_else(|| returned.value.clone());
        let same = before.is_some() && before == digest;
        let Some(nut) = squirrel.nut(&key) else { return (loose(digest, value), same) };
        self.add_route(step, &key);
        if Some(nut.digest) != digest {
            return (loose(digest, value), same);
        }
        // Another step may write to the path of a file that this one returned. What is in the stash stays.
        (Kept::Stored { nut, memory: (!has_files).then_some(value) }, same)
    }
}

fn not_as_declared() -> Failure {
    Failure("its inputs are not what was declared".to_owned())
}

/// The digest of a value that is not stored, if its bytes are all of it: what uses the value is found by it. And what
/// the bytes stand for, if it may differ in what does not count.
fn digest_of(node: &Node, value: &dyn Any) -> (Option<Digest>, Option<Shared>) {
    let written = panics::catch_here(|| {
        let (written, files) = keeping_files(|| node.kind.write(value, Room::Memory));
        let written = written.ok()?;
        let back = faithful::result(node.function, node.kind, node.same, value, &written, &files).ok()?;
        Some((written.digest, back))
    });
    written.ok().flatten().map_or((None, None), |(digest, back)| (Some(digest), back))
}
