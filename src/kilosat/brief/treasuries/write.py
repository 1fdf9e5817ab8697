"""The table as files in a folder."""

import json
from pathlib import Path

from kilosat.brief.treasuries.price import Price
from kilosat.brief.treasuries.record import (
    treasuries_csv,
    treasuries_history_csv,
    treasuries_record,
)
from kilosat.chain.treasuries import TreasuryTable

__all__ = ["json_text", "write_treasuries"]


def json_text(table: TreasuryTable, price: Price | None) -> str:
    """The record of the table as JSON."""
    record = treasuries_record(table, price)
    return json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_treasuries(table: TreasuryTable, price: Price | None, folder: Path) -> tuple[Path, ...]:
    """Write CSV (holders, and their history), JSON and the workbook; their paths.

    Raises:
        OSError: folder or file cannot be written.
    """
    from kilosat.brief.treasuries.workbook import write_treasuries_workbook

    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "treasuries.csv": treasuries_csv(table, price),
        "treasuries-history.csv": treasuries_history_csv(table),
        "treasuries.json": json_text(table, price),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    workbook = folder / "treasuries.xlsx"
    write_treasuries_workbook(table, workbook, price)
    return (*(folder / name for name in texts), workbook)
