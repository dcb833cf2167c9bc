//! What would be left if some nuts went: counted without removing any.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::evict::Scope;
use super::limits::taken;
use super::nut::digest;
use crate::digest::Digest;
use crate::limit::{Limit, LimitKind, Passed, Policy};

/// A function as it would be.
pub(super) struct Left {
    pub name: String,
    pub scope: Scope,
    pub ttl: Option<i64>,
    nuts: i64,
    bytes: i64,
}

/// What would be left if some nuts were gone.
pub(super) struct Trial<'i> {
    pub index: &'i Connection,
    pub functions: BTreeMap<i64, Left>,
    nuts: i64,
    bytes: i64,
    /// How many results of a function name a file, of those files that were looked at.
    names: BTreeMap<(Digest, i64), i64>,
    pub gone: BTreeSet<i64>,
    pub found: Vec<(Digest, Passed)>,
}

impl<'i> Trial<'i> {
    pub(super) fn new(index: &'i Connection, of_function: &dyn Fn(&str) -> Limit) -> rusqlite::Result<Self> {
        let mut functions =
            index.prepare("SELECT id, name, ttl, max_size, max_count, policy, nuts, bytes FROM functions")?;
        let functions = functions.query_map((), |row| {
            let number = |at| row.get::<_, Option<i64>>(at).map(|number| number.map(i64::unsigned_abs));
            let (id, name): (i64, String) = (row.get(0)?, row.get(1)?);
            let policy: Option<String> = row.get(5)?;
            let policy = policy.as_deref().and_then(Policy::of);
            let limit = of_function(&name).or(Limit { max_size: number(3)?, max_count: number(4)?, policy });
            let scope = Scope { function: Some(id), limit };
            Ok((id, Left { name, scope, ttl: row.get(2)?, nuts: row.get(6)?, bytes: row.get(7)? }))
        })?;
        let functions = functions.collect::<Result<_, _>>()?;
        let (nuts, bytes) = taken(index, None)?;
        let (names, gone, found) = (BTreeMap::new(), BTreeSet::new(), Vec::new());
        Ok(Self { index, functions, nuts: nuts as i64, bytes: bytes as i64, names, gone, found })
    }

    pub(super) fn passed(&self, scope: Scope) -> Option<(LimitKind, u64)> {
        let (nuts, bytes) = match scope.function {
            Some(id) => (self.functions[&id].nuts, self.functions[&id].bytes),
            None => (self.nuts, self.bytes),
        };
        scope.limit.passed_by(nuts.unsigned_abs(), bytes.unsigned_abs())
    }

    /// Counts what would be left without a nut.
    pub(super) fn take(&mut self, nut: i64, key: Digest, passed: Passed) -> rusqlite::Result<()> {
        let (function, entry): (i64, i64) = self
            .index
            .prepare_cached(
                "SELECT function, 2 * (length(arguments) + coalesce(length(content), 0)) + 800 FROM nuts WHERE id = ?1",
            )?
            .query_row([nut], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let files: Vec<Digest> = self
            .index
            .prepare_cached(
                "SELECT digest FROM nuts WHERE id = ?1 AND content IS NULL
                 UNION ALL SELECT digest FROM attachments WHERE nut = ?1",
            )?
            .query_map([nut], |row| digest(row, 0))?
            .collect::<Result<_, _>>()?;
        let (mut of_function, mut of_all) = (entry, entry);
        for file in files {
            self.look_at(&file)?;
            let names = self.names.entry((file, function)).or_default();
            *names -= 1;
            if *names == 0 {
                let bytes: i64 = self
                    .index
                    .prepare_cached("SELECT bytes FROM files WHERE digest = ?1")?
                    .query_row([file.as_bytes()], |row| row.get(0))?;
                of_function += bytes;
                let others = self.names.range((file, i64::MIN)..=(file, i64::MAX)).any(|(_, names)| *names > 0);
                of_all += if others { 0 } else { bytes };
            }
        }
        if let Some(left) = self.functions.get_mut(&function) {
            left.nuts -= 1;
            left.bytes -= of_function;
        }
        self.nuts -= 1;
        self.bytes -= of_all;
        self.gone.insert(nut);
        self.found.push((key, passed));
        Ok(())
    }

    /// Learns how many results name a file.
    fn look_at(&mut self, file: &Digest) -> rusqlite::Result<()> {
        if self.names.range((*file, i64::MIN)..=(*file, i64::MAX)).next().is_some() {
            return Ok(());
        }
        let mut shares = self.index.prepare_cached("SELECT function, names FROM shares WHERE digest = ?1")?;
        let mut rows = shares.query([file.as_bytes()])?;
        while let Some(row) = rows.next()? {
            self.names.insert((*file, row.get(0)?), row.get(1)?);
        }
        Ok(())
    }
}
