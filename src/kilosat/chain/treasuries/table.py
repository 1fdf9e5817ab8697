"""The table of treasuries on a day: who holds how much, since when, and how that is known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kilosat.chain.treasuries.cost import cost_basis
from kilosat.chain.treasuries.errors import TreasuryError
from kilosat.chain.treasuries.kinds import HOLDER_KINDS, HolderKind
from kilosat.chain.treasuries.read import read_reports
from kilosat.chain.treasuries.report import HoldingReport
from kilosat.chain.treasuries.treasury import Evidence, KindTotal, Treasury
from kilosat.definitions.findings import did_you_mean

__all__ = ["TreasuryTable", "treasuries"]


@dataclass(frozen=True)
class TreasuryTable:
    """Rows by coins, largest first; published sums over holders apart, in no total."""

    as_of: date
    rows: tuple[Treasury, ...]
    aggregates: tuple[Treasury, ...]
    totals: tuple[KindTotal, ...]

    def holder(self, name: str) -> Treasury:
        """The row of a holder, by its name, its key or its ticker.

        Raises:
            TreasuryError: there is none; the message names the nearest.
        """
        every = (*self.rows, *self.aggregates)
        for row in every:
            if name.casefold() in row.report.names:
                return row
        near = did_you_mean(name, [row.key for row in every])
        raise TreasuryError(f"'{name[:60]}' is not a holder with a report by {self.as_of}; {near}")

    def only(self, name: str) -> "TreasuryTable":
        """The table with one holder, without sums; its rank stays.

        Raises:
            TreasuryError: as ``holder``.
        """
        row = self.holder(name)
        if row.kind == "aggregate":
            return replace(self, rows=(), aggregates=(row,), totals=())
        return replace(self, rows=(row,), aggregates=(), totals=())

    def of_kind(self, kind: str) -> "TreasuryTable":
        """The table with the holders of one kind and their sum; ranks stay.

        Raises:
            TreasuryError: there is no such kind, or nobody of it has a report.
        """
        if kind not in HOLDER_KINDS:
            near = did_you_mean(kind, HOLDER_KINDS)
            raise TreasuryError(f"'{kind[:60]}' is no kind of holder; {near}")
        found = replace(
            self,
            rows=tuple(row for row in self.rows if row.kind == kind),
            aggregates=self.aggregates if kind == "aggregate" else (),
            totals=tuple(total for total in self.totals if total.kind == kind),
        )
        if not found.rows and not found.aggregates:
            raise TreasuryError(f"no holder of kind '{kind}' has a report by {self.as_of}")
        return found

    def with_evidence(self, evidence: Mapping[str, Evidence]) -> "TreasuryTable":
        """The table with what the chain shows of holders, by their keys.

        Raises:
            TreasuryError: a key is no holder of the table.
        """
        for key in evidence:
            self.holder(key)
        rows = tuple(
            replace(row, evidence=evidence[row.key]) if row.key in evidence else row
            for row in self.rows
        )
        return replace(self, rows=rows, totals=_totals(rows))


def treasuries(as_of: date, reports: Iterable[HoldingReport] | None = None) -> TreasuryTable:
    """The table on a day, of the shipped reports unless others are given.

    Raises:
        TreasuryError: no report is that old.
        HistoryError: a shipped table cannot be read as it should.
    """
    known = [one for one in (read_reports() if reports is None else reports) if one.day <= as_of]
    if not known:
        raise TreasuryError(f"there is no report by {as_of}; give a later day")
    by_holder: dict[str, list[HoldingReport]] = {}
    for report in sorted(known, key=lambda report: report.day):
        by_holder.setdefault(report.holder, []).append(report)
    rows = [_row(history, as_of) for history in by_holder.values()]
    rows.sort(key=lambda row: (-row.sats, row.holder))
    single = _ranked([row for row in rows if row.kind != "aggregate"])
    sums = tuple(row for row in rows if row.kind == "aggregate")
    return TreasuryTable(as_of, single, sums, _totals(single))


def _ranked(rows: Sequence[Treasury]) -> tuple[Treasury, ...]:
    """Rows that are sorted, each with its rank: one more than how many hold more."""
    ranks: dict[int, int] = {}
    for place, row in enumerate(rows, start=1):
        ranks.setdefault(row.sats, place)
    return tuple(replace(row, rank=ranks[row.sats]) for row in rows)


def _row(history: Sequence[HoldingReport], as_of: date) -> Treasury:
    day = history[-1].day
    latest = tuple(report for report in history if report.day == day)
    earlier = [report for report in history if report.day < day]
    previous = earlier[-1] if earlier else None
    change, note = _change(latest, previous, earlier)
    first = history[0]
    return Treasury(
        first.holder,
        first.key,
        first.kind,
        latest,
        tuple(history),
        (as_of - day).days,
        previous,
        change,
        note,
        cost_basis(first.holder, history, as_of),
    )


def _change(
    latest: Sequence[HoldingReport],
    previous: HoldingReport | None,
    earlier: Sequence[HoldingReport],
) -> tuple[int | None, str]:
    if previous is None:
        return None, "no earlier report"
    if len(latest) > 1:
        return None, "reports of the same day disagree"
    if sum(report.day == previous.day for report in earlier) > 1:
        return None, "earlier reports of one day disagree"
    if latest[0].series != previous.series:
        return None, f"counted another way before: {previous.series}"
    note = ""
    if latest[0].kind == "government" and latest[0].counted_by != previous.counted_by:
        note = f"counted by {previous.counted_by} before, so part may be another way of counting"
    return latest[0].sats - previous.sats, note


def _totals(rows: Sequence[Treasury]) -> tuple[KindTotal, ...]:
    return tuple(
        _total(kind, own)
        for kind in HOLDER_KINDS
        if (own := [row for row in rows if row.kind == kind])
    )


def _total(kind: HolderKind, own: Sequence[Treasury]) -> KindTotal:
    days = [row.report.day for row in own]
    counted = [row.verified.sats for row in own if row.verified]
    return KindTotal(
        kind,
        len(own),
        sum(row.sats for row in own),
        sum(row.sats for row in own if row.is_low_confidence),
        sum(counted) if counted else None,
        len(counted),
        min(days),
        max(days),
    )
