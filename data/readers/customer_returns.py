"""FBA customer returns: units that came back and in what state.

A row is a unit received at a fulfilment centre, not a refund. Rows without a licence plate have no name of their own,
so a newer file replaces whole days. The disposition says whether the unit can be sold again.
"""

from data.readers.base import Column, Format, run_alone

FORMAT = Format(
    name="customer_returns",
    title="FBA Customer Returns",
    table="customer_return",
    columns=(
        Column("marketplace", "marketplace", given="marketplace", needed=True),
        Column("returned_at", "timestamp", ("return-date",), required=True, needed=True),
        Column("returned_day", "day", ("return-date",), needed=True),
        Column("order_id", "text", ("order-id",), required=True),
        Column("sku", "sku", ("sku",), required=True, needed=True),
        Column("asin", "text", ("asin",)),
        Column("fnsku", "text", ("fnsku",)),
        Column("quantity", "integer", ("quantity",), required=True, needed=True, low=0, high=1_000_000),
        Column("fulfillment_center", "text", ("fulfillment-center-id",)),
        Column("disposition", "text", ("detailed-disposition",), required=True),
        Column("reason", "text", ("reason",)),
        Column("status", "text", ("status",)),
        Column("license_plate", "text", ("license-plate-number",)),
    ),
    key=(),
    scope=("marketplace", "returned_day"),
    dropped=("product-name", "customer-comments"),
    day="returned_day",
    short_by=1,  # an empty comment at the end of the line is left out
    where="Reports > Fulfilment by Amazon > Customer Concessions > FBA customer returns",
    how_often="monthly",
)

if __name__ == "__main__":
    run_alone(FORMAT)
