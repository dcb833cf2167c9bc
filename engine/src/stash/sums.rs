//! Whether what is counted of a stash is what is there. Triggers keep the counts ([`limits`]), and a bit that flips in one
//! would have results evicted that are within their limits.

use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::fault::Fault;
use super::{Stash, StashError, limits};

/// How many results of each function name each file.
const NAMED: &str = "SELECT digest, function, count(*) FROM (
        SELECT digest, function FROM nuts WHERE content IS NULL
        UNION ALL SELECT a.digest, n.function FROM attachments a JOIN nuts n ON n.id = a.nut)
    GROUP BY digest, function";

/// How many functions name each file.
const FILES: &str = "SELECT digest, count(*) FROM shares GROUP BY digest";

/// What each function has.
const OF_FUNCTIONS: &str =
    "SELECT f.id AS id, coalesce(own.nuts, 0) AS nuts, coalesce(own.bytes, 0) + coalesce(files.bytes, 0) AS bytes
    FROM functions f
    LEFT JOIN (
        SELECT function, count(*) AS nuts, sum(2 * (length(arguments) + coalesce(length(content), 0)) + 800) AS bytes
        FROM nuts GROUP BY function) own ON own.function = f.id
    LEFT JOIN (
        SELECT function, sum(bytes) AS bytes FROM shares JOIN files USING (digest) GROUP BY function
    ) files ON files.function = f.id";

/// What all functions have.
const OF_ALL: &str =
    "SELECT 0, count(*), coalesce(sum(2 * (length(arguments) + coalesce(length(content), 0)) + 800), 0),
        (SELECT coalesce(sum(bytes), 0) FROM files)
    FROM nuts";

/// Whether the counts were compared since the stash was opened.
#[derive(Debug, Default)]
pub(super) struct Compared(AtomicBool);

/// What is counted wrongly.
pub(super) fn wrong(index: &Connection) -> rusqlite::Result<Vec<&'static str>> {
    let differ = |one: &str, other: &str| {
        format!("SELECT EXISTS (SELECT * FROM ({one} EXCEPT {other})) OR EXISTS (SELECT * FROM ({other} EXCEPT {one}))")
    };
    let questions = [
        ("how many results name a file", differ("SELECT digest, function, names FROM shares", NAMED)),
        ("how many functions name a file", differ("SELECT digest, functions FROM files", FILES)),
        ("which files no result names", "SELECT EXISTS (SELECT 1 FROM unnamed JOIN files USING (digest))".to_owned()),
        (
            "what the calls of a function were",
            "SELECT EXISTS (SELECT 1 FROM functions WHERE typeof(hits) || typeof(misses) || typeof(saved_nanos)
                <> 'integerintegerinteger')"
                .to_owned(),
        ),
        ("what a function has", differ("SELECT id, nuts, bytes FROM functions", OF_FUNCTIONS)),
        ("what all functions have", differ("SELECT id, nuts, entries, files FROM totals", OF_ALL)),
    ];
    let mut wrong = Vec::new();
    for (what, question) in questions {
        if index.query_row(&question, (), |row| row.get(0))? {
            wrong.push(what);
        }
    }
    Ok(wrong)
}

impl Stash {
    /// Counts anew, in the transaction of the moment, unless that was done or found unnecessary since the stash was
    /// opened. Says whether anything was wrong. It takes longer the more there is.
    pub(super) fn compare_sums_once(&self, index: &Connection) -> Result<bool, Fault> {
        if self.sums.0.swap(true, Ordering::Relaxed) { Ok(false) } else { self.compare_sums(index) }
    }

    /// Counts anew what is counted wrongly, in the transaction of the moment. Says whether anything was.
    pub(super) fn compare_sums(&self, index: &Connection) -> Result<bool, Fault> {
        if wrong(index)?.is_empty() {
            return Ok(false);
        }
        index.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
        let counted = self.count_anew(index);
        index.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, true)?;
        counted.map(|()| true)
    }

    /// The same, for who is going to read what is counted.
    pub(super) fn compare_sums_first(&self) -> Result<(), StashError> {
        let is_wrong = self.read_at_once("compare what is counted", |index| Ok(!wrong(index)?.is_empty()))?;
        if is_wrong && self.writable {
            self.write_with("count what is there", |index| self.compare_sums(index))?;
        }
        Ok(())
    }

    /// Without the triggers, which would count as well.
    fn count_anew(&self, index: &Connection) -> Result<(), Fault> {
        index.execute_batch(&format!(
            "DELETE FROM shares;
             INSERT INTO shares(digest, function, names) {NAMED};
             INSERT OR IGNORE INTO unnamed(digest) SELECT digest FROM files;
             DELETE FROM files WHERE digest NOT IN (SELECT digest FROM shares);
             UPDATE files SET functions = named.functions
                FROM (SELECT digest AS file, count(*) AS functions FROM shares GROUP BY digest) named WHERE file = digest;
             INSERT OR IGNORE INTO files(digest, functions) {FILES};
             DELETE FROM unnamed WHERE digest IN (SELECT digest FROM files);"
        ))?;
        limits::measure_all(index, &self.content)?;
        Ok(index.execute_batch(&format!(
            "UPDATE functions SET hits = CAST(hits AS INTEGER), misses = CAST(misses AS INTEGER),
                saved_nanos = CAST(saved_nanos AS INTEGER)
                WHERE typeof(hits) || typeof(misses) || typeof(saved_nanos) <> 'integerintegerinteger';
             UPDATE functions SET nuts = counted.nuts, bytes = counted.bytes FROM ({OF_FUNCTIONS}) counted
                WHERE counted.id = functions.id;
             DELETE FROM totals;
             INSERT INTO totals(id, nuts, entries, files) {OF_ALL};"
        ))?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::evict::given::{Dice, Given, Place};
    use super::*;
    use crate::limit::{Limit, Policy};
    use crate::stash::Filter;

    const SPOILED: [&str; 9] = [
        "UPDATE functions SET nuts = nuts + 64",
        "UPDATE functions SET bytes = bytes + 1000000",
        "UPDATE totals SET entries = entries + 1000000000",
        "UPDATE totals SET nuts = nuts + 64",
        "UPDATE files SET functions = functions + 2",
        "UPDATE shares SET names = names + 2",
        "DELETE FROM totals",
        "DELETE FROM shares",
        "INSERT INTO unnamed SELECT digest FROM files",
    ];

    fn spoil(stash: &Stash, with: &str) {
        stash
            .write_with("spoil", |index| {
                index.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
                index.execute_batch(with)?;
                index.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, true)?;
                Ok(())
            })
            .unwrap();
    }

    fn fill(stash: &Stash, from: u64, limit: Limit) {
        for number in from..from + 10 {
            let mut nut = Given::new(&number.to_string());
            nut.bytes = Dice(number).noise(if number % 2 == 0 { 100_000 } else { 10 });
            nut.limit = limit;
            nut.put(stash);
        }
    }

    #[test]
    fn what_is_counted_wrongly_is_found_and_counted_anew() {
        let place = Place::new();
        let stash = place.stash();
        fill(&stash, 0, Limit::NONE);
        let counts = |stash: &Stash| {
            let rows = |index: &Connection, sql: &str| -> rusqlite::Result<Vec<i64>> {
                index.prepare(sql)?.query_map((), |row| row.get(0))?.collect()
            };
            stash
                .read("count", |index| {
                    Ok([
                        rows(index, "SELECT nuts + bytes FROM functions ORDER BY id")?,
                        rows(index, "SELECT nuts + entries + files FROM totals")?,
                        rows(index, "SELECT bytes * 10 + functions FROM files ORDER BY digest")?,
                        rows(index, "SELECT names FROM shares ORDER BY digest, function")?,
                        rows(index, "SELECT count(*) FROM unnamed")?,
                    ])
                })
                .unwrap()
        };
        let right = counts(&stash);
        assert!(stash.check().unwrap().is_sound());
        for with in SPOILED {
            spoil(&stash, with);
            assert!(!stash.check().unwrap().is_sound(), "{with}");
            assert!(stash.write_with("count", |index| stash.compare_sums(index)).unwrap());
            assert_eq!(counts(&stash), right, "{with}");
        }
        spoil(&stash, SPOILED[0]);
        drop(stash);
        assert!(Stash::repair(&place.root).unwrap().rebuilt.is_some());
        assert_eq!(counts(&place.stash()), right);
    }

    #[test]
    fn nothing_goes_because_of_a_wrong_count_but_the_first_in_line() {
        let limit = Limit { max_count: Some(20), max_size: Some(10_000_000), policy: Some(Policy::Fifo) };
        for with in SPOILED {
            let place = Place::new();
            let stash = place.stash();
            fill(&stash, 0, limit);
            spoil(&stash, with);
            stash.set_limit(Limit { max_size: Some(100_000_000), ..Limit::NONE });
            fill(&stash, 10, limit);
            let left = stash.list(&Filter::All).unwrap().len();
            assert!(left >= 19, "{with}: {left}");
            stash.remove_leftovers().unwrap();
            assert!(stash.check().unwrap().flaws.is_empty(), "{with}: no file went that a result names");
        }
    }

    #[test]
    fn who_looks_for_what_is_over_a_limit_counts_first() {
        let place = Place::new();
        let stash = place.stash();
        fill(&stash, 0, Limit::NONE);
        spoil(&stash, SPOILED[2]);
        let limit = Limit { max_size: Some(10_000_000), ..Limit::NONE };
        assert!(stash.over_limits(limit, &|_| Limit::NONE).unwrap().is_empty());
    }
}
