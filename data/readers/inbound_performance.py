"""FBA Inbound Performance: problems found in a shipment and what they cost.

Quantities belong to the line with the problem, not to the shipment: they do not tell what was received. A line about
the whole shipment has neither carton nor SKU.
"""

from data.readers.base import Column, Format, run_alone

FORMAT = Format(
    name="inbound_performance",
    title="FBA Inbound Performance",
    table="inbound_problem",
    columns=(
        Column("marketplace", "marketplace", given="marketplace", needed=True),
        Column("reported_on", "date", ("issue-reported-date",), required=True, needed=True),
        Column("shipment_created_on", "date", ("shipment-creation-date",)),
        Column("shipment", "text", ("fba-shipment-id",), required=True, needed=True),
        Column("carton", "text", ("fba-carton-id",)),
        Column("fulfillment_center", "text", ("fulfillment-center-id",)),
        Column("sku", "sku", ("sku",)),
        Column("fnsku", "text", ("fnsku",)),
        Column("asin", "text", ("asin",)),
        Column("problem", "text", ("problem-type",), required=True),
        Column("problem_quantity", "integer", ("problem-quantity",), low=0),
        Column("expected_quantity", "integer", ("expected-quantity",), low=0),
        Column("received_quantity", "integer", ("received-quantity",), low=0),
        Column("fee_type", "text", ("fee-type",)),
        Column("fee", "money", ("fee-total",)),
        Column("currency", "text", ("currency",)),
        Column("level", "text", ("problem-level",)),
        Column("status", "text", ("alert-status",)),
    ),
    key=(),
    scope=("marketplace", "reported_on"),
    dropped=("product-name", "performance-measurement-unit", "coaching-level"),
    day="reported_on",
    where="Reports > Fulfilment by Amazon > Inventory > Inbound Performance",
    how_often="monthly",
)

if __name__ == "__main__":
    run_alone(FORMAT)
