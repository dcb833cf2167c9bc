//! How well can a penguin's species be told from its measurements, and how sure is that? See the README.

mod bootstrap;
mod chart;
mod cleaning;
mod data;
mod evaluate;
mod folds;
mod model;
mod random;
mod reading;
mod report;

use bootstrap::{confidence_interval, resample};
use chart::draw_chart;
use cleaning::clean;
use evaluate::{choose, score};
use folds::split;
use model::Setting;
use reading::load;
use report::write_report;
use scrat::prelude::*;

/// Tells the species of penguins from their measurements, and says how often that is right.
#[pipeline(
    csv = "data/penguins.csv",
    folds = 5,
    repeats = 10,
    neighbours = [1, 3, 5, 9, 15],
    depths = [2, 3, 4, 6, 8],
    trees = 100,
    resamples = 200,
    confidence = 0.95,
    seed = 1,
)]
#[expect(clippy::too_many_arguments, reason = "each is a flag of the command, with its own default")]
fn penguins(
    /// The measurements, one row for each bird
    csv: scrat::File,
    /// Groups of which each in turn is the test
    folds: usize,
    /// Times that the birds are dealt into folds
    repeats: usize,
    /// Numbers of neighbours to try
    neighbours: Vec<usize>,
    /// Depths to try, for single trees and for forests
    depths: Vec<usize>,
    /// Trees in a forest
    trees: usize,
    /// Random draws of birds for the confidence interval
    resamples: usize,
    /// Share of the resamples inside the interval
    confidence: f64,
    /// Start of all random numbers
    seed: u64,
) -> (Step<String>, Step<String>) {
    let records = load::step(csv);
    let flock = clean::step(&records);
    let deals = split::step(&flock, folds, repeats, seed);

    let single = depths.iter().map(|&depth| Setting::Tree { depth });
    let nearest = neighbours.into_iter().map(|count| Setting::Neighbours { count });
    let forests = depths.iter().map(|&depth| Setting::Forest { trees, depth });
    let settings: Vec<Setting> = single.chain(nearest).chain(forests).collect();

    let scores: Vec<_> = settings
        .into_iter()
        .flat_map(|setting| (0..folds).map(move |fold| (setting, fold)))
        .map(|(setting, fold)| score::step(&flock, &deals, fold, setting, seed))
        .collect();
    let chosen = choose::step(&scores);
    let outcomes: Vec<_> = (0..resamples).map(|number| resample::step(&flock, &chosen, number, seed)).collect();
    let interval = confidence_interval::step(&outcomes, confidence);
    let report = write_report::step(&records, &flock, &scores, &chosen, &outcomes, &interval);
    let chart = draw_chart::step(&scores, &chosen, &outcomes, &interval);
    (report.export("results/report.md"), chart.export("results/chart.svg"))
}

fn main() -> std::process::ExitCode {
    scrat::main()
}
