"""The forecast on real demand: the VN2 yardstick, and Online Retail against statsforecast's models.

    python tests/benchmarks/forecast_accuracy.py vn2            score_forecasts.py as it is, plus bands by class
    python tests/benchmarks/forecast_accuracy.py vn2_events     the same with three yearly events dated
    python tests/benchmarks/forecast_accuracy.py online_retail  all products against the models quick enough for that,
                                                                a sample (--series) against all; conformal bands
    python tests/benchmarks/forecast_accuracy.py calibration    coverage by class on both, within whole steps

The data folder is `../shared/bench` beside the checkout unless `--bench FOLDER` names another.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting import forecast
from forecasting.calibration import coverage

LENGTHS = (3, 8, 13)
RETAIL_ORIGINS = (20, 26, 32)
QUANTILES = np.array([0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
ROOT = Path(__file__).resolve().parents[2]


def yardstick(bench):
    """The bench's own module."""
    sys.path.insert(0, str(bench))
    import score_forecasts

    return score_forecasts


def vn2(bench, events=None):
    """All twelve origins, exactly as the yardstick scores any forecast."""
    score = yardstick(bench).score
    table = score(lambda history, horizon, seed: forecast(history, horizon, seed, events=events).paths.samples)
    print(table.round(3).to_string(index=False))
    print("mean", table.mean(numeric_only=True).round(4).to_dict())


def vn2_events(bench):
    """With a calendar: the data names no country, the dates are read off its peaks and a Mexican retail calendar."""
    dates = {
        "November sale": ("2021-11-10/2021-11-16", "2022-11-18/2022-11-21", "2023-11-17/2023-11-20"),
        "May sale": ("2021-05-23/2021-05-31", "2022-05-23/2022-05-31", "2023-05-29/2023-06-06"),
        "Christmas": ("2021-12-24/2021-12-25", "2022-12-24/2022-12-25", "2023-12-24/2023-12-25"),
    }
    rows = [(name, *span.split("/")) for name, spans in dates.items() for span in spans]
    vn2(bench, pd.DataFrame(rows, columns=["event", "start_date", "end_date"]))


def retail(bench):
    """SKUs, weeks, units (sku, week); NaN before a product's first row."""
    long = pd.read_parquet(bench / "online_retail" / "weekly_train.parquet")
    wide = long.pivot(index="unique_id", columns="ds", values="y").sort_index()
    return wide.index.to_numpy(object), pd.DatetimeIndex(wide.columns), wide.to_numpy(float)


def history_of(skus, weeks, units, origin, **columns):
    """History frame of the weeks before `origin`."""
    frame = {
        "sku": np.repeat(skus, origin),
        "week": np.tile(weeks[:origin], len(skus)),
        "units": units[:, :origin].ravel(),
    }
    return pd.DataFrame(frame | {k: v[:, :origin].ravel() for k, v in columns.items()})


def conformal(model, series):
    """Quantiles (length, quantile) of sums: the point forecast shifted by the model's own past errors of such sums."""

    def sums(past):
        got = np.maximum(model.forecast(y=past, h=max(LENGTHS))["mean"], 0)
        return np.array([got[:n].sum() for n in LENGTHS])

    now = sums(series)
    errors = []
    for back in range(4, len(series) - 6):
        past, ahead = series[:-back], series[-back:]
        if len(errors) >= 12:
            break
        then = sums(past)
        errors.append([ahead[:n].sum() - t if n <= back else np.nan for n, t in zip(LENGTHS, then, strict=True)])
    out = np.tile(now[:, None], (1, len(QUANTILES)))
    for k in range(len(LENGTHS)):
        own = np.array([e[k] for e in errors if not np.isnan(e[k])])
        if len(own) >= 3:
            out[k] = np.maximum(now[k] + np.quantile(own, QUANTILES), 0)
    return out


def rivals():
    """statsforecast's models: name -> model, and which are quick enough for every product.

    There is no full year, so a season can only be that of four weeks.
    """
    from statsforecast import models as m

    quick = {
        "CrostonSBA": m.CrostonSBA(),
        "TSB": m.TSB(0.2, 0.2),
        "IMAPA": m.IMAPA(),
        "SES": m.SimpleExponentialSmoothingOptimized(),
        "SeasonalNaive(4)": m.SeasonalNaive(season_length=4),
    }
    slow = {
        "AutoETS": m.AutoETS(season_length=1),
        "AutoTheta": m.AutoTheta(season_length=1),
        "DynamicOptimizedTheta": m.DynamicOptimizedTheta(season_length=1),
        "MSTL(4)": m.MSTL(season_length=4),
    }
    return quick, slow


def online_retail(bench, series):
    """Every product against the quick models, and a fixed sample of `series` products against all."""
    quick, slow = rivals()
    skus, weeks, units = retail(bench)
    recorded = np.nan_to_num(units)
    rows = []
    for origin in RETAIL_ORIGINS:
        paths = forecast(history_of(skus, weeks, units, origin), max(LENGTHS), seed=1).paths
        sold = np.flatnonzero((units[:, :origin] > 0).any(axis=1))
        some = np.unique(np.linspace(0, len(sold) - 1, min(series, len(sold))).astype(int))
        rest = recorded[sold][:, origin - 26 if origin > 26 else 0 : origin]
        draw = rest[:, np.random.default_rng(1).integers(0, rest.shape[1], (200, max(LENGTHS)))]
        answers = {
            "Replenish": _quantiles([paths.cumulative(n)[sold] for n in LENGTHS]),
            "bootstrap of recent weeks": _quantiles([draw[:, :, :n].sum(axis=2) for n in LENGTHS]),
        }
        for name, model in quick.items():
            answers[name] = np.stack([_safe(model, recorded[i, :origin]) for i in sold])
        rows += [_scored(name, q, units[sold], origin) | {"products": "all"} for name, q in answers.items()]
        few = {name: q[some] for name, q in answers.items()}
        for name, model in slow.items():
            few[name] = np.stack([_safe(model, recorded[i, :origin]) for i in sold[some]])
        rows += [_scored(name, q, units[sold[some]], origin) | {"products": "sample"} for name, q in few.items()]
    table = pd.DataFrame(rows).drop(columns="origin").groupby(["products", "method"]).mean()
    for products, part in table.groupby("products"):
        print(products, f"({len(sold) if products == 'all' else len(some)} products at the last origin)")
        print(part.droplevel("products").sort_values("wql_8").round(3).to_string())


def _quantiles(totals):
    return np.stack([np.quantile(total, QUANTILES, axis=1).T for total in totals], axis=1)


def _safe(model, series):
    first = int(np.argmax(series > 0))
    try:
        return conformal(model, series[min(first, len(series) - 8) :])
    except Exception:  # statsforecast refuses with a bare Exception, among others, what it cannot fit
        return np.tile(np.array([series[first:].mean() * n for n in LENGTHS])[:, None], (1, len(QUANTILES)))


def _scored(name, quantiles, units, origin):
    row = {"method": name, "origin": origin}
    for k, n in enumerate(LENGTHS):
        actual, q = units[:, origin : origin + n].sum(axis=1), quantiles[:, k]
        error = actual[:, None] - q
        loss = np.maximum(QUANTILES * error, (QUANTILES - 1) * error)
        row[f"wql_{n}"] = 2 * loss.mean(axis=1).sum() / actual.sum()
        row[f"cov80_{n}"] = ((actual >= q[:, 1]) & (actual <= q[:, 9])).mean()
    return row


def calibration(bench):
    """Coverage of the 50, 80, 95 % bands by class; a whole count is placed at random within its own step."""
    bench_module = yardstick(bench)
    skus, weeks, units, stocked = bench_module.panel()
    origins = [len(weeks) - 13 - 4 * k for k in range(12)][::-1]
    _by_class("vn2", skus, weeks, units, origins, stocked)
    _by_class("online_retail", *retail(bench), RETAIL_ORIGINS, None)


def _by_class(name, skus, weeks, units, origins, stocked):
    rng, parts = np.random.default_rng(0), []
    for origin in origins:
        columns = {} if stocked is None else {"availability": stocked}
        got = forecast(history_of(skus, weeks, units, origin, **columns), max(LENGTHS), seed=1)
        sold = (units[:, :origin] > 0).any(axis=1)
        for n in LENGTHS:
            fair = sold if stocked is None else stocked[:, origin : origin + n].all(axis=1)
            total, actual = got.paths.cumulative(n)[fair], units[fair, origin : origin + n].sum(axis=1)[:, None]
            place = (total < actual).mean(axis=1) + rng.random(len(actual)) * (total == actual).mean(axis=1)
            parts.append(pd.DataFrame({"class": got.classes.to_numpy()[fair], "weeks": n, "place": place}))
    both = pd.concat(parts)
    print(name)
    for key in (["weeks"], ["class", "weeks"]):
        table = both.groupby(key)["place"].agg(["size", *(lambda p, k=k: coverage(p.to_numpy())[k] for k in range(3))])
        table.columns = ["windows", "50 %", "80 %", "95 %"]
        print(table.round(3).to_string())


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("what", choices=("vn2", "vn2_events", "online_retail", "calibration"))
    arguments.add_argument("--bench", type=Path, default=ROOT.parent / "shared" / "bench")
    arguments.add_argument("--series", type=int, default=100, help="products the slow models are measured on")
    given = arguments.parse_args()
    if given.what == "online_retail":
        online_retail(given.bench, given.series)
    else:
        {"vn2": vn2, "vn2_events": vn2_events, "calibration": calibration}[given.what](given.bench)
