"""Tables and paragraphs of the text reports."""

import textwrap
from collections.abc import Callable, Sequence

import pandas as pd

__all__ = ["number", "section", "wrapped"]

_WIDTH = 100


def section(title: str, titles: list[str], rows: list[list[str]], notes: Sequence[str]) -> str:
    """A title, a table and its notes; says so where the table has no rows."""
    lines = [title, *_table(titles, rows)] if rows else [title, "  none to this day"]
    return "\n".join([*lines, *(line for note in notes for line in wrapped(note))])


def _table(titles: list[str], rows: list[list[str]]) -> list[str]:
    """Columns side by side; those whose cells are numbers stand to the right."""
    columns = list(zip(titles, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    right = [all(cell[-1:].isdigit() and "-" not in cell[1:] for cell in c[1:]) for c in columns]
    return [
        "  " + "  ".join(_side(right[i])(cell, widths[i]) for i, cell in enumerate(row)).rstrip()
        for row in [titles, *rows]
    ]


def _side(right: bool) -> Callable[[str, int], str]:
    return str.rjust if right else str.ljust


def wrapped(text: str) -> list[str]:
    """Lines of a width at which no address is broken."""
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent="  ",
        subsequent_indent="    ",
        break_on_hyphens=False,
        break_long_words=False,
    )


def number(value: float, digits: int = 0) -> str:
    """A number with separators of thousands, or that it is not known.

    >>> number(1234.5, 1), number(float("nan"))
    ('1,234.5', 'not known')
    """
    return "not known" if pd.isna(value) else f"{value:,.{digits}f}"
