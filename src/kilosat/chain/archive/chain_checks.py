"""What the chain itself bears out: headers, heights, transactions in their blocks, amounts."""

from collections.abc import Callable
from dataclasses import dataclass

from kilosat.chain.archive.difficulty import check_retargets
from kilosat.chain.archive.model import Archive, ArchivedTransaction
from kilosat.chain.archive.verification import Check, CheckOutcome
from kilosat.chain.errors import ChainError, ProofError
from kilosat.chain.header import chain_work, hex_of_hash
from kilosat.chain.scan.networks import GENESIS, GENESIS_COINBASE, WORK_LIMIT
from kilosat.chain.transaction import OutPoint

__all__ = ["ChainChecks", "check_chain"]

_BIP34_FROM = {"mainnet": 227_931, "testnet": 21_111, "signet": 1, "regtest": 1}
"""From these heights on nodes refuse a coinbase that does not state its height (BIP 90)."""


@dataclass(frozen=True)
class ChainChecks:
    """The checks, and the work of the headers (0 where they failed)."""

    checks: tuple[Check, ...]
    work: int


def check_chain(archive: Archive) -> ChainChecks:
    """All that can be checked without knowing whose the scripts are."""
    work, headers = _headers(archive)
    checks = (
        headers,
        _checked("tip", "The last block", lambda: _tip(archive)),
        _heights(archive),
        _checked("difficulty", "Rule of difficulty", lambda: check_retargets(archive)),
        _checked("transactions", "Transactions in their blocks", lambda: _transactions(archive)),
        _inputs(archive),
    )
    return ChainChecks(checks, work)


def _checked(key: str, title: str, told: Callable[[], str]) -> Check:
    """The check whose proof is told, or which fails with what was raised."""
    try:
        return Check(key, title, "proven", told())
    except ChainError as problem:
        return Check(key, title, "failed", f"{problem}")


def _headers(archive: Archive) -> tuple[int, Check]:
    try:
        work = chain_work(archive.headers, WORK_LIMIT[archive.network])
    except ChainError as problem:
        return 0, Check("headers", "Headers", "failed", f"{problem}")
    detail = (
        f"{len(archive.headers):,} headers, by the file heights {archive.first_height:,} to "
        f"{archive.as_of.height:,}, each with the work that it claims and each naming the one "
        f"before it; together {work:.4g} hashes"
    )
    return work, Check("headers", "Headers", "proven", detail)


def _tip(archive: Archive) -> str:
    if archive.headers[-1].hash != archive.as_of.hash:
        raise ProofError("the last header is not of the block that the archive is as of")
    return f"block {hex_of_hash(archive.as_of.hash)}"


def _heights(archive: Archive) -> Check:
    """Nothing in a header tells its height; the first block and coinbases do."""
    genesis = GENESIS.get(archive.network)
    title, upto = "Heights", archive.as_of.height
    if archive.first_height == 0 and genesis is not None:
        if archive.headers[0].hash != genesis:
            detail = f"the first block is not that of {archive.network}"
            return Check("heights", title, "failed", detail)
        return Check("heights", title, "proven", f"counted from the first block to {upto:,}")
    stating = [one for one in archive.transactions if _must_state_height(archive, one)]
    wrong = [one for one in stating if one.transaction.coinbase_height != one.height]
    if wrong:
        detail = f"the coinbase at height {wrong[0].height:,} states another height"
        return Check("heights", title, "failed", detail)
    if stating:
        return Check(
            "heights", title, "proven", f"the coinbase of block {stating[0].height:,} states it"
        )
    detail = "as the archive states them: no header says its height, and no coinbase is here to"
    return Check("heights", title, "not proven", detail)


def _must_state_height(archive: Archive, one: ArchivedTransaction) -> bool:
    enforced = one.height >= _BIP34_FROM[archive.network] and one.proof.header.version >= 2
    return one.transaction.is_coinbase and enforced


def _transactions(archive: Archive) -> str:
    for one in archive.transactions:
        name = f"transaction {hex_of_hash(one.transaction.txid)}"
        try:
            one.proof.check(one.raw)
        except ChainError as problem:
            raise ProofError(
                f"{name} is not proven to be in block {one.height:,}: {problem}"
            ) from None
        if one.transaction.is_coinbase != (one.proof.position == 0):
            raise ProofError(f"{name}: a coinbase comes first in its block, nothing else does")
        if one.transaction.txid == GENESIS_COINBASE:
            raise ProofError(f"{name}: the coins of the first block were never there to be spent")
    blocks = len({one.height for one in archive.transactions})
    return f"{len(archive.transactions):,} transactions in {blocks:,} blocks, by Merkle proofs"


def _inputs(archive: Archive) -> Check:
    """Amounts of inputs: by the transactions that made them, or only as stated."""
    title = "Coins that are spent"
    try:
        proven, stated, unknown = _count_inputs(archive)
    except ProofError as problem:
        return Check("inputs", title, "failed", f"{problem}")
    outcome: CheckOutcome = "not proven" if stated or unknown else "proven"
    parts = [f"{proven:,} inputs spend coins of transactions that are in the archive"]
    parts += [f"what {stated:,} others spend is the source's word"] if stated else []
    parts += [f"what {unknown:,} others spend is not known"] if unknown else []
    detail = "; ".join(parts)
    if stated or unknown:
        detail += " (that bears on fees and on who paid, not on what wallets received)"
    return Check("inputs", title, outcome, detail)


def _count_inputs(archive: Archive) -> tuple[int, int, int]:
    """Inputs whose coin is proven, stated, unknown."""
    spent: set[OutPoint] = set()
    places = {
        one.transaction.txid: (one.height, one.proof.position) for one in archive.transactions
    }
    counts = [0, 0, 0]
    for one in archive.transactions:
        if one.transaction.is_coinbase:
            continue
        for spending in one.transaction.inputs:
            coin = spending.outpoint
            name = f"coin {hex_of_hash(coin.txid)}:{coin.index}"
            if coin in spent:
                raise ProofError(f"{name} is spent twice")
            spent.add(coin)
            if places.get(coin.txid, (-1, 0)) >= (one.height, one.proof.position):
                raise ProofError(f"{name} is spent before it is made")
            if coin.txid in archive.proven_outputs:
                if archive.spent_output(coin) is None:
                    raise ProofError(f"{name} does not exist: its transaction has fewer outputs")
                counts[0] += 1
            else:
                counts[1 if coin in archive.said.spent else 2] += 1
        _check_sum(archive, one)
    return counts[0], counts[1], counts[2]


def _check_sum(archive: Archive, one: ArchivedTransaction) -> None:
    held = [archive.spent_output(spending.outpoint) for spending in one.transaction.inputs]
    known = [output.value_sats for output in held if output]
    if len(known) == len(held) and sum(known) < one.transaction.output_sats:
        name = hex_of_hash(one.transaction.txid)
        raise ProofError(f"transaction {name} pays more than its inputs are said to hold")
