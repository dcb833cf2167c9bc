//! What becomes of values: damaged ones, files, and such as would not come back.

use scrat::Warning;
use scrat::prelude::*;
use serde::{Deserialize, Serialize};

use crate::sandbox::{Sandbox, counts};

#[stash(compress = false)]
fn fill(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i % 251) as u8).collect()
}

/// Whether reading a [`Moody`] panics.
static IS_MOODY: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

#[derive(Debug, PartialEq, Serialize)]
struct Moody(u64);

impl<'de> Deserialize<'de> for Moody {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        assert!(!IS_MOODY.load(std::sync::atomic::Ordering::Relaxed), "not today");
        Ok(Self(u64::deserialize(from)?))
    }
}

#[stash]
fn moody(n: u64) -> Moody {
    Moody(n)
}

#[test]
fn a_type_that_panics_as_it_is_read_costs_a_run_wherever_its_bytes_are() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine();
    let call = || assert_eq!(engine.enter(|| moody(3)), Moody(3));
    call();
    call();
    IS_MOODY.store(true, std::sync::atomic::Ordering::Relaxed);
    call();
    assert!(matches!(sandbox.warnings()[..], [Warning::Unreadable { .. }, ..]), "its bytes were in memory");
    let engine = sandbox.engine();
    assert_eq!(engine.enter(|| (moody(3), moody(3))), (Moody(3), Moody(3)), "they are on the disk");
    IS_MOODY.store(false, std::sync::atomic::Ordering::Relaxed);
    call();
}

#[test]
fn a_damaged_value_is_set_aside_and_computed_again() {
    let sandbox = Sandbox::new();
    let whole = sandbox.enter(|| fill(40_000));
    let [file] = &sandbox.content()[..] else { panic!("a value above 32 KiB has a file: {:?}", sandbox.content()) };
    assert_eq!(sandbox.enter(|| fill(40_000)), whole);
    assert_eq!(counts(fill::stats()), (1, 1));

    // One bit, in a file that is read-only to those who mean well.
    let mut bytes = std::fs::read(file).unwrap();
    bytes[20_000] ^= 1;
    std::fs::remove_file(file).unwrap();
    std::fs::write(file, &bytes).unwrap();
    assert_eq!(sandbox.enter(|| fill(40_000)), whole, "never a wrong value");
    assert_eq!(counts(fill::stats()), (1, 2));
    assert!(matches!(sandbox.warnings()[..], [Warning::Damaged { .. }]));
    let aside = sandbox.path(".scrat/damaged").join(file.file_name().unwrap());
    assert_eq!(std::fs::read(aside).unwrap(), bytes, "what was damaged is kept");
    assert_eq!(sandbox.enter(|| fill(40_000)), whole);
    assert_eq!(counts(fill::stats()), (2, 2), "hit: it was stored again");

    // Gone altogether, and cut short.
    std::fs::remove_file(file).unwrap();
    assert_eq!(sandbox.enter(|| fill(40_000)), whole);
    std::fs::remove_file(file).unwrap();
    std::fs::write(file, &whole[..100]).unwrap();
    assert_eq!(sandbox.enter(|| fill(40_000)), whole);
    assert_eq!(counts(fill::stats()), (2, 4));
    assert_eq!(sandbox.warnings().len(), 2);
}

#[stash]
fn count_lines(text: scrat::File) -> Result<usize> {
    Ok(text.read_to_string()?.lines().count())
}

/// Reads a file while somebody edits it and changes it back, as soon as the clock of the file system tells the difference.
#[cfg(unix)]
#[stash]
fn read_amid_edits(text: scrat::File) -> Result<String> {
    use std::os::unix::fs::MetadataExt;
    let before = text.read()?;
    let changed = || std::fs::metadata(&text).map(|metadata| (metadata.ctime(), metadata.ctime_nsec()));
    let then = changed()?;
    loop {
        std::fs::write(&text, "others")?;
        let seen = text.read_to_string()?;
        std::fs::write(&text, &before)?;
        if changed()? != then {
            return Ok(seen);
        }
    }
}

#[test]
#[cfg(unix)]
fn a_file_that_was_another_while_the_function_read_it_keeps_the_result_from_being_stored() {
    let sandbox = Sandbox::new();
    let text = sandbox.path("text");
    std::fs::write(&text, "mine").unwrap();
    assert_eq!(sandbox.enter(|| read_amid_edits(scrat::File::new(&text)).unwrap()), "others");
    assert!(matches!(&sandbox.warnings()[..], [Warning::InputChanged { path, .. }] if *path == text));
    sandbox.enter(|| assert!(!read_amid_edits::is_stashed(scrat::File::new(&text))));
}

#[stash]
fn write_lines(to: String, lines: usize) -> Result<scrat::File> {
    std::fs::write(&to, "nut\n".repeat(lines))?;
    Ok(scrat::File::new(to))
}

#[test]
fn miss_for_an_edited_file_and_a_returned_file_comes_back_with_its_content() {
    let sandbox = Sandbox::new();
    let [text, copy, made] = ["text", "copy", "made"].map(|name| sandbox.path(name));
    std::fs::write(&text, "a\nb\n").unwrap();
    std::fs::write(&copy, "a\nb\n").unwrap();
    sandbox.enter(|| {
        assert_eq!(count_lines(scrat::File::new(&text)).unwrap(), 2);
        assert_eq!(count_lines(scrat::File::new(&copy)).unwrap(), 2);
        assert_eq!(counts(count_lines::stats()), (1, 1), "hit: the content counts, not the place");
        // The same size, within the same moment.
        std::fs::write(&text, "a\n\n\n").unwrap();
        assert_eq!(count_lines(scrat::File::new(&text)).unwrap(), 3);
        assert_eq!(counts(count_lines::stats()), (1, 2));
        std::fs::remove_file(&text).unwrap();
        assert!(count_lines(scrat::File::new(&text)).is_err());
    });
    let gone = sandbox.warnings();
    assert!(matches!(&gone[..], [Warning::NoKey { error, .. }] if error.contains("text")), "{gone:?}");

    let name = made.to_str().unwrap().to_owned();
    sandbox.enter(|| write_lines(name.clone(), 3).unwrap());
    std::fs::remove_file(&made).unwrap();
    let file = sandbox.enter(|| write_lines(name.clone(), 3).unwrap());
    assert_eq!(file.read_to_string().unwrap(), "nut\nnut\nnut\n");
    assert!(file.path().starts_with(sandbox.path(".scrat").canonicalize().unwrap()), "{file}");
    assert!(!made.exists());
    assert_eq!(counts(write_lines::stats()), (1, 1));
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Nest {
    #[serde(skip_serializing_if = "Option::is_none")]
    twigs: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    leaves: Option<u32>,
}

#[stash]
fn build(twigs: u32) -> Nest {
    Nest { twigs: None, leaves: Some(twigs) }
}

#[stash]
fn look(at: u32) -> serde_json::Value {
    serde_json::json!({ "at": at })
}

#[test]
fn a_value_that_would_not_come_back_is_refused_aloud_once_and_still_returned() {
    let sandbox = Sandbox::new();
    sandbox.enter(|| {
        for number in [1, 2, 1] {
            assert_eq!(build(number), Nest { twigs: None, leaves: Some(number) });
            assert_eq!(look(number), serde_json::json!({ "at": number }));
        }
        assert!(!build::is_stashed(1) && !look::is_stashed(1));
    });
    let refused: Vec<_> = sandbox
        .warnings()
        .into_iter()
        .map(|warning| match warning {
            Warning::Unstorable { function, error } => format!("{function}: {error}"),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(refused.len(), 2, "{refused:?}");
    assert!(
        refused[0].starts_with("direct::values::build: ") && refused[0].contains("skip_serializing_if"),
        "{refused:?}"
    );
    assert!(refused[1].starts_with("direct::values::look: ") && refused[1].contains("Value"), "{refused:?}");
    assert_eq!((counts(build::stats()), counts(look::stats())), ((0, 3), (0, 3)));
}

/// Numbers in chunks, of which only the numbers count: as in a data frame, the chunks show in how long a sum takes and
/// in its last bits.
#[derive(Debug, Clone)]
struct Column(Vec<Vec<f64>>);

impl Column {
    fn numbers(&self) -> Vec<f64> {
        self.0.concat()
    }
}

impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        self.numbers() == other.numbers()
    }
}

impl Serialize for Column {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.numbers().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(|numbers| Self(vec![numbers]))
    }
}

#[stash]
fn column(chunks: u32) -> Column {
    Column((0..chunks).map(|chunk| vec![f64::from(chunk); 3]).collect())
}

#[stash]
fn checked_column(chunks: u32) -> Result<Column> {
    Ok(Column((0..chunks).map(|chunk| vec![f64::from(chunk); 3]).collect()))
}

#[test]
fn a_value_is_the_same_whether_it_is_fresh_or_stored_even_in_what_does_not_count() {
    let sandbox = Sandbox::new();
    sandbox.enter(|| {
        let (fresh, stored) = (column(4), column(4));
        assert_eq!((fresh.0.len(), stored.0.len()), (1, 1));
        let (fresh, stored) = (checked_column(4).unwrap(), checked_column(4).unwrap());
        assert_eq!((fresh.0.len(), stored.0.len()), (1, 1));
    });
    assert_eq!(counts(column::stats()), (1, 1));
    assert_eq!(counts(checked_column::stats()), (1, 1));
}

#[stash]
fn steady(count: usize) -> Vec<f64> {
    vec![1.5; count]
}

#[stash(compress = false)]
fn steady_as_it_is(count: usize) -> Vec<f64> {
    vec![2.5; count]
}

#[test]
fn a_large_result_is_compressed_where_that_is_worth_it_and_not_refused() {
    const COUNT: usize = 50_000;
    let sandbox = Sandbox::new();
    let check = || {
        assert_eq!(steady(COUNT), vec![1.5; COUNT]);
        assert_eq!(steady_as_it_is(COUNT), vec![2.5; COUNT]);
    };
    sandbox.enter(check);
    let mut files = sandbox.content();
    files.sort_by_key(|file| file.metadata().unwrap().len());
    let [packed, plain] = &files[..] else { panic!("{files:?}") };
    assert!(packed.extension().is_some_and(|ending| ending == "zst"), "{packed:?}");
    assert!(packed.metadata().unwrap().len() < 1_000);
    assert_eq!(plain.metadata().unwrap().len(), 8 * COUNT as u64);
    sandbox.enter(check);
    assert_eq!((counts(steady::stats()), counts(steady_as_it_is::stats())), ((1, 1), (1, 1)));
    let checked = sandbox.enter(|| scrat::Engine::current().stash().unwrap().check().unwrap());
    assert!(checked.is_sound() && checked.unused_files == 0, "{checked:?}");

    // Damage is noticed in a compressed file as well.
    let mut bytes = std::fs::read(packed).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    std::fs::remove_file(packed).unwrap();
    std::fs::write(packed, &bytes).unwrap();
    let checked = sandbox.enter(|| scrat::Engine::current().stash().unwrap().check().unwrap());
    assert_eq!(checked.flaws.len(), 1, "{checked:?}");
    sandbox.enter(check);
    assert_eq!(counts(steady::stats()), (1, 2));
    assert!(matches!(sandbox.warnings()[..], [Warning::Damaged { .. }]));
    sandbox.enter(check);
    assert_eq!(counts(steady::stats()), (2, 2));
    sandbox.enter(|| steady::clear().unwrap());
    assert!(!packed.exists() && plain.exists());
}

#[stash]
fn ramp(count: u32) -> scrat::Mapped<[f64]> {
    (0..count).map(f64::from).collect()
}

#[stash]
fn last_of(numbers: scrat::Mapped<[f64]>, all: &[f64]) -> f64 {
    numbers[numbers.len() - 1] + all[0]
}

#[test]
fn a_mapped_list_lies_in_its_file_and_a_damaged_one_is_computed_again() {
    let sandbox = Sandbox::new();
    let whole: Vec<f64> = (0..40_000).map(f64::from).collect();
    sandbox.enter(|| assert_eq!(ramp(40_000), scrat::Mapped::from(whole.clone())));
    let [file] = &sandbox.content()[..] else { panic!("one file, and not compressed: {:?}", sandbox.content()) };
    assert_eq!(file.metadata().unwrap().len(), 8 * 40_000);
    sandbox.enter(|| {
        let mapped = ramp(40_000);
        assert_eq!(*mapped, whole[..]);
        assert_eq!(last_of(mapped.clone(), &mapped), 39_999.0);
        assert_eq!(last_of(whole.clone().into(), &whole), 39_999.0);
        ramp::clear().unwrap();
        assert!(!file.exists());
        assert_eq!(*mapped, whole[..], "a map outlives the file's name");
        ramp(40_000);
    });
    assert_eq!((counts(ramp::stats()), counts(last_of::stats())), ((1, 2), (1, 1)));

    let mut bytes = std::fs::read(file).unwrap();
    bytes[100] ^= 1;
    std::fs::remove_file(file).unwrap();
    std::fs::write(file, &bytes).unwrap();
    sandbox.enter(|| assert_eq!(*ramp(40_000), whole[..]));
    assert_eq!(counts(ramp::stats()), (1, 3));
    assert!(matches!(sandbox.warnings()[..], [Warning::Damaged { .. }]));
    // A short one is in the index.
    sandbox.enter(|| assert_eq!((ramp(3), ramp(3).len()), (vec![0.0, 1.0, 2.0].into(), 3)));
}
