"""Price paths with their backtest: what bitcoin may cost, and how far to trust the answer."""

from kilosat.outlook.backtest import backtest, choose_default, forecasts, monthly_origins, rescored
from kilosat.outlook.catalogue import MODELS, model_named
from kilosat.outlook.inputs import OUTLOOK_STAGES, outlook_inputs, read_backtest
from kilosat.outlook.own_paths import read_own_paths
from kilosat.outlook.paths import FittedModel, OutlookError, PriceModel, simulate
from kilosat.outlook.report import backtest_markdown, outlook_report

__all__ = [
    "MODELS",
    "OUTLOOK_STAGES",
    "FittedModel",
    "OutlookError",
    "PriceModel",
    "backtest",
    "backtest_markdown",
    "choose_default",
    "forecasts",
    "model_named",
    "monthly_origins",
    "outlook_inputs",
    "outlook_report",
    "read_backtest",
    "read_own_paths",
    "rescored",
    "simulate",
]
