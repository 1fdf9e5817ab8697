"""Why a reader should not take a figure of the table as it stands."""

import re
from collections.abc import Iterator
from decimal import Decimal

from kilosat.chain.treasuries.report import HoldingReport
from kilosat.chain.treasuries.treasury import Treasury
from kilosat.quantities import SATS_PER_BTC

__all__ = ["doubts"]

_DAY_UNSURE = re.compile(r"undated|approximate|month only|date not stated")
_HELD_BY_OTHERS = re.compile(r"\breceivable\b|\bETF\b|\bpledged\b")
_APART_DAYS = 1


def doubts(row: Treasury) -> tuple[str, ...]:
    """What speaks against the figures of a holder, in words; empty where nothing is known."""
    return (*_of_report(row), *_of_evidence(row))


def _of_report(row: Treasury) -> Iterator[str]:
    if row.is_low_confidence:
        yield "low confidence"
    if row.is_disputed:
        said = " / ".join(f"{_btc(report.sats)} by {report.reporter}" for report in row.latest)
        yield f"reports of the same day disagree: {said}"
    if row.report.quality == "derived":
        yield "derived from other figures, not stated itself"
    words = _words(row.report)
    if _DAY_UNSURE.search(words):
        yield "the day is not certain"
    if _HELD_BY_OTHERS.search(words):
        yield "part of it is lent, pledged or held through a fund: see what it is stated in"


def _of_evidence(row: Treasury) -> Iterator[str]:
    if row.verified is None:
        return
    if row.verified.sats > row.sats:
        yield "more was found on the chain than is reported"
    if row.verified.day is not None:
        apart = (row.verified.day - row.report.day).days
        if abs(apart) > _APART_DAYS:
            when = "after" if apart > 0 else "before"
            yield f"counted on the chain {abs(apart):,} days {when} the report"


def _words(report: HoldingReport) -> str:
    return f"{report.reporter} {report.note}"


def _btc(sats: int) -> str:
    return f"{Decimal(sats) / SATS_PER_BTC:,f}"
