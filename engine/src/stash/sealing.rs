//! Seals for an index that was made before there were any.

use std::collections::{BTreeSet, HashMap};

use rusqlite::Connection;

use super::fault::Fault;
use super::nut::digest;
use super::record::Record;
use super::records::Records;
use super::seal::{ALL_ROWS, COLUMNS, Entry, WIDTH, of_files, of_route};
use super::{Argument, Stash, io_error};
use crate::digest::Digest;

/// How an entry's record says it.
struct Told {
    created: i64,
    seal: Digest,
}

impl Stash {
    /// Seals what is in an index of an earlier format, read as the rows lie in their tables.
    ///
    /// An entry gets its seal if its record says the same. One that has no record, since it is older than records are,
    /// gets it if its bytes have their digest: both are in one row. All others stay without, and are not found.
    pub(super) fn seal_old(&self, index: &Connection) -> Result<(), Fault> {
        note_files(index)?;
        let told = self.seals_of_records()?;
        let mut sealed = Vec::new();
        let mut statement = index.prepare(&format!("SELECT {COLUMNS}, n.id, n.content FROM {ALL_ROWS}"))?;
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            let Ok(entry) = Entry::of_row(row) else { continue };
            let seal = entry.seal();
            let is_proven = match told.get(&entry.key) {
                Some(told) if told.created >= entry.created => told.seal == seal,
                _ => row.get_ref(WIDTH + 1)?.as_blob().map_or(!entry.is_inline, |it| Digest::of(it) == entry.digest),
            };
            if is_proven {
                sealed.push((row.get::<_, i64>(WIDTH)?, seal));
            }
        }
        let mut update = index.prepare("UPDATE nuts SET seal = ?2 WHERE id = ?1")?;
        for (id, seal) in sealed {
            update.execute((id, seal.as_bytes()))?;
        }
        Ok(seal_routes(index)?)
    }

    fn seals_of_records(&self) -> Result<HashMap<Digest, Told>, Fault> {
        let path = self.records();
        let error = |source| Fault::from(io_error("read", &path, source));
        let mut told = HashMap::new();
        let Some(mut records) = Records::open(&path).map_err(error)? else { return Ok(told) };
        while let Some((record, _)) = records.next().map_err(error)? {
            let Record::Nut(nut) = record else { continue };
            let arguments = Argument::to_bytes(&nut.arguments)?;
            let seal = Entry::of_record(&nut, &arguments).seal();
            told.insert(nut.key, Told { created: nut.created, seal });
        }
        Ok(told)
    }
}

fn note_files(index: &Connection) -> rusqlite::Result<()> {
    let mut files: HashMap<i64, BTreeSet<Digest>> = HashMap::new();
    let mut statement = index.prepare("SELECT nut, digest FROM attachments")?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        files.entry(row.get(0)?).or_default().insert(digest(row, 1)?);
    }
    let mut update = index.prepare("UPDATE nuts SET attached = ?2 WHERE id = ?1")?;
    #[expect(clippy::iter_over_hash_type, reason = "each row is changed for itself")]
    for (id, files) in files {
        update.execute((id, of_files(files).map(|files| files.0)))?;
    }
    Ok(())
}

/// A route that leads to an entry is taken at its word: both of its keys are in one row.
fn seal_routes(index: &Connection) -> rusqlite::Result<()> {
    index.execute_batch("DELETE FROM routes WHERE NOT EXISTS (SELECT 1 FROM nuts WHERE nuts.key = routes.key)")?;
    let mut statement = index.prepare("SELECT deep, key FROM routes")?;
    let routes: Vec<_> =
        statement.query_map((), |row| Ok((digest(row, 0)?, digest(row, 1)?)))?.collect::<Result<_, _>>()?;
    let mut update = index.prepare("UPDATE routes SET seal = ?2 WHERE deep = ?1")?;
    for (deep, key) in routes {
        update.execute((deep.as_bytes(), of_route(&deep, &key).as_bytes()))?;
    }
    Ok(())
}
