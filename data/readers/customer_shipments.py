"""FBA Customer Shipment Sales: units that left a fulfilment centre, with the price of one unit.

Rows have no name of their own (equal rows are separate shipments), so a newer file replaces whole days. Shipped units
lag orders and stop when stock does: All Orders is the better source of demand, this one fills history it lacks.
"""

from data.readers.base import Column, Format, run_alone

FORMAT = Format(
    name="customer_shipments",
    title="FBA Customer Shipment Sales",
    table="customer_shipment",
    columns=(
        Column("marketplace", "marketplace", given="marketplace", needed=True),
        Column("shipped_at", "timestamp", ("shipment-date",), required=True, needed=True),
        Column("shipped_day", "day", ("shipment-date",), needed=True),
        Column("sku", "sku", ("sku",), required=True, needed=True),
        Column("fnsku", "text", ("fnsku",)),
        Column("asin", "text", ("asin",)),
        Column("fulfillment_center", "text", ("fulfillment-center-id",)),
        Column("quantity", "integer", ("quantity",), required=True, needed=True, low=0, high=1_000_000),
        Column("order_id", "text", ("amazon-order-id",), required=True),
        Column("currency", "text", ("currency",)),
        Column("unit_price", "money", ("item-price-per-unit",), required=True),
    ),
    key=(),
    scope=("marketplace", "shipped_day"),
    dropped=("shipping-price", "gift-wrap-price", "ship-city", "ship-state", "ship-postal-code"),
    day="shipped_day",
    where="Reports > Fulfilment by Amazon > Sales > Customer Shipment Sales",
    how_often="only for history that All Orders does not reach",
)

if __name__ == "__main__":
    run_alone(FORMAT)
