"""Which rows of the long tables the page shows, the most telling first; files hold them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from kilosat.chain.audit import AddressUse, Audit, AuditedCoin, Day
from kilosat.chain.flows import AnnouncementMatch, Flow

__all__ = ["Chosen", "FlowGroup", "chosen_of", "is_within"]

_UNEXPLAINED, _ACROSS, _INSIDE = 20, 30, 12
_COINS, _ADDRESSES, _ANNOUNCEMENTS, _WALLETS, _PERIMETERS = 25, 20, 40, 40, 6
_MONTHS = 36
_STATUS_ORDER = ("contradicted", "not seen", "partly", "no amount", "matched", "not counted")


@dataclass(frozen=True)
class FlowGroup:
    """Flows of one sort with their row in the file of flows; ``total`` of all there are.

    Where all are shown they are in the order of the chain, else the largest come first.
    """

    key: str
    title: str
    rows: tuple[tuple[int, Flow], ...]
    total: int

    @property
    def is_by_date(self) -> bool:
        """Whether all are shown, and so in the order of the chain."""
        return len(self.rows) == self.total


@dataclass(frozen=True)
class Chosen:
    """The rows shown, each with its row (from 1 on) in the file that holds them all."""

    flows: tuple[FlowGroup, ...]
    coins: tuple[tuple[int, AuditedCoin], ...]
    addresses: tuple[tuple[int, AddressUse], ...]
    announcements: tuple[tuple[int, AnnouncementMatch], ...]
    days: tuple[Day, ...]
    perimeters: tuple[int, ...]
    wallets: tuple[int, ...]


def chosen_of(audit: Audit) -> Chosen:
    """The rows of an audit that its page shows."""
    numbered = list(enumerate(audit.coins, start=1))
    return Chosen(
        flows=_flows(audit.flows),
        coins=tuple(numbered[:_COINS]),
        addresses=tuple(list(enumerate(audit.addresses, start=1))[:_ADDRESSES]),
        announcements=_announcements(audit),
        days=_days(audit.days),
        perimeters=_scopes(audit, wallets=False)[:_PERIMETERS],
        wallets=_scopes(audit, wallets=True)[:_WALLETS],
    )


def is_within(audit: Audit, day: date) -> bool:
    """Whether a day lies within the audit."""
    return audit.start <= day < audit.end


def _flows(flows: Sequence[Flow]) -> tuple[FlowGroup, ...]:
    """Change that came back and fees are sums in the text, no rows."""
    sorts: dict[str, list[tuple[int, Flow]]] = {"unexplained": [], "across": [], "inside": []}
    for row in enumerate(flows, start=1):
        flow = row[1]
        if flow.sub_kind == "unexplained":
            sorts["unexplained"].append(row)
        elif flow.sub_kind == "moved":
            sorts["inside"].append(row)
        elif flow.sub_kind not in ("change", "fee"):
            sorts["across"].append(row)
    titles = (
        ("unexplained", "Unexplained: nothing is known of these", _UNEXPLAINED),
        ("across", "Across the border, with what is known", _ACROSS),
        ("inside", "Only moved from one wallet of the perimeter to another", _INSIDE),
    )
    return tuple(
        FlowGroup(key, title, tuple(_fitting(sorts[key], most)), len(sorts[key]))
        for key, title, most in titles
        if sorts[key]
    )


def _fitting(rows: list[tuple[int, Flow]], most: int) -> list[tuple[int, Flow]]:
    """All of them by date, or the largest if there are too many."""
    if len(rows) <= most:
        return rows
    return sorted(rows, key=lambda row: (-row[1].sats, row[0]))[:most]


def _announcements(audit: Audit) -> tuple[tuple[int, AnnouncementMatch], ...]:
    """Of those within the audit: what was not found first, the largest first."""
    rows = [
        (number, match)
        for number, match in enumerate(audit.announcements, start=1)
        if is_within(audit, match.announcement.date)
    ]
    rows.sort(
        key=lambda row: (
            _STATUS_ORDER.index(row[1].status),
            -(row[1].announcement.sats or 0),
            row[0],
        )
    )
    return tuple(rows[:_ANNOUNCEMENTS])


def _days(days: Sequence[Day]) -> tuple[Day, ...]:
    """The last day of each month; of each year, where the months would be too many."""
    if not days:
        return ()
    ends = [one for one, after in pairwise(days) if after.day.day == 1]
    if len(ends) > _MONTHS:
        ends = [one for one in ends if one.day.month == 12]
    return (*ends, days[-1])


def _scopes(audit: Audit, *, wallets: bool) -> tuple[int, ...]:
    """Places in ``audit.scopes``: the audited perimeter first, then the largest stock."""
    found = [
        (number, one)
        for number, one in enumerate(audit.scopes)
        if one.scope.key.startswith("wallet:") == wallets
    ]
    found.sort(
        key=lambda pair: (
            pair[1].scope.key != audit.scope.key,
            -pair[1].sums["stock_at_end_sats"],
            pair[0],
        )
    )
    return tuple(number for number, _ in found)
