//! The report, as Markdown.

use crate::bootstrap::{Interval, Outcome};
use crate::data::{FEATURES, MEASUREMENTS, Penguin, Record, Species};
use crate::evaluate::{Confusion, Score, by_setting};
use crate::model::Setting;
use anyhow::{Context, Result};
use scrat::stash;
use std::fmt::Write;

/// Writes the report. The chart is expected beside it.
#[stash]
pub(crate) fn write_report(
    records: &[Record],
    flock: &[Penguin],
    scores: Vec<Score>,
    chosen: Setting,
    outcomes: Vec<Outcome>,
    interval: &Interval,
) -> Result<String> {
    let results = by_setting(&scores);
    let best = results.iter().find(|result| result.setting == chosen).context("the chosen setting has no scores")?;
    let mut text = String::from("# Which penguin is it?\n\n");

    writeln!(
        text,
        "From its bill, flippers, mass and sex alone, a bird that the model has not met is given the right species in \
         **{}** of cases. Of the models tried, **{chosen}** does best. Learning from other draws of birds, it is right \
         about **{} to {}** of those it has not met, in {} of the draws.\n",
        percent(best.all().accuracy(), 1),
        percent(interval.low, 1),
        percent(interval.high, 1),
        whole_percent(interval.confidence),
    )?;
    text.push_str("![Accuracy of every model, and of the chosen one over the resamples](chart.svg)\n\n");

    text.push_str("## The birds\n\n");
    let filled = flock.iter().filter(|bird| bird.filled_in > 0).count();
    writeln!(
        text,
        "Rows read: {}. Birds left out because nothing of them was measured: {}. Birds with a missing value that was \
         filled in from birds alike: {filled} of {}. The table has means and standard deviations.\n",
        records.len(),
        records.len() - flock.len(),
        flock.len(),
    )?;
    let measurements = MEASUREMENTS.map(|(_, name, unit)| format!("{name} ({unit})"));
    let head = ["species".into(), "birds".into()].into_iter().chain(measurements);
    table(&mut text, head, Species::ALL.map(|species| describe(flock, species)))?;

    text.push_str("## The models\n\n");
    // Each deal has asked once about each bird.
    let deals = (best.all().total() / flock.len().max(1)).max(1);
    let folds = best.answers.len() / deals;
    writeln!(
        text,
        "The birds were dealt into {folds} folds, {deals} times over. Each model was trained without one fold and \
         asked about the birds of that fold, for every fold of every deal. The number right is the mean over the \
         deals.\n"
    )?;
    let head = ["model", "right", "accuracy", "worst fold", "best fold"].map(String::from);
    let rows = results.iter().map(|result| {
        let all = result.all();
        let [worst, best] =
            [f64::min, f64::max].map(|which| result.answers.iter().map(Confusion::accuracy).reduce(which));
        let mark = if result.setting == chosen { "**" } else { "" };
        vec![
            format!("{mark}{}{mark}", result.setting),
            format!("{} of {}", per_deal(all.correct(), deals), per_deal(all.total(), deals)),
            percent(all.accuracy(), 1),
            percent(worst.unwrap_or(0.0), 1),
            percent(best.unwrap_or(0.0), 1),
        ]
    });
    table(&mut text, head, rows)?;

    text.push_str("## What the best model mistakes for what\n\n");
    writeln!(text, "Birds, as the mean over the deals, for {chosen}.\n")?;
    let head = ["".into()].into_iter().chain(Species::ALL.map(|species| format!("taken for {species}")));
    table(&mut text, head, confusion_rows(&best.all(), deals))?;

    text.push_str("## How sure that is\n\n");
    writeln!(
        text,
        "The best model was trained again on {} random draws of {} birds, and asked about those not drawn, {:.0} on average. \
         The mean accuracy is {}; the middle {} of the draws lie between **{}** and **{}**. A draw has fewer \
         different birds to learn from than there are, so these numbers are rather too low than too high.\n",
        outcomes.len(),
        flock.len(),
        average(outcomes.iter().map(|outcome| outcome.tested as f64)),
        percent(interval.mean, 1),
        whole_percent(interval.confidence),
        percent(interval.low, 1),
        percent(interval.high, 1),
    )?;

    text.push_str("## What it looks at\n\n");
    text.push_str("The right answers lost, in 100 birds, when one value is shuffled among the birds.\n\n");
    let mut losses: Vec<(&str, f64)> = FEATURES.iter().copied().zip(mean_losses(&outcomes)).collect();
    losses.sort_by(|one, other| other.1.total_cmp(&one.1));
    let rows = losses.into_iter().map(|(feature, loss)| vec![feature.to_owned(), format!("{:.1}", 100.0 * loss)]);
    table(&mut text, ["value", "lost"].map(String::from), rows)?;
    text.truncate(text.trim_end().len());
    text.push('\n');
    Ok(text)
}

fn describe(flock: &[Penguin], species: Species) -> Vec<String> {
    let birds: Vec<&Penguin> = flock.iter().filter(|bird| bird.species == species).collect();
    let spread = |column: usize| {
        let values = || birds.iter().map(|bird| bird.measured[column]);
        let middle = average(values());
        let deviation = average(values().map(|value| (value - middle) * (value - middle))).sqrt();
        // Grams in whole numbers, millimetres with one digit: as finely as was measured.
        let digits = usize::from(MEASUREMENTS[column].2 == "mm");
        if birds.is_empty() { "–".into() } else { format!("{middle:.digits$} ± {deviation:.digits$}") }
    };
    [species.to_string(), birds.len().to_string()].into_iter().chain((0..MEASUREMENTS.len()).map(spread)).collect()
}

fn confusion_rows(confusion: &Confusion, deals: usize) -> impl Iterator<Item = Vec<String>> {
    Species::ALL.into_iter().zip(confusion.0).map(move |(species, row)| {
        let counts = row.iter().map(|&count| per_deal(count, deals));
        [format!("**{species}**")].into_iter().chain(counts).collect()
    })
}

/// The mean loss of each feature over the resamples.
fn mean_losses(outcomes: &[Outcome]) -> [f64; FEATURES.len()] {
    std::array::from_fn(|feature| average(outcomes.iter().map(|outcome| outcome.losses[feature])))
}

fn average(values: impl Iterator<Item = f64>) -> f64 {
    let (count, sum) = values.fold((0.0, 0.0), |(count, sum), value| (count + 1.0, sum + value));
    sum / count
}

/// A number of birds as the mean over the deals, in whole birds where it is whole.
fn per_deal(count: usize, deals: usize) -> String {
    if count.is_multiple_of(deals) {
        (count / deals).to_string()
    } else {
        format!("{:.1}", count as f64 / deals as f64)
    }
}

/// A share in percent, with this many digits behind the point.
pub(crate) fn percent(share: f64, digits: usize) -> String {
    format!("{:.digits$} %", 100.0 * share)
}

/// A share in percent, with a digit behind the point only if there is need of it.
pub(crate) fn whole_percent(share: f64) -> String {
    format!("{} %", (1000.0 * share).round() / 10.0)
}

/// Adds a table whose first column is text and whose other columns are numbers, and a blank line.
fn table(
    text: &mut String,
    head: impl IntoIterator<Item = String>,
    rows: impl IntoIterator<Item = Vec<String>>,
) -> Result<()> {
    let mut line = |cells: &[String]| writeln!(text, "| {} |", cells.join(" | "));
    let head: Vec<String> = head.into_iter().collect();
    line(&head)?;
    line(&(0..head.len()).map(|at| if at == 0 { ":--" } else { "--:" }.to_owned()).collect::<Vec<_>>())?;
    for row in rows {
        line(&row)?;
    }
    text.push('\n');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Island, Sex};

    #[test]
    fn the_numbers_of_the_report_are_those_of_its_data() {
        let measured = [[40.0, 18.0, 190.0, 3000.0], [42.0, 18.0, 190.0, 4000.0]];
        let birds =
            measured.map(|measured| Penguin { species: Species::Adelie, measured, sex: Sex::Male, filled_in: 0 });
        let (tree, near) = (Setting::Tree { depth: 2 }, Setting::Neighbours { count: 3 });
        let answers = |right, wrong| vec![Confusion([[right, wrong, 0], [0; 3], [0; 3]])];
        let scores =
            vec![Score { setting: tree, answers: answers(1, 1) }, Score { setting: near, answers: answers(2, 0) }];
        let outcomes = vec![Outcome { tested: 1, correct: 1, losses: [0.5, 0.0, 0.0, 0.0, 0.25] }];
        let interval = Interval { mean: 0.96, low: 0.9, high: 0.98, confidence: 0.9 };
        let row = |bird: &Penguin| Record {
            species: bird.species,
            island: Island::Dream,
            measured: bird.measured.map(Some),
            sex: Some(bird.sex),
        };
        let records = [row(&birds[0]), row(&birds[1]), row(&birds[0])];
        let text = write_report::call_fresh(&records, &birds, scores, near, outcomes, &interval).unwrap();
        for expected in [
            "Rows read: 3. Birds left out because nothing of them was measured: 1.",
            "| Adelie | 2 | 41.0 ± 1.0 | 18.0 ± 0.0 | 190.0 ± 0.0 | 3500 ± 500 |",
            "| Gentoo | 0 | – | – | – | – |",
            "| tree of depth 2 | 1 of 2 | 50.0 % | 50.0 % | 50.0 % |",
            "| **3 nearest neighbours** | 2 of 2 | 100.0 % | 100.0 % | 100.0 % |",
            "| **Adelie** | 2 | 0 | 0 |",
            "The mean accuracy is 96.0 %; the middle 90 % of the draws lie between **90.0 %** and **98.0 %**.",
            "| bill length | 50.0 |\n| sex | 25.0 |\n",
        ] {
            assert!(text.contains(expected), "{expected}\n\nis not in\n\n{text}");
        }
    }

    #[test]
    fn a_share_loses_no_digit_that_it_has() {
        assert_eq!([0.95, 0.975, 0.5].map(whole_percent), ["95 %", "97.5 %", "50 %"]);
    }
}
