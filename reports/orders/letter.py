"""The e-mail that goes with an order, as text to paste or send."""

from reports.bundle import PlanReport
from reports.orders.lines import OrderHead, order_head, order_lines
from reports.orders.settings import OrderSettings
from reports.safe import plain_text
from reports.words import date_text, number_text

ENGLISH = """Subject: Purchase order {number} - {buyer}
To: {email}

Dear {contact},

please find attached our purchase order {number}: {lines} item(s), {units} units, {amount} {currency},
to be shipped by {ship_by}{by_mode} to {destination}{incoterm}.

Please fill in the yellow columns (quantity, price, ship date) for every line and send the workbook back
within three working days. A line left empty counts as confirmed as ordered.
{deposit}
Thank you and kind regards
{buyer}{buyer_contact}
"""
CHINESE = """主题:采购订单 {number} - {buyer}
收件人:{email}

{contact},您好:

附件是采购订单 {number}:共 {lines} 款,{units} 件,金额 {amount} {currency},
请于 {ship_by} 前{by_mode}发往 {destination}{incoterm}。

请在黄色列中逐行填写确认数量、单价和出货日期,并在三个工作日内将表格发回。未填写的行视为按订单确认。
{deposit}
谢谢!
{buyer}{buyer_contact}
"""
_MODES = {"sea": "海运", "fast_sea": "快船", "air": "空运", "express": "快递", "rail": "铁路", "truck": "卡车"}


def order_letter(report: PlanReport, supplier: str, destination: str, number: str, settings: OrderSettings) -> str:
    """The letter in the order's language; for `both`, English first. Raises as `purchase_order` does."""
    lines = order_lines(report, supplier, destination, settings.price_breaks)
    head = order_head(report, supplier, destination, number, settings, lines)
    amount, units = float(lines["amount"].sum()), float(lines["quantity"].sum())
    texts = {
        "en": lambda: ENGLISH.format(**_facts(report, head, settings, len(lines), units, amount, "en")),
        "zh": lambda: CHINESE.format(**_facts(report, head, settings, len(lines), units, amount, "zh")),
    }
    wanted = ("en", "zh") if settings.language == "both" else (settings.language,)
    return "\n----------\n\n".join(texts[language]() for language in wanted)


def _facts(
    report: PlanReport, head: OrderHead, settings: OrderSettings, lines: int, units: float, amount: float, language: str
) -> dict[str, str]:
    share = head.deposit_share
    deposit, due = number_text(round(amount * share, 2), 2), date_text(head.deposit_on, language)
    pay = {
        "en": f"\nThe deposit of {share:.0%} ({deposit} {head.currency}) will be paid by {due}.\n",
        "zh": f"\n定金 {share:.0%}({deposit} {head.currency})将于 {due} 前支付。\n",
    }[language]
    mode = {"en": f" by {head.mode.replace('_', ' ')}", "zh": _MODES.get(head.mode, head.mode)}[language]
    incoterm = str(head.supplier.get("incoterm") or "")
    flat = {
        "number": head.number, "buyer": settings.buyer_name or report.meta.seller,
        "email": head.supplier.get("email") or "", "lines": lines, "units": number_text(units),
        "contact": head.supplier.get("contact") or head.supplier["name"], "amount": number_text(amount, 2),
        "currency": head.currency, "ship_by": date_text(head.ship_by, language),
        "destination": "Amazon FBA" if head.destination == "FBA" else head.destination,
    }  # fmt: skip
    facts = {key: " ".join(plain_text(value).split()) for key, value in flat.items()}
    return facts | {
        "by_mode": mode if head.mode else "",
        "incoterm": f" ({' '.join(plain_text(incoterm).split())})" if incoterm else "",
        "deposit": pay if share > 0 else "",
        "buyer_contact": f"\n{plain_text(settings.buyer_contact)}" if settings.buyer_contact else "",
    }
