"""Values that still stand as the template wrote them."""

from collections.abc import Iterable

from kilosat.definitions.findings import Report
from kilosat.provenance import Sourced

__all__ = ["PLACEHOLDER", "report_placeholders"]

PLACEHOLDER = "PLACEHOLDER of the template"
"""The assumption of every value that the template writes."""


def report_placeholders(label: str, values: Iterable[Sourced], report: Report) -> None:
    """Note how many values nobody has filled in yet."""
    left = [value for value in values if value.assumption.startswith(PLACEHOLDER)]
    if left:
        message = f"{len(left)} values are still placeholders of the template"
        report.note(label, left[0].line, message, "replace each by a number with a source")
