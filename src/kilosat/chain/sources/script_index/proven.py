"""Transactions that a server sends, held against the hashes and headers that name them."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from kilosat.chain.address import Network
from kilosat.chain.errors import ProofError
from kilosat.chain.header import hex_of_hash
from kilosat.chain.merkle import MerkleProof
from kilosat.chain.sources.script_index.server import ContradictionError, Place, ScriptIndex
from kilosat.chain.transaction import OutPoint, Transaction, TxOutput, parse_transaction

__all__ = ["check_height", "outputs_by_parents", "proven_transaction", "states_height"]

_FIRST_STATED: Mapping[Network, int] = MappingProxyType(
    {"mainnet": 227_931, "testnet": 21_111, "signet": 1, "regtest": 1}
)
"""Blocks from here on state their height (BIP 34); Bitcoin Core's ``chainparams.cpp``."""


def proven_transaction(place: Place, raw: bytes | None, proof: MerkleProof | None) -> Transaction:
    """The transaction at a place, if its bytes are its own and it is in the block there.

    Raises:
        ContradictionError: they are not, or one of them is missing.
        MalformedError: the bytes do not read as a transaction.
    """
    name = hex_of_hash(place.txid)
    if raw is None:
        raise ContradictionError(f"transaction {name} is listed and cannot be had")
    transaction = parse_transaction(raw)
    if transaction.txid != place.txid:
        raise ContradictionError(
            f"the bytes given for transaction {name} are those of another one, "
            f"{hex_of_hash(transaction.txid)}"
        )
    if proof is None or proof.header != place.header:
        raise ContradictionError(
            f"the Merkle proof of transaction {name} is not one under the header at height "
            f"{place.height:,}"
        )
    try:
        proof.check(raw)
    except ProofError as problem:
        raise ContradictionError(f"transaction {name}: {problem}") from None
    return transaction


def states_height(network: Network, height: int) -> bool:
    """Whether the coinbase of the block at a height has to state it."""
    return height >= _FIRST_STATED[network]


def check_height(place: Place, raw: bytes | None, proof: MerkleProof) -> None:
    """Check that a block is at the height where a server has it, by what its coinbase states.

    Whoever made the block had to state the height in it; ``place`` is the coinbase's.

    Raises:
        ContradictionError: it states another height, or is no coinbase of that block.
        MalformedError: the bytes do not read as a transaction.
    """
    stated = proven_transaction(place, raw, proof).coinbase_height
    if proof.position != 0 or stated != place.height:
        says = "no height" if stated is None else f"height {stated:,}"
        raise ContradictionError(
            f"block {hex_of_hash(place.header.hash)} is given as that at height {place.height:,}, "
            f"and its coinbase states {says}"
        )


def outputs_by_parents(index: ScriptIndex, coins: Iterable[OutPoint]) -> dict[OutPoint, TxOutput]:
    """What coins hold, as far as the server has the transactions that made them.

    Raises:
        ContradictionError: what it gives are not those transactions.
        MalformedError: they do not read.
    """
    wanted: dict[bytes, list[int]] = {}
    for coin in coins:
        wanted.setdefault(coin.txid, []).append(coin.index)
    found: dict[OutPoint, TxOutput] = {}
    raws = index.raw_transactions(wanted)
    for (txid, indexes), raw in zip(wanted.items(), raws, strict=True):
        if raw is not None:
            found |= _outputs_of(txid, indexes, raw)
    return found


def _outputs_of(txid: bytes, indexes: Sequence[int], raw: bytes) -> dict[OutPoint, TxOutput]:
    """Outputs of a transaction: its hash proves their scripts and amounts."""
    parent = parse_transaction(raw)
    if parent.txid != txid or max(indexes) >= len(parent.outputs):
        raise ContradictionError(
            f"the bytes given for transaction {hex_of_hash(txid)} are not its own"
        )
    return {OutPoint(txid, index): parent.outputs[index] for index in indexes}
