"""From what is known to demand paths: the history frame the forecast engine reads, and its settings."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from forecasting import DemandPaths, Forecast, ForecastSettings, forecast
from policies.calendar import events
from replenish.config import Config
from replenish.weekly.known import Known

GROUPS = ("category", "brand", "marketplace", "title", "status")
LONGEST_EVENT_DAYS = 14  # longer ones (back to school) are seasons, which the profile holds
WEEKS_OFF_SALE = 13  # without a sale in so many weeks an item waits for its launch
DEMAND_OVERRIDES = ("multiplier", "fixed", "add")


def history_frame(known: Known, items: pd.Index) -> pd.DataFrame:
    """Long frame sku (item key), week, units, availability, price and groups for `items`.

    Weeks that no report covers are absent. An item that has never sold gets one row without units, so that it is
    forecast from items like it.
    """
    sales = known.weekly_sales[known.weekly_sales["item"].isin(items)]
    frame = sales[["item", "week", "units", "price"]].assign(week=pd.to_datetime(sales["week"]))
    stocked = known.weekly_availability[["item", "week", "availability"]]
    stocked = stocked.assign(week=pd.to_datetime(stocked["week"]))
    frame = frame.merge(stocked, on=["item", "week"], how="left")
    unsold = items.difference(pd.Index(frame["item"].unique()))
    last_week = pd.Timestamp(known.start) - pd.Timedelta(days=7)
    blank = pd.DataFrame({"item": unsold, "week": last_week, "units": np.nan, "price": np.nan, "availability": np.nan})
    frame = pd.concat([frame, blank.astype(frame.dtypes.to_dict())], ignore_index=True) if len(unsold) else frame
    catalogue = known.catalogue.set_index("item")
    for group in GROUPS:
        frame[group] = frame["item"].map(catalogue[group])
    successor = catalogue["predecessor_sku"].dropna()
    keys = catalogue.loc[successor.index, "marketplace"] + "/" + successor
    frame["predecessor"] = frame["item"].map(keys)
    return frame.rename(columns={"item": "sku"})


def dated_events(known: Known, until: date) -> pd.DataFrame:
    """Events of all marketplaces in the catalogue, from the first sale to `until`."""
    first = pd.to_datetime(known.weekly_sales["week"]).min().date()
    markets = sorted(known.catalogue["marketplace"].dropna().unique())
    frame = pd.concat([events(market, first, until, ("deal", "holiday")) for market in markets], ignore_index=True)
    length = pd.to_datetime(frame["end_date"]) - pd.to_datetime(frame["start_date"])
    frame = frame[length <= pd.Timedelta(days=LONGEST_EVENT_DAYS)].reset_index(drop=True)
    # a date that is only estimated is still the same event: its uplift is learned from earlier years
    return frame.assign(event=frame["event"].str.replace(r"\s*\(estimate\)$", "", regex=True))


def promotions_frame(known: Known) -> pd.DataFrame:
    """The promotions calendar with the item key as sku; an empty sku means every SKU of the marketplace."""
    frame = known.promotions.copy()
    return frame.assign(sku=frame["item"]) if "item" in frame.columns else frame


def demand_overrides(known: Known, items: pd.Index) -> pd.DataFrame:
    """The planner's corrections of the demand for `items`; holds and fixed quantities act on the decision instead.

    An item that is not planned (now) has no demand to correct; its overrides stay on record.
    """
    frame = known.overrides[known.overrides["kind"].isin(DEMAND_OVERRIDES)]
    frame = frame[frame["sku"].isna() | frame["item"].isin(items)]
    return frame.assign(sku=frame["item"]).reset_index(drop=True)


def forecast_demand(known: Known, items: pd.Index, config: Config, horizon: int) -> Forecast:
    """Demand paths for `items` from the Monday of the plan's week on.

    When the newest sales are older than last week, the weeks between are forecast too and left out of the paths.
    """
    history = history_frame(known, items)
    gap = (pd.Timestamp(known.start) - pd.to_datetime(history["week"]).max()).days // 7 - 1
    until = known.start + pd.Timedelta(weeks=horizon + 1).to_pytimedelta()
    settings = ForecastSettings(partition_size=config.planning.partition_size, engine=_engine(config))
    made = forecast(
        history,
        horizon + gap,
        config.planning.seed,
        paths=config.planning.paths,
        events=dated_events(known, until),
        promotions=promotions_frame(known),
        overrides=demand_overrides(known, items),
        settings=settings,
    )
    return replace(made, paths=_from_launch(made.paths, known), base_paths=_from_launch(made.base_paths, known))


def _from_launch(paths: DemandPaths, known: Known) -> DemandPaths:
    """No demand before the week of a launch that lies ahead, of items that do not sell now."""
    launch = pd.to_datetime(known.catalogue.set_index("item")["launch_date"]).reindex(paths.skus)
    since = pd.Timestamp(known.start) - pd.Timedelta(weeks=WEEKS_OFF_SALE)
    recent = known.weekly_sales[pd.to_datetime(known.weekly_sales["week"]) >= since]
    selling = set(recent.loc[recent["units"] > 0, "item"])
    ahead = (launch > pd.Timestamp(known.as_of)).to_numpy() & ~pd.Index(paths.skus).isin(selling)
    if not ahead.any():
        return paths
    first_week = launch - pd.to_timedelta(launch.dt.weekday, unit="D")
    early = np.asarray(paths.periods)[None, :] < first_week.to_numpy()[:, None]
    samples = np.where((early & ahead[:, None])[:, None, :], 0, paths.samples).astype(paths.samples.dtype)
    return DemandPaths(paths.skus, paths.periods, samples)


def _engine(config: Config) -> str | None:
    return None if config.planning.engine == "native" else config.planning.engine
