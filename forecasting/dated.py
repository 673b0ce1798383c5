"""Dated rows laid over weeks: events as effects per marketplace; promotions, prices and ad spend as drivers per SKU."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.schema import Panel

Floats = npt.NDArray[np.floating]
LAGS = (-1, 0, 1)
WEEK = pd.Timedelta(days=7)
KIND_PRIOR, DEPTH_PRIOR, PRICE_PRIOR, AD_PRIOR = 0.5, 2.0, 1.5, 0.3  # log deviations believed without evidence
SMALLEST_PRICE_CHANGE = 0.02  # smaller ones are the mix of coupons and rounding
USUAL_WEEKS = 4  # a price or ad budget not stated ahead stays at its median of so many last weeks


class CalendarError(ValueError):
    """An event, promotion or planned row cannot be used; the message names it."""


@dataclass(frozen=True, eq=False)
class Effect:
    """An event, or the week beside it. table: (market, week), how much of it falls in each week."""

    name: str
    lag: int
    table: Floats


@dataclass(frozen=True, eq=False)
class Driver:
    """What moves single SKUs. value: (sku, week), 0 where nothing moves; spread: of its coefficient beforehand."""

    name: str
    value: Floats
    spread: float


def markets_of(panel: Panel) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.object_]]:
    """Code of each SKU's marketplace, and the names."""
    labels = panel.groups.get("marketplace", np.full(len(panel.skus), None, dtype=object))
    codes, names = pd.factorize(pd.Series(labels, dtype=object).fillna("").to_numpy(object), sort=True)
    return codes.astype(np.intp), np.asarray(names, dtype=object)


def event_effects(
    markets: npt.NDArray[np.object_], weeks: pd.DatetimeIndex, events: pd.DataFrame | None
) -> list[Effect]:
    """Each event and the weeks beside it. An event all of whose dates are long past is left to the season."""
    if events is None or events.empty:
        return []
    _need(events, ("event", "start_date"), "event")
    effects = []
    for name, rows in events.groupby("event", sort=True):
        starts, ends = _span(rows, "event")
        if starts.max() < weeks[-1] - WEEK * 60 or ends.max() < weeks[0]:
            continue
        made = (Effect(str(name), lag, _event_table(rows, starts, ends, weeks, lag, markets)) for lag in LAGS)
        effects += [effect for effect in made if effect.table.any()]
    return effects


def _event_table(
    rows: pd.DataFrame,
    starts: pd.DatetimeIndex,
    ends: pd.DatetimeIndex,
    weeks: pd.DatetimeIndex,
    lag: int,
    markets: npt.NDArray[np.object_],
) -> Floats:
    """Share per market and week of the event itself (lag 0) or the week before its first or after its last."""
    total = np.zeros((len(markets), len(weeks)))
    first, last = (np.asarray((days - weeks[0]).days) for days in (starts, ends))
    where = rows["marketplace"].to_numpy(object) if "marketplace" in rows else np.full(len(rows), None)
    for start, end, market in zip(first, last, where, strict=True):
        if lag:
            at = (start if lag < 0 else end) // 7 + lag
            share = (np.arange(len(weeks)) == at) * 1.0
        else:
            share = _days_inside(len(weeks), start, end) / min(7, end - start + 1)
        everywhere = pd.isna(market) or not any(markets)
        hit = np.asarray((markets == market) | everywhere, dtype=float)[:, None]
        total = np.maximum(total, hit * share)
    return total


def promotion_drivers(
    panel: Panel, weeks: pd.DatetimeIndex, promotions: pd.DataFrame | None
) -> tuple[list[Driver], Floats | None]:
    """A driver per kind of promotion, one for the depth of discounts, one for ad spend; and the planner's own
    uplifts of weeks ahead as logs, (sku, week), NaN where none is stated (None: none at all).
    """
    if promotions is None or promotions.empty:
        return [], None
    _need(promotions, ("start_date",), "promotion")
    shape, past = (len(panel.skus), len(weeks)), len(panel.periods)
    cells = _promotion_cells(panel, weeks, promotions)
    stated = np.log(np.maximum(_column(promotions, "uplift"), 0.05))[cells.row]
    own = np.isfinite(stated) & (cells.week >= past)
    logs: Floats | None = None
    if own.any():
        logs = np.full(shape, np.nan)
        logs[cells.sku[own], cells.week[own]] = (stated * cells.share)[own]
    learned = cells.take(~own)
    kinds = promotions["kind"].fillna("promotion").astype(str) if "kind" in promotions else None
    kind = np.full(len(promotions), "promotion", dtype=object) if kinds is None else kinds.to_numpy(object)
    drivers = [Driver(str(name), learned.largest(shape, (kind == name) * 1.0), KIND_PRIOR) for name in np.unique(kind)]
    depth = _depth(_column(promotions, "discount"))
    drivers.append(Driver("discount", learned.largest(shape, depth), DEPTH_PRIOR))
    spend = np.nan_to_num(_column(promotions, "ad_spend"))
    weekly = cells.sum(shape, np.maximum(spend, 0) * 7 / cells.days)
    drivers.append(Driver("promotion ad spend", _relative_spend(weekly, past), AD_PRIOR))
    return [d for d in drivers if d.value.any()], logs


@dataclass(frozen=True, eq=False)
class _Cells:
    """SKU-weeks that promotions touch: row of the table, SKU, week, share of the week; days of each row."""

    row: npt.NDArray[np.intp]
    sku: npt.NDArray[np.intp]
    week: npt.NDArray[np.intp]
    share: Floats
    days: Floats

    def take(self, some: npt.NDArray[np.bool_]) -> "_Cells":
        return _Cells(self.row[some], self.sku[some], self.week[some], self.share[some], self.days)

    def largest(self, shape: tuple[int, int], value: Floats) -> Floats:
        """Largest value of a row times its share, per SKU and week."""
        out = np.zeros(shape)
        np.maximum.at(out, (self.sku, self.week), value[self.row] * self.share)
        return out

    def sum(self, shape: tuple[int, int], value: Floats) -> Floats:
        """Sum of values of rows times their shares, per SKU and week."""
        out = np.zeros(shape)
        np.add.at(out, (self.sku, self.week), value[self.row] * self.share)
        return out


def _promotion_cells(panel: Panel, weeks: pd.DatetimeIndex, promotions: pd.DataFrame) -> _Cells:
    starts, ends = _span(promotions, "promotion")
    first = np.asarray((starts - weeks[0]).days)
    days = np.asarray((ends - starts).days) + 1
    low, high = np.clip(first // 7, 0, len(weeks)), np.clip((first + days - 1) // 7 + 1, 0, len(weeks))
    row, week = _expanded(np.arange(len(promotions)), low, np.maximum(high - low, 0))
    inside = np.minimum(first[row] + days[row], 7 * week + 7) - np.maximum(first[row], 7 * week)
    sku, pair = _skus_of(panel, promotions, row)
    return _Cells(row[pair], sku, week[pair], np.clip(inside[pair] / 7, 0, 1), days.astype(float))


def _expanded(
    rows: npt.NDArray[np.intp], start: npt.NDArray[np.intp], count: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Each row `count` times, with the numbers from `start` on."""
    repeated = np.repeat(rows, count)
    step = np.arange(len(repeated)) - np.repeat(np.cumsum(count) - count, count)
    return repeated, step + start[repeated]


def _skus_of(
    panel: Panel, promotions: pd.DataFrame, row: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """SKU of each cell and the cell it came from; a row without a SKU reaches all of its marketplace."""
    blank = np.full(len(promotions), None, dtype=object)
    named = promotions["sku"].to_numpy(object) if "sku" in promotions else blank
    market = promotions["marketplace"].to_numpy(object) if "marketplace" in promotions else blank
    everyone = np.array([pd.isna(s) or s == "" for s in named], dtype=bool)
    at = pd.Index(panel.skus).get_indexer(pd.Index(np.where(everyone, "", named).astype(str)))
    single = np.flatnonzero(~everyone[row] & (at[row] >= 0))  # a SKU without sales moves nothing
    skus, pairs = [at[row[single]].astype(np.intp)], [single]
    labels = panel.groups.get("marketplace")
    for cell in np.flatnonzero(everyone[row]):
        of = market[row[cell]]
        hit = np.arange(len(panel.skus)) if labels is None or pd.isna(of) else np.flatnonzero(labels == of)
        skus.append(hit)
        pairs.append(np.full(len(hit), cell))
    return np.concatenate(skus), np.concatenate(pairs)


def column_drivers(panel: Panel, weeks: pd.DatetimeIndex, planned: pd.DataFrame | None) -> list[Driver]:
    """Drivers from the columns price, promo and ad_spend of the history, and of what is planned ahead."""
    past, ahead = len(panel.periods), {name: _planned(panel, weeks, planned, name) for name in PLANNED}
    joined = {name: np.concatenate([getattr(panel, name), ahead[name]], axis=1) for name in PLANNED}
    promo = np.nan_to_num(joined["promo"])
    drivers = [
        Driver("promo", (promo > 0) * 1.0, KIND_PRIOR),
        Driver("promo depth", _depth(promo), DEPTH_PRIOR),
        Driver("price", _relative_price(joined["price"], past), PRICE_PRIOR),
    ]
    spend = _carried(joined["ad_spend"], past)
    drivers.append(Driver("ad spend", _relative_spend(np.nan_to_num(spend), past), AD_PRIOR))
    return [d for d in drivers if d.value.any()]


PLANNED = ("price", "promo", "ad_spend")


def planned_then(panel: Panel, origin: int, ahead: int, planned: pd.DataFrame | None) -> pd.DataFrame | None:
    """What was planned at a past period for the `ahead` next ones, taken from what came to be: the columns and SKUs
    of `planned`, the plan of today.
    """
    if planned is None or planned.empty or "sku" not in planned.columns:
        return None
    rows = np.flatnonzero(np.isin(panel.skus, planned["sku"].astype(str).unique()))
    weeks = panel.periods[origin : origin + ahead]
    frame = pd.DataFrame({"sku": np.repeat(panel.skus[rows], len(weeks)), "week": np.tile(weeks, len(rows))})
    columns = [name for name in PLANNED if name in planned.columns]
    return frame.assign(**{name: getattr(panel, name)[rows, origin : origin + ahead].ravel() for name in columns})


def _planned(panel: Panel, weeks: pd.DatetimeIndex, planned: pd.DataFrame | None, name: str) -> Floats:
    """Mean of what is planned for each SKU and week ahead, NaN where nothing is."""
    past = len(panel.periods)
    out = np.full((len(panel.skus), len(weeks) - past), np.nan)
    if planned is None or planned.empty or name not in planned.columns:
        return out
    _need(planned, ("sku", "week"), "planned")
    day = pd.DatetimeIndex(pd.to_datetime(planned["week"], errors="coerce"))
    if day.isna().any():
        raise CalendarError(f"planned row {int(np.argmax(day.isna()))}: week is not a date; write it as YYYY-MM-DD")
    at = pd.Index(panel.skus).get_indexer(pd.Index(planned["sku"].astype(str)))
    week = np.asarray((day - weeks[0]).days) // 7 - past
    value = pd.to_numeric(planned[name], errors="coerce").to_numpy(float)
    use = (at >= 0) & (week >= 0) & (week < out.shape[1]) & np.isfinite(value)
    total, count = np.zeros(out.shape), np.zeros(out.shape)
    np.add.at(total, (at[use], week[use]), value[use])
    np.add.at(count, (at[use], week[use]), 1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _depth(discount: Floats) -> Floats:
    """Log price cut of a discount given as a share of the price; a mere flag (1) says no depth."""
    share = np.where((discount > 0) & (discount < 1), discount, 0.0)
    return np.asarray(-np.log1p(-np.minimum(share, 0.9)))


def _relative_price(price: Floats, past: int) -> Floats:
    """Log of the SKU's usual price over the week's (a cut is above 0); a week without a price keeps the last one."""
    known = np.where(price > 0, price, np.nan)
    usual = _median_of_last(known[:, :past], 52)
    with np.errstate(divide="ignore", invalid="ignore"):
        cut = np.log(usual[:, None]) - np.log(_carried(known, past))
    cut = np.nan_to_num(np.clip(cut, -1.5, 1.5))
    return np.where(np.abs(cut) < SMALLEST_PRICE_CHANGE, 0.0, cut)


def _relative_spend(spend: Floats, past: int) -> Floats:
    """Ad spend against the typical spend of a week with any, as log(1 + ratio)."""
    seen = spend[:, :past][spend[:, :past] > 0]
    typical = float(np.median(seen)) if len(seen) else float(np.median(spend[spend > 0])) if spend.any() else 1.0
    return np.asarray(np.log1p(np.maximum(spend, 0) / typical))


def _carried(values: Floats, past: int) -> Floats:
    """Gaps of the past filled with the value before, gaps ahead with the median of the last known weeks."""
    frame = pd.DataFrame(values[:, :past].T).ffill().to_numpy().T
    ahead = values[:, past:]
    usual = _median_of_last(values[:, :past], USUAL_WEEKS)
    return np.concatenate([frame, np.where(np.isnan(ahead), usual[:, None], ahead)], axis=1)


def _median_of_last(values: Floats, count: int) -> Floats:
    """Median of the last `count` known values of each row, NaN where none is known."""
    known = ~np.isnan(values)
    recent = known & (known[:, ::-1].cumsum(axis=1)[:, ::-1] <= count)
    out = np.full(len(values), np.nan)
    some = recent.any(axis=1)
    if some.any():
        out[some] = np.nanmedian(np.where(recent, values, np.nan)[some], axis=1)
    return out


def _column(frame: pd.DataFrame, name: str) -> Floats:
    if name not in frame.columns:
        return np.full(len(frame), np.nan)
    return np.asarray(pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan))


def _need(frame: pd.DataFrame, columns: tuple[str, ...], what: str) -> None:
    for column in columns:
        if column not in frame.columns:
            raise CalendarError(
                f"the {what} table has no column {column!r} (found: {', '.join(map(str, frame.columns))})"
            )


def _span(rows: pd.DataFrame, what: str) -> tuple[pd.DatetimeIndex, pd.DatetimeIndex]:
    starts = pd.DatetimeIndex(pd.to_datetime(rows["start_date"]))
    ends = pd.DatetimeIndex(pd.to_datetime(rows["end_date"])) if "end_date" in rows else starts
    ends = ends.where(~ends.isna(), starts)
    if starts.isna().any() or (ends < starts).any():
        at = int(np.argmax(np.asarray(starts.isna() | (ends < starts))))
        raise CalendarError(
            f"{what} row {at}: start {starts[at]}, end {ends[at]}; both are dates, the end not before the start"
        )
    return starts, ends


def _days_inside(weeks: int, start: int, end: int) -> Floats:
    """Days of each week from `start` to `end`, both counted in days from the first week's first."""
    first = 7 * np.arange(weeks)
    return np.maximum(np.minimum(end - first, 6) - np.maximum(start - first, 0) + 1.0, 0.0)
