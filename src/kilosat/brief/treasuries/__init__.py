"""The table of treasuries for people and programs: text, CSV, JSON and a workbook."""

from kilosat.brief.treasuries.columns import COLUMNS
from kilosat.brief.treasuries.price import Price
from kilosat.brief.treasuries.record import (
    treasuries_csv,
    treasuries_history_csv,
    treasuries_record,
)
from kilosat.brief.treasuries.text import history_text, treasuries_text
from kilosat.brief.treasuries.write import write_treasuries

__all__ = [
    "COLUMNS",
    "Price",
    "history_text",
    "treasuries_csv",
    "treasuries_history_csv",
    "treasuries_record",
    "treasuries_text",
    "write_treasuries",
]
