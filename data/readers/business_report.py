"""Business Report, Detail Page Sales and Traffic by Child Item: CSV in the display's language, or the API's JSON.

The CSV says neither dates nor marketplace: the load names them. Columns are read by their exact name, because every
name is the beginning of its twin for business customers (`... - B2B`), and because the SKU column can be missing.
`Units Ordered` already holds the business customers' units. A row is a whole period: it says nothing about its days.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from data.readers.base import Column, Format, Rows, run_alone

# Spellings confirmed in public sources, by language; French and Italian ones are not confirmed and therefore not here.
_PARENT = ("(Parent) ASIN", "（父）ASIN", "（親）ASIN", "(Übergeordnete) ASIN", "ASIN (parent)")
_CHILD = ("(Child) ASIN", "（子）ASIN", "(Untergeordnete) ASIN", "ASIN (child)")
_UNITS = ("Units Ordered", "已订购商品数量", "注文された商品点数", "Bestellte Einheiten", "Unidades encargadas")
_UNITS_B2B = (
    *("Units Ordered - B2B", "已订购商品数量 - B2B", "注文点数 - B2B", "Bestellte Einheiten - B2B"),
    "Unidades encargadas - B2B",
)
_SALES = (
    *("Ordered Product Sales", "已订购商品销售额", "注文商品の売上額", "注文商品売上"),
    *("Durch bestellte Produkte erzielter Umsatz", "Ventas de productos encargados"),
)
_SESSIONS = (
    *("Sessions - Total", "会话数 - 总计", "会话次数 - 总计", "会话数", "セッション数 - 合計", "セッション - 合計"),
    *("Sitzungen - Summe", "Sesiones: total"),
)
_PAGE_VIEWS = ("Page Views - Total", "页面浏览量 - 总计", "ページビュー - 合計", "Seitenaufrufe - Summe")
_ORDER_ITEMS = ("Total Order Items", "订单商品总数", "注文品目総数", "Zahl der Bestellposten")
_FEATURED = (
    *("Featured Offer (Buy Box) Percentage", "推荐报价（推荐报价展示位）百分比"),
    *("おすすめ出品（おすすめ商品）の獲得率", "Porcentaje de ofertas destacadas (Buy Box)"),
)
_CONVERSION = ("Unit Session Percentage", "商品会话百分比", "ユニットセッション率")
_NOT_A_ROW = ("Total", "Totals", "--")


def _b2b(*headers: str) -> tuple[str, ...]:
    return tuple(f"{header} - B2B" for header in headers)


_UNUSED = (
    *_b2b(*_SALES, *_SESSIONS, *_PAGE_VIEWS, *_ORDER_ITEMS, *_FEATURED, *_CONVERSION),
    *("Session Percentage - Total", "转化率 - 总计", "セッション率 - 合計", "Page Views Percentage - Total"),
    *("页面浏览量百分比 - 总计", "ページビュー率 - 合計", "会话 - 总计 - B2B", "会话百分比 - 总计 - B2B"),
    *("页面浏览量百分比 - 总计 - B2B", "Units session percentage - B2B", "Bestellsumme - B2B"),
    *_b2b("Session Percentage - Total", "Page Views Percentage - Total"),
    *_b2b("Sitzungen - mobile App", "Sitzungen - Browser"),
    *("Sitzungen - mobile App", "Sitzungen - Browser", "Ventas de productos encargados: B2B"),
    *("Sessions - Mobile App", "Sessions - Browser", "Page Views - Mobile App", "Page Views - Browser"),
)


def sales_and_traffic(document: Any) -> tuple[Sequence[str], Rows] | None:
    """GET_SALES_AND_TRAFFIC_REPORT as a table: one row per ASIN (and SKU) of the requested range."""
    if not isinstance(document, Mapping) or "salesAndTrafficByAsin" not in document:
        return None
    asked = document.get("reportSpecification") or {}
    head = (
        next(iter(asked.get("marketplaceIds") or ()), None),
        asked.get("dataStartTime"),
        asked.get("dataEndTime"),
    )
    items = [item for item in document["salesAndTrafficByAsin"] or () if isinstance(item, Mapping)]
    identity = [name for name in ("parentAsin", "childAsin", "sku") if any(name in item for item in items)]
    headers = (
        *("marketplaceId", "dataStartTime", "dataEndTime", *identity),
        *("unitsOrdered", "unitsOrderedB2B", "totalOrderItems", "orderedProductSales", "currencyCode"),
        *("sessions", "pageViews", "buyBoxPercentage", "unitSessionPercentage"),
    )
    return headers, [[_text(value) for value in (*head, *_item(item, identity))] for item in items]


def _item(item: Mapping[str, Any], identity: Sequence[str]) -> tuple[Any, ...]:
    sales = item.get("salesByAsin") or {}
    traffic = item.get("trafficByAsin") or {}
    money = sales.get("orderedProductSales") or {}
    return (
        *(item.get(name) for name in identity),
        *(sales.get(name) for name in ("unitsOrdered", "unitsOrderedB2B", "totalOrderItems")),
        *(money.get(name) for name in ("amount", "currencyCode")),
        *(traffic.get(name) for name in ("sessions", "pageViews", "buyBoxPercentage", "unitSessionPercentage")),
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _columns(**headers: tuple[str, ...]) -> tuple[Column, ...]:
    """The columns of both forms; they differ in the names of the headers."""

    def count(name: str, required: bool = False) -> Column:
        return Column(name, "integer", headers[name], required=required, low=0, high=1_000_000_000)

    return (
        Column("marketplace", "marketplace", headers.get("marketplace", ()), given="marketplace"),
        Column("first_day", "date", headers.get("first_day", ()), given="first_day"),
        Column("last_day", "date", headers.get("last_day", ()), given="last_day"),
        Column("parent_asin", "text", headers["parent_asin"]),
        Column("asin", "text", headers["asin"], required=True, unknown=_NOT_A_ROW),
        Column("sku", "sku", headers["sku"], may_be_blank=True),
        count("units_ordered", required=True),
        count("units_ordered_b2b"),
        count("order_items"),
        count("sessions"),
        count("page_views"),
        Column("featured_offer_percent", "percent", headers["featured_offer_percent"]),
        Column("unit_session_percent", "percent", headers["unit_session_percent"]),
        Column("ordered_product_sales", "money", headers["ordered_product_sales"], required=True),
    )


KEY = ("marketplace", "first_day", "last_day", "asin", "sku")
DOWNLOAD = Format(
    name="business_report",
    title="Business Report by child ASIN",
    table="business_report",
    columns=(
        *_columns(
            parent_asin=_PARENT,
            asin=_CHILD,
            sku=("SKU",),
            units_ordered=_UNITS,
            units_ordered_b2b=_UNITS_B2B,
            order_items=_ORDER_ITEMS,
            sessions=_SESSIONS,
            page_views=_PAGE_VIEWS,
            featured_offer_percent=_FEATURED,
            unit_session_percent=_CONVERSION,
            ordered_product_sales=_SALES,
        ),
        Column("title", "text", ("Title", "标题", "タイトル", "Titel", "Título")),
    ),
    key=KEY,
    scope=KEY[:3],
    dropped=_UNUSED,
    day="first_day",
    where="Reports > Business Reports > By ASIN > Detail Page Sales and Traffic By Child Item > Download",
    how_often="optional: sessions and conversion, one file per week (name its first and last day when loading)",
)
ANSWER = Format(
    name="sales_and_traffic",
    title="Sales and Traffic (API)",
    table="business_report",
    columns=(
        *_columns(
            marketplace=("marketplaceId",),
            first_day=("dataStartTime",),
            last_day=("dataEndTime",),
            parent_asin=("parentAsin",),
            asin=("childAsin",),
            sku=("sku",),
            units_ordered=("unitsOrdered",),
            units_ordered_b2b=("unitsOrderedB2B",),
            order_items=("totalOrderItems",),
            sessions=("sessions",),
            page_views=("pageViews",),
            featured_offer_percent=("buyBoxPercentage",),
            unit_session_percent=("unitSessionPercentage",),
            ordered_product_sales=("orderedProductSales",),
        ),
        Column("currency", "text", ("currencyCode",)),
    ),
    key=KEY,
    scope=KEY[:3],
    day="first_day",
    extract=sales_and_traffic,
    where="your API tool: GET_SALES_AND_TRAFFIC_REPORT with asinGranularity SKU, one day or week per report (JSON)",
    how_often="instead of the download, daily or weekly",
)
FORMATS = (DOWNLOAD, ANSWER)

if __name__ == "__main__":
    run_alone(*FORMATS)
