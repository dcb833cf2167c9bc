use super::*;
use crate::digest::Digest;

#[test]
fn a_closed_stash_is_opened_again_by_whoever_uses_it() {
    let folder = tempfile::tempdir().unwrap();
    let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
    let key = Digest::of(b"key");
    for message in ["one", "two"] {
        stash.note_failure(&key, message).unwrap();
        assert_eq!(stash.last_failure(&key).unwrap().as_deref(), Some(message));
        stash.close();
    }
}

#[test]
fn whoever_waited_in_vain_does_not_wait_as_long_again() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join(".scrat");
    let stash = Stash::create(&root).unwrap();
    let key = Digest::of(b"key");
    let other = Connection::open(root.join("index.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    stash.patience.note(true);
    let short = stash.patience.limit();
    assert!(matches!(stash.note_failure(&key, "no"), Err(StashError::Locked { .. })));
    assert_eq!(stash.patience.limit(), short);
    other.execute_batch("COMMIT").unwrap();
    stash.note_failure(&key, "no").unwrap();
    assert!(stash.patience.limit() > short, "the next one is waited for again");
}

#[test]
#[cfg(target_os = "linux")]
fn one_writes_at_a_time_whatever_sqlite_knows_and_nobody_waits_for_long() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join(".scrat");
    let [first, second] = [(), ()].map(|()| Stash::create(&root).unwrap());
    let key = Digest::of(b"key");
    for stash in [&first, &second] {
        stash.note_failure(&key, "no").unwrap();
        stash.patience.note(true);
    }
    let turn = first.turn_to_write(Instant::now());
    assert!(matches!(turn, Some(Turn::Mine(_))));
    assert!(second.turn_to_write(Instant::now()).is_none());
    assert!(matches!(second.note_failure(&key, "other"), Err(StashError::Locked { .. })));
    assert_eq!(second.last_failure(&key).unwrap().as_deref(), Some("no"), "who reads waits for nobody");
    // As a process that was forked keeps it of one that was killed.
    let long_ago = Instant::now().checked_sub(Duration::from_secs(2)).unwrap();
    assert!(matches!(second.turn_to_write(long_ago), Some(Turn::Theirs)));
    second.note_failure(&key, "other").unwrap();
    drop(turn);
    assert!(matches!(second.turn_to_write(Instant::now()), Some(Turn::Mine(_))));
    assert!(matches!(first.turn_to_write(Instant::now()), Some(Turn::Mine(_))));
}

#[test]
#[cfg(unix)]
fn an_index_that_was_removed_or_replaced_is_missed() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join(".scrat");
    let stash = Stash::create(&root).unwrap();
    let key = Digest::of(b"key");
    assert!(!stash.is_index_astray());
    stash.note_failure(&key, "no").unwrap();
    assert!(!stash.is_index_astray());
    let [there, away] = ["index.db", "away.db"].map(|name| root.join(name));
    std::fs::rename(&there, &away).unwrap();
    assert!(stash.is_index_astray(), "it is gone");
    std::fs::write(&there, "").unwrap();
    assert!(stash.is_index_astray(), "another one is there");
    std::fs::rename(&away, &there).unwrap();
    assert!(!stash.is_index_astray());
    std::fs::remove_dir_all(&root).unwrap();
    assert!(stash.is_index_astray());
    assert!(matches!(stash.note_failure(&key, "no"), Err(StashError::Missing { .. })));
    assert!(
        matches!(stash.last_failure(&key), Err(StashError::Missing { .. })),
        "SQLite says no more than that it can't"
    );
    assert!(!root.exists(), "a stash that was removed is not made again");
}

#[test]
#[cfg(unix)]
fn whoever_has_a_removed_index_open_leaves_the_log_of_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join(".scrat");
    let [first, second] = [(), ()].map(|()| Stash::create(&root).unwrap());
    let keys = [b"one", b"two"].map(|name| Digest::of(name));
    first.note_failure(&keys[0], "no").unwrap();
    second.note_failure(&keys[0], "no").unwrap();
    std::fs::remove_file(root.join("index.db")).unwrap();
    first.note_failure(&keys[1], "no").unwrap();
    assert!(first.has_lost_index() && !second.has_lost_index());
    assert!(root.join("index.db-wal").exists());
    drop(second);
    assert!(root.join("index.db-wal").exists());
    assert!(Stash::open(&root).unwrap().last_failure(&keys[1]).unwrap().is_some());
}

#[test]
#[cfg(unix)]
fn an_index_that_was_removed_before_it_was_written_to_is_made_and_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join(".scrat");
    let stash = Stash::create(&root).unwrap();
    let key = Digest::of(b"key");
    assert_eq!(stash.last_failure(&key).unwrap(), None);
    std::fs::remove_file(root.join("index.db")).unwrap();
    stash.note_failure(&key, "no").unwrap();
    assert!(!stash.has_lost_index(), "nothing was lost");
    assert_eq!(stash.last_failure(&key).unwrap().as_deref(), Some("no"));
    drop(stash);
    assert_eq!(Stash::open(&root).unwrap().last_failure(&key).unwrap().as_deref(), Some("no"));
}

#[test]
fn closing_waits_for_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join(".scrat");
    let stash = Stash::create(&root).unwrap();
    stash.note_failure(&Digest::of(b"key"), "no").unwrap();
    let other = Connection::open(root.join("index.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    stash.note_miss("f");
    stash.close();
    other.execute_batch("COMMIT").unwrap();
    // The count that could not be written is still there.
    stash.close();
    assert_eq!(stash.totals().unwrap()[0].misses, 1);
}

#[test]
#[ignore = "it is called by the test below"]
fn storing_in_a_process_of_its_own() {
    let Ok(name) = std::fs::read("name") else { return };
    Stash::open(Path::new(".scrat")).unwrap().note_failure(&Digest::of(&name), "no").unwrap();
}

#[test]
#[cfg(target_os = "linux")]
fn who_reads_the_files_of_an_open_index_loses_nothing_to_others_that_come_and_go() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join(".scrat");
    let stash = Stash::create(&root).unwrap();
    let names = [b"first", b"other", b"third", b"again"];
    let keys = names.map(|name| Digest::of(name));
    let beside = |name: &[u8]| {
        std::fs::write(folder.path().join("name"), name).unwrap();
        let mut storing = std::process::Command::new(std::env::current_exe().unwrap());
        storing.current_dir(folder.path());
        storing.args(["--ignored", "--exact", "stash::index::tests::storing_in_a_process_of_its_own"]);
        assert!(storing.output().unwrap().status.success());
    };
    stash.note_failure(&keys[0], "no").unwrap();
    // As a copy that a program makes of all of its files: SQLite's locks in this process are gone then.
    for name in [INDEX, "index.db-shm"] {
        drop(std::fs::read(root.join(name)));
    }
    beside(names[1]);
    stash.note_failure(&keys[2], "no").unwrap();
    beside(names[3]);
    drop(stash);
    let stash = Stash::open(&root).unwrap();
    assert!(keys.iter().all(|key| stash.last_failure(key).unwrap().is_some()));
    stash.close();
    assert!(stash.files().log.is_none(), "whoever is the last removes the log");
}
