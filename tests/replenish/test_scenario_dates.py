"""The dates that do not move, what must be decided now, and what is left after the peak."""

import importlib.util
import sys
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from icalendar import Calendar

from policies.decide import decide
from policies.inputs import Options
from policies.lead_times import draw_lead_times
from replenish.scenarios.after import after_peak
from replenish.scenarios.carry import World, quantities_of
from replenish.scenarios.deadlines import EventDays, calendar_table
from replenish.scenarios.outputs import calendar_file
from replenish.scenarios.resolve import Row
from replenish.scenarios.stages import stage_table
from replenish.weekly.known import Known
from replenish.weekly.problem import Stated
from replenish.weekly.times import Times


def _problems():
    path = Path(__file__).parents[1] / "policies" / "decide_problems.py"
    spec = importlib.util.spec_from_file_location("scenario_date_problems", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["scenario_date_problems"] = module
    spec.loader.exec_module(module)
    return module


problems = _problems()
TODAY = problems.START
EVENT = date(2026, 11, 23)
DAYS = EventDays("Black Friday", {"US": EVENT}, {"US": date(2026, 10, 29)})
PEAK = Row("demand 1", "Black Friday", np.array([True]), {"US": (EVENT, EVENT + timedelta(days=6))})
HISTORY = ["kind", "reference", "supplier", "source", "mode", "destination", "marketplace", "sku", "ordered_on",
           "shipped_on", "received_on", "quantity", "received"]  # fmt: skip
NO_CLOSURES = pd.DataFrame(columns=["supplier", "start_date", "end_date", "phase", "last_order_date", "reason"])
LEGS = pd.DataFrame(
    {"kind": "purchase", "supplier": "Ningbo", "mode": ["sea", "air"], "destination": "FBA", "marketplace": None,
     "production_days": 20.0, "production_days_sd": 1.0, "transit_days": [35.0, 7.0], "transit_days_sd": [2.0, 1.0],
     "receiving_days": 5.0, "receiving_days_sd": 1.0}
)  # fmt: skip


def stated(problem=None, closures=NO_CLOSURES, late=0.0):
    """One item that is bought by sea or air; `late`: days that a scenario adds to both."""
    names = [field.name for field in fields(Known) if field.name not in ("as_of", "start")]
    frames = {name: pd.DataFrame() for name in names} | {"inbound_history": pd.DataFrame(columns=HISTORY)}
    times = Times(Known(TODAY, TODAY, **frames), LEGS, closures, 100, 1)
    rows = [problems.buy_row(0, mode=mode) for mode in ("sea", "air")]
    problem = problem or problems.problem(buy=rows)
    ways = LEGS.assign(marketplace="US")
    days = draw_lead_times(ways, frames["inbound_history"], closures, TODAY, 100, 1) + late
    return Stated(replace(problem, buy=Options(problem.buy.frame, days)), None, times, ())


def dates(**changes) -> pd.DataFrame:
    return calendar_table(stated(**changes), DAYS).set_index("mode")


def days_needed(mode: str, order: date, closures=NO_CLOSURES) -> float:
    """Days in which eight of ten orders of that day are sellable."""
    leg = LEGS[LEGS["mode"] == mode].assign(marketplace="US")
    drawn = draw_lead_times(leg, pd.DataFrame(columns=HISTORY), closures, order, 100, 1)
    return float(np.quantile(drawn, 0.8))


class TestLastDates:
    @pytest.mark.parametrize("mode", ["sea", "air"])
    def test_an_order_of_the_last_day_is_in_time_and_one_of_the_next_is_not(self, mode: str) -> None:
        by = dates()["order_by"][mode]
        ready = DAYS.sellable_by("US")
        assert by + timedelta(days=days_needed(mode, by)) <= ready
        assert by + timedelta(days=1 + days_needed(mode, by + timedelta(days=1))) > ready

    def test_the_slow_way_closes_before_the_fast_one_and_ships_before_it_must_arrive(self) -> None:
        got = dates()
        assert TODAY < got["order_by"]["sea"] < got["order_by"]["air"]
        assert (got["order_by"] < got["ship_by"]).all() and (got["ship_by"] < got["arrive_by"]).all()

    def test_a_closure_pulls_the_last_day_forward_by_its_length(self) -> None:
        closure = {"supplier": "Ningbo", "start_date": date(2026, 8, 20), "end_date": date(2026, 9, 8), "phase": "stop",
                   "last_order_date": None, "reason": "moving house"}  # fmt: skip
        shut = pd.DataFrame([closure])
        assert (dates()["order_by"]["sea"] - dates(closures=shut)["order_by"]["sea"]).days >= 19

    def test_a_scenarios_delay_pulls_the_last_day_forward_by_as_much(self) -> None:
        assert (dates()["order_by"]["air"] - dates(late=9.0)["order_by"]["air"]).days == 9

    def test_a_missed_date_is_said_with_the_next_best_way(self) -> None:
        got = dates(late=40.0)
        assert got["missed"].to_dict() == {"sea": True, "air": False}
        assert got["order_by"]["sea"] < TODAY
        assert got["next_best"]["sea"] == f"air, Ningbo to FBA, by {got['order_by']['air']}"
        assert got["next_best"]["air"] == ""

    def test_where_no_way_is_left_it_says_by_how_much_and_how_to_sell_without_fba(self) -> None:
        got = dates(late=90.0)
        assert got["missed"].all()
        assert got["next_best"]["sea"].startswith("none in time; the fastest, air, is ")
        assert "(FBM)" in got["next_best"]["sea"]

    def test_stock_in_a_warehouse_is_the_next_best_way_where_its_lorry_is_still_in_time(self) -> None:
        rows = [problems.buy_row(0, mode=mode) for mode in ("sea", "air")]
        held = problems.problem(buy=rows, ship=[problems.ship_row(0, source="AWD")])
        got = calendar_table(stated(held, late=90.0), DAYS).set_index("mode")
        assert not got["missed"]["truck"]
        assert got["next_best"]["sea"] == f"truck, AWD to FBA, by {got['ship_by']['truck']}"

    def test_of_several_routes_of_a_mode_the_one_with_most_time_is_told(self) -> None:
        rows = [problems.buy_row(0, mode=mode, destination=place)
                for mode, place in (("sea", "FBA"), ("air", "FBA"), ("air", "3PL"))]  # fmt: skip
        base = stated(problems.problem(buy=rows[:2]))
        legs = pd.concat([LEGS, LEGS.iloc[[1]].assign(destination="3PL", transit_days=3.0)], ignore_index=True)
        days = draw_lead_times(legs.assign(marketplace="US"), pd.DataFrame(columns=HISTORY), NO_CLOSURES, TODAY, 100, 1)
        problem = problems.problem(buy=rows)
        both = replace(base, problem=replace(problem, buy=Options(problem.buy.frame, days)),
                       times=replace(base.times, legs=legs))  # fmt: skip
        got = calendar_table(both, DAYS)
        assert sorted(got["mode"]) == ["air", "sea"]

    def test_a_weeks_delay_costs_the_margin_of_what_stock_does_not_cover(self) -> None:
        demand = np.full((1, 100, 26), 10.0, np.float32)
        rows = [problems.buy_row(0, mode=mode) for mode in ("sea", "air")]
        bare = dates(problem=problems.problem(demand=demand, buy=rows))
        covered = dates(problem=problems.problem(demand=demand, buy=rows, on_hand=[16 * 10 + 4.0]))
        assert bare["delay_cost"]["sea"] == pytest.approx(10 * (18 - 8))
        assert covered["delay_cost"]["sea"] == pytest.approx(6 * (18 - 8))

    def test_the_calendar_file_has_an_entry_for_every_date_ahead(self) -> None:
        table = calendar_table(stated(), DAYS)
        read = Calendar.from_ical(calendar_file(table, datetime(2026, 8, 3, 9)))
        days = {(str(one["summary"]).split()[0], one.decoded("dtstart")) for one in read.walk("VEVENT")}
        assert days == {("Order", day) for day in table["order_by"]} | {("Ship", day) for day in table["ship_by"]}
        assert all(str(one["uid"]) for one in read.walk("VEVENT"))


class TestStages:
    def test_what_must_be_bought_now_and_what_can_wait_add_up_to_the_need(self) -> None:
        problem = problems.problem(buy=[problems.buy_row(0, mode=mode) for mode in ("sea", "air")])
        here = stated(problem)
        decision = decide(here.problem)
        row = stage_table(here.problem, decision, calendar_table(here, DAYS), PEAK, TODAY).iloc[0]
        need = here.problem.demand.mean(axis=1)[0, :17].sum()
        assert row["commit_units"] == decision.items["buy"].iloc[0]
        assert row["commit_units"] + row["wait_units"] == pytest.approx(max(need, row["commit_units"]), abs=1)

    def test_it_says_what_to_watch_for_until_when(self) -> None:
        here = stated()
        table = calendar_table(here, DAYS)
        row = stage_table(here.problem, decide(here.problem), table, PEAK, TODAY).iloc[0]
        assert row["decide_by"] == table["order_by"].min()
        assert row["watch"].startswith("order more if over ")

    def test_without_any_way_left_it_says_so(self) -> None:
        here = stated(late=90.0)
        row = stage_table(here.problem, decide(here.problem), calendar_table(here, DAYS), PEAK, TODAY).iloc[0]
        assert row["watch"] == "no way to order reaches the event any more"


class TestAfterThePeak:
    LISTED = pd.DataFrame({"return_rate": [0.1], "sellable_return_share": [0.5]})

    def after(self, on_hand: float, ages=None) -> dict[str, object]:
        demand = np.full((1, 8, 26), 10.0, np.float32)
        problem = problems.problem(demand=demand, on_hand=[on_hand], buy=[])
        problem = problem if ages is None else replace(problem, fba_age=ages)
        decision = decide(problem)
        flow = World(problem, decision.projection.mean_without).flow(quantities_of(decision))
        return after_peak(problem, decision.projection, flow.arriving, flow.sold, PEAK, self.LISTED)

    def test_what_is_left_is_counted_at_the_end_of_the_events_last_week(self) -> None:
        got = self.after(240.0)  # 17 weeks to the end of the event
        assert got["left_units"] == pytest.approx(240 - 170)
        assert got["left_cost"] == pytest.approx(70 * 8.0)
        assert got["cover_weeks"] == pytest.approx(7)
        assert got["after"] == TODAY + timedelta(weeks=17)

    def test_storage_counts_the_weeks_after_the_event_only(self) -> None:
        assert self.after(240.0)["storage_after"] == pytest.approx(0.03 * (60 + 50 + 40 + 30 + 20 + 10))
        assert self.after(170.0)["storage_after"] == 0

    def test_old_stock_pays_its_surcharge_after_the_event(self) -> None:
        young = self.after(400.0)
        old = problems.problem(demand=np.full((1, 8, 26), 10.0, np.float32), on_hand=[400.0]).fba_age * 0.0
        old[:, -1] = 400.0
        assert self.after(400.0, old)["aged_after"] > young["aged_after"] >= 0

    def test_returns_are_a_share_of_what_the_event_sold(self) -> None:
        got = self.after(240.0)
        assert got["returned_units"] == pytest.approx(10 * 0.1)
        assert got["returned_sellable"] == pytest.approx(10 * 0.1 * 0.5)
