"""Lead times: learned with pooling, stopped by closures, shared by the lines of one supplier, conditional when late."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.lead_time_closures import WorkingTime, all_closures, production_start
from policies.lead_time_history import orders_of
from policies.lead_time_learning import learn_lead_times
from policies.lead_time_model import Duration, shared_uniforms
from policies.lead_times import contradictions, draw_arrivals, draw_lead_times
from policies.receiving import slow_receiving

SPRING = date(2026, 1, 26)  # arrivals of the next three months meet no slow season
PATHS = 200
NO_CLOSURES = all_closures(pd.DataFrame(columns=["supplier", "country"]), pd.DataFrame(), SPRING, SPRING)
NO_HISTORY = pd.DataFrame(
    columns=["reference", "marketplace", "sku", "received_on", "kind", "supplier", "source", "destination", "mode",
             "ordered_on", "shipped_on", "quantity", "received"]
)  # fmt: skip


def leg(**changes: object) -> dict[str, object]:
    usual = {"kind": "purchase", "supplier": "Ningbo", "mode": "sea", "destination": "FBA", "marketplace": "US"}
    return {**usual, **changes}


def legs(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(list(rows))


def history(count: int, production: float, transport: float, spread: float = 2.0, **changes: object) -> pd.DataFrame:
    """Orders of spring and summer, away from closures and slow seasons."""
    rng = np.random.default_rng(7)
    ordered = [date(2023 + place % 3, 3, 1) + timedelta(days=place) for place in range(count)]
    shipped = [day + timedelta(days=round(production + rng.normal(0, spread))) for day in ordered]
    received = [day + timedelta(days=round(transport + rng.normal(0, spread))) for day in shipped]
    usual = {
        "reference": [f"PO{place}" for place in range(count)], "marketplace": "US", "sku": "A", "kind": "purchase",
        "supplier": "Ningbo", "source": None, "destination": "FBA", "mode": "sea", "quantity": 100, "received": 100,
        "ordered_on": ordered, "shipped_on": shipped, "received_on": received,
    }  # fmt: skip
    return pd.DataFrame({**usual, **changes})


def draw(
    rows: pd.DataFrame,
    past: pd.DataFrame = NO_HISTORY,
    day: date = SPRING,
    closures: pd.DataFrame = NO_CLOSURES,
    seed: int = 1,
):
    return draw_lead_times(rows, past, closures, day, PATHS, seed)


# The model of one stage


def test_without_orders_the_prior_holds() -> None:
    learned = Duration.learned(30.0, 6.0, np.empty(0))
    assert learned.mean() == pytest.approx(30.0, rel=0.02)
    assert learned.prior_weight == 1.0


def test_orders_pull_the_mean_and_narrow_the_spread() -> None:
    few = Duration.learned(30.0, 6.0, np.full(2, 45.0))
    many = Duration.learned(30.0, 6.0, np.full(60, 45.0))
    assert 30 < few.mean() < many.mean()
    assert many.mean() == pytest.approx(45.0, rel=0.05)
    assert many.scale < few.scale
    assert many.prior_weight < 0.1


def test_one_wild_date_hardly_matters() -> None:
    usual = np.full(20, 30.0)
    clean, wild = Duration.learned(30, 5, usual), Duration.learned(30, 5, np.append(usual, 3000.0))
    assert wild.mean() < clean.mean() * 1.15


@given(st.floats(2, 90), st.floats(0.05, 0.6), st.floats(0, 300), st.integers(0, 5))
def test_what_is_late_arrives_after_today_and_later_still_the_later_it_is(
    mean: float, ratio: float, elapsed: float, orders: int
) -> None:
    duration = Duration.learned(mean, mean * ratio, np.full(orders, mean))
    share = np.linspace(0.01, 0.99, 25)
    known = duration.later_than(np.array(elapsed), share)
    assert (known >= elapsed - 1e-9).all()
    assert (np.diff(known) >= -1e-9).all()
    assert (known >= duration.quantile(share) - 1e-6 * mean).all()


def test_uniforms_are_even_and_named() -> None:
    first = shared_uniforms(1, "transport/Ningbo/sea", PATHS)
    assert np.allclose(np.sort(first), (np.arange(PATHS) + 0.5) / PATHS, atol=0.5 / PATHS)
    assert (first == shared_uniforms(1, "transport/Ningbo/sea", PATHS)).all()
    assert abs(np.corrcoef(first, shared_uniforms(1, "transport/Ningbo/air", PATHS))[0, 1]) < 0.3


# Draws


def test_what_the_planner_typed_is_the_middle() -> None:
    days = draw(legs(leg(production_days=20, transit_days=30, receiving_days=5)))
    assert days.mean() == pytest.approx(55, rel=0.05)
    assert days.shape == (1, PATHS)


def test_express_is_faster_than_air_and_air_than_sea() -> None:
    express, air, sea = draw(legs(leg(mode="express"), leg(mode="air"), leg(mode="sea"))).mean(axis=1)
    assert express < air < sea


def test_a_transfer_has_no_production() -> None:
    transfer = draw(legs(leg(kind="shipment", supplier="3PL", mode="truck")))
    assert transfer.mean() < 15


def test_history_of_the_supplier_wins_over_what_was_typed() -> None:
    rows = legs(leg(production_days=20, transit_days=30, receiving_days=5))
    days = draw(rows, history(60, production=40, transport=50))
    assert days.mean() == pytest.approx(90, rel=0.05)


def test_a_new_supplier_learns_from_others_of_the_same_mode() -> None:
    rows = legs(leg(supplier="Newcomer"))
    assert draw(rows, history(40, 30, 70)).mean() > draw(rows).mean() + 15


def test_later_receipts_are_not_looked_at() -> None:
    past = history(40, 40, 60, received_on=[SPRING + timedelta(days=place + 1) for place in range(40)])
    rows = legs(leg())
    assert (draw(rows, past) == draw(rows)).all()


def test_lines_of_one_supplier_share_their_delays_in_any_order() -> None:
    rows = legs(leg(), leg(mode="air"), leg(supplier="Other"), leg())
    days, reverse = draw(rows), draw(rows[::-1].reset_index(drop=True))
    assert (days[0] == days[3]).all()
    assert (days == reverse[::-1]).all()
    assert (days[0] != days[2]).any()
    assert (draw(rows, seed=2) != days).any()


def test_a_longer_typed_time_never_comes_sooner() -> None:
    short, long = draw(legs(leg(transit_days=20, transit_days_sd=4), leg(transit_days=30, transit_days_sd=6)))
    assert (long >= short).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 330), st.integers(1, 40))
def test_later_goods_never_overtake_earlier_ones(offset: int, later: int) -> None:
    rows = legs(
        *(
            leg(kind="shipment", supplier="3PL", mode="truck", transit_days=days, transit_days_sd=0)
            for days in (20, 20 + later)
        )
    )
    sooner, after = draw(rows, day=date(2026, 3, 2) + timedelta(days=offset))
    assert (after >= sooner - 1e-9).all()


def test_zero_days_typed_are_a_short_time_not_a_missing_one() -> None:
    assert draw(legs(leg(production_days=0, transit_days=0, receiving_days=0))).mean() < 4


# Closures


def shut(start: date, end: date, last_order: date | None = None) -> pd.DataFrame:
    own = pd.DataFrame(
        [{"supplier": "Ningbo", "start_date": start, "end_date": end, "reason": "move", "last_order_date": last_order}]
    )
    return all_closures(pd.DataFrame({"supplier": ["Ningbo"], "country": [None]}), own, start, end)


def test_a_closure_stops_production_for_its_length() -> None:
    rows = legs(leg(production_days=20, production_days_sd=1, transit_days=10, receiving_days=5))
    closed = shut(SPRING + timedelta(days=5), SPRING + timedelta(days=18))
    difference = draw(rows, closures=closed) - draw(rows)
    assert difference == pytest.approx(np.full_like(difference, 14.0), abs=0.01)


def test_a_closure_before_or_after_production_changes_nothing() -> None:
    rows = legs(leg(production_days=20, production_days_sd=1, transit_days=10, receiving_days=5))
    before = shut(SPRING - timedelta(days=30), SPRING - timedelta(days=10))
    after = shut(SPRING + timedelta(days=60), SPRING + timedelta(days=80))
    assert draw(rows, closures=before) == pytest.approx(draw(rows))
    assert draw(rows, closures=after) == pytest.approx(draw(rows))


def test_an_order_past_the_last_order_date_waits_for_the_end() -> None:
    closed = shut(date(2027, 1, 25), date(2027, 2, 20), date(2027, 1, 5))
    assert production_start(closed, date(2027, 1, 5)) == date(2027, 1, 5)
    assert production_start(closed, date(2027, 1, 6)) == date(2027, 2, 21)
    assert production_start(closed, date(2027, 2, 21)) == date(2027, 2, 21)


def test_chinese_new_year_comes_from_the_calendar_unless_the_supplier_told_its_own() -> None:
    suppliers = pd.DataFrame({"supplier": ["Ningbo", "Hanoi"], "country": ["CN", "VN"]})
    own = pd.DataFrame(
        [
            {
                "supplier": "Ningbo",
                "start_date": "2027-01-30",
                "end_date": "2027-02-10",
                "reason": "CNY",
                "last_order_date": None,
            }
        ]
    )
    usual = all_closures(suppliers, pd.DataFrame(), date(2027, 1, 1), date(2027, 3, 31))
    told = all_closures(suppliers, own, date(2027, 1, 1), date(2027, 3, 31))
    assert set(usual["supplier"]) == {"Ningbo"}
    assert {"slow", "stop", "ramp"} == set(usual["phase"])
    assert told["start_date"].tolist() == [date(2027, 1, 30)]


def test_ordering_into_chinese_new_year_takes_weeks_longer() -> None:
    suppliers = pd.DataFrame({"supplier": ["Ningbo"], "country": ["CN"]})
    closures = all_closures(suppliers, pd.DataFrame(), date(2026, 1, 1), date(2027, 12, 31))
    rows = legs(leg(production_days=25, transit_days=30, receiving_days=5))
    near, far = (
        draw(rows, day=date(2027, 1, 18), closures=closures),
        draw(rows, day=date(2027, 3, 22), closures=closures),
    )
    assert near.mean() > far.mean() + 21


def test_closures_in_the_past_are_not_learned_as_slow_work() -> None:
    suppliers = pd.DataFrame({"supplier": ["Ningbo"], "country": ["CN"]})
    closures = all_closures(suppliers, pd.DataFrame(), date(2022, 1, 1), date(2027, 12, 31))
    past = history(30, 60, 40)
    past["ordered_on"] = [date(2025, 1, 5)] * 30
    past["shipped_on"] = [date(2025, 3, 6)] * 30
    past["received_on"] = [date(2025, 4, 20)] * 30
    stages = next(iter(learn_lead_times(legs(leg()), past, closures, SPRING).stages.values()))
    assert stages.production is not None
    assert stages.production.observed_mean < 40


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), st.integers(0, 40), st.floats(0.5, 80))
def test_work_is_never_done_before_it_would_be_without_a_closure(begin: int, length: int, work: float) -> None:
    closed = shut(SPRING + timedelta(days=begin), SPRING + timedelta(days=begin + length))
    time = WorkingTime.of(closed, SPRING, 300)
    done = float(time.finish(np.array(0.0), np.array([work]))[0])
    assert work - 1e-6 <= done <= work + length + 1 + 1e-3


# Receiving seasons


def test_slow_receiving_in_november_december_and_around_prime_day() -> None:
    slow = slow_receiving("US", date(2026, 1, 1), 365)
    day = {name: (each - date(2026, 1, 1)).days for name, each in {
        "march": date(2026, 3, 10), "june": date(2026, 6, 10), "november": date(2026, 11, 20)}.items()}  # fmt: skip
    assert [bool(slow[day[name]]) for name in ("march", "june", "november")] == [False, True, True]


def test_arrivals_in_the_slow_season_wait_longer() -> None:
    rows = legs(leg(kind="shipment", supplier="3PL", mode="truck", transit_days=3, receiving_days=5))
    assert draw(rows, day=date(2026, 11, 9)).mean() > draw(rows, day=date(2026, 3, 9)).mean() + 4


def test_the_season_is_learned() -> None:
    usual = history(20, 20, 40)
    slow = history(20, 20, 70, reference=[f"S{place}" for place in range(20)])
    slow["ordered_on"] = [date(2024, 9, 1)] * 20
    slow["shipped_on"] = [date(2024, 9, 21)] * 20
    slow["received_on"] = [date(2024, 11, 30)] * 20
    season = learn_lead_times(legs(leg()), pd.concat([usual, slow]), NO_CLOSURES, SPRING).season
    assert season.orders == 20
    assert season.mean > season.prior_mean + 10


# Under way


def arrivals(*rows: dict[str, object]) -> pd.DataFrame:
    usual = {"ordered_on": None, "shipped_on": None, "expected_on": None, "received": 0, "status": ""}
    return pd.DataFrame([{**leg(), **usual, **row} for row in rows])


def under_way(rows: pd.DataFrame, past: pd.DataFrame = NO_HISTORY) -> np.ndarray:
    typed = legs(
        leg(
            production_days=30,
            production_days_sd=3,
            transit_days=35,
            transit_days_sd=3,
            receiving_days=5,
            receiving_days_sd=1,
        )
    )
    return draw_arrivals(rows, typed, past, NO_CLOSURES, SPRING, PATHS, 1)


def test_the_longer_under_way_the_sooner_here() -> None:
    days = under_way(
        arrivals(
            {"ordered_on": SPRING - timedelta(days=2)},
            {"ordered_on": SPRING - timedelta(days=20)},
            {"ordered_on": SPRING - timedelta(days=40), "shipped_on": SPRING - timedelta(days=10)},
            {"ordered_on": SPRING - timedelta(days=60), "shipped_on": SPRING - timedelta(days=30)},
        )
    ).mean(axis=1)
    assert (np.diff(days) < 0).all()
    assert days[0] == pytest.approx(68, rel=0.05)
    assert days[2] == pytest.approx(30, rel=0.1)


def test_late_goods_are_expected_again_not_yesterday() -> None:
    late = under_way(arrivals({"shipped_on": SPRING - timedelta(days=70)}))
    assert (late >= 1).all()
    assert np.median(late) < 40


def test_a_stated_arrival_ahead_moves_the_middle_and_a_passed_one_does_not() -> None:
    shipped = {"shipped_on": SPRING - timedelta(days=10)}
    none, later, passed = under_way(
        arrivals(
            shipped,
            {**shipped, "expected_on": SPRING + timedelta(days=60)},
            {**shipped, "expected_on": SPRING - timedelta(days=1)},
        )
    )
    assert np.median(later) == pytest.approx(np.median(none) + 0.7 * (60 - np.median(none)), abs=0.5)
    assert (passed == none).all()


def test_a_part_received_brings_the_rest_soon() -> None:
    rest = under_way(arrivals({"shipped_on": SPRING - timedelta(days=20), "received": 40}))
    assert rest.mean() == pytest.approx(5, rel=0.2)


def test_goods_without_any_date_count_as_ordered_today() -> None:
    assert under_way(arrivals({})).mean() == pytest.approx(70, rel=0.05)


def test_arrivals_in_any_order_and_none_at_all() -> None:
    rows = arrivals({"ordered_on": SPRING}, {"shipped_on": SPRING}, {"mode": "air", "shipped_on": SPRING})
    assert (under_way(rows) == under_way(rows[::-1].reset_index(drop=True))[::-1]).all()
    assert under_way(rows.iloc[:0]).shape == (0, PATHS)


# History and reports


def test_parts_of_one_order_are_one_observation_at_their_mean_unit() -> None:
    past = history(1, 20, 40)
    late = past.assign(received_on=[past["received_on"].iloc[0] + timedelta(days=30)], received=50)
    found = orders_of(pd.concat([past.assign(received=150), late]))
    assert len(found) == 1
    assert (found["received_on"].iloc[0].date() - past["received_on"].iloc[0]).days == 8  # 30 days x 50 / 200, rounded


def test_dates_that_cannot_be_are_left_out() -> None:
    past = history(3, 20, 40)
    past.loc[0, "received_on"] = past.loc[0, "ordered_on"] - timedelta(days=1)
    past.loc[1, "received_on"] = None
    assert len(orders_of(past)) == 1


def test_the_learned_are_shown_with_orders_and_weight_of_the_prior() -> None:
    frame = learn_lead_times(legs(leg(), leg(supplier="New")), history(12, 30, 45), NO_CLOSURES, SPRING).frame()
    assert frame.columns.tolist() == [
        "supplier", "mode", "destination", "marketplace", "stage", "orders", "mean", "p10", "p90", "prior_mean",
        "prior_weight",
    ]  # fmt: skip
    assert (frame["p10"] < frame["mean"]).all()
    assert (frame["mean"] < frame["p90"]).all()
    assert frame.loc[frame["supplier"] == "Ningbo", "orders"].tolist() == [12, 12]
    assert frame.loc[frame["supplier"] == "New", "prior_weight"].tolist() == [1.0, 1.0]


def test_typed_times_that_history_contradicts_are_named() -> None:
    rows = legs(leg(production_days=15, transit_days=38, receiving_days=5))
    found = contradictions(learn_lead_times(rows, history(12, 30, 45), NO_CLOSURES, SPRING))
    assert found["stage"].tolist() == ["production"]
    assert found["typed_days"].tolist() == [15]
    assert found["history_days"].iloc[0] == pytest.approx(30, abs=2)
    assert contradictions(learn_lead_times(rows, history(2, 30, 45), NO_CLOSURES, SPRING)).empty
