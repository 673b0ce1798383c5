"""Small sellers for forecast tests, each with a sentence on what makes it special."""

import numpy as np
import pandas as pd

MONDAY = "2021-01-04"


def weeks(count: int, first: str = MONDAY) -> pd.DatetimeIndex:
    return pd.date_range(first, periods=count, freq="7D")


def long(series: dict[str, np.ndarray], first: str = MONDAY, step: str = "7D") -> pd.DataFrame:
    """Series by SKU as a history frame."""
    frames = [
        pd.DataFrame({"sku": sku, "week": pd.date_range(first, periods=len(v), freq=step), "units": v})
        for sku, v in series.items()
    ]
    return pd.concat(frames, ignore_index=True)


def steady(skus: int = 12, count: int = 80, rate: float = 6.0, seed: int = 1) -> pd.DataFrame:
    """Over-dispersed sales around a constant rate: nothing to find but the rate."""
    rng = np.random.default_rng(seed)
    return long({f"S{i:02d}": rng.poisson(rate * rng.gamma(4, 0.25, count)).astype(float) for i in range(skus)})


def seasonal(skus: int = 30, count: int = 156, seed: int = 2) -> pd.DataFrame:
    """Three years with a peak of four times the usual in weeks 46 to 49."""
    rng = np.random.default_rng(seed)
    week = weeks(count).isocalendar().week.to_numpy().astype(int)
    factor = np.where((week >= 46) & (week <= 49), 4.0, 1.0)
    level = np.exp(rng.normal(1.5, 0.6, skus))
    return long({f"S{i:02d}": rng.poisson(level[i] * factor).astype(float) for i in range(skus)})


def stocked_out(count: int = 60, rate: float = 10.0, seed: int = 3) -> pd.DataFrame:
    """One SKU that sold 10 a week and then nothing for eight weeks without stock, which the report says."""
    rng = np.random.default_rng(seed)
    units, available = rng.poisson(rate, count).astype(float), np.ones(count)
    units[-8:], available[-8:] = 0, 0
    return long({"OUT": units}).assign(availability=available)


def weird(count: int = 30, step: str = "7D") -> pd.DataFrame:
    """Every shape of series a report has been seen to hold."""
    nan, third = np.nan, count // 3
    rng = np.random.default_rng(4)
    return long(
        {
            "all zero": np.zeros(count),
            "one sale": np.eye(count)[third],
            "constant": np.full(count, 5.0),
            "huge": np.full(count, 1e9),
            "late": np.r_[np.full(count - third, nan), rng.poisson(3, third)],
            "one observation": np.r_[np.full(count - 1, nan), 3.0],
            "never": np.full(count, nan),
        },
        step=step,
    )


def eventful() -> dict[str, pd.DataFrame]:
    """A seller with everything dated: prices, promotions, events, plans, a successor, a discontinued SKU."""
    history = steady(14, 90).assign(price=10.0, ad_spend=0.0, category="a", marketplace="US")
    rng = np.random.default_rng(9)
    cut = rng.random(len(history)) < 0.1
    history.loc[cut, ["price", "ad_spend"]] = [8.0, 30.0]
    history["predecessor"] = np.where(history["sku"] == "S03", "S02", None)
    history["status"] = np.where(history["sku"] == "S05", "discontinued", "active")
    history.loc[(history["sku"] == "S03") & (history["week"] < weeks(90)[80]), "units"] = np.nan
    ahead = weeks(100)
    deals = [(f"S{i:02d}", ahead[8 * i + 5], "coupon", 0.2, 100.0, np.nan) for i in range(10)]
    deals += [("S01", ahead[92], "coupon", 0.2, 50.0, np.nan), ("S04", ahead[93], "deal", 0.3, np.nan, 2.0)]
    promotions = pd.DataFrame(deals, columns=["sku", "start_date", "kind", "discount", "ad_spend", "uplift"])
    events = pd.DataFrame({"event": ["sale"] * 3, "start_date": ahead[[30, 82, 94]], "marketplace": "US"})
    planned = pd.DataFrame({"sku": ["S06"], "week": [ahead[92]], "price": [7.0]})
    return {"history": history, "promotions": promotions, "events": events, "planned": planned}
