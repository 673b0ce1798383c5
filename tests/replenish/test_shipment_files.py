"""Shipment files of a plan: which forms are written, from which address, and what none of them could take."""

import json
from dataclasses import replace

import pytest

from replenish.config import Config, default_config_text, read_config
from replenish.errors import RefusedInput
from replenish.weekly.shipment_files import AWD, shipment_files
from reports.bundle import PlanReport

WAREHOUSE = """
name = "Jo Fox"
addressLine1 = "1 Main Street"
city = "Newark"
stateOrProvinceCode = "NJ"
postalCode = "07102"
countryCode = "US"
phoneNumber = "+12025550123"
"""


def made(report: PlanReport, *forms: str, places: tuple[str, ...] = ()) -> dict[str, bytes]:
    tables = "".join(f'[documents.ship_from."{place}"]{WAREHOUSE}' for place in places)
    config = read_config(f"[documents]\nshipment_files = {json.dumps(forms)}\n{tables}", "replenish.toml")
    return shipment_files(report, config.documents, lambda step: None)


def sources(report: PlanReport) -> tuple[str, ...]:
    return tuple(sorted(set(report.decision.shipments["source"])))


def test_without_a_setting_workbook_and_manifest_are_written(example_plan: PlanReport) -> None:
    files = shipment_files(example_plan, Config().documents, lambda step: None)
    for source in sources(example_plan):
        assert any(name.startswith(f"shipments/{source} to ") for name in files)
        assert any(name.startswith(f"shipments/Send to Amazon {source} to ") for name in files)
    assert not any(name.endswith(".json") for name in files)


def test_inbound_plans_hold_every_unit_that_is_shipped(example_plan: PlanReport) -> None:
    files = made(example_plan, "api", places=sources(example_plan))
    bodies = [json.loads(content) for name, content in files.items() if "Inbound plan" in name]
    sent: dict[str, int] = {}
    for body in bodies:
        assert body["sourceAddress"]["city"] == "Newark"
        for item in body["items"]:
            sent[item["msku"]] = sent.get(item["msku"], 0) + item["quantity"]
    refused = files.get("shipments/not in the upload files.csv", b"").decode("utf-8-sig")
    moves = example_plan.decision.shipments
    planned = moves.groupby(moves["item"].str.split("/", n=1).str[1])["quantity"].sum()
    assert {sku: units for sku, units in planned.items() if sku not in refused} == sent


def test_flat_files_part_cases_from_loose_units(example_plan: PlanReport) -> None:
    files = made(example_plan, "flat-file", places=sources(example_plan))
    cases = [content.decode() for name, content in files.items() if "Shipping plan cases" in name]
    loose = [content.decode() for name, content in files.items() if "Shipping plan units" in name]
    assert cases and all("UnitsPerCase" in text for text in cases)
    assert all("UnitsPerCase" not in text for text in loose)


def test_what_suppliers_send_to_awd_becomes_an_awd_inbound(example_plan: PlanReport) -> None:
    bought = example_plan.decision.purchases.assign(destination=AWD)
    decision = replace(example_plan.decision, purchases=bought)
    suppliers = tuple(sorted(set(bought["supplier"])))
    files = made(replace(example_plan, decision=decision), "api", places=sources(example_plan) + suppliers)
    bodies = [json.loads(content) for name, content in files.items() if name.startswith("shipments/AWD")]
    assert bodies
    assert all(body["originAddress"]["postalCode"] == "07102" for body in bodies)


def test_a_missing_address_names_the_place_and_the_key(example_plan: PlanReport) -> None:
    with pytest.raises(RefusedInput, match=r'\[documents\.ship_from\."' + sources(example_plan)[0]):
        made(example_plan, "api")


def test_a_wrong_address_is_refused_when_the_settings_are_read() -> None:
    wrong = WAREHOUSE.replace('"US"', '"USA"')
    with pytest.raises(RefusedInput, match="countryCode = 'USA'"):
        read_config(f"[documents.ship_from.X]{wrong}", "replenish.toml")


def test_the_address_shown_as_a_comment_can_be_used() -> None:
    lines = default_config_text().splitlines()
    start = lines.index('# [documents.ship_from."My warehouse"]')
    text = "\n".join(line.removeprefix("# ") for line in lines[start:])
    assert read_config(text, "replenish.toml").documents.ship_from["My warehouse"].city == "Newark"
