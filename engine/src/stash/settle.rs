//! What has to go later: a run needs its results until its end, so they may be over a limit until then.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use super::Stash;
use super::evict::Gone;
use crate::digest::Digest;
use crate::limit::Limit;
use crate::sync::lock;

/// The functions whose last result was stored over a limit, because nothing could go: their limits, and its key.
#[derive(Debug, Default)]
pub(super) struct Unsettled(Mutex<BTreeMap<String, (Limit, Digest)>>);

impl Unsettled {
    pub(super) fn note(&self, stays_over: bool, function: &str, limit: Limit, newest: &Digest) {
        if stays_over {
            lock(&self.0).insert(function.to_owned(), (limit, *newest));
        }
    }
}

impl Stash {
    /// Makes room once more, when nothing of this process is needed any longer. What can't be done is done as the next
    /// result is stored.
    pub(crate) fn settle(&self) {
        /// A program that ends should not wait for others.
        const PATIENCE: Duration = Duration::from_millis(200);
        let unsettled = std::mem::take(&mut *lock(&self.unsettled.0));
        if unsettled.is_empty() || self.try_write("make room", PATIENCE, |_| Ok(())).is_err() {
            return;
        }
        for (function, (limit, newest)) in unsettled {
            self.go_on_making_room(Gone { more: true, ..Gone::default() }, &function, limit, &newest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::evict::given::{Given, Place};
    use super::*;

    #[test]
    fn what_a_run_needed_goes_when_the_stash_is_closed() {
        let place = Place::new();
        let stash = place.stash();
        stash.set_limit(Limit { max_count: Some(3), ..Limit::NONE });
        let needed: Vec<Digest> = (0..6).map(|number| Given::new(&number.to_string()).key()).collect();
        stash.leases().take(&needed);
        for number in 0..6 {
            Given::new(&number.to_string()).put(&stash);
        }
        assert_eq!(stash.list(&crate::stash::Filter::All).unwrap().len(), 6);
        stash.leases().let_go(&needed);
        drop(stash);
        let left = place.stash().list(&crate::stash::Filter::All).unwrap();
        assert_eq!(left.len(), 3);
        assert!(left.iter().any(|nut| nut.key == needed[5]), "the newest stays");
    }

    #[test]
    fn closing_waits_for_nobody_to_make_room() {
        let place = Place::new();
        let stash = place.stash();
        stash.set_limit(Limit { max_count: Some(1), ..Limit::NONE });
        let needed = ["a", "b"].map(|name| Given::new(name).key());
        stash.leases().take(&needed);
        for name in ["a", "b"] {
            Given::new(name).put(&stash);
        }
        stash.leases().let_go(&needed);
        let other = rusqlite::Connection::open(place.root.join("index.db")).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let began = std::time::Instant::now();
        drop(stash);
        assert!(began.elapsed() < Duration::from_secs(10), "whoever waits does so for 30 seconds");
        other.execute_batch("COMMIT").unwrap();
        assert_eq!(place.stash().list(&crate::stash::Filter::All).unwrap().len(), 2);
    }

    #[test]
    fn what_others_need_stays_when_the_stash_is_closed() {
        let place = Place::new();
        let [stash, other] = [place.stash(), place.stash()];
        stash.set_limit(Limit { max_count: Some(1), ..Limit::NONE });
        let needed: Vec<Digest> = (0..4).map(|number| Given::new(&number.to_string()).key()).collect();
        other.leases().take(&needed);
        for number in 0..4 {
            Given::new(&number.to_string()).put(&stash);
        }
        drop(stash);
        assert_eq!(other.list(&crate::stash::Filter::All).unwrap().len(), 4);
    }
}
