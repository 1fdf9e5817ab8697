"""What the wallets of the register received and spent, as far as the archive's transactions go."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from kilosat.chain.archive.model import Archive, ArchivedTransaction
from kilosat.chain.archive.verification import WalletProof
from kilosat.chain.register import Register
from kilosat.chain.scan.watching import scripts_to_watch
from kilosat.chain.transaction import OutPoint, TxOutput

__all__ = ["Holdings", "coins_left", "holdings_of", "wallet_proofs"]


@dataclass(frozen=True)
class Holdings:
    """Wallet by output script; the coins that the transactions make, and those that they leave."""

    wallets: Mapping[bytes, str]
    made: Mapping[OutPoint, TxOutput]
    left: Mapping[OutPoint, TxOutput]


def holdings_of(archive: Archive, register: Register) -> Holdings:
    """The wallets' scripts, and the coins of all transactions."""
    paid = {output.script for one in archive.transactions for output in one.transaction.outputs}
    watched = scripts_to_watch(register.wallets.values(), paid)
    made = _coins_made(archive.transactions)
    wallets: dict[bytes, str] = {}
    for one in watched:
        wallets.setdefault(one.script, one.wallet)
    return Holdings(wallets, made, coins_left(archive.transactions))


def coins_left(transactions: Iterable[ArchivedTransaction]) -> dict[OutPoint, TxOutput]:
    """The coins that transactions make and do not spend themselves."""
    known = tuple(transactions)
    left = _coins_made(known)
    for one in known:
        for spending in one.transaction.inputs:
            left.pop(spending.outpoint, None)
    return left


def wallet_proofs(
    archive: Archive, register: Register, holdings: Holdings, signed: Collection[bytes]
) -> tuple[WalletProof, ...]:
    """Sums for each wallet of the register; ``signed`` are scripts."""
    sums: dict[str, list[int]] = {key: [0, 0, 0, 0, 0] for key in register.wallets}
    for one in archive.transactions:
        received = _by_wallet(holdings, one.transaction.outputs)
        spent = _by_wallet(holdings, [held for held in archive.spent_outputs(one) if held])
        for wallet in {*received, *spent}:
            row = sums[wallet]
            row[0] += 1
            row[1] += received.get(wallet, 0)
            row[2] += spent.get(wallet, 0)
    for output in holdings.left.values():
        if key := holdings.wallets.get(output.script):
            sums[key][3] += output.value_sats
            sums[key][4] += output.value_sats if output.script in signed else 0
    return tuple(
        WalletProof(key, wallet.title, wallet.entity, *sums[key])
        for key, wallet in register.wallets.items()
    )


def _by_wallet(holdings: Holdings, outputs: Iterable[TxOutput]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for output in outputs:
        if wallet := holdings.wallets.get(output.script):
            sums[wallet] = sums.get(wallet, 0) + output.value_sats
    return sums


def _coins_made(transactions: Iterable[ArchivedTransaction]) -> dict[OutPoint, TxOutput]:
    return {
        OutPoint(one.transaction.txid, place): output
        for one in transactions
        for place, output in enumerate(one.transaction.outputs)
    }
