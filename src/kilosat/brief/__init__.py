"""The brief: what a study found, as a page, as JSON and as a workbook."""

from kilosat.brief.write import write_brief

__all__ = ["write_brief"]
