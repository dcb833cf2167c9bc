//! The chart, as SVG: the measurements and what is expected, and how wrong each model was.
//!
//! Text stays text in the file, so drawing needs no fonts.

use crate::evaluate::{Place, places};
use crate::frame::{Frame, days, holes, numbers};
use crate::model::Model;
use crate::report::plural;
use anyhow::{Context, Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use scrat::stash;
use std::ops::Range;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Width and height in pixels.
const SIZE: (u32, u32) = (1140, 820);
/// Where the upper panel ends.
const UPPER: u32 = 380;

const INK: RGBColor = RGBColor(34, 34, 34);
const FAINT: RGBColor = RGBColor(225, 225, 225);
const MEASURED: RGBColor = RGBColor(150, 150, 150);
// Of Okabe and Ito's palette, which people who see colours differently can tell apart. One for each horizon.
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
];

/// Draws the measurements with their trend and season, the forecast, and the leaderboard.
#[stash]
pub(crate) fn draw_chart(
    column: &str,
    filled: &Frame,
    parts: &Frame,
    forecast: &Frame,
    leaderboard: &Frame,
    chosen: Model,
) -> Result<String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        root.fill(&WHITE).map_err(failed)?;
        let (upper, lower) = root.split_vertically(UPPER);
        draw_days(&upper, column, &Lines::of(filled, parts, forecast)?, chosen)?;
        draw_models(&lower, &places(leaderboard)?, chosen)?;
        root.present().map_err(failed)?;
    }
    Ok(svg)
}

/// Points of the upper panel: years and values.
struct Lines {
    measured: Vec<(f64, f64)>,
    /// Trend and season together.
    usual: Vec<(f64, f64)>,
    expected: Vec<(f64, f64)>,
}

impl Lines {
    fn of(filled: &Frame, parts: &Frame, forecast: &Frame) -> Result<Self> {
        let usual = holes(parts, "trend")?.into_iter().zip(numbers(parts, "season")?);
        let usual = years(parts)?.into_iter().zip(usual);
        Ok(Self {
            measured: years(filled)?.into_iter().zip(numbers(filled, "value")?).collect(),
            usual: usual.filter_map(|(year, (trend, season))| Some((year, trend? + season))).collect(),
            expected: years(forecast)?.into_iter().zip(numbers(forecast, "value")?).collect(),
        })
    }

    /// What the axes have to span.
    fn ranges(&self) -> Result<(Range<f64>, Range<f64>)> {
        let points = || self.measured.iter().chain(&self.expected);
        let first = points().next().context("there are no days to draw")?;
        let (mut x, mut y) = (first.0..first.0, first.1..first.1);
        for (year, value) in points() {
            x = x.start.min(*year)..x.end.max(*year);
            y = y.start.min(*value)..y.end.max(*value);
        }
        let room = 0.05 * (y.end - y.start).max(1.0);
        Ok((x.start..x.end + 0.02, y.start - room..y.end + room))
    }
}

/// The days of a frame, in years.
fn years(frame: &Frame) -> Result<Vec<f64>> {
    Ok(days(frame, "date")?.into_iter().map(|day| 1970.0 + f64::from(day.0) / 365.2425).collect())
}

fn draw_days(area: &Area<'_>, column: &str, lines: &Lines, chosen: Model) -> Result<()> {
    let below = format!("grey: measured · blue: trend and season · orange: expected by {chosen}");
    title(area, &format!("{column} in Seattle"), &below)?;
    let (x, y) = lines.ranges()?;
    let mut chart = ChartBuilder::on(area)
        .margin_top(75)
        .margin_right(30)
        .margin_bottom(5)
        .x_label_area_size(30)
        .y_label_area_size(60)
        .build_cartesian_2d(x, y)
        .map_err(failed)?;
    chart
        .configure_mesh()
        .x_labels(6)
        .y_labels(6)
        .x_label_formatter(&|year| format!("{year:.0}"))
        .y_label_formatter(&|value| format!("{value:.0}"))
        .label_style(font(13))
        .axis_style(FAINT)
        .bold_line_style(FAINT)
        .light_line_style(TRANSPARENT)
        .draw()
        .map_err(failed)?;
    let dots = lines.measured.iter().map(|point| Circle::new(*point, 1, MEASURED.filled()));
    chart.draw_series(dots).map_err(failed)?;
    for (points, colour, width) in [(&lines.usual, COLOURS[0], 1), (&lines.expected, COLOURS[1], 2)] {
        chart.draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(width))).map_err(failed)?;
    }
    Ok(())
}

/// A row for each model, those that are less wrong at the first horizon above, with a dot for each horizon.
fn draw_models(area: &Area<'_>, places: &[Place], chosen: Model) -> Result<()> {
    let mut horizons: Vec<u32> = places.iter().map(|place| place.horizon).collect();
    horizons.dedup();
    let first = *horizons.first().context("there are no backtests to draw")?;
    let models: Vec<&str> =
        places.iter().filter(|place| place.horizon == first).map(|place| place.model.as_str()).collect();
    title(area, "How wrong is each model?", "mean absolute error, over all days up to the horizon")?;
    let widest = places.iter().map(|place| place.absolute).fold(0.0, f64::max);
    let mut chart = ChartBuilder::on(area)
        .margin_top(75)
        .margin_right(30)
        .margin_bottom(15)
        .x_label_area_size(30)
        .y_label_area_size(190)
        .build_cartesian_2d(0.0..widest * 1.05, models.len() as f64..0.0)
        .map_err(failed)?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .x_labels(8)
        .x_label_formatter(&|value| format!("{value:.1}"))
        .label_style(font(13))
        .axis_style(FAINT)
        .bold_line_style(FAINT)
        .light_line_style(TRANSPARENT)
        .draw()
        .map_err(failed)?;

    for (row, model) in models.iter().enumerate() {
        let middle = row as f64 + 0.5;
        for place in places.iter().filter(|place| place.model == *model) {
            let dot = Circle::new((place.absolute, middle), 6, colour(&horizons, place.horizon).mix(0.8).filled());
            chart.draw_series([dot]).map_err(failed)?;
        }
        let (x, y) = chart.backend_coord(&(0.0, middle));
        let style = if *model == chosen.to_string() { font(13).style(FontStyle::Bold) } else { font(13) };
        let label = style.color(&INK).pos(Pos::new(HPos::Right, VPos::Center));
        area.draw_text(model, &label, (x - 12, y - UPPER as i32)).map_err(failed)?;
    }
    for (at, horizon) in horizons.iter().enumerate() {
        let label = font(13).color(&colour(&horizons, *horizon)).pos(Pos::new(HPos::Left, VPos::Top));
        area.draw_text(&format!("● {}", plural(*horizon)), &label, (520 + 100 * at as i32, 45)).map_err(failed)?;
    }
    Ok(())
}

fn colour(horizons: &[u32], horizon: u32) -> RGBColor {
    let at = horizons.iter().position(|known| *known == horizon).unwrap_or(0);
    COLOURS[at % COLOURS.len()]
}

fn title(area: &Area<'_>, title: &str, below: &str) -> Result<()> {
    let left = font(13).color(&INK).pos(Pos::new(HPos::Left, VPos::Top));
    area.draw_text(title, &font(19).style(FontStyle::Bold).color(&INK), (20, 16)).map_err(failed)?;
    area.draw_text(below, &left, (20, 45)).map_err(failed)
}

/// A font of this size in pixels.
fn font(size: u32) -> FontDesc<'static> {
    // The library writes a size into the file as 1/1.24 of it.
    FontDesc::new(FontFamily::SansSerif, 1.24 * f64::from(size), FontStyle::Normal)
}

/// The library's errors borrow from the drawing, so only their text can leave it.
fn failed(error: impl std::error::Error) -> anyhow::Error {
    anyhow!("the chart cannot be drawn: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::Day;
    use crate::evaluate::{backtest, predict, rank};
    use crate::frame::{Column, frame};
    use crate::seasons::decompose;

    #[test]
    fn the_chart_is_svg_with_all_that_there_is_in_it() {
        let dates = (0..800).map(|at| Day(15_000).after(at)).collect();
        let values = (0..800).map(|at| f64::from(at % 20)).collect();
        let filled = frame([("date", Column::Days(dates)), ("value", Column::Numbers(values))]).unwrap();
        let parts = decompose::call_fresh(&filled).unwrap();
        let forecast = predict::call_fresh(&filled, Model::Mean, 30).unwrap();
        let models = [Model::Naive, Model::Mean];
        let backtests = models
            .iter()
            .flat_map(|model| [1, 7].map(|horizon| backtest::call_fresh(&filled, *model, horizon, 750, 10).unwrap()));
        let leaderboard = rank::call_fresh(backtests.collect()).unwrap();
        let svg = draw_chart::call_fresh("wind", &filled, &parts, &forecast, &leaderboard, Model::Mean).unwrap();
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
        for text in ["wind in Seattle", "orange: expected by mean", "● 1 day\n", "● 7 days\n", "naive\n"] {
            assert!(svg.contains(text), "{text}");
        }
        assert_eq!(svg.matches("<circle").count(), 800 + 4);
    }

    #[test]
    fn nothing_to_draw_is_a_mistake() {
        let mut svg = String::new();
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        assert!(draw_models(&area, &[], Model::Mean).is_err());
    }
}
