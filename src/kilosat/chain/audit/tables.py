"""Flows, announcements, liabilities and coins as the tables that the figures read."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from kilosat.chain.audit.flow_figures import FLOW_COLUMNS
from kilosat.chain.audit.model import AddressUse, AuditedCoin, Day
from kilosat.chain.audit.period import Period
from kilosat.chain.control import JudgedControl
from kilosat.chain.flows.model import AnnouncementMatch, Flow, PerimeterFlows
from kilosat.chain.flows.records import Liability

__all__ = [
    "Gain",
    "address_table",
    "announcement_table",
    "coin_table",
    "control_table",
    "days_of",
    "flow_table",
    "gain_table",
    "gains_of",
    "owed_at",
    "owed_table",
]

_SIGNS = {"purchase": 1, "mined": 1, "seizure": 1, "donation": 1, "sale": -1}


@dataclass(frozen=True)
class Gain:
    """A transaction that added to the reserve wallets: what of it came across the border, and what
    from other wallets of the perimeter. Where the reserve lies outside, neither need be all.
    """

    txid: bytes
    day: date
    gain_sats: int
    from_outside_sats: int
    from_inside_sats: int
    purchased_sats: int


def flow_table(flows: Iterable[Flow], period: Period) -> pd.DataFrame:
    """Flows up to the end, one a row; ``when`` is "before" or "within" the audit."""
    chosen = [flow for flow in flows if flow.block.height <= period.end_height]
    rows = [
        (
            "before" if period.is_before(flow.block.height) else "within",
            flow.kind,
            flow.sub_kind,
            flow.confidence,
            any(party.kind == "exchange" for party in flow.counterparties),
            flow.sats,
            flow.net_sats,
            flow.maybe_returned_sats,
        )
        for flow in chosen
    ]
    whole = ("sats", "net_sats", "maybe_returned_sats")
    return _table(rows, FLOW_COLUMNS, whole).astype({"of_exchange": bool})


def gains_of(reserve: PerimeterFlows, whole: PerimeterFlows, period: Period) -> tuple[Gain, ...]:
    """Transactions within the audit that added to the reserve wallets.

    Of what one adds, at most what entered the perimeter with it counts as from outside.
    """
    across: dict[bytes, int] = defaultdict(int)
    bought: dict[bytes, int] = defaultdict(int)
    moved: dict[bytes, int] = defaultdict(int)
    for flow in whole.flows:
        moved[flow.txid] += flow.sats if flow.sub_kind == "moved" else 0
        across[flow.txid] += flow.sats if flow.kind in ("inflow", "mined") else 0
        bought[flow.txid] += flow.sats if flow.sub_kind == "purchase" else 0
    added: dict[tuple[bytes, date], int] = defaultdict(int)
    for flow in reserve.flows:
        if period.is_within(flow.block.height):
            added[flow.txid, flow.day] += flow.net_sats
    return tuple(
        _gain(txid, day, sats, across[txid], moved[txid], bought[txid])
        for (txid, day), sats in added.items()
        if sats > 0
    )


def _gain(txid: bytes, day: date, sats: int, across: int, moved: int, bought: int) -> Gain:
    outside = min(sats, across)
    return Gain(txid, day, sats, outside, min(sats - outside, moved), min(sats, bought))


def gain_table(gains: Iterable[Gain]) -> pd.DataFrame:
    """Gains of the reserve, one transaction a row."""
    columns = ("gain_sats", "from_outside_sats", "from_inside_sats", "purchased_sats")
    rows = [
        (one.gain_sats, one.from_outside_sats, one.from_inside_sats, one.purchased_sats)
        for one in gains
    ]
    return _table(rows, columns, columns)


def announcement_table(
    matches: Iterable[AnnouncementMatch], period: Period, first_seen: date | None = None
) -> pd.DataFrame:
    """Announcements within the audit that say that coins came or went.

    ``first_seen`` is the first day on which a coin could have been found for one: of those before
    it, ``early_sats`` are what was not found. Nothing is missing of one that is matched, though the
    amounts may differ a little.
    """
    sums = ("sats", "matched_sats", "missing_sats", "moved_sats", "early_sats")
    rows = [
        (
            "in" if _SIGNS[match.announcement.kind] > 0 else "out",
            match.announcement.kind,
            match.status,
            _stated(match),
            match.matched_sats,
            missing,
            min(match.moved_sats, missing),
            missing if first_seen and match.announcement.date < first_seen else 0,
        )
        for match in matches
        for missing in [0 if match.status == "matched" else match.missing_sats]
        if match.announcement.kind in _SIGNS
        and period.start <= match.announcement.date < period.end
    ]
    return _table(rows, ("side", "kind", "status", *sums), sums)


def _stated(match: AnnouncementMatch) -> int:
    """Coins stated; where only transactions are, those that they brought."""
    stated = match.announcement.sats
    return match.matched_sats if stated is None else stated


def owed_at(liabilities: Iterable[Liability], day: date) -> tuple[Liability, ...]:
    """The latest balance of each entity at 00:00 UTC of ``day``; later lines of a day win.

    A balance is stated for the end of its day, as bookkeepers do: what clients brought on that day
    is in it.
    """
    latest: dict[str, Liability] = {}
    for one in sorted(liabilities, key=lambda one: one.date):
        if one.date < day:
            latest[one.entity] = one
    return tuple(latest.values())


def owed_table(liabilities: Iterable[Liability]) -> pd.DataFrame:
    """Balances owed, by entity."""
    rows = [(one.entity, one.date, one.sats) for one in liabilities]
    return _table(rows, ("entity", "since", "sats"), ("sats",))


def coin_table(coins: Iterable[AuditedCoin], signed: Collection[bytes] = ()) -> pd.DataFrame:
    """Unspent outputs, one a row; ``is_signed`` where a message was signed for the script."""
    rows = [
        (one.wallet, one.address, one.height, one.sats, one.exposure, one.script in signed)
        for one in coins
    ]
    columns = ("wallet", "address", "height", "sats", "exposure", "is_signed")
    return _table(rows, columns, ("sats",)).astype({"is_signed": bool})


def control_table(controls: Iterable[JudgedControl]) -> pd.DataFrame:
    """Signatures of control, one a row."""
    rows = [(one.control.wallet, one.control.address, one.verdict.outcome) for one in controls]
    return _table(rows, ("wallet", "address", "outcome"), ())


def address_table(addresses: Iterable[AddressUse]) -> pd.DataFrame:
    """Scripts with how often they were used, one a row."""
    columns = ("wallet", "address", "times_funded", "times_spent_from", "sats", "exposure")
    rows = [
        (one.wallet, one.address, one.times_funded, one.times_spent_from, one.sats, one.exposure)
        for one in addresses
    ]
    return _table(rows, columns, columns[2:5])


def days_of(
    whole: PerimeterFlows,
    gains: Iterable[Gain],
    period: Period,
    opening_sats: int,
    last: date | None = None,
) -> tuple[Day, ...]:
    """Each day of the audit, cumulated from its start; none after ``last``, if it is given."""
    announced: dict[date, int] = defaultdict(int)
    for match in whole.announcements:
        sign = _SIGNS.get(match.announcement.kind, 0)
        announced[match.announcement.date] += sign * _stated(match)
    dashboard: dict[date, int] = defaultdict(int)
    for gain in gains:
        dashboard[gain.day] += gain.gain_sats
    change: dict[date, int] = defaultdict(int)
    for flow in whole.flows:
        if period.is_within(flow.block.height):
            change[flow.day] += flow.net_sats
    rows, sums = [], (0, 0, 0)
    end = period.end if last is None else min(period.end, last + timedelta(1))
    for number in range((end - period.start).days):
        day = period.start + timedelta(days=number)
        added = (announced[day], dashboard[day], change[day])
        sums = (sums[0] + added[0], sums[1] + added[1], sums[2] + added[2])
        rows.append(Day(day, *sums, opening_sats + sums[2]))
    return tuple(rows)


def _table(
    rows: Sequence[tuple[object, ...]], columns: Sequence[str], whole: Sequence[str]
) -> pd.DataFrame:
    """A table whose columns ``whole`` are 64-bit integers, also where there are no rows."""
    table = pd.DataFrame(rows, columns=list(columns))
    return table.astype(dict.fromkeys(whole, "int64"))
