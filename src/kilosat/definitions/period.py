"""The hours that a country's tables cover."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

__all__ = ["LONGEST_PERIOD_DAYS", "Period"]

LONGEST_PERIOD_DAYS = 3 * 366
"""A longer period is a slip of the pen, and would only be found after reading millions of hours."""


@dataclass(frozen=True)
class Period:
    """Whole days from ``start`` to ``end``, ``end`` not included, in the country's own clock.

    >>> two_days = Period(date(2025, 1, 31), date(2025, 2, 2))
    >>> two_days.count, dict(two_days.hours_by_month)
    (48, {'2025-01': 24, '2025-02': 24})
    """

    start: date
    end: date

    @property
    def count(self) -> int:
        """Number of hours."""
        return (self.end - self.start).days * 24

    @cached_property
    def hours(self) -> tuple[datetime, ...]:
        """The beginnings of all hours."""
        first = datetime(self.start.year, self.start.month, self.start.day)
        return tuple(first + timedelta(hours=hour) for hour in range(self.count))

    @cached_property
    def hours_by_month(self) -> Counter[str]:
        """How many hours of each month (``2025-01``) belong to the period."""
        days = (self.start + timedelta(days=day) for day in range((self.end - self.start).days))
        months: Counter[str] = Counter()
        for day in days:
            months[f"{day.year:04d}-{day.month:02d}"] += 24
        return months

    @property
    def months(self) -> tuple[str, ...]:
        """The months of the period, in order."""
        return tuple(self.hours_by_month)
