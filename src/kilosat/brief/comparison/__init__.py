"""Several blueprints in one country side by side: one page, one workbook, one JSON file."""

from kilosat.brief.comparison.columns import Column, Task, judged
from kilosat.brief.comparison.write import write_comparison

__all__ = ["Column", "Task", "judged", "write_comparison"]
