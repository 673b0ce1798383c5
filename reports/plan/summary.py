"""The first sheet of the plan workbook: the week's decisions in money, what is urgent, two charts."""

from typing import Any

import numpy as np
import pandas as pd
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.utils import get_column_letter

from reports.bundle import PlanReport
from reports.describe import describe
from reports.sheets import BAND, BRAND, DAY, MONEY, MUTED, WHOLE, Look, Looks, fit_width, records
from reports.table import HEAD, NOTE, TITLE
from reports.words import Words, date_text, message

SMALL = Look(size=8, colour=MUTED, fill=BAND, line=False, wrap=True)
BIG = Look(MONEY, bold=True, size=14, colour=BRAND, fill=BAND, line=False, across="left")
SECTION = Look(bold=True, size=11, colour=BRAND, line=False)
PLAIN = Look("@")
WRAPPED = Look("@", wrap=True)
FREE = Look(line=False)
WIDTHS = (13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13)
URGENT_ROWS, FIRST_CHART_ROW, CHART_ROWS = 12, 9, 17
URGENT_HEADS = (
    (message("SKU"), 2), (message("Title"), 2), (message("Action"), 1), (message("Units"), 1),
    (message("Money at stake"), 1), (message("By"), 1), (message("Why"), 4),
)  # fmt: skip
LIMIT_HEADS = (
    (message("Limit"), 2), (message("Scope"), 2), (message("Unit"), 1), (message("Available"), 1), (message("Used"), 1),
    (message("Value of one more"), 1), (message("What it means"), 4),
)  # fmt: skip
WEEK_HEADS = (
    (message("Week"), 1), (message("Orders, open ones too"), 1), (message("Freight"), 1),
    (message("Storage and fees"), 1), (message("Demand"), 1),
    (message("FBA stock without the plan"), 2), (message("FBA stock with the plan"), 2),
)  # fmt: skip


class Grid:
    """Cells put anywhere, then appended to a write-only sheet row by row."""

    def __init__(self, sheet: Any, looks: Looks) -> None:
        self.sheet, self.looks = sheet, looks
        self.cells: dict[int, dict[int, tuple[Any, Look]]] = {}

    def put(self, row: int, column: int, value: Any, look: Look, across: int = 1) -> None:
        """A value at a place; `across` columns are merged into one cell."""
        for i in range(across):
            self.cells.setdefault(row, {})[column + i] = (value if i == 0 else None, look)
        if across > 1:
            last = get_column_letter(column + across - 1)
            self.sheet.merged_cells.add(f"{get_column_letter(column)}{row}:{last}{row}")

    def flush(self) -> None:
        """Write all rows."""
        for row in range(1, max(self.cells) + 1):
            there = self.cells.get(row, {})
            self.sheet.append(
                [
                    self.looks.cell(self.sheet, *there[i]) if i in there else None
                    for i in range(1, max(there, default=0) + 1)
                ]
            )


def write_summary(book: Any, looks: Looks, words: Words, report: PlanReport) -> Any:
    """Tiles, urgent list, limits and warnings, the weeks ahead with two charts."""
    sheet = book.create_sheet(words("Summary"))
    sheet.sheet_view.showGridLines = False
    fit_width(sheet)
    for i, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(i)].width = width
    grid = Grid(sheet, looks)
    meta = report.meta
    grid.put(1, 1, f"{words('Replenishment plan')}: {meta.seller}", TITLE)
    grid.put(2, 1, f"{words('Plan')} {meta.plan_id} · {date_text(meta.as_of, meta.language)} · {words('money in')} "
                   f"{meta.currency} · Replenish {meta.version}", NOTE)  # fmt: skip
    _tiles(grid, words, report)
    row = _urgent(grid, words, report, FIRST_CHART_ROW + CHART_ROWS)
    row = _limits(grid, words, report, row + 1)
    row = _how_to(grid, words, row + 1)
    grid.put(row + 1, 1, words("Weeks ahead"), SECTION)
    _weeks(grid, words, report, row + 2)
    _charts(sheet, words, FIRST_CHART_ROW, row + 2, len(report.weeks))
    sheet.row_dimensions[1].height = 26
    sheet.row_dimensions[5].height = sheet.row_dimensions[7].height = 22
    grid.flush()
    return sheet


def _tiles(grid: Grid, words: Words, report: PlanReport) -> None:
    totals, decision = report.decision.totals, report.decision
    tiles = [
        (words("Cash for purchases"), totals.get("cash_purchases"), MONEY),
        (words("Cash for shipments"), totals.get("cash_shipments"), MONEY),
        (words("Expected profit gain"), totals.get("expected_profit_gain"), MONEY),
        (words("Margin still lost to stockouts"), totals.get("expected_lost_margin"), MONEY),
        (words("Storage cost"), totals.get("storage"), MONEY),
        (words("Aged-inventory surcharge"), totals.get("aged"), MONEY),
        (words("Lines to ship now"), len(decision.shipments), WHOLE),
        (words("Units to ship"), totals.get("units_shipped"), WHOLE),
        (words("Lines to buy now"), len(decision.purchases), WHOLE),
        (words("Units to order"), totals.get("units_bought"), WHOLE),
        (words("Units still lost"), totals.get("expected_lost_units"), WHOLE),
        (words("Peak volume at FBA, m³"), totals.get("fba_volume_m3_peak"), "#,##0.0"),
    ]
    for i, (name, value, number) in enumerate(tiles):
        row, column = 4 + 2 * (i // 6), 1 + 2 * (i % 6)
        grid.put(row, column, name, SMALL, across=2)
        grid.put(row + 1, column, value, Look(number, True, 14, BRAND, BAND, "left", line=False), across=2)


def _urgent(grid: Grid, words: Words, report: PlanReport, row: int) -> int:
    grid.put(row, 1, words("Most urgent"), SECTION)
    _heads(grid, words, row + 1, URGENT_HEADS)
    urgent = report.urgent.head(URGENT_ROWS)
    if urgent.empty:
        grid.put(row + 2, 1, words("Nothing here this week."), NOTE)
        return row + 3
    for i, line in enumerate(records(describe(report, urgent)), row + 2):
        grid.put(i, 1, f"{line['marketplace']} {line['sku']}", PLAIN, across=2)
        grid.put(i, 3, line.get("title"), WRAPPED, across=2)
        grid.put(i, 5, words(line["action"]), PLAIN)
        grid.put(i, 6, line["quantity"], Look(WHOLE))
        grid.put(i, 7, line["money"], Look(MONEY))
        grid.put(i, 8, line["by_when"], Look(DAY, across="center"))
        grid.put(i, 9, line["reason"], WRAPPED, across=4)
        grid.sheet.row_dimensions[i].height = _height(line["reason"], 4)
    return row + 2 + len(urgent)


def _height(text: str, columns: int) -> float:
    """Points that a wrapped text needs: merged cells do not grow by themselves. Chinese takes twice the width."""
    wide = sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
    return 13.0 * max(2, -(-wide // (columns * WIDTHS[0]))) + 2


def _limits(grid: Grid, words: Words, report: PlanReport, row: int) -> int:
    limits, warnings = report.decision.limits, (*report.warnings, *report.decision.warnings)
    if len(limits):
        grid.put(row, 1, words("Limits"), SECTION)
        _heads(grid, words, row + 1, LIMIT_HEADS)
        row += 2
        for line in records(limits.head(30)):
            look = Look("@", bold=bool(line["broken"]), colour="B42318" if line["broken"] else "1F2937")
            grid.put(row, 1, words(line["limit"]), look, across=2)
            for column, key, across in ((3, "scope", 2), (5, "unit", 1)):
                grid.put(row, column, line[key], look, across=across)
            for column, key in ((6, "available"), (7, "used"), (8, "price")):
                grid.put(row, column, line[key], Look(MONEY))
            grid.put(row, 9, line["text"], WRAPPED, across=4)
            grid.sheet.row_dimensions[row].height = _height(line["text"], 4)
            row += 1
        row += 1
    if warnings:
        grid.put(row, 1, words("Warnings"), SECTION)
        for i, text in enumerate(warnings, row + 1):
            grid.put(i, 1, text, FREE)
        row += len(warnings) + 2
    return row


def _how_to(grid: Grid, words: Words, row: int) -> int:
    grid.put(row, 1, words("How to correct this plan"), SECTION)
    advice = (
        words("Write into the yellow columns only: your units, hold, demand multiplier with dates, note."),
        words("Save the workbook and hand it back: replenish import shows what it understood before it acts."),
        words("The sheets are protected without a password; lift it under Review to sort or to add rows."),
    )
    for i, text in enumerate(advice, row + 1):
        grid.put(i, 1, text, FREE)
    return row + len(advice) + 1


def _heads(grid: Grid, words: Words, row: int, heads: tuple[tuple[str, int], ...]) -> None:
    column = 1
    for name, across in heads:
        grid.put(row, column, words(name), HEAD, across=across)
        column += across
    grid.sheet.row_dimensions[row].height = 28


def _weeks(grid: Grid, words: Words, report: PlanReport, row: int) -> None:
    """The figures the charts draw: money out by week, stock at FBA with and without the plan."""
    projection = report.decision.projection
    cash = report.cash.set_index("week") if len(report.cash) else pd.DataFrame()
    _heads(grid, words, row, WEEK_HEADS)
    demand, without, with_plan = (
        np.nansum(array, axis=0) for array in (report.forecast_mean, projection.mean_without, projection.mean_with)
    )
    for i, week in enumerate(report.weeks):
        money: Any = cash.loc[week] if week in cash.index else {}
        purchases = (money.get("purchases") or 0) + (money.get("open_orders") or 0)
        values = [purchases, money.get("freight"), (money.get("storage") or 0) + (money.get("fees") or 0)]
        grid.put(row + 1 + i, 1, week, Look(DAY, across="center"))
        for column, value in enumerate(values, 2):
            grid.put(row + 1 + i, column, value, Look(MONEY))
        grid.put(row + 1 + i, 5, demand[i], Look(WHOLE))
        grid.put(row + 1 + i, 6, without[i], Look(WHOLE), across=2)
        grid.put(row + 1 + i, 8, with_plan[i], Look(WHOLE), across=2)


def _charts(sheet: Any, words: Words, row: int, weeks_row: int, count: int) -> None:
    dates = Reference(sheet, min_col=1, min_row=weeks_row + 1, max_row=weeks_row + count)
    bars: Any = BarChart()
    bars.type, bars.grouping, bars.overlap, bars.gapWidth = "col", "stacked", 100, 40
    bars.title = words("Money out by week")
    lines: Any = LineChart()
    lines.title = words("Units at FBA, all SKUs")
    for chart, columns, colours in (
        (bars, (2, 3, 4), ("0F4C5C", "4FA3B5", "C9D6DF")),
        (lines, (6, 8, 5), ("B42318", "0F7B4F", "9CA3AF")),
    ):
        for column, colour in zip(columns, colours, strict=True):
            chart.add_data(Reference(sheet, min_col=column, min_row=weeks_row, max_row=weeks_row + count),
                           titles_from_data=True)  # fmt: skip
            series = chart.series[-1]
            series.graphicalProperties = GraphicalProperties(solidFill=colour)
            series.graphicalProperties.line.solidFill = colour
            series.graphicalProperties.line.width = 24000 if chart is lines else 0
            series.smooth = False if chart is lines else None
        chart.set_categories(dates)
        chart.legend.position = "b"
        chart.height, chart.width = 8.4, 18.6
        chart.x_axis.number_format, chart.y_axis.number_format = "d mmm", "#,##0"
        chart.x_axis.delete = chart.y_axis.delete = False
        chart.x_axis.tickLblSkip = 4
    sheet.add_chart(bars, f"A{row}")
    sheet.add_chart(lines, f"G{row}")
