//! Making the index again from the records.

use std::io;
use std::path::Path;

use rusqlite::{Connection, named_params};

use super::fault::Fault;
use super::journal::{Records, Standing, bytes_of, each_code, each_nut};
use super::mark::{BESIDE, INDEX, REPLACED};
use super::record::{CodeRecord, NutRecord, Record};
use super::{Stash, StashError, io_error};
use crate::digest::Digest;
use crate::value::encode;

/// What an index was rebuilt from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rebuilt {
    /// Results that are in the new index.
    pub nuts: usize,
    /// Results that are not in the new index, because their bytes are gone.
    pub without_bytes: usize,
    /// Bytes of the records that could not be read.
    pub damaged_bytes: u64,
    /// Records that a newer scrat wrote and this one cannot read.
    pub unknown_records: usize,
}

impl Stash {
    /// Makes the index of the stash at `root` again, from its records and from as much of the old index as can be read.
    /// The old index is kept beside the new one.
    ///
    /// # Errors
    /// If there is no stash, or it cannot be written. In that case nothing has been changed.
    pub fn rebuild(root: &Path) -> Result<Rebuilt, StashError> {
        Self::check_place(root)?;
        if !Self::is_at(root) {
            return Err(StashError::Missing { path: root.to_owned() });
        }
        let root = root.canonicalize().map_err(|source| io_error("open", root, source))?;
        let stash = Self::unopened(&root, super::is_writable(&root));
        let _alone = stash.content_lock_alone()?;
        // What only the index has must not be lost with it. Of a damaged one, the records have to do.
        match stash.write_with("complete the records", |index| stash.complete(index)) {
            Ok(()) | Err(StashError::Damaged { .. } | StashError::Index { .. }) => {}
            Err(other) => return Err(other),
        }
        stash.close();
        for beside in BESIDE {
            let from = root.join(format!("{INDEX}{beside}"));
            let to = root.join(format!("{INDEX}{REPLACED}{beside}"));
            match std::fs::rename(&from, &to) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => return Err(io_error("move", &from, source)),
                _ => {}
            }
        }
        stash.make_index()?;
        let report = stash.survey()?;
        if report.damaged_bytes > 0 {
            stash.write_with("write the records anew", |_| stash.compact())?;
        }
        Ok(report)
    }

    /// Adds what is in the index and not in the records to these. Nothing that only they have is touched.
    fn complete(&self, index: &Connection) -> Result<(), Fault> {
        let known = Standing::of(&self.records())?.results;
        let mut missing = Vec::new();
        each_nut(index, |nut, content| {
            if known.get(&nut.key).is_none_or(|created| *created < nut.created) {
                missing.extend(bytes_of(&Record::Nut(nut), content)?);
            }
            Ok(())
        })?;
        if missing.is_empty() {
            return Ok(());
        }
        each_code(index, |code, parts| {
            missing.extend(bytes_of(&Record::Code(code), parts)?);
            Ok(())
        })?;
        self.append(index, &missing)
    }

    /// Fills a new index with what the records say.
    pub(super) fn import(&self, index: &Connection) -> Result<(), Fault> {
        let path = self.records();
        let error = |source| Fault::from(io_error("read", &path, source));
        let Some(mut records) = Records::open(&path).map_err(error)? else { return Ok(()) };
        while let Some((record, behind)) = records.next().map_err(error)? {
            match record {
                Record::Nut(nut) => put_nut(index, &nut, &behind)?,
                Record::Code(code) => put_code(index, &code, &behind)?,
                Record::Removed { keys, at } => {
                    for key in keys {
                        let gone = index
                            .prepare_cached("DELETE FROM nuts WHERE key = ?1 AND created <= ?2")?
                            .execute((key, at))?;
                        if gone > 0 {
                            index
                                .prepare_cached("INSERT OR REPLACE INTO removed(key, at) VALUES (?1, ?2)")?
                                .execute((key, at))?;
                        }
                    }
                }
            }
        }
        self.leave_out_what_has_no_bytes(index)
    }

    fn leave_out_what_has_no_bytes(&self, index: &Connection) -> Result<(), Fault> {
        let length = |digest: [u8; 32]| self.content.length(&Digest(digest));
        let mut gone: Vec<i64> = Vec::new();
        let mut files = index.prepare("SELECT id, digest, size FROM nuts WHERE content IS NULL")?;
        let mut rows = files.query(())?;
        while let Some(row) = rows.next()? {
            let size: i64 = row.get(2)?;
            if length(row.get(1)?) != Some(size.unsigned_abs()) {
                gone.push(row.get(0)?);
            }
        }
        let mut attachments = index.prepare("SELECT nut, digest FROM attachments")?;
        let mut rows = attachments.query(())?;
        while let Some(row) = rows.next()? {
            if length(row.get(1)?).is_none() {
                gone.push(row.get(0)?);
            }
        }
        for id in gone {
            index.prepare_cached("DELETE FROM nuts WHERE id = ?1")?.execute([id])?;
        }
        Ok(())
    }

    /// What the index was made of, told after it was made.
    fn survey(&self) -> Result<Rebuilt, StashError> {
        let standing = Standing::of(&self.records())?;
        let count: i64 =
            self.read("count nuts", |index| index.query_row("SELECT count(*) FROM nuts", (), |row| row.get(0)))?;
        let nuts = usize::try_from(count).unwrap_or_default();
        Ok(Rebuilt {
            nuts,
            without_bytes: standing.results.len().saturating_sub(nuts),
            damaged_bytes: standing.damaged,
            unknown_records: standing.unknown,
        })
    }
}

fn put_code(index: &Connection, code: &CodeRecord<'_>, parts: &[u8]) -> rusqlite::Result<()> {
    index
        .prepare_cached(
            "INSERT INTO codes(identity, fingerprint, version, parts) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT(identity) DO UPDATE SET fingerprint = ?2, parts = ?4",
        )?
        .execute((code.identity, code.fingerprint, code.version.as_deref(), parts))
        .map(drop)
}

fn put_nut(index: &Connection, nut: &NutRecord<'_>, content: &[u8]) -> Result<(), Fault> {
    index
        .prepare_cached("INSERT INTO functions(name) VALUES (?1) ON CONFLICT(name) DO NOTHING")?
        .execute([&nut.function])?;
    // Its record may be in a damaged piece: what is missing then is what it is compared with.
    index
        .prepare_cached(
            "INSERT INTO codes(identity, fingerprint, version, parts) VALUES (?1, ?2, ?3, x'')
             ON CONFLICT(identity) DO NOTHING",
        )?
        .execute((nut.identity, nut.fingerprint, nut.version.as_deref()))?;
    let arguments = encode(&*nut.arguments).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    index
        .prepare_cached(
            "INSERT INTO nuts(key, function, code, arguments_hash, arguments, digest, size, codec, content, nanos, created, used)
             SELECT :key, f.id, c.id, :hash, :arguments, :digest, :size, :codec, :content, :nanos, :created, :created
             FROM functions f, codes c WHERE f.name = :function AND c.identity = :identity
             ON CONFLICT(key) DO UPDATE SET
                arguments = :arguments, digest = :digest, size = :size, codec = :codec, content = :content, nanos = :nanos,
                created = :created, used = :created",
        )?
        .execute(named_params! {
            ":key": nut.key,
            ":function": nut.function,
            ":identity": nut.identity,
            ":hash": nut.arguments_hash,
            ":arguments": arguments,
            ":digest": nut.digest,
            ":size": nut.size as i64,
            ":codec": nut.codec,
            ":content": nut.is_inline.then_some(content),
            ":nanos": nut.nanos,
            ":created": nut.created,
        })?;
    index
        .prepare_cached("DELETE FROM attachments WHERE nut = (SELECT id FROM nuts WHERE key = ?1)")?
        .execute([nut.key])?;
    for digest in &nut.attachments {
        index
            .prepare_cached("INSERT OR IGNORE INTO attachments(nut, digest) SELECT id, ?2 FROM nuts WHERE key = ?1")?
            .execute((nut.key, digest))?;
    }
    index.prepare_cached("DELETE FROM removed WHERE key = ?1")?.execute([nut.key])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::path::PathBuf;

    use super::super::content::INLINE_LIMIT;
    use super::super::mark::RECORDS;
    use super::super::{Argument, Filter, FlawKind, NewNut, NutInfo};
    use super::*;
    use crate::value::{Attachment, Written};

    struct Place {
        _folder: tempfile::TempDir,
        root: PathBuf,
    }

    impl Place {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let root = folder.path().join(".scrat");
            Self { _folder: folder, root }
        }

        fn stash(&self) -> Stash {
            Stash::create(&self.root).unwrap()
        }

        fn at(&self, name: &str) -> PathBuf {
            self.root.join(name)
        }

        fn lose_index(&self) {
            for beside in BESIDE {
                drop(fs::remove_file(self.at(&format!("{INDEX}{beside}"))));
            }
        }

        fn records(&self) -> Vec<u8> {
            fs::read(self.at(RECORDS)).unwrap()
        }
    }

    fn put_with(stash: &Stash, name: &str, bytes: &[u8], attachments: &[Attachment]) -> Digest {
        let arguments = [Argument::new("name", &Written::of(name.as_bytes().to_vec()), name.to_owned(), 100)];
        let new = NewNut {
            key: Digest::of(name.as_bytes()),
            function: "demo::f",
            identity: Digest::of(b"identity"),
            fingerprint: Digest::of(b"fingerprint"),
            version: Some("3"),
            parts: &[],
            arguments: &arguments,
            arguments_hash: 7,
            codec: None,
            attachments,
            nanos: 5,
        };
        stash.store(&new, Written::of(bytes.to_vec())).unwrap();
        new.key
    }

    fn put(stash: &Stash, name: &str, bytes: &[u8]) -> Digest {
        put_with(stash, name, bytes, &[])
    }

    fn all(stash: &Stash) -> Vec<NutInfo> {
        let mut nuts = stash.list(&Filter::All).unwrap();
        nuts.sort_by_key(|nut| nut.key);
        nuts
    }

    fn value(stash: &Stash, key: &Digest) -> Option<Vec<u8>> {
        stash.lookup(key).unwrap().map(|nut| stash.load(&nut).unwrap())
    }

    /// Small and large values, one that names a file, one that was stored twice, and one that was deleted.
    fn stocked(place: &Place) -> Vec<NutInfo> {
        let stash = place.stash();
        put(&stash, "small", b"nut");
        put(&stash, "large", &vec![7; INLINE_LIMIT + 1]);
        put(&stash, "twice", b"first");
        put(&stash, "twice", b"second");
        let deleted = put(&stash, "deleted", b"gone");
        let file = place.root.join("../file.txt");
        fs::write(&file, "content").unwrap();
        put_with(
            &stash,
            "file",
            b"names one",
            &[Attachment { digest: Digest::of(b"content"), given: file.clone(), path: file }],
        );
        assert_eq!(stash.remove_keys(&[deleted]).unwrap().nuts, 1);
        all(&stash)
    }

    /// What is told of nuts, but for the counts of uses.
    fn lasting(nuts: &[NutInfo]) -> Vec<String> {
        nuts.iter().map(|nut| format!("{:?}", NutInfo { used: 0, uses: 0, ..nut.clone() })).collect()
    }

    #[test]
    fn a_lost_index_is_made_again_with_all_that_was_in_it_and_nothing_that_was_deleted() {
        let place = Place::new();
        let before = stocked(&place);
        place.lose_index();
        assert_eq!(Stash::find(place.root.parent().unwrap()), Some(place.root.clone()));
        let stash = Stash::open(&place.root).unwrap();
        assert_eq!(lasting(&all(&stash)), lasting(&before));
        assert_eq!(value(&stash, &Digest::of(b"twice")).unwrap(), b"second");
        assert_eq!(value(&stash, &Digest::of(b"large")).unwrap(), vec![7; INLINE_LIMIT + 1]);
        assert_eq!(value(&stash, &Digest::of(b"deleted")), None);
        let checked = stash.check().unwrap();
        assert!(checked.is_sound() && checked.nuts == 4 && checked.unused_files == 0, "{checked:?}");
        // What is deleted and stored from here on is known next time.
        let again = put(&stash, "deleted", b"stored again");
        stash.remove_keys(&[Digest::of(b"small")]).unwrap();
        drop(stash);
        place.lose_index();
        let stash = place.stash();
        assert_eq!(value(&stash, &again).unwrap(), b"stored again");
        assert_eq!(value(&stash, &Digest::of(b"small")), None);
    }

    #[test]
    fn a_damaged_index_is_made_again_when_asked_and_kept() {
        let place = Place::new();
        let before = stocked(&place);
        place.lose_index();
        fs::write(place.at(INDEX), b"no database, and long enough to be taken for one".repeat(9)).unwrap();
        assert!(matches!(Stash::open(&place.root), Err(StashError::Damaged { .. })));
        let rebuilt = Stash::rebuild(&place.root).unwrap();
        assert_eq!(rebuilt, Rebuilt { nuts: 4, ..Rebuilt::default() });
        assert_eq!(lasting(&all(&place.stash())), lasting(&before));
        assert!(fs::read(place.at("index.db-replaced")).unwrap().starts_with(b"no database"));
        assert!(place.stash().other_things().is_empty());
        assert!(place.stash().dismantle(false).unwrap());
    }

    #[test]
    fn what_only_the_index_has_survives_its_being_made_again() {
        let place = Place::new();
        let before = stocked(&place);
        fs::write(place.at(RECORDS), b"nothing of what was there").unwrap();
        assert_eq!(place.stash().check().unwrap().without_record, 4);
        assert_eq!(Stash::rebuild(&place.root).unwrap().nuts, 4);
        assert_eq!(lasting(&all(&place.stash())), lasting(&before));
        assert!(place.stash().check().unwrap().is_sound());
    }

    #[test]
    fn what_only_the_records_have_survives_too() {
        let place = Place::new();
        let stash = place.stash();
        put(&stash, "in both", b"1");
        let old = fs::read(place.at(RECORDS)).unwrap();
        put(&stash, "in the index", b"2");
        stash.close();
        let lasting = fs::read(place.at(INDEX)).unwrap();
        // Another program stored into an index that was taken away from under it.
        fs::write(place.at(RECORDS), &old).unwrap();
        place.lose_index();
        put(&place.stash(), "in the records", b"3");
        place.lose_index();
        fs::write(place.at(INDEX), lasting).unwrap();
        assert_eq!(all(&place.stash()).len(), 2);
        assert_eq!(Stash::rebuild(&place.root).unwrap().nuts, 3);
        assert_eq!(all(&place.stash()).len(), 3);
    }

    #[test]
    fn what_only_the_records_have_is_kept_when_they_shrink() {
        let place = Place::new();
        let stash = place.stash();
        put(&stash, "in the records", b"1");
        drop(stash);
        place.lose_index();
        let records = place.records();
        fs::remove_file(place.at(RECORDS)).unwrap();
        let stash = place.stash();
        fs::write(place.at(RECORDS), records).unwrap();
        let keys: Vec<Digest> =
            (0..100).map(|number| put(&stash, &format!("f{number}"), &vec![1; INLINE_LIMIT])).collect();
        stash.remove_keys(&keys).unwrap();
        assert!(place.records().len() < 10_000);
        drop(stash);
        place.lose_index();
        assert_eq!(value(&place.stash(), &Digest::of(b"in the records")).unwrap(), b"1");
    }

    #[test]
    fn records_that_are_gone_are_written_again() {
        let place = Place::new();
        let before = stocked(&place);
        fs::remove_file(place.at(RECORDS)).unwrap();
        // By whoever opens the stash to write,
        let stash = place.stash();
        put(&stash, "later", b"1");
        // and by whoever has it open.
        fs::remove_file(place.at(RECORDS)).unwrap();
        put(&stash, "last", b"2");
        drop(stash);
        place.lose_index();
        assert_eq!(all(&place.stash()).len(), before.len() + 2);
    }

    #[test]
    fn a_piece_of_a_record_costs_none_of_the_others() {
        let place = Place::new();
        let stash = place.stash();
        put(&stash, "one", b"1");
        let cut = place.records();
        // Somebody was killed in the middle of writing, twice.
        for piece in [&cut[..cut.len() / 2], &cut[..5]] {
            fs::OpenOptions::new().append(true).open(place.at(RECORDS)).unwrap().write_all(piece).unwrap();
        }
        put(&stash, "two", b"2");
        drop(stash);
        place.lose_index();
        let stash = place.stash();
        assert_eq!(value(&stash, &Digest::of(b"one")).unwrap(), b"1");
        assert_eq!(value(&stash, &Digest::of(b"two")).unwrap(), b"2");
        assert!(stash.check().unwrap().damaged_record_bytes > 0);
        drop(stash);
        assert!(Stash::rebuild(&place.root).unwrap().damaged_bytes > 0);
    }

    #[test]
    fn every_flipped_byte_costs_one_record_at_most() {
        let place = Place::new();
        let stash = place.stash();
        for number in 0..5 {
            put(&stash, &number.to_string(), b"nut");
        }
        drop(stash);
        let whole = place.records();
        for at in (0..whole.len()).step_by(7) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            fs::write(place.at(RECORDS), bytes).unwrap();
            let mut records = Records::open(&place.at(RECORDS)).unwrap().unwrap();
            let mut count = 0;
            while records.next().unwrap().is_some() {
                count += 1;
            }
            // Code, and five nuts.
            assert_eq!((count, records.damaged > 0), (5, true), "byte {at}");
        }
    }

    #[test]
    fn results_whose_bytes_are_gone_or_others_are_told_and_left_out() {
        let place = Place::new();
        drop(stocked(&place));
        fs::remove_file(place.stash().content().path(&Digest::of(b"content"))).unwrap();
        let large = place.stash().content().path(&Digest::of(&vec![7; INLINE_LIMIT + 1]));
        fs::remove_file(&large).unwrap();
        fs::write(&large, vec![8; INLINE_LIMIT + 1]).unwrap();
        fs::create_dir_all(place.at("nuts/ab")).unwrap();
        fs::write(place.at(&format!("nuts/ab/ab{}", "0".repeat(62))), "left").unwrap();
        let checked = place.stash().check().unwrap();
        let kinds: Vec<_> = checked.flaws.iter().map(|flaw| (flaw.key, flaw.kind)).collect();
        assert_eq!(kinds.len(), 2);
        assert!(kinds.contains(&(Digest::of(b"large"), FlawKind::Damaged)), "{kinds:?}");
        assert!(kinds.contains(&(Digest::of(b"file"), FlawKind::Missing)), "{kinds:?}");
        assert_eq!((checked.unused_files, checked.unused_bytes), (1, 4));
        let rebuilt = Stash::rebuild(&place.root).unwrap();
        assert_eq!((rebuilt.nuts, rebuilt.without_bytes), (3, 1));
    }

    #[test]
    fn what_is_deleted_is_not_kept_in_the_records_for_long() {
        let place = Place::new();
        let stash = place.stash();
        let bytes = vec![1; INLINE_LIMIT];
        let keys: Vec<Digest> = (0..100).map(|number| put(&stash, &format!("f{number}"), &bytes)).collect();
        let before = place.records().len();
        stash.remove_keys(&keys[..90]).unwrap();
        assert!(place.records().len() < before / 5, "{before} and then {}", place.records().len());
        // Whoever had the file open writes into the one that is there now.
        put(&stash, "later", b"nut");
        drop(stash);
        place.lose_index();
        assert_eq!(all(&place.stash()).len(), 11);
    }

    #[test]
    fn many_writers_leave_whole_records() {
        let place = Place::new();
        drop(place.stash());
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let stash = place.stash();
                scope.spawn(move || {
                    for number in 0..25 {
                        put(&stash, &format!("{writer} {number}"), &vec![writer; 1000]);
                    }
                });
            }
        });
        place.lose_index();
        let stash = place.stash();
        assert_eq!(all(&stash).len(), 100);
        assert!(stash.check().unwrap().is_sound());
    }

    #[test]
    fn many_who_find_the_index_lost_make_it_once() {
        let place = Place::new();
        let before = stocked(&place);
        place.lose_index();
        std::thread::scope(|scope| {
            let all_of = || scope.spawn(|| lasting(&all(&Stash::open(&place.root).unwrap())));
            let openers: Vec<_> = (0..6).map(|_| all_of()).collect();
            for opener in openers {
                assert_eq!(opener.join().unwrap(), lasting(&before));
            }
        });
    }
}
