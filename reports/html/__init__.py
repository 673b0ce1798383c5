"""Self-contained HTML pages: the weekly plan, forecast accuracy, the replay, scenarios."""

from reports.html.accuracy import accuracy_page
from reports.html.plan import plan_page
from reports.html.replay import replay_page
from reports.html.scenario import scenario_page

__all__ = ["accuracy_page", "plan_page", "replay_page", "scenario_page"]
