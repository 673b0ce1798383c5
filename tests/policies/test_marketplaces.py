from zoneinfo import ZoneInfo

import pytest

from policies.marketplaces import UnknownMarketplace, marketplace, marketplaces


@pytest.mark.parametrize("name", ["UK", "gb", "A1F83G8C2ARO7P", "www.amazon.co.uk", "Amazon.co.uk"])
def test_found_by_code_iso_id_and_domain(name: str) -> None:
    found = marketplace(name)
    assert (found.code, found.currency, found.time_zone, found.language) == ("UK", "GBP", "Europe/London", "en_GB")


def test_unknown_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownMarketplace, match=r"unknown marketplace 'USA'.*Did you mean US\?"):
        marketplace("USA")


def test_codes_and_ids_are_unique_and_zones_exist() -> None:
    every = marketplaces()
    assert len({each.code for each in every}) == len({each.marketplace_id for each in every}) == len(every)
    assert all(ZoneInfo(each.time_zone) for each in every)


def test_fallback_tables_end_somewhere() -> None:
    for each in marketplaces():
        seen = set()
        while each.nearest_fee_tables:
            assert each.code not in seen
            seen.add(each.code)
            each = marketplace(each.nearest_fee_tables)


def test_europe_shows_prices_with_tax() -> None:
    assert marketplace("DE").price_includes_tax
    assert marketplace("DE").tax_rate == 0.19
    assert not marketplace("US").price_includes_tax
    assert marketplace("US").tax_rate == 0
