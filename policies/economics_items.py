"""Catalogue rows as arrays that fee formulas can use: gaps filled by named assumptions, never NaN."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.assumptions import AssumptionMade, assumption
from policies.categories import category_keys
from policies.figures import Figures
from policies.marketplaces import marketplace

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
Booleans = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

PRODUCT_CLASSES = ("non_apparel", "apparel", "dangerous_goods")
SIDES = ("length_cm", "width_cm", "height_cm")

THINNEST_CM = 0.01  # a side thinner than paper is a slip of the pen, not a size


class MissingExchangeRate(ValueError):
    """Money in a currency for which no rate to the plan's currency was given."""

    def __init__(self, currency: str, plan_currency: str, used_by: str) -> None:
        super().__init__(
            f"no exchange rate for {currency} ({used_by}); give the price of 1 {currency} in {plan_currency} in the "
            "configuration"
        )


@dataclass(frozen=True)
class ItemArrays:
    """Items in the order given; money in plan currency except `price_local`."""

    item: Texts
    marketplace: Texts
    local_rate: Floats  # plan currency per unit of the marketplace's currency
    price_local: Floats  # with tax where the marketplace shows prices so, currency of the marketplace
    net_price: Floats  # without tax
    landed_cost: Floats
    category: Texts
    product_class: Texts
    sides_cm: Floats
    weight_kg: Floats
    size_assumed: Booleans  # packed size or weight was not given
    sipp_certified: Booleans
    return_rate: Floats
    sellable_return_share: Floats
    storage_type: Texts


def rate_of(currency: str, rates: Mapping[str, float], plan_currency: str, used_by: str) -> float:
    """Plan currency per unit of a currency.

    Raises:
        MissingExchangeRate: none given, and it is not the plan's own.

    """
    if currency == plan_currency:
        return 1.0
    if currency not in rates or not rates[currency] > 0:
        raise MissingExchangeRate(currency, plan_currency, used_by)
    return float(rates[currency])


def rates_of(column: pd.Series, rates: Mapping[str, float], plan_currency: str, used_by: str) -> pd.Series:
    """Plan currency per unit of each row's currency; 1 where a row names none. Raises `MissingExchangeRate`."""
    known = {code: rate_of(str(code), rates, plan_currency, used_by) for code in column.dropna().unique()}
    return column.map(known).astype(float).fillna(1.0)


def item_arrays(
    items: pd.DataFrame,
    currency: str,
    rates: Mapping[str, float],
    tax_rates: Mapping[str, float],
    figures: Figures,
    notes: list[AssumptionMade],
) -> ItemArrays:
    """Read the columns of the `catalogue` view; fill what is missing and note each assumption.

    Raises:
        UnknownMarketplace: a code that no table knows.
        MissingExchangeRate: a price or cost in a currency without a rate.

    """
    filler = _Filler(items, currency, figures, notes)
    codes = items["marketplace"].to_numpy(object)
    places = {code: marketplace(str(code)) for code in pd.unique(items["marketplace"])}
    local = items["marketplace"].map({c: rate_of(m.currency, rates, currency, m.code) for c, m in places.items()})
    tax = items["marketplace"].map({c: tax_rates.get(m.code, m.tax_rate) for c, m in places.items()}).to_numpy(float)
    local_rate = local.to_numpy(float)
    category = category_keys(filler.column("category"))
    product_class = _product_class(filler.column("product_class"))
    sides, weight, assumed = _sizes(filler, codes, category)
    price, landed = _price_and_cost(filler, items, currency, rates, places, tax)
    usual = np.where(
        product_class == "apparel", assumption("return_rate_apparel").value, assumption("return_rate").value
    )
    return ItemArrays(
        item=items["item"].to_numpy(object),
        marketplace=codes,
        local_rate=local_rate,
        price_local=price / local_rate,
        net_price=price / (1 + tax),
        landed_cost=landed,
        category=category,
        product_class=product_class,
        sides_cm=sides,
        weight_kg=weight,
        size_assumed=assumed,
        sipp_certified=filler.column("sipp_certified").isin([True]).to_numpy(bool),
        return_rate=filler.share("return_rate", usual / 100, price),
        sellable_return_share=filler.share(
            "sellable_return_share", np.full(len(items), assumption("sellable_return_share").value / 100), landed
        ),
        storage_type=filler.column("storage_type").replace("", np.nan).fillna("standard").to_numpy(object),
    )


def _product_class(column: pd.Series) -> Texts:
    known = column.where(column.isin(PRODUCT_CLASSES), "non_apparel")
    return np.asarray(known.to_numpy(object), dtype=object)


def _sizes(filler: "_Filler", codes: Texts, category: Texts) -> tuple[Floats, Floats, Booleans]:
    """Sides sorted from longest to shortest (n, 3), weights (n,), and where either is assumed (n,).

    The median of the seller's items of the same category stands in, else that of all, else the usual parcel.
    """
    raw = np.column_stack([filler.number(name) for name in SIDES])
    raw = np.where((raw >= THINNEST_CM) & np.isfinite(raw), raw, np.nan)
    sides = -np.sort(-raw, axis=1)
    known = np.asarray(~np.isnan(raw).any(axis=1), dtype=bool)
    weight = filler.number("weight_kg")
    weight = np.where((weight > 0) & np.isfinite(weight), weight, np.nan)
    sides[~known] = np.nan
    peers = pd.DataFrame({"marketplace": codes, "category": category, "w": weight, "l": sides[:, 0]})
    peers["m"], peers["s"] = sides[:, 1], sides[:, 2]
    defaults = {"l": "longest_cm", "m": "median_cm", "s": "shortest_cm", "w": "weight_kg"}
    filled = {}
    for column, name in defaults.items():
        same_kind = peers.groupby(["marketplace", "category"])[column].transform("median")
        known_values = peers[column].dropna()
        usual = known_values.median() if len(known_values) else assumption(name).value
        filled[column] = peers[column].fillna(same_kind).fillna(usual)
    assumed = np.asarray(~known | np.isnan(weight), dtype=bool)
    return np.column_stack([filled["l"], filled["m"], filled["s"]]).astype(float), filled["w"].to_numpy(float), assumed


def _price_and_cost(
    filler: "_Filler",
    items: pd.DataFrame,
    currency: str,
    rates: Mapping[str, float],
    places: Mapping[object, object],
    tax: Floats,
) -> tuple[Floats, Floats]:
    """Price with tax and landed cost of one unit, plan currency; (n,) each."""
    own = items["marketplace"].map({code: place.currency for code, place in places.items()})  # type: ignore[attr-defined]
    price = _money(filler, "price", "price_currency", own, currency, rates)
    landed = filler.number("landed_cost")
    landed = np.where((landed >= 0) & np.isfinite(landed), landed, np.nan)
    bought = _money(filler, "unit_cost", "cost_currency", pd.Series(currency, index=items.index), currency, rates)
    only_bought = np.isnan(landed) & ~np.isnan(bought)
    filler.note("landed cost", only_bought, "the purchase price without freight and duty is used", bought)
    landed = np.where(only_bought, bought, landed)
    ratio = assumption("price_to_landed_cost").value
    no_price = np.isnan(price)
    middle = np.nanmedian(price) if (~no_price).any() else 0.0
    price = np.where(no_price, np.where(np.isnan(landed), middle, landed * ratio * (1 + tax)), price)
    filler.note("price", no_price, f"{ratio:g} times landed cost, or the median price, is used", price)
    share = assumption("landed_cost_share").value / 100
    no_cost = np.isnan(landed)
    landed = np.where(no_cost, price / (1 + tax) * share, landed)
    filler.note("landed cost", no_cost, f"{share:.0%} of the price is used", landed)
    filler.given("price", price, ~no_price, "assumptions", assumption("price_to_landed_cost").row)
    filler.given("product cost", landed, ~(no_cost | only_bought), "assumptions", assumption("landed_cost_share").row)
    return price, landed


def _money(
    filler: "_Filler",
    amount: str,
    unit: str,
    default: pd.Series,
    currency: str,
    rates: Mapping[str, float],
) -> Floats:
    """Amounts of a column in plan currency; NaN where absent or not positive."""
    value = filler.number(amount)
    value = np.where((value > 0) & np.isfinite(value), value, np.nan)
    used = filler.column(unit).replace("", np.nan).fillna(default)
    needed = used[~np.isnan(value)]
    factor = {name: rate_of(str(name), rates, currency, f"column {unit}") for name in pd.unique(needed)}
    return np.asarray(value * used.map(factor).to_numpy(float))


class _Filler:
    """Reads optional columns and notes what was assumed."""

    def __init__(self, items: pd.DataFrame, currency: str, figures: Figures, notes: list[AssumptionMade]) -> None:
        self.items, self.currency, self.figures, self.notes = items, currency, figures, notes
        self.everywhere = np.arange(len(items))

    def column(self, name: str) -> pd.Series:
        if name in self.items:
            return self.items[name]
        return pd.Series(np.nan, index=self.items.index, dtype=object)

    def number(self, name: str) -> Floats:
        return np.asarray(pd.to_numeric(self.column(name), errors="coerce").to_numpy(float, na_value=np.nan))

    def share(self, name: str, usual: Floats, worth: Floats) -> Floats:
        value = self.number(name)
        missing = ~((value >= 0) & (value <= 1))
        if not missing.any():
            return value
        shares = f"{usual.min():.0%}" if usual.min() == usual.max() else f"{usual.min():.0%} to {usual.max():.0%}"
        self.note(name.replace("_", " "), missing, f"{shares} is used", usual * worth)
        return np.where(missing, usual, value)

    def note(self, figure: str, missing: Booleans, instead: str, effect: Floats) -> None:
        """One note per marketplace that lacks the figure."""
        if not missing.any():
            return
        codes = self.items["marketplace"].to_numpy(object)
        names = self.items["item"].to_numpy(object)
        for code in sorted(set(codes[missing])):
            here = missing & (codes == code)
            example = min(names[here])
            mean = float(np.mean(np.asarray(effect)[here]))
            self.notes.append(AssumptionMade(figure, str(code), int(here.sum()), str(example), instead, mean))

    def given(self, figure: str, amount: Floats, known: Booleans, table: str, row: int) -> None:
        """Record a figure that is the seller's own where known, an assumption elsewhere."""
        own = self.figures.origin("catalogue", "", "", "the seller's catalogue or reports", "seller")
        assumed = self.figures.origins_of_rows(table, np.array([row]), "assumption")[0]
        self.figures.add(figure, f"{self.currency} per unit", self.everywhere, amount, np.where(known, own, assumed))
