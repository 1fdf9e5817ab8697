"""Inspections on paper: a register as a file and transactions made up, with no node."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from kilosat.chain.address import address_from_script
from kilosat.chain.audit import Coverage, audit
from kilosat.chain.inspection import Inspection
from kilosat.chain.ledger import Entry, Leg
from kilosat.chain.register import Register, read_register
from kilosat.chain.scan import CrossCheck, ScanOutcome
from kilosat.chain.sources import BlockRef, SourceStatus
from kilosat.chain.transaction import OutPoint

START = datetime(2024, 1, 1, 12, tzinfo=UTC)
A_DAY = timedelta(days=1)
SATS = 100_000_000


def script(number: int) -> bytes:
    """A P2WPKH script of a key that nobody has."""
    return b"\x00\x14" + number.to_bytes(20, "big")


RESERVE, SAVINGS, EXCHANGE, STRANGER = map(script, (1, 2, 3, 4))


@dataclass
class Paper:
    """Transactions one a block, each at the time that it is told."""

    entries: list[Entry] = field(default_factory=list)

    def add(
        self,
        inputs: Sequence[tuple[OutPoint, bytes, int]],
        outputs: Sequence[tuple[bytes, int]],
        when: datetime,
    ) -> bytes:
        """A transaction in a block of its own; its id."""
        height = len(self.entries) + 1
        txid = height.to_bytes(32, "little")
        spent = tuple(Leg(coin, where, sats) for coin, where, sats in inputs)
        made = tuple(
            Leg(OutPoint(txid, place), where, sats) for place, (where, sats) in enumerate(outputs)
        )
        block = BlockRef(height, height.to_bytes(32, "big"))
        self.entries.append(Entry(block, int(when.timestamp()), 1, txid, spent, made))
        return txid

    def receive(self, where: bytes, sats: int, when: datetime, payer: bytes = STRANGER) -> bytes:
        """Coins from outside, with no change and a fee of one satoshi."""
        coin = OutPoint((1 << 200 | len(self.entries)).to_bytes(32, "big"), 0)
        return self.add([(coin, payer, sats + 1)], [(where, sats)], when)


def register_file(
    folder: Path, title: str = "Paper", announced: str = "", label: str = "", named: bytes = b""
) -> Path:
    """A register of two wallets of one holder, whose titles and texts are as given.

    ``named`` is the transaction that the announcement of two coins names, if any.
    """
    said = json.dumps(announced or "bought")
    path = folder / "paper.toml"
    path.write_text(
        f"""format = 1
[register]
name = "paper"
title = {json.dumps(title)}
[sources.paper]
document = {json.dumps(title)}
publisher = {json.dumps(title)}
address = "https://example.org/paper"
[groups.all]
title = {json.dumps(title)}
[entities.holder]
title = {json.dumps(title)}
group = "all"
addresses_known = "all"
source = "paper"
[wallets.reserve]
title = {json.dumps(title)}
entity = "holder"
attribution = "owner"
source = "paper"
role = "reserve"
addresses = ["{address_from_script(RESERVE, "mainnet")}"]
[wallets.savings]
title = "Savings"
entity = "holder"
attribution = "owner"
source = "paper"
addresses = ["{address_from_script(SAVINGS, "mainnet")}"]
[perimeters.all]
title = {json.dumps(title)}
groups = ["all"]
[[labels]]
address = "{address_from_script(EXCHANGE, "mainnet")}"
label = {json.dumps(label or "an exchange")}
kind = "exchange"
source = "paper"
"""
        + (
            f"""[[announcements]]
date = 2024-01-01
entity = "holder"
kind = "purchase"
text = {said}
btc = "2"
source = "paper"
where = {said}
txids = {json.dumps([named[::-1].hex()] if named else [])}
"""
            if announced
            else ""
        ),
        encoding="utf-8",
    )
    return path


def inspection(
    register: Register,
    entries: Sequence[Entry],
    start: date,
    end: date,
    prices: dict[date, float] | None = None,
    name: str = "paper",
    check: CrossCheck | None = None,
) -> Inspection:
    """What an inspection of these transactions gives."""
    tip = BlockRef(len(entries) + 1, bytes(32))
    time = datetime(end.year, end.month, end.day, 1, tzinfo=UTC)
    found = audit(
        entries, register, "all", start, end, coverage=Coverage(tip, time, (name,)), prices=prices
    )
    status = SourceStatus("archive", name, "paper", "mainnet", tip)
    outcome = ScanOutcome(tip, status, len(entries), 1, 2)
    return Inspection(found, outcome, {name: check or CrossCheck((f"all of {name}",))})


def read(folder: Path, named: bytes = b"", **texts: str) -> Register:
    """The register, written and read."""
    return read_register(register_file(folder, named=named, **texts))
