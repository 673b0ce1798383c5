"""What a scenario file may say: an overlay on demand, promotions, times, closures, costs, fees, limits, service."""

import difflib
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator

from replenish.config import CashStep, Section, Share, known_keys
from replenish.errors import RefusedInput

Factor = Annotated[float, Field(gt=0, le=20)]
Days = Annotated[float, Field(ge=-120, le=365)]


class Which(Section):
    """Which SKUs a row is about; nothing given: all. Several conditions hold together."""

    skus: list[str] = Field(default_factory=list, description="SKUs, as marketplace/sku or sku.")
    marketplace: str = Field("", description="Marketplace code, for example US.")
    category: str = Field("", description="Amazon referral category.")
    brand: str = Field("", description="Brand.")
    supplier: str = Field("", description="Supplier.")


class When(Which):
    """A dated row: an event of the calendar, or first and last day."""

    event: str | list[str] = Field("", description="Event of the calendar; of a list, the first one ahead counts.")
    start: date | None = Field(None, description="First day, where no event is named.")
    end: date | None = Field(None, description="Last day, where no event is named.")

    @model_validator(mode="after")
    def _one_way_to_say_when(self) -> Self:
        if bool(self.event) == (self.start is not None or self.end is not None):
            raise ValueError("name an event, or give start and end (not both)")
        if not self.event and (self.start is None or self.end is None):
            raise ValueError("give both start and end: a row without an end never stops")
        if self.start and self.end and self.end < self.start:
            raise ValueError(f"the end {self.end} lies before the start {self.start}")
        return self

    @property
    def events(self) -> list[str]:
        """Names of the events, none when the row has dates."""
        return [] if not self.event else [self.event] if isinstance(self.event, str) else list(self.event)


class Side(Section):
    """Weeks beside an event in which demand differs: bought earlier, or waited for."""

    weeks: int = Field(ge=1, le=8, description="Number of weeks.")
    factor: Factor = Field(description="Factor on the forecast of those weeks; 0.9 is a tenth less.")


class DemandChange(When):
    """Demand that differs from the forecast."""

    uplift: Factor | None = Field(
        None,
        description="Sales of a full event week over an ordinary one; without this and factor: learned from the past.",
    )
    factor: Factor | None = Field(None, description="Factor on the forecast, what was learned of events included.")
    low: Factor | None = Field(None, description="Low end of the 80 % range of `uplift` or `factor`.")
    high: Factor | None = Field(None, description="High end of that range.")
    before: Side | None = Field(None, description="Weeks before, for example people waiting for the deal.")
    after: Side | None = Field(None, description="Weeks after, for example sales pulled forward.")

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        if self.uplift is not None and self.factor is not None:
            raise ValueError("give uplift (over an ordinary week) or factor (over the forecast), not both")
        if self.uplift is not None and not self.event:
            raise ValueError("uplift belongs to an event; for dates give factor (over the forecast)")
        if (self.low is None) != (self.high is None):
            raise ValueError("give both low and high, or neither")
        if self.uplift is None and self.factor is None and (self.low is not None or not self.event):
            raise ValueError("give uplift or factor; only an event without a range is learned from the past")
        middle = self.uplift or self.factor or 1.0
        if self.low is not None and self.high is not None and not self.low <= middle <= self.high:
            raise ValueError(f"{middle} must lie between low {self.low} and high {self.high}")
        return self


class Promotion(When):
    """A deal of the coming event; what deals of its kind have sold before is applied to it."""

    kind: str = Field(description="lightning_deal, best_deal, prime_exclusive or coupon.")
    discount: Share = Field(0.0, description="Share taken off the price; lowers the margin of its weeks.")
    uplift: Factor | None = Field(None, description="Your own factor of a full week of it; left out: learned.")


class Delay(Section):
    """Transport or production that takes longer than usual, for orders from now on and goods under way."""

    mode: str = Field("", description="Transport mode; empty: all.")
    supplier: str = Field("", description="Supplier or warehouse the goods leave; empty: all.")
    destination: str = Field("", description="FBA or a warehouse; empty: all.")
    extra_days: Days = Field(description="Days more than usual (negative: fewer).")
    extra_days_sd: float = Field(0.0, ge=0, le=120, description="Standard deviation of those days.")


class Closure(When):
    """A supplier's closure beside the ones known."""

    country: str = Field("", description="All suppliers of this country (ISO code), where no supplier is named.")
    longer_before: int = Field(0, ge=0, le=60, description="Days the event's closure begins earlier.")
    longer_after: int = Field(0, ge=0, le=60, description="Days it ends later.")
    reason: str = Field("", description="Shown in explanations.")


class Freight(Section):
    """Dearer or cheaper transport."""

    mode: str = Field("", description="Transport mode; empty: all.")
    factor: Factor = Field(description="Factor on the legs' cost.")


class Costs(Section):
    """Factors on costs and fees."""

    unit_cost_factor: Factor = Field(default=1.0, description="Factor on what suppliers charge.")
    storage_factor: Factor = Field(default=1.0, description="Factor on FBA storage and its surcharges.")
    fee_per_unit: float = Field(default=0.0, ge=-50, le=500, description="More fees per unit sold, plan currency.")


class LimitChange(Section):
    """Limits that differ."""

    cash: list[CashStep] = Field(default_factory=list, description="Cash budget that replaces the one in the settings.")
    cash_share: Share | None = Field(
        default=None, description="Share of the cash budget; where there is none, of what the base plan spends."
    )
    capacity_factor: float | None = Field(default=None, ge=0, le=10, description="Factor on FBA capacity limits.")
    respect_capacity: bool | None = Field(default=None, description="Replaces limits.respect_capacity.")
    fill_containers: bool | None = Field(default=None, description="Replaces limits.fill_containers.")


class Service(Section):
    """What a lost sale and tied-up money are worth."""

    ranking_loss_share: float | None = Field(default=None, ge=0, le=5, description="Replaces money.ranking_loss_share.")
    capital_rate_per_year: float | None = Field(
        default=None, ge=0, le=1, description="Replaces money.capital_rate_per_year."
    )


class Overlay(Section):
    """A scenario file."""

    description: str = Field(description="What is different, in one sentence.")
    demand: list[DemandChange] = Field(default_factory=list)
    promotions: list[Promotion] = Field(default_factory=list)
    delays: list[Delay] = Field(default_factory=list)
    closures: list[Closure] = Field(default_factory=list)
    freight: list[Freight] = Field(default_factory=list)
    costs: Costs = Costs()
    limits: LimitChange = LimitChange()
    service: Service = Service()


def read_overlay(text: str, file: str) -> Overlay:
    """An overlay from TOML text; `RefusedInput` names each key that cannot be used and the nearest known one."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RefusedInput(f"{file} is not valid TOML: {error}. Mend that line.") from error
    try:
        return Overlay.model_validate(raw)
    except ValidationError as error:
        lines = [_explain(problem) for problem in error.errors()]
        raise RefusedInput(f"{file} cannot be used:\n  " + "\n  ".join(dict.fromkeys(lines))) from error


def nearest(word: str, known: list[str]) -> str:
    """` Did you mean "x"?`, or nothing when no known word is near."""
    lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), list(lower), n=1, cutoff=0.5)
    return f' Did you mean "{lower[near[0]]}"?' if near else ""


def _explain(problem: Mapping[str, Any]) -> str:
    path = [part for part in problem["loc"] if part not in ("str", "list[str]")]
    place = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in path)
    if problem["type"] == "extra_forbidden":
        known = known_keys(Overlay, path[:-1])
        return f"{place}: unknown key.{nearest(str(path[-1]), known)} Known here: {', '.join(sorted(known))}."
    if problem["type"] == "missing":
        return f"{place}: a value is needed here."
    said = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "value_error":
        return f"{place}: {said}."
    if path[-1:] and path[-1] in ("uplift", "factor", "low", "high") and problem["type"].startswith("greater"):
        return (
            f"{place} = {problem['input']!r}: a factor must be above 0; 0.8 means a fifth less, 1.5 half as much again."
        )
    return f"{place} = {problem['input']!r}: {said[:1].lower()}{said[1:]}."
