"""Price paths from the user's CSV: a column ``day`` and one column of prices for each path."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kilosat.definitions.csv_table import read_csv
from kilosat.definitions.findings import DefinitionError, Report, file_label
from kilosat.definitions.table_specs import Column, TableSpec
from kilosat.definitions.text_file import read_text
from kilosat.outlook.paths import OutlookError
from kilosat.outlook.streams import Floats

__all__ = ["OwnPaths", "StartedPaths", "read_own_paths"]


@dataclass(frozen=True, eq=False)
class OwnPaths:
    """The user's paths: log price by path (rows) on ``days`` after the as-of date (columns)."""

    label: str
    days: tuple[int, ...]
    log_prices: Floats

    @property
    def record(self) -> str:
        """How many there are, and where they come from."""
        return f"{len(self.log_prices):,} paths from {self.label}"

    def starting(self, price_usd: float) -> "StartedPaths":
        """The paths as returns from the price of the as-of date."""
        return StartedPaths(self, float(np.log(price_usd)))


@dataclass(frozen=True, eq=False)
class StartedPaths:
    """The user's paths, drawn as if from a model."""

    own: OwnPaths
    log_start: float

    def block(self, rng: np.random.Generator, paths: int, days: Sequence[int]) -> Floats:
        """Whole paths of the file, drawn with replacement.

        Raises:
            OutlookError: a day is asked for that the file does not have.
        """
        missing = [day for day in days if day not in self.own.days]
        if missing:
            raise OutlookError(
                f"{self.own.label} has no prices for day {missing[0]}: ask for days that it has, "
                f"up to {self.own.days[-1]:,}"
            )
        columns = [self.own.days.index(day) for day in days]
        chosen = rng.integers(0, len(self.own.log_prices), paths)
        moves: Floats = self.own.log_prices[chosen][:, columns] - self.log_start
        return moves

    def record(self) -> str:
        """Where they come from."""
        return self.own.record


def read_own_paths(path: Path) -> OwnPaths:
    """Read a CSV whose column ``day`` counts days after the as-of date, rising.

    Raises:
        DefinitionError: all that is wrong with the file.
    """
    report = Report()
    text = read_text(path, report)
    header = [cell.strip() for cell in (text or "day").splitlines()[0].split(",")]
    names = list(dict.fromkeys(name for name in header if name != "day"))
    label = file_label(path)
    if text is not None and not names:
        report.error(label, 1, "there is no column of prices", "add one column for each path")
    prices = tuple(Column(name, "number", "price in USD per BTC", "(0, inf)") for name in names)
    day = Column("day", "number", "days after the as-of date: 1, 2, 3", "[1, 36525]")
    spec = TableSpec("own paths", "the user's price paths", (day, *prices), unique=())
    table = read_csv(path, spec, report, open_ended=False) if text is not None else None
    if table is not None and not report.has_errors:
        days = table.frame["day"]
        for line, _ in table.where((days.diff().fillna(1.0) <= 0) | (days % 1.0 != 0)):
            remedy = "number the days 1, 2, 3 and sort the rows"
            report.cell(label, line, "day", "order", "days must be whole and rise", remedy)
    report.raise_errors()
    if table is None:
        raise DefinitionError(report.findings())
    whole = tuple(int(day) for day in table.frame["day"])
    log_prices = np.log(table.frame[names].to_numpy(dtype=np.float64)).T
    return OwnPaths(label, whole, log_prices)
