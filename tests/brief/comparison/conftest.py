"""One comparison for all tests of this folder: Bhutan, with a plan that it cannot judge."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from kilosat.brief.comparison import Column, Task, judged, write_comparison
from kilosat.brief.comparison.contents import Comparison, comparison_of
from kilosat.definitions import (
    find_blueprint,
    find_country,
    read_blueprint,
    read_economy,
    read_plan,
)
from kilosat.definitions.market import read_market
from kilosat.definitions.price_history import read_price_history
from kilosat.prospects import Settings

BLUEPRINTS = ("bhutan-hydro", "surplus-2000mw", "one-btc-a-day", "hold-seized", "none")
YEARS = 3


@dataclass(frozen=True)
class Made:
    """A comparison, its columns and its files."""

    columns: tuple[Column, ...]
    comparison: Comparison
    html: str
    json: Path
    xlsx: Path
    steps: tuple[str, ...]

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


def make_task(names: tuple[str, ...], country: str = "bhutan") -> Task:
    plans = []
    for name in names:
        file = find_blueprint(name)
        plan = read_plan(file)
        plans.append((plan, read_blueprint(file) if plan.has_load else None))
    settings = Settings(paths=200, horizon_years=YEARS)
    economy = read_economy(find_country(country))
    return Task(economy, None, tuple(plans), read_price_history(), read_market(), settings)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    task, steps = make_task(BLUEPRINTS), []
    columns = judged(task, steps.append)
    folder = tmp_path_factory.mktemp("compare") / "out"
    html, json, xlsx = write_comparison(task, columns, folder, steps.append)
    comparison = comparison_of(task, columns, lambda step: None)
    return Made(columns, comparison, html.read_text("utf-8"), json, xlsx, tuple(steps))
