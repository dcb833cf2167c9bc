//! The chart, as SVG: what every model reached, and how far the best one can be relied on.
//!
//! Text stays text in the file, so drawing needs no fonts. Where a text ends is therefore not known here, and each
//! is placed by the end or the middle that matters.

use crate::bootstrap::{Interval, Outcome};
use crate::evaluate::{Results, Score, by_setting};
use crate::model::Setting;
use crate::report::{percent, whole_percent};
use anyhow::{Context, Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use scrat::stash;
use std::collections::BTreeMap;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Width and height in pixels.
const SIZE: (u32, u32) = (1140, 600);
/// Where the left panel ends.
const LEFT: u32 = 655;

const INK: RGBColor = RGBColor(34, 34, 34);
const FAINT: RGBColor = RGBColor(225, 225, 225);
// Blue, orange and green of Okabe and Ito's palette, which people who see colours differently can tell apart.
const TREE: RGBColor = RGBColor(0, 114, 178);
const NEIGHBOURS: RGBColor = RGBColor(213, 94, 0);
const FOREST: RGBColor = RGBColor(0, 158, 115);

/// Draws the accuracy of every setting over all folds, and of the chosen one over all resamples.
#[stash]
pub(crate) fn draw_chart(
    scores: Vec<Score>,
    chosen: Setting,
    outcomes: Vec<Outcome>,
    interval: &Interval,
) -> Result<String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        root.fill(&WHITE).map_err(failed)?;
        let (left, right) = root.split_horizontally(LEFT);
        draw_settings(&left, &by_setting(&scores), chosen)?;
        draw_resamples(&right, chosen, &outcomes, interval)?;
        root.present().map_err(failed)?;
    }
    Ok(svg)
}

/// One row for each setting: a dot for each accuracy that folds had, as large as there were folds, and a bar at the
/// mean.
fn draw_settings(area: &Area<'_>, results: &[Results], chosen: Setting) -> Result<()> {
    title(area, "How often is each model right?", "dots: folds, larger where more agree · bar: mean over all folds")?;
    let lowest = results.iter().flat_map(|result| &result.answers).map(|one| one.accuracy()).fold(1.0, f64::min);
    let start = (100.0 * lowest).floor().min(95.0) - 1.0;
    let rows = results.len() as f64;
    let mut chart = ChartBuilder::on(area)
        .margin_top(75)
        .margin_right(25)
        .margin_bottom(15)
        .x_label_area_size(50)
        .y_label_area_size(215)
        .build_cartesian_2d(start..101.0, rows..0.0)
        .map_err(failed)?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .x_labels(6)
        .x_desc("right answers about birds not learnt from (%)")
        .x_label_formatter(&|value| format!("{value:.0}"))
        .label_style(font(13))
        .axis_desc_style(font(14))
        .axis_style(FAINT)
        .bold_line_style(FAINT)
        .light_line_style(TRANSPARENT)
        .draw()
        .map_err(failed)?;

    for (row, result) in results.iter().enumerate() {
        let middle = row as f64 + 0.5;
        let colour = colour(result.setting);
        let is_chosen = result.setting == chosen;
        if is_chosen {
            let band = Rectangle::new([(start, row as f64), (101.0, row as f64 + 1.0)], colour.mix(0.12).filled());
            chart.draw_series([band]).map_err(failed)?;
        }
        for (accuracy, folds) in folds_by_accuracy(result) {
            let radius = 1.5 + 8.0 * (folds as f64 / result.answers.len() as f64).sqrt();
            let dot = Circle::new((accuracy, middle), radius.round() as i32, colour.mix(0.35).filled());
            chart.draw_series([dot]).map_err(failed)?;
        }
        let mean = 100.0 * result.all().accuracy();
        let bar = PathElement::new([(mean, row as f64 + 0.1), (mean, row as f64 + 0.9)], INK.stroke_width(3));
        chart.draw_series([bar]).map_err(failed)?;

        let (x, y) = chart.backend_coord(&(start, middle));
        let style = if is_chosen { font(13).style(FontStyle::Bold) } else { font(13) };
        let label = style.color(&colour).pos(Pos::new(HPos::Right, VPos::Center));
        area.draw_text(&result.setting.to_string(), &label, (x - 12, y)).map_err(failed)?;
    }
    Ok(())
}

/// The accuracies that occurred (%), and in how many folds. Folds differ in size by a bird, so folds with the same
/// number of mistakes are taken together, at their mean.
fn folds_by_accuracy(result: &Results) -> Vec<(f64, usize)> {
    let mut by_mistakes: BTreeMap<usize, (f64, usize)> = BTreeMap::new();
    for answers in &result.answers {
        let (sum, folds) = by_mistakes.entry(answers.total() - answers.correct()).or_default();
        *sum += 100.0 * answers.accuracy();
        *folds += 1;
    }
    by_mistakes.into_values().map(|(sum, folds)| (sum / folds as f64, folds)).collect()
}

/// A histogram of the accuracy over the resamples, with the interval.
fn draw_resamples(area: &Area<'_>, chosen: Setting, outcomes: &[Outcome], interval: &Interval) -> Result<()> {
    title(
        area,
        "How sure is that of the best?",
        &format!("{chosen}, trained on {} random draws of the birds", outcomes.len()),
    )?;
    let bars = histogram(outcomes).context("there are no resamples to draw")?;
    let start = bars.iter().map(|bar| bar.from).fold(f64::INFINITY, f64::min);
    let end = bars.iter().map(|bar| bar.to).fold(0.0, f64::max);
    let top = bars.iter().map(|bar| bar.resamples).max().unwrap_or(1) as f64;
    let room = 0.04 * (end - start);
    let mut chart = ChartBuilder::on(area)
        .margin_top(75)
        .margin_right(30)
        .margin_bottom(15)
        .x_label_area_size(50)
        .y_label_area_size(65)
        .build_cartesian_2d(start - room..end + room, 0.0..top * 1.25)
        .map_err(failed)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(7)
        .y_labels(6)
        .x_desc("right answers about birds not drawn (%)")
        .y_desc("resamples")
        .x_label_formatter(&|value| format!("{value:.0}"))
        .y_label_formatter(&|value| format!("{value:.0}"))
        .label_style(font(13))
        .axis_desc_style(font(14))
        .axis_style(FAINT)
        .bold_line_style(FAINT)
        .light_line_style(TRANSPARENT)
        .draw()
        .map_err(failed)?;

    let colour = colour(chosen);
    let [low, mean, high] = [interval.low, interval.mean, interval.high].map(|share| 100.0 * share);
    let band = Rectangle::new([(low, 0.0), (high, top * 1.08)], colour.mix(0.12).filled());
    chart.draw_series([band]).map_err(failed)?;
    let gap = 0.04 * (bars[0].to - bars[0].from);
    let rectangles = bars.iter().map(|bar| {
        let corners = [(bar.from + gap, 0.0), (bar.to - gap, bar.resamples as f64)];
        Rectangle::new(corners, colour.mix(0.75).filled())
    });
    chart.draw_series(rectangles).map_err(failed)?;
    let line = PathElement::new([(mean, 0.0), (mean, top * 1.08)], INK.stroke_width(3));
    chart.draw_series([line]).map_err(failed)?;
    let span = PathElement::new([(low, top * 1.08), (high, top * 1.08)], colour.stroke_width(3));
    chart.draw_series([span]).map_err(failed)?;

    let (_, y) = chart.backend_coord(&(mean, top * 1.08));
    // Over the middle of the panel rather than of the interval, which can be at its edge.
    let (x, _) = chart.backend_coord(&(f64::midpoint(start, end), 0.0));
    let (x, y) = (x - LEFT as i32, y - 8);
    let style = |size| font(size).color(&INK).pos(Pos::new(HPos::Center, VPos::Bottom));
    let ends = format!("{} to {}", percent(interval.low, 1), percent(interval.high, 1));
    let middle = whole_percent(interval.confidence);
    area.draw_text(&format!("middle {middle} of the draws: {ends}"), &style(14), (x, y - 18)).map_err(failed)?;
    area.draw_text(&format!("mean: {}", percent(interval.mean, 1)), &style(14), (x, y)).map_err(failed)?;
    Ok(())
}

struct Bar {
    from: f64,
    to: f64,
    resamples: usize,
}

/// Counts the resamples by accuracy (%). A bar is as wide as one mistake in a test of mean size: narrower bars would
/// show gaps that come from counting whole birds. None if there are no resamples.
fn histogram(outcomes: &[Outcome]) -> Option<Vec<Bar>> {
    let tested: usize = outcomes.iter().map(|outcome| outcome.tested).sum();
    let width = 100.0 * outcomes.len() as f64 / tested as f64;
    let place = |outcome: &Outcome| ((100.0 - 100.0 * outcome.accuracy()) / width).round() as usize;
    let places: Vec<usize> = outcomes.iter().map(place).collect();
    let (first, last) = (*places.iter().min()?, *places.iter().max()?);
    let bar = |at: usize| {
        let middle = 100.0 - at as f64 * width;
        let resamples = places.iter().filter(|place| **place == at).count();
        Bar { from: middle - width / 2.0, to: middle + width / 2.0, resamples }
    };
    Some((first..=last).map(bar).collect())
}

fn title(area: &Area<'_>, title: &str, below: &str) -> Result<()> {
    let left = |size: u32| font(size).color(&INK).pos(Pos::new(HPos::Left, VPos::Top));
    area.draw_text(title, &font(19).style(FontStyle::Bold).color(&INK), (20, 16)).map_err(failed)?;
    area.draw_text(below, &left(13), (20, 45)).map_err(failed)
}

/// A font of this size in pixels.
fn font(size: u32) -> FontDesc<'static> {
    // The library writes a size into the file as 1/1.24 of it.
    FontDesc::new(FontFamily::SansSerif, 1.24 * f64::from(size), FontStyle::Normal)
}

fn colour(setting: Setting) -> RGBColor {
    match setting {
        Setting::Tree { .. } => TREE,
        Setting::Neighbours { .. } => NEIGHBOURS,
        Setting::Forest { .. } => FOREST,
    }
}

/// The library's errors borrow from the drawing, so only their text can leave it.
fn failed(error: impl std::error::Error) -> anyhow::Error {
    anyhow!("the chart cannot be drawn: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::Confusion;

    fn outcome(tested: usize, correct: usize) -> Outcome {
        Outcome { tested, correct, losses: [0.0; 5] }
    }

    #[test]
    fn the_chart_is_svg_with_its_text_as_text() {
        let setting = Setting::Neighbours { count: 3 };
        let scores = vec![Score { setting, answers: vec![Confusion([[9, 1, 0], [0, 10, 0], [0, 0, 10]])] }];
        let interval = Interval { mean: 0.95, low: 0.9, high: 1.0, confidence: 0.95 };
        let svg = draw_chart::call_fresh(scores, setting, vec![outcome(20, 19), outcome(20, 20)], &interval).unwrap();
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
        assert!(svg.contains("3 nearest neighbours\n</text>"));
        assert!(svg.contains("middle 95 % of the draws: 90.0 % to 100.0 %"));
    }

    #[test]
    fn the_bars_hold_all_resamples_and_each_is_one_mistake_wide() {
        let bars = histogram(&[outcome(100, 100), outcome(100, 98), outcome(99, 97), outcome(101, 98)]).unwrap();
        assert_eq!(bars.iter().map(|bar| bar.resamples).collect::<Vec<_>>(), [1, 0, 2, 1]);
        assert!(bars.iter().all(|bar| (bar.to - bar.from - 1.0).abs() < 1e-9));
    }

    #[test]
    fn no_resamples_make_no_bars() {
        assert!(histogram(&[]).is_none());
    }
}
