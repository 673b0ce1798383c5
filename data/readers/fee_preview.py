"""FBA Fee Preview: Amazon's estimate of the fees of one unit, with the measured size and weight behind it.

`--` means no estimate, not zero. Spelling tells the region: fulfillment in America, fulfilment in Europe. European
files hold all stores of a SKU; without an `amazon-store` column only the currency tells them apart, so prefer files
that have it. The estimate holds at the price beside it.
"""

from data.readers.base import Column, Format, run_alone


def _money(name: str, *headers: str, required: bool = False) -> Column:
    return Column(name, "money", headers, required=required, low=0, high=1e7)


def _size(name: str, header: str) -> Column:
    return Column(name, "decimal", (header,), low=0, high=1e6)


FORMAT = Format(
    name="fee_preview",
    title="FBA Fee Preview",
    table="fee_preview",
    columns=(
        Column("marketplace", "marketplace", ("amazon-store",), given="marketplace"),
        Column("snapshot_date", "date", given="snapshot_date"),
        Column("sku", "sku", ("sku",), required=True),
        Column("fnsku", "text", ("fnsku",)),
        Column("asin", "text", ("asin",)),
        Column("title", "text", ("product-name",)),
        Column("product_group", "text", ("product-group",)),
        Column("brand", "text", ("brand",)),
        Column("fulfilled_by", "text", ("fulfilled-by",)),
        _money("price", "your-price"),
        _money("sales_price", "sales-price"),
        _size("longest_side", "longest-side"),
        _size("median_side", "median-side"),
        _size("shortest_side", "shortest-side"),
        _size("length_and_girth", "length-and-girth"),
        Column("dimension_unit", "text", ("unit-of-dimension",), required=True),
        _size("weight", "item-package-weight"),
        Column("weight_unit", "text", ("unit-of-weight",)),
        Column("size_tier", "text", ("product-size-tier", "product-size-weight-band")),
        Column("currency", "text", ("currency",), may_be_blank=True),
        _money("fee_total", "estimated-fee-total", required=True),
        _money("referral_fee", "estimated-referral-fee-per-unit", required=True),
        _money("closing_fee", "estimated-variable-closing-fee"),
        _money("fulfillment_fee", "expected-fulfillment-fee-per-unit", "expected-domestic-fulfilment-fee-per-unit"),
        _money("order_handling_fee", "estimated-order-handling-fee-per-order"),
        _money("pick_pack_fee", "estimated-pick-pack-fee-per-unit"),
        _money("weight_handling_fee", "estimated-weight-handling-fee-per-unit"),
        _money(
            "future_fulfillment_fee",
            "expected-future-fulfillment-fee-per-unit",
            "expected-future-domestic-fulfilment-fee-per-unit",
        ),
        *(
            _money(f"efn_fee_{country}", f"expected-efn-fulfilment-fee-per-unit-{country}")
            for country in ("uk", "de", "fr", "it", "es", "se")
        ),
    ),
    key=("marketplace", "snapshot_date", "sku", "currency"),
    scope=("marketplace", "snapshot_date"),
    dropped=(
        *("has-local-inventory", "estimated-fixed-closing-fee", "estimated-future-fee"),
        "estimated-future-fee (Current Selling on Amazon + Future Fulfillment fees)",
        *("estimated-future-order-handling-fee-per-order", "estimated-future-pick-pack-fee-per-unit"),
        "estimated-future-weight-handling-fee-per-unit",
    ),
    day="snapshot_date",
    where="Reports > Fulfilment by Amazon > Payments > Fee Preview",
    how_often="monthly, and after a change of price, packaging or fees",
)

if __name__ == "__main__":
    run_alone(FORMAT)
