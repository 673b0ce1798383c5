"""All Orders flat file: every order line of the account, fulfilled by Amazon or by the seller.

Two forms: since May 2026 a column names the order item, before that equal lines of one order (the same SKU twice, one
of them as a gift) are separate sales and all count. Either way a newer file replaces an order as a whole, the latest
update of an order wins, and `item-price` is money for the whole line.
"""

from data.readers.base import Column, Format, run_alone

STATUSES = {
    "pending": ("pending_availability", "pending_waiting_for_pick_up"),
    "unshipped": (),
    "shipping": ("partially_shipped",),
    "shipped": ("complete", "shipped_delivered_to_buyer", "shipped_out_for_delivery", "shipped_picked_up"),
    "cancelled": ("canceled",),
    "returned": ("shipped_returned_to_seller", "shipped_returning_to_seller", "shipped_rejected_by_buyer"),
}
# Addresses, tax numbers and messages of customers: known, and never stored.
PERSONAL = (
    *("ship-city", "ship-state", "ship-postal-code", "cpf", "buyer-identification-number"),
    *("buyer-identification-type", "customized-url", "customized-page", "purchase-order-number"),
)
UNUSED = (
    *("merchant-order-id", "order-channel", "url", "ship-service-level", "product-name", "item-tax", "shipping-price"),
    *("shipping-tax", "gift-wrap-price", "gift-wrap-tax", "ship-promotion-discount", "promotion-ids"),
    *("price-designation", "signature-confirmation-recommended", "payment-method-details", "item-extensions-data"),
    *("is-exchange-order", "original-order-id", "is-iba", "amazon-programs", "fulfilled-by"),
)
COLUMNS = (
    # Multi-channel orders belong to no store: they take the marketplace that the load names.
    Column(
        "marketplace",
        "marketplace",
        ("sales-channel",),
        required=True,
        given="marketplace",
        unknown=("Non-Amazon", "Non-Amazon US", "--"),
    ),
    Column("order_id", "text", ("amazon-order-id",), required=True, needed=True),
    Column("purchase_at", "timestamp", ("purchase-date",), required=True, needed=True),
    Column("purchase_day", "day", ("purchase-date",)),
    Column("updated_at", "timestamp", ("last-updated-date",), required=True),
    Column("order_status", "text", ("order-status",), required=True, codes=STATUSES),
    Column("item_status", "text", ("item-status",), codes=STATUSES),
    Column("fulfillment", "text", ("fulfillment-channel",), codes={"amazon": ("afn",), "merchant": ("mfn", "seller")}),
    Column("sales_channel", "text", ("sales-channel",)),
    Column("sku", "sku", ("sku",), required=True, needed=True),
    Column("asin", "text", ("asin",)),
    Column("quantity", "integer", ("quantity",), required=True, needed=True, low=0, high=1_000_000),
    Column("currency", "text", ("currency",)),
    Column("item_price", "money", ("item-price",)),
    Column("promotion_discount", "money", ("item-promotion-discount",)),
    Column("is_replacement", "flag", ("is-replacement-order",)),
    Column("is_business", "flag", ("is-business-order",)),
    Column("ship_country", "text", ("ship-country",)),
)
WHERE = "Reports > Fulfilment by Amazon > Sales > All Orders (or Orders > Order Reports > All Orders)"
WITH_ITEM = Format(
    name="all_orders",
    title="All Orders",
    table="order_line",
    columns=(*COLUMNS, Column("order_item_id", "text", ("order-item-id",), required=True)),
    key=("order_id", "order_item_id"),
    scope=("order_id",),
    newest="updated_at",
    dropped=PERSONAL + UNUSED,
    day="purchase_day",
    where=WHERE,
    how_often="weekly; once for each 30 days of history at the start (three years if you have them)",
)
WITHOUT_ITEM = Format(
    name="all_orders_before_2026",
    title="All Orders (without order item numbers)",
    table="order_line",
    columns=COLUMNS,
    key=(),
    scope=("order_id",),
    newest="updated_at",
    never=("order-item-id",),
    dropped=PERSONAL + UNUSED,
    day="purchase_day",
    where=WHERE,
    how_often=WITH_ITEM.how_often,
)
FORMATS = (WITH_ITEM, WITHOUT_ITEM)

if __name__ == "__main__":
    run_alone(*FORMATS)
