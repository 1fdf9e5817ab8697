"""The brief as a workbook, with live formulas where a formula can live in a cell."""

from kilosat.brief.workbook.write import write_workbook

__all__ = ["write_workbook"]
