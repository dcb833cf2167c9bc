"""Computes with pandas, NumPy and statsmodels what the pipeline computes: see README.md beside this file."""

import itertools
import warnings
from pathlib import Path

import numpy
import pandas
from statsmodels.tsa.holtwinters import ExponentialSmoothing, SimpleExpSmoothing
from statsmodels.tsa.seasonal import seasonal_decompose

HERE = Path(__file__).parent
YEAR = 365
FADING = 0.98
LEARN, STRIDE, HORIZONS, GAPS = 730, 7, [1, 7, 30, 90], 12

warnings.simplefilter("ignore")


def filled():
    table = pandas.read_csv(HERE / "../data/seattle-weather.csv", index_col="date", parse_dates=True)
    values = table["temp_max"].asfreq("D")
    for gap in range(GAPS):
        start = (2 * gap + 1) * len(values) // (2 * GAPS)
        values.iloc[start : start + 1 + 2 * (gap % 5)] = numpy.nan
    return values.interpolate(limit_direction="both")


def smoothing(past, days):
    fits = (
        SimpleExpSmoothing(past, initialization_method="known", initial_level=past[0]).fit(
            smoothing_level=share / 20, optimized=False
        )
        for share in range(1, 21)
    )
    return min(fits, key=lambda fit: fit.sse).forecast(days)


def holt_winters(past, days):
    year, rest = past[:YEAR], past[YEAR:]
    month = pandas.Series(numpy.tile(year, 3)).rolling(31, center=True).mean().to_numpy()[YEAR : 2 * YEAR]
    shares = itertools.product([0.1, 0.3, 0.5, 0.7], [0.01, 0.1], [0.05, 0.2])
    fits = (
        ExponentialSmoothing(
            rest,
            trend="add",
            damped_trend=True,
            seasonal="add",
            seasonal_periods=YEAR,
            initialization_method="known",
            initial_level=year.mean(),
            initial_trend=0.0,
            initial_seasonal=month - year.mean(),
        ).fit(
            smoothing_level=level,
            smoothing_trend=trend,
            smoothing_seasonal=season,
            damping_trend=FADING,
            optimized=False,
        )
        for level, trend, season in shares
    )
    return min(fits, key=lambda fit: fit.sse).forecast(days)


def features(first, count, waves):
    angle = 2 * numpy.pi * (first + numpy.arange(count)) / 365.25
    pairs = [(numpy.sin(wave * angle), numpy.cos(wave * angle)) for wave in range(1, waves + 1)]
    return numpy.column_stack([numpy.ones(count), *itertools.chain(*pairs)])


def waves(first, past, days, number, with_rest):
    known = features(first, len(past), number)
    weights = numpy.linalg.lstsq(known, past, rcond=None)[0]
    expected = features(first + len(past), days, number) @ weights
    if with_rest:
        rest = past - known @ weights
        left = numpy.linalg.lstsq(rest[:-1, None], rest[1:], rcond=None)[0][0]
        expected = expected + rest[-1] * left ** numpy.arange(1, days + 1)
    return expected


def models(first):
    yield "naive", lambda past, days: numpy.repeat(past[-1], days)
    yield "mean", lambda past, days: numpy.repeat(past.mean(), days)
    yield "drift", lambda past, days: past[-1] + numpy.arange(1, days + 1) * (past[-1] - past[0]) / (len(past) - 1)
    yield "seasonal naive", lambda past, days: past[-YEAR:][:days]
    yield "smoothing", smoothing
    yield "Holt-Winters", holt_winters
    for number in [1, 3]:
        name = "1 wave" if number == 1 else f"{number} waves"
        yield name, lambda past, days, number=number: waves(first, past, days, number, False)
        yield f"{name} and rest", lambda past, days, number=number: waves(first, past, days, number, True)


def main():
    series = filled()
    parts = seasonal_decompose(series, model="additive", period=YEAR)
    table = pandas.DataFrame(
        {"value": series, "trend": parts.trend, "season": parts.seasonal, "rest": parts.resid}
    )
    table.iloc[::20].to_csv(HERE / "parts.csv", float_format="%.9f", index_label="date")

    values = series.to_numpy()
    first = (series.index[0] - pandas.Timestamp("1970-01-01")).days
    with open(HERE / "errors.csv", "w") as file:
        file.write("model,horizon,times,absolute,squared\n")
        for name, model in models(first):
            starts = range(LEARN, len(values) - min(HORIZONS) + 1, STRIDE)
            expected = {start: model(values[:start], max(HORIZONS)) for start in starts}
            for horizon in HORIZONS:
                off = numpy.array(
                    [
                        expected[start][:horizon] - values[start : start + horizon]
                        for start in starts
                        if start + horizon <= len(values)
                    ]
                )
                absolute, squared = numpy.abs(off).mean(), numpy.sqrt((off**2).mean())
                file.write(f"{name},{horizon},{len(off)},{absolute:.9f},{squared:.9f}\n")


main()
