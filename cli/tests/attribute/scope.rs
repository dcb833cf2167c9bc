//! Functions that are called like something else in scope.

use scrat::prelude::*;

use crate::{counts, twice};

mod clean {
    use scrat::prelude::*;

    #[stash]
    pub fn clean(x: u64) -> u64 {
        x + 1
    }

    pub fn step() -> Step<u64> {
        clean::step(1)
    }
}
use clean::clean;

mod beside {
    #![allow(dead_code, non_camel_case_types, reason = "they are there for their names")]
    use scrat::prelude::*;

    pub mod sort {
        pub fn kind() -> u64 {
            1
        }
    }
    #[stash]
    pub fn sort(x: u64) -> u64 {
        x + sort::kind()
    }

    pub struct shape {
        pub x: u64,
    }
    #[stash]
    pub fn shape(x: u64) -> u64 {
        shape { x }.x
    }

    use std::fmt;
    #[stash]
    pub fn fmt(x: u64) -> std::result::Result<u64, fmt::Error> {
        Ok(x)
    }
}

mod elsewhere {
    pub mod route {
        pub fn kind() -> u64 {
            2
        }
    }
    mod found {
        #[scrat::stash]
        pub fn route(x: u64) -> u64 {
            x + u64::from(route::is_stashed(0))
        }
    }
    pub use found::{route, stashed_route};
}

#[stash]
fn serde_json(x: u64) -> String {
    serde_json::to_string(&x).unwrap_or_default()
}

#[stash]
fn str(text: &str) -> usize {
    text.len()
}

#[stash]
fn attribute(x: u64) -> u64 {
    x
}

fn in_a_block() -> u64 {
    #[stash]
    fn inner(x: u64) -> u64 {
        x + 1
    }
    drop(inner::step(1));
    inner(1)
}

mod outer {
    fn nothing() -> u64 {
        0
    }

    #[scrat::stash]
    pub fn same(x: u64) -> u64 {
        x + 1
    }

    pub mod inner {
        use super::*;

        #[scrat::stash]
        pub fn same(x: u64) -> u64 {
            x + u64::from(same::is_stashed(x)) + nothing()
        }

        pub fn above() -> u64 {
            super::same(1) + u64::from(super::same::is_stashed(1))
        }
    }
}

macro_rules! stashed {
    ($name:ident, $kind:ty, $value:ty) => {
        #[stash]
        fn $name(of: $kind) -> $value {
            of.len() as u64
        }
    };
}
stashed!(made, &str, u64);
stashed!(made_too, &[u8], u64);

#[test]
fn what_a_macro_writes_can_be_stashed() {
    twice(|| {
        assert_eq!((made("oak"), made_too(&[1])), (3, 1));
        drop((made::step("oak"), made_too::step(vec![1])));
    });
    assert_eq!(counts(made::stats()), (1, 1));
}

#[test]
fn a_function_may_be_called_like_one_that_a_glob_brings() {
    twice(|| assert_eq!((outer::inner::same(1), outer::inner::above()), (1, 3)));
}

#[test]
fn a_module_a_type_an_import_or_a_crate_may_have_the_functions_name() {
    twice(|| {
        assert_eq!((clean(1), clean::clean(1)), (2, 2));
        drop((clean::step(), clean::stashed_clean::step(1)));
        assert_eq!((beside::sort(1), beside::sort::kind(), beside::shape(1), beside::fmt(1)), (2, 1, 1, Ok(1)));
        drop((beside::stashed_sort::step(1), beside::stashed_shape::step(1), beside::stashed_fmt::step(1)));
        assert_eq!((elsewhere::route::kind(), elsewhere::route(1)), (2, 1));
        drop(elsewhere::stashed_route::step(1));
        assert_eq!((serde_json(1), str("oak"), attribute(1), in_a_block()), ("1".to_owned(), 3, 1, 2));
        drop((stashed_serde_json::step(1), stashed_str::step("oak"), attribute::step(1)));
    });
    assert_eq!(counts(clean::stashed_clean::stats()), (3, 1));
}
