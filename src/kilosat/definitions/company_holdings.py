"""Companies: holdings of bitcoin as they reported them, one row a report."""

import csv
from datetime import date
from importlib.resources import files

import pandas as pd

from kilosat.definitions.history import HistoryError, read_day, read_history_source
from kilosat.provenance import Source, Sourced
from kilosat.quantities import FINAL_SUPPLY_SATS, UnitError, sats_from_btc

__all__ = ["read_company_holdings"]

_NAME = "company_holdings.csv"


def read_company_holdings() -> Sourced:
    """Reported holdings by company and day, in the order of the file.

    Columns ``company``, ``day``, ``sats`` (whole), ``stated in`` (what the company or the press
    said it in). A row whose name says *aggregate* is a sum over companies, no company. The list is
    not complete, and it does not hold the number of shares.

    Raises:
        HistoryError: a row has no company, no day or no amount of coins.
    """
    text = (files("kilosat") / "data" / "bitcoin" / _NAME).read_text("utf-8")
    rows: list[list[object]] = []
    labels: list[str] = []
    sources: list[Source] = []
    for line, row in enumerate(csv.DictReader(text.splitlines()), start=2):
        day, sats = _read(row, line)
        label = f"{row['company']} {day}"
        label += f" ({labels.count(label) + 1})" if label in labels else ""
        labels.append(label)
        rows.append([row["company"], day, sats, row["stated_source"], "reported", label])
        address = row["source"] if row["source"].startswith("http") else ""
        note = "" if address else row["source"]
        sources.append(Source(label, row["stated_source"], row["company"], address, day, note=note))
    columns = ["company", "day", "sats", "stated in", "quality", "source"]
    table = pd.DataFrame(rows, labels, columns)
    source = read_history_source(_NAME)
    return Sourced(
        table, "", "reported", source, as_of=source.as_of, file=_NAME, row_sources=tuple(sources)
    )


def _read(row: dict[str, str], line: int) -> tuple[date, int]:
    try:
        day, sats = read_day(row["date"]), sats_from_btc(row["btc"])
    except (HistoryError, UnitError) as error:
        raise HistoryError(f"{_NAME}:{line}: {error}") from None
    if not row["company"] or not 0 <= sats <= FINAL_SUPPLY_SATS:
        raise HistoryError(f"{_NAME}:{line}: a company and 0 to 21 million BTC are due here")
    return day, sats
