"""The report of an audit: page, workbook, JSON, tables and journals for other programs."""

from kilosat.brief.audit.write import write_audit

__all__ = ["write_audit"]
