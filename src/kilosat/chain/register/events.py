"""Labels and announcements: what a register knows beside the wallets themselves."""

import re
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import partial

from kilosat.chain.address import AddressError, script_from_address
from kilosat.chain.register.amounts import sats_of_text
from kilosat.chain.register.model import Announcement, Label
from kilosat.chain.register.named_txids import NamedTxid
from kilosat.chain.register.schema import AnnouncementEntry, LabelEntry
from kilosat.chain.register.tables import Reading, listed, partly_listed, with_remedy

__all__ = ["read_announcements", "read_labels"]

_MOST_DAYS = 10_000
_TXID = re.compile(r"[0-9a-f]{64}")
_BLANKS = {"address": "", "label": ""}


def read_labels(watched: Collection[bytes], reading: Reading) -> tuple[Label, ...]:
    """All ``[[labels]]``; one of a script that the register watches, or a second, is reported."""
    labels: dict[bytes, Label] = {}
    for number, (entry, wrong) in partly_listed("labels", LabelEntry, _BLANKS, reading):
        path = ("labels", number)
        source = reading.source(entry.source, path)
        if "address" in wrong:
            continue
        try:
            script = reading.on_network(partial(script_from_address, entry.address))
        except AddressError as problem:
            reason, remedy = with_remedy(problem, "copy it again from where it was published")
            reading.error((*path, "address"), f"address: {reason}", remedy)
            continue
        if script in watched:
            message = "this address is watched as part of a wallet"
            reading.error((*path, "address"), message, "label only what lies outside the register")
        if script in labels:
            message = "this address has a label already"
            reading.error((*path, "address"), message, "keep one of them")
        labels.setdefault(script, Label(script, entry.address, entry.label, entry.kind, source))
    return tuple(labels.values())


def read_announcements(entities: Collection[str], reading: Reading) -> tuple[Announcement, ...]:
    """All ``[[announcements]]``, by date."""
    found = []
    for number, entry in listed("announcements", AnnouncementEntry, reading):
        path = ("announcements", number)
        reading.known(entry.entity, entities, (*path, "entity"))
        for place, txid in enumerate(entry.txids):
            if not _TXID.fullmatch(txid):
                message = f"transaction {place + 1} is not written as expected"
                reading.error((*path, "txids", place), message, "write 64 hex digits in lower case")
        source = reading.source(entry.source, path)
        _note_future(entry, path, reading)
        sats = _sats(entry.btc, path, reading)
        fields = (entry.entity, entry.kind, entry.text)
        txids = tuple(map(NamedTxid, entry.txids))
        found += [
            Announcement(day, *fields, sats, source, entry.where, txids)
            for day in _days(entry, path, reading)
        ]
    return tuple(sorted(found, key=lambda announcement: announcement.date))


def _days(entry: AnnouncementEntry, path: tuple[str, int], reading: Reading) -> Sequence[date]:
    """The day of an announcement, or all days of one that holds for every day."""
    if entry.daily_to is None:
        return [entry.date]
    days = (entry.daily_to - entry.date).days + 1
    place = (*path, "daily_to")
    if not 0 < days <= _MOST_DAYS:
        message = (
            f"'daily_to' lies {days - 1:,} days after 'date', which is too long to be meant"
            if days > 0
            else "'daily_to' lies before 'date'"
        )
        reading.error(place, message, "write the last day on which it was said to hold")
        return []
    if entry.txids or not entry.btc:
        message = "an announcement for every day states btc and no transaction"
        reading.error(place, message, "write btc, and single announcements for known transactions")
    return [entry.date + timedelta(number) for number in range(days)]


def _note_future(entry: AnnouncementEntry, path: tuple[str, int], reading: Reading) -> None:
    """Say of a day that has not come that it is probably mistyped."""
    for name, day in (("date", entry.date), ("daily_to", entry.daily_to)):
        if day and reading.today and day > reading.today:
            message = f"'{name}' is {day}, which has not come yet (today is {reading.today}, UTC)"
            reading.note((*path, name), message, "check the year")
            return


def _sats(text: str, path: tuple[str, int], reading: Reading) -> int | None:
    """Whole satoshis of a number of coins written as a text, so that none is rounded."""
    if not text:
        return None
    sats, problem = sats_of_text(text, "btc")
    if problem:
        reading.error((*path, "btc"), *problem)
    return sats
