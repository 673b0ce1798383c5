"""Level models: each gives the demand per week a SKU stands at, season and events taken out."""

from forecasting.levels.base import LevelModel
from forecasting.levels.classical import ClassicalLevel
from forecasting.levels.exponential import ExponentialLevel

__all__ = ["ClassicalLevel", "ExponentialLevel", "LevelModel"]
