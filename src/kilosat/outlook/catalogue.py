"""The price models that there are, by name."""

from kilosat.definitions.findings import did_you_mean
from kilosat.outlook.bootstrap import BlockBootstrap
from kilosat.outlook.garch import GarchT
from kilosat.outlook.paths import OutlookError, PriceModel
from kilosat.outlook.walk import RandomWalk

__all__ = ["MODELS", "model_named"]

_ALL: tuple[PriceModel, ...] = (
    RandomWalk(drifting=True),
    RandomWalk(drifting=False),
    GarchT(),
    BlockBootstrap(),
)
MODELS = {model.name: model for model in _ALL}
"""In the order of the backtest table; the first is the naive reference."""


def model_named(name: str) -> PriceModel:
    """A model by its name.

    Raises:
        OutlookError: there is none of that name; it names the nearest.

    >>> model_named("garch")
    Traceback (most recent call last):
    ...
    kilosat.outlook.paths.OutlookError: 'garch' is not a price model; did you mean 'garch-t'?
    """
    if name not in MODELS:
        raise OutlookError(f"'{name}' is not a price model; {did_you_mean(name, MODELS)}")
    return MODELS[name]
