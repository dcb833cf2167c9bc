//! Generic functions: two types never share a key, however alike their names are, and one type keeps its own.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(unreachable_pub, reason = "a module stands for that of a library")]

use std::sync::Arc;

use scrat::prelude::*;
use scrat::{Engine, Stash};

/// Works with a new stash.
fn with_stash(work: impl FnOnce()) {
    let folder = tempfile::tempdir().unwrap();
    let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
    Arc::new(Engine::new(Some(stash), |_| ())).enter(work);
}

trait Rate {
    const PER_HOUR: u64;
}

#[stash]
fn cost<T: Rate + ?Sized>(hours: u64) -> u64 {
    T::PER_HOUR * hours
}

macro_rules! cost_at {
    ($rate:expr, $hours:expr) => {{
        struct Fixed;
        impl Rate for Fixed {
            const PER_HOUR: u64 = $rate;
        }
        cost::<Fixed>($hours)
    }};
}

macro_rules! wrapped_cost_at {
    ($rate:expr, $hours:expr) => {{
        struct Fixed;
        impl Rate for Option<Fixed> {
            const PER_HOUR: u64 = $rate;
        }
        cost::<Option<Fixed>>($hours)
    }};
}

#[test]
fn types_of_two_blocks_have_two_results() {
    with_stash(|| {
        for _ in 0..2 {
            assert_eq!((cost_at!(10, 1), cost_at!(20, 1)), (10, 20));
            assert_eq!((wrapped_cost_at!(30, 1), wrapped_cost_at!(40, 1)), (30, 40));
        }
    });
}

mod shop {
    //! A module that a function shares its name with: what is inside either has the same path.
    pub struct Fixed;
    impl super::Rate for Fixed {
        const PER_HOUR: u64 = 1;
    }
}

fn shop() -> u64 {
    struct Fixed;
    impl Rate for Fixed {
        const PER_HOUR: u64 = 2;
    }
    cost::<Fixed>(7)
}

#[test]
fn a_type_of_a_module_and_one_of_a_function_of_its_name_have_two_results() {
    assert_eq!(std::any::type_name::<shop::Fixed>(), "types::shop::Fixed");
    with_stash(|| {
        for _ in 0..2 {
            assert_eq!((cost::<shop::Fixed>(7), shop()), (7, 14));
        }
    });
}

const _: () = {
    struct Hidden;
    impl Rate for Hidden {
        const PER_HOUR: u64 = 5;
    }
    impl Rate for dyn Fn() -> Hidden {
        const PER_HOUR: u64 = 6;
    }
};

impl Rate for &[shop::Fixed] {
    const PER_HOUR: u64 = 8;
}

fn borrowed<'a>(_: &'a [shop::Fixed]) -> u64 {
    cost::<&'a [shop::Fixed]>(1)
}

#[test]
fn a_type_that_borrows_has_results_too() {
    with_stash(|| {
        assert_eq!((borrowed(&[]), borrowed(&[shop::Fixed])), (8, 8));
    });
}

struct Meter;
struct Mile;
impl Rate for Meter {
    const PER_HOUR: u64 = 3;
}
impl Rate for Mile {
    const PER_HOUR: u64 = 4;
}

#[test]
fn a_type_of_a_module_keeps_its_result() {
    with_stash(|| {
        for _ in 0..2 {
            assert_eq!((cost::<Meter>(9), cost::<Mile>(9), cost::<[u8; 3]>(9)), (27, 36, 9));
        }
        assert!(cost::is_stashed::<Meter>(9) && cost::forget::<Meter>(9).unwrap());
        assert!(!cost::is_stashed::<Meter>(9) && cost::is_stashed::<Mile>(9));
    });
}

impl<const N: usize> Rate for [u8; N] {
    const PER_HOUR: u64 = 1;
}

#[stash]
fn reported<T: Into<u64> + scrat::Value, F: Fn(u64)>(x: u32, #[stash(ignore)] progress: F, of: Vec<T>) -> u64 {
    progress(1);
    u64::from(x) + of.into_iter().map(Into::into).sum::<u64>()
}

#[stash]
fn named<F: Rate>(x: u64, #[stash(ignore)] rate: F) -> u64 {
    drop(rate);
    F::PER_HOUR * x
}

#[test]
fn a_type_that_only_an_ignored_parameter_has_counts_if_the_body_names_it() {
    let calls = std::cell::Cell::new(0);
    with_stash(|| {
        assert_eq!(reported(1, |_| calls.set(calls.get() + 1), vec![2_u32]), 3);
        assert_eq!(reported(1, |_| calls.set(calls.get() + 10), vec![2_u32]), 3);
        assert_eq!(reported(1, |_| calls.set(calls.get() + 10), vec![2_u8]), 3);
        assert_eq!((named(1, Meter), named(1, Mile)), (3, 4));
    });
    assert_eq!(calls.get(), 11);
}

struct Nest<T>(std::marker::PhantomData<T>);

impl<T: Rate> Nest<T> {
    #[stash]
    fn worth(hours: u64) -> u64 {
        T::PER_HOUR * hours
    }
}

#[test]
fn methods_of_two_types_have_two_results() {
    macro_rules! worth_at {
        ($rate:expr) => {{
            struct Fixed;
            impl Rate for Fixed {
                const PER_HOUR: u64 = $rate;
            }
            Nest::<Fixed>::worth(1)
        }};
    }
    with_stash(|| {
        for _ in 0..2 {
            assert_eq!((worth_at!(1), worth_at!(2), Nest::<Meter>::worth(1)), (1, 2, 3));
        }
    });
}

#[pipeline]
fn costs() -> Vec<Step<u64>> {
    macro_rules! step_at {
        ($rate:expr) => {{
            struct Fixed;
            impl Rate for Fixed {
                const PER_HOUR: u64 = $rate;
            }
            cost::step::<Fixed>(11)
        }};
    }
    vec![step_at!(10), step_at!(20), cost::step::<Meter>(11), cost::step::<Meter>(11)]
}

#[test]
fn steps_of_two_types_are_two() {
    let pipeline = scrat_engine::pipelines()[0];
    let graph = pipeline.graph(&scrat_engine::Given::default()).unwrap();
    assert_eq!(graph.len(), 3);
    let engine = Engine::new(None, |_| ());
    let plan = scrat_engine::Plan::new(&engine, &graph, &scrat_engine::Force::Nothing);
    let report = scrat_engine::run(&Arc::new(engine), "costs", &graph, &plan, &Default::default()).unwrap();
    assert_eq!(report.totals.failed, 0);
}

/// Numbers by which a tool converts.
trait Scale {
    const K: u64;
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Metric;

impl Scale for Metric {
    const K: u64 = 1000;
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Nautical;

impl Scale for Nautical {
    const K: u64 = 1852;
}

trait Convert<T> {
    fn convert(&self, x: u64) -> u64;
    fn of(x: u64) -> u64;
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Tool;

impl<T: Scale> Convert<T> for Tool {
    #[stash]
    fn convert(&self, x: u64) -> u64 {
        x * T::K
    }

    #[stash]
    fn of(x: u64) -> u64 {
        x * T::K
    }
}

#[test]
fn a_method_is_told_apart_by_the_types_of_its_impl_that_self_does_not_name() {
    with_stash(|| {
        assert_eq!(Convert::<Metric>::convert(&Tool, 2), 2000);
        assert_eq!(Convert::<Nautical>::convert(&Tool, 2), 3704);
        assert_eq!(<Tool as Convert<Metric>>::of(3), 3000);
        assert_eq!(<Tool as Convert<Nautical>>::of(3), 5556);
        assert_eq!(Convert::<Metric>::convert(&Tool, 2), 2000);
    });
}

macro_rules! times {
    ($factor:expr, $x:expr) => {{
        #[stash]
        fn multiplied(x: u64) -> u64 {
            x * $factor
        }
        multiplied($x)
    }};
}

macro_rules! times_constant {
    ($factor:expr, $x:expr) => {{
        const FACTOR: u64 = $factor;
        #[stash]
        fn by_constant(x: u64) -> u64 {
            x * FACTOR
        }
        by_constant($x)
    }};
}

#[test]
fn functions_that_one_macro_makes_in_two_blocks_are_two() {
    with_stash(|| {
        assert_eq!([times!(2, 10), times!(3, 10)], [20, 30]);
        assert_eq!([times_constant!(2, 10), times_constant!(3, 10)], [20, 30]);
    });
}

mod alike {
    #[derive(Debug)]
    pub struct Unit {}

    #[expect(non_snake_case, reason = "it is called like the type")]
    pub fn Unit() -> u64 {
        7
    }
}

trait Kind {
    const KIND: u64;
}

impl Kind for alike::Unit {
    const KIND: u64 = 1;
}

impl<F: Fn() -> u64> Kind for F {
    const KIND: u64 = 2;
}

#[stash]
fn kind_of<T: Kind>(x: u64) -> u64 {
    T::KIND * x
}

fn kind_of_function<F: Kind>(_: F, x: u64) -> u64 {
    kind_of::<F>(x)
}

#[test]
fn a_function_and_a_type_of_one_name_are_two_types() {
    with_stash(|| {
        assert_eq!(kind_of_function(alike::Unit, 5), 10);
        assert_eq!(kind_of::<alike::Unit>(5), 5);
    });
}
