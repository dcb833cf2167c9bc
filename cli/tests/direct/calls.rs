//! What is an argument, and what a function knows of itself.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use scrat::Value;
use scrat::prelude::*;
use serde::{Deserialize, Serialize};

use crate::sandbox::{Sandbox, counts};

#[stash]
fn search(tree: &str, sizes: &[u8], folder: &std::path::Path, #[stash(ignore)] fails: bool) -> Result<Vec<usize>> {
    if fails {
        bail!("nothing in {tree}");
    }
    Ok(vec![tree.len(), sizes.len(), folder.components().count()])
}

#[test]
fn hit_for_equal_borrowed_arguments_and_errors_are_not_stored() {
    Sandbox::new().enter(|| {
        assert_eq!(search("oak", &[1], "a/b".as_ref(), true).unwrap_err().to_string(), "nothing in oak");
        assert!(!search::is_stashed("oak", &[1], "a/b".as_ref(), true));
        assert_eq!(search("oak", &[1], "a/b".as_ref(), false).unwrap(), [3, 1, 2]);
        // What is ignored is no part of the key.
        assert_eq!(search(&String::from("oak"), &Vec::from([1]), &PathBuf::from("a/b"), true).unwrap(), [3, 1, 2]);
        assert_eq!(counts(search::stats()), (1, 1), "an error counts neither way");
        assert_eq!(search("elm", &[1], "a/b".as_ref(), false).unwrap(), [3, 1, 2]);
        assert_eq!(counts(search::stats()), (1, 2));
    });
}

trait Tree: Value {
    const NAME: &'static str;
}

#[derive(Serialize, Deserialize)]
struct Oak(u32);
#[derive(Serialize, Deserialize)]
struct Hazel(u32);

impl Tree for Oak {
    const NAME: &'static str = "oak";
}
impl Tree for Hazel {
    const NAME: &'static str = "hazel";
}

#[stash]
fn describe<T: Tree>(tree: T) -> String {
    drop(tree);
    T::NAME.to_owned()
}

#[stash]
fn name_of<T: Tree>() -> String {
    T::NAME.to_owned()
}

#[test]
fn miss_for_another_type_with_equal_bytes() {
    let sandbox = Sandbox::new();
    for _ in 0..2 {
        sandbox.enter(|| {
            assert_eq!(describe(Oak(1)), "oak");
            assert_eq!(describe(Hazel(1)), "hazel");
            assert_eq!((name_of::<Oak>(), name_of::<Hazel>()), ("oak".to_owned(), "hazel".to_owned()));
        });
    }
    assert_eq!(counts(describe::stats()), (2, 2));
    assert_eq!(counts(name_of::stats()), (2, 2));
}

#[derive(Serialize, Deserialize, Clone)]
struct Scale {
    factor: u32,
}

static WEIGHED: AtomicU32 = AtomicU32::new(0);

impl Scale {
    #[stash]
    fn weigh(&self, nuts: u32) -> u32 {
        WEIGHED.fetch_add(1, Ordering::SeqCst);
        self.factor * nuts
    }

    #[stash]
    fn take_apart(self, mut parts: Vec<u32>) -> Result<Vec<u32>, String> {
        WEIGHED.fetch_add(1, Ordering::SeqCst);
        if parts.is_empty() {
            return Err("no parts".to_owned());
        }
        parts.push(self.factor);
        Ok(parts)
    }
}

#[test]
fn a_method_has_its_receiver_as_an_argument() {
    let sandbox = Sandbox::new();
    let (single, double) = (Scale { factor: 1 }, Scale { factor: 2 });
    for _ in 0..2 {
        sandbox.enter(|| {
            assert_eq!((single.weigh(3), double.weigh(3), double.weigh(4)), (3, 6, 8));
            assert_eq!(double.clone().take_apart(vec![1]), Ok(vec![1, 2]));
        });
    }
    assert_eq!(WEIGHED.load(Ordering::SeqCst), 4);
    sandbox.enter(|| {
        assert_eq!(double.clone().take_apart(Vec::new()), Err("no parts".to_owned()));
        assert_eq!(double.clone().take_apart(Vec::new()), Err("no parts".to_owned()));
    });
    assert_eq!(WEIGHED.load(Ordering::SeqCst), 6, "errors are not stored");
}

#[stash]
fn squirrel_away(nuts: u32) -> u32 {
    nuts + 1
}

#[test]
fn a_function_says_what_it_knows_and_forgets_what_it_is_told_to() {
    Sandbox::new().enter(|| {
        assert!(!squirrel_away::is_stashed(1));
        assert_eq!(squirrel_away::call_fresh(1), 2);
        assert!(!squirrel_away::is_stashed(1), "a fresh call stores nothing");
        assert_eq!(squirrel_away(1), 2);
        assert!(squirrel_away::is_stashed(1) && !squirrel_away::is_stashed(2));
        assert_eq!(squirrel_away(1), 2);
        assert_eq!(counts(squirrel_away::stats()), (1, 1));

        assert!(squirrel_away::forget(1).unwrap());
        assert!(!squirrel_away::forget(1).unwrap(), "there was nothing to forget");
        assert!(!squirrel_away::is_stashed(1));
        assert_eq!(squirrel_away(1), 2);
        assert_eq!(counts(squirrel_away::stats()), (1, 2), "miss after it was forgotten");

        squirrel_away(2);
        squirrel_away(3);
        assert_eq!(squirrel_away::clear().unwrap(), 3);
        assert_eq!(squirrel_away::clear().unwrap(), 0);
        squirrel_away(2);
        assert_eq!(counts(squirrel_away::stats()), (1, 5));
    });
}

#[stash]
fn fibonacci(n: u64) -> u64 {
    if n < 2 { n } else { fibonacci(n - 1) + fibonacci(n - 2) }
}

#[test]
fn a_function_that_calls_itself_runs_once_for_each_argument() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.enter(|| fibonacci(60)), 1_548_008_755_920);
    assert_eq!(counts(fibonacci::stats()), (58, 61));
    assert_eq!(sandbox.enter(|| fibonacci(61)), 2_504_730_781_961);
    assert_eq!(counts(fibonacci::stats()), (60, 62));
}

#[stash]
fn largest(stock: &HashMap<String, Vec<u32>>) -> u32 {
    stock.values().flatten().copied().max().unwrap_or(0)
}

#[test]
fn hit_for_an_equal_map_in_whatever_order() {
    Sandbox::new().enter(|| {
        let entry = |n: u32| (format!("tree {n}"), vec![n, n * 2]);
        let forwards: HashMap<_, _> = (0..100).map(entry).collect();
        let backwards: HashMap<_, _> = (0..100).rev().map(entry).collect();
        assert_eq!((largest(&forwards), largest(&backwards)), (198, 198));
        assert_eq!(counts(largest::stats()), (1, 1));
    });
}

#[stash]
fn prepare(nuts: u32) {
    assert!(nuts > 0);
}

#[stash]
fn check(nuts: u32) -> Result<()> {
    ensure!(nuts > 0, "no nuts");
    Ok(())
}

#[test]
fn a_function_that_returns_nothing_is_remembered_too() {
    Sandbox::new().enter(|| {
        prepare(1);
        prepare(1);
        assert!(check(0).is_err());
        check(1).unwrap();
        check(1).unwrap();
        assert_eq!((counts(prepare::stats()), counts(check::stats())), ((1, 1), (1, 1)));
    });
}
