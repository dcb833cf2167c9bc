//! The report, as Markdown, and the leaderboard, as CSV.

use crate::evaluate::{Place, places};
use crate::frame::{Frame, days, holes, numbers};
use crate::model::Model;
use crate::seasons::mean;
use anyhow::{Result, ensure};
use scrat::stash;
use std::fmt::Write;

/// Writes the leaderboard as comma-separated values.
#[stash]
pub(crate) fn write_leaderboard(leaderboard: &Frame) -> Result<String> {
    let mut text = String::from("horizon,model,times,mean_absolute_error,root_mean_square_error\n");
    for Place { model, horizon, times, absolute, squared } in places(leaderboard)? {
        writeln!(text, "{horizon},{model},{times},{absolute:.6},{squared:.6}")?;
    }
    Ok(text)
}

/// Writes the report. The chart is expected beside it.
#[stash]
pub(crate) fn write_report(
    column: &str,
    gaps: &Frame,
    filled: &Frame,
    parts: &Frame,
    leaderboard: &Frame,
    chosen: Model,
) -> Result<String> {
    let dates = days(filled, "date")?;
    ensure!(!dates.is_empty(), "expected at least one day to report about, found none");
    let places = places(leaderboard)?;
    let mut text = format!("# What will `{column}` be in Seattle?\n\n");

    let own: Vec<&Place> = places.iter().filter(|place| place.model == chosen.to_string()).collect();
    let off: Vec<String> =
        own.iter().map(|place| format!("{:.2} over {}", place.absolute, plural(place.horizon))).collect();
    writeln!(
        text,
        "Of the models tried, **{chosen}** does best, to go by the days from {} to {}. It is off by {}, on average.\n",
        dates[0],
        dates[dates.len() - 1],
        off.join(", "),
    )?;
    text.push_str("![The measurements, what is expected, and how wrong each model was](chart.svg)\n\n");

    text.push_str("## Gaps\n\n");
    let (measured, with_gaps) = (holes(gaps, "measured")?, holes(gaps, "value")?);
    let values = numbers(filled, "value")?;
    let holes_in_data = measured.iter().filter(|value| value.is_none()).count();
    let made = (0..values.len()).filter(|at| with_gaps[*at].is_none());
    let wrong: Vec<f64> = made.filter_map(|at| Some((values[at] - measured[at]?).abs())).collect();
    writeln!(
        text,
        "Days that are missing in the data: {holes_in_data} of {}. Days left out on purpose, to see what filling gaps is \
         worth: {}. Filled in, these are off by {:.2} on average.\n",
        values.len(),
        wrong.len(),
        mean(wrong.iter().copied()),
    )?;

    text.push_str("## What the days are made of\n\n");
    text.push_str("Standard deviations, over the days that have all of them.\n\n| part | deviation |\n| :-- | --: |\n");
    let (trend, rest) = (holes(parts, "trend")?, holes(parts, "rest")?);
    let season: Vec<Option<f64>> = numbers(parts, "season")?.into_iter().map(Some).collect();
    for (name, part) in [("trend", &trend), ("season", &season), ("rest", &rest)] {
        let known = part.iter().zip(&trend).filter_map(|(value, trend)| trend.and(*value));
        writeln!(text, "| {name} | {:.2} |", deviation(&known.collect::<Vec<_>>()))?;
    }

    text.push_str("\n## Leaderboard\n\n");
    text.push_str(
        "Mean absolute errors, over all days up to the horizon; in brackets, how often the models were asked.\n",
    );
    let mut horizons: Vec<u32> = places.iter().map(|place| place.horizon).collect();
    horizons.dedup();
    for horizon in horizons {
        let at_horizon: Vec<&Place> = places.iter().filter(|place| place.horizon == horizon).collect();
        writeln!(text, "\n### {} ({})\n", plural(horizon), at_horizon[0].times)?;
        text.push_str("| model | mean absolute error | root mean square error |\n| :-- | --: | --: |\n");
        for place in at_horizon {
            let mark = if place.model == chosen.to_string() { "**" } else { "" };
            writeln!(text, "| {mark}{}{mark} | {:.3} | {:.3} |", place.model, place.absolute, place.squared)?;
        }
    }
    Ok(text)
}

/// A number of days in words.
pub(crate) fn plural(days: u32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

fn deviation(values: &[f64]) -> f64 {
    let middle = mean(values.iter().copied());
    mean(values.iter().map(|value| (value - middle) * (value - middle))).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::Day;
    use crate::evaluate::{backtest, rank};
    use crate::frame::{Column, frame};
    use crate::seasons::decompose;
    use crate::series::{blank, fill};

    #[test]
    fn the_numbers_of_the_report_are_those_of_the_steps() {
        // 20 and 10 in turns: the mean is off by 5, and a gap of one day is filled with what both neighbours have.
        let values: Vec<f64> = (0..900).map(|at| if at % 2 == 0 { 20.0 } else { 10.0 }).collect();
        let dates = (0..900).map(|at| Day(0).after(at)).collect();
        let measured = frame([("date", Column::Days(dates)), ("rain", Column::Numbers(values))]).unwrap();
        let gaps = blank::call_fresh(&measured, "rain", 1).unwrap();
        let filled = fill::call_fresh(&gaps).unwrap();
        let parts = decompose::call_fresh(&filled).unwrap();
        let backtests = [1, 2].map(|horizon| backtest::call_fresh(&filled, Model::Naive, horizon, 750, 50).unwrap());
        let leaderboard = rank::call_fresh(backtests.to_vec()).unwrap();
        let text = write_report::call_fresh("rain", &gaps, &filled, &parts, &leaderboard, Model::Naive).unwrap();
        for expected in [
            "# What will `rain` be in Seattle?",
            "**naive** does best, to go by the days from 1970-01-01 to 1972-06-18. It is off by 10.00 over 1 day, 5.00 \
             over 2 days, on average.",
            "Days that are missing in the data: 0 of 900. Days left out on purpose, to see what filling gaps is worth: \
             1. Filled in, these are off by 10.00 on average.",
            "| trend | 0.0",
            "### 1 day (3)\n\n| model |",
            "| **naive** | 5.000 | 7.071 |",
        ] {
            assert!(text.contains(expected), "{expected}\n\nis not in\n\n{text}");
        }
        let csv = write_leaderboard::call_fresh(&leaderboard).unwrap();
        assert!(csv.ends_with("\n1,naive,3,10.000000,10.000000\n2,naive,3,5.000000,7.071068\n"), "{csv}");
    }
}
