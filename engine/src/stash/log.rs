//! SQLite's log (`index.db-wal`): what is written stays there until it is carried over into the index, and the log begins
//! anew once all of it has been.
//!
//! Whoever writes carries it over now and then, and others write meanwhile. Where they do so all the time, the log has
//! something new whenever that has ended, and grows for as long as they go on: to gigabytes, which somebody has to carry
//! over and cut in the end while others wait. So whoever finds it long carries the rest over while nobody can write.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::hooks::Wal;

use super::Stash;
use super::mark::INDEX;
use super::pieces::BREATH;

/// After how many pages of the log whoever has written carries it over. Long work does so after each of its pieces, which
/// have fewer: whoever stores something meanwhile need not.
const PAGES: u64 = 4_000;

/// The same, in a stash that may not have as much.
const FEW_PAGES: u64 = 100;

/// What a page takes in the log, about.
const PAGE: u64 = 4_096;

/// Carries over what is in the log, as far as others let it.
fn carry_over(writer: &Connection, mode: &str) {
    drop(writer.query_row(&format!("PRAGMA wal_checkpoint({mode})"), (), |_| Ok(())));
}

impl Stash {
    /// Sets how a writer treats the log. SQLite would carry it over at the end of a transaction, while this one still keeps
    /// others from writing.
    pub(super) fn prepare_log(&self, writer: &mut Connection) -> rusqlite::Result<()> {
        writer.pragma_update(None, "wal_autocheckpoint", 0)?;
        writer.pragma_update(None, "journal_size_limit", self.long_log() as i64)?;
        let log_pages = self.index.log_pages.clone();
        writer.wal_hook(Some(move |_: &mut Wal, pages: i32| {
            log_pages.store(pages.unsigned_abs().into(), Ordering::Relaxed);
            Ok(())
        }))
    }

    /// After so many pages the log is carried over.
    fn most_pages(&self) -> u64 {
        let most = self.slack().into_iter().chain(super::file_size::limit().map(|limit| limit / 8)).min();
        most.map_or(PAGES, |most| (most / PAGE).clamp(FEW_PAGES, PAGES))
    }

    /// With more bytes than this the log is long. It is cut to them when it begins anew.
    fn long_log(&self) -> u64 {
        2 * self.most_pages() * PAGE
    }

    /// Carries the log over if it has many pages, and begins it anew if it is long: if nobody reads or writes at this moment,
    /// and where that is never so, after a moment.
    pub(super) fn shorten_log(&self, writer: &Connection) {
        let long = self.long_log();
        let has_many = self.index.log_pages.swap(0, Ordering::Relaxed) >= self.most_pages();
        let log = self.root.join(format!("{INDEX}-wal")).metadata().map_or(0, |log| log.len());
        if log > long {
            self.begin_log_anew(writer, if log > 2 * long { 2 * BREATH } else { Duration::ZERO });
        } else if has_many && let Some(_turn) = self.turn_to_carry_over() {
            carry_over(writer, "PASSIVE");
        }
    }

    /// Carries over what is in the log while others write, and what they have written since while they can't: it begins
    /// anew. Whoever reads or writes is waited for no longer than this.
    fn begin_log_anew(&self, writer: &Connection, patience: Duration) {
        // Somebody else may be at it, which is as good.
        let Some(_turn) = self.turn_to_carry_over() else { return };
        carry_over(writer, "PASSIVE");
        let turn = self.patience.wait(patience, || self.turn_to_write(Instant::now()));
        if turn.is_some() && writer.busy_timeout(patience).is_ok() {
            carry_over(writer, "RESTART");
        }
    }

    /// Leaves others a moment between two pieces of long work. What the last one wrote is carried over at its expense,
    /// not at that of whoever writes next.
    pub(super) fn breathe(&self) {
        if let Ok(writer) = self.index.writer.try_lock()
            && let Some(writer) = &*writer
        {
            self.begin_log_anew(writer, 2 * BREATH);
        }
        std::thread::sleep(BREATH);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;
    use crate::limit::Limit;
    use crate::stash::evict::given::bare;
    use crate::value::Written;

    #[test]
    fn the_log_stays_short_although_two_write_all_the_time() {
        const EACH: u32 = 1_000;
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        let limit = Limit { max_size: Some(64 << 20), ..Limit::default() };
        let stashes = [(); 2].map(|()| Stash::create(&root).unwrap());
        stashes.iter().for_each(|stash| stash.set_limit(limit));
        let long = stashes[0].long_log();
        assert_eq!(long, 8 << 20, "a part of the limit");
        let log = root.join("index.db-wal");
        let longest = std::thread::scope(|scope| {
            let writing = ["f", "g"].into_iter().zip(&stashes).map(|(function, stash)| {
                let log = &log;
                scope.spawn(move || {
                    let store = |number: u32| {
                        let key = Digest::of(format!("{function} {number}").as_bytes());
                        let bytes = key.as_bytes().iter().copied().cycle().take(8_000).collect();
                        stash.store(&bare(key, function), Written::of(bytes)).unwrap();
                        log.metadata().map_or(0, |log| log.len())
                    };
                    (0..EACH).map(store).max()
                })
            });
            let writing: Vec<_> = writing.collect();
            writing.into_iter().filter_map(|writes| writes.join().unwrap()).max().unwrap()
        });
        assert!(longest < 4 * long, "{longest} bytes");
    }
}
