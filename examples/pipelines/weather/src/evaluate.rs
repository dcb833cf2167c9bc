//! Backtests: how wrong each model would have been, had it been asked on many days of the past.

use crate::frame::{Column, Frame, counts, days, frame, labels, numbers};
use crate::model::Model;
use crate::seasons::mean;
use crate::series::Series;
use anyhow::{Context, Result, ensure};
use scrat::stash;

/// Asks a model about the next `horizon` days, again every `stride` days from the day on that has `learn` days before
/// it; each time it knows the days before alone.
///
/// The frame has a row for each time: `model`, `horizon`, `date` (the first of the days asked about), `absolute` and
/// `squared` (the means over the days of how far off it was, and of the square of that).
#[stash]
pub(crate) fn backtest(filled: &Frame, model: Model, horizon: usize, learn: usize, stride: usize) -> Result<Frame> {
    ensure!(horizon > 0, "horizons: expected numbers of days from 1 on, found 0");
    ensure!(stride > 0, "stride: expected a number of days from 1 on, found 0");
    let series = Series::of(filled)?;
    let found = series.values.len();
    ensure!(learn + horizon <= found, "expected {learn} days to learn from and {horizon} to foretell, found {found}");

    let (mut dates, mut absolute, mut squared) = (Vec::new(), Vec::new(), Vec::new());
    for start in (learn..=found - horizon).step_by(stride) {
        let expected = model.forecast(&series.until(start), horizon)?;
        let off = || expected.iter().zip(&series.values[start..]).map(|(expected, value)| expected - value);
        dates.push(series.start.after(start));
        absolute.push(mean(off().map(f64::abs)));
        squared.push(mean(off().map(|off| off * off)));
    }
    frame([
        ("model", Column::Labels(vec![model.to_string(); dates.len()])),
        ("horizon", Column::Counts(vec![horizon as u32; dates.len()])),
        ("date", Column::Days(dates)),
        ("absolute", Column::Numbers(absolute)),
        ("squared", Column::Numbers(squared)),
    ])
}

/// How a model did at a horizon.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    /// The model's name.
    pub(crate) model: String,
    /// The number of days that it was asked about.
    pub(crate) horizon: u32,
    /// How often it was asked.
    pub(crate) times: u32,
    /// How far off it was, on average.
    pub(crate) absolute: f64,
    /// The root of the mean of the squares of that: what is far off counts more.
    pub(crate) squared: f64,
}

/// The leaderboard: for each horizon all models, the best first.
///
/// The frame has the columns `horizon`, `model`, `times`, `absolute` and `squared`, as in [`Place`].
#[stash]
pub(crate) fn rank(backtests: Vec<Frame>) -> Result<Frame> {
    let mut places = backtests.iter().map(place).collect::<Result<Vec<_>>>()?;
    // The models that are better come first; of equals, those that were given first.
    places.sort_by(|one, other| one.horizon.cmp(&other.horizon).then(one.absolute.total_cmp(&other.absolute)));
    let column = |of: fn(&Place) -> f64| Column::Numbers(places.iter().map(of).collect());
    frame([
        ("horizon", Column::Counts(places.iter().map(|place| place.horizon).collect())),
        ("model", Column::Labels(places.iter().map(|place| place.model.clone()).collect())),
        ("times", Column::Counts(places.iter().map(|place| place.times).collect())),
        ("absolute", column(|place| place.absolute)),
        ("squared", column(|place| place.squared)),
    ])
}

fn place(backtest: &Frame) -> Result<Place> {
    let model = labels(backtest, "model")?.into_iter().next().context("expected a backtest, found an empty frame")?;
    Ok(Place {
        model,
        horizon: counts(backtest, "horizon")?[0],
        times: days(backtest, "date")?.len() as u32,
        absolute: mean(numbers(backtest, "absolute")?.into_iter()),
        squared: mean(numbers(backtest, "squared")?.into_iter()).sqrt(),
    })
}

/// The rows of a leaderboard.
pub(crate) fn places(leaderboard: &Frame) -> Result<Vec<Place>> {
    let (models, horizons) = (labels(leaderboard, "model")?, counts(leaderboard, "horizon")?);
    let (times, absolute) = (counts(leaderboard, "times")?, numbers(leaderboard, "absolute")?);
    let squared = numbers(leaderboard, "squared")?;
    let place = |(at, model)| Place {
        model,
        horizon: horizons[at],
        times: times[at],
        absolute: absolute[at],
        squared: squared[at],
    };
    Ok(models.into_iter().enumerate().map(place).collect())
}

/// The model that is least wrong, on average over the horizons; of equals, the one that was given first.
#[stash]
pub(crate) fn choose(leaderboard: &Frame, models: Vec<Model>) -> Result<Model> {
    let places = places(leaderboard)?;
    let off = |model: &Model| {
        let name = model.to_string();
        mean(places.iter().filter(|place| place.model == name).map(|place| place.absolute))
    };
    let scored = models.into_iter().map(|model| (off(&model), model)).filter(|(off, _)| off.is_finite());
    let best = scored.min_by(|(one, _), (other, _)| one.total_cmp(other));
    Ok(best.context("expected at least one model and one horizon to choose by, found none")?.1)
}

/// What a model expects of the days after the last one.
///
/// The frame has the columns `date` and `value`.
#[stash]
pub(crate) fn predict(filled: &Frame, model: Model, days: usize) -> Result<Frame> {
    let series = Series::of(filled)?;
    let first = series.start.after(series.values.len());
    let dates = (0..days).map(|day| first.after(day)).collect();
    frame([("date", Column::Days(dates)), ("value", Column::Numbers(model.forecast(&series, days)?))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::Day;

    fn filled(values: Vec<f64>) -> Frame {
        let days = (0..values.len()).map(|at| Day(0).after(at)).collect();
        frame([("date", Column::Days(days)), ("value", Column::Numbers(values))]).unwrap()
    }

    /// Every day is one warmer.
    fn rising(days: u32) -> Frame {
        filled((0..days).map(f64::from).collect())
    }

    #[test]
    fn a_backtest_asks_again_and_again_and_knows_the_past_alone() {
        let found = backtest::call_fresh(&rising(750), Model::Naive, 3, 730, 7).unwrap();
        assert_eq!(days(&found, "date").unwrap(), [Day(730), Day(737), Day(744)]);
        assert_eq!(numbers(&found, "absolute").unwrap(), [2.0; 3]);
        assert_eq!(numbers(&found, "squared").unwrap(), [14.0 / 3.0; 3]);
        let found = backtest::call_fresh(&rising(750), Model::Drift, 3, 730, 7).unwrap();
        assert_eq!(numbers(&found, "absolute").unwrap(), [0.0; 3]);
    }

    #[test]
    fn the_last_days_asked_about_are_the_last_there_are() {
        let found = backtest::call_fresh(&rising(740), Model::Naive, 10, 730, 7).unwrap();
        assert_eq!(days(&found, "date").unwrap(), [Day(730)]);
        let text = backtest::call_fresh(&rising(740), Model::Naive, 11, 730, 7).unwrap_err().to_string();
        assert_eq!(text, "expected 730 days to learn from and 11 to foretell, found 740");
    }

    #[test]
    fn the_best_model_leads_at_each_horizon_and_is_chosen() {
        let models = [Model::Mean, Model::Naive, Model::Drift];
        let backtests = models.iter().flat_map(|model| {
            [7, 1].map(|horizon| backtest::call_fresh(&rising(800), *model, horizon, 730, 7).unwrap())
        });
        let leaderboard = rank::call_fresh(backtests.collect()).unwrap();
        let order: Vec<_> =
            places(&leaderboard).unwrap().into_iter().map(|place| (place.horizon, place.model)).collect();
        let expected = [(1, "drift"), (1, "naive"), (1, "mean"), (7, "drift"), (7, "naive"), (7, "mean")];
        assert_eq!(order, expected.map(|(horizon, model)| (horizon, model.to_owned())));
        assert_eq!(choose::call_fresh(&leaderboard, models.to_vec()).unwrap(), Model::Drift);
    }

    #[test]
    fn nothing_to_choose_from_is_a_mistake() {
        let empty = rank::call_fresh(Vec::new()).unwrap();
        assert!(choose::call_fresh(&empty, vec![Model::Naive]).is_err());
    }

    #[test]
    fn what_comes_is_on_the_days_after_the_last() {
        let next = predict::call_fresh(&rising(800), Model::Drift, 2).unwrap();
        assert_eq!(days(&next, "date").unwrap(), [Day(800), Day(801)]);
        assert_eq!(numbers(&next, "value").unwrap(), [800.0, 801.0]);
    }
}
