"""How soon a plan page of N SKUs is on screen, searched and opened: `python tests/benchmarks/html_paint.py [SKUS]`.

Prints one JSON object: seconds to make the page, its size, and in Chromium (median of five fresh pages) the first
paint, the table of all SKUs, one search, and one SKU's charts. The aim for 5,000 SKUs: first paint under 2 s, 15 MB.
"""

import importlib.util
import json
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from reports.html import plan_page  # noqa: E402

RUNS = 5
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SEARCH = """async () => {
  const field = document.getElementById("search");
  const start = performance.now();
  field.value = "mug";
  field.dispatchEvent(new Event("input"));
  await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""
OPEN = """async () => {
  const start = performance.now();
  document.querySelector("#grid tbody a").click();
  while (!document.querySelector("#item-view canvas")) await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"


def example(skus: int) -> Any:
    """The example plan of the tests at another size."""
    spec = importlib.util.spec_from_file_location("example", ROOT / "tests" / "reports" / "example_report.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.example_report(skus, 1)


def once(browser: Browser, file: Path) -> dict[str, float]:
    """Milliseconds in one fresh page."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    start = time.perf_counter()
    page.goto(file.as_uri(), wait_until="commit")
    page.wait_for_selector("html[data-ready]")
    times = {"table_ms": (time.perf_counter() - start) * 1000, "first_paint_ms": page.evaluate(PAINT)}
    times |= {"search_ms": page.evaluate(SEARCH), "open_sku_ms": page.evaluate(OPEN)}
    page.close()
    return times


def main(skus: int) -> None:
    """Make the page, measure it, print the figures."""
    report = example(skus)
    start = time.perf_counter()
    html = plan_page(report)
    made = time.perf_counter() - start
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        sys.exit(f"no browser found; install one of {', '.join(BROWSERS)}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "plan.html"
        file.write_bytes(html)
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        runs = [once(browser, file) for _ in range(RUNS)]
        browser.close()
    medians = {name: round(statistics.median(run[name] for run in runs)) for name in runs[0]}
    print(json.dumps({"skus": skus, "make_s": round(made, 2), "megabytes": round(len(html) / 1e6, 2), **medians}))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
