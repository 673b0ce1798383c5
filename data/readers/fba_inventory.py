"""Manage FBA Inventory (MYI): stock of every listing by state, the most complete list of SKUs.

The file has no date and no marketplace: the load names both (the date of download by default). Blank is not zero.
Since June 2026 units between fulfilment centres may stand in a column of their own and no longer in the reserved ones.
"""

from data.readers.base import Column, Format, run_alone


def _units(name: str, header: str, required: bool = False) -> Column:
    return Column(name, "integer", (header,), required=required, low=0, high=100_000_000)


FORMAT = Format(
    name="fba_inventory",
    title="Manage FBA Inventory",
    table="fba_inventory",
    columns=(
        Column("marketplace", "marketplace", given="marketplace"),
        Column("snapshot_date", "date", given="snapshot_date"),
        Column("sku", "sku", ("sku",), required=True),
        Column("fnsku", "text", ("fnsku",), required=True),
        Column("asin", "text", ("asin",), required=True),
        Column("title", "text", ("product-name",)),
        Column("condition", "text", ("condition",), may_be_blank=True),
        Column("price", "money", ("your-price",), low=0),
        _units("fulfillable", "afn-fulfillable-quantity", required=True),
        _units("fulfillable_local", "afn-fulfillable-quantity-local"),
        _units("fulfillable_remote", "afn-fulfillable-quantity-remote"),
        _units("fc_transfer", "afn-fc-transfer-quantity"),
        _units("on_hand_buyable", "afn-onhand-buyable-quantity"),
        _units("warehouse", "afn-warehouse-quantity"),
        _units("unsellable", "afn-unsellable-quantity"),
        _units("reserved", "afn-reserved-quantity", required=True),
        _units("researching", "afn-researching-quantity"),
        _units("total", "afn-total-quantity"),
        _units("inbound_working", "afn-inbound-working-quantity"),
        _units("inbound_shipped", "afn-inbound-shipped-quantity"),
        _units("inbound_receiving", "afn-inbound-receiving-quantity"),
        _units("reserved_future_supply", "afn-reserved-future-supply"),
        _units("future_supply_buyable", "afn-future-supply-buyable"),
        _units("merchant_fulfillable", "mfn-fulfillable-quantity"),
        Column("unit_volume", "decimal", ("per-unit-volume",), low=0),
    ),
    key=("marketplace", "snapshot_date", "sku"),
    scope=("marketplace", "snapshot_date"),
    dropped=("mfn-listing-exists", "afn-listing-exists", "store"),
    day="snapshot_date",
    where="Reports > Fulfilment by Amazon > Inventory > Manage FBA Inventory",
    how_often="weekly, on the day of planning",
)

if __name__ == "__main__":
    run_alone(FORMAT)
