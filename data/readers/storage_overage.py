"""Storage overage fees: charged to the account when stock of a storage type takes more room than allowed."""

from data.readers.base import Column, Format, run_alone

FORMAT = Format(
    name="storage_overage",
    title="Storage Overage Fees",
    table="storage_overage",
    columns=(
        Column("marketplace", "marketplace", ("country_code",), required=True, given="marketplace"),
        Column("charged_on", "date", ("charged_date",), required=True),
        Column("storage_type", "text", ("storage_type",), required=True),
        Column("charge_rate", "decimal", ("charge_rate",), low=0),
        Column("used_volume", "decimal", ("storage_usage_volume",), low=0),
        Column("limit_volume", "decimal", ("storage_limit_volume",), required=True, low=0),
        Column("overage_volume", "decimal", ("overage_volume",), low=0),
        Column("volume_unit", "text", ("volume_unit",)),
        Column("amount", "money", ("charged_fee_amount",), required=True),
        Column("currency", "text", ("currency_code",)),
    ),
    key=("marketplace", "charged_on", "storage_type"),
    day="charged_on",
    where="Reports > Fulfilment by Amazon > Payments > Storage Overage Fees",
    how_often="monthly, if you are charged any",
)

if __name__ == "__main__":
    run_alone(FORMAT)
