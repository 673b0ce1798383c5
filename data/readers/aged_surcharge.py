"""Aged-inventory surcharge (before: long-term storage fee): what old units were charged, one row per age tier.

These are charges, not the forecasts of the FBA Inventory report: never add both. The older form has one charge for
twelve months and one for six.
"""

from data.readers.base import Column, Format, run_alone

_HEAD = (
    Column("marketplace", "marketplace", ("country",), required=True, given="marketplace"),
    Column("charged_on", "day", ("snapshot-date",), required=True),
    Column("sku", "sku", ("sku",), required=True),
    Column("fnsku", "text", ("fnsku",), may_be_blank=True),
    Column("asin", "text", ("asin",)),
    Column("title", "text", ("product-name",)),
    Column("condition", "text", ("condition",), may_be_blank=True),
    Column("unit_volume", "decimal", ("per-unit-volume",), low=0),
    Column("volume_unit", "text", ("volume-unit",)),
    Column("currency", "text", ("currency",), required=True),
)
WHERE = "Reports > Fulfilment by Amazon > Payments > Aged Inventory Surcharge"
FORMAT = Format(
    name="aged_surcharge",
    title="Aged Inventory Surcharge",
    table="aged_surcharge",
    columns=(
        *_HEAD,
        Column("quantity", "integer", ("qty-charged",), required=True, low=0, high=1_000_000),
        Column("amount", "money", ("amount-charged",), required=True),
        Column("age_tier", "text", ("surcharge-age-tier",), required=True, may_be_blank=True),
        Column("rate", "decimal", ("rate-surcharge",), low=0),
    ),
    key=("marketplace", "charged_on", "sku", "fnsku", "condition", "age_tier"),
    scope=("marketplace", "charged_on"),
    day="charged_on",
    where=WHERE,
    how_often="monthly, after the 15th",
)
LONG_TERM = Format(
    name="long_term_storage",
    title="Long Term Storage Fee Charges (until 2022)",
    table="aged_surcharge",
    columns=(
        *_HEAD,
        Column("quantity", "integer", ("qty-charged-12-mo-long-term-storage-fee",), required=True, low=0),
        Column("amount", "money", ("12-mo-long-terms-storage-fee",), required=True),
        Column("quantity_6_months", "integer", ("qty-charged-6-mo-long-term-storage-fee",), low=0),
        Column("amount_6_months", "money", ("6-mo-long-terms-storage-fee",)),
    ),
    key=("marketplace", "charged_on", "sku", "fnsku", "condition"),
    scope=("marketplace", "charged_on"),
    dropped=("enrolled-in-small-and-light",),
    day="charged_on",
    where=WHERE,
    how_often="once, if you have old files",
)
FORMATS = (FORMAT, LONG_TERM)

if __name__ == "__main__":
    run_alone(*FORMATS)
