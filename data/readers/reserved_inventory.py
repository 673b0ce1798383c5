"""Reserved inventory: units held for orders, between fulfilment centres, in processing or staging.

Both spellings of the report are one format: until mid-2026 with FC transfers, since then without them and with staging.
A blank means no unit; a column that is not there is unknown. Only SKUs with reserved units appear.
"""

from data.readers.base import Column, Format, run_alone


def _units(name: str, header: str, blank: str | None = None) -> Column:
    return Column(name, "integer", (header,), required=blank is not None, blank=blank, low=0, high=100_000_000)


FORMAT = Format(
    name="reserved_inventory",
    title="Reserved Inventory",
    table="reserved_inventory",
    columns=(
        Column("marketplace", "marketplace", given="marketplace"),
        Column("snapshot_date", "date", given="snapshot_date"),
        Column("sku", "sku", ("sku",), required=True),
        Column("fnsku", "text", ("fnsku",)),
        Column("asin", "text", ("asin",)),
        Column("title", "text", ("product-name",)),
        _units("reserved", "reserved_qty", blank="0"),
        _units("customer_orders", "reserved_customerorders", blank="0"),
        _units("fc_transfers", "reserved_fc-transfers"),
        _units("fc_processing", "reserved_fc-processing", blank="0"),
        _units("staging", "reserved_staging"),
        Column("program", "text", ("program",)),
    ),
    key=("marketplace", "snapshot_date", "sku"),
    scope=("marketplace", "snapshot_date"),
    day="snapshot_date",
    where="Reports > Fulfilment by Amazon > Inventory > Reserved Inventory",
    how_often="weekly, with Manage FBA Inventory: it tells why units are reserved",
)

if __name__ == "__main__":
    run_alone(FORMAT)
