"""FBA Inventory (planning): stock, age, cover, recommendations and fee forecasts of a day; and its ancestor.

Columns come and go inside the line (99 in November 2026, 66 in 2022), so all but the identity and two bands are
optional. The age bands overlap (0-90 is 0-30 + 31-60 + 61-90): they are stored as they stand and never added here. A
SKU that is absent has no known stock; it does not have none.
"""

from data.readers.base import Column, Format, run_alone


def _units(name: str, *headers: str, required: bool = False) -> Column:
    return Column(name, "integer", headers, required=required, low=0, high=100_000_000)


def _decimal(name: str, *headers: str) -> Column:
    return Column(name, "decimal", headers, low=0, high=1e9)


def _money(name: str, *headers: str) -> Column:
    return Column(name, "money", headers, high=1e9)


def _surcharge(band: str, days: str) -> tuple[Column, Column]:
    return (
        _units(f"surcharge_units_{band}", f"quantity-to-be-charged-ais-{days}-days"),
        _money(f"surcharge_{band}", f"estimated-ais-{days}-days"),
    )


_SURCHARGES = tuple(
    column
    for days in ("181-210", "211-240", "241-270", "271-300", "301-330", "331-365", "365-plus", "366-455", "456-plus")
    for column in _surcharge(days.replace("-", "_"), days)
)
_IDENTITY = (
    Column("marketplace", "marketplace", ("marketplace",), given="marketplace"),
    Column("snapshot_date", "date", ("snapshot-date",), required=True, given="snapshot_date"),
    Column("sku", "sku", ("sku",), required=True),
    Column("fnsku", "text", ("fnsku",)),
    Column("asin", "text", ("asin",)),
    Column("title", "text", ("product-name",)),
    Column("condition", "text", ("condition",), may_be_blank=True),
    Column("product_group", "text", ("product-group",)),
)
_AGES = (
    _units("age_0_90", "inv-age-0-to-90-days", required=True),
    _units("age_91_180", "inv-age-91-to-180-days", required=True),
    _units("age_181_270", "inv-age-181-to-270-days"),
    _units("age_271_365", "inv-age-271-to-365-days"),
    _units("age_365_plus", "inv-age-365-plus-days"),
)
FORMAT = Format(
    name="inventory_planning",
    title="FBA Inventory",
    table="inventory_planning",
    columns=(
        *_IDENTITY,
        Column("supplier", "text", ("supplier",), unknown=("unassigned", "--")),
        _units("available", "available", required=True),
        _units("fc_transfer", "fc-transfer", "Reserved FC Transfer"),
        _units("reserved_fc_processing", "Reserved FC Processing"),
        _units("reserved_customer_order", "Reserved Customer Order"),
        _units("reserved_staging", "Reserved Staging"),
        _units("total_reserved", "Total Reserved Quantity", "reserved-quantity"),
        _units("unfulfillable", "unfulfillable-quantity"),
        _units("pending_removal", "pending-removal-quantity"),
        _units("inbound", "inbound-quantity"),
        _units("inbound_working", "inbound-working"),
        _units("inbound_shipped", "inbound-shipped"),
        _units("inbound_received", "inbound-received"),
        _units("supply_at_fba", "Inventory Supply at FBA"),
        *_AGES,
        _units("age_0_30", "inv-age-0-to-30-days"),
        _units("age_31_60", "inv-age-31-to-60-days"),
        _units("age_61_90", "inv-age-61-to-90-days"),
        _units("age_181_330", "inv-age-181-to-330-days"),
        _units("age_331_365", "inv-age-331-to-365-days"),
        _units("age_366_455", "inv-age-366-to-455-days"),
        _units("age_456_plus", "inv-age-456-plus-days"),
        Column("age_snapshot_date", "date", ("Inventory age snapshot date",)),
        _units("units_shipped_7", "units-shipped-t7"),
        _units("units_shipped_30", "units-shipped-t30"),
        _units("units_shipped_60", "units-shipped-t60"),
        _units("units_shipped_90", "units-shipped-t90"),
        _money("price", "your-price"),
        _money("sales_price", "sales-price"),
        _money("featured_offer_price", "featuredoffer-price"),
        Column("currency", "text", ("currency",)),
        _units("sales_rank", "sales-rank"),
        _decimal("days_of_supply", "days-of-supply"),
        _decimal("total_days_of_supply", "Total Days of Supply (including units from open shipments)"),
        _decimal("historical_days_of_supply", "historical-days-of-supply"),
        _decimal("short_term_days_of_supply", "Short term historical days of supply"),
        _decimal("long_term_days_of_supply", "Long term historical days of supply"),
        _units("minimum_level", "fba-minimum-inventory-level"),
        Column("level_health", "text", ("fba-inventory-level-health-status",)),
        Column(
            "low_inventory_fee_exempt",
            "flag",
            ("Exempted from Low-Inventory-Level fee?", "Exempted from Low-Inventory cost coverage fee?"),
        ),
        Column(
            "low_inventory_fee_applied",
            "flag",
            (
                "Low-Inventory-Level fee applied in current week?",
                "Low-Inventory cost coverage fee applied in current week?",
            ),
        ),
        _units("excess_units", "estimated-excess-quantity"),
        _decimal("sell_through", "sell-through"),
        _decimal("weeks_of_cover_30", "weeks-of-cover-t30"),
        _decimal("weeks_of_cover_90", "weeks-of-cover-t90"),
        Column("alert", "text", ("alert",)),
        Column("recommended_action", "text", ("recommended-action",)),
        _units("recommended_ship_in", "Recommended ship-in quantity"),
        Column("recommended_ship_in_date", "date", ("Recommended ship-in date",)),
        _decimal("item_volume", "item-volume"),
        Column("volume_unit", "text", ("volume-unit-measurement",)),
        Column("storage_type", "text", ("storage-type",)),
        _decimal("storage_volume", "storage-volume"),
        _money("storage_cost_next_month", "estimated-storage-cost-next-month"),
        *_SURCHARGES,
        Column("is_seasonal", "flag", ("is-seasonal-in-next-3-months",)),
        Column("season_name", "text", ("season-name",)),
        Column("season_start", "date", ("season-start-date",)),
        Column("season_end", "date", ("season-end-date",)),
    ),
    key=("marketplace", "snapshot_date", "sku", "condition"),
    scope=("marketplace", "snapshot_date"),
    dropped=(
        *("DEPRECATED healthy-inventory-level", "healthy-inventory-level", "lowest-price-new-plus-shipping"),
        *("lowest-price-used", "recommended-sales-price", "recommended-sale-duration-days", "no-sale-last-6-months"),
        *("recommended-removal-quantity", "estimated-cost-savings-of-recommended-actions"),
        *("sales-shipped-last-7-days", "sales-shipped-last-30-days", "sales-shipped-last-60-days"),
        *("sales-shipped-last-90-days", "Last updated date for Historical Days of Supply"),
        *("Fulfillment Service and Programs", "qty-to-be-charged-ltsf-11-mo", "projected-ltsf-11-mo"),
        *("qty-to-be-charged-ltsf-12-mo", "estimated-ltsf-next-charge", "qty-to-be-charged-ltsf-6-mo"),
        "projected-ltsf-6-mo",
    ),
    day="snapshot_date",
    where="Reports > Fulfilment by Amazon > Inventory > FBA Inventory",
    how_often="weekly, on the day of planning",
)
HEALTH = Format(
    name="inventory_health",
    title="Inventory Health (retired in 2021)",
    table="inventory_planning",
    columns=(
        *_IDENTITY,
        _units("available", "sellable-quantity", required=True),
        _units("unfulfillable", "unsellable-quantity", required=True),
        _units("inbound", "in-bound-quantity"),
        *_AGES,
        _units("units_shipped_7", "units-shipped-last-7-days"),
        _units("units_shipped_30", "units-shipped-last-30-days"),
        _units("units_shipped_90", "units-shipped-last-90-days"),
        _money("price", "your-price"),
        _money("sales_price", "sales-price"),
        Column("currency", "text", ("currency",)),
        _units("sales_rank", "sales-rank"),
        _decimal("weeks_of_cover_30", "weeks-of-cover-t30"),
        _decimal("weeks_of_cover_90", "weeks-of-cover-t90"),
        _decimal("item_volume", "per-unit-volume"),
    ),
    key=FORMAT.key,
    scope=FORMAT.scope,
    dropped=(
        *("total-quantity", "units-shipped-last-24-hrs", "units-shipped-last-180-days", "units-shipped-last-365-days"),
        *("weeks-of-cover-t7", "weeks-of-cover-t180", "weeks-of-cover-t365", "num-afn-new-sellers"),
        *("num-afn-used-sellers", "lowest-afn-new-price", "lowest-afn-used-price", "lowest-mfn-new-price"),
        *("lowest-mfn-used-price", "qty-to-be-charged-ltsf-12-mo", "qty-in-long-term-storage-program"),
        *("qty-with-removals-in-progress", "projected-ltsf-12-mo", "is-hazmat", "asin-limit"),
        *("inbound-recommend-quantity", "qty-to-be-charged-ltsf-6-mo", "projected-ltsf-6-mo"),
    ),
    day="snapshot_date",
    where="an archived file: Amazon no longer makes this report",
    how_often="once, for stock history before 2021",
)
FORMATS = (FORMAT, HEALTH)

if __name__ == "__main__":
    run_alone(*FORMATS)
