"""The pages as people use them, in a real Chromium: search, sort, language, colours, address, keys, paper.

Skipped where no browser is installed, unless REPLENISH_REQUIRE_PROGRAMS=1 says that there must be one.
"""

import dataclasses
import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from reports.bundle import PlanReport
from reports.html import accuracy_page, plan_page, replay_page, scenario_page

PROGRAM = next((p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), None)
HEBREW = "שלום-\u202e77"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if PROGRAM is None:
        if os.environ.get("REPLENISH_REQUIRE_PROGRAMS") == "1":
            pytest.fail("REPLENISH_REQUIRE_PROGRAMS=1, and no chromium, chromium-browser or google-chrome is installed")
        pytest.skip("no chromium, chromium-browser or google-chrome is installed")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])


@pytest.fixture(scope="module")
def file(report: PlanReport, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "plan.html"
    path.write_bytes(plan_page(report))
    return path


@pytest.fixture
def page(browser: Browser, file: Path) -> Iterator[Page]:
    """The plan, opened; afterwards: no error was logged and nothing was asked of the network."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US", color_scheme="light")
    page, errors, requests = context.new_page(), [], []
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: (errors.append(f"a script of the data ran: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: requests.append(request.url))
    opened(page, file)
    yield page
    context.close()
    assert errors == []
    assert [url for url in requests if not url.startswith("file:")] == []


def opened(page: Page, file: Path, address: str = "") -> None:
    page.goto(file.as_uri() + address)
    page.wait_for_selector("html[data-ready]")


def first_column(page: Page) -> list[str]:
    return page.locator("#grid tbody th a").all_text_contents()


def numbers_in(page: Page, heading: str) -> list[float]:
    place = page.locator("#grid thead th").all_text_contents().index(heading) + 1
    texts = page.locator(f"#grid tbody tr > :nth-child({place})").all_text_contents()
    return [float(text.replace("$", "").replace(",", "")) for text in texts]


def test_overview_says_the_money(page: Page, report: PlanReport) -> None:
    overview = page.locator("#overview")
    totals = report.decision.totals
    expect(overview.locator(".hero-number")).to_have_text(f"${totals['expected_profit_gain']:,.0f}")
    expect(overview).to_contain_text(f"${totals['cash_purchases']:,.0f}")
    expect(page.locator("#urgent li")).to_have_count(len(report.urgent))


def test_search_finds_by_sku_title_asin_and_supplier(page: Page, report: PlanReport) -> None:
    search = page.get_by_label("Search")
    search.fill("mf-00022")
    assert first_column(page) == ["MF-00022"]
    expect(page.locator("#grid-status")).to_contain_text("1 of 40 SKUs")
    search.fill("mat yoga")
    found = report.catalogue["title"].str.contains("Yoga Mat").sum()
    assert len(first_column(page)) == found > 0
    search.fill(report.catalogue["asin"].iloc[30])
    assert report.catalogue["sku"].iloc[30] in first_column(page)
    search.fill("<bloom>")
    assert len(first_column(page)) == report.catalogue["supplier"].str.contains("<Bloom>").sum()
    search.fill("no such thing")
    assert first_column(page) == []


def test_filters_narrow_the_search(page: Page, report: PlanReport) -> None:
    page.locator("#grid").get_by_label("Marketplace").select_option("DE")
    assert len(first_column(page)) == (report.catalogue["marketplace"] == "DE").sum()
    page.locator("#grid").get_by_label("Action").select_option("buy")
    expected = report.decision.items.assign(place=report.catalogue["marketplace"])
    assert len(first_column(page)) == ((expected["place"] == "DE") & (expected["action"] == "buy")).sum()


def test_a_heading_sorts_and_sorts_back(page: Page) -> None:
    delay = numbers_in(page, "Cost of a week's delay")
    assert delay == sorted(delay, reverse=True)
    heading = page.locator("#grid thead").get_by_role("button", name="Expected profit")
    heading.click()
    gains = numbers_in(page, "Expected profit")
    assert gains == sorted(gains, reverse=True)
    expect(page.locator("#grid th[aria-sort]")).to_have_attribute("aria-sort", "descending")
    heading.click()
    assert numbers_in(page, "Expected profit") == sorted(gains)
    expect(page.locator("#grid th[aria-sort]")).to_have_attribute("aria-sort", "ascending")


def test_a_sku_has_its_address_and_its_evidence(page: Page, report: PlanReport) -> None:
    page.get_by_label("Search").fill("MF-00022")
    page.locator("#grid tbody a").click()
    expect(page).to_have_url(page.url.split("#")[0] + "#sku/US%2FMF-00022")
    view = page.locator("#item-view")
    expect(view.get_by_role("heading", level=2)).to_have_text("MF-00022")
    expect(view.locator("canvas")).to_have_count(2)
    expect(view).to_contain_text("Money per unit and where it comes from")
    gain = report.decision.items.set_index("item").loc["US/MF-00022", "profit_gain"]
    expect(view.locator(".card").first).to_contain_text(f"${gain:,.0f}")
    page.go_back()
    expect(page.locator("#plan-view")).to_be_visible()
    expect(view).to_be_hidden()


@pytest.mark.parametrize("place", range(6))
def test_a_link_opens_a_sku_whatever_its_name(page: Page, file: Path, report: PlanReport, place: int) -> None:
    item = report.items[place]
    page.goto("about:blank")
    opened(page, file, f"#sku/{quote(item, safe='')}")
    sku = report.catalogue["sku"].iloc[place]
    assert page.locator("#item-heading").text_content() == sku
    assert page.locator(".item-title").text_content() == report.catalogue["title"].iloc[place]


def test_an_address_of_no_sku_says_so(page: Page, file: Path) -> None:
    page.goto("about:blank")
    opened(page, file, "#sku/US%2F<b>gone</b>%E0%A4%A")
    expect(page.locator("#item-view")).to_contain_text("This plan has no SKU")
    page.get_by_role("link", name="Back to the plan").click()
    expect(page.locator("#plan-view")).to_be_visible()


def test_charts_show_their_figures_as_a_table(page: Page, file: Path, report: PlanReport) -> None:
    page.goto("about:blank")
    opened(page, file, f"#sku/{quote(report.items[7], safe='')}")
    page.locator("#item-view figure").nth(1).get_by_text("Figures as a table").click()
    rows = page.locator("#item-view figure").nth(1).locator("tbody tr")
    expect(rows).to_have_count(len(report.weeks))
    expect(rows.first).to_contain_text("Aug 3, 2026")
    assert page.locator("#item-view .u-wrap").first.evaluate("e => e.parentElement.getAttribute('aria-label')")


def test_corrected_weeks_are_listed_and_marked(page: Page, file: Path, report: PlanReport) -> None:
    history = report.history[report.history["correction"] != ""]
    item = history["item"].iloc[0]
    page.goto("about:blank")
    opened(page, file, f"#sku/{quote(item, safe='')}")
    page.get_by_text("Corrected weeks").click()
    listed = page.get_by_role("table", name="Weeks whose sales do not show the demand").locator("tbody tr")
    expect(listed).to_have_count(int((history["item"] == item).sum()))
    expect(page.locator("#item-view .legend").first).to_contain_text("out of stock, corrected or unknown")


def test_language_switches_words_numbers_and_charts(page: Page) -> None:
    page.get_by_label("Language").select_option("zh")
    expect(page.locator("h1")).to_have_text("每周计划")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator(".hero-number")).to_contain_text("US$")
    expect(page.locator("#stock-legend, .hero .legend").first).to_contain_text("执行本计划")
    expect(page.locator("#grid-status")).to_contain_text("40 个 SKU 中的 40 个")
    page.locator("#grid tbody a").first.click()
    expect(page.locator("#item-view")).to_contain_text("断货风险")
    page.locator("#language").select_option("en")
    expect(page.locator("#item-view")).to_contain_text("Risk of running short")
    expect(page.locator("h1")).to_have_text("Weekly plan")


def test_the_server_and_the_page_write_values_alike(page: Page) -> None:
    texts = "() => [...document.querySelectorAll('data[data-kind], [data-values]')].map((e) => e.textContent)"
    before = page.evaluate(texts)
    page.locator("#language").select_option("zh")
    page.locator("#language").select_option("en")
    assert page.evaluate(texts) == before
    assert len(before) > 100


def background(page: Page) -> str:
    return str(page.evaluate("() => getComputedStyle(document.body).backgroundColor"))


def test_colours_follow_the_system_and_the_switch(page: Page) -> None:
    light = background(page)
    page.emulate_media(color_scheme="dark")
    dark = background(page)
    assert dark != light
    page.get_by_label("Colours").select_option("light")
    assert background(page) == light
    page.emulate_media(color_scheme="light")
    page.get_by_label("Colours").select_option("dark")
    assert background(page) == dark


def test_works_from_the_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    page.keyboard.press("/")
    page.keyboard.type("MF-00022")
    assert first_column(page) == ["MF-00022"]
    page.locator("#grid tbody a").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#item-heading")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#plan-view")).to_be_visible()
    expect(page.locator("#grid tbody a")).to_be_focused()


def test_previous_and_next_follow_the_order_of_the_table(page: Page) -> None:
    page.locator("#grid thead").get_by_role("button", name="SKU").click()
    first, second = first_column(page)[:2]
    page.locator("#grid tbody a").first.click()
    expect(page.locator("#item-heading")).to_have_text(first)
    page.get_by_role("link", name="Next SKU").click()
    expect(page.locator("#item-heading")).to_have_text(second)
    page.get_by_role("link", name="Previous SKU").click()
    expect(page.locator("#item-heading")).to_have_text(first)
    expect(page.get_by_role("button", name="Previous SKU")).to_be_disabled()


def test_on_paper_the_page_is_light_whole_and_without_controls(page: Page) -> None:
    page.emulate_media(color_scheme="dark", media="print")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert background(page) == "rgb(255, 255, 255)"
    expect(page.locator("nav.sections")).to_be_hidden()
    expect(page.locator("#search")).to_be_hidden()
    figures = page.locator("#plan-view figure").count()
    expect(page.locator("#plan-view figure canvas")).to_have_count(figures)
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    expect(page.locator("nav.sections")).to_be_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize(
    ("scheme", "language", "address"),
    [
        ("light", "en", ""),
        ("dark", "zh", ""),
        ("light", "zh", "#sku/US%2FMF-00022"),
        ("dark", "en", "#sku/US%2FMF-00022"),
    ],
)
def test_axe_finds_nothing_serious(page: Page, file: Path, scheme: str, language: str, address: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto("about:blank")
    opened(page, file, address)
    page.locator("#language").select_option(language)
    page.wait_for_function("tag => document.documentElement.lang === tag", arg={"en": "en", "zh": "zh-Hans"}[language])
    found = Axe().run(page).response["violations"]
    serious = [f for f in found if f["impact"] in ("serious", "critical")]
    assert [(f["id"], [n["html"] for n in f["nodes"]][:3]) for f in serious] == []


def test_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360


def test_a_broken_file_says_what_is_missing(browser: Browser, file: Path, tmp_path: Path) -> None:
    whole = file.read_bytes()
    half = tmp_path / "half.html"
    half.write_bytes(whole[: whole.index(b'<script type="application/octet-stream" id="block-0"')])
    page = browser.new_page()
    opened(page, half, "#sku/US%2FMF-00022")
    expect(page.locator("#item-view")).to_contain_text("This file is not complete")
    page.close()


@pytest.mark.parametrize("name", ["accuracy", "replay", "scenario"])
def test_the_other_pages_draw_switch_and_pass_axe(browser: Browser, name: str, tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("html_examples", Path(__file__).with_name("html_examples.py"))
    assert spec is not None and spec.loader is not None
    examples = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(examples)
    pages = {
        "accuracy": lambda: accuracy_page(examples.example_accuracy()),
        "replay": lambda: replay_page(examples.example_replay()),
        "scenario": lambda: scenario_page(examples.example_scenarios()),
    }
    path = tmp_path / f"{name}.html"
    path.write_bytes(pages[name]())
    page, errors = browser.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    opened(page, path, "#sku/none")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("figure canvas")).to_have_count(page.locator("figure").count())
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    page.locator("#language").select_option("zh")
    expect(page.locator("nav.sections a").first).to_have_text("概览")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    serious = [f["id"] for f in Axe().run(page).response["violations"] if f["impact"] in ("serious", "critical")]
    assert (serious, errors) == ([], [])
    page.close()


def test_a_plan_without_history_opens(browser: Browser, report: PlanReport, tmp_path: Path) -> None:
    meta = dataclasses.replace(report.meta, language="zh")
    path = tmp_path / "empty.html"
    few = dataclasses.replace(report, meta=meta, urgent=report.urgent.head(0), history=report.history.head(0))
    path.write_bytes(plan_page(few))
    page = browser.new_page()
    opened(page, path, f"#sku/{quote(report.items[0], safe='')}")
    expect(page.locator("#item-view canvas")).to_have_count(2)
    page.close()
