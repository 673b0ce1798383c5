"""After the event: what a kept scenario expected, what its plan ordered, what happened."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from replenish.errors import RefusedInput
from replenish.weekly.known import Known

COLUMNS = ["item", "base", "scenario", "low", "high", "sold", "availability", "bought", "inside", "verdict"]
STOCKED = 0.9


@dataclass(frozen=True)
class Review:
    """Per item (COLUMNS) the event's weeks: expected by both, sold, stock; `text` says what it means."""

    run: Path
    name: str
    items: pd.DataFrame
    text: str


def review(folder: Path, name: str, known: Known) -> Review:
    """Compare the newest run of scenario `name` with the sales known now."""
    run, told = _newest(folder, name)
    days = told["events"].get(name)
    if not days:
        raise RefusedInput(f'The scenario "{name}" has no event or days to review.')
    spans = {market: (date.fromisoformat(a), date.fromisoformat(b)) for market, (a, b) in days["days"].items()}
    last = max(end for _, end in spans.values())
    if known.start <= last:
        raise RefusedInput(
            f"The event ends on {last}. Load the sales of that week, then review it from the Monday after."
        )
    weeks = pd.read_csv(run / "forecasts" / f"{name}.csv", parse_dates=["week"])
    base = pd.read_csv(run / "forecasts" / "base.csv", parse_dates=["week"])
    frame = _expected(weeks, spans).join(_expected(base, spans)["mean"].rename("base"))
    frame = frame.rename(columns={"mean": "scenario"}).join(_happened(known, spans))
    bought = pd.DataFrame(told["purchases"], columns=["item", "scenario", "quantity"])
    units = bought[bought["scenario"] == name].astype({"quantity": float}).groupby("item")["quantity"].sum()
    frame["bought"] = units.reindex(frame.index).fillna(0.0)
    frame["inside"] = (frame["sold"] >= frame["low"]) & (frame["sold"] <= frame["high"])
    frame["verdict"] = np.select(
        [frame["sold"].isna(), frame["availability"] < STOCKED, frame["sold"] > frame["high"],
         frame["sold"] < frame["low"]],
        ["no sales in the store", "out of stock: sales say less than demand", "more than expected",
         "less than expected"], "as expected",
    )  # fmt: skip
    return Review(run, name, frame.reset_index()[COLUMNS], _text(name, frame))


def _newest(folder: Path, name: str) -> tuple[Path, dict[str, Any]]:
    for path in sorted((folder / "runs").glob("*/scenarios.json"), key=lambda one: one.stat().st_mtime, reverse=True):
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if any(one["scenario"] == name for one in told["scenarios"]):
            return path.parent, told
    raise RefusedInput(f'No run of the scenario "{name}" is kept. `replenish scenario run {name}` makes one.')


def _inside(items: pd.Series, weeks: pd.Series, spans: dict[str, tuple[date, date]]) -> pd.Series:
    """Rows whose week touches the event in the item's marketplace."""
    market = items.astype(str).str.split("/", n=1).str[0]
    start = pd.to_datetime(market.map({m: pd.Timestamp(a) for m, (a, _) in spans.items()}))
    end = pd.to_datetime(market.map({m: pd.Timestamp(b) for m, (_, b) in spans.items()}))
    monday = pd.to_datetime(weeks)
    return (monday <= end) & (monday + timedelta(days=6) >= start)


def _expected(frame: pd.DataFrame, spans: dict[str, tuple[date, date]]) -> pd.DataFrame:
    """Sums over the event's weeks; the ends add up as if one cause moved all weeks."""
    return frame[_inside(frame["item"], frame["week"], spans)].groupby("item")[["mean", "low", "high"]].sum()


def _happened(known: Known, spans: dict[str, tuple[date, date]]) -> pd.DataFrame:
    sales = known.weekly_sales.merge(
        known.weekly_availability[["item", "week", "availability"]], on=["item", "week"], how="left"
    )
    sales = sales[_inside(sales["item"], sales["week"], spans) & (pd.to_datetime(sales["week"]) > _year_before(spans))]
    grouped = sales.groupby("item")
    return pd.DataFrame({"sold": grouped["units"].sum().astype(float), "availability": grouped["availability"].mean()})


def _year_before(spans: dict[str, tuple[date, date]]) -> pd.Timestamp:
    return pd.Timestamp(min(start for start, _ in spans.values()) - timedelta(days=14))


def _text(name: str, frame: pd.DataFrame) -> str:
    seen = frame[frame["sold"].notna()]
    if seen.empty:
        return "No sales of the event's weeks are in the store. Load them and run the review again."
    stocked = seen[~(seen["availability"] < STOCKED)]
    off = {
        column: float((seen[column] - seen["sold"]).abs().sum() / max(seen["sold"].sum(), 1))
        for column in ("base", "scenario")
    }
    closer = name if off["scenario"] < off["base"] else "the base forecast"
    return (
        f"{seen['sold'].sum():,.0f} units sold; {name} expected {seen['scenario'].sum():,.0f}, the base forecast "
        f"{seen['base'].sum():,.0f}. Per SKU {closer} was closer: {off['scenario']:.0%} off for the scenario, "
        f"{off['base']:.0%} for the base. {stocked['inside'].mean():.0%} of the SKUs in stock sold within "
        f"the 80 % range; {len(seen) - len(stocked)} SKU(s) were out of stock for part of it."
    )
