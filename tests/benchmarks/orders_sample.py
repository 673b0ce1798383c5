"""The sample seller's last year again: our engine against every baseline, the seller's own orders and the clairvoyant.

Run `python tests/benchmarks/orders_sample.py [--skus 300] [--weeks 52] [--every 4]`. The generator supplies what no
seller knows: true demand, before and after the end, and true lead times. Goods go to a warehouse and on to FBA in whole
cartons, at least the MOQ, at least the supplier's order minimum, past the New Year closures, into FBA as far as its
capacity goes (five months of past sales by marketplace and storage type). They go by sea, and, as the seller's own did,
by air or (to Germany) by rail where that pays; the rules keep to the sea. The seller knew the seasons of its products.
Money is that of `unit_economics`: dated referral, fulfilment, storage, surcharges, low-inventory fee, placement;
freight by mode, duty, handling, capital. `--sea` leaves the other modes out.
Our engine forecasts from what it sold itself and the deals planned by then, every `--every` weeks.
"""

import argparse
import sys
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from data.sample.calendar import FAMILIES
from data.sample.generate import PROMOTIONS_KNOWN_AHEAD, generate
from data.sample.seller import EUR_IN_USD
from data.sample.supply import MODES, WAREHOUSES
from forecasting import forecast
from policies.calendar import events
from policies.economics import unit_economics
from policies.figures import figure_amounts
from policies.replay import replay
from policies.replay_world import Actual, Record, Way, World

RATES = {"EUR": EUR_IN_USD, "CNY": 1 / 7.15}
HORIZON, PATHS = 26, 100
TRANSFER_WEEKS = 2  # pick-up, transport and receiving
CAPACITY_WEEKS = 22.0  # five months
WEEKS_PER_MONTH = 52 / 12


def by_week(days):
    """Day columns summed to weeks."""
    return days.reshape(len(days), -1, 7).sum(axis=2).astype(float)


def moved(lines, parts, shape, chosen):
    """Units by item and week: ordered on the Monday after a week (a policy's turn), arrived within a week."""
    ordered, arrived = np.zeros(shape), np.zeros(shape)
    some = lines[chosen & (lines["ordered_day"] // 7 > 0)]
    np.add.at(ordered, (some["item"], some["ordered_day"] // 7 - 1), some["quantity"])
    came = parts[parts["line"].isin(lines["line"][chosen]) & (parts["day"] < shape[1] * 7)]
    item = lines.set_index("line")["item"].reindex(came["line"]).to_numpy()
    np.add.at(arrived, (item, came["day"].to_numpy() // 7), came["quantity"])
    return ordered, arrived


class Past:
    """What really happened to the items on sale throughout: the world, its record and the seller's own moves."""

    def __init__(self, seller, weeks, seed=0, modes=MODES):
        self.modes = [mode for mode in modes if mode in ("air", "rail")]
        self.seller, self.weeks = seller, seller.truth.history
        self.first = self.weeks - weeks
        self.start = pd.Timestamp(seller.truth.weeks[0]).date()
        begun = seller.truth.demand[:, : self.first].sum(axis=1) > 0
        key = (seller.items["marketplace"] + "/" + seller.items["sku"]).to_numpy(str)
        kept = np.flatnonzero((seller.items["status"] == "active").to_numpy() & begun)
        self.kept = kept[np.argsort(key[kept])]
        self.items = seller.items.iloc[self.kept].reset_index(drop=True)
        self.key = (self.items["marketplace"] + "/" + self.items["sku"]).to_numpy(object)
        self.actual = self._actual()
        self.record = self._record()
        self.world = self._world(np.random.default_rng(seed))

    def _moves(self, name, later):
        """Lines ordered after the Monday on which the replay begins, or up to it."""
        receipts = getattr(self.seller, name)
        chosen = (receipts.lines["ordered_day"] > self.first * 7) == later
        ordered, arrived = moved(receipts.lines, receipts.parts, (len(self.seller.items), self.weeks), chosen)
        arrived[:, : self.first] = 0.0
        return ordered[self.kept], arrived[self.kept]

    def _actual(self):
        bought, shelved = self._moves("purchases", True)
        shipped, received = self._moves("shipments", True)
        before = self._moves("purchases", False)[1], self._moves("shipments", False)[1]
        self.under_way, self.begun = before, self._shelf(shelved + before[0], shipped)
        units, money = self._otherwise()
        return Actual(received + before[1], bought, shelved + before[0], shipped, money, units)

    def _otherwise(self):
        """Units (N, T) of the seller's orders by air and rail, and what that cost beyond sea freight when it came."""
        lines = self.seller.purchases.lines.query("ordered_day > @self.first * 7 and mode > 0").set_index("line")
        extra = lines["item"].map(dict(enumerate(self._freight("sea")))) * -1.0
        for mode in ("air", "rail"):
            extra += (
                lines["item"].map(dict(enumerate(self._freight(mode)))).where(lines["mode"] == MODES.index(mode), 0.0)
            )
        units, money = np.zeros((2, len(self.seller.items), self.weeks))
        np.add.at(units, (lines["item"], lines["ordered_day"] // 7 - 1), lines["quantity"])
        came = self.seller.purchases.parts.query("line in @lines.index and day < @self.weeks * 7")
        line = came["line"]
        np.add.at(money, (lines["item"][line], came["day"] // 7), extra[line].to_numpy() * came["quantity"].to_numpy())
        return units[self.kept], money[self.kept]

    def _freight(self, mode):
        """Freight per unit of every item of the seller by a mode, USD; NaN where its supplier has no such leg."""
        items = self.seller.items
        kilos = items["carton_weight_kg"] / items["case_pack"]
        volume = items[["carton_length_cm", "carton_width_cm", "carton_height_cm"]].prod(axis=1) / 1e6
        suppliers = self.seller.suppliers["supplier"].to_numpy()[items["supplier_row"]]
        legs = self.seller.legs[(self.seller.legs["mode"] == mode) & (self.seller.legs["destination"] != "FBA")]
        legs = legs.drop_duplicates(["supplier", "marketplace"]).set_index(["supplier", "marketplace"])
        leg = legs.reindex(pd.MultiIndex.from_arrays([suppliers, items["marketplace"]]))
        return (
            leg["cost_per_kg"].to_numpy() * kilos.to_numpy()
            + leg["cost_per_m3"].to_numpy() * (volume / items["case_pack"]).to_numpy()
        )

    def _shelf(self, arrived, shipped):
        """Units in the warehouse when the replay begins: today's less what came, plus what left."""
        ahead = slice(self.first, None)
        left = shipped[:, self.first :].sum(axis=1)
        return np.maximum(self.seller.warehouse_stock[self.kept] - arrived[:, ahead].sum(axis=1) + left, 0.0)

    def _record(self):
        days = slice(0, self.first * 7)
        stocked = by_week(self.seller.stock[self.kept, days] + self.seller.sold[self.kept, days] > 0) / 7.0
        return Record(by_week(self.seller.sold[self.kept, days]), stocked)

    def _bought(self):
        """What suppliers invoice per unit, and with duty, USD."""
        costs = self.seller.truth.costs.iloc[self.kept]
        price = costs["unit_cost"].to_numpy() * costs["cost_currency"].map({**RATES, "USD": 1.0}).to_numpy(float)
        return price, price * (1 + costs["duty_rate"].to_numpy())

    def _economics(self, landed):
        costs = self.seller.truth.costs.iloc[self.kept]
        sold = self.record.sales[:, -13:]
        listed = self.items.assign(
            item=self.key,
            landed_cost=landed + costs["sea_freight_usd"].to_numpy(),
            units_7_days=sold[:, -1],
            units_per_month=sold.sum(axis=1) / 3,
        )
        monday = self.start + timedelta(weeks=self.first)
        return unit_economics(
            listed, monday, self.weeks - self.first, currency="USD", rates=RATES, evidence=pd.DataFrame()
        )[0]

    def _lead(self, mode, production, rng):
        """Weeks (N, T) from an order to the warehouse by a mode, closures included, and those alone.

        production: standard normal draws (suppliers, T), common to all modes.
        """
        times = self.seller.truth.lead_times
        made = times[times["stage"] == "production"].set_index("source")
        voyage = times[(times["stage"] == "transit") & (times["mode"] == mode)].set_index("destination")
        delay = {name: self._closed(name, made.loc[name, "mean_days"]) for name in made.index}
        lead = {}
        for name, draw in zip(made.index, production, strict=True):
            for place in voyage.index:
                mean, spread = made.loc[name, ["mean_days", "sd_days"]]
                shape = (voyage.loc[place, "mean_days"] / voyage.loc[place, "sd_days"]) ** 2
                transit = rng.gamma(shape, voyage.loc[place, "mean_days"] / shape, self.weeks)
                days = mean * np.exp(spread / mean * draw) + transit + 2
                lead[name, place] = np.ceil(days / 7).astype(int) + delay[name]
        pairs = list(zip(self.supplier, self.items["marketplace"], strict=True))
        never = np.full(self.weeks, self.weeks)
        return np.array([lead.get(pair, never) for pair in pairs]), np.array([delay[name] for name, _ in pairs])

    def _others(self, production, landed, rng):
        """Air and rail as the seller's suppliers have them."""
        found = []
        for mode in self.modes:
            lead, closed = self._lead(mode, production, rng)
            cost = landed + self._freight(mode)[self.kept]
            found.append(Way(mode, np.where(np.isfinite(cost), cost, np.inf), lead, closed))
        return tuple(found)

    def _closed(self, supplier, production):
        """Weeks that the supplier's stops add to an order placed on the Monday after each week."""
        closures = self.seller.closures[self.seller.closures["supplier"] == supplier]
        order = (np.arange(self.weeks) + 1) * 7
        ready = order + production
        for row in closures.itertuples():
            begin, end = ((pd.Timestamp(day).date() - self.start).days for day in (row.start_date, row.end_date))
            rest = np.maximum(end + 1 - np.maximum(begin, order), 0)
            ready = np.where((ready > begin) & (end >= order), ready + rest, ready)
        return np.round((ready - order - production) / 7).astype(int)

    def _capacity(self, volume):
        """Volume (G, T) and group (N,): five months of what was sold in the year before, from month to month."""
        names = self.items["marketplace"] + " " + self.items["storage_type"]
        group, labels = pd.factorize(names, sort=True)
        sold = pd.DataFrame(by_week(self.seller.sold)[self.kept] * volume[:, None]).groupby(group).sum().to_numpy()
        year = np.array([sold[:, max(w - 52, 0) : w].mean(axis=1) for w in range(self.first, self.weeks)]).T
        monthly = year[:, np.arange(year.shape[1]) // 4 * 4] * CAPACITY_WEEKS
        return np.concatenate([np.zeros((len(labels), self.first)), monthly], axis=1), group

    def _world(self, rng):
        terms = self.seller.suppliers.iloc[self.items["supplier_row"]].reset_index(drop=True)
        self.supplier = terms["supplier"].to_numpy(object)
        price, landed = self._bought()
        economics = self._economics(landed)
        production = rng.normal(0.0, 1.0, (len(self.seller.suppliers), self.weeks))
        lead, closed = self._lead("sea", production, rng)
        capacity, group = self._capacity(economics.volume_m3)
        house = WAREHOUSES.iloc[self.items["warehouse"]].reset_index(drop=True)
        rate = house["currency"].map({**RATES, "USD": 1.0}).to_numpy(float)
        a_month = house["storage_cost_per_m3_month"].to_numpy() * rate * economics.volume_m3
        placement = np.nan_to_num(figure_amounts(economics.figures, "inbound placement fee", self.key))
        legs = self.seller.legs[self.seller.legs["supplier"].isin(WAREHOUSES["warehouse"])].set_index("supplier")
        leg = legs["cost_per_unit"].reindex(house["warehouse"]).to_numpy(float)
        minimum = terms["order_minimum_value"].to_numpy() * terms["currency"].map({**RATES, "USD": 1.0}).to_numpy()
        demand = self.seller.truth.demand[self.kept].astype(float)

        def whole(figures):
            return np.concatenate([np.repeat(figures[:, :1], self.first, axis=1), figures], axis=1)

        return World(
            items=self.key,
            demand=demand[:, : self.weeks],
            demand_after=demand[:, self.weeks :],
            lead_weeks=lead,
            known_delay=closed,
            margin=whole(economics.margin),
            price=economics.price,
            unit_cost=economics.product_cost,
            storage=whole(economics.fba_storage + economics.utilisation),
            review_weeks=terms["review_weeks"].to_numpy(),
            case_pack=self.items["case_pack"].to_numpy(float),
            moq=self.items["moq"].to_numpy(float),
            supplier=self.supplier,
            order_minimum=minimum,
            on_hand=self.seller.stock[self.kept, self.first * 7 - 1].astype(float),
            inbound=self.under_way[1],
            lost_sale=economics.lost_sale,
            capital_rate=economics.capital_rate,
            exit_value=economics.exit_value,
            aged_from_days=economics.aged_from_days,
            aged_surcharge=economics.aged_surcharge,
            low_days=economics.low_inventory_below_days,
            low_fee=economics.low_inventory_fee,
            volume_m3=economics.volume_m3,
            storage_group=group,
            capacity_m3=capacity,
            transfer_weeks=np.full(len(self.key), TRANSFER_WEEKS),
            upstream=self.begun,
            upstream_inbound=self.under_way[0],
            move_cost=house["handling_cost_per_unit"].to_numpy() * rate + leg * rate + placement,
            hold_cost=a_month / WEEKS_PER_MONTH,
            mode="sea",
            others=self._others(production, landed, rng),
            purchase_price=price,
        )

    def classes(self):
        """Label (N,) of each item by how it sells."""
        seasonal = self.items["family"].to_numpy() != FAMILIES.index("flat")
        smooth = (self.items["pattern"] == "smooth").to_numpy()
        fast = self.record.sales[:, -52:].mean(axis=1) >= 5
        return np.select([~smooth, seasonal, fast], ["intermittent", "seasonal", "fast"], "slow").astype(object)


class Forecasts:
    """Demand paths from recorded sales, anew every so many weeks; between them the weeks that have passed are cut."""

    def __init__(self, past, every):
        self.past, self.every, self.made = past, every, (-1, None)
        first, last = past.start, past.start + timedelta(weeks=past.weeks + HORIZON)
        dated = pd.concat([events(code, first, last, ("deal", "holiday")) for code in past.seller.marketplaces])
        length = pd.to_datetime(dated["end_date"]) - pd.to_datetime(dated["start_date"])
        self.events = dated[length <= pd.Timedelta(days=14)].reset_index(drop=True)
        promotions = past.seller.promotions
        self.promotions = promotions.assign(sku=promotions["marketplace"] + "/" + promotions["sku"], uplift=np.nan)
        self.seconds = 0.0

    def __call__(self, known):
        now, past = known.week + 1, self.past
        made = past.first + (now - past.first) // self.every * self.every
        if self.made[0] != made:
            self.made = made, self._forecast(known, made)
        return np.ascontiguousarray(self.made[1][:, :, now - made : now - made + HORIZON])

    def _forecast(self, known, made):
        begun, past, n = time.perf_counter(), self.past, len(self.past.key)
        weeks = pd.date_range(past.start, periods=made, freq="7D")
        frame = pd.DataFrame(
            {
                "sku": np.repeat(past.key, made),
                "week": np.tile(weeks, n),
                "units": known.sales[:, :made].ravel(),
                "availability": known.availability[:, :made].ravel(),
                **{c: np.repeat(past.items[c].to_numpy(), made) for c in ("category", "brand", "marketplace")},
            }
        )
        sold = np.cumsum(known.sales[:, :made], axis=1) > 0
        sold[:, -1] = True
        planned = weeks[-1] + pd.Timedelta(days=PROMOTIONS_KNOWN_AHEAD)
        deals = self.promotions[pd.to_datetime(self.promotions["start_date"]) <= planned]
        paths = forecast(
            frame[sold.ravel()], HORIZON + self.every, made, paths=PATHS, events=self.events, promotions=deals
        ).paths
        self.seconds += time.perf_counter() - begun
        return paths.select(past.key).samples


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--skus", type=int, default=300)
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--every", type=int, default=4, help="weeks between two forecasts")
    parser.add_argument("--sea", action="store_true", help="no other mode than sea")
    given = parser.parse_args()
    begun = time.perf_counter()
    past = Past(generate(skus=given.skus), given.weeks, modes=() if given.sea else MODES)
    forecasts = Forecasts(past, given.every)

    def tell(name):
        print(f"{time.perf_counter() - begun:6.0f} s  {name}", file=sys.stderr, flush=True)

    got = replay(
        past.world,
        forecasts,
        past.start,
        first_week=past.first,
        classes=past.classes(),
        record=past.record,
        actual=past.actual,
        horizon=HORIZON,
        progress=tell,
    )
    took = time.perf_counter() - begun
    print(f"{len(past.key)} items, {given.weeks} weeks, USD; {took:.0f} s, {forecasts.seconds:.0f} s of it forecasts")
    show = {"index": False, "float_format": lambda value: f"{value:,.0f}" if abs(value) >= 10 else f"{value:.3f}"}
    columns = [
        "policy",
        "profit",
        "profit_low",
        "profit_high",
        "lost_sales",
        "fill_rate",
        "storage",
        "capital",
        "regret",
    ]
    with pd.option_context("display.width", 220, "display.max_columns", 30):
        print(got.policies[columns].to_string(**show))
        print(got.differences.to_string(**show))
        print(got.classes.pivot(index="policy", columns="class", values="profit").round(0).to_string())


if __name__ == "__main__":
    main()
