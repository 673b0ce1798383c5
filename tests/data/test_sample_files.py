"""The sample seller's files: Amazon's own layouts, telling the same story as the seller's arrays."""

import gzip
import hashlib
import json
import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import openpyxl
import pandas as pd
import pytest

from data.sample import SampleSeller, generate, write_reports
from data.sample.own_files import flaws
from data.sample.seller import TIME_ZONE

AS_OF = date(2026, 8, 3)


@pytest.fixture(scope="module")
def seller() -> SampleSeller:
    return generate(seed=3, skus=60, as_of=AS_OF, weeks=105, future_weeks=8)


@pytest.fixture(scope="module")
def folder(seller: SampleSeller, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sample")
    write_reports(seller, root)
    return root


def text(path: Path, encoding: str = "utf-8-sig") -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode(encoding)


def read(path: Path, encoding: str = "utf-8-sig", separator: str = "\t") -> pd.DataFrame:
    lines = [line for line in text(path, encoding).splitlines() if "\tn/a\t" not in line]
    width = lines[0].count(separator)
    if separator == "\t":
        lines = [line for line in lines if line.count(separator) == width]
    quoting = 0 if '"' in lines[0] or separator == "," else 3
    return pd.read_csv(
        BytesIO("\n".join(lines).encode()), sep=separator, dtype=str, keep_default_na=False, quoting=quoting
    )


def orders(folder: Path, marketplace: str) -> pd.DataFrame:
    """All order lines, the newest state of each."""
    paths = sorted(folder.glob(f"{marketplace}/all-orders-*"))
    frames = [read(path).assign(file=number) for number, path in enumerate(paths)]
    both = pd.concat(frames, ignore_index=True)
    newest = both.groupby("amazon-order-id")["file"].transform("max")
    return both[both["file"] == newest]


def local_days(stamps: pd.Series, marketplace: str) -> pd.Series:
    return pd.to_datetime(stamps, utc=True).dt.tz_convert(TIME_ZONE[marketplace]).dt.tz_localize(None).dt.normalize()


def test_a_file_for_every_report(folder: Path) -> None:
    kinds = {re.sub(r"-[\d\-]+(to-[\d\-]+)?$", "", path.name.split(".")[0]) for path in folder.glob("US/*")}
    assert kinds == {
        "all-orders", "ledger-summary", "ledger-detail-receipts-to", "manage-fba-inventory", "fba-inventory-planning",
        "restock", "reserved-inventory", "fee-preview", "monthly-storage-fees", "aged-inventory-surcharge",
        "customer-returns-to", "inbound-shipments", "inbound-items",
    }  # fmt: skip
    assert {path.stem for path in folder.glob("own/*")} == {
        "catalogue", "suppliers", "supplier_legs", "supplier_closures", "price_breaks", "warehouses", "warehouse_stock",
        "open_purchase_orders", "past_receipts", "promotions", "capacity",
    }  # fmt: skip


def test_planning_header_is_amazons_99_columns_to_the_byte(folder: Path) -> None:
    header = text(next(folder.glob("US/fba-inventory-planning-*"))).splitlines()[0]
    assert len(header.split("\t")) == 99
    assert hashlib.sha256(header.encode()).hexdigest() == (
        "e6043b383b36b0ee1f04ad59f2a8d3b4d9d3bcc89218a946e283a1c7ad8639ed"
    )


@pytest.mark.parametrize(
    ("pattern", "encoding", "columns"),
    [
        ("US/manage-fba-inventory-*", "cp1252", 24),
        ("DE/manage-fba-inventory-*", "cp1252", 26),
        ("US/restock-*", "utf-8", 30),
        ("DE/restock-*", "utf-8", 29),
        ("US/reserved-inventory-*", "utf-8", 9),
        ("US/fee-preview-*", "utf-8", 31),
        ("DE/fee-preview-*", "utf-8", 29),
        ("US/aged-inventory-surcharge-*", "utf-8", 14),
        ("US/customer-returns-*", "cp1252", 13),
        ("DE/ledger-summary-*.txt", "utf-8", 22),
        ("US/ledger-detail-*", "utf-8", 16),
    ],
)
def test_tab_files_have_their_columns_in_every_row(folder: Path, pattern: str, encoding: str, columns: int) -> None:
    lines = text(next(folder.glob(pattern)), encoding).splitlines()
    assert len(lines) > 3
    assert {line.count("\t") for line in lines} == {columns - 1}


def test_order_item_numbers_are_there_since_may_2026(folder: Path) -> None:
    for path in folder.glob("*/all-orders-*"):
        header = text(path).splitlines()[0].split("\t")
        last = date.fromisoformat(path.name.split("-to-")[1][:10])
        assert ("order-item-id" in header) == (last >= date(2026, 5, 28)), path.name


@pytest.mark.parametrize("marketplace", ["US", "DE"])
def test_order_lines_are_the_units_sold_on_the_local_day(seller: SampleSeller, folder: Path, marketplace: str) -> None:
    lines = orders(folder, marketplace)
    fba = lines[(lines["fulfillment-channel"] == "Amazon") & (lines["order-status"] != "Cancelled")]
    day = (local_days(fba["purchase-date"], marketplace) - pd.Timestamp(seller.first_day)).dt.days
    units = pd.DataFrame({"sku": fba["sku"], "day": day, "units": fba["quantity"].astype(int)})
    found = units.groupby(["sku", "day"])["units"].sum()
    rows = seller.rows_of(marketplace)
    item, number = np.nonzero(seller.sold[rows])
    expected = pd.Series(
        seller.sold[rows][item, number],
        index=pd.MultiIndex.from_arrays([seller.items["sku"].to_numpy()[rows][item], number]),
    )
    missing = expected.index.difference(found.index)
    assert found.index.difference(expected.index).empty
    assert (found == expected[found.index]).all()
    gone = sorted({int(index[1]) for index in missing})
    if marketplace == "US":
        assert gone == []
    else:  # one whole week was never downloaded
        assert min(gone) % 7 == 0
        assert 7 <= max(gone) - min(gone) + 1 <= 13


def test_orders_hold_the_lines_that_trap_a_reader(folder: Path) -> None:
    american, german = orders(folder, "US"), orders(folder, "DE")
    assert (american["order-status"] == "Cancelled").any()
    assert (american.loc[american["order-status"] == "Cancelled", "quantity"] == "0").any()
    assert set(american["fulfillment-channel"]) == {"Amazon", "Merchant"}
    assert {"Amazon.com", "Non-Amazon"} <= set(american["sales-channel"])
    assert {"EUR", "SEK"} <= set(german["currency"])
    assert set(german.loc[german["currency"] == "SEK", "sales-channel"]) == {"Amazon.se"}
    pending = american[american["order-status"] == "Pending"]
    assert len(pending) > 0
    assert set(pending["item-price"]) == {""}
    assert (american["item-price"] == "0.00").any()
    assert american["amazon-order-id"].duplicated().any()


def test_a_pending_order_is_shipped_in_the_next_file(folder: Path) -> None:
    paths = sorted(folder.glob("US/all-orders-2026-*"))[-2:]
    before, after = (read(path).drop_duplicates("amazon-order-id").set_index("amazon-order-id") for path in paths)
    open_then = before[before["order-status"].isin(["Pending", "Shipping"])]
    assert len(open_then) > 0
    now = after.loc[open_then.index.intersection(after.index)]
    assert len(now) == len(open_then)
    assert set(now["order-status"]) == {"Shipped"}


def test_nothing_in_the_files_is_later_than_the_download(seller: SampleSeller, folder: Path) -> None:
    limit = datetime(2026, 8, 3, 7, 0, tzinfo=UTC)  # midnight in Los Angeles
    for marketplace in ("US", "DE"):
        stamps = pd.to_datetime(orders(folder, marketplace)["purchase-date"], utc=True)
        assert stamps.max() < limit
        zone = ZoneInfo(TIME_ZONE[marketplace])
        assert stamps.max().tz_convert(zone).date() == AS_OF - timedelta(days=1)
    made = {path.stat().st_mtime for path in folder.rglob("*") if path.is_file()}
    assert max(made) == datetime(2026, 8, 3, 6, tzinfo=UTC).timestamp()


def test_files_do_not_depend_on_the_future(seller: SampleSeller, folder: Path, tmp_path: Path) -> None:
    again = generate(seed=3, skus=60, as_of=AS_OF, weeks=105, future_weeks=0)
    for path in write_reports(again, tmp_path):
        if path.suffix != ".xlsx":
            assert path.read_bytes() == (folder / path.relative_to(tmp_path)).read_bytes(), path.name


def test_ledger_balances_and_is_the_stock_of_each_day(seller: SampleSeller, folder: Path) -> None:
    for marketplace in ("US", "DE"):
        frame = pd.concat([read(path) for path in sorted(folder.glob(f"{marketplace}/ledger-summary-*"))])
        moves = ["Receipts", "Customer Shipments", "Customer Returns", "Disposed"]
        units = frame[["Starting Warehouse Balance", *moves, "Ending Warehouse Balance"]].astype(int)
        assert (units.iloc[:, :-1].sum(axis=1) == units.iloc[:, -1]).all()
        sellable = frame[frame["Disposition"] == "SELLABLE"]
        day = (pd.to_datetime(sellable["Date"], format="%m/%d/%Y") - pd.Timestamp(seller.first_day)).dt.days
        row = {sku: row for row, sku in zip(seller.rows_of(marketplace), seller.items["sku"].to_numpy()[
            seller.rows_of(marketplace)], strict=True)}  # fmt: skip
        stock = seller.stock[sellable["MSKU"].map(row), day]
        assert (stock == sellable["Ending Warehouse Balance"].astype(int)).all()
        assert (stock == 0).any(), "days out of stock are in the ledger"
        assert set(frame["Location"]) == {marketplace}


def test_stock_reports_agree_with_each_other_and_with_the_seller(seller: SampleSeller, folder: Path) -> None:
    for marketplace in ("US", "DE"):
        rows = seller.rows_of(marketplace)
        stock = pd.Series(seller.stock[rows, -1], index=seller.items["sku"].to_numpy()[rows])
        listing = read(next(folder.glob(f"{marketplace}/manage-fba-inventory-*")), "cp1252").set_index("sku")
        count = {
            name: listing[name].astype(int) for name in listing if name.startswith("afn-") and "exists" not in name
        }
        reserved_at_amazon = count["afn-reserved-quantity"]
        on_hand = count["afn-onhand-buyable-quantity"]
        assert "OLD-9917-RED" in listing.index
        ours = stock.index
        reserved = read(next(folder.glob(f"{marketplace}/reserved-inventory-*"))).set_index("sku")
        processing = reserved["reserved_fc-processing"].astype(int).reindex(ours).fillna(0)
        assert (on_hand[ours] + processing == stock).all()
        assert (reserved_at_amazon[reserved.index] == reserved["reserved_qty"].astype(int)).all()
        restock = read(next(folder.glob(f"{marketplace}/restock-*"))).set_index("Merchant SKU")
        assert (restock["Available"].astype(int)[ours] == count["afn-fulfillable-quantity"][ours]).all()
        inbound = sum(count[f"afn-inbound-{stage}-quantity"] for stage in ("working", "shipped", "receiving"))
        assert (restock["Inbound"].astype(int)[ours] == inbound[ours]).all()


def test_age_bands_of_the_planning_report_hold_the_stock(seller: SampleSeller, folder: Path) -> None:
    planning = read(next(folder.glob("US/fba-inventory-planning-*"))).set_index("sku")
    ages = {name: planning[name].astype(int) for name in planning if name.startswith("inv-age-")}
    coarse = sum(ages[f"inv-age-{band}-days"] for band in ("0-to-90", "91-to-180", "181-to-270", "271-to-365",
                                                           "366-to-455", "456-plus"))  # fmt: skip
    fine = sum(ages[f"inv-age-{band}-days"] for band in ("0-to-30", "31-to-60", "61-to-90"))
    rows = seller.rows_of("US")
    stock = pd.Series(seller.stock[rows, -1], index=seller.items["sku"].to_numpy()[rows])
    assert (coarse[stock.index] == stock).all()
    assert (fine == ages["inv-age-0-to-90-days"]).all()
    assert (ages["inv-age-181-to-270-days"] + ages["inv-age-271-to-365-days"]).sum() > 0, "some stock is old"
    assert set(planning["snapshot-date"]) == {"2026-08-03"}
    stale = read(next(folder.glob("DE/fba-inventory-planning-*")))
    assert set(stale["snapshot-date"]) == {"2026-06-22"}


def test_fees_are_the_sum_of_their_parts_and_known_amounts(seller: SampleSeller, folder: Path) -> None:
    preview = read(next(folder.glob("US/fee-preview-*"))).set_index("sku")
    known = preview[preview["estimated-fee-total"] != "--"]
    assert 0 < len(known) < len(preview)
    parts = known["estimated-referral-fee-per-unit"].astype(float) + known["expected-fulfillment-fee-per-unit"].astype(
        float
    )
    assert np.allclose(parts, known["estimated-fee-total"].astype(float), atol=0.006)
    small = known[known["product-size-tier"] == "UsSmallStandardSize"]
    light = small[(small["item-package-weight"].astype(float) <= 0.25) & (small["your-price"].astype(float) >= 10)]
    amounts = {round(base * 1.035, 2) for base in (3.32, 3.42)}  # up to 2 and 4 oz, with the fuel surcharge of 2026
    assert set(light["expected-fulfillment-fee-per-unit"].astype(float)) <= amounts
    assert (known["expected-fulfillment-fee-per-unit"].astype(float) >= 2.43).all()
    storage = read(next(folder.glob("US/monthly-storage-fees-*")), separator=",")
    fee = storage["estimated_monthly_storage_fee"].astype(float)
    volume = storage["estimated_total_item_volume"].astype(float)
    assert np.allclose(fee, volume * storage["base_rate"].astype(float), rtol=0.03, atol=0.01)
    assert set(storage["month_of_charge"]) == {"2026-05", "2026-06", "2026-07"}
    assert set(storage["base_rate"]) <= {"0.78", "0.56"}


def test_returns_belong_to_orders_of_the_same_item(folder: Path) -> None:
    returned = read(next(folder.glob("US/customer-returns-*")), "cp1252")
    assert set(returned["detailed-disposition"]) == {"SELLABLE", "CUSTOMER_DAMAGED"}
    assert not returned["license-plate-number"].duplicated().any()
    sold = orders(folder, "US")[["amazon-order-id", "sku"]].drop_duplicates()
    joined = returned.merge(sold, left_on=["order-id", "sku"], right_on=["amazon-order-id", "sku"], how="left")
    assert joined["amazon-order-id"].notna().mean() > 0.95


def test_shipments_under_way_are_the_inbound_units_of_the_stock_report(seller: SampleSeller, folder: Path) -> None:
    shipments = json.loads(next(folder.glob("US/inbound-shipments-*")).read_text("utf-8"))["payload"]["ShipmentData"]
    items = json.loads(next(folder.glob("US/inbound-items-*")).read_text("utf-8"))["payload"]["ItemData"]
    states = {one["ShipmentId"]: one["ShipmentStatus"] for one in shipments}
    assert set(states.values()) > {"CLOSED"}
    assert {one["ShipmentId"] for one in items} == set(states)
    assert re.match(r"FBA STA \(\d\d/\d\d/\d{4} 09:00\)-US", shipments[0]["ShipmentName"])
    rest = sum(
        one["QuantityShipped"] - one["QuantityReceived"] for one in items if states[one["ShipmentId"]] != "CLOSED"
    )
    listing = read(next(folder.glob("US/manage-fba-inventory-*")), "cp1252")
    inbound = sum(
        listing[f"afn-inbound-{stage}-quantity"].astype(int).sum() for stage in ("working", "shipped", "receiving")
    )
    assert abs(rest - inbound) <= 3 * len(items) * 0.05  # units that never came are open in Amazon's list


def test_templates_are_filled_in_with_this_sellers_gaps(seller: SampleSeller, folder: Path) -> None:
    sheet = openpyxl.load_workbook(folder / "own" / "catalogue.xlsx").worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    header = rows[0]
    frame = pd.DataFrame(rows[1:], columns=header)
    assert frame["SKU"].tolist() == seller.items["sku"].tolist()
    wrong = {column: row for row, column, _ in flaws(seller)}
    assert pd.isna(frame["Unit cost"][wrong["unit_cost"]])
    assert frame["Supplier"].isna().sum() == 1
    assert (~frame["Supplier"].dropna().isin(seller.suppliers["supplier"])).sum() == 1
    assert frame["MOQ"][wrong["moq"]] % frame["Case pack"][wrong["moq"]] != 0
    stock = pd.read_csv(folder / "own" / "warehouse_stock.csv")
    assert stock["Units"].sum() == seller.warehouse_stock.sum()
    open_orders = pd.read_csv(folder / "own" / "open_purchase_orders.csv")
    due = seller.truth.arrivals[seller.truth.arrivals["kind"] == "purchase"]["quantity"].sum()
    assert (open_orders["Quantity"] - open_orders["Received"]).sum() == due
    assert set(open_orders["Status"]) <= {"confirmed", "shipped", "partly_received"}


def test_a_seller_of_one_sku_can_be_written(tmp_path: Path) -> None:
    paths = write_reports(generate(seed=1, skus=1, as_of=date(2024, 2, 29), weeks=30, future_weeks=1), tmp_path)
    assert all(path.exists() for path in paths)
    assert not list(tmp_path.glob("DE/all-orders*"))
