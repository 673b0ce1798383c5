"""What a planner may set about money."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from policies.fees.placement import SPLITS


@dataclass(frozen=True)
class OwnChannel:
    """A marketplace whose goods are not sold from FBA: what selling and keeping a unit costs there.

    Raises:
        ValueError: a figure out of its range; the message names it.

    """

    commission: float = 0.0  # share of the price customers pay that the channel or the payment service keeps
    cost_per_unit: float = 0.0  # picking, packing and delivery of a unit sold, plan currency
    storage_per_m3_month: float = 15.0  # plan currency
    holding_per_year: float = 0.0  # spoilage, shrinkage, insurance: share of the product cost; capital cost is extra
    clearance: float = 0.1  # what a unit left over still brings: share of the price without tax

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            high = 1.0 if name in ("commission", "clearance") else 1e9
            if not 0 <= value <= high:
                raise ValueError(f"{name} is {value}; allowed are 0 to {high:g}")


@dataclass(frozen=True)
class EconomicsSettings:
    """Shares are fractions; mappings are by marketplace code.

    Raises:
        ValueError: a setting out of its range; the message names it.

    """

    capital_rate_per_year: float = 0.15  # cost of money tied up in stock
    ranking_recovery_share: float = 0.0  # lost ranking per unit of unmet demand, as a share of its profit
    placement_split: str = "minimal"  # minimal, partial or amazon_optimised
    liquidation_recovery: float | None = None  # gross recovery as a share of the price; None: the table's
    central_europe_programme: bool = False  # DE: stock may lie in Poland and Czechia, lower fulfilment rates
    pan_eu: bool = False  # DE: Pan-EU sellers pay a low-inventory fee
    seller_days: Mapping[str, float] = field(default_factory=dict)  # days since the seller's first receipt
    utilisation_weeks: Mapping[tuple[str, str], float] = field(default_factory=dict)  # (marketplace, size class)
    tax_rates: Mapping[str, float] = field(default_factory=dict)  # tax contained in prices, where not the standard
    own_channels: Mapping[str, OwnChannel] = field(default_factory=dict)  # marketplaces without FBA

    def __post_init__(self) -> None:
        ranges = {"capital_rate_per_year": (0, 5), "ranking_recovery_share": (0, 10), "liquidation_recovery": (0, 1)}
        for name, (low, high) in ranges.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise ValueError(f"{name} is {value}; allowed are {low} to {high}")
        if self.placement_split not in SPLITS:
            raise ValueError(f"placement_split is {self.placement_split!r}; allowed are {', '.join(SPLITS)}")
