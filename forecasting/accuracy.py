"""How good is the forecast on the seller's own history: rolling origins, against what sellers use today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting import daily
from forecasting.baselines import RIVALS, Rival
from forecasting.calibration import coverage
from forecasting.engine import forecast_panel
from forecasting.random import sku_keys, uniforms
from forecasting.schema import HistoryError, Panel, read_history
from forecasting.settings import ForecastSettings

Floats = npt.NDArray[np.floating]
OURS = "Replenish"
QUANTILES = np.array([0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
FEWEST_PAST = 12


@dataclass(frozen=True, eq=False)
class Accuracy:
    """table: method, class (`all` or a SKU class), length (weeks summed), windows, units (sold), bias and wape
    (shares of units sold), pinball (weighted quantile loss), coverage_50, coverage_80, coverage_95.

    origins: first weeks of the windows. over_time: method, origin, wape and coverage_80 of the middle length by the
    week it was forecast in. sentence: what it means.
    """

    table: pd.DataFrame
    origins: pd.DatetimeIndex
    over_time: pd.DataFrame
    sentence: str

    def to_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "sentence": self.sentence,
            "origins": [f"{o:%Y-%m-%d}" for o in self.origins],
            "rows": self.table.to_dict("records"),
            "over_time": self.over_time.assign(
                origin=pd.to_datetime(self.over_time["origin"]).dt.strftime("%Y-%m-%d")
            ).to_dict("records"),
        }


def accuracy(
    history: pd.DataFrame,
    *,
    lengths: Sequence[int] = (3, 8, 13),
    origins: int = 4,
    series: int = 300,
    seed: int = 0,
    paths: int = 200,
    frequency: str | None = None,
    events: pd.DataFrame | None = None,
    promotions: pd.DataFrame | None = None,
    settings: ForecastSettings | None = None,
    rivals: Mapping[str, Rival] = RIVALS,
) -> Accuracy:
    """Forecast from `origins` past dates and compare with what was sold, in windows in stock throughout.

    Nothing after an origin is used at it. `series`: at most so many SKUs are scored (chosen by name, the
    forecast still sees all), because AutoETS takes its time. HistoryError when the history is too short.
    """
    settings = settings or ForecastSettings()
    panel = read_history(history, settings, frequency)
    weekly = daily.to_weeks(panel) if panel.frequency == "D" else panel
    starts = _origins(len(weekly.periods), max(lengths), origins)
    chosen = np.sort(np.argsort(sku_keys(0, weekly.skus), kind="stable")[:series])
    parts = []
    for start in starts:
        past = weekly.before(start)
        ours = forecast_panel(
            past, max(lengths), seed, paths, events=events, promotions=promotions, overrides=None, settings=settings
        )
        sold = np.nan_to_num(past.units[chosen])
        methods = {OURS: np.asarray(ours.paths.samples[chosen], float)}
        methods |= {name: rival(sold, max(lengths), paths, seed) for name, rival in rivals.items()}
        kinds = ours.classes.to_numpy()[chosen]
        parts += [
            _windows(name, got, weekly.take(chosen), start, n, kinds) for name, got in methods.items() for n in lengths
        ]
    windows = pd.concat(parts, ignore_index=True)
    windows["place"] = windows["below"] + windows["equal"] * uniforms(seed, len(windows))
    table = _table(windows)
    middle = sorted(lengths)[len(lengths) // 2]
    return Accuracy(table, weekly.periods[starts], _over_time(windows, middle, weekly.periods), meaning(table))


def _origins(periods: int, longest: int, count: int) -> list[int]:
    last = periods - longest
    if last < FEWEST_PAST:
        raise HistoryError(
            f"{periods} weeks of history are too short to measure sums over {longest} weeks: "
            f"{longest + FEWEST_PAST} are needed; ask for shorter lengths"
        )
    step = max(1, min(4, (last - FEWEST_PAST) // max(count, 1)))
    return sorted({max(last - k * step, FEWEST_PAST) for k in range(count)})


def _windows(
    method: str, samples: Floats, panel: Panel, start: int, length: int, kinds: npt.NDArray[np.object_]
) -> pd.DataFrame:
    """One row per window in stock throughout: mean, loss, and the outcome's place among the samples."""
    ahead = slice(start, start + length)
    units, stocked = panel.units[:, ahead], np.nan_to_num(panel.availability[:, ahead], nan=1.0) >= 1
    launched = (np.nan_to_num(panel.units[:, :start]) > 0).any(axis=1)
    rows = (stocked & ~np.isnan(units)).all(axis=1) & launched
    total, actual = samples[rows, :, :length].sum(axis=2), units[rows].sum(axis=1)
    error = actual[:, None] - np.quantile(total, QUANTILES, axis=1).T
    loss = 2 * np.maximum(QUANTILES * error, (QUANTILES - 1) * error).mean(axis=1)
    return pd.DataFrame(
        {
            "method": method,
            "class": kinds[rows],
            "start": start,
            "length": length,
            "actual": actual,
            "mean": total.mean(axis=1),
            "loss": loss,
            "below": (total < actual[:, None]).mean(axis=1),
            "equal": (total == actual[:, None]).mean(axis=1),
        }
    )


def _over_time(windows: pd.DataFrame, length: int, periods: pd.DatetimeIndex) -> pd.DataFrame:
    """Error and band of sums over `length` weeks by the week they were forecast in."""
    rows = []
    for key, part in windows[windows["length"] == length].groupby(["method", "start"], sort=False):
        method, start = str(key[0]), int(str(key[1]))
        error = float((part["mean"] - part["actual"]).abs().sum()) / max(float(part["actual"].sum()), 1e-9)
        held = float(coverage(part["place"].to_numpy())[1])
        rows.append({"method": method, "origin": periods[start], "wape": error, "coverage_80": held})
    return pd.DataFrame(rows, columns=["method", "origin", "wape", "coverage_80"])


def _table(windows: pd.DataFrame) -> pd.DataFrame:
    both = pd.concat([windows.assign(**{"class": "all"}), windows])
    rows = []
    for key, part in both.groupby(["method", "class", "length"], sort=False):
        method, kind, length = (str(key[0]), str(key[1]), int(str(key[2])))
        units = max(float(part["actual"].sum()), 1e-9)
        held = coverage(part["place"].to_numpy())
        rows.append(
            {
                "method": method,
                "class": kind,
                "length": length,
                "windows": len(part),
                "units": float(part["actual"].sum()),
                "bias": float((part["mean"] - part["actual"]).sum()) / units,
                "wape": float((part["mean"] - part["actual"]).abs().sum()) / units,
                "pinball": float(part["loss"].sum()) / units,
                "coverage_50": float(held[0]),
                "coverage_80": float(held[1]),
                "coverage_95": float(held[2]),
            }
        )
    return pd.DataFrame(rows)


def meaning(table: pd.DataFrame) -> str:
    """One sentence on the middle length: error, against the best rival, and whether the band holds."""
    whole = table[table["class"] == "all"]
    if whole.empty:
        return "No window was in stock throughout, so nothing could be measured."
    lengths = sorted(whole["length"].unique())
    at = whole[whole["length"] == lengths[len(lengths) // 2]].set_index("method")
    ours, others = at.loc[OURS], at.drop(OURS)
    text = (
        f"Over {int(ours['length'])} weeks the forecast was off by {ours['wape']:.0%} of the units sold "
        f"({ours['bias']:+.0%} on balance)"
    )
    if len(others):
        best = others["pinball"].idxmin()
        change = 1 - ours["pinball"] / others.loc[best, "pinball"]
        text += f"; as a distribution it lost {abs(change):.0%} {'less' if change >= 0 else 'more'} than {best}"
    return f"{text}, and its 80 % band held {ours['coverage_80']:.0%} of outcomes."
