"""The audit as a workbook: satoshis as numbers, BTC beside them by formula."""

from kilosat.brief.audit.workbook.write import write_audit_workbook

__all__ = ["write_audit_workbook"]
