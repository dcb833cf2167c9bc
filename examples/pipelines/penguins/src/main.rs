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

use anyhow::Result;
use bootstrap::{Outcome, confidence_interval, resample};
use chart::draw_chart;
use cleaning::clean;
use evaluate::{Score, choose, score};
use folds::split;
use model::Setting;
use reading::load;
use report::write_report;
use std::path::Path;

/// Tells the species of penguins from their measurements, and says how often that is right.
// pipeline(
//     csv = "data/penguins.csv",
//     folds = 5,
//     repeats = 10,
//     neighbours = [1, 3, 5, 9, 15],
//     depths = [2, 3, 4, 6, 8],
//     trees = 100,
//     resamples = 200,
//     confidence = 0.95,
//     seed = 1,
// )
#[expect(clippy::too_many_arguments, reason = "each is a flag of the command, with its own default")]
fn penguins(
    // The measurements, one row for each bird
    csv: &Path,
    // Groups of which each in turn is the test
    folds: usize,
    // Times that the birds are dealt into folds
    repeats: usize,
    // Numbers of neighbours to try
    neighbours: Vec<usize>,
    // Depths to try, for single trees and for forests
    depths: Vec<usize>,
    // Trees in a forest
    trees: usize,
    // Random draws of birds for the confidence interval
    resamples: usize,
    // Share of the resamples inside the interval
    confidence: f64,
    // Start of all random numbers
    seed: u64,
) -> Result<(String, String)> {
    let records = load(csv)?;
    let flock = clean(&records)?;
    let deals = split(&flock, folds, repeats, seed)?;

    let single = depths.iter().map(|&depth| Setting::Tree { depth });
    let nearest = neighbours.into_iter().map(|count| Setting::Neighbours { count });
    let forests = depths.iter().map(|&depth| Setting::Forest { trees, depth });
    let settings: Vec<Setting> = single.chain(nearest).chain(forests).collect();

    let mut scores: Vec<Score> = Vec::new();
    for setting in settings {
        for fold in 0..folds {
            scores.push(score(&flock, &deals, fold, setting, seed)?);
        }
    }
    let chosen = choose(scores.clone())?;
    let outcomes: Vec<Outcome> =
        (0..resamples).map(|number| resample(&flock, chosen, number, seed)).collect::<Result<_>>()?;
    let interval = confidence_interval(outcomes.clone(), confidence)?;
    let report = write_report(&records, &flock, scores.clone(), chosen, outcomes.clone(), &interval)?;
    let chart = draw_chart(scores, chosen, outcomes, &interval)?;
    Ok((report, chart))
}

#[expect(clippy::print_stdout, reason = "stands in for scrat::main() until there is one")]
fn main() -> Result<()> {
    let (neighbours, depths) = (vec![1, 3, 5, 9, 15], vec![2, 3, 4, 6, 8]);
    let (report, chart) = penguins(Path::new("data/penguins.csv"), 5, 10, neighbours, depths, 100, 200, 0.95, 1)?;
    std::fs::create_dir_all("results")?;
    std::fs::write("results/report.md", report)?;
    std::fs::write("results/chart.svg", chart)?;
    println!("results/report.md and results/chart.svg are written");
    Ok(())
}
