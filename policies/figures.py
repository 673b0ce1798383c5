"""Evidence of every figure: amount, unit, table, validity, source and confidence, one row per item and figure."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import union_categoricals

from policies.fee_tables import fee_table

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
Texts = npt.NDArray[np.object_]

COLUMNS = ["item", "figure", "amount", "unit", "table", "valid_from", "valid_to", "source", "confidence"]
Origin = tuple[str, str, str, str, str]  # table, valid_from, valid_to, source, confidence


def figure_amounts(figures: pd.DataFrame, figure: str, items: Texts) -> Floats:
    """Amounts of one figure in the order of `items`; NaN where an item has none; (n,).

    For figures that no array of `UnitEconomics` holds, for example "inbound placement fee".
    """
    rows = figures[figures["figure"] == figure]
    amounts = pd.Series(rows["amount"].to_numpy(float), index=rows["item"].astype(object))
    return np.asarray(amounts.reindex(items).to_numpy(float))


def joined(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Figures of two frames over the same items, in item order."""
    if first.empty or second.empty:
        return second if first.empty else first
    columns = {}
    for name in COLUMNS:
        one, other = first[name], second[name]
        both = isinstance(one.dtype, pd.CategoricalDtype) and isinstance(other.dtype, pd.CategoricalDtype)
        columns[name] = union_categoricals([one, other]) if both else np.concatenate([one, other])
    frame = pd.DataFrame(columns)
    order = np.argsort(frame["item"].cat.codes.to_numpy(), kind="stable")
    return frame.iloc[order].reset_index(drop=True)


@dataclass
class Figures:
    """Collects figures as arrays; text is kept once per origin, so that 50,000 items cost no text work."""

    items: Texts
    _origins: dict[Origin, int] = field(default_factory=dict)
    _parts: list[tuple[str, str, Integers, Floats, Integers]] = field(default_factory=list)

    def origin(self, table: str, valid_from: str, valid_to: str, source: str, confidence: str) -> int:
        """Return the code of an origin."""
        return self._origins.setdefault((table, valid_from, valid_to, source, confidence), len(self._origins))

    def origins_of_rows(self, table: str, rows: Integers, confidence: str = "") -> Integers:
        """Codes of the origins of table rows (-1 stays -1); `confidence` replaces that of the rows."""
        codes = np.full(len(rows), -1)
        frame = fee_table(table)
        for row in np.unique(rows[rows >= 0]):
            each = frame.iloc[row]
            name = f"{table} {each['marketplace']}" if "marketplace" in frame else table
            codes[rows == row] = self.origin(
                name, each["valid_from"], each["valid_to"], each["source"], confidence or each["confidence"]
            )
        return codes

    def add(self, figure: str, unit: str, positions: Integers, amount: Floats, origins: Integers) -> None:
        """Add a figure for the items at `positions`."""
        self._parts.append((figure, unit, np.asarray(positions), np.asarray(amount, dtype=float), np.asarray(origins)))

    def frame(self) -> pd.DataFrame:
        """All figures, in item order, then in the order they were added. Text columns are categorical."""
        if not self._parts:
            return pd.DataFrame(columns=COLUMNS)
        lengths = [len(part[2]) for part in self._parts]
        names = list(dict.fromkeys(part[0] for part in self._parts))
        units = list(dict.fromkeys(part[1] for part in self._parts))
        positions = np.concatenate([part[2] for part in self._parts])
        figure = np.repeat([names.index(part[0]) for part in self._parts], lengths)
        order = np.lexsort((figure, positions))
        origins = np.concatenate([part[4] for part in self._parts])[order]
        frame = pd.DataFrame(
            {
                "item": pd.Categorical.from_codes(positions[order], categories=pd.Index(self.items)),
                "figure": pd.Categorical.from_codes(figure[order], categories=names),
                "amount": np.concatenate([part[3] for part in self._parts])[order],
                "unit": pd.Categorical.from_codes(
                    np.repeat([units.index(part[1]) for part in self._parts], lengths)[order], categories=units
                ),
            }
        )
        for place, column in enumerate(COLUMNS[4:]):
            texts = [origin[place] for origin in self._origins]
            distinct = list(dict.fromkeys(texts))
            lookup = np.array([*(distinct.index(text) for text in texts), -1])
            frame[column] = pd.Categorical.from_codes(lookup[origins], categories=distinct)
        return frame
