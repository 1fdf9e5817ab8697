"""The table as a workbook with live formulas."""

from kilosat.brief.treasuries.workbook.write import write_treasuries_workbook

__all__ = ["write_treasuries_workbook"]
