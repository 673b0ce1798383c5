"""The sample seller's catalogue: two brands, parents with variants, sizes, prices, costs and order terms."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.sample.calendar import FAMILIES
from data.sample.seller import CURRENCY, EUR_IN_USD, MARKETPLACES
from data.sample.supply import MARKET_OF_WAREHOUSE

BRANDS = ("Alderbrook", "Lumiko")

# product, category, season, supplier, length, width, height (cm), kg, price (USD), variants, storage type
ARCHETYPES = (
    ("Expandable Garden Hose", "Lawn and Garden", "garden", 0, 30, 22, 11, 1.9, 36.99, "length", "standard"),
    ("Brass Hose Nozzle", "Lawn and Garden", "garden", 0, 17, 9, 5, 0.31, 15.99, "pack", "standard"),
    ("Raised Garden Bed Liner", "Lawn and Garden", "garden", 0, 34, 25, 4, 0.62, 21.99, "size", "standard"),
    ("Drip Irrigation Kit", "Lawn and Garden", "garden", 0, 32, 24, 9, 1.15, 34.99, "size", "standard"),
    ("Patio Umbrella Light", "Lawn and Garden", "summer", 1, 21, 21, 7, 0.48, 24.99, "colour", "standard"),
    ("Camping Lantern", "Sports and Outdoors", "summer", 1, 18, 10, 10, 0.55, 22.99, "pack", "standard"),
    ("Portable Neck Fan", "Home and Kitchen", "summer", 1, 22, 21, 7, 0.33, 25.99, "colour", "standard"),
    ("Solar Path Lights", "Lawn and Garden", "garden", 1, 38, 22, 12, 1.45, 39.99, "pack", "standard"),
    ("Cold White String Lights", "Home and Kitchen", "christmas", 1, 19, 14, 8, 0.52, 19.99, "length", "standard"),
    ("Battery Window Candles", "Home and Kitchen", "christmas", 1, 26, 18, 7, 0.61, 27.99, "pack", "standard"),
    ("Christmas Tree Skirt", "Home and Kitchen", "christmas", 2, 33, 27, 6, 0.66, 23.99, "colour", "standard"),
    ("Advent Calendar House", "Toys and Games", "christmas", 3, 41, 33, 9, 1.7, 44.99, "", "standard"),
    ("LED Desk Lamp", "Home and Kitchen", "flat", 1, 40, 18, 9, 1.05, 32.99, "colour", "standard"),
    ("Under Cabinet Light Bar", "Tools and Home Improvement", "flat", 1, 44, 9, 5, 0.42, 26.99, "pack", "standard"),
    ("Bamboo Drawer Organizer", "Home and Kitchen", "flat", 2, 38, 26, 7, 1.25, 28.99, "size", "standard"),
    ("Linen Storage Basket", "Home and Kitchen", "flat", 2, 35, 30, 10, 0.78, 24.99, "colour", "standard"),
    ("Silicone Baking Mat", "Home and Kitchen", "gift", 2, 42, 6, 6, 0.29, 14.99, "pack", "standard"),
    ("Travel Spice Jars", "Home and Kitchen", "gift", 2, 24, 17, 9, 0.95, 18.99, "pack", "standard"),
    ("Heated Throw Blanket", "Home and Kitchen", "winter", 2, 39, 31, 17, 2.3, 49.99, "colour", "standard"),
    ("Hand Warmer Duo", "Sports and Outdoors", "winter", 1, 14, 12, 5, 0.27, 29.99, "colour", "standard"),
    ("Kids Pencil Case", "Office Products", "back_to_school", 3, 22, 12, 5, 0.19, 12.99, "colour", "standard"),
    ("Lunch Box with Bottle", "Home and Kitchen", "back_to_school", 3, 25, 20, 10, 0.62, 22.99, "colour", "standard"),
    ("Gel Pen Set", "Office Products", "back_to_school", 3, 19, 16, 2, 0.24, 9.99, "pack", "standard"),
    ("Wooden Puzzle Clock", "Toys and Games", "gift", 3, 30, 30, 4, 0.74, 17.99, "", "standard"),
    ("Magnetic Tile Set", "Toys and Games", "gift", 3, 33, 26, 8, 1.6, 42.99, "size", "standard"),
    ("Sticker Activity Book", "Toys and Games", "flat", 3, 29, 22, 1.6, 0.33, 8.99, "theme", "standard"),
    ("Yoga Block Pair", "Sports and Outdoors", "fitness", 4, 24, 16, 15, 0.46, 19.99, "colour", "standard"),
    ("Resistance Band Set", "Sports and Outdoors", "fitness", 4, 25, 16, 7, 0.72, 24.99, "size", "standard"),
    ("Foam Roller", "Sports and Outdoors", "fitness", 4, 46, 15, 15, 0.85, 27.99, "size", "standard"),
    ("Adjustable Weight Bench", "Sports and Outdoors", "fitness", 4, 88, 44, 21, 13.6, 129.0, "", "oversize"),
    ("Dog Cooling Mat", "Pet Supplies", "summer", 2, 36, 28, 6, 1.75, 29.99, "size", "standard"),
    ("Reusable Pet Pee Pads", "Pet Supplies", "flat", 2, 33, 27, 9, 1.1, 26.99, "size", "standard"),
)

VARIANTS = {
    "": ("",),
    "colour": ("Sage", "Charcoal", "Cream", "Terracotta"),
    "size": ("Small", "Medium", "Large", "X-Large"),
    "length": ("25 ft", "50 ft", "75 ft", "100 ft"),
    "pack": ("2 Pack", "4 Pack", "6 Pack", "12 Pack"),
    "theme": ("Ocean", "Forest", "Space", "Farm"),
}
_SCALE = {"size": (0.75, 1.0, 1.3, 1.6), "length": (0.7, 1.0, 1.35, 1.7), "pack": (0.7, 1.0, 1.35, 2.1)}
SECOND_LISTING_FROM = 20
_SERIES = ("Classic", "Pro", "Everyday", "Nordic", "Studio", "Family", "Compact", "Deluxe", "Eco", "Original")
_SHAPE = ("parent", "archetype", "variant", "brand", "series", "scale")


def catalogue(skus: int, weeks: int, rng: np.random.Generator) -> pd.DataFrame:
    """Items, one row per (marketplace, sku): about five in eight US, the rest the same products in Germany.

    Besides the catalogue's own columns the frame holds what only the generator knows: family, pattern, base_weekly,
    growth, batch, launch_day, end_day, return_rate, warehouse (row of the warehouses), market (row of marketplaces).
    """
    german = max(skus * 3 // 8, 1) if skus > 1 else 0
    products = _products(skus - german, rng)
    chosen = np.sort(rng.choice(len(products), german, replace=False))
    items = pd.concat([products, products.iloc[chosen]], ignore_index=True)
    items["market"] = np.r_[np.zeros(len(products), int), np.ones(german, int)]
    items["marketplace"] = np.array(MARKETPLACES)[items["market"]]
    _name(items, rng)
    _demand_traits(items, weeks, rng)
    _terms(items, rng)
    return items


def _products(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Distinct products: parents of one archetype with one to four variants, until `count` are there."""
    order = np.concatenate([rng.permutation(len(ARCHETYPES)) for _ in range(count // len(ARCHETYPES) + 1)])
    rows: list[tuple[int, int, int, int, int, float]] = []
    for parent, archetype in enumerate(order):
        variants = VARIANTS[ARCHETYPES[archetype][9]]
        scales = _SCALE.get(ARCHETYPES[archetype][9], (1.0,) * 4)
        for variant in range(min(int(rng.integers(1, 5)), len(variants))):
            rows.append((parent, archetype, variant, parent % 2, parent // len(ARCHETYPES), scales[variant]))
        if len(rows) >= count:
            break
    products = pd.DataFrame(rows[:count], columns=_SHAPE)
    products["second_listing"] = False
    if count >= SECOND_LISTING_FROM:  # the last product is one from the middle again, under a SKU of its own
        products.iloc[-1] = products.iloc[count // 2]
        products.loc[count - 1, "second_listing"] = True
    kind = products["archetype"].to_numpy()
    for column, position in {"category": 1, "storage_type": 10}.items():
        products[column] = [ARCHETYPES[index][position] for index in kind]
    products["family"] = [FAMILIES.index(ARCHETYPES[index][2]) for index in kind]
    products["supplier_row"] = [ARCHETYPES[index][3] for index in kind]
    products["product_class"] = "non_apparel"
    size = np.array([ARCHETYPES[index][4:9] for index in kind], float)
    size *= rng.normal(1.0, 0.04, size.shape).clip(0.85, 1.15)
    scale = products["scale"].to_numpy()
    for column, values in zip(("length_cm", "width_cm", "height_cm"), size.T[:3], strict=True):
        products[column] = (values * (scale ** (1 / 3))).round(1)
    products["weight_kg"] = (size[:, 3] * scale).round(3)
    products["list_usd"] = size[:, 4] * scale**0.75
    return products


def _name(items: pd.DataFrame, rng: np.random.Generator) -> None:
    """SKU, ASIN, FNSKU, parent and title. The same product keeps its ASIN in both marketplaces; Lumiko's German
    SKUs have a suffix, Alderbrook's have not."""
    brands = np.array(BRANDS)[items["brand"]]
    german = items["market"].to_numpy() == 1
    number = items["parent"] * 10 + items["variant"]
    prefix = np.where(items["brand"] == 0, "AB", "LK")
    suffix = np.where(german & (items["brand"] == 1), "-DE", "")
    suffix = np.char.add(suffix, np.where(items["second_listing"], "-N", ""))
    items["sku"] = [f"{p}-{n:05d}{s}" for p, n, s in zip(prefix, number, suffix, strict=True)]
    start = int(rng.integers(10**6, 2 * 10**6))
    items["asin"] = ["B0" + _base36(start + 7919 * int(n), 8) for n in number]
    items["parent_asin"] = ["B0" + _base36(start + 7919 * (10 * int(n) + 9), 8) for n in items["parent"]]
    items["fnsku"] = [f"X00{_base36(start + 104729 * row, 7)}" for row in range(len(items))]
    titles = []
    for archetype, variant, series, brand in zip(
        items["archetype"], items["variant"], items["series"], brands, strict=True
    ):
        label = VARIANTS[ARCHETYPES[archetype][9]][variant]
        extra = f" {_SERIES[series % len(_SERIES)]}" if series else ""
        titles.append(f"{brand}{extra} {ARCHETYPES[archetype][0]}{', ' + label if label else ''}")
    items["title"] = titles
    items["brand"] = brands
    items["supplier_item_number"] = [f"{'ABCDE'[s]}{n:05d}" for s, n in zip(items["supplier_row"], number, strict=True)]


def _demand_traits(items: pd.DataFrame, weeks: int, rng: np.random.Generator) -> None:
    """How each item sells: level, growth, pattern (smooth, intermittent, lumpy), life in days of the history."""
    count, days = len(items), weeks * 7
    draw = rng.random(count)
    pattern = np.select([draw < 0.12, draw < 0.18], ["intermittent", "lumpy"], "smooth")
    level = np.exp(rng.normal(np.log(4.4), 0.95, count)) * np.where(items["market"] == 1, 0.7, 1.0)
    level = np.where(pattern == "intermittent", rng.uniform(0.12, 0.6, count), level)
    items["pattern"] = pattern
    items["base_weekly"] = np.clip(level, 0.1, 90.0)
    items["batch"] = np.where(pattern == "lumpy", rng.integers(4, 13, count), 1)
    items["growth"] = np.exp(rng.normal(0.04, 0.16, count))  # factor per year
    life = rng.random(count)
    year_start = max(days - 364, 0)
    launched = rng.integers(year_start, max(days - 35, year_start + 1), count)
    earlier = rng.integers(0, max(year_start, 1), count)
    items["launch_day"] = np.select([life < 0.09, life < 0.25], [launched, earlier], -1)
    ended = rng.integers(days // 2, max(days - 60, days // 2 + 1), count)
    over = (life > 0.93) & (items["launch_day"].to_numpy() < 0)
    items["end_day"] = np.where(over, ended, np.iinfo(np.int32).max)
    phasing = (life > 0.905) & ~over
    items["status"] = np.select([over, phasing], ["discontinued", "phase_out"], "active")
    items["return_rate"] = rng.uniform(0.015, 0.09, count)
    _successors(items)


def _successors(items: pd.DataFrame) -> None:
    """A launch whose parent also has an item being phased out replaces it."""
    phased_out = items[items["status"] == "phase_out"]
    leaving = dict(zip(zip(phased_out["market"], phased_out["parent"], strict=True), phased_out["sku"], strict=True))
    keys = zip(items["market"], items["parent"], items["launch_day"] > 0, strict=True)
    items["predecessor_sku"] = [leaving.get((market, parent), "") if new else "" for market, parent, new in keys]


def _terms(items: pd.DataFrame, rng: np.random.Generator) -> None:
    """Price, cost, MOQ, case pack, carton and the warehouse the item is kept in."""
    german = items["market"].to_numpy() == 1
    price = items["list_usd"].to_numpy() * np.where(german, 1.02, 1.0) * rng.normal(1.0, 0.05, len(items))
    items["price"] = np.floor(price.clip(6.0)) + 0.99
    items["price_currency"] = [CURRENCY[code] for code in items["marketplace"]]
    dollars = items["list_usd"].to_numpy() * rng.uniform(0.15, 0.26, len(items))
    chinese = items["supplier_row"].to_numpy() == 2
    items["cost_currency"] = np.where(chinese, "CNY", "USD")
    items["unit_cost"] = np.where(chinese, dollars * 7.15, dollars).round(2)
    volume = items[["length_cm", "width_cm", "height_cm"]].prod(axis=1).to_numpy()
    fit = np.clip(52000.0 / volume, 1, 120)  # a carton of about 52 litres
    packs = np.array([1, 2, 4, 6, 8, 10, 12, 16, 20, 24, 30, 36, 48, 60, 80, 100])
    items["case_pack"] = packs[np.searchsorted(packs, fit, side="right") - 1]
    cases = np.ceil(rng.choice([60, 100, 150, 200, 300], len(items)) * 0.5 / items["case_pack"].to_numpy())
    items["moq"] = (np.maximum(cases, 1) * items["case_pack"]).astype(int)
    _variant_minimum(items)
    side = np.cbrt(volume * items["case_pack"].to_numpy() * 1.12)
    for column, stretch in {"length": 1.25, "width": 1.0, "height": 0.8}.items():
        items[f"carton_{column}_cm"] = (side * stretch).round(1)
    items["carton_weight_kg"] = (items["weight_kg"] * items["case_pack"] + 0.9).round(2)
    items["warehouse"] = _warehouses(items["market"].to_numpy(), rng)
    items["usd_per_price"] = np.where(german, EUR_IN_USD, 1.0)


def _variant_minimum(items: pd.DataFrame) -> None:
    """The first family of three variants or more is made together: one minimum beside the SKUs' own."""
    items["moq_group"], items["moq_group_minimum"] = "", 0
    american = items[items["market"] == 0]
    size = american.groupby("parent")["variant"].nunique()
    large = size[size >= 3].index
    if len(large):
        family = (items["parent"] == large[0]).to_numpy()
        archetype = int(items.loc[family, "archetype"].iloc[0])
        items.loc[family, "moq_group"] = f"{items.loc[family, 'brand'].iloc[0]} {ARCHETYPES[archetype][0]}"
        own = int(american.loc[american["parent"] == large[0], "moq"].sum())
        items.loc[family, "moq_group_minimum"] = round(1.5 * own, -1)


def _warehouses(market: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.intp]:
    """Two warehouses per marketplace, the first with three items in five."""
    first = np.array([MARKET_OF_WAREHOUSE.index(code) for code in (0, 1)])[market]
    return np.asarray(first + (rng.random(market.size) > 0.6))


def _base36(number: int, width: int) -> str:
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = digits[rest] + text
    return text.rjust(width, "0")[-width:]
