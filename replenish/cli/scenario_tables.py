"""What the scenario commands print: money and quantities side by side, dates, uplifts."""

from collections.abc import Sequence

import pandas as pd
from rich.markup import escape

from replenish.cli.session import Session
from replenish.cli.words import count, money, table
from replenish.scenarios.outputs import summary
from replenish.scenarios.resolve import Resolved
from replenish.scenarios.side_by_side import Compared, Told

MONEY = (("profit", "profit"), ("profit_low", "low"), ("profit_high", "high"), ("lost_sales", "margin lost"),
         ("storage", "storage"), ("aged", "aged"))  # fmt: skip
UNITS = (("demand_units", "demand"), ("order_units", "buy"), ("order_cost", "buy cost"), ("ship_units", "ship"),
         ("ship_cost", "ship cost"), ("lost_units", "lost"))  # fmt: skip
MOST = 10  # rows of a table; the workbook holds all


def tell_compared(session: Session, compared: Compared) -> None:
    """Each scenario in full: `scenario run`."""
    currency = compared.config.seller.currency
    for title, columns in ((f"Money, {currency}", MONEY), ("Units", UNITS)):
        _side_by_side(session, title, columns, [(one.scenario.name, one.summary) for one in compared.told])
    _tell_regret(session, compared)
    for one in compared.told:
        _tell_dates(session, one, currency)
        _tell_after(session, one, currency)
    _tell_notes(session, compared)


def tell_differences(session: Session, compared: Compared) -> None:
    """The base scenario in full, the others as differences from it: `scenario compare`."""
    first, *others = compared.told
    rows = [(first.scenario.name, first.summary)]
    for one in others:
        change: dict[str, object] = {key: _number(one, key) - _number(first, key) for key, _ in (*MONEY, *UNITS)}
        rows.append((one.scenario.name, change))
    against = f"the others against {first.scenario.name}"
    for title, columns in (
        (f"Money, {compared.config.seller.currency}, {against}", MONEY),
        (f"Units, {against}", UNITS),
    ):
        _side_by_side(session, title, columns, rows, signed=True)
    _tell_regret(session, compared)
    _tell_notes(session, compared)


def _number(one: Told, key: str) -> float:
    return float(str(one.summary[key]))


def _side_by_side(
    session: Session,
    title: str,
    columns: Sequence[tuple[str, str]],
    rows: Sequence[tuple[str, dict[str, object]]],
    signed: bool = False,
) -> None:
    """The first row as it is; with `signed` the others with their sign."""
    cells = []
    for place, (name, values) in enumerate(rows):
        sign = "+" if signed and place else ""
        cells.append((name, *(f"{float(str(values[key])):{sign},.0f}" for key, _ in columns)))
    session.say(escape(title))
    session.say(table(("scenario", *(head for _, head in columns)), cells, right=tuple(range(1, len(columns) + 1))))


def _tell_regret(session: Session, compared: Compared) -> None:
    names = [one.scenario.name for one in compared.told]
    worst = compared.regret.groupby("plan")["regret"].max().reindex(names)
    at = compared.regret.loc[compared.regret.groupby("plan")["regret"].idxmax()].set_index("plan")["world"]
    rows = [(name, f"{worst[name]:,.0f}", at[name] if worst[name] > 0 else "") for name in names]
    session.say("Regret: what a plan earns less than the best plan of the world that comes true")
    session.say(table(("plan made for", "at worst", "if this comes true"), rows, right=(1,)))
    session.say(escape(summary(compared)))


def _tell_dates(session: Session, one: Told, currency: str) -> None:
    dates = one.calendar
    if dates.empty:
        return
    name, ahead, missed = one.scenario.name, dates[~dates["missed"].astype(bool)], dates[dates["missed"].astype(bool)]
    first = ahead["order_by"].where(ahead["order_by"].notna(), ahead["ship_by"])
    ordered = ahead["order_by"].notna().map({True: "order", False: "ship"})
    ahead = ahead.assign(first=first, verb=ordered)
    grouped = ahead.groupby(["first", "verb", "mode"]).agg(skus=("item", "nunique"), cost=("delay_cost", "sum"))
    rows = [
        (*key, f"{row.skus:,}", f"{row.cost:,.0f}")
        for key, row in zip(grouped.index, grouped.itertuples(), strict=True)
    ]
    session.say(escape(f"\n{name}: last dates for {dates['event'].iloc[0]}"))
    session.say(table(("by", "", "mode", "SKUs", f"a week later costs {currency}"), rows[:MOST], right=(3, 4)))
    if missed.empty:
        return
    lost = set(missed["item"]) - set(ahead["item"])
    session.say(escape(
        f"MISSED: {count(len(missed), 'way')} of {len(dates):,} can no longer reach it; "
        f"{count(len(lost), 'SKU')} have no other. The dearest:"
    ))  # fmt: skip
    worst = missed.sort_values(["delay_cost", "item"], ascending=[False, True]).drop_duplicates("item").head(5)
    for way in worst.itertuples():
        session.say(escape(f"  {way.item}, {way.mode}: was {way.order_by or way.ship_by}. Now: {way.next_best}."))


def _tell_after(session: Session, one: Told, currency: str) -> None:
    for row in one.after.itertuples():
        session.say(escape(
            f"{one.scenario.name}, after {row.event} (from {row.after}): {row.left_units:,.0f} units left at FBA "
            f"({money(row.left_cost, currency)} at cost, {row.cover_weeks:,.0f} weeks of demand); until the plan ends "
            f"they cost {money(row.storage_after, currency)} of storage and {money(row.aged_after, currency)} of aged "
            f"surcharge; {row.returned_units:,.0f} units come back, {row.returned_sellable:,.0f} fit to sell."
        ))  # fmt: skip


def _tell_notes(session: Session, compared: Compared) -> None:
    for one in compared.told:
        for note in one.notes:
            session.say(escape(f"Note, {one.scenario.name}: {note}"))


def tell_uplifts(session: Session, resolved: Resolved, uplifts: pd.DataFrame, recent: pd.Series) -> None:
    """Rows of a scenario with their days, and what the past taught beside what was typed. `recent`: units by item."""
    for row in (*resolved.demand, *resolved.promotions):
        days = "; ".join(f"{market} {start} to {end}" for market, (start, end) in sorted(row.spans.items()))
        session.say(escape(f"{row.place}: {row.event or 'own days'}, {days}; {count(int(row.items.sum()), 'SKU')}"))
    if uplifts.empty:
        return
    rows = []
    for (place, kind), group in uplifts.groupby(["row", "kind"], sort=False):
        low, middle, high = group["learned"].quantile([0.1, 0.5, 0.9])
        source = group["source"].value_counts()
        said = ", ".join(f"{number:,} {name}" for name, number in source.items())
        rows.append((place, kind, f"{middle:.2f}", f"{low:.2f} to {high:.2f}", _typed(group["typed"].iloc[0]), said))
    session.say("Uplift of a full week over an ordinary one")
    session.say(table(("row", "kind", "learned", "8 of 10 SKUs", "typed", "learned from"), rows, right=(2,)))
    best = uplifts.assign(sold=uplifts["item"].map(recent).fillna(0.0)).sort_values("sold", ascending=False)
    session.say("Best sellers of the last 13 weeks")
    rows = [
        (one.item, one.kind, f"{one.learned:.2f}", _typed(one.typed), one.source, f"{one.past_weeks}")
        for one in best.head(MOST).itertuples()
    ]
    session.say(table(("SKU", "kind", "learned", "typed", "learned from", "past weeks"), rows, right=(2, 5)))


def _typed(value: float) -> str:
    return "" if pd.isna(value) else f"{value:.2f}"
