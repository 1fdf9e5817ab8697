"""What coins cost their holder, where anybody stated it; nothing is filled in where nobody did."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kilosat.chain.treasuries.read import EL_SALVADOR, STRATEGY, STRATEGY_FILE
from kilosat.chain.treasuries.report import HoldingReport
from kilosat.definitions.history import read_history_source
from kilosat.definitions.history_rows import Row, read_table
from kilosat.provenance import Quality, Source
from kilosat.quantities import SATS_PER_BTC

__all__ = ["CostBasis", "cost_basis"]

_STATED_AVERAGE = re.compile(r"\b(?:avg|average) cost \$?([0-9][0-9,]*)")
_STATED_TOTAL = re.compile(r"\bcost \$([0-9.]+)B\b")
_BILLION = Decimal(10) ** 9
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class CostBasis:
    """USD paid for ``sats`` coins by ``day``; ``how`` says whose sum it is.

    ``sats`` are the coins whose cost is known, not all that are held.
    """

    usd: Decimal
    average_usd: Decimal
    sats: int
    how: str
    day: date
    source: Source
    quality: Quality


def cost_basis(holder: str, reports: Sequence[HoldingReport], as_of: date) -> CostBasis | None:
    """The cost that is known on a day: summed from purchases, else as the holder stated it.

    ``reports`` are those of the holder, oldest first.
    """
    stated = [cost for report in reports if report.day <= as_of for cost in _stated(report)]
    summed = None
    if holder == STRATEGY:
        summed = _of_purchases(STRATEGY_FILE, "filing_date", "usd_total_cost", as_of)
    elif holder == EL_SALVADOR:
        summed = _of_purchases("elsalvador_announced_purchases.csv", "date", "usd_cost", as_of)
    if summed and stated:
        last = stated[-1]
        also = f"; an average of {last.average_usd:,.0f} USD for all was stated on {last.day}"
        return replace(summed, how=summed.how + also)
    return summed or (stated[-1] if stated else None)


def _of_purchases(name: str, day: str, usd: str, as_of: date) -> CostBasis | None:
    """Sum over the purchases whose cost was stated; sales and lots without a cost stay out."""
    columns = (day, "btc", usd, "avg_price_usd")
    bought = [
        row
        for row in read_table(name, None, columns).rows
        if row.day(day) <= as_of and not row.cells["btc"].startswith("-")
    ]
    known = [(row, cost) for row in bought if (cost := _cost(row, usd)) is not None]
    if not known:
        return None
    sats, total = sum(row.sats("btc") for row, _ in known), sum((c for _, c in known), Decimal(0))
    how = (
        f"sum of the {len(known)} of {len(bought)} purchases whose cost was stated; "
        "sales are not subtracted"
    )
    average = (total / sats * SATS_PER_BTC).quantize(_CENT)
    last = max(row.day(day) for row, _ in known)
    return CostBasis(total, average, sats, how, last, read_history_source(name), "derived")


def _cost(row: Row, usd: str) -> Decimal | None:
    """The stated cost of a lot, or its stated price for all its coins."""
    if row.cells[usd]:
        row.positive(usd)
        return Decimal(row.cells[usd])
    if row.cells["avg_price_usd"]:
        row.positive("avg_price_usd")
        return Decimal(row.cells["avg_price_usd"]) * row.sats("btc") / SATS_PER_BTC
    return None


def _stated(report: HoldingReport) -> Iterator[CostBasis]:
    """A cost that stands in the words of a report, about all coins of that report."""
    if not report.sats:
        return
    total, average = (
        _STATED_TOTAL.search(report.reporter),
        _STATED_AVERAGE.search(report.reporter),
    )
    if total:
        usd, how = Decimal(total[1]) * _BILLION, "the total as it was stated"
        each = (usd / report.sats * SATS_PER_BTC).quantize(_CENT)
        yield CostBasis(usd, each, report.sats, how, report.day, report.source, "reported")
    elif average:
        each = Decimal(average[1].replace(",", ""))
        usd, how = each * report.sats / SATS_PER_BTC, "the average as it was stated, for all coins"
        yield CostBasis(usd, each, report.sats, how, report.day, report.source, "derived")
