//! What an engine becomes in a process that was forked from the one that made it: another one, with a stash opened anew.

use std::sync::{Arc, Once};
use std::time::Duration;

use super::Engine;
use super::event::{Event, Warning};
use super::waits::SILENCE;
use crate::stash::{Stash, StashError};

/// How long a process that was forked waits for a stash: longer than others are waited for.
const FORKED: Duration = Duration::from_secs(35);

/// What work that may never end returns, if it ends in time. That it takes long is told.
pub(super) fn in_time<T: Send + 'static>(tell: impl FnOnce(), work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (sender, receiver) = std::sync::mpsc::channel();
    let working = std::thread::Builder::new().name("scrat open".to_owned());
    working.spawn(move || drop(sender.send(work()))).ok()?;
    receiver.recv_timeout(SILENCE).ok().or_else(|| {
        tell();
        receiver.recv_timeout(FORKED.saturating_sub(SILENCE)).ok()
    })
}

impl Engine {
    /// Itself, or what a process has in its place that was forked from the one that made it.
    pub(super) fn of_this_process(self: Arc<Self>) -> Arc<Self> {
        if self.heirs.is_own() { self } else { self.heirs.here().get_or_init(|| Arc::new(self.anew())).clone() }
    }

    /// The same, if there is one.
    pub(super) fn known_to_this_process(self: Arc<Self>) -> Option<Arc<Self>> {
        if self.heirs.is_own() { Some(self) } else { self.heirs.here().get().cloned() }
    }

    /// The same engine for this process.
    fn anew(self: &Arc<Self>) -> Self {
        let observer = self.observer.clone();
        let observer = move |event: &Event| observer(event);
        let opened = self.stash.as_ref().map(|stash| self.stash_anew().unwrap_or_else(|| Err(stash.forked_error())));
        let mut engine = Self::new(None, observer.clone());
        match opened.transpose() {
            Ok(stash) => engine = Self::new(stash, observer),
            Err(error) => engine.warn(Warning::NoStash { error: error.with_hint() }),
        }
        engine.disable.clone_from(&self.disable);
        engine.force.clone_from(&self.force);
        engine.verbose.clone_from(&self.verbose);
        engine.packs = self.packs;
        engine.limits.clone_from(&self.limits);
        if let Some(stash) = &engine.stash {
            stash.set_limit(engine.limits.stash);
        }
        engine
    }

    /// Its stash for this process, if that can be had: SQLite has locks of its own, which a thread of the parent's may have
    /// had that is not here to let go of them.
    fn stash_anew(self: &Arc<Self>) -> Option<Result<Stash, StashError>> {
        let first = self.clone();
        let (observer, told) = (self.observer.clone(), Arc::new(Once::new()));
        let path = self.stash.as_ref()?.root().to_owned();
        let tell = move || told.call_once(|| observer(&Event::Warning(Warning::StashInUse { path: path.clone() })));
        let opened = in_time(tell.clone(), move || {
            for heir in first.heirs.inherited() {
                let _ = heir.stash.as_ref().map(Stash::leave_inherited);
            }
            let stash = first.stash.as_ref()?;
            Some(Stash::telling_of_waits(tell, || stash.anew()))
        });
        opened.flatten()
    }
}
