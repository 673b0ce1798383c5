"""A generated seller with known truth: the demo's data, and the yardstick for replay and scenarios."""

from data.sample.generate import DEFAULT_AS_OF, generate
from data.sample.reports import write_reports
from data.sample.seller import Receipts, SampleSeller, Truth

__all__ = ["DEFAULT_AS_OF", "Receipts", "SampleSeller", "Truth", "generate", "write_reports"]
