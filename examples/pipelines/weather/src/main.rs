//! What will the weather in Seattle be, and which way of telling is the best? See the README.

mod chart;
mod day;
mod evaluate;
mod frame;
mod model;
mod reading;
#[cfg(test)]
mod reference;
mod report;
mod seasons;
mod series;

use chart::draw_chart;
use evaluate::{backtest, choose, predict, rank};
use model::Model;
use reading::parse;
use report::{write_leaderboard, write_report};
use scrat::prelude::*;
use seasons::decompose;
use series::{blank, fill};

/// Forecasts the weather in Seattle, with the model that would have been best in the past.
#[pipeline(
    csv = "data/seattle-weather.csv",
    column = "temp_max",
    gaps = 12,
    waves = [1, 3],
    horizons = [1, 7, 30, 90],
    learn = 730,
    stride = 7,
    days = 90,
)]
#[expect(clippy::too_many_arguments, reason = "each is a flag of the command, with its own default")]
fn weather(
    /// The measurements, one row for each day
    csv: scrat::File,
    /// What to forecast: precipitation, temp_max, temp_min or wind
    column: String,
    /// Gaps to make in the data, which have none, to see what filling them is worth
    gaps: usize,
    /// Numbers of waves to try
    waves: Vec<usize>,
    /// Numbers of days to foretell in the tests
    horizons: Vec<usize>,
    /// Days that a model learns from at least
    learn: usize,
    /// Days from one test to the next
    stride: usize,
    /// Days to forecast after the last
    days: usize,
) -> (Step<String>, Step<String>, Step<String>) {
    let measurements = parse::step(csv);
    let gappy = blank::step(&measurements, column.as_str(), gaps);
    let filled = fill::step(&gappy);
    let parts = decompose::step(&filled);

    let models = Model::all(&waves);
    let backtests: Vec<_> = models
        .iter()
        .flat_map(|&model| horizons.iter().map(move |&horizon| (model, horizon)))
        .map(|(model, horizon)| backtest::step(&filled, model, horizon, learn, stride))
        .collect();
    let leaderboard = rank::step(&backtests);
    let chosen = choose::step(&leaderboard, models);
    let forecast = predict::step(&filled, &chosen, days);

    let table = write_leaderboard::step(&leaderboard);
    let report = write_report::step(column.as_str(), &gappy, &filled, &parts, &leaderboard, &chosen);
    let chart = draw_chart::step(column.as_str(), &filled, &parts, &forecast, &leaderboard, &chosen);
    (table.export("results/leaderboard.csv"), report.export("results/report.md"), chart.export("results/chart.svg"))
}

fn main() -> std::process::ExitCode {
    scrat::main()
}
