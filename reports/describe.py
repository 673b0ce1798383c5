"""What the catalogue says of the items in a frame."""

import pandas as pd

from reports.bundle import PlanReport

_CATALOGUE = ("marketplace", "sku", "title", "asin", "fnsku", "brand", "category", "status", "supplier", "moq")


def describe(report: PlanReport, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with an `item` column plus what the catalogue says of each item, the key's parts where it is silent."""
    wanted = ["item", *(name for name in _CATALOGUE if name in report.catalogue and name not in frame)]
    known = report.catalogue[wanted].drop_duplicates("item")
    keyed = frame.astype({"item": object})  # an empty frame has no text type
    joined = keyed.merge(known.astype({"item": object}), on="item", how="left", sort=False)
    parts = joined["item"].astype(str).str.split("/", n=1, expand=True).reindex(columns=[0, 1])
    for name, part in (("marketplace", 0), ("sku", 1)):
        joined[name] = joined[name].fillna(parts[part]) if name in joined else parts[part]
    return joined
