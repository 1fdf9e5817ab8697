"""A column of the table, and what a number in it rests on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from kilosat.brief.treasuries.price import Price
from kilosat.chain.treasuries import Treasury

__all__ = ["Cell", "Column", "Ground"]

Cell = str | int | float | Decimal | bool | date | None

Ground = Literal["report", "previous", "chain", "control", "price", "cost"]
"""What a number rests on: the latest report, the one before, coins counted on
the chain, signatures of control, the price, the cost."""


@dataclass(frozen=True)
class Column:
    """A column: its key in JSON and CSV, its title for people, its unit and what it means.

    A number ``rests_on`` its grounds, whose sources and quality are its own; other cells on none.
    ``width`` is that of the workbook's column.
    """

    key: str
    title: str
    unit: str
    meaning: str
    value: Callable[[Treasury, Price | None], Cell]
    rests_on: tuple[Ground, ...] = ()
    width: float = 14.0
