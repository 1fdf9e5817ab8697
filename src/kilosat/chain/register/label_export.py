"""Labels of a register as a label file (BIP 329), for any wallet that reads it."""

import json
from collections.abc import Collection, Iterator, Mapping

from kilosat.chain.address import address_from_script
from kilosat.chain.header import hash_of_hex
from kilosat.chain.register.label_kinds import with_kind
from kilosat.chain.register.model import Register, TransactionLabel, Wallet

__all__ = ["label_lines"]

_NOTHING_USED: Mapping[str, Mapping[int, int]] = {}


def label_lines(
    register: Register,
    on_chain: Collection[bytes] = (),
    highest_used: Mapping[str, Mapping[int, int]] = _NOTHING_USED,
) -> str:
    """A label file: what is inside under its wallet's title, what is outside under kind and label.

    ``on_chain`` are ids of transactions (in the order of the wire) that the chain has: labels of
    others are left out, since what a file calls a transaction may be a key. ``highest_used`` gives
    for each wallet the highest child number seen of each branch; a ranged branch that is not in it
    has no address in the file. Scripts without an address (bare keys) have no place in the format.
    """
    records = [
        *_inside(register, highest_used),
        *_outside(register),
        *_transactions(register, set(on_chain)),
    ]
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def _inside(
    register: Register, highest_used: Mapping[str, Mapping[int, int]]
) -> Iterator[dict[str, object]]:
    for wallet in register.wallets.values():
        title = register.wallet_names.get(wallet.key, wallet.title)
        for script in _scripts(wallet, highest_used.get(wallet.key, {})):
            address = address_from_script(script, register.network)
            if address:
                yield _record("addr", address, register.names.get(script, title))


def _scripts(wallet: Wallet, used: Mapping[int, int]) -> Iterator[bytes]:
    for branch, descriptor in enumerate(wallet.branches):
        last = used.get(branch, -1) if descriptor.is_ranged else 0
        yield from (script for _, script in descriptor.scripts(0, last + 1))


def _outside(register: Register) -> Iterator[dict[str, object]]:
    for label in register.labels:
        if label.address:
            yield _record("addr", label.address, with_kind(label.kind, label.label))


def _transactions(register: Register, on_chain: set[bytes]) -> Iterator[dict[str, object]]:
    for label in register.transaction_labels:
        if hash_of_hex(label.txid) in on_chain:
            yield _transaction(label)


def _transaction(label: TransactionLabel) -> dict[str, object]:
    txid = hash_of_hex(label.txid)[::-1].hex()
    record = _record(label.type, txid if label.index is None else f"{txid}:{label.index}", "")
    fields = (("label", label.label), ("origin", label.origin), ("spendable", label.spendable))
    del record["label"]
    return record | {key: value for key, value in fields if value not in ("", None)}


def _record(kind: str, ref: str, label: str) -> dict[str, object]:
    return {"type": kind, "ref": ref, "label": label}
