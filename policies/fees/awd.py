"""Amazon Warehousing and Distribution: storage, processing per box and transport to FBA (fees/awd.csv)."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from policies.fee_tables import CUBIC_METRES, DAYS_PER_MONTH, Rows, rows_at

Floats = npt.NDArray[np.floating]

TABLE = "fees/awd"
TIERS = ("base", "smart_storage", "amazon_managed")
REGIONS = ("west", "other")
CHARGES = ("storage", "inbound_processing", "outbound_processing", "transportation")


@dataclass(frozen=True)
class AwdCosts:
    """Money per unit in the marketplace's currency by charge, arrays over n units, and the row of the table of each.

    Storage is per unit and week, inbound processing once on arrival, the other two when moved into FBA.
    """

    amount: dict[str, Floats]
    row: dict[str, int]  # -1 where the table has no such charge (then 0)

    @property
    def hold_per_week(self) -> Floats:
        """Storage of one unit for a week."""
        return self.amount["storage"]

    @property
    def inbound(self) -> Floats:
        """Once, when boxes arrive at AWD."""
        return self.amount["inbound_processing"]

    @property
    def to_fba(self) -> Floats:
        """Processing and transport when moved into FBA."""
        return np.asarray(self.amount["outbound_processing"] + self.amount["transportation"])


def awd_costs(
    marketplace: str,
    day: date,
    carton_volume_m3: Floats,
    case_pack: Floats,
    tier: str = "base",
    region: str = "other",
) -> AwdCosts | None:
    """Cost of holding and moving one unit in cartons of `case_pack`; None where the marketplace has no AWD table.

    Raises:
        ValueError: an unknown tier or region.

    """
    if tier not in TIERS or region not in REGIONS:
        raise ValueError(
            f"unknown AWD tier {tier!r} or region {region!r}; "
            f"tiers are {', '.join(TIERS)}, regions {', '.join(REGIONS)}"
        )
    rows = rows_at(TABLE, marketplace, day)
    if not len(rows):
        return None
    cubic_feet = carton_volume_m3 / CUBIC_METRES["cubic foot"] / case_pack
    per_rate = {
        "storage": cubic_feet * 7 / DAYS_PER_MONTH,
        "inbound_processing": 1 / case_pack,
        "outbound_processing": 1 / case_pack,
        "transportation": cubic_feet,
    }
    found = {charge: _row(rows, charge, tier, region) for charge in CHARGES}
    return AwdCosts(
        {charge: np.asarray(per_rate[charge] * rate) for charge, (rate, _) in found.items()},
        {charge: row for charge, (_, row) in found.items()},
    )


def _row(rows: Rows, charge: str, tier: str, region: str) -> tuple[float, int]:
    """Rate and row of a charge: the one of tier and region, else the first of the charge."""
    fee = rows["charge"] == charge
    exact = (
        fee & np.isin(rows["tier"].astype(str), [tier, "all"]) & np.isin(rows["region"].astype(str), [region, "all"])
    )
    chosen = exact if exact.any() else fee
    if not chosen.any():
        return 0.0, -1
    return float(rows["rate"][chosen][0]), int(rows.index[chosen][0])
