"""The SKUs of a plan as the page holds them: one table of all, and blocks of series and evidence read SKU by SKU."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from reports.bundle import PlanReport
from reports.html.packing import columns, pack, scaled

BLOCK = 200  # SKUs unpacked at once
DETAILED = 10_000  # SKUs with charts and evidence, the most urgent; the others are in the table only
PAST_WEEKS = 157
_EPOCH = pd.Timestamp(0)

_CATALOGUE_KINDS = {
    "marketplace": "text", "sku": "text", "title": "text", "asin": "text", "fnsku": "text", "brand": "text",
    "category": "text", "supplier": "text", "status": "text",
}  # fmt: skip
_ITEM_KINDS = {
    "fba_on_hand": "1", "fba_arriving": "1", "upstream_on_hand": "1", "upstream_arriving": "1", "ship": "1", "buy": "1",
    "demand_to_review": "1", "weekly_demand": "2", "cover_before": "1", "cover_after": "1", "stockout_before": "3",
    "stockout_after": "3", "lost_before": "1", "lost_after": "1", "unavoidable_loss": "1", "profit_gain": "2",
    "storage_after": "2", "aged_after": "2", "low_inventory_after": "2", "excess_units": "1", "action": "text",
    "action_worth": "2", "urgency": "2", "reason": "text",
}  # fmt: skip
_EVIDENCE: dict[str, dict[str, str]] = {
    "purchases": {
        "supplier": "text", "mode": "text", "destination": "text", "quantity": "1", "cartons": "1", "currency": "text",
        "amount": "2", "landed_cost": "2", "arrival_week": "1", "expected_profit": "2", "value_of_last": "2",
        "value_of_next": "2", "limit": "text", "reason": "text",
    },
    "shipments": {
        "source": "text", "destination": "text", "mode": "text", "quantity": "1", "cartons": "1", "move_cost": "2",
        "arrival_week": "1", "expected_profit": "2", "value_of_last": "2", "value_of_next": "2", "limit": "text",
        "reason": "text",
    },
    "arrivals": {"reference": "text", "kind": "text", "destination": "text", "units": "1", "expected_on": "date"},
    "economics": {
        "figure": "text", "amount": "4", "unit": "text", "table": "text", "valid_from": "date", "valid_to": "date",
        "source": "text", "confidence": "text",
    },
    "aged": {
        "age_from_days": "0", "age_to_days": "0", "units": "1", "surcharge_per_month": "2", "action": "text",
        "worth": "2",
    },
    "changes": {"field": "text", "last_plan": "2", "this_plan": "2", "cause": "text", "effect_units": "2"},
    "overrides": {"kind": "text", "value": "2", "start_date": "date", "end_date": "date", "reason": "text"},
}  # fmt: skip


@dataclass(frozen=True)
class Items:
    """`blocks` by name, packed; `about` says how to read them; the page needs both."""

    blocks: dict[str, str]
    about: dict[str, Any]


def items_of(report: PlanReport) -> Items:
    """All SKUs of `report`, in the order of `report.items`."""
    order = pd.Index(report.items)
    detailed = _most_urgent(report, DETAILED)
    place = np.full(len(order), -1)
    place[detailed] = np.arange(len(detailed))
    history = _History.of(report, order)
    evidence = {name: _by_item(frame, order) for name, frame in _evidence_frames(report).items()}
    blocks = {"items": pack(_table(report, order) | {"place": place.tolist()})}
    for number, start in enumerate(range(0, len(detailed), BLOCK)):
        chosen = detailed[start : start + BLOCK]
        blocks[f"block-{number}"] = pack(
            {
                "history": history.block(chosen),
                "forecast": [scaled(a[chosen], 10) for a in _forecast(report)],
                "projection": [scaled(a[chosen], 10) for a in _projection(report)],
                "components": _components(report, order, chosen),
                "evidence": {name: _rows(frame, chosen, _EVIDENCE[name]) for name, frame in evidence.items()},
            }
        )
    about = {
        "count": len(order),
        "detailed": len(detailed),
        "blockSize": BLOCK,
        "weeks": [(pd.Timestamp(week) - _EPOCH).days for week in report.weeks],
        "firstWeek": history.first_day,
        "corrections": history.corrections,
    }
    return Items(blocks, about)


def _most_urgent(report: PlanReport, limit: int) -> npt.NDArray[np.intp]:
    urgency = _aligned(report.decision.items, pd.Index(report.items)).get("urgency", pd.Series(0.0, report.items))
    ranked = np.argsort(-np.nan_to_num(np.asarray(urgency, dtype=float)), kind="stable")
    return np.sort(ranked[:limit])


def _aligned(frame: pd.DataFrame, order: pd.Index) -> pd.DataFrame:
    if "item" not in frame.columns:
        return pd.DataFrame(index=order)
    return frame.drop_duplicates("item").set_index("item").reindex(order)


def _table(report: PlanReport, order: pd.Index) -> dict[str, Any]:
    catalogue, decided = _aligned(report.catalogue, order), _aligned(report.decision.items, order)
    purchases = report.decision.purchases
    cash = purchases.groupby("item")["landed_cost"].sum() if len(purchases) else pd.Series(dtype=float)
    decided = decided.assign(cash=cash.reindex(order).fillna(0.0).to_numpy())
    return {
        "item": [str(item) for item in order],
        **columns(catalogue, _CATALOGUE_KINDS),
        **columns(decided, _ITEM_KINDS | {"cash": "2"}),
    }


def _forecast(report: PlanReport) -> tuple[Any, ...]:
    return report.forecast_mean, report.forecast_low, report.forecast_high


def _projection(report: PlanReport) -> tuple[Any, ...]:
    p = report.decision.projection
    return p.mean_without, p.low_without, p.high_without, p.mean_with, p.low_with, p.high_with


def _components(report: PlanReport, order: pd.Index, chosen: npt.NDArray[np.intp]) -> list[Any] | None:
    if report.components.empty:
        return None
    names = [name for name in ("level", "season", "event", "promo") if name in report.components.columns]
    part = report.components[report.components["item"].isin(order[chosen])]
    week = (pd.to_datetime(part["week"]) - pd.Timestamp(report.weeks[0])).dt.days.to_numpy() // 7
    row = pd.Index(order[chosen]).get_indexer(part["item"])
    inside = (week >= 0) & (week < len(report.weeks))
    layers = np.full((len(names), len(chosen), len(report.weeks)), np.nan)
    layers[:, row[inside], week[inside]] = part[names].to_numpy(dtype=float)[inside].T
    return [scaled(layer, 100) for layer in layers]


@dataclass(frozen=True)
class _History:
    """Past weeks as arrays (N, T) from `first_day` (days since 1970) on; NaN where no report covers the week."""

    first_day: int
    units: npt.NDArray[np.floating]
    demand: npt.NDArray[np.floating]
    availability: npt.NDArray[np.floating]
    correction: npt.NDArray[np.integer]
    corrections: list[str]

    @classmethod
    def of(cls, report: PlanReport, order: pd.Index) -> "_History":
        frame = report.history
        start = pd.Timestamp(report.weeks[0]) if report.weeks else _EPOCH
        weeks_ago = (start - pd.to_datetime(frame["week"])).dt.days.to_numpy() // 7 if len(frame) else np.zeros(0, int)
        span = int(min(PAST_WEEKS, weeks_ago.max(initial=0)))
        row = order.get_indexer(pd.Index(frame["item"])) if len(frame) else np.zeros(0, int)
        kept = (row >= 0) & (weeks_ago > 0) & (weeks_ago <= span)
        at = (row[kept], span - weeks_ago[kept])
        reasons = frame["correction"].replace("", None) if len(frame) else pd.Series(dtype=object)
        codes, texts = pd.factorize(reasons, sort=True)

        def laid_out(name: str) -> npt.NDArray[np.floating]:
            grid = np.full((len(order), span), np.nan)
            if name in frame.columns:
                grid[at] = frame[name].to_numpy(dtype=float)[kept]
            return grid

        correction = np.full((len(order), span), -1)
        correction[at] = codes[kept]
        first = (start - _EPOCH).days - 7 * span
        return cls(first, laid_out("units"), laid_out("demand"), laid_out("availability"), correction,
                   [str(text) for text in texts])  # fmt: skip

    def block(self, chosen: npt.NDArray[np.intp]) -> dict[str, list[Any]]:
        """Each SKU from its first known week; demand as what exceeds the units sold, in tenths."""
        known = ~np.isnan(self.units[chosen])
        first = (np.cumsum(known, axis=1) == 0).sum(axis=1).tolist()

        def cut(values: npt.NDArray[Any], scale: int) -> list[Any]:
            return [row[start:] for row, start in zip(scaled(values[chosen], scale), first, strict=True)]

        return {
            "start": first,
            "units": cut(self.units, 1),
            "beyond": cut(self.demand - self.units, 10),
            "availability": cut(self.availability, 100),
            "correction": cut(self.correction, 1),
        }


def _evidence_frames(report: PlanReport) -> dict[str, pd.DataFrame]:
    return {
        "purchases": report.decision.purchases,
        "shipments": report.decision.shipments,
        "arrivals": report.arrivals,
        "economics": report.economics,
        "aged": report.aged,
        "changes": report.changes,
        "overrides": report.overrides,
    }


def _by_item(frame: pd.DataFrame, order: pd.Index) -> pd.DataFrame:
    """Rows of known items in the order of items, with the item's number as `_row`."""
    if "item" not in frame.columns:
        return pd.DataFrame({"_row": np.zeros(0, int)})
    row = order.get_indexer(pd.Index(frame["item"]))
    return frame.assign(_row=row)[row >= 0].sort_values("_row", kind="stable")


def _rows(frame: pd.DataFrame, chosen: npt.NDArray[np.intp], kinds: dict[str, str]) -> dict[str, Any]:
    """The rows of the chosen items by column; item k's rows are `at[k]` to `at[k + 1]`."""
    part = frame[np.isin(frame["_row"].to_numpy(), chosen)]
    bounds = np.searchsorted(part["_row"].to_numpy(), np.append(chosen, chosen[-1] + 1))
    return {"at": bounds.tolist(), **columns(part, kinds)}
