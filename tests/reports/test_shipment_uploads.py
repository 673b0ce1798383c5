"""Files for Amazon: cell for cell its manifest, its published API models, its limits; refused lines are named."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from reports.bundle import PlanReport
from reports.errors import LimitBroken, TemplateRefused
from reports.shipping.cargo import CARGO_COLUMNS, Shipment, Upload, cargo_of, inbound_to
from reports.shipping.inbound_api import awd_inbound, create_inbound_plan
from reports.shipping.send_to_amazon import SHEET, send_to_amazon
from reports.shipping.shipping_plan import shipping_plan

SOURCE = {
    "name": "Ana Díaz", "companyName": "Maple & Fox", "addressLine1": "200 Dock Street", "city": "Newark",
    "stateOrProvinceCode": "NJ", "postalCode": "07114", "countryCode": "US", "phoneNumber": "+15550100",
}  # fmt: skip
SCHEMAS = Path(__file__).with_name("schemas")


def line(sku: str = "MF-1", quantity: int = 52, **changes: Any) -> dict[str, Any]:
    """A line of 52 units in cartons of 24: two cartons and four loose units."""
    case_pack = changes.get("case_pack", 24)
    made = {"item": f"US/{sku}", "sku": sku, "fnsku": "X001", "asin": "B0", "title": "T", "quantity": quantity,
            "case_pack": case_pack, "full_cartons": quantity // case_pack, "loose_units": quantity % case_pack,
            "length_cm": 50.8, "width_cm": 40.0, "height_cm": 25.4, "carton_kg": 9.07184740, "volume_m3": 0.1,
            "weight_kg": 20.0, "prep_owner": "SELLER", "label_owner": "SELLER", "expiration": None,
            "reason": ""}  # fmt: skip
    return made | changes


def cargo(*lines: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(lines), columns=list(CARGO_COLUMNS)).astype({"expiration": object})


def sheet_of(upload: Upload) -> Any:
    (content,) = upload.files.values()
    return load_workbook(BytesIO(content))[SHEET]


def reasons(upload: Upload) -> dict[str, str]:
    return dict(zip(upload.refused["sku"], upload.refused["reason"], strict=True))


class TestSendToAmazon:
    def test_individual_units_have_amazons_cells(self) -> None:
        sheet = sheet_of(send_to_amazon(cargo(line()), "UK", "STA", case_packed=False))
        assert sheet["A1"].value == "Please review the Example tab before you complete this sheet"
        assert [sheet[place].value for place in ("A3", "B3", "A4", "B4", "C7")] == [
            "Default prep owner", "Seller", "Default labeling owner", "Seller", "Optional",
        ]  # fmt: skip
        assert [cell.value for cell in sheet[8]] == ["Merchant SKU", "Quantity", "Prep owner", "Labeling owner"]
        assert [cell.value for cell in sheet[9]] == ["MF-1", 52, "Seller", "Seller"]
        assert [str(part) for part in sheet.merged_cells.ranges] == ["B3:D3", "B4:D4"]
        assert sheet.title == "Create workflow – template"

    def test_whole_cartons_are_one_row_and_the_rest_another(self) -> None:
        sheet = sheet_of(send_to_amazon(cargo(line()), "DE", "STA"))
        heads = [cell.value for cell in sheet[8]]
        assert heads[4:] == ["Expiration date (MM/DD/YYYY)", "Manufacturing lot code ", "Units per box ",
                             "Number of boxes", "Box length (cm)", "Box width (cm)", "Box height (cm)",
                             "Box weight (kg)"]  # fmt: skip
        assert [cell.value for cell in sheet[9]] == [
            "MF-1", 48, "Seller", "Seller", None, None, 24, 2, 50.8, 40, 25.4, 9.07,
        ]  # fmt: skip
        assert [cell.value for cell in sheet[10]] == ["MF-1", 4, "Seller", "Seller", *[None] * 8]

    def test_us_files_are_in_inches_and_pounds(self) -> None:
        sheet = sheet_of(send_to_amazon(cargo(line()), "US", "STA"))
        assert [sheet.cell(8, i).value for i in (9, 12)] == ["Box length (in)", "Box weight (lb)"]
        assert [sheet.cell(9, i).value for i in (9, 10, 11, 12)] == [20, 15.75, 10, 20]

    def test_an_expiry_date_is_a_date_in_amazons_form(self) -> None:
        cell = sheet_of(send_to_amazon(cargo(line(expiration=date(2027, 5, 1))), "DE", "STA"))["E9"]
        assert (cell.value.date(), cell.number_format) == (date(2027, 5, 1), "mm/dd/yyyy")

    @pytest.mark.parametrize("sku", ["000123", "=cmd()", "+49", "1E5"])
    def test_skus_stay_text(self, sku: str) -> None:
        cell = sheet_of(send_to_amazon(cargo(line(sku)), "DE", "STA"))["A9"]
        assert (cell.value, cell.data_type, cell.number_format) == (sku, "s", "@")

    def test_lines_amazon_would_refuse_are_named_and_the_rest_is_written(self) -> None:
        lines = cargo(line("x" * 81), line("收纳"), line("Ok", 0), line("L", label_owner="AMAZON"), line())
        upload = send_to_amazon(lines, "US", "STA")
        assert reasons(upload) == {
            "x" * 81: "the SKU has 81 characters; Amazon's file takes 80",
            "收纳": "the SKU has characters that are not English; Amazon's file does not take them",
            "Ok": "the quantity is below 1",
            "L": "Amazon no longer labels units in the US; set `label_owner` to SELLER",
        }
        assert [row[0] for row in sheet_of(upload).iter_rows(min_row=9, max_col=1, values_only=True)] == [
            "MF-1",
            "MF-1",
        ]

    def test_long_shipments_are_split_over_files(self) -> None:
        upload = send_to_amazon(cargo(*(line(f"S{i}", 24) for i in range(1501))), "DE", "STA/FBA")
        assert list(upload.files) == ["STA_FBA 1 of 2.xlsx", "STA_FBA 2 of 2.xlsx"]
        counts = [load_workbook(BytesIO(content))[SHEET].max_row - 8 for content in upload.files.values()]
        assert counts == [1500, 1]

    def test_the_sellers_own_template_is_filled_by_heading_and_otherwise_untouched(self) -> None:
        book = Workbook()
        book.active.title = "Instructions"
        sheet = book.create_sheet(SHEET)
        for i, head in enumerate(
            ["Merchant SKU", "Quantity", "Units per box ", "Number of boxes", "Box weight (lb)"], 1
        ):
            sheet.cell(6, i).value = head
        sheet["A3"], sheet["B3"] = "Default prep owner", "Amazon"
        out = BytesIO()
        book.save(out)
        upload = send_to_amazon(cargo(line()), "US", "STA", template=out.getvalue())
        filled = sheet_of(upload)
        assert [cell.value for cell in filled[7]] == ["MF-1", 48, 24, 2, 20]
        assert [cell.value for cell in filled[8]] == ["MF-1", 4, None, None, None]
        assert filled["B3"].value == "Amazon"

    def test_a_template_without_boxes_gets_units_and_without_dates_refuses_what_expires(self) -> None:
        book = Workbook()
        book.active.title = SHEET
        book.active.append(["Merchant SKU", "Quantity"])
        out = BytesIO()
        book.save(out)
        lines = cargo(line(), line("E", expiration=date(2027, 1, 1)))
        upload = send_to_amazon(lines, "DE", "STA", template=out.getvalue())
        assert [cell.value for cell in sheet_of(upload)[2]] == ["MF-1", 52]
        assert "take the template with expiration dates" in reasons(upload)["E"]

    @pytest.mark.parametrize(("title", "text"), [("Sheet", "no sheet `Create workflow"), (SHEET, "no row that begins")])
    def test_another_workbook_is_no_template(self, title: str, text: str) -> None:
        book = Workbook()
        book.active.title = title
        out = BytesIO()
        book.save(out)
        with pytest.raises(TemplateRefused, match=text):
            send_to_amazon(cargo(line()), "DE", "STA", template=out.getvalue())


class TestShippingPlan:
    def test_the_flat_file_has_its_ten_lines_an_empty_one_and_the_items(self) -> None:
        upload = shipping_plan(cargo(line(quantity=48)), "US", SOURCE, "Week 32", case_packed=True)
        (text,) = (content.decode() for content in upload.files.values())
        lines = text.split("\r\n")
        assert lines[:4] == ["PlanName\tWeek 32", "ShipToCountry\tUS", "AddressName\tAna Díaz",
                             "AddressFieldOne\t200 Dock Street"]  # fmt: skip
        assert lines[9:13] == ["AddressDistrict\t", "", "MerchantSKU\tUnitsPerCase\tNumberOfCases\tQuantity",
                               "MF-1\t24\t2\t48"]  # fmt: skip
        single = shipping_plan(cargo(line()), "US", SOURCE, "Week 32", case_packed=False)
        assert next(iter(single.files.values())).decode().endswith("MerchantSKU\tQuantity\r\nMF-1\t52\r\n")

    def test_what_the_format_cannot_hold_is_refused(self) -> None:
        upload = shipping_plan(cargo(line("=cmd()"), line("a\tb"), line()), "US", SOURCE, "W", case_packed=True)
        assert {sku: text.split(";")[0] for sku, text in reasons(upload).items()} == {
            "=cmd()": "a spreadsheet would take this SKU for a formula",
            "a\tb": "a spreadsheet would take this SKU for a formula",
            "MF-1": "4 units do not fill a carton",
        }
        assert upload.files == {}

    def test_an_address_cannot_begin_like_a_formula_or_break_the_line(self) -> None:
        source = SOURCE | {"name": "=HYPERLINK(1)", "addressLine1": "a\r\nMerchantSKU\tX"}
        upload = shipping_plan(cargo(line()), "US", source, "W", case_packed=False)
        text = next(iter(upload.files.values())).decode()
        assert "AddressName\t =HYPERLINK(1)\r\nAddressFieldOne\ta MerchantSKU X\r\n" in text


def valid(name: str, upload: Upload) -> list[dict[str, Any]]:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    bodies = [json.loads(content) for content in upload.files.values()]
    for body in bodies:
        jsonschema.Draft202012Validator(schema).validate(body)
    return bodies


class TestCreateInboundPlan:
    def test_the_body_keeps_amazons_published_model(self) -> None:
        lines = cargo(line(), line("E", prep_owner="NONE", expiration=date(2027, 5, 1)))
        (body,) = valid("create_inbound_plan", create_inbound_plan(lines, "US", "ATVPDKIKX0DER", SOURCE, "Week 32"))
        assert body["destinationMarketplaces"] == ["ATVPDKIKX0DER"]
        assert body["items"][0] == {"msku": "MF-1", "quantity": 52, "prepOwner": "SELLER", "labelOwner": "SELLER"}
        assert body["items"][1]["expiration"] == "2027-05-01"
        assert "addressLine2" not in body["sourceAddress"]  # left out rather than empty

    def test_more_than_2000_skus_make_several_plans(self) -> None:
        upload = create_inbound_plan(
            cargo(*(line(f"S{i}") for i in range(2001))), "DE", "A1PA6795UKMFR9", SOURCE, "N" * 60
        )
        bodies = valid("create_inbound_plan", upload)
        assert [len(body["items"]) for body in bodies] == [2000, 1]
        assert all(len(body["name"]) <= 40 for body in bodies)

    def test_lines_beyond_the_model_are_refused(self) -> None:
        lines = cargo(line("big", 500_001), line("x" * 256), line("A", label_owner="AMAZON"), line())
        upload = create_inbound_plan(lines, "US", "ATVPDKIKX0DER", SOURCE, "W")
        assert set(reasons(upload)) == {"big", "x" * 256, "A"}
        assert "500000" in reasons(upload)["big"]
        assert [item["msku"] for body in valid("create_inbound_plan", upload) for item in body["items"]] == ["MF-1"]

    @pytest.mark.parametrize(("field", "value"), [("city", ""), ("countryCode", "usa"), ("addressLine1", "x" * 181)])
    def test_an_address_amazon_would_refuse_names_its_field(self, field: str, value: str) -> None:
        with pytest.raises(LimitBroken, match=field):
            create_inbound_plan(cargo(line()), "US", "ATVPDKIKX0DER", SOURCE | {field: value}, "W")

    @settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(st.text(max_size=300), st.integers(-5, 10**7), st.sampled_from(["AMAZON", "NONE", "?"])),
                    max_size=6, unique_by=lambda row: row[0]))  # fmt: skip
    def test_whatever_the_lines_are_what_is_written_is_valid(self, rows: list[tuple[str, int, str]]) -> None:
        lines = cargo(*(line(sku, quantity, prep_owner=owner) for sku, quantity, owner in rows))
        upload = create_inbound_plan(lines, "DE", "A1PA6795UKMFR9", SOURCE, "W")
        written = sum(len(body["items"]) for body in valid("create_inbound_plan", upload))
        assert written + len(upload.refused) == len(rows)


class TestAwd:
    def test_whole_cartons_become_cases_of_amazons_published_model(self) -> None:
        (body,) = valid("awd_create_inbound", awd_inbound(cargo(line(quantity=48)), "US", SOURCE, "PO-1", "us-east"))
        (case,) = body["packagesToInbound"]
        assert case["count"] == 2
        package = case["distributionPackage"]
        assert package["type"] == "CASE"
        assert package["measurements"]["dimensions"]["unitOfMeasurement"] == "CENTIMETERS"
        assert package["contents"]["products"] == [
            {"sku": "MF-1", "quantity": 24, "prepDetails": {"prepOwner": "SELF", "labelOwner": "SELF"}}
        ]
        assert body["originAddress"]["stateOrRegion"] == "NJ"
        assert body["preferences"] == {"destinationRegion": "us-east"}

    def test_what_awd_does_not_take_is_refused(self) -> None:
        lines = cargo(line(), line("N", 48, carton_kg=float("nan")), line("A", 48, prep_owner="AMAZON"), line("S", 0))
        assert set(reasons(awd_inbound(lines, "US", SOURCE, "PO-1"))) == {"MF-1", "N", "A", "S"}

    def test_more_than_150_skus_are_several_shipments(self) -> None:
        bodies = valid(
            "awd_create_inbound", awd_inbound(cargo(*(line(f"S{i}", 48) for i in range(151))), "US", SOURCE, "P")
        )
        assert [len(body["packagesToInbound"]) for body in bodies] == [150, 1]

    def test_a_region_is_needed(self) -> None:
        with pytest.raises(LimitBroken, match="stateOrProvinceCode"):
            awd_inbound(cargo(line(quantity=48)), "US", SOURCE | {"stateOrProvinceCode": ""}, "P")


def test_a_plans_shipment_goes_through_every_writer(make_report: Callable[..., PlanReport]) -> None:
    report = make_report(80, 1)
    moved = cargo_of(report, Shipment("US", "New Jersey 3PL", "FBA", "truck"))
    for upload in (
        send_to_amazon(moved, "US", "STA"),
        shipping_plan(moved, "US", SOURCE, "W", case_packed=False),
        create_inbound_plan(moved, "US", "ATVPDKIKX0DER", SOURCE, "W"),
    ):
        assert upload.files
    purchases = report.decision.purchases
    to_awd = replace(report, decision=replace(report.decision, purchases=purchases.assign(destination="AWD")))
    supplier = purchases["supplier"].iloc[0]
    assert awd_inbound(inbound_to(to_awd, supplier, "AWD"), "US", SOURCE, "PO-1").files
