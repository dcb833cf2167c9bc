//! How much room results take on disk: kept exactly, by triggers of the index, in the transaction that changes it.
//!
//! | what | takes | is counted |
//! | --- | --- | --- |
//! | a result | its arguments and its bytes, if they are in the index, twice (index and record), and [`ENTRY`] | for its function, and for all |
//! | a file in `nuts/` | what it has on disk, compressed or not | once for each function with results that name it, and once for all |
//! | the manifest of a folder | its file, and what the folder takes where it is laid out | as a file |
//!
//! | table | one row is |
//! | --- | --- |
//! | `totals` | all results |
//! | `files` | a file that results name |
//! | `shares` | a file that results of one function name |
//! | `unnamed` | a file that no result names any more, and that may still be there |
//!
//! Triggers rather than code, so that whatever changes the index changes the sums. A trigger can't ask how large a file
//! is: whoever stores tells that, in the same transaction.

use rusqlite::Connection;

use super::content::Content;
use super::fault::Fault;
use super::nut::digest;
use super::record::NutRecord;
use crate::digest::Digest;

/// What a result takes beside its arguments and its bytes, about: two headers, keys and digests, and its places in
/// indexes.
pub(super) const ENTRY: u64 = 800;

/// What makes the tables.
pub(super) const TABLES: &str = "
    -- How much there is of a function, and its limits as they were when it stored last.
    ALTER TABLE functions ADD COLUMN nuts INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE functions ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE functions ADD COLUMN ttl INTEGER;
    ALTER TABLE functions ADD COLUMN max_size INTEGER;
    ALTER TABLE functions ADD COLUMN max_count INTEGER;
    ALTER TABLE functions ADD COLUMN policy TEXT;
    -- Keys of results that it was made of.
    ALTER TABLE nuts ADD COLUMN parents BLOB;
    -- How long it took to compute those of them that are gone.
    ALTER TABLE nuts ADD COLUMN debt INTEGER NOT NULL DEFAULT 0;
    -- What it takes with its files, whoever else names them.
    ALTER TABLE nuts ADD COLUMN weight INTEGER NOT NULL DEFAULT 800;
    ALTER TABLE nuts ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
    -- The limit that a removed result was over, what it had cost, and what it was made of.
    ALTER TABLE removed ADD COLUMN cause TEXT;
    ALTER TABLE removed ADD COLUMN nanos INTEGER;
    ALTER TABLE removed ADD COLUMN parents BLOB;
    CREATE INDEX removed_by_at ON removed(at);
    CREATE INDEX routes_by_key ON routes(key);

    CREATE TABLE totals (id INTEGER PRIMARY KEY CHECK (id = 0), nuts INTEGER NOT NULL, entries INTEGER NOT NULL, files INTEGER NOT NULL);
    INSERT INTO totals VALUES (0, 0, 0, 0);
    CREATE TABLE files (digest BLOB PRIMARY KEY, bytes INTEGER NOT NULL DEFAULT 0, functions INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE shares (
        digest BLOB NOT NULL,
        function INTEGER NOT NULL,
        names INTEGER NOT NULL,
        PRIMARY KEY (digest, function)
    ) WITHOUT ROWID;
    CREATE TABLE unnamed (digest BLOB PRIMARY KEY) WITHOUT ROWID;

    CREATE TRIGGER share_begins AFTER INSERT ON shares BEGIN
        INSERT INTO files(digest, functions) VALUES (new.digest, 1)
            ON CONFLICT(digest) DO UPDATE SET functions = functions + 1;
        UPDATE functions SET bytes = bytes + (SELECT bytes FROM files WHERE digest = new.digest) WHERE id = new.function;
        DELETE FROM unnamed WHERE digest = new.digest;
    END;
    CREATE TRIGGER share_ends AFTER DELETE ON shares BEGIN
        UPDATE functions SET bytes = bytes - (SELECT bytes FROM files WHERE digest = old.digest) WHERE id = old.function;
        UPDATE files SET functions = functions - 1 WHERE digest = old.digest;
        DELETE FROM files WHERE digest = old.digest AND functions = 0;
    END;
    CREATE TRIGGER file_is_measured AFTER UPDATE OF bytes ON files BEGIN
        UPDATE totals SET files = files + new.bytes - old.bytes;
        UPDATE functions SET bytes = bytes + new.bytes - old.bytes
            WHERE id IN (SELECT function FROM shares WHERE digest = new.digest);
    END;
    CREATE TRIGGER file_goes AFTER DELETE ON files BEGIN
        UPDATE totals SET files = files - old.bytes;
        INSERT INTO unnamed(digest) VALUES (old.digest) ON CONFLICT(digest) DO NOTHING;
    END;

    CREATE TRIGGER nut_comes AFTER INSERT ON nuts BEGIN
        UPDATE totals SET nuts = nuts + 1, entries = entries + 2 * (length(new.arguments) + coalesce(length(new.content), 0)) + 800;
        UPDATE functions
            SET nuts = nuts + 1, bytes = bytes + 2 * (length(new.arguments) + coalesce(length(new.content), 0)) + 800
            WHERE id = new.function;
        INSERT INTO shares(digest, function, names) SELECT new.digest, new.function, 1 WHERE new.content IS NULL
            ON CONFLICT(digest, function) DO UPDATE SET names = names + 1;
    END;
    CREATE TRIGGER nut_changes AFTER UPDATE OF arguments, digest, content, function ON nuts BEGIN
        UPDATE totals SET entries = entries
            + 2 * (length(new.arguments) + coalesce(length(new.content), 0))
            - 2 * (length(old.arguments) + coalesce(length(old.content), 0));
        UPDATE functions
            SET nuts = nuts + 1, bytes = bytes + 2 * (length(new.arguments) + coalesce(length(new.content), 0)) + 800
            WHERE id = new.function;
        UPDATE functions
            SET nuts = nuts - 1, bytes = bytes - 2 * (length(old.arguments) + coalesce(length(old.content), 0)) - 800
            WHERE id = old.function;
        INSERT INTO shares(digest, function, names) SELECT new.digest, new.function, 1 WHERE new.content IS NULL
            ON CONFLICT(digest, function) DO UPDATE SET names = names + 1;
        UPDATE shares SET names = names - 1
            WHERE old.content IS NULL AND digest = old.digest AND function = old.function;
        DELETE FROM shares WHERE digest = old.digest AND function = old.function AND names = 0;
    END;
    -- Before it, so that the function is known when its files go.
    CREATE TRIGGER nut_is_going BEFORE DELETE ON nuts BEGIN
        DELETE FROM attachments WHERE nut = old.id;
    END;
    CREATE TRIGGER nut_goes AFTER DELETE ON nuts BEGIN
        UPDATE totals SET nuts = nuts - 1, entries = entries - 2 * (length(old.arguments) + coalesce(length(old.content), 0)) - 800;
        UPDATE functions
            SET nuts = nuts - 1, bytes = bytes - 2 * (length(old.arguments) + coalesce(length(old.content), 0)) - 800
            WHERE id = old.function;
        UPDATE shares SET names = names - 1
            WHERE old.content IS NULL AND digest = old.digest AND function = old.function;
        DELETE FROM shares WHERE digest = old.digest AND function = old.function AND names = 0;
    END;
    CREATE TRIGGER attachment_comes AFTER INSERT ON attachments BEGIN
        INSERT INTO shares(digest, function, names) SELECT new.digest, function, 1 FROM nuts WHERE id = new.nut
            ON CONFLICT(digest, function) DO UPDATE SET names = names + 1;
    END;
    CREATE TRIGGER attachment_goes AFTER DELETE ON attachments BEGIN
        UPDATE shares SET names = names - 1
            WHERE digest = old.digest AND function = (SELECT function FROM nuts WHERE id = old.nut);
        DELETE FROM shares
            WHERE digest = old.digest AND function = (SELECT function FROM nuts WHERE id = old.nut) AND names = 0;
    END;

    -- What was there before these tables.
    UPDATE totals SET
        nuts = (SELECT count(*) FROM nuts),
        entries = (SELECT coalesce(sum(2 * (length(arguments) + coalesce(length(content), 0)) + 800), 0) FROM nuts);
    UPDATE functions SET (nuts, bytes) = (
        SELECT count(*), coalesce(sum(2 * (length(arguments) + coalesce(length(content), 0)) + 800), 0)
        FROM nuts WHERE function = functions.id);
    INSERT INTO shares(digest, function, names)
        SELECT digest, function, count(*) FROM (
            SELECT digest, function FROM nuts WHERE content IS NULL
            UNION ALL SELECT a.digest, n.function FROM attachments a JOIN nuts n ON n.id = a.nut)
        GROUP BY digest, function;
";

/// How many results there are, and what they take, of a function or of all.
pub(super) fn taken(index: &Connection, function: Option<i64>) -> rusqlite::Result<(u64, u64)> {
    let row =
        |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs()));
    match function {
        Some(id) => index.prepare_cached("SELECT nuts, bytes FROM functions WHERE id = ?1")?.query_row([id], row),
        None => index.prepare_cached("SELECT nuts, entries + files FROM totals")?.query_row((), row),
    }
}

/// Tells how large a file is that a result names.
pub(super) fn measured(index: &Connection, file: &Digest, bytes: u64) -> rusqlite::Result<()> {
    index
        .prepare_cached("UPDATE files SET bytes = ?2 WHERE digest = ?1 AND bytes <> ?2")?
        .execute((file.as_bytes(), bytes as i64))
        .map(drop)
}

const WEIGH: &str = "
    UPDATE nuts SET weight = 2 * (length(arguments) + coalesce(length(content), 0)) + 800
        + coalesce((SELECT sum(bytes) FROM files WHERE digest IN (
            SELECT nuts.digest WHERE nuts.content IS NULL
            UNION SELECT a.digest FROM attachments a WHERE a.nut = nuts.id)), 0)";

/// Has a file removed, unless a result names it.
pub(super) fn doom(index: &Connection, file: &Digest) -> rusqlite::Result<()> {
    index
        .prepare_cached(
            "INSERT INTO unnamed(digest) SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM files WHERE digest = ?1)
             ON CONFLICT(digest) DO NOTHING",
        )?
        .execute([file.as_bytes()])
        .map(drop)
}

/// Measures the files of a result that has come from elsewhere, and weighs it.
pub(super) fn measure(index: &Connection, content: &Content, nut: &NutRecord<'_>) -> rusqlite::Result<()> {
    let own = (!nut.is_inline).then_some(&nut.digest);
    for file in own.into_iter().chain(&nut.attachments) {
        measured(index, file, content.room(file).unwrap_or(0))?;
    }
    index.prepare_cached(&format!("{WEIGH} WHERE key = ?1"))?.execute([nut.key.as_bytes()]).map(drop)
}

/// Measures all files that results name, and weighs all results.
pub(super) fn measure_all(index: &Connection, content: &Content) -> Result<(), Fault> {
    let files: Vec<Digest> =
        index.prepare("SELECT digest FROM files")?.query_map((), |row| digest(row, 0))?.collect::<Result<_, _>>()?;
    for file in files {
        measured(index, &file, content.room(&file).unwrap_or(0))?;
    }
    Ok(index.execute(WEIGH, ()).map(drop)?)
}

/// What a result takes in the index and in the records.
pub(super) fn entry(arguments: &[u8], content: Option<&[u8]>) -> u64 {
    2 * (arguments.len() + content.map_or(0, <[u8]>::len)) as u64 + ENTRY
}

/// How large the records of all results are, about.
pub(super) fn recorded(index: &Connection) -> rusqlite::Result<u64> {
    let entries: i64 = index.query_row("SELECT entries / 2 FROM totals", (), |row| row.get(0))?;
    Ok(entries.unsigned_abs())
}
