"""Entries and registers on paper: names stand for scripts, amounts are satoshis."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from kilosat.chain.address import address_from_script
from kilosat.chain.base58check import decode_base58check, encode_base58check
from kilosat.chain.flows import PerimeterFlows, classify
from kilosat.chain.ledger.entry import Entry, Leg
from kilosat.chain.register import Register, read_register
from kilosat.chain.sources.port import BlockRef
from kilosat.chain.transaction import OutPoint

START = date(2024, 1, 1)
XPUB = (
    "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7"
    "usUDFdp6W1EGMcet8"
)
TPUB = encode_base58check(bytes.fromhex("043587cf") + decode_base58check(XPUB)[4:])
"""The master key of BIP 32, test vector 1, in the form of the networks for tests."""
Part = tuple[str, int]
"""A name and satoshis; the name "?" is a coin that the source could not tell."""


def on(day: int) -> date:
    """The date so many days after the start."""
    return date.fromordinal(START.toordinal() + day)


def flows(
    folder: Path, paper: "Paper", perimeter: str = "state", more: str = "", **options: Any
) -> PerimeterFlows:
    """The flows of a perimeter of ``register``."""
    return classify(paper.entries, register(folder, more=more), perimeter, **options)


def script(name: str) -> bytes:
    """A P2WPKH script that stands for a name."""
    return b"\x00\x14" + sha256(name.encode()).digest()[:20]


def address(name: str) -> str:
    """Its address in regtest."""
    found = address_from_script(script(name), "regtest")
    assert found is not None
    return found


@dataclass
class Paper:
    """A chain on paper: a block a day, a transaction each."""

    entries: list[Entry] = field(default_factory=list)

    def pay(self, inputs: Sequence[Part], outputs: Sequence[Part], day: int | None = None) -> bytes:
        """A transaction on a day (from 0); its id. Without inputs it is a coinbase."""
        height = len(self.entries) + 1
        day = height if day is None else day
        txid = sha256(f"tx {height}".encode()).digest()
        midday = datetime(START.year, START.month, START.day, 12, tzinfo=UTC).timestamp()
        self.entries.append(
            Entry(
                BlockRef(height, sha256(f"block {height}".encode()).digest()),
                int(midday) + day * 86400,
                0 if not inputs else 1,
                txid,
                tuple(_leg(one, f"spent {height} {n}", 0) for n, one in enumerate(inputs)),
                tuple(
                    Leg(OutPoint(txid, n), script(name), sats)
                    for n, (name, sats) in enumerate(outputs)
                ),
                is_coinbase=not inputs,
            )
        )
        return txid


def _leg(part: Part, coin: str, index: int) -> Leg:
    name, sats = part
    outpoint = OutPoint(sha256(coin.encode()).digest(), index)
    return Leg(outpoint, None, None) if name == "?" else Leg(outpoint, script(name), sats)


def register(folder: Path, *, more: str = "") -> Register:
    """A state with a treasury (wallets reserve and hot) and police; labels of others.

    Perimeters: ``state`` (all), ``treasury``. ``more`` is TOML behind it.
    """
    path = folder / "register.toml"
    path.write_text(_TEXT + more, encoding="utf-8")
    return read_register(path)


def announcement(day: int, kind: str, btc: str = "", txid: bytes = b"", who: str = "office") -> str:
    """An announcement as TOML, so many days after the start."""
    lines = ["[[announcements]]", f"date = {on(day)}", f"entity = '{who}'", f"kind = '{kind}'"]
    lines += [f"text = 'said on day {day}'", "source = 'paper'"]
    lines += [f"btc = '{btc}'"] if btc else []
    lines += [f"txids = ['{txid[::-1].hex()}']"] if txid else []
    return "\n".join(lines) + "\n"


def wallet(key: str, entity: str) -> str:
    """A wallet of one address, of its own name, as TOML."""
    return f"""
[wallets.{key}]
title = "{key}"
entity = "{entity}"
attribution = "owner"
source = "paper"
addresses = ["{address(key)}"]
"""


def label(name: str, kind: str, source: str = "") -> str:
    """A label of the address of that name, as TOML."""
    said = f'source = "{source}"\n' if source else ""
    return f"""
[[labels]]
address = "{address(name)}"
label = "{name}"
kind = "{kind}"
{said}"""


_TEXT = (
    """format = 1

[register]
name = "paper"
title = "A state on paper"
network = "regtest"

[sources.paper]
document = "a test"
publisher = "kilosat's tests"

[groups.state]
title = "The state"

[groups.law]
title = "Law enforcement"
parent = "state"

[entities.office]
title = "Bitcoin office"
group = "state"
addresses_known = "all"
source = "paper"

[entities.police]
title = "Police"
group = "law"
addresses_known = "all"
source = "paper"

[perimeters.state]
title = "The state"
groups = ["state"]

[perimeters.treasury]
title = "The treasury"
entities = ["office"]
"""
    + wallet("reserve", "office")
    + wallet("hot", "office")
    + wallet("evidence", "police")
    + label("exchange", "exchange", "paper")
    + label("pool", "pool", "paper")
)
