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


@dataclass(frozen=True)
class AwdCosts:
    """Money per unit in the marketplace's currency, arrays over n units."""

    hold_per_week: Floats
    inbound: Floats  # once, when boxes arrive at AWD
    to_fba: Floats  # processing and transport when moved into FBA
    confidence: str


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
    rates = {charge: _rate(rows, charge, tier, region) for charge in sorted(set(rows["charge"]))}
    cubic_feet = carton_volume_m3 / CUBIC_METRES["cubic foot"] / case_pack
    return AwdCosts(
        hold_per_week=cubic_feet * rates.get("storage", 0.0) * 7 / DAYS_PER_MONTH,
        inbound=rates.get("inbound_processing", 0.0) / case_pack,
        to_fba=rates.get("outbound_processing", 0.0) / case_pack + cubic_feet * rates.get("transportation", 0.0),
        confidence="confirmed" if (rows["confidence"] == "confirmed").all() else "single_source",
    )


def _rate(rows: Rows, charge: str, tier: str, region: str) -> float:
    fee = rows["charge"] == charge
    exact = (
        fee & np.isin(rows["tier"].astype(str), [tier, "all"]) & np.isin(rows["region"].astype(str), [region, "all"])
    )
    return float(rows["rate"][exact if exact.any() else fee][0])
