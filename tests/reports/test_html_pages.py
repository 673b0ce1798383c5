"""The accuracy, replay and scenario pages: what they say, and that any text and any gap is safe in them."""

import dataclasses
import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from reports.html import accuracy_page, replay_page, scenario_page
from reports.html.scenario import _by_plan, _volume


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


example = _load("html_examples")
PAGES: dict[str, tuple[Callable[[Any], bytes], Callable[[], Any]]] = {
    "accuracy": (accuracy_page, example.example_accuracy),
    "replay": (replay_page, example.example_replay),
    "scenario": (scenario_page, example.example_scenarios),
}


def words(html: bytes) -> str:
    """The text of the page before its scripts, elements left out."""
    body = html.decode().split("<body>")[1].split("<script")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body))


def test_accuracy_names_our_error_and_the_best_other_method() -> None:
    text = words(accuracy_page(example.example_accuracy()))
    assert "Error (WAPE), 8 weeks ahead 22.0% best other method, AutoETS: 27.0%" in text
    assert "Classes that failed the check of their bands" in text
    assert "similar items&#39; first weeks" in text


def test_replay_says_what_we_earn_more_and_how_sure_that_is() -> None:
    text = words(replay_page(example.example_replay()))
    assert "than velocity x cover, the best of the others $42,500" in text
    assert "Knowing the future would have earned $28,300 more still" in text
    table = text[text.index("Our profit against each policy") :]
    assert table.index("✓ yes") < table.index("actual history") < table.index("✗ no")


def test_a_replay_that_lost_says_so() -> None:
    replay = example.example_replay()
    worse = replay.policies.assign(
        profit=replay.policies["profit"].where(replay.policies["policy"] != "replenish", 300_000.0)
    )
    html = replay_page(dataclasses.replace(replay, policies=worse))
    assert "-$10,200" in words(html)
    assert b"hero-number worse" in html


def test_scenarios_name_the_robust_plan_and_its_worst_world() -> None:
    text = words(scenario_page(example.example_scenarios()))
    assert "Most robust plan black-friday" in text
    assert "if base comes true" in text
    assert "air by 2 October" in text


def test_scenarios_tell_what_is_left_after_the_peak_and_what_keeping_it_costs() -> None:
    text = words(scenario_page(example.example_scenarios()))
    table = text[text.index("After the event: what is left and what comes back") :]
    assert "black-friday Black Friday Dec 7, 2026 2,400 $14,400 6.0 $1,050 $260 190 110" in table


def test_capacity_is_a_row_per_month_and_a_column_per_scenario() -> None:
    scenarios = example.example_scenarios()
    table = _volume(scenarios.volume, list(scenarios.scenarios["scenario"]))
    assert len(table.rows) == 5
    shares = [row["share 1"] for row in table.rows]
    mine = scenarios.volume[scenarios.volume["scenario"] == scenarios.scenarios["scenario"].iloc[1]]
    assert shares == pytest.approx((mine["volume_m3"] / mine["limit_m3"]).tolist())


def test_the_robust_plan_has_the_smallest_worst_regret() -> None:
    regret = example.example_scenarios().regret
    got = _by_plan(regret)
    worst = regret.groupby("plan")["regret"].max()
    assert got["worst"].tolist() == sorted(worst)
    assert got["plan"].iloc[0] == worst.idxmin()


@pytest.mark.parametrize("name", PAGES)
def test_an_empty_frame_leaves_its_section_out(name: str) -> None:
    render, make = PAGES[name]
    page = make()
    main = {"accuracy": "scores", "replay": "policies", "scenario": "scenarios"}[name]
    frames = [f.name for f in dataclasses.fields(page) if isinstance(getattr(page, f.name), pd.DataFrame)]
    for frame in frames:
        kept = getattr(page, frame).head(0) if frame == main else pd.DataFrame()
        assert render(dataclasses.replace(page, **{frame: kept}))
    bare = {f: pd.DataFrame() if f != main else getattr(page, f).head(0) for f in frames}
    assert "nothing to show" in words(render(dataclasses.replace(page, **bare)))


@pytest.mark.parametrize("name", PAGES)
def test_hostile_text_adds_no_element(name: str) -> None:
    render, make = PAGES[name]
    page = make()
    hostile = "</script><script>alert(1)</script>\"'><img src=x>"
    changes: dict[str, Any] = {"summary": hostile, "warnings": (hostile,)}
    for field in dataclasses.fields(page):
        frame = getattr(page, field.name)
        if isinstance(frame, pd.DataFrame):
            texts = [c for c in frame.columns if frame[c].map(type).eq(str).all() and c != "class"]
            changes[field.name] = frame.assign(**{c: frame[c] + hostile for c in texts})
    for key in ("ours", "base", "clairvoyant"):
        if hasattr(page, key):
            changes[key] = getattr(page, key) + hostile
    html = render(dataclasses.replace(page, **changes))
    assert html.count(b"<script") == render(page).count(b"<script")
    assert b"<img" not in html
    assert hostile not in html.decode()


@pytest.mark.parametrize("name", PAGES)
def test_missing_numbers_are_dashes(name: str) -> None:
    render, make = PAGES[name]
    page = make()
    changes = {}
    for field in dataclasses.fields(page):
        frame = getattr(page, field.name)
        if isinstance(frame, pd.DataFrame) and len(frame):
            numbers = [c for c in frame.select_dtypes("number").columns if c != "length"]
            changes[field.name] = frame.astype(dict.fromkeys(numbers, float)).assign(**dict.fromkeys(numbers, np.nan))
    text = words(render(dataclasses.replace(page, **changes)))
    assert not re.search(r"\b(nan|NaN|inf|None|NaT)\b", text)
    assert "–" in text


@pytest.mark.parametrize("name", PAGES)
def test_opens_in_chinese(name: str) -> None:
    render, make = PAGES[name]
    page = make()
    html = render(dataclasses.replace(page, header=dataclasses.replace(page.header, language="zh")))
    assert '<html lang="zh-Hans"' in html.decode()
    assert "概览" in words(html)
