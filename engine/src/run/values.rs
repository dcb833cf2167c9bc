//! Values of steps while they are needed: from memory, or from the stash, or, where a nut turns out to be
//! damaged or gone, by running the function again.

use super::Run;
use crate::call::squirrel::Squirrel;
use crate::engine::event::Outcome;
use crate::function::returns::Failure;
use crate::id::StepId;
use crate::plan::keyed;
use crate::reason::Reason;
use crate::stash::Nut;
use crate::value::Shared;

impl Run<'_> {
    /// The value of a step that is over, or is not needed but for this.
    pub(super) fn value(&self, step: StepId) -> Result<Shared, Failure> {
        let (value, nut) = {
            let slot = self.slot(step);
            (slot.value.clone(), slot.nut.clone())
        };
        if let Some(value) = value {
            return Ok(value);
        }
        let value = match self.load(step, nut) {
            Some(value) => value,
            None => self.recover(step)?,
        };
        if self.users[step.index()].load(std::sync::atomic::Ordering::Acquire) > 0 {
            self.slot(step).value = Some(value.clone());
        }
        Ok(value)
    }

    fn load(&self, step: StepId, nut: Option<Nut>) -> Option<Shared> {
        let graph_step = self.graph.step(step);
        let squirrel = Squirrel::new(self.engine, graph_step.node.function)?;
        // A step that nothing needed until now was never looked up.
        let nut = nut.or_else(|| squirrel.follow(graph_step.deep.as_ref()?))?;
        let value = squirrel.load(&nut, graph_step.node.kind, &|_| ())?;
        self.slot(step).digest = Some(nut.digest);
        Some(value)
    }

    /// Runs a function whose result should have been there. It goes down to what is still there.
    fn recover(&self, step: StepId) -> Result<Shared, Failure> {
        let graph_step = self.graph.step(step);
        for input in self.graph.inputs(step) {
            self.value(input)?;
        }
        let (started, began) = (self.began.elapsed(), std::time::Instant::now());
        let value = self.run_function(step)?;
        let took = began.elapsed();
        let squirrel = Squirrel::new(self.engine, graph_step.node.function);
        let keyed = keyed(graph_step, |input| self.slot(input).digest);
        let mut same = false;
        if let (Some(squirrel), Some((key, details))) = (squirrel, keyed) {
            let node = &graph_step.node;
            let encoded = squirrel.stash(&key, &details, node.kind, node.same, &*value, took);
            let digest = encoded.map(|encoded| encoded.digest);
            self.add_route(step, &key);
            let before = std::mem::replace(&mut self.slot(step).digest, digest);
            same = before.is_some() && before == digest;
        }
        // It counted as a hit until its bytes were needed.
        let mut slot = self.slot(step);
        slot.reason = Some(Reason::Damaged);
        slot.started = Some(started);
        slot.worker = Some(rayon::current_thread_index().unwrap_or(0));
        slot.ended = Some(Outcome::Ran { took, same });
        drop(slot);
        Ok(value)
    }
}
