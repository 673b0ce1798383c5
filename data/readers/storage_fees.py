"""Monthly storage fees: what storage of a month cost, by ASIN and fulfilment centre (sum them, never take the first).

There is no seller SKU: FNSKU, then ASIN, lead to it. `est_base_msf` and `est_sus` (utilisation surcharge) add up to the
fee. Rows without a month are no charge and are set aside.
"""

from data.readers.base import Column, Format, run_alone


def _decimal(name: str, header: str) -> Column:
    return Column(name, "decimal", (header,), low=0, high=1e9)


FORMAT = Format(
    name="storage_fees",
    title="Monthly Storage Fees",
    table="storage_fee",
    columns=(
        Column("marketplace", "marketplace", ("country_code",), required=True, given="marketplace"),
        Column("month", "date", ("month_of_charge",), required=True),
        Column("asin", "text", ("asin",), required=True),
        Column("fnsku", "text", ("fnsku",), required=True, may_be_blank=True),
        Column("title", "text", ("product_name",)),
        Column("fulfillment_center", "text", ("fulfillment_center",), required=True, may_be_blank=True),
        _decimal("longest_side", "longest_side"),
        _decimal("median_side", "median_side"),
        _decimal("shortest_side", "shortest_side"),
        Column("dimension_unit", "text", ("measurement_units",)),
        _decimal("weight", "weight"),
        Column("weight_unit", "text", ("weight_units",)),
        _decimal("item_volume", "item_volume"),
        Column("volume_unit", "text", ("volume_units",)),
        Column("size_tier", "text", ("product_size_tier",)),
        _decimal("average_on_hand", "average_quantity_on_hand"),
        _decimal("average_pending_removal", "average_quantity_pending_removal"),
        _decimal("average_customer_orders", "average_quantity_customer_orders"),
        _decimal("total_volume", "estimated_total_item_volume"),
        _decimal("utilization_ratio", "storage_utilization_ratio"),
        Column("base_rate", "decimal", ("base_rate", "storage_rate"), low=0, high=1e9),
        _decimal("utilization_surcharge_rate", "utilization_surcharge_rate"),
        Column("base_fee", "money", ("est_base_msf",)),
        Column("utilization_surcharge", "money", ("est_sus",)),
        Column("storage_fee", "money", ("estimated_monthly_storage_fee",), required=True),
        Column("incentive", "money", ("total_incentive_fee_amount",)),
        Column("currency", "text", ("currency",), required=True),
        Column("dangerous_goods", "text", ("dangerous_goods_storage_type", "category")),
    ),
    key=("marketplace", "month", "asin", "fnsku", "fulfillment_center"),
    scope=("marketplace", "month"),
    dropped=(
        *("storage_utilization_ratio_units", "avg_qty_for_sus", "est_vol_for_sus", "eligible_for_inventory_discount"),
        *("qualifies_for_inventory_discount", "breakdown_incentive_fee_amount"),
    ),
    day="month",
    where="Reports > Fulfilment by Amazon > Payments > Monthly Storage Fees",
    how_often="monthly",
)

if __name__ == "__main__":
    run_alone(FORMAT)
