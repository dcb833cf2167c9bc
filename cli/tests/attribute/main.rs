//! What may be written under `#[stash]`: any name, any ignored parameter, any way of saying `Result`, and names that
//! something else has as well.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(unreachable_pub, reason = "the modules stand for those of a library")]

mod awaited;
mod each;
mod ignored;
mod options;
mod scope;
mod spelling;

use std::sync::Arc;

use scrat::{Engine, Stash};

/// Runs something twice with a new stash, as two processes would.
fn twice(work: impl Fn()) {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
        Arc::new(Engine::new(Some(stash), |_| ())).enter(&work);
    }
}

/// Hits and misses of a function in this process.
fn counts(stats: scrat::Stats) -> (u64, u64) {
    (stats.hits, stats.misses)
}

mod names {
    //! Names that the macro might have used itself.
    use scrat::prelude::stash;

    #[stash]
    pub fn variables(
        arguments: u64,
        inputs: u64,
        pending: u64,
        value: u64,
        function: u64,
        builder: u64,
        run: u64,
    ) -> u64 {
        arguments + inputs + pending + value + function + builder + run
    }

    #[stash]
    pub fn more(engine: Vec<u64>, key: u64, wrong: u64, shape: u64, name: u64, argument_0: u64, stash: u64) -> u64 {
        engine.iter().sum::<u64>() + key + wrong + shape + name + argument_0 + stash
    }

    #[stash]
    pub fn patterns((argument_1, argument_0): (u64, u64), mut argument_2: u64, [a, b]: [u64; 2]) -> u64 {
        argument_2 += argument_0 - argument_1;
        argument_2 + a + b
    }

    #[stash]
    pub fn step(step: u64) -> u64 {
        step + 1
    }

    #[stash]
    pub fn begin(begin: &str) -> String {
        begin.to_uppercase()
    }

    #[stash]
    pub fn call_fresh(is_stashed: u64) -> u64 {
        is_stashed + 1
    }

    #[stash]
    pub fn r#type(r#match: u64, r#in: &str) -> u64 {
        r#match + r#in.len() as u64
    }

    pub struct Nest;
    impl Nest {
        #[stash]
        pub fn method(arguments: u64, pending: u64, (value, function): (u64, u64)) -> u64 {
            arguments + pending + value + function
        }

        #[stash]
        pub fn r#loop(r#fn: u64) -> u64 {
            r#fn + 1
        }
    }
}

#[test]
fn parameters_and_functions_may_have_any_name() {
    twice(|| {
        assert_eq!(names::variables(1, 1, 1, 1, 1, 1, 1), 7);
        assert_eq!(names::more(vec![1], 1, 1, 1, 1, 1, 1), 7);
        assert_eq!(names::patterns((1, 2), 3, [4, 5]), 13);
        assert_eq!((names::step(1), names::call_fresh(1)), (2, 2));
        assert_eq!(names::begin("oak"), "OAK");
        assert_eq!(names::r#type(1, "oak"), 4);
        assert_eq!((names::Nest::method(1, 1, (1, 1)), names::Nest::r#loop(1)), (4, 2));
        drop(names::step::step(names::step::step(1)));
        drop(names::r#type::step(1, "oak"));
        drop(names::variables::step(1, 1, 1, 1, 1, 1, 1));
    });
    assert_eq!(counts(names::variables::stats()), (1, 1));
    let described: Vec<_> = scrat::functions()
        .into_iter()
        .filter(|function| function.name().contains("type") || function.name().contains("loop"))
        .map(|function| {
            (function.name(), function.parameters().iter().map(|parameter| parameter.name).collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(
        described,
        [("attribute::names::<Nest>::loop", vec!["fn"]), ("attribute::names::type", vec!["match", "in"])]
    );
}

mod shadowed {
    //! Types, macros and modules that are called as what the macro's code needs.
    #![allow(non_camel_case_types, dead_code, unused_macros, reason = "that is the point")]

    pub struct Ok;
    pub struct Err;
    pub struct Some;
    pub struct None;
    pub struct Option;
    pub struct Vec;
    pub struct Result;
    pub struct Clone;
    pub struct Send;
    pub struct Fn;
    pub mod core {}
    pub mod std {}
    pub mod alloc {}
    pub mod scrat {}
    macro_rules! concat {
        () => {};
    }
    macro_rules! module_path {
        () => {};
    }

    trait Everywhere: Sized {
        fn finish(self, _: u64) -> u64 {
            0
        }
        fn with(self) {}
        fn add(self) {}
        fn take(self) {}
        fn lend(self) {}
        fn clone(self) {}
        fn into_owned(self) {}
    }
    impl<T> Everywhere for T {}

    #[::scrat::stash]
    pub fn sum(
        numbers: &[u64],
        #[stash(ignore)] step: u64,
        #[stash(ignore)] progress: impl ::std::ops::Fn(u64),
    ) -> u64 {
        progress(step);
        numbers.iter().sum()
    }
}

#[test]
fn nothing_in_scope_is_mistaken_for_what_the_macro_means() {
    twice(|| {
        assert_eq!(shadowed::sum(&[1, 2], 3, |_| ()), 3);
        drop(shadowed::sum::step(vec![1, 2], 3_u64, |_| ()));
    });
    assert_eq!(counts(shadowed::sum::stats()), (1, 1));
}
