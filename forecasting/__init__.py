"""Weekly sales in, calibrated joint demand paths out. Pure: no files, no database, no clock."""

from forecasting.accuracy import Accuracy, accuracy
from forecasting.dated import CalendarError
from forecasting.engine import Forecast, forecast
from forecasting.overrides import OverrideError
from forecasting.paths import DemandPaths
from forecasting.schema import HistoryError
from forecasting.settings import ForecastSettings

__all__ = [
    "Accuracy",
    "CalendarError",
    "DemandPaths",
    "Forecast",
    "ForecastSettings",
    "HistoryError",
    "OverrideError",
    "accuracy",
    "forecast",
]
