"""Shared limits through the front door: kept, priced, named; the plan within 0.5 % of enumeration."""

import numpy as np
import pandas as pd
import pytest
from decide_problems import buy_row, problem, ship_row

from policies.decide import candidate_lines, decide, make
from policies.inputs import DecisionSettings, Limits
from policies.stages import purchase_rows, purchase_stage
from policies.value import quantity_values

REACH = 1.5  # enumeration looks farther than the engine tries
NO_RESERVATION = {"reservation_fee": np.nan}


def capacity(volume, first=0, last=3, confirmed=True, **more):
    return pd.DataFrame(
        [
            {
                "marketplace": "US",
                "storage_type": "standard",
                "first_week": first,
                "last_week": last,
                "volume_m3": volume,
                "confirmed": confirmed,
                **(more or NO_RESERVATION),
            }
        ]
    )


def three(limits, **changes):
    """Three items bought by sea in cartons of forty, from two suppliers."""
    rows = [
        buy_row(i, case_pack=40, supplier=("Ningbo", "Ningbo", "Yiwu")[i], unit_cost=(8.0, 9.0, 12.0)[i])
        for i in range(3)
    ]
    return problem((20.0, 12.0, 6.0), buy=rows, limits=limits, **changes)


LIMITS = {
    "cash": Limits(cash=np.full(26, 900.0)),
    "order minimum": Limits(
        order_minimums=pd.DataFrame(
            [
                {"supplier": "Ningbo", "value": 1200.0, "units": np.nan},
                {"supplier": "Yiwu", "value": np.nan, "units": 120.0},
            ]
        )
    ),
    "cash and minimum": Limits(
        cash=np.full(26, 1100.0), order_minimums=pd.DataFrame([{"supplier": "Ningbo", "value": 800.0, "units": np.nan}])
    ),
    "container": Limits(
        containers=pd.DataFrame(
            [{"mode": "sea", "volume_m3": 0.1, "weight_kg": np.nan, "minimum_fill": 0.9, "cost": 50.0}]
        )
    ),
}


def enumerated(case):
    """Best total profit over every combination of cartons: each quantity simulated, the limits in plain arithmetic."""
    found = candidate_lines(case, DecisionSettings())
    lines, curves = found.lines, found.curves
    pack = lines.case_pack
    stage = purchase_stage(case, DecisionSettings())
    rows, _ = purchase_rows(case, stage)
    choices, profit = [], []
    for k in range(len(lines)):
        quantity = np.arange(0.0, REACH * curves.quantity[k].max() + 1, pack[k])
        value = quantity_values(stage, rows.take(lines.row[[k]]), quantity[None, :])[0]
        allowed = (quantity == 0) | (quantity >= lines.smallest[k])
        choices.append(quantity[allowed])
        profit.append((value - value[0])[allowed])
    frame = case.buy.frame.iloc[lines.row].reset_index(drop=True)
    grids = np.stack([grid.ravel() for grid in np.meshgrid(*choices, indexing="ij")])
    total = sum(np.meshgrid(*profit, indexing="ij")).ravel()
    return max(0.0, (total - fixed_cost(case.limits, frame, grids)).max())


def fixed_cost(limits, frame, q):
    """Cost of the containers of each plan, infinite where a limit is broken. q: (item,) or (item, plan)."""
    broken = np.zeros(q.shape[1:], dtype=bool)
    if limits.cash is not None:
        broken |= frame["unit_cost"].to_numpy() @ q > limits.cash.min() + 1e-9
    price = (frame["purchase_price"] * frame["currency_rate"]).to_numpy()
    for minimum in limits.order_minimums.to_dict("records"):
        member = (frame["supplier"] == minimum["supplier"]).to_numpy()
        units, value = q[member].sum(axis=0), price[member] @ q[member]
        broken |= (units > 0) & ((value < (minimum["value"] or 0) - 1e-9) | (units < (minimum["units"] or 0)))
    for _, group in frame[frame["moq_group"] != ""].groupby(["supplier", "moq_group"]):
        units = q[group.index].sum(axis=0)
        broken |= (units > 0) & (units < group["moq_group_minimum"].max())
    cost = np.zeros(q.shape[1:])
    for box in limits.containers.to_dict("records"):
        used = (frame["carton_volume_m3"] / frame["case_pack"]).to_numpy() @ q / box["volume_m3"]
        count = np.ceil(used - 1e-9)
        broken |= (count > 0) & (used < count - 1 + box["minimum_fill"] - 1e-9)
        cost += count * box["cost"]
    return np.where(broken, np.inf, cost)


def profit_of(case, made):
    frame = case.buy.frame.iloc[made.lines.row].reset_index(drop=True)
    return made.curves.at(made.units).sum() - fixed_cost(case.limits, frame, made.units)


@pytest.mark.parametrize("name", list(LIMITS))
def test_within_half_a_percent_of_enumeration(name):
    case = three(LIMITS[name])
    got, best = profit_of(case, make(case, DecisionSettings())), enumerated(case)
    assert np.isfinite(got)
    assert got >= best - 0.005 * abs(best)


@pytest.mark.parametrize("seed", range(20))
def test_any_tightness_several_limits_minimums_and_cartons(seed):
    """Random sellers of three items: budgets from nothing to plenty, supplier minimums, containers, MOQs."""
    rng = np.random.default_rng(seed)
    rows = [
        buy_row(
            i,
            case_pack=int(rng.choice([6, 12, 20])),
            moq=int(rng.choice([0, 60, 150])),
            supplier=("Ningbo", "Ningbo", "Yiwu")[i],
            unit_cost=float(rng.uniform(6, 12)),
            moq_group=("mug", "mug", "")[i] if seed % 2 else "",
            moq_group_minimum=(0, 120 * (1 + seed), 0)[i] if seed % 2 else 0,
        )
        for i in range(3)
    ]
    minimum = pd.DataFrame([{"supplier": "Ningbo", "value": float(rng.uniform(0, 1500)), "units": np.nan}])
    box = {
        "mode": "sea",
        "volume_m3": 0.4,
        "weight_kg": np.nan,
        "minimum_fill": float(rng.uniform(0, 0.9)),
        "cost": 20.0,
    }
    limits = Limits(
        cash=np.full(26, float(rng.uniform(0.02, 1.1) * 3500)),
        order_minimums=minimum if rng.random() < 0.7 else pd.DataFrame(),
        containers=pd.DataFrame([box] if rng.random() < 0.5 else []),
    )
    case = problem(tuple(rng.uniform(3, 20, 3)), buy=rows, limits=limits, paths=60, seed=seed)
    got, best = profit_of(case, make(case, DecisionSettings())), enumerated(case)
    assert got >= best - 0.005 * abs(best) - 1e-6


def test_cash_budget_is_kept_priced_and_named():
    free, tight = decide(three(Limits())), decide(three(Limits(cash=np.full(26, 900.0))))
    assert tight.purchases["landed_cost"].sum() <= 900.0 < free.purchases["landed_cost"].sum()
    row = tight.limits.iloc[0]
    assert (row["limit"], row["unit"]) == ("cash budget", "USD")
    assert row["price"] > 0 and "one more USD would be worth" in row["text"]
    assert tight.purchases["limit"].str.contains("cash budget").any()


def test_a_larger_budget_never_earns_less():
    profit = [
        decide(three(Limits(cash=np.full(26, float(b))))).totals["expected_profit_gain"] for b in (0, 400, 900, 2000)
    ]
    assert profit == sorted(profit)
    assert profit[0] == 0.0


def test_budget_zero_buys_nothing_and_says_why():
    decision = decide(three(Limits(cash=np.zeros(26))))
    assert decision.purchases.empty
    assert decision.items["reason"].str.contains("cash budget").all()
    assert not decision.limits["broken"].any()


def test_zero_capacity_ships_nothing():
    case = problem((20.0,), buy=[], ship=[ship_row(0)], limits=Limits(capacity=capacity(0.0)))
    decision = decide(case)
    assert decision.shipments.empty
    assert decision.limits["price"][0] > 0
    assert "FBA capacity" in decision.items["reason"][0]


def test_capacity_already_exceeded_is_named_as_broken():
    case = problem((20.0,), on_hand=[500], limits=Limits(capacity=capacity(0.5)))
    decision = decide(case)
    assert decision.limits["broken"].tolist() == [True]
    assert any("already exceed" in w and "worth" not in w for w in decision.warnings)
    assert decision.shipments.empty


def test_estimated_capacity_keeps_slack():
    case = problem((20.0,), buy=[], ship=[ship_row(0)], limits=Limits(capacity=capacity(0.1, confirmed=False)))
    full = decide(case, DecisionSettings(estimated_slack=0.0)).totals["units_shipped"]
    careful = decide(case, DecisionSettings(estimated_slack=0.5)).totals["units_shipped"]
    assert careful < full


def test_reservation_is_bought_while_it_pays():
    rooms = {fee: Limits(capacity=capacity(0.04, reservation_fee=fee, reservation_most_m3=1.0)) for fee in (1.0, 1e6)}
    cheap, dear = (decide(problem((20.0,), buy=[], ship=[ship_row(0)], limits=rooms[f])) for f in (1.0, 1e6))
    assert cheap.totals["units_shipped"] > dear.totals["units_shipped"]
    assert "reserving" in cheap.limits["text"][0]


def variants(least, moq=0, supplier="Ningbo", **changes):
    rows = [
        buy_row(i, moq=moq, moq_group="shirt", moq_group_minimum=least if i else 0, supplier=(supplier, "Ningbo")[i])
        for i in range(2)
    ]
    return problem((9.0, 9.0), buy=rows, **changes)


def test_minimum_across_variants_is_reached_together_priced_and_named():
    free, held = decide(variants(0)), decide(variants(200))
    assert free.purchases["quantity"].sum() < 200
    assert held.purchases["quantity"].sum() == 200
    row = held.limits.iloc[0]
    assert (row["limit"], row["scope"], row["available"]) == ("MOQ across variants", "shirt (Ningbo)", 200.0)
    assert row["price"] > 0 and "quantities are raised" in row["text"]
    assert held.purchases["limit"].str.contains("MOQ across variants").all()


def test_each_variant_keeps_its_own_minimum():
    bought = decide(variants(200, moq=150)).purchases["quantity"]
    assert (bought >= 150).all()


def test_variants_of_another_supplier_do_not_count():
    decision = decide(variants(200, supplier="Yiwu"))
    bought = decision.purchases.set_index("supplier")["quantity"]
    assert bought.get("Ningbo", 0) in (0, 200) and bought["Yiwu"] < 200


def test_a_minimum_far_above_what_each_wants_is_reached_while_it_pays():
    """Two variants want some 110 each; at twice that both still earn more than nothing."""
    most = [decide(variants(least)).purchases["quantity"].sum() for least in (450, 5000)]
    assert most == [450, 0]
    dropped = decide(variants(5000))
    assert "would cost more than it earns" in dropped.limits["text"][0]
    assert dropped.items["reason"].str.contains("MOQ across variants").all()


def test_supplier_minimum_out_of_reach_orders_nothing_there():
    minimum = Limits(order_minimums=pd.DataFrame([{"supplier": "Ningbo", "value": 1e7, "units": np.nan}]))
    decision = decide(three(minimum))
    assert set(decision.purchases["supplier"]) == {"Yiwu"}
    assert "would cost more than it earns" in decision.limits["text"][0]
    assert decision.items["reason"].str.contains("supplier order minimum").sum() == 2


def test_limits_that_cannot_all_be_met():
    """A minimum larger than the budget: the plan is what is still possible, and the limit that stopped it is named."""
    both = Limits(
        cash=np.full(26, 500.0), order_minimums=pd.DataFrame([{"supplier": "Ningbo", "value": 5000.0, "units": np.nan}])
    )
    decision = decide(three(both))
    assert set(decision.purchases["supplier"]) <= {"Yiwu"}
    assert 0 < decision.purchases["landed_cost"].sum() <= 500.0
    floor = decision.limits.set_index("limit").loc["supplier order minimum"]
    assert floor["used"] == 0 and "5,000 USD cannot be reached within cash budget, until 2027-01-31" in floor["text"]


def test_two_minimums_that_exceed_the_budget_together():
    """Either could be met alone: the better one is, and the other says what it gave way to."""
    minimums = pd.DataFrame([{"supplier": s, "value": 700.0, "units": np.nan} for s in ("Ningbo", "Yiwu")])
    limits = {b: decide(three(Limits(cash=np.full(26, b), order_minimums=minimums))) for b in (1600.0, 4000.0)}
    assert set(limits[4000.0].purchases["supplier"]) == {"Ningbo", "Yiwu"}
    tight = limits[1600.0]
    assert tight.purchases["supplier"].nunique() == 1
    assert tight.purchases["landed_cost"].sum() <= 1600.0
    floors = tight.limits[tight.limits["limit"] == "supplier order minimum"]
    assert floors.loc[floors["used"] == 0, "text"].str.contains("within cash budget").all()
    assert (floors["used"] == 0).sum() == 1 and len(tight.items) == 3


def test_room_for_less_than_what_must_arrive_and_a_minimum_above_it():
    """Goods under way already fill FBA; a minimum that would only go there cannot be met and is named."""
    under_way = [(0, "FBA", 400, "PO-1", "purchase", 14.0)]
    minimum = pd.DataFrame([{"supplier": "Ningbo", "value": np.nan, "units": 50.0}])
    rows = [buy_row(i, days=7.0) for i in range(2)]
    limits = Limits(capacity=capacity(0.5), order_minimums=minimum)
    decision = decide(problem((20.0, 5.0), buy=rows, arrivals=under_way, limits=limits))
    texts = decision.limits.set_index("limit")["text"]
    assert decision.purchases.empty and len(decision.items) == 2
    assert "already exceed it" in texts["FBA capacity"] and any("already exceed it" in w for w in decision.warnings)
    assert "cannot be reached within FBA capacity" in texts["supplier order minimum"]
