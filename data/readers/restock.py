"""Restock Inventory recommendations: stock by state and Amazon's advice, one row per country and SKU.

The API sometimes breaks lines so that values slide into other columns: a row whose Country is no country is set aside.
`Sales last 30 days` is money, `Units Sold Last 30 Days` is units; `365+` days of supply means "at least".
"""

from data.readers.base import Column, Format, run_alone


def _units(name: str, header: str, required: bool = False) -> Column:
    return Column(name, "integer", (header,), required=required, low=0, high=100_000_000)


FORMAT = Format(
    name="restock",
    title="Restock Inventory",
    table="restock",
    columns=(
        Column("marketplace", "marketplace", ("Country", "Country/Region Code"), required=True, given="marketplace"),
        Column("snapshot_date", "date", given="snapshot_date"),
        Column("sku", "sku", ("Merchant SKU",), required=True),
        Column("fnsku", "text", ("FNSKU",)),
        Column("asin", "text", ("ASIN",)),
        Column("title", "text", ("Product Name",)),
        Column("condition", "text", ("Condition",), may_be_blank=True),
        Column("supplier", "text", ("Supplier",), unknown=("unassigned", "--")),
        Column("supplier_part", "text", ("Supplier part no.",)),
        Column("currency", "text", ("Currency code",)),
        Column("price", "money", ("Price",), low=0),
        Column("sales_30", "money", ("Sales last 30 days",)),
        _units("units_sold_30", "Units Sold Last 30 Days", required=True),
        _units("total_units", "Total Units"),
        _units("inbound", "Inbound"),
        _units("available", "Available", required=True),
        _units("fc_transfer", "FC transfer"),
        _units("fc_processing", "FC Processing"),
        _units("customer_order", "Customer Order"),
        _units("unfulfillable", "Unfulfillable"),
        _units("inbound_working", "Working"),
        _units("inbound_shipped", "Shipped"),
        _units("inbound_receiving", "Receiving"),
        Column("fulfilled_by", "text", ("Fulfilled by",)),
        Column(
            "total_days_of_supply", "decimal", ("Total Days of Supply (including units from open shipments)",), low=0
        ),
        Column("days_of_supply", "decimal", ("Days of Supply at Amazon Fulfillment Network",), low=0),
        Column("alert", "text", ("Alert",)),
        _units("recommended_quantity", "Recommended replenishment qty", required=True),
        Column("recommended_ship_date", "date", ("Recommended ship date",)),
        Column("recommended_action", "text", ("Recommended action",)),
        Column("unit_storage_size", "text", ("Unit storage size",)),
    ),
    key=("marketplace", "snapshot_date", "sku"),
    scope=("marketplace", "snapshot_date"),
    day="snapshot_date",
    where="Inventory > Restock Inventory > Download (or Reports > Fulfilment by Amazon > Inventory)",
    how_often="optional: to compare Amazon's advice with the plan",
)

if __name__ == "__main__":
    run_alone(FORMAT)
