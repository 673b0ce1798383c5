"""All baselines in the order of the tables."""

from policies.rules import Rule
from policies.rules.amazon import AmazonWeights
from policies.rules.lingxing import LingxingWeights
from policies.rules.profile import SeasonalProfile
from policies.rules.safety_stock import SafetyStock
from policies.rules.velocity import VelocityCover
from policies.rules.wimoor import Wimoor


def baselines() -> tuple[Rule, ...]:
    """With their defaults."""
    return (VelocityCover(), AmazonWeights(), LingxingWeights(), Wimoor(), SafetyStock(), SeasonalProfile())
