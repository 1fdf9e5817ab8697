"""The comparison as a workbook, with live formulas for what is a product or a share."""

from kilosat.brief.comparison.workbook.write import write_comparison_workbook

__all__ = ["write_comparison_workbook"]
