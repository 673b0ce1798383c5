"""Amazon Fulfilled Shipments: one row per shipped line, with the time of purchase. Names and addresses stay unread."""

from data.readers.base import Column, Format, run_alone

PERSONAL = (
    *("buyer-email", "buyer-name", "buyer-phone-number", "recipient-name", "ship-address-1", "ship-address-2"),
    *("ship-address-3", "ship-city", "ship-state", "ship-postal-code", "ship-country", "ship-phone-number"),
    *("bill-address-1", "bill-address-2", "bill-address-3", "bill-city", "bill-state", "bill-postal-code"),
    "bill-country",
)
UNUSED = (
    *("merchant-order-id", "merchant-order-item-id", "payments-date", "reporting-date", "product-name", "item-tax"),
    *("shipping-price", "shipping-tax", "gift-wrap-price", "gift-wrap-tax", "ship-service-level"),
    *("ship-promotion-discount", "carrier", "tracking-number", "estimated-arrival-date", "points-granted"),
)
FORMAT = Format(
    name="fulfilled_shipments",
    title="Amazon Fulfilled Shipments",
    table="fulfilled_shipment",
    columns=(
        Column(
            "marketplace",
            "marketplace",
            ("sales-channel",),
            required=True,
            given="marketplace",
            unknown=("Non-Amazon", "Non-Amazon US", "--"),
        ),
        Column("order_id", "text", ("amazon-order-id",), required=True, needed=True),
        Column("shipment_id", "text", ("shipment-id",), required=True),
        Column("shipment_item_id", "text", ("shipment-item-id",), required=True),
        Column("order_item_id", "text", ("amazon-order-item-id",)),
        Column("purchase_at", "timestamp", ("purchase-date",), required=True),
        Column("purchase_day", "day", ("purchase-date",)),
        Column("shipped_at", "timestamp", ("shipment-date",), required=True, needed=True),
        Column("shipped_day", "day", ("shipment-date",), needed=True),
        Column("sku", "sku", ("sku",), required=True, needed=True),
        Column("quantity", "integer", ("quantity-shipped",), required=True, needed=True, low=0, high=1_000_000),
        Column("currency", "text", ("currency",)),
        Column("item_price", "money", ("item-price",)),
        Column("promotion_discount", "money", ("item-promotion-discount",)),
        Column("fulfillment_center", "text", ("fulfillment-center-id",)),
        Column("fulfillment", "text", ("fulfillment-channel",), codes={"amazon": ("afn",), "merchant": ("mfn",)}),
        Column("sales_channel", "text", ("sales-channel",)),
    ),
    key=("shipment_id", "shipment_item_id"),
    dropped=PERSONAL + UNUSED,
    day="shipped_day",
    where="Reports > Fulfilment by Amazon > Sales > Amazon Fulfilled Shipments",
    how_often="only for history that All Orders does not reach",
)

if __name__ == "__main__":
    run_alone(FORMAT)
