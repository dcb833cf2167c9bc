//! The index's tables. Steps only append: a stash of any earlier version is brought up to date when it is
//! opened, and `user_version` counts the steps taken.

use std::collections::BTreeSet;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::content::Content;
use super::fault::Fault;
use super::limits;
use super::mark::APPLICATION_ID;

/// Each step leads from its position to the next.
const STEPS: &[&str] = &[
    "
    CREATE TABLE functions (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        hits INTEGER NOT NULL DEFAULT 0,
        misses INTEGER NOT NULL DEFAULT 0,
        saved_nanos INTEGER NOT NULL DEFAULT 0
    );
    -- The code behind nuts: what fingerprint.rs calls parts, compressed.
    CREATE TABLE codes (
        id INTEGER PRIMARY KEY,
        identity BLOB NOT NULL UNIQUE,
        fingerprint BLOB NOT NULL,
        version TEXT,
        parts BLOB NOT NULL
    );
    CREATE TABLE nuts (
        id INTEGER PRIMARY KEY,
        key BLOB NOT NULL UNIQUE,
        function INTEGER NOT NULL REFERENCES functions(id),
        code INTEGER NOT NULL REFERENCES codes(id),
        arguments_hash INTEGER NOT NULL,
        arguments BLOB NOT NULL,
        digest BLOB NOT NULL,
        size INTEGER NOT NULL,
        -- NULL where the bytes are a file of their own.
        content BLOB,
        nanos INTEGER NOT NULL,
        created INTEGER NOT NULL,
        used INTEGER NOT NULL,
        uses INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX nuts_by_function ON nuts(function, arguments_hash);
    CREATE INDEX nuts_by_file ON nuts(digest) WHERE content IS NULL;
    -- Files that a nut's value names, kept beside it.
    CREATE TABLE attachments (
        nut INTEGER NOT NULL REFERENCES nuts(id) ON DELETE CASCADE,
        digest BLOB NOT NULL,
        PRIMARY KEY (nut, digest)
    ) WITHOUT ROWID;
    CREATE INDEX attachments_by_digest ON attachments(digest);
    -- From a deep key to the nut that it led to.
    CREATE TABLE routes (deep BLOB PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID;
    -- What was written to paths outside the stash.
    CREATE TABLE exports (
        path TEXT PRIMARY KEY,
        value BLOB NOT NULL,
        size INTEGER NOT NULL,
        modified INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        inode INTEGER NOT NULL,
        content BLOB NOT NULL
    ) WITHOUT ROWID;
    -- The last failure of a key, forgotten when it succeeds.
    CREATE TABLE failures (key BLOB PRIMARY KEY, at INTEGER NOT NULL, message TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        pipeline TEXT NOT NULL,
        started INTEGER NOT NULL,
        finished INTEGER NOT NULL,
        steps INTEGER NOT NULL,
        hits INTEGER NOT NULL,
        ran INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        skipped INTEGER NOT NULL,
        saved_nanos INTEGER NOT NULL
    );
    CREATE TABLE run_steps (
        run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        label TEXT NOT NULL,
        function TEXT NOT NULL,
        outcome TEXT NOT NULL,
        reason BLOB,
        started INTEGER,
        nanos INTEGER,
        worker INTEGER,
        PRIMARY KEY (run, position)
    ) WITHOUT ROWID;
",
    "
    -- Keys whose nuts were taken out, forgotten when they are stored again.
    CREATE TABLE removed (key BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
",
    "
    -- What a pipeline was given, as the canonical bytes of texts by name.
    ALTER TABLE runs ADD COLUMN parameters BLOB;
    -- How often a step was tried again, and what it failed with.
    ALTER TABLE run_steps ADD COLUMN retries INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE run_steps ADD COLUMN message TEXT;
    -- Reasons say more from here on, so the earlier ones could be misread.
    UPDATE run_steps SET reason = NULL;
",
    "
    -- What a pipeline declares, once for all runs of it: labels and functions in order, compressed. A run has a row for
    -- each step to which something happened, so one in which nothing did is one row. Earlier runs are forgotten.
    CREATE TABLE outlines (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, steps BLOB NOT NULL);
    DROP TABLE run_steps;
    DELETE FROM runs;
    ALTER TABLE runs ADD COLUMN outline INTEGER REFERENCES outlines(id);
    CREATE TABLE run_steps (
        run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        reason BLOB,
        started INTEGER,
        nanos INTEGER,
        worker INTEGER,
        retries INTEGER NOT NULL DEFAULT 0,
        message TEXT,
        PRIMARY KEY (run, position)
    ) WITHOUT ROWID;
    -- What the steps of a pipeline were when they were last there: labels and deep keys.
    CREATE TABLE latest (pipeline TEXT PRIMARY KEY, steps BLOB NOT NULL);
",
    "
    -- The name of the codec of a result's bytes. NULL is serde's.
    ALTER TABLE nuts ADD COLUMN codec TEXT;
",
    "
    -- What stands for the attachments, and the seals. Those of what is there already are made after this step.
    ALTER TABLE nuts ADD COLUMN attached BLOB;
    ALTER TABLE nuts ADD COLUMN seal BLOB;
    ALTER TABLE routes ADD COLUMN seal BLOB;
    DROP INDEX nuts_by_function;
    -- An index that leads from a key to the entry of another is made of the right ones.
    REINDEX;
    -- A function's entries in order, with what they sum up to.
    CREATE INDEX nuts_of_function ON nuts(function, id, size);
    CREATE INDEX nuts_by_arguments ON nuts(arguments_hash);
",
];

/// The first version with seals, and with limits, whose tables and columns stand in `limits`.
pub(super) const SEALED: i64 = 6;

/// The version that this program writes.
pub(super) const CURRENT: i64 = STEPS.len() as i64;

/// The version of an open index.
pub(super) fn version(index: &Connection) -> rusqlite::Result<i64> {
    index.query_row("PRAGMA user_version", (), |row| row.get(0))
}

/// What `PRAGMA auto_vacuum` says of an index that can give its free pages back one by one.
pub(super) const INCREMENTAL: i64 = 2;

/// Marks a new index as scrat's, before anything else is in it: what is there is a stash from its first byte on. How it
/// gives free pages back can't be chosen later.
pub(super) fn mark(index: &Connection) -> rusqlite::Result<()> {
    let known: i32 = index.query_row("PRAGMA application_id", (), |row| row.get(0))?;
    if known == APPLICATION_ID {
        return Ok(());
    }
    let transaction = Transaction::new_unchecked(index, TransactionBehavior::Deferred)?;
    transaction.pragma_update(None, "auto_vacuum", INCREMENTAL)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.commit()
}

/// Takes the steps that are missing, in one transaction, and then `complete`, which is told the version before them: 0
/// is an index that has just been made.
pub(super) fn migrate(
    index: &mut Connection,
    content: &Content,
    complete: impl FnOnce(&Connection, i64) -> Result<(), Fault>,
) -> Result<(), Fault> {
    if version(index)? >= CURRENT {
        return Ok(());
    }
    // Another process may be doing the same, so the version is read again inside.
    let transaction = index.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let before = version(&transaction)?;
    for step in STEPS.iter().skip(usize::try_from(before).unwrap_or(0)) {
        transaction.execute_batch(step)?;
    }
    if before < SEALED {
        transaction.execute_batch(limits::TABLES)?;
    }
    if before < CURRENT {
        complete(&transaction, before)?;
    }
    if before < SEALED {
        limits::measure_all(&transaction, content)?;
    }
    transaction.pragma_update(None, "user_version", CURRENT.max(before))?;
    Ok(transaction.commit()?)
}

/// Makes all of an index anew, in the transaction of the moment: `fill` puts the results in it that there are. What else
/// it told of them and of the past stays, and so do the numbers of functions, which others may have in hand.
pub(super) fn make_anew(
    index: &Connection,
    content: &Content,
    fill: impl FnOnce(&Connection) -> Result<(), Fault>,
) -> Result<(), Fault> {
    /// Tables whose rows refer to no result, after those that they refer to.
    const PAST: [&str; 6] = ["outlines", "runs", "run_steps", "failures", "exports", "latest"];
    const OTHERS: [&str; 4] = ["functions", "nuts", "removed", "routes"];
    for table in PAST.into_iter().chain(OTHERS) {
        let columns = if table == "nuts" { "key, digest, created, uses, used, parents, debt, pinned" } else { "*" };
        index.execute_batch(&format!("CREATE TEMP TABLE past_{table} AS SELECT {columns} FROM main.{table}"))?;
    }
    for kind in ["trigger", "table"] {
        let names: Vec<String> = index
            .prepare("SELECT name FROM main.sqlite_schema WHERE type = ?1 AND name NOT LIKE 'sqlite_%'")?
            .query_map([kind], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for name in names {
            index.execute_batch(&format!("DROP {kind} main.\"{}\"", name.replace('"', "\"\"")))?;
        }
    }
    STEPS.iter().try_for_each(|step| index.execute_batch(step))?;
    index.execute_batch(limits::TABLES)?;
    index.execute_batch(
        "INSERT INTO functions(id, name, hits, misses, saved_nanos, ttl, max_size, max_count, policy)
            SELECT id, name, CAST(hits AS INTEGER), CAST(misses AS INTEGER), CAST(saved_nanos AS INTEGER), ttl, max_size,
                max_count, policy FROM past_functions",
    )?;
    fill(index)?;
    limits::measure_all(index, content)?;
    for table in PAST {
        index.execute_batch(&format!("INSERT INTO main.{table} SELECT * FROM past_{table}"))?;
    }
    index.execute_batch(
        "CREATE INDEX temp.past_nuts_by_key ON past_nuts(key);
         UPDATE nuts SET uses = past.uses, used = past.used, parents = past.parents, debt = past.debt, pinned = past.pinned
            FROM past_nuts past WHERE past.key = nuts.key AND past.digest = nuts.digest AND past.created = nuts.created;
         INSERT OR REPLACE INTO main.removed SELECT * FROM past_removed WHERE key NOT IN (SELECT key FROM nuts);
         INSERT INTO main.routes SELECT * FROM past_routes WHERE key IN (SELECT key FROM nuts);",
    )?;
    for table in PAST.into_iter().chain(OTHERS) {
        index.execute_batch(&format!("DROP TABLE temp.past_{table}"))?;
    }
    Ok(index.pragma_update(None, "user_version", CURRENT)?)
}

/// Whether an index has the tables of today, whatever number it has for its format.
pub(super) fn is_todays(index: &Connection) -> rusqlite::Result<bool> {
    let columns = |index: &Connection| -> rusqlite::Result<BTreeSet<(String, String)>> {
        index
            .prepare(
                "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
                 WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
            )?
            .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
    };
    let todays = Connection::open_in_memory()?;
    STEPS.iter().try_for_each(|step| todays.execute_batch(step))?;
    todays.execute_batch(limits::TABLES)?;
    Ok(columns(index)? == columns(&todays)?)
}

/// Makes an index of an earlier format.
#[cfg(test)]
pub(super) fn make_old(index: &Connection, version: i64) -> rusqlite::Result<()> {
    mark(index)?;
    let steps = usize::try_from(version).unwrap_or(0);
    STEPS[..steps].iter().try_for_each(|step| index.execute_batch(step))?;
    index.pragma_update(None, "user_version", version)
}

/// Makes an index one of the format before seals and limits again.
#[cfg(test)]
pub(super) fn take_back(index: &Connection) {
    let steps = "
        DROP TRIGGER share_begins;
        DROP TRIGGER share_ends;
        DROP TRIGGER file_is_measured;
        DROP TRIGGER file_goes;
        DROP TRIGGER nut_comes;
        DROP TRIGGER nut_changes;
        DROP TRIGGER nut_is_going;
        DROP TRIGGER nut_goes;
        DROP TRIGGER attachment_comes;
        DROP TRIGGER attachment_goes;
        DROP TABLE totals;
        DROP TABLE files;
        DROP TABLE shares;
        DROP TABLE unnamed;
        DROP INDEX removed_by_at;
        DROP INDEX routes_by_key;
        ALTER TABLE functions DROP COLUMN nuts;
        ALTER TABLE functions DROP COLUMN bytes;
        ALTER TABLE functions DROP COLUMN ttl;
        ALTER TABLE functions DROP COLUMN max_size;
        ALTER TABLE functions DROP COLUMN max_count;
        ALTER TABLE functions DROP COLUMN policy;
        ALTER TABLE nuts DROP COLUMN parents;
        ALTER TABLE nuts DROP COLUMN debt;
        ALTER TABLE nuts DROP COLUMN weight;
        ALTER TABLE nuts DROP COLUMN pinned;
        ALTER TABLE removed DROP COLUMN cause;
        ALTER TABLE removed DROP COLUMN nanos;
        ALTER TABLE removed DROP COLUMN parents;
        DROP INDEX nuts_of_function;
        DROP INDEX nuts_by_arguments;
        CREATE INDEX nuts_by_function ON nuts(function, arguments_hash);
        ALTER TABLE nuts DROP COLUMN seal;
        ALTER TABLE nuts DROP COLUMN attached;
        ALTER TABLE routes DROP COLUMN seal;
        PRAGMA user_version = 5;";
    index.execute_batch(steps).expect("the index has today's format");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> Content {
        Content::new(std::path::Path::new("nowhere"), false)
    }

    #[test]
    fn migrating_twice_changes_nothing_the_second_time() {
        let mut index = Connection::open_in_memory().unwrap();
        migrate(&mut index, &content(), |_, _| Ok(())).unwrap();
        index.execute("INSERT INTO functions(name) VALUES ('f')", ()).unwrap();
        migrate(&mut index, &content(), |_, _| Ok(())).unwrap();
        assert_eq!(version(&index).unwrap(), CURRENT);
        let count: i64 = index.query_row("SELECT count(*) FROM functions", (), |row| row.get(0)).unwrap();
        assert_eq!(count, 1);
    }

    #[test]
    fn a_record_of_an_earlier_format_keeps_its_nuts_and_forgets_its_runs() {
        let mut index = Connection::open_in_memory().unwrap();
        for step in &STEPS[..2] {
            index.execute_batch(step).unwrap();
        }
        index.pragma_update(None, "user_version", 2).unwrap();
        index.execute("INSERT INTO functions(name) VALUES ('f')", ()).unwrap();
        index.execute("INSERT INTO runs VALUES (1, 'p', 1, 2, 1, 0, 1, 0, 0, 0)", ()).unwrap();
        index.execute("INSERT INTO run_steps VALUES (1, 0, 'f', 'f', 'ran', x'00', 0, 1, 0)", ()).unwrap();
        migrate(&mut index, &content(), |_, _| Ok(())).unwrap();
        let count = |table: &str| -> i64 {
            index.query_row(&format!("SELECT count(*) FROM {table}"), (), |row| row.get(0)).unwrap()
        };
        assert_eq!((count("functions"), count("runs"), count("run_steps")), (1, 0, 0));
    }
}
