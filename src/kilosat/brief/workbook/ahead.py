"""Sheets of the look forward: quantiles over the paths, and the backtests."""

from collections.abc import Mapping

import pandas as pd

from kilosat.brief.ahead.levels import NAMES, has_reserve, looks_ahead
from kilosat.brief.ahead.tables import BY_YEAR, INVESTMENT, RESERVE, STATE
from kilosat.brief.backtests import HASHRATE_SCORE, PRICE_SCORE, SCORES
from kilosat.brief.numbers import NO_VALUE, as_number, unit_words
from kilosat.brief.workbook.book import Book
from kilosat.figures import Graph

__all__ = ["ahead_sheets"]

_NOTE = "Quantiles over the simulated paths; each row has its own, so that rows do not add up"
_PRICE = {"price_fan": "Price of bitcoin on a date"}


def ahead_sheets(book: Book, graph: Graph) -> None:
    """A sheet for each section, and one for the backtests; none where nothing was simulated."""
    if not looks_ahead(graph):
        return
    by_year = list(BY_YEAR.items())
    _frame_sheet(book, graph, "Price ahead", dict(by_year[:1]))
    _fan_sheet(book, graph)
    _frame_sheet(book, graph, "Hash ahead", dict(by_year[1:]))
    _frame_sheet(book, graph, "Investment", {**INVESTMENT, "mine_account": "Account of the mine"})
    accounts = {"public_account": "Account of the state", "foreign_exchange": "Foreign exchange"}
    _frame_sheet(book, graph, "State", STATE | accounts)
    if has_reserve(graph):
        more = {"reserve_account": "Account", "reserve_value_by_year": "Value by years ahead"}
        _frame_sheet(book, graph, "Reserve", RESERVE | more)
    _backtest_sheet(book, graph)


def _frame_sheet(book: Book, graph: Graph, title: str, figures: Mapping[str, str]) -> None:
    """Figures below each other: a series is one row, a table has a row for each of its own."""
    columns = [("What", 40), ("Of it", 34), ("Unit", 14), *((level, 14.0) for level in NAMES)]
    sheet = book.sheet(title, [*columns, ("Figure", 28)], _NOTE)
    for name, words in figures.items():
        value, unit = graph.value(name), graph.unit(name)
        rows = [("", value)] if isinstance(value, pd.Series) else list(value.iterrows())
        for row, cells in rows:
            for column, text in enumerate((words, str(row), unit_words(unit))):
                sheet.write(column, text)
            for column, level in enumerate(NAMES):
                sheet.write(3 + column, _or_none(cells[level]), unit)
            sheet.write(3 + len(NAMES), name)
            sheet.end_row()


def _fan_sheet(book: Book, graph: Graph) -> None:
    fan, unit = graph.value("price_fan"), graph.unit("price_fan")
    columns = [("Date", 14), *((f"{level}, {unit}", 16.0) for level in fan.columns)]
    sheet = book.sheet("Price fan", columns, "Quantiles of the price over the simulated paths")
    for day, cells in fan.iterrows():
        sheet.write(0, str(day))
        for column, value in enumerate(cells):
            sheet.write(1 + column, value, unit)
        sheet.end_row()


def _backtest_sheet(book: Book, graph: Graph) -> None:
    """Both backtests; the last two columns are ratios of errors, below one where smaller."""
    heads = {"origins": "Forecasts", "windows": "Windows that do not overlap"}
    heads |= {name: f"Held by the {name[-2:]} % interval, %" for name in list(SCORES)[2:]}
    columns = [("Of", 12), ("Model and days ahead", 36), *((text, 16.0) for text in heads.values())]
    columns += [("CRPS", 12), ("CRPS, as a ratio to the reference", 18), ("Reference", 26)]
    sheet = book.sheet("Backtests", columns, "Earlier forecasts, each fitted on its own past only")
    kinds = (
        ("price", "price_backtest", PRICE_SCORE, "random walk"),
        ("hashrate", "hashrate_backtest", HASHRATE_SCORE, "hashrate that stays"),
    )
    for kind, name, score, reference in kinds:
        for row, cells in graph.value(name).iterrows():
            sheet.write(0, kind)
            sheet.write(1, str(row))
            for column, head in enumerate(heads):
                unit = "%" if head.startswith("cover") else ""
                sheet.write(2 + column, _or_none(cells[head]), unit)
            last = 2 + len(heads)
            sheet.write(last, cells["crps"])
            sheet.write(last + 1, cells[score])
            sheet.write(last + 2, reference)
            sheet.end_row()


def _or_none(value: float) -> float | str:
    """A number, or the word for none: an empty cell would read as forgotten."""
    return NO_VALUE if as_number(value) is None else value
