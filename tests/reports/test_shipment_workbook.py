"""The shipment plan: what goes in which cartons, how heavy and big it is, how full containers get."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from reports.bundle import PlanReport
from reports.errors import DocumentDiffers, DocumentError
from reports.shipping import workbook as module
from reports.shipping.cargo import CARGO_COLUMNS, Shipment, cargo_of, inbound_to, shipments_of
from reports.shipping.workbook import CONTAINERS, shipment_workbook
from reports.table import FIRST_ROW, HEADER_ROW, TOTAL_ROW

TRUCK = Shipment("US", "New Jersey 3PL", "FBA", "truck")


@pytest.fixture(scope="module")
def report(make_report: Callable[..., PlanReport]) -> PlanReport:
    return make_report(80, 1)


def loose(report: PlanReport, units: int) -> PlanReport:
    """The plan with some units beyond whole cartons on the first line by truck."""
    moves = report.decision.shipments.copy()
    first = moves.index[moves["source"] == TRUCK.source][0]
    moves.loc[first, "quantity"] += units
    return replace(report, decision=replace(report.decision, shipments=moves))


def test_every_move_into_fba_is_in_exactly_one_shipment(report: PlanReport) -> None:
    bought = report.decision.purchases
    moved = report.decision.shipments["quantity"].sum() + bought.loc[bought["destination"] == "FBA", "quantity"].sum()
    shipments = shipments_of(report)
    assert len(shipments) == len(set(shipments))
    assert sum(cargo_of(report, shipment)["quantity"].sum() for shipment in shipments) == moved
    for shipment in shipments:
        assert cargo_of(report, shipment)["item"].str.startswith(f"{shipment.marketplace}/").all()


def test_units_are_split_into_whole_cartons_and_a_rest(report: PlanReport) -> None:
    cargo = cargo_of(loose(report, 5), TRUCK)
    assert list(cargo.columns) == list(CARGO_COLUMNS)
    assert (cargo["full_cartons"] * cargo["case_pack"] + cargo["loose_units"] == cargo["quantity"]).all()
    assert sorted(cargo["loose_units"])[-1] == 5
    assert (cargo["length_cm"] >= cargo["width_cm"]).all() and (cargo["width_cm"] >= cargo["height_cm"]).all()
    assert set(cargo["prep_owner"]) == {"SELLER"}


def test_libreoffice_comes_to_the_plans_volume_and_weight(
    report: PlanReport, recalculate: Callable[[bytes], Workbook]
) -> None:
    cargo = cargo_of(report, TRUCK)
    book = recalculate(shipment_workbook(report, TRUCK))
    sheet: Any = book["Shipment"]
    totals = {cell.value: sheet.cell(TOTAL_ROW, cell.column).value for cell in sheet[HEADER_ROW]}
    assert totals["Units"] == cargo["quantity"].sum()
    assert totals["Full cartons"] == cargo["full_cartons"].sum()
    assert totals["Volume m³"] == pytest.approx(cargo["volume_m3"].sum())
    assert totals["Weight kg"] == pytest.approx(cargo["weight_kg"].sum())
    load = {row[0]: row[1] for row in book["Load"].iter_rows(max_col=2, values_only=True)}
    assert load["Weight kg"] == pytest.approx(cargo["weight_kg"].sum())
    assert "Container" not in load  # a truck is no container


def test_sea_freight_shows_how_full_each_container_gets(
    report: PlanReport, recalculate: Callable[[bytes], Workbook]
) -> None:
    shipment = next(found for found in shipments_of(report) if found.mode == "sea")
    cargo = cargo_of(report, shipment)
    sheet = recalculate(shipment_workbook(report, shipment))["Load"]
    rows = {row[0]: row[1:] for row in sheet.iter_rows(max_col=6, values_only=True)}
    for container in CONTAINERS:
        usable, payload, by_volume, by_weight, needed = rows[container.name]
        assert (usable, payload) == (container.usable_m3, container.payload_kg)
        assert by_volume == pytest.approx(cargo["volume_m3"].sum() / usable)
        assert by_weight == pytest.approx(cargo["weight_kg"].sum() / payload)
        assert needed == 1


def test_expiry_dates_stand_beside_their_items(report: PlanReport) -> None:
    from datetime import date

    item = cargo_of(report, TRUCK)["item"][0]
    sheet = load_workbook(BytesIO(shipment_workbook(report, TRUCK, expirations={item: date(2027, 5, 1)})))["Shipment"]
    column = next(cell.column for cell in sheet[HEADER_ROW] if cell.value == "Expires")
    assert sheet.cell(FIRST_ROW, column).value.date() == date(2027, 5, 1)
    assert sheet.cell(FIRST_ROW + 1, column).value is None


def test_a_chinese_plan_has_a_chinese_packing_list(make_report: Callable[..., PlanReport]) -> None:
    book = load_workbook(BytesIO(shipment_workbook(make_report(80, 1, "zh"), TRUCK)))
    assert book.sheetnames == ["货件", "装载"]
    assert "卡车" in book["货件"]["A1"].value


def test_a_shipment_the_plan_does_not_have_is_refused(report: PlanReport) -> None:
    with pytest.raises(DocumentError, match="no shipment from Nowhere to FBA by truck"):
        cargo_of(report, replace(TRUCK, source="Nowhere"))
    with pytest.raises(DocumentError, match="no shipment from X to AWD"):
        inbound_to(report, "X", "AWD")


def test_a_workbook_with_other_units_is_not_handed_out(report: PlanReport, monkeypatch: pytest.MonkeyPatch) -> None:
    spoilt = shipment_workbook(loose(report, 7), TRUCK)
    real = module.to_bytes
    monkeypatch.setattr(module, "to_bytes", lambda book: (real(book), spoilt)[1])
    with pytest.raises(DocumentDiffers, match="The shipment workbook holds"):
        shipment_workbook(report, TRUCK)


def test_a_carton_without_sizes_leaves_its_cells_empty(report: PlanReport) -> None:
    catalogue = report.catalogue.assign(carton_length_cm=float("nan"))
    sheet = load_workbook(BytesIO(shipment_workbook(replace(report, catalogue=catalogue), TRUCK)))["Shipment"]
    column = next(cell.column for cell in sheet[HEADER_ROW] if cell.value == "Carton cm")
    assert not sheet.cell(FIRST_ROW, column).value
    assert isinstance(cargo_of(report, TRUCK), pd.DataFrame)
