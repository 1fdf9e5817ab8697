"""The columns of the table, once for all its forms, in the order of the files."""

from kilosat.brief.treasuries.chain_columns import CHAIN
from kilosat.brief.treasuries.column import Column
from kilosat.brief.treasuries.money_columns import MONEY
from kilosat.brief.treasuries.report_columns import HISTORY, REPORTED, SOURCE, WHO

__all__ = ["COLUMNS"]

COLUMNS: tuple[Column, ...] = (*WHO, *REPORTED, *MONEY, *CHAIN, *HISTORY, *SOURCE)
