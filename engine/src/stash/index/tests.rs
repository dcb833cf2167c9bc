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
