//! What the index has, row by row, as records.

use rusqlite::Connection;

use super::fault::Fault;
use super::nut::digest;
use super::record::{CodeRecord, NutRecord};
use super::seal;
use crate::digest::Digest;

pub(super) fn each_code(
    index: &Connection,
    mut work: impl FnMut(CodeRecord<'static>, &[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut statement = index.prepare("SELECT identity, fingerprint, version, parts FROM codes ORDER BY id")?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        let version: Option<String> = row.get(2)?;
        let code =
            CodeRecord { identity: digest(row, 0)?, fingerprint: digest(row, 1)?, version: version.map(Into::into) };
        work(code, row.get_ref(3)?.as_blob().unwrap_or_default())?;
    }
    Ok(())
}

pub(super) fn each_nut(
    index: &Connection,
    work: impl FnMut(NutRecord<'static>, &[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    each_nut_behind(index, &mut i64::MIN.clone(), work)
}

/// Each that has a higher number than this, which is that of the last one afterwards.
pub(super) fn each_nut_behind(
    index: &Connection,
    last: &mut i64,
    mut work: impl FnMut(NutRecord<'static>, &[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut files = index.prepare("SELECT digest FROM attachments WHERE nut = ?1 ORDER BY digest")?;
    let mut statement = index.prepare(&format!(
        "SELECT {}, n.id, c.fingerprint, c.version, n.content FROM {} WHERE n.id > ?1 ORDER BY n.id",
        seal::COLUMNS,
        seal::TABLES
    ))?;
    let mut rows = statement.query([*last])?;
    while let Some(row) = rows.next()? {
        *last = row.get(seal::WIDTH)?;
        // What is not as it was stored is no news.
        let Some(nut) = seal::nut(row, None) else { continue };
        let column = |offset: usize| seal::WIDTH + offset;
        let id: i64 = row.get(column(0))?;
        let attachments = files.query_map([id], |row| digest(row, 0))?.collect::<Result<_, _>>()?;
        let (function, version): (String, Option<String>) = (row.get(1)?, row.get(column(2))?);
        let content = row.get_ref(column(3))?.as_blob_or_null().ok().flatten();
        if content.is_some_and(|content| Digest::of(content) != nut.digest) {
            continue;
        }
        let nut = NutRecord {
            key: nut.key,
            function: function.into(),
            identity: digest(row, 2)?,
            fingerprint: digest(row, column(1))?,
            version: version.map(Into::into),
            arguments_hash: row.get(3)?,
            arguments: seal::arguments(row).into(),
            digest: nut.digest,
            size: nut.size,
            codec: nut.codec.map(Into::into),
            is_inline: content.is_some(),
            attachments,
            nanos: nut.nanos,
            created: nut.created,
        };
        work(nut, content.unwrap_or_default())?;
    }
    Ok(())
}

/// Goes on behind what can't be read, and tells of the first error at the end.
pub(super) fn each_readable_nut(
    index: &Connection,
    mut work: impl FnMut(NutRecord<'static>, &[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    const TRIES: usize = 1_000;
    let (mut last, mut step, mut first_error) = (i64::MIN, 1_i64, None);
    for _ in 0..TRIES {
        let before = last;
        match each_nut_behind(index, &mut last, &mut work) {
            Ok(()) => break,
            Err(error @ Fault::Index(_)) => drop(first_error.get_or_insert(error)),
            Err(other) => return Err(other),
        }
        step = if last > before { 1 } else { step.saturating_mul(2) };
        if step > 1 << 40 {
            break;
        }
        last = last.max(0).saturating_add(step);
    }
    first_error.map_or(Ok(()), Err)
}
