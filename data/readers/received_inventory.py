"""FBA received inventory: receipts of each shipment by day. Amazon has removed the report; archived files teach how
long receiving took. Today the ledger's detailed view (event type Receipts) says the same.
"""

from data.readers.base import Column, Format, run_alone

FORMAT = Format(
    name="received_inventory",
    title="FBA Received Inventory (removed by Amazon)",
    table="received_inventory",
    columns=(
        Column("marketplace", "marketplace", given="marketplace", needed=True),
        Column("received_at", "timestamp", ("received-date",), required=True, needed=True),
        Column("received_day", "day", ("received-date",), needed=True),
        Column("shipment", "text", ("fba-shipment-id",), required=True, needed=True),
        Column("sku", "sku", ("sku",), required=True, needed=True),
        Column("fnsku", "text", ("fnsku",)),
        Column("title", "text", ("product-name",)),
        Column("quantity", "integer", ("quantity",), required=True, needed=True, low=-1_000_000, high=1_000_000),
        Column("fulfillment_center", "text", ("fulfillment-center-id",)),
    ),
    key=(),
    scope=("marketplace", "received_day"),
    day="received_day",
    where="an archived file: Amazon no longer makes this report",
    how_often="once, for lead times of the past",
)

if __name__ == "__main__":
    run_alone(FORMAT)
