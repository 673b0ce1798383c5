"""The plan page as a file: whole, escaped, without network, and true to the plan's numbers."""

import dataclasses
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd
import pytest

from reports.bundle import PlanReport
from reports.html import plan_items, plan_page
from reports.html.packing import unpack


class _Page(HTMLParser):
    """What a browser sees: elements with attributes, and the text of scripts."""

    def __init__(self, html: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.text: list[str] = []
        self.feed(html.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append((dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.lasttag == "script":
            attributes, text = self.scripts[-1]
            self.scripts[-1] = (attributes, text + data)
        self.text.append(data)

    def block(self, name: str) -> Any:
        return unpack(next(text for attributes, text in self.scripts if attributes.get("id") == name))


@pytest.fixture(scope="module")
def page(report: PlanReport) -> _Page:
    return _Page(plan_page(report))


def test_nothing_is_loaded_and_one_script_may_run(page: _Page) -> None:
    for tag, attributes in page.elements:
        assert tag not in ("link", "img", "iframe", "object", "form", "base")
        assert not {"src", "srcset", "action"} & set(attributes)
        assert (attributes.get("href") or "#").startswith("#")
        assert not [name for name in attributes if name.startswith("on")]
    run = [text for attributes, text in page.scripts if "type" not in attributes]
    assert len(run) == 1
    policy = next(a["content"] for tag, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert "default-src 'none'" in policy
    assert re.search(r"script-src 'sha256-[\w+/]{43}='", policy)


def test_hostile_texts_are_text(report: PlanReport, page: _Page) -> None:
    html = plan_page(report).decode()
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "<b>BOLD" not in html
    assert "Yiwu &lt;Bloom&gt; &amp; Sons" in html
    assert "Yiwu <Bloom> & Sons: Trading Ltd." in "".join(page.text)
    items = page.block("items")
    assert items["title"]["texts"][1] == "</script><script>alert('title')</script>"


HOSTILE = (
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "\u2028\u2029",
    "' onmouseover='x",
    "\u202egnp.exe",
    "\ud800",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_in_every_field_adds_no_element(report: PlanReport, page: _Page, text: str) -> None:
    def spoiled(frame: pd.DataFrame) -> pd.DataFrame:
        kept = {"item", "marketplace", "mode", "action", "currency", "price_currency", "cost_currency"}
        texts = [c for c in frame.columns if c not in kept and frame[c].map(type).eq(str).all() and len(frame)]
        return frame.assign(**dict.fromkeys(texts, text))

    frames = {
        f.name: spoiled(v) for f in dataclasses.fields(report) if isinstance(v := getattr(report, f.name), pd.DataFrame)
    }
    limits = spoiled(report.decision.limits)
    decision = dataclasses.replace(report.decision, limits=limits, items=spoiled(report.decision.items))
    meta = dataclasses.replace(report.meta, seller=text, plan_id=text)
    got = _Page(plan_page(dataclasses.replace(report, meta=meta, decision=decision, warnings=(text,), **frames)))
    assert len(got.scripts) == len(page.scripts)
    assert {tag for tag, _ in got.elements} <= {tag for tag, _ in page.elements}
    assert {name for _, a in got.elements for name in a} <= {name for _, a in page.elements for name in a}


def test_each_sku_is_in_the_table_with_its_figures(report: PlanReport, page: _Page) -> None:
    table = page.block("items")
    assert table["item"] == list(report.items)
    items = report.decision.items
    assert table["buy"] == items["buy"].astype(int).tolist()
    np.testing.assert_allclose(table["profit_gain"], items["profit_gain"], atol=0.005)
    cost = report.decision.purchases.groupby("item")["landed_cost"].sum().reindex(report.items).fillna(0)
    np.testing.assert_allclose(table["cash"], cost, atol=0.005)


def test_history_and_paths_come_back_within_rounding(report: PlanReport, page: _Page) -> None:
    block = page.block("block-0")
    for place in (0, 7, 39):
        past = report.history[report.history["item"] == report.items[place]].reset_index(drop=True)
        start = block["history"]["start"][place]
        assert block["history"]["units"][place] == past["units"].astype(int).tolist()[start:]
        demand = past["units"] + np.array(block["history"]["beyond"][place]) / 10
        np.testing.assert_allclose(demand, past["demand"], atol=0.051)
    np.testing.assert_allclose(np.array(block["forecast"][0]) / 10, report.forecast_mean, atol=0.051)
    projection = report.decision.projection
    np.testing.assert_allclose(np.array(block["projection"][5]) / 10, projection.high_with, atol=0.051)


def test_evidence_of_a_sku_is_its_own(report: PlanReport, page: _Page) -> None:
    arrivals = page.block("block-0")["evidence"]["arrivals"]
    for place, item in enumerate(report.items):
        mine = report.arrivals.loc[report.arrivals["item"] == item, "units"].tolist()
        assert arrivals["units"][arrivals["at"][place] : arrivals["at"][place + 1]] == mine


def test_order_of_rows_does_not_matter(report: PlanReport) -> None:
    shuffled = {
        name: getattr(report, name).sample(frac=1, random_state=4) for name in ("history", "catalogue", "components")
    }
    assert plan_page(dataclasses.replace(report, **shuffled)) == plan_page(report)


def test_the_most_urgent_keep_their_charts_when_there_are_too_many(report: PlanReport, monkeypatch: Any) -> None:
    monkeypatch.setattr(plan_items, "DETAILED", 10)
    monkeypatch.setattr(plan_items, "BLOCK", 4)
    page = _Page(plan_page(report))
    place = np.array(page.block("items")["place"])
    urgency = report.decision.items["urgency"].to_numpy()
    assert sorted(place[place >= 0]) == list(range(10))
    assert urgency[place >= 0].min() >= urgency[place < 0].max()
    assert [len(page.block(f"block-{n}")["forecast"][0]) for n in range(3)] == [4, 4, 2]


def test_a_plan_with_nothing_in_it_is_a_page(report: PlanReport) -> None:
    empty = {
        f.name: v.head(0) for f in dataclasses.fields(report) if isinstance(v := getattr(report, f.name), pd.DataFrame)
    }
    decision = dataclasses.replace(
        report.decision,
        purchases=report.decision.purchases.head(0),
        shipments=report.decision.shipments.head(0),
        limits=report.decision.limits.head(0),
        totals={},
    )
    kept = {"catalogue": report.catalogue}
    page = _Page(plan_page(dataclasses.replace(report, **(empty | kept), decision=decision)))
    assert "Nothing is urgent." in page.text
    frames = dict.fromkeys(empty, pd.DataFrame())
    assert plan_page(dataclasses.replace(report, **(frames | kept), decision=decision))


def test_missing_figures_are_dashes(report: PlanReport) -> None:
    gone = {"weekly_demand": np.nan, "cover_before": np.inf, "reason": None, "action": None}
    decision = dataclasses.replace(report.decision, items=report.decision.items.assign(**gone))
    html = plan_page(dataclasses.replace(report, decision=decision, urgent=report.urgent.assign(by_when=None))).decode()
    assert not re.search(r">\s*(nan|inf|None|NaT)\b", html)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "This week's orders"), ("zh-CN", "本周采购与发货"), ("xx", "Sources")]
)
def test_the_page_opens_in_the_plans_language(report: PlanReport, language: str, words: str) -> None:
    meta = dataclasses.replace(report.meta, language=language)
    assert words in _Page(plan_page(dataclasses.replace(report, meta=meta))).text


def test_five_thousand_skus_fit_into_fifteen_megabytes(make_report: Callable[..., PlanReport]) -> None:
    assert len(plan_page(make_report(5_000, 1))) <= 15_000_000
