"""The forecast against the truth of the sample seller, through the app's own path from report files to paths.

    python tests/benchmarks/forecast_sample.py [--seed 1] [--skus 300] [--back 0 26 39] [--peaks 50 41]

From the day of the plan and from so many weeks before it: bias against expected demand, weighted quantile loss
and coverage of the demand that really followed (stockouts do not hide it), by class and length. Then by family, from
mid-October and mid-August (--peaks): expectation over 26 weeks against what was to be expected, in the weeks of its
season (above half the highest one ahead) and in the rest.
"""

import argparse
import tempfile
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from data.sample import DEFAULT_AS_OF, calendar, generate, write_reports
from data.store import open_store
from data.templates import write_templates
from forecasting import forecast
from forecasting.calibration import coverage
from replenish.weekly.demand import dated_events, history_frame, promotions_frame
from replenish.weekly.known import gather, item_key
from replenish.weekly.run import fit_items
from replenish.workspace import init_workspace

LENGTHS, HORIZON = (3, 8, 13, 26), 26
QUANTILES = np.array([0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95])


def known_of(seller, folder):
    """What the app knows of the seller after loading its reports."""
    workspace, _ = init_workspace(folder)
    write_templates(workspace.templates)
    with open_store(workspace.store_path) as store:
        for path in write_reports(seller, folder / "downloads"):
            store.load(path, marketplace=None if path.parent.name == "own" else path.parent.name)
        return gather(store, DEFAULT_AS_OF)


def forecast_from(known, back):
    """The forecast from `back` weeks before the day of the plan, and the weeks it is for."""
    items, _ = fit_items(known, [])
    history = history_frame(known, items)
    last = history["week"].max() - pd.Timedelta(weeks=back)
    history = history[history["week"] <= last]
    events = dated_events(known, known.start + timedelta(weeks=HORIZON + 1))
    got = forecast(history, HORIZON, seed=1, events=events, promotions=promotions_frame(known))
    return got, pd.DatetimeIndex([last + pd.Timedelta(weeks=k + 1) for k in range(HORIZON)])


def windows(known, truth, back):
    """One row per SKU and length from `back` weeks before the day of the plan, and the calibration table."""
    got, ahead = forecast_from(known, back)
    wide = {c: truth.pivot(index="item", columns="week", values=c) for c in ("demand", "expected")}
    real = np.isin(got.paths.skus, wide["demand"].index)
    skus, parts = got.paths.skus[real], []
    for n in LENGTHS:
        total = got.paths.cumulative(n)[real]
        actual, meant = (wide[c].loc[skus, ahead[:n]].to_numpy(float).sum(axis=1) for c in ("demand", "expected"))
        error = actual[:, None] - np.quantile(total, QUANTILES, axis=1).T
        below, equal = (total < actual[:, None]).mean(axis=1), (total == actual[:, None]).mean(axis=1)
        frame = {
            "class": got.classes.to_numpy()[real],
            "weeks": n,
            "actual": actual,
            "meant": meant,
            "mean": total.mean(axis=1),
            "loss": 2 * np.maximum(QUANTILES * error, (QUANTILES - 1) * error).mean(axis=1),
            "place": below + equal * np.random.default_rng(0).random(len(skus)),
        }
        parts.append(pd.DataFrame(frame))
    return pd.concat(parts), got.calibration


def families(known, seller, truth, back):
    """Mean of the forecast over what was to be expected, by family and part of the season."""
    got, ahead = forecast_from(known, back)
    meant = truth.pivot(index="item", columns="week", values="expected")[ahead]
    items = seller.items.set_index(item_key(seller.items)).loc[np.intersect1d(got.paths.skus, meant.index)]
    days = ahead[0].to_datetime64().astype("M8[D]") + np.arange(7 * HORIZON)
    curve = calendar.season_curves(days).reshape(len(calendar.FAMILIES), -1, HORIZON, 7).mean(axis=3)
    season = curve[items["family"], items["market"]]
    high = season > season.max(axis=1, keepdims=True) / 2
    rows = pd.DataFrame(
        {
            "family": np.repeat(np.array(calendar.FAMILIES)[items["family"]], HORIZON),
            "part": np.where(high, "season", "rest").ravel(),
            "mean": got.paths.select(items.index).mean().ravel(),
            "meant": meant.loc[items.index].to_numpy(float).ravel(),
        }
    )
    both = rows.groupby(["family", "part"])[["mean", "meant"]].sum()
    return (both["mean"] / both["meant"]).rename(f"{ahead[0]:%Y-%m-%d}")


def table(rows, by):
    """Scores by group."""
    grouped = rows.groupby(by)
    out = pd.DataFrame({"windows": grouped.size(), "bias": grouped["mean"].sum() / grouped["meant"].sum() - 1})
    out["wql"] = grouped["loss"].sum() / grouped["actual"].sum()
    for k, name in enumerate(("50 %", "80 %", "95 %")):
        out[name] = grouped["place"].apply(lambda p, k=k: coverage(p.to_numpy())[k])
    return out.round(3).to_string()


def main(seed, skus, backs, peaks):
    """The tables."""
    seller = generate(seed=seed, skus=skus, as_of=DEFAULT_AS_OF)
    truth = seller.truth.weekly()
    truth["item"] = item_key(truth)
    with tempfile.TemporaryDirectory() as folder:
        known = known_of(seller, Path(folder) / "workspace")
    done = [windows(known, truth, back) for back in backs]
    rows = pd.concat([part for part, _ in done])
    judged = pd.concat([c.assign(run=k) for k, (_, c) in enumerate(done)]).drop_duplicates(["run", "class", "length"])
    print(table(rows, ["weeks"]), table(rows, ["class", "weeks"]), sep="\n")
    print(f"{(~judged['passed'].astype(bool)).mean():.0%} of class and length fail their check in rehearsal")
    print(pd.concat([families(known, seller, truth, back) for back in peaks], axis=1).round(2).to_string())


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--skus", type=int, default=300)
    arguments.add_argument("--back", type=int, nargs="+", default=[0, 26, 39])
    arguments.add_argument("--peaks", type=int, nargs="+", default=[50, 41])
    given = arguments.parse_args()
    main(given.seed, given.skus, given.back, given.peaks)
