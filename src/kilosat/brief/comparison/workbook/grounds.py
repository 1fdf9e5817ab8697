"""Sheets of what the comparison rests on: answer, backtests, assumptions."""

from kilosat.brief.comparison.contents import Comparison
from kilosat.brief.numbers import as_number, unit_words
from kilosat.brief.workbook.book import Book

__all__ = ["answer_sheet", "assumptions_sheet", "backtests_sheet"]

_BACKTESTS = ("price_backtest", "hashrate_backtest")


def answer_sheet(book: Book, comparison: Comparison) -> None:
    """What is said of each plan, and of the models."""
    title = f"{comparison.task.economy.name}: blueprints compared"
    sheet = book.sheet("Answer", [("Of", 34.0), ("Answer", 120.0)], title)
    plain = comparison.writer.plain
    rows = [(one.title, plain(one.text)) for one in comparison.answers]
    rows += [
        ("How far the price model held", plain(comparison.price_words)),
        ("How far the hashrate response held", plain(comparison.hashrate_words)),
        ("Written by", f"kilosat {comparison.version}"),
    ]
    for head, text in rows:
        sheet.write(0, head)
        sheet.write(1, text)
        sheet.end_row()


def backtests_sheet(book: Book, comparison: Comparison) -> None:
    """The backtests of price and hashrate, all columns, one after the other."""
    graph = comparison.graph
    tables = [(name, graph.value(graph.common(name))) for name in _BACKTESTS]
    widest = max(len(table.columns) for _, table in tables)
    heads = [("Model and horizon", 34.0), *(("", 14.0) for _ in range(widest))]
    note = "What earlier forecasts were worth; coverage in %, scores as in the documents"
    sheet = book.sheet("Backtests", heads, note)
    for name, table in tables:
        texts = [graph.label(graph.common(name)), *(str(c).replace("_", " ") for c in table)]
        for place, text in enumerate(texts):
            sheet.page.write_string(sheet.row, place, text, book.style("head"))
        sheet.end_row()
        for row, values in table.iterrows():
            sheet.write(0, str(row))
            for place, (key, value) in enumerate(values.items(), start=1):
                if as_number(value) is None:
                    sheet.page.write_string(sheet.row, place, "none", book.style("absent"))
                else:
                    style = book.style(_format(str(key)))
                    sheet.page.write_number(sheet.row, place, float(value), style)
            sheet.end_row()
        sheet.end_row()


def _format(column: str) -> str:
    """Counts whole, coverage in percent with one decimal, scores with three."""
    if column in ("origins", "windows"):
        return "#,##0"
    return "0.0" if column.startswith("cover_") else "0.000"


def assumptions_sheet(book: Book, comparison: Comparison) -> None:
    """All assumed inputs, and how many cells of the table rest on each."""
    heads = [
        ("Input", 34.0),
        ("Value", 16.0),
        ("Unit", 14.0),
        ("Plans", 30.0),
        ("What is assumed", 70.0),
        ("Cells that rest on it", 12.0),
        ("Written at", 36.0),
    ]
    sheet = book.sheet("Assumptions", heads, "Assumed inputs below the table Comparison")
    for one in comparison.assumed:
        entry = one.entry
        number = as_number(entry.value)
        text = entry.value if isinstance(entry.value, str) else "table or list"
        # The plans that make it stand in a column of their own.
        sheet.write(0, entry.name.rpartition("/")[2])
        sheet.write(1, text if number is None else number, entry.unit)
        sheet.write(2, unit_words(entry.unit))
        sheet.write(3, ", ".join(one.plans))
        sheet.write(4, entry.assumption)
        sheet.write(5, one.cells)
        sheet.write(6, entry.place)
        sheet.end_row()
