"""Every knob of the forecast in one place, with its meaning and range."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ForecastSettings:
    """Parameters of `forecasting.forecast`. The defaults are meant to fit any seller.

    group_columns: columns of the history that pool SKUs, finest first; absent ones are passed over.
    absent: what a period without a row means between a SKU's first and last period: `unknown` (no report
        covers it) or `zero` (nothing was sold).
    infer_stockouts: treat runs of zeros that the SKU's own rate makes implausible as out of stock, where
        no availability is given.
    stockout_odds: a run of zeros is inferred as a stockout when it was less likely than this (0..1).
    spike_odds: a period's sales are damped when so high a count was less likely than this (0..1).
    origins: how many past dates the forecast is rehearsed from to learn combination and spread (>= 0).
    learning_series: at most this many SKUs take part in the rehearsal; more give no better answer.
    partition_size: SKUs per partition of the map over SKUs.
    engine: a Fugue execution engine (`None` in-process; or what `fugue.transform` accepts).
    """

    group_columns: tuple[str, ...] = ("category", "brand", "store", "marketplace")
    absent: str = "unknown"
    infer_stockouts: bool = True
    stockout_odds: float = 0.001
    spike_odds: float = 1e-5
    origins: int = 14
    learning_series: int = 2000
    partition_size: int = 2000
    engine: object | None = None

    def __post_init__(self) -> None:
        if self.absent not in ("unknown", "zero"):
            raise ValueError(f"absent is {self.absent!r}; allowed are 'unknown' and 'zero'")
        for name in ("stockout_odds", "spike_odds"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it is a probability, 0 up to below 1")
        if self.origins < 0:
            raise ValueError(f"origins is {self.origins}; it is a number of past dates, 0 or more")
        for name in ("learning_series", "partition_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it is a number of SKUs, 1 or more")
