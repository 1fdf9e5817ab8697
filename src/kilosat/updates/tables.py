"""The tables that an update starts from, as cells of text, and how new rows are written."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pandas as pd

from kilosat.definitions.data_folder import DataFolderError, in_folder
from kilosat.definitions.history import HistoryError, read_epochs, read_network, read_prices
from kilosat.quantities import SATS_PER_BTC
from kilosat.updates.errors import UpdateError

__all__ = ["EPOCHS", "HASHPRICES", "NETWORK", "PRICES", "Base", "Rows", "read_base"]

EPOCHS = "difficulty_epochs.csv"
NETWORK = "network_history.csv"
PRICES = "btc_usd_daily.csv"
HASHPRICES = "network_daily.csv"
COLUMNS = {
    EPOCHS: ("epoch", "start_height", "start_time_utc", "start_time_source", "difficulty"),
    NETWORK: ("date", "blocks", "difficulty_mean", "subsidy_btc", "fees_btc"),
    PRICES: ("date", "close_usd"),
    HASHPRICES: (
        "date",
        "difficulty_mean",
        "hashprice_subsidy_only_usd_per_phs_day",
        "hashprice_usd_per_phs_day",
    ),
}

Rows = dict[str, tuple[str, ...]]
"""Rows of a table by their first cell, in order; rows that stay keep their very text."""


@dataclass(frozen=True)
class Base:
    """What is there before an update: that of the folder, or what ships.

    ``epochs``, ``network`` and ``closes`` are as ``definitions.history`` reads them.
    """

    epochs: pd.DataFrame
    network: pd.DataFrame
    closes: "pd.Series[float]"
    rows: Mapping[str, Rows]

    @property
    def last_price(self) -> date:
        """The last day with a price."""
        day: date = self.closes.index[-1]
        return day


def read_base(folder: Path) -> Base:
    """Read and check the tables that an update starts from.

    Raises:
        UpdateError: one of them cannot be read as it should.
    """
    try:
        places = {name: Path(str(in_folder(folder, name).place)) for name in COLUMNS}
        return Base(
            read_epochs(places[EPOCHS]).value,
            read_network(places[NETWORK]).value,
            read_prices(places[PRICES]).value,
            {name: _rows(place, COLUMNS[name]) for name, place in places.items()},
        )
    except (DataFolderError, HistoryError) as error:
        raise UpdateError(str(error).splitlines()) from None


def _rows(place: Path, columns: tuple[str, ...]) -> Rows:
    cells = csv.DictReader(io.StringIO(place.read_text("utf-8-sig"), newline=""))
    # An own table of prices may call its column 'close'.
    rows = [[(row.get(c) or row.get("close") or "").strip() for c in columns] for row in cells]
    return {row[0]: tuple(row) for row in rows if any(row)}


def text_of(name: str, rows: Rows) -> str:
    """A table as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS[name])
    writer.writerows(rows.values())
    return out.getvalue()


def btc_text(sats: int) -> str:
    """An amount in BTC, exact and without zeros at the end.

    >>> btc_text(312_500_000), btc_text(5_000_000_000)
    ('3.125', '50')
    """
    text = f"{Decimal(sats) / SATS_PER_BTC:.8f}"
    return text.rstrip("0").rstrip(".")


def difficulty_text(difficulty: Fraction | float) -> str:
    """A difficulty to two decimals, small ones to ten digits, as the shipped tables have it.

    >>> difficulty_text(Fraction(3, 2)), difficulty_text(124932866006548.157)
    ('1.5', '124932866006548.16')
    """
    number = float(difficulty)
    return f"{number:.2f}" if number >= 1e8 else f"{number:.10g}"
