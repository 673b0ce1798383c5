"""FBA inbound placement service fees: charged about 45 days after receipt, by shipment and FNSKU (there is no SKU).

`Total charges` may hold other inbound charges; the placement fee has a column of its own. The whole header is not
confirmed, so only the columns that are known matter.
"""

from data.readers.base import Column, Format, run_alone

FORMAT = Format(
    name="placement_fees",
    title="FBA Inbound Placement Service Fees",
    table="placement_fee",
    columns=(
        Column("marketplace", "marketplace", ("Country",), given="marketplace"),
        Column("charged_on", "date", ("Transaction date",), required=True),
        Column("shipping_plan", "text", ("Shipping plan ID",)),
        Column("shipment", "text", ("FBA shipment ID",), may_be_blank=True),
        Column("fnsku", "text", ("FNSKU",), may_be_blank=True),
        Column("asin", "text", ("ASIN",)),
        Column("sku", "sku", ("SKU",), may_be_blank=True),
        Column("size_tier", "text", ("Product size tier",)),
        Column("weight", "text", ("Shipping weight",)),
        Column("quantity", "integer", ("Actual received quantity",), required=True, low=0, high=1_000_000),
        Column("rate", "money", ("FBA inbound placement service fee rate (per unit)",), low=0),
        Column("placement_fee", "money", ("Total FBA inbound placement service fee charge",), required=True),
        Column("total_charges", "money", ("Total charges",)),
    ),
    key=("marketplace", "charged_on", "shipment", "fnsku", "sku"),
    day="charged_on",
    where="Reports > Fulfilment by Amazon > Payments > FBA Inbound Placement Service Fees",
    how_often="monthly",
)

if __name__ == "__main__":
    run_alone(FORMAT)
