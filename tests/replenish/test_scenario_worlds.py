# ruff: noqa: E501 (tables read better in one line)
"""Scenarios on small sellers: SKUs and days, demand under an overlay, plans in each other's worlds, dates."""

import importlib.util
import json
import sys
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from policies.decide import decide
from policies.inputs import Limits
from replenish.config import CashStep, Config
from replenish.errors import RefusedInput
from replenish.scenarios.adopt import difference
from replenish.scenarios.carry import Quantities, World, insurance, quantities_of, regret_table
from replenish.scenarios.deadlines import event_days
from replenish.scenarios.demand import demand_overlay
from replenish.scenarios.model import Overlay, read_overlay
from replenish.scenarios.outputs import calendar_file
from replenish.scenarios.overlay import changed_problem, overlaid
from replenish.scenarios.resolve import resolve
from replenish.scenarios.review import review
from replenish.scenarios.uplift import Past, learned_deal, learned_event
from replenish.weekly.known import Known

AS_OF = date(2026, 8, 3)
ITEMS = pd.Index(["DE/LAMP", "US/LAMP", "US/TENT"])
HORIZON = 26
LEGS = pd.DataFrame({"supplier": ["Ningbo"] * 2, "mode": ["sea", "air"], "destination": "FBA", "cost_per_kg": [0.0, 6.0],
                     "cost_per_m3": [90.0, 0.0], "cost_per_unit": [0.1, 0.1]})  # fmt: skip


def _problems():
    path = Path(__file__).parents[1] / "policies" / "decide_problems.py"
    spec = importlib.util.spec_from_file_location("scenario_problems", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["scenario_problems"] = module
    spec.loader.exec_module(module)
    return module


problems = _problems()


def known(**frames: pd.DataFrame) -> Known:
    catalogue = pd.DataFrame({"item": ITEMS, "marketplace": ["DE", "US", "US"], "sku": ["LAMP", "LAMP", "TENT"],
                              "category": ["Lighting", "Lighting", "Sports and Outdoors"], "brand": "Alder",
                              "supplier": "Ningbo", "unit_cost": [4.0, 4.0, 20.0]})  # fmt: skip
    usual = {"catalogue": catalogue, "supplier_legs": LEGS,
             "suppliers": pd.DataFrame({"supplier": ["Ningbo", "Saigon"], "country": ["CN", "VN"]})}  # fmt: skip
    names = [field.name for field in fields(Known) if field.name not in ("as_of", "start")]
    return Known(AS_OF, AS_OF, **{name: {**usual, **frames}.get(name, pd.DataFrame()) for name in names})


def overlay(text: str) -> Overlay:
    return read_overlay('description = "x"\n' + text, "peak.toml")


def refused(text: str) -> str:
    with pytest.raises(RefusedInput) as error:
        resolve(overlay(text), known(), ITEMS, HORIZON)
    return str(error.value)


def past(units: np.ndarray | None = None) -> Past:
    weeks = pd.DatetimeIndex([pd.Timestamp(AS_OF) + timedelta(weeks=week) for week in range(-104, HORIZON)])
    values = np.full((3, len(weeks)), np.nan)
    values[:, :104] = 10.0 if units is None else units
    return Past(ITEMS, weeks, 104, values, np.ones(values.shape), np.array(["a", "a", "b"], dtype=object))


WEEKS = pd.DatetimeIndex([pd.Timestamp(AS_OF) + timedelta(weeks=week) for week in range(HORIZON)])


def changed(text: str, demand: np.ndarray, seed: int = 1) -> np.ndarray:
    made = overlay(text)
    rows = resolve(made, known(), ITEMS, HORIZON)
    return demand_overlay(made, rows, known(), past(), WEEKS, demand.mean(axis=1, dtype=float)).applied(demand, seed)


FLAT = np.full((3, 40, HORIZON), 10.0, np.float32)


class TestWhoAndWhen:
    def test_the_event_takes_its_dates_from_the_calendar_in_each_marketplace(self) -> None:
        row = resolve(overlay('[[demand]]\nevent = "Black Friday"\nfactor = 2'), known(), ITEMS, HORIZON).demand[0]
        assert row.spans == {"DE": (date(2026, 11, 27),) * 2, "US": (date(2026, 11, 27),) * 2}

    def test_a_row_with_days_is_named_by_them(self) -> None:
        text = "[[demand]]\nstart = 2026-11-02\nend = 2026-12-06\nfactor = 2"
        assert resolve(overlay(text), known(), ITEMS, HORIZON).demand[0].label == "2026-11-02 to 2026-12-06"

    def test_the_first_event_of_a_list_that_lies_ahead_counts(self) -> None:
        text = '[[demand]]\nevent = ["Prime Day", "Prime Big Deal Days"]\nfactor = 2'
        assert resolve(overlay(text), known(), ITEMS, HORIZON).demand[0].event == "Prime Big Deal Days"

    def test_an_event_beyond_the_horizon_names_its_day_and_the_setting(self) -> None:
        said = refused('[[demand]]\nevent = "Prime Day"\nfactor = 2')
        assert "Prime Day next on 2027-06-22" in said and "planning.horizon_weeks" in said

    def test_days_in_the_past_or_beyond_the_horizon_are_refused(self) -> None:
        assert "is past on 2026-08-03" in refused("[[demand]]\nstart = 2026-06-01\nend = 2026-06-05\nfactor = 2")
        assert "beyond the weeks" in refused("[[demand]]\nstart = 2027-06-01\nend = 2027-06-05\nfactor = 2")

    def test_unknown_events_skus_and_groups_are_refused_with_the_nearest_known_one(self) -> None:
        assert 'Did you mean "Black Friday"?' in refused('[[demand]]\nevent = "Blak Fridy"\nfactor = 2')
        assert 'Did you mean "US/TENT"?' in refused('[[demand]]\nevent = "Black Friday"\nskus = ["US/TNT"]\nfactor = 2')
        assert 'Did you mean "Lighting"?' in refused(
            '[[demand]]\nevent = "Black Friday"\ncategory = "Lightning"\nfactor = 2'
        )

    def test_a_sku_in_two_rows_at_a_time_is_refused_by_name(self) -> None:
        said = refused(
            '[[demand]]\nevent = "Black Friday"\nfactor = 2\nafter = { weeks = 1, factor = 0.9 }\n'
            '[[demand]]\nstart = 2026-12-02\nend = 2026-12-05\nskus = ["US/TENT"]\nfactor = 1.5'
        )
        assert "demand 1 and demand 2 both change US/TENT" in said

    def test_overlapping_promotions_are_refused(self) -> None:
        deal = '[[promotions]]\nevent = "Black Friday"\nkind = "{}"\nskus = ["LAMP"]\n'
        assert "promotions 1 and promotions 2 both change DE/LAMP" in refused(
            deal.format("coupon") + deal.format("best_deal")
        )


class TestDemand:
    def test_a_factor_holds_in_its_weeks_and_beside_them_and_nowhere_else(self) -> None:
        text = ("[[demand]]\nstart = 2026-11-23\nend = 2026-11-29\nmarketplace = \"US\"\nfactor = 2\n"
                "before = { weeks = 1, factor = 0.9 }\nafter = { weeks = 2, factor = 0.8 }")  # fmt: skip
        got = changed(text, FLAT).mean(axis=1)
        assert np.allclose(got[0], 10)
        assert np.allclose(got[1:, 14:20], [[10, 9, 20, 8, 8, 10]] * 2)

    def test_a_range_spreads_the_paths_around_the_factor_and_keeps_the_mean(self) -> None:
        text = "[[demand]]\nstart = 2026-11-23\nend = 2026-11-29\nfactor = 2\nlow = 1.4\nhigh = 2.9"
        got = changed(text, np.repeat(FLAT, 25, axis=1))[1, :, 16]
        assert got.mean() == pytest.approx(20, rel=0.03)
        assert np.quantile(got, 0.9) / np.quantile(got, 0.1) == pytest.approx(2.9 / 1.4, rel=0.15)

    def test_the_same_seed_gives_the_same_paths_and_the_forecast_stays_as_it_was(self) -> None:
        text = "[[demand]]\nstart = 2026-11-23\nend = 2026-11-29\nfactor = 2\nlow = 1\nhigh = 3"
        before = FLAT.copy()
        assert np.array_equal(changed(text, before), changed(text, before))
        assert np.array_equal(before, FLAT)

    def test_a_typed_uplift_is_over_an_ordinary_week_whatever_the_forecast_holds_of_the_event(self) -> None:
        dented = FLAT.copy()
        dented[:, :, 16] = 25.0
        got = changed('[[demand]]\nevent = "Black Friday"\nuplift = 2', dented).mean(axis=1)
        assert np.allclose(got[:, 16], 20, rtol=0.01)

    def test_uplift_is_learned_from_past_events_on_their_own_dates(self) -> None:
        units = np.full((3, 104), 10.0)
        weeks = past().weeks[:104]
        for monday in ("2024-11-25", "2025-11-24"):  # Black Friday 29 November 2024, 28 November 2025
            units[:2, weeks.get_loc(pd.Timestamp(monday))] = 30.0
        learned = learned_event(past(units), "Black Friday")
        assert learned.factor[0] > 1.8 > learned.factor[2]
        assert list(learned.weeks) == [2, 2, 2]

    def test_sales_older_than_the_calendar_teach_nothing_and_stop_nothing(self) -> None:
        old = replace(past(), weeks=past().weeks - pd.Timedelta(weeks=52 * 15))
        assert set(learned_event(old, "Black Friday").source) == {"a prior: nobody's past says"}

    def test_an_event_with_a_past_stays_as_it_is_forecast_and_only_spreads(self) -> None:
        made, flat = overlay('[[demand]]\nevent = "Black Friday"'), np.repeat(FLAT, 25, axis=1)
        rows, sold = resolve(made, known(), ITEMS, HORIZON), past(np.full((3, 104), 100.0))
        mean = flat.mean(axis=1, dtype=float)
        got = demand_overlay(made, rows, known(), sold, WEEKS, mean).applied(flat, 1)
        assert np.allclose(got.mean(axis=1), 10, rtol=0.02)
        assert np.allclose(np.delete(got, 16, axis=2), 10) and got[:, :, 16].std() > 1

    def test_without_any_past_the_prior_is_named(self) -> None:
        learned = learned_event(past(np.full((3, 104), np.nan)), "Black Friday")
        assert set(learned.source) == {"a prior: nobody's past says"}
        assert np.allclose(learned.factor, 1.3)

    def test_a_deal_uses_what_deals_of_its_kind_have_sold(self) -> None:
        units = np.full((3, 104), 40.0)
        units[1, 50] = 120.0
        monday = past().weeks[50]
        deals = pd.DataFrame({"item": ["US/LAMP"], "marketplace": ["US"], "kind": ["best_deal"], "start_date": [monday],
                              "end_date": [monday + timedelta(days=6)]})  # fmt: skip
        learned = learned_deal(past(units), known(promotions=deals), "best_deal")
        assert 1.5 < learned.factor[0] <= learned.factor[1] < 3


class TestOverlay:
    def test_costs_freight_limits_and_service_change_what_they_name_and_no_more(self) -> None:
        text = ('[[freight]]\nmode = "sea"\nfactor = 2\n[costs]\nunit_cost_factor = 1.5\n'
                "[limits]\ncash_share = 0.5\ncapacity_factor = 0.6\n[service]\ncapital_rate_per_year = 0.3")  # fmt: skip
        capacity = pd.DataFrame({"limit_volume": [10.0]})
        before = known(capacity=capacity)
        after, config = overlaid(overlay(text), before, Config(), base_spend=1000.0)
        assert list(after.supplier_legs["cost_per_m3"]) == [180, 0]
        assert list(after.catalogue["unit_cost"]) == [6, 6, 30]
        assert float(after.capacity["limit_volume"].iloc[0]) == 6
        assert [step.amount for step in config.limits.cash] == [500]
        assert config.money.capital_rate_per_year == 0.3
        assert list(before.supplier_legs["cost_per_m3"]) == [90, 0]

    def test_a_share_of_cash_is_taken_of_the_settings_budget_where_there_is_one(self) -> None:
        limits = Config().limits.model_copy(update={"cash": [CashStep(until=date(2026, 9, 30), amount=800)]})
        _, config = overlaid(overlay("[limits]\ncash_share = 0.5"), known(), Config(limits=limits), 9999)
        assert [step.amount for step in config.limits.cash] == [400]

    def test_a_longer_new_year_closes_chinese_suppliers_only(self) -> None:
        text = '[[closures]]\nevent = "Chinese New Year factory stop"\ncountry = "CN"\nlonger_before = 14\nlonger_after = 14'
        closures = overlaid(overlay(text), known(), Config())[0].supplier_closures
        assert set(closures["supplier"]) == {"Ningbo"}
        assert ((closures["start_date"] == "2027-01-09") & (closures["end_date"] == "2027-03-06")).any()

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("start = 2026-10-01\nend = 2027-10-01", "365 days"),
            ("start = 2026-06-01\nend = 2026-06-10", "is past"),
            ('supplier = "Ningpo"\nstart = 2026-10-01\nend = 2026-10-10', 'Did you mean "Ningbo"'),
        ],
    )
    def test_a_closure_that_cannot_be_is_refused(self, text: str, said: str) -> None:
        with pytest.raises(RefusedInput, match=said):
            overlaid(overlay(f"[[closures]]\n{text}"), known(), Config())

    def test_a_delay_moves_its_mode_and_goods_under_way(self) -> None:
        problem = problems.problem(buy=[problems.buy_row(0), problems.buy_row(0, mode="air", days=20.0)])
        later = changed_problem(overlay('[[delays]]\nmode = "sea"\nextra_days = 21'), problem, LEGS, 1, None)
        assert np.allclose(later.buy.lead_time_days - problem.buy.lead_time_days, [[21.0], [0.0]])
        with pytest.raises(RefusedInput, match='Did you mean "sea"'):
            changed_problem(overlay('[[delays]]\nmode = "see"\nextra_days = 21'), problem, LEGS, 1, None)


class TestWorlds:
    @settings(max_examples=12, deadline=None)
    @given(
        rates=st.lists(st.floats(0.5, 60), min_size=1, max_size=4), stock=st.floats(0, 300), scale=st.floats(0.5, 2.5)
    )
    def test_regret_is_never_negative_and_some_plan_has_none(
        self, rates: list[float], stock: float, scale: float
    ) -> None:
        buy = [problems.buy_row(i) for i in range(len(rates))]
        base = problems.problem(rates, buy=buy, on_hand=np.full(len(rates), stock), paths=40)
        other = replace(base, demand=base.demand * np.float32(scale))
        plans = {name: decide(world) for name, world in (("base", base), ("other", other))}
        rows = [
            (plan, name, *World(world, plans[name].projection.mean_without).profits([quantities_of(decision)])[0])
            for name, world in (("base", base), ("other", other)) for plan, decision in plans.items()
        ]  # fmt: skip
        regret = regret_table(pd.DataFrame(rows, columns=["plan", "world", "profit", "cut"]))
        assert (regret["regret"] >= 0).all()
        assert np.allclose(regret.groupby("world")["regret"].min(), 0)
        own = regret[regret["plan"] == regret["world"]]
        assert (own["regret"] <= 0.02 * own["profit"].abs() + 1).all()

    def test_a_plan_earns_in_its_own_world_what_the_decision_expects(self) -> None:
        problem = problems.problem((20.0, 5.0), buy=[problems.buy_row(0), problems.buy_row(1)])
        decision = decide(problem)
        profit, cut = World(problem, decision.projection.mean_without).profits([quantities_of(decision)])[0]
        assert profit == pytest.approx(decision.totals["expected_profit_gain"], rel=1e-6)
        assert cut == 0

    def test_nothing_ordered_earns_nothing(self) -> None:
        problem = problems.problem(buy=[problems.buy_row(0)])
        none = Quantities(pd.DataFrame(columns=["quantity"]), pd.DataFrame(columns=["quantity"]))
        assert World(problem, problem.demand.mean(axis=1) * 0).profits([none]) == [(0.0, 0.0)]

    def test_a_world_short_of_cash_cuts_a_plan_to_whole_cartons(self) -> None:
        problem = problems.problem(buy=[problems.buy_row(0)])
        decision = decide(problem)
        bought = float(decision.purchases["quantity"].sum())
        poor = replace(problem, limits=Limits(cash=np.full(26, 8.0 * bought / 2)))
        profit, cut = World(poor, decision.projection.mean_without).profits([quantities_of(decision)])[0]
        assert 0.5 <= cut < 0.5 + 10 / bought
        assert profit < decision.totals["expected_profit_gain"]

    def test_insurance_is_what_the_robust_plan_gives_up_where_nothing_happens(self) -> None:
        profits = pd.DataFrame([("base", "base", 100), ("base", "port", 20), ("port", "base", 90), ("port", "port", 80)],
                               columns=["plan", "world", "profit"])  # fmt: skip
        told = insurance(regret_table(profits), "base")
        assert told == {"plan": "port", "worst_regret": 10, "cost": 10, "saves": 50}


class TestDatesAndAfter:
    def test_last_years_arrival_deadline_moves_along_with_the_event(self) -> None:
        row = resolve(overlay('[[demand]]\nevent = "Black Friday Week"'), known(), ITEMS, HORIZON).demand[0]
        assert event_days(row).arrive_by["US"] == date(2025, 10, 30) + timedelta(days=364)

    def test_the_calendar_file_holds_dates_still_ahead_and_reads_back(self) -> None:
        frame = pd.DataFrame({"item": ["US/TENT", "US/LAMP", "US/LAMP"], "mode": ["sea", "sea", "air"], "route": "N to FBA",
                              "event": "Black Friday", "order_by": [date(2026, 8, 20), date(2026, 8, 20), date(2026, 7, 1)],
                              "ship_by": date(2026, 9, 20), "delay_cost": [10.0, 20.0, 5.0],
                              "missed": [False, False, True]})  # fmt: skip
        read = Calendar.from_ical(calendar_file(frame, datetime(2026, 8, 3, 9)))
        entries = {str(one["summary"]): one for one in read.walk("VEVENT")}
        assert set(entries) == {
            "Order by sea for Black Friday: 2 SKU(s), N to FBA",
            "Ship by sea for Black Friday: 2 SKU(s), N to FBA",
        }
        assert entries["Order by sea for Black Friday: 2 SKU(s), N to FBA"].decoded("dtstart") == date(2026, 8, 20)

    def test_the_difference_names_only_lines_that_change(self) -> None:
        key = {"item": ["A", "B"], "supplier": "S", "mode": "sea", "destination": "FBA"}
        ships = pd.DataFrame(columns=["item", "source", "mode", "quantity"])
        one = Quantities(pd.DataFrame({**key, "quantity": [10, 20]}), ships)
        two = Quantities(pd.DataFrame({**key, "quantity": [10, 50]}), ships)
        assert difference(one, two)[["item", "change"]].to_numpy().tolist() == [["B", 30.0]]
        assert difference(one, one).empty

    def test_review_compares_what_was_expected_with_what_sold(self, tmp_path: Path) -> None:
        run = tmp_path / "runs" / "2026-08-03-1"
        (run / "forecasts").mkdir(parents=True)
        told = {"scenarios": [{"scenario": "peak"}], "events": {"peak": {"days": {"US": ["2026-08-12", "2026-08-13"]}}},
                "purchases": [{"scenario": "peak", "item": "US/TENT", "quantity": 40}]}  # fmt: skip
        (run / "scenarios.json").write_text(json.dumps(told), encoding="utf-8")
        for name, mean in (("peak", 30), ("base", 10)):
            text = f"item,week,mean,low,high\nUS/TENT,2026-08-10,{mean},{mean - 8},{mean + 8}\nUS/TENT,2026-08-17,99,0,200\n"
            (run / "forecasts" / f"{name}.csv").write_text(text, encoding="utf-8")
        week = {"item": ["US/TENT"], "week": [pd.Timestamp("2026-08-10")]}
        now = replace(known(weekly_sales=pd.DataFrame({**week, "units": [33]}),
                            weekly_availability=pd.DataFrame({**week, "availability": [1.0]})), start=date(2026, 8, 17))  # fmt: skip
        got = review(tmp_path, "peak", now)
        assert got.items[["base", "scenario", "sold", "bought"]].to_numpy().tolist() == [[10, 30, 33, 40]]
        assert "peak was closer" in got.text
        with pytest.raises(RefusedInput, match="ends on 2026-08-13"):
            review(tmp_path, "peak", replace(now, start=date(2026, 8, 10)))
        with pytest.raises(RefusedInput, match="No run"):
            review(tmp_path, "other", now)
