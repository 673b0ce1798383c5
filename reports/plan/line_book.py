"""The plan's items and lines, found again from what a row of a workbook says about them."""

import pandas as pd

from reports.plan.cells import tidy
from reports.plan.identity import PlanIdentity
from reports.plan.sheet_reader import Row
from reports.words import catalogue

Line = tuple[str, str, str]  # source or supplier, mode, destination
NO_LINE: Line = ("", "", "")
LINE_COLUMNS = ("decision", "item", "source", "mode", "destination", "planned", "quantity")


class LineBook:
    """Lookup of items and lines, and of the lines that some row stood for."""

    def __init__(self, identity: PlanIdentity) -> None:
        self.items: dict[tuple[str, str], list[str]] = {}
        self.by_sku: dict[str, list[str]] = {}
        for item in identity.items:
            place, _, sku = item.partition("/")
            self.items.setdefault((tidy(place).upper(), tidy(sku)), []).append(item)
            self.by_sku.setdefault(tidy(sku), []).append(item)
        self.plan: dict[tuple[str, str], dict[Line, float]] = {}
        for kind, frame, source in (("ship", identity.ship, "source"), ("buy", identity.buy, "supplier")):
            rows = zip(
                frame["item"], frame[source], frame["mode"], frame["destination"], frame["quantity"], strict=True
            )
            for item, *line, quantity in rows:
                lines = self.plan.setdefault((kind, str(item)), {})
                key: Line = (str(line[0]), str(line[1]), str(line[2]))
                lines[key] = lines.get(key, 0.0) + float(quantity)
        self.seen: set[tuple[str, str, Line]] = set()
        self.spoken = {tidy(chinese): english for english, chinese in catalogue("zh").items()}

    def item(self, marketplace: object, sku: object) -> tuple[str | None, str]:
        """The item a row names, or None and the reason."""
        if isinstance(sku, float) and sku.is_integer():
            sku = int(sku)
        name, place = tidy(sku), tidy(marketplace).upper()
        if not name:
            return None, "the row has no SKU"
        found = self.items.get((place, name), []) if place else self.by_sku.get(name, [])
        if not found and isinstance(sku, int):  # a program took 00123 for a number
            found = [item for text, items in self.by_sku.items() if text.lstrip("0") == name.lstrip("0")
                     for item in items if not place or item.upper().startswith(f"{place}/")]  # fmt: skip
        if len(found) == 1:
            return found[0], ""
        if found:
            return None, f"SKU {name} is sold in several marketplaces; write the marketplace beside it"
        return None, f"{place + ' ' if place else ''}SKU {name} is not in the plan"

    def line(self, kind: str, item: str, row: Row) -> tuple[Line | None, str]:
        """Which line of the plan a row stands for; a row of an item without one is a new line."""
        if kind == "all":
            return NO_LINE, ""
        lines = self.plan.get((kind, item), {})
        source = row.value("source" if kind == "ship" else "supplier")
        said = [tidy(source), self._mode(row.value("mode")), tidy(row.value("destination"))]
        matching = [line for line in lines
                    if all(not text or text == tidy(part) for text, part in zip(said, line, strict=True))]  # fmt: skip
        if len(matching) == 1:
            self.seen.add((kind, item, matching[0]))
            return matching[0], ""
        if len(matching) > 1:
            return None, "the plan has several lines for this SKU; keep supplier, transport and destination beside it"
        return (said[0], said[1], said[2]), ""

    def _mode(self, value: object) -> str:
        text = tidy(value)
        return self.spoken.get(text, text)

    def unseen(self, kind: str) -> int:
        """Lines of the plan that no row stood for."""
        return sum((kind, item, line) not in self.seen for (k, item), lines in self.plan.items() if k == kind
                   for line in lines)  # fmt: skip

    def lines(self, overrides: pd.DataFrame) -> pd.DataFrame:
        """Every line of the plan and every new one, with units planned and units after the edits; a hold wins."""
        planned = {
            (kind, item, line): units for (kind, item), lines in self.plan.items() for line, units in lines.items()
        }
        final, held = dict(planned), set()
        columns = ["kind", "decision", "item", "source", "mode", "destination", "value"]
        edits = [tuple(row) for row in overrides[columns].to_numpy(dtype=object)]
        for _, decision, item, *line, value in (edit for edit in edits if edit[0] == "quantity"):
            final[decision, item, (line[0], line[1], line[2])] = float(value)
        for _, decision, item, *line, _ in (edit for edit in edits if edit[0] == "hold"):
            if decision:
                final[decision, item, (line[0], line[1], line[2])] = 0.0
            else:
                held.add(item)
        rows = [
            (kind, item, *line, planned.get((kind, item, line), 0.0), 0.0 if item in held else units)
            for (kind, item, line), units in final.items()
        ]
        return pd.DataFrame(rows, columns=list(LINE_COLUMNS))
