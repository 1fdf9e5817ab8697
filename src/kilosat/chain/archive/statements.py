"""The sections of JSON: what the archive is about, what sources said, signatures of control.

Field by field in ``docs/archive-format.md``. Hashes and ids are written as people print them.
"""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, FailFast, Field, ValidationError

from kilosat.chain.address import Network
from kilosat.chain.archive.canonical_json import read_json, write_json
from kilosat.chain.archive.errors import ArchiveError
from kilosat.chain.archive.model import Archive, SourceNote, Statement
from kilosat.chain.control import MOST_CHARACTERS, MOST_MESSAGE, Control
from kilosat.chain.header import hash_of_hex, hex_of_hash
from kilosat.chain.sources.port import BlockRef, Unspent
from kilosat.chain.transaction import MAX_MONEY_SATS, OutPoint, TxOutput

__all__ = [
    "Meta",
    "controls_bytes",
    "meta_bytes",
    "read_controls_section",
    "read_meta",
    "read_statement",
    "statement_bytes",
]

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Script = Annotated[str, Field(pattern=r"^([0-9a-f]{2})*$")]
Height = Annotated[int, Field(ge=0, lt=1 << 32)]
Sats = Annotated[int, Field(ge=0, le=MAX_MONEY_SATS)]
_MOST_ADDRESS = 200
M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
Several = Annotated[list[T], FailFast()]
"""Ends with the first error: of millions each would take a kilobyte."""


class _Section(BaseModel):
    # What is ignored is not written again, and what does not read as written is refused.
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True, hide_input_in_errors=True)


class _Block(_Section):
    hash: Hash
    height: Height


class Meta(_Section):
    """Section ``meta``: which network, and the block that is the tip."""

    as_of: _Block
    network: Network

    @property
    def tip(self) -> BlockRef:
        """The tip in the order of the wire."""
        return _block(self.as_of)


class _Output(_Section):
    index: Height
    sats: Sats
    script: Script
    txid: Hash


class _Count(_Section):
    height: Height
    transactions: Annotated[int, Field(ge=1, lt=1 << 32)]


class _Source(_Section):
    kind: str
    name: str
    notes: Several[str]
    route: str
    software: str


class _Unspent(_Section):
    coins: Several[_Output]
    tip: _Block


class _Said(_Section):
    counts: Several[_Count]
    ledger: str
    scripts: Several[Script]
    sources: Several[_Source]
    spent: Several[_Output]
    unspent: Several[_Unspent]
    """None or one."""


class _Control(_Section):
    address: Annotated[str, Field(max_length=_MOST_ADDRESS)]
    message: Annotated[str, Field(min_length=1, max_length=MOST_MESSAGE)]
    signature: Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]
    wallet: str


class _Controls(_Section):
    controls: Several[_Control]


def meta_bytes(archive: Archive) -> bytes:
    """The section ``meta``."""
    return write_json({"as_of": _block_json(archive.as_of), "network": archive.network})


def read_meta(raw: bytes) -> Meta:
    """Read the section ``meta``."""
    return _read(Meta, raw, "facts about the archive")


def statement_bytes(said: Statement) -> bytes:
    """The section ``said``."""
    return write_json(
        {
            "counts": [
                {"height": height, "transactions": count}
                for height, count in sorted(said.counts.items())
            ],
            "ledger": said.ledger,
            "scripts": [script.hex() for script in sorted(said.scripts)],
            "sources": [_source_json(note) for note in sorted(said.sources)],
            "spent": _outputs_json(said.spent),
            "unspent": [_unspent_json(said.unspent)] if said.unspent else [],
        }
    )


def read_statement(raw: bytes) -> Statement:
    """Read the section ``said``."""
    read = _read(_Said, raw, "statements of the source")
    if len(read.unspent) > 1:
        raise ArchiveError("the statements of the source hold two lists of unspent coins")
    return Statement(
        scripts=tuple(bytes.fromhex(script) for script in read.scripts),
        counts={one.height: one.transactions for one in read.counts},
        spent=dict(map(_output, read.spent)),
        sources=tuple(_source(one) for one in read.sources),
        unspent=_unspent(read.unspent[0]) if read.unspent else None,
        ledger=read.ledger,
    )


def controls_bytes(controls: tuple[Control, ...]) -> bytes:
    """The section ``ctrl``; days are left out, since only the message is signed."""
    fields = ("address", "message", "signature", "wallet")
    rows = [{name: getattr(one, name) for name in fields} for one in controls]
    return write_json({"controls": sorted(rows, key=lambda row: tuple(row.values()))})


def read_controls_section(raw: bytes) -> tuple[Control, ...]:
    """Read the section ``ctrl``."""
    read = _read(_Controls, raw, "signatures of control")
    return tuple(
        Control(one.wallet, one.address, one.message, one.signature) for one in read.controls
    )


def _read(model: type[M], raw: bytes, what: str) -> M:
    value = read_json(raw, what)
    try:
        return model.model_validate(value)
    except (ValidationError, RecursionError, OverflowError) as problem:
        errors = problem.errors(include_url=False) if isinstance(problem, ValidationError) else []
        place = ".".join(map(str, errors[0]["loc"][:4])) if errors else "a number"
        known = "".join(c for c in place[:80] if c.isascii() and c.isprintable())
        raise ArchiveError(f"the {what} are not as the format has them, at '{known}'") from None


def _block_json(block: BlockRef) -> dict[str, Any]:
    return {"hash": hex_of_hash(block.hash), "height": block.height}


def _block(read: _Block) -> BlockRef:
    return BlockRef(read.height, hash_of_hex(read.hash))


def _outputs_json(outputs: Mapping[OutPoint, TxOutput]) -> list[dict[str, Any]]:
    return [
        {
            "index": coin.index,
            "sats": outputs[coin].value_sats,
            "script": outputs[coin].script.hex(),
            "txid": hex_of_hash(coin.txid),
        }
        for coin in sorted(outputs, key=OutPoint.to_bytes)
    ]


def _output(read: _Output) -> tuple[OutPoint, TxOutput]:
    coin = OutPoint(hash_of_hex(read.txid), read.index)
    return coin, TxOutput(read.sats, bytes.fromhex(read.script))


def _source_json(note: SourceNote) -> dict[str, Any]:
    fields = ("kind", "name", "route", "software")
    return {name: getattr(note, name) for name in fields} | {"notes": list(note.notes)}


def _source(read: _Source) -> SourceNote:
    return SourceNote(read.kind, read.name, read.software, read.route, tuple(read.notes))


def _unspent_json(unspent: Unspent) -> dict[str, Any]:
    return {"coins": _outputs_json(unspent.coins), "tip": _block_json(unspent.tip)}


def _unspent(read: _Unspent) -> Unspent:
    return Unspent(_block(read.tip), dict(map(_output, read.coins)))
