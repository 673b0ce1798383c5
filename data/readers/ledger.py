"""Inventory Ledger, summary and detail view: what each day's stock was and why it moved.

The sellable balance at the end of each day is the best evidence of days out of stock. Movements are signed: units that
leave are negative. By country, `Location` is the country where it lies; by fulfilment centre it is a centre code. One
ledger serves all of North America: there the country is the marketplace. Elsewhere (stock in Poland is sold in Germany)
and where the country is not said, the load names the marketplace. Dates are month/day/year in every marketplace.
"""

from data.readers.base import Column, Format, run_alone


def _units(name: str, header: str, required: bool = False) -> Column:
    return Column(name, "integer", (header,), required=required, low=-100_000_000, high=100_000_000)


def _marketplace(header: str) -> Column:
    return Column("marketplace", "marketplace", (header,), given="marketplace", only=("US", "CA", "MX"), needed=True)


_IDENTITY = (
    Column("day", "date", ("Date",), required=True, month_first=True),
    Column("fnsku", "text", ("FNSKU",), required=True, may_be_blank=True),
    Column("asin", "text", ("ASIN",)),
    Column("sku", "sku", ("MSKU",), required=True, needed=True),
    Column("title", "text", ("Title",)),
    Column("disposition", "text", ("Disposition",), required=True, may_be_blank=True),
)
SUMMARY = Format(
    name="ledger_summary",
    title="Inventory Ledger, summary view",
    table="ledger_day",
    columns=(
        _marketplace("Location"),
        *_IDENTITY,
        _units("starting_balance", "Starting Warehouse Balance"),
        _units("in_transit", "In Transit Between Warehouses"),
        _units("receipts", "Receipts"),
        _units("customer_shipments", "Customer Shipments"),
        _units("customer_returns", "Customer Returns"),
        _units("vendor_returns", "Vendor Returns"),
        _units("warehouse_transfer", "Warehouse Transfer In/Out"),
        _units("found", "Found"),
        _units("lost", "Lost"),
        _units("damaged", "Damaged"),
        _units("disposed", "Disposed"),
        _units("other_events", "Other Events"),
        Column("ending_balance", "integer", ("Ending Warehouse Balance",), required=True, needed=True),
        _units("unknown_events", "Unknown Events"),
        Column("location", "text", ("Location",), may_be_blank=True),
    ),
    key=("marketplace", "day", "fnsku", "sku", "disposition", "location"),
    dropped=("Store",),
    day="day",
    where="Reports > Fulfilment by Amazon > Inventory > Inventory Ledger > Summary view, daily, by country",
    how_often="weekly, the last 30 days (Amazon revises the latest days); 18 months at the start",
)
DETAIL = Format(
    name="ledger_detail",
    title="Inventory Ledger, detailed view",
    table="ledger_event",
    columns=(
        _marketplace("Country"),
        *_IDENTITY,
        Column("event_at", "timestamp", ("Date and Time",), month_first=True),
        Column("event_type", "text", ("Event Type",), required=True, needed=True),
        Column("reference", "text", ("Reference ID",)),
        Column("quantity", "integer", ("Quantity",), required=True, needed=True, low=-1_000_000, high=1_000_000),
        Column("fulfillment_center", "text", ("Fulfillment Center",)),
        Column("reason", "text", ("Reason",)),
        Column("country", "text", ("Country",)),
        _units("reconciled", "Reconciled Quantity"),
        _units("unreconciled", "Unreconciled Quantity"),
    ),
    key=(),
    scope=("marketplace", "day"),
    dropped=("Store",),
    day="day",
    where="Reports > Fulfilment by Amazon > Inventory > Inventory Ledger > Detailed view, event type Receipts",
    how_often="monthly: receipts teach how long shipments take",
)
FORMATS = (SUMMARY, DETAIL)

if __name__ == "__main__":
    run_alone(*FORMATS)
