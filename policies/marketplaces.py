"""Amazon's marketplaces: code, identity, currency, time zone, language, tax and the nearest fee tables."""

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from policies.fee_tables import fee_table


class UnknownMarketplace(ValueError):
    """A marketplace code or id that the table does not hold."""

    def __init__(self, code: str) -> None:
        near = get_close_matches(code.upper(), list(_all()), n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        super().__init__(f"unknown marketplace {code!r}; known are {', '.join(_all())}.{hint}")


@dataclass(frozen=True)
class Marketplace:
    """One row of `policies/tables/marketplaces.csv`."""

    code: str  # as Amazon's tables name it: UK, not GB
    iso: str  # ISO 3166
    country: str
    marketplace_id: str
    region: str  # NA, EU or FE: which API endpoint, and which transport priors
    domain: str
    currency: str
    time_zone: str  # of the day boundary in reports
    language: str
    price_includes_tax: bool
    tax_rate: float  # standard rate of VAT, GST or consumption tax contained in prices
    nearest_fee_tables: str  # whose tables stand in where this one has none; empty for none


@cache
def _all() -> dict[str, Marketplace]:
    rows = fee_table("marketplaces")
    return {str(row["code"]): _read(row) for row in rows.to_dict("records")}


def _read(row: dict[str, str | float]) -> Marketplace:
    return Marketplace(
        code=str(row["code"]),
        iso=str(row["iso"]),
        country=str(row["country"]),
        marketplace_id=str(row["marketplace_id"]),
        region=str(row["region"]),
        domain=str(row["domain"]),
        currency=str(row["currency"]),
        time_zone=str(row["time_zone"]),
        language=str(row["language"]),
        price_includes_tax=row["price_includes_tax"] == "yes",
        tax_rate=float(row["standard_tax_percent"]) / 100,
        nearest_fee_tables=str(row["nearest_fee_tables"]),
    )


def marketplaces() -> tuple[Marketplace, ...]:
    """All marketplaces, in the order of the table."""
    return tuple(_all().values())


def marketplace(name: str) -> Marketplace:
    """Find a marketplace by code, ISO code, id or domain (any case; `www.` ignored).

    Raises:
        UnknownMarketplace: nothing of that name; the message lists the codes.

    """
    wanted = name.strip().lower().removeprefix("www.")
    for each in _all().values():
        if wanted in (each.code.lower(), each.iso.lower(), each.marketplace_id.lower(), each.domain):
            return each
    raise UnknownMarketplace(name)
