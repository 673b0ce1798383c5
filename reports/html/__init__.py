"""Self-contained HTML pages: the weekly plan, forecast accuracy, replay, scenarios."""

from reports.html.plan import plan_page

__all__ = ["plan_page"]
