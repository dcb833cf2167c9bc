//! Plans of polars, as the frames that they come to.

use polars_core::df;
use polars_core::prelude::DataFrame;
use polars_lazy::prelude::{IntoLazy, LazyFrame, col, lit};
use scrat::{Literal, Step, pipeline, stash};
use scrat_engine::{Force, Given, Plan, RunOptions, pipelines};

use crate::with_stash;

fn frame() -> DataFrame {
    df!("name" => ["oak", "elm", "fir"], "nuts" => [3, 1, 2]).unwrap()
}

#[stash]
fn rich(trees: LazyFrame, least: i32) -> LazyFrame {
    trees.filter(col("nuts").gt_eq(lit(least)))
}

#[stash]
fn count(trees: &LazyFrame) -> usize {
    trees.clone().collect().unwrap().height()
}

#[pipeline]
fn counted() -> Step<usize> {
    count::step(rich::step(Literal(frame().lazy()), 2))
}

#[test]
fn a_plan_is_an_argument_and_a_result_and_another_plan_to_the_same_frame_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let warnings = with_stash(folder.path(), |engine| {
        let found = rich(frame().lazy(), 2);
        assert_eq!(found.clone().collect().unwrap().height(), 2);
        assert_eq!(count(&found), 2);
        let same = df!("nuts" => [3, 1, 2]).unwrap().lazy().with_column(lit("x").alias("y")).select([col("nuts")]);
        let same = same.collect().unwrap();
        let again = frame().lazy().select([col("nuts")]);
        assert_eq!(count(&same.lazy()), 3);
        assert_eq!(count(&again), 3);
        assert_eq!(count(&rich(frame().lazy().filter(lit(true)), 2)), 2);
        assert_eq!((rich::stats().hits, rich::stats().misses), (1, 1));
        assert_eq!((count::stats().hits, count::stats().misses), (2, 2));

        let pipeline = pipelines().into_iter().find(|pipeline| pipeline.name == "counted").unwrap();
        let graph = pipeline.graph(&Given::default()).unwrap();
        let plan = Plan::new(engine, &graph, &Force::Nothing);
        let report = scrat_engine::run(engine, "counted", &graph, &plan, &RunOptions::default()).unwrap();
        assert_eq!((report.totals.ran, report.totals.failed), (0, 0), "{report:?}");
    });
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn a_plan_that_fails_is_warned_of_and_the_function_runs() {
    #[stash]
    fn is_sound(trees: &LazyFrame) -> bool {
        trees.clone().collect().is_ok()
    }
    let folder = tempfile::tempdir().unwrap();
    let warnings = with_stash(folder.path(), |_| {
        for _ in 0..2 {
            assert!(!is_sound(&frame().lazy().select([col("acorns")])));
        }
        assert_eq!(is_sound::stats().hits, 0);
    });
    assert!(warnings.iter().any(|warning| warning.contains("acorns")), "{warnings:?}");
}
