"""What the sources stated, held against what the chain bears out: it may not contradict it."""

from collections.abc import Callable, Mapping
from hashlib import sha256

from kilosat.chain.archive.holdings import Holdings, coins_left
from kilosat.chain.archive.model import Archive, ArchivedTransaction
from kilosat.chain.archive.verification import Check
from kilosat.chain.errors import ProofError
from kilosat.chain.header import hex_of_hash
from kilosat.chain.sources.port import Unspent
from kilosat.chain.transaction import OutPoint, TxOutput

__all__ = ["check_statements", "ledger_fingerprint"]


def check_statements(archive: Archive, holdings: Holdings) -> tuple[Check, ...]:
    """Completeness, the ledger's fingerprint, the source's own list of unspent coins."""
    return (
        _told("completeness", "Nothing left out", lambda: _completeness(archive, holdings)),
        _ledger(archive),
        _told("unspent", "The source's word on unspent coins", lambda: _unspent(archive, holdings)),
    )


def ledger_fingerprint(archive: Archive) -> str:
    """The fingerprint that the ledger of these transactions has: the same as ``Ledger`` prints."""
    digest, watched = sha256(b"kilosat ledger 1"), frozenset(archive.said.scripts)
    for one in archive.transactions:
        place = one.height.to_bytes(4, "little") + one.proof.header.hash
        digest.update(place + one.proof.position.to_bytes(4, "little") + one.transaction.txid)
        for number, held in enumerate(archive.spent_outputs(one)):
            if held and held.script in watched:
                amount = held.value_sats.to_bytes(8, "little")
                length = len(held.script).to_bytes(4, "little")
                digest.update(number.to_bytes(4, "little") + amount + length + held.script)
    return digest.hexdigest()


def _told(key: str, title: str, told: Callable[[], str]) -> Check:
    """A statement is never proven; it fails where the chain contradicts it."""
    try:
        return Check(key, title, "not proven", told())
    except ProofError as problem:
        return Check(key, title, "failed", f"{problem}")


def _completeness(archive: Archive, holdings: Holdings) -> str:
    for one in archive.transactions:
        _check_nothing_is_missing(archive, holdings, one)
    count = len(holdings.wallets)
    missing = count - len(holdings.wallets.keys() & set(archive.said.scripts))
    if missing:
        return (
            f"{missing:,} of {count:,} addresses of the register were not searched for when the "
            "archive was made: what they hold is not known"
        )
    return (
        f"the source says to have searched all blocks up to {archive.as_of.height:,} for all "
        f"{count:,} addresses; no proof shows what is not in a block"
    )


def _check_nothing_is_missing(
    archive: Archive, holdings: Holdings, one: ArchivedTransaction
) -> None:
    """A wallet's coin that is spent here was paid to it, and that payment must be here too."""
    for spending, held in zip(one.transaction.inputs, archive.spent_outputs(one), strict=False):
        if held and held.script in holdings.wallets and spending.outpoint not in holdings.made:
            coin = f"{hex_of_hash(spending.outpoint.txid)}:{spending.outpoint.index}"
            raise ProofError(
                f"coin {coin} of a wallet is spent, and the transaction that paid it was left out"
            )


def _ledger(archive: Archive) -> Check:
    title, stated = "The ledger's fingerprint", archive.said.ledger
    if not stated:
        return Check("ledger", title, "not proven", "none is stated")
    if ledger_fingerprint(archive) != stated:
        detail = "it is stated, and these transactions give another one"
        return Check("ledger", title, "failed", detail)
    detail = f"{stated} follows from these transactions: compare it with the one of an audit"
    return Check("ledger", title, "proven", detail)


def _unspent(archive: Archive, holdings: Holdings) -> str:
    stated = archive.said.unspent
    if stated is None:
        return "the archive has none"
    place = f"block {stated.tip.height:,}"
    listed = {c: o for c, o in stated.coins.items() if o.script in holdings.wallets}
    inside = stated.tip.height <= archive.as_of.height
    if inside and stated.tip.height >= archive.first_height:
        if archive.header(stated.tip.height).hash != stated.tip.hash:
            raise ProofError("it is as of a block that is not in the chain")
        _check_equal(listed, _left_of_wallets(archive, holdings, stated), place)
        return f"as of {place} it lists what these transactions leave, {len(listed):,} coins"
    if inside:
        return f"it is as of {place}, before the headers begin"
    _check_possible(listed, holdings)
    return f"it is as of {place}, after the last block here, and contradicts nothing"


def _left_of_wallets(
    archive: Archive, holdings: Holdings, stated: Unspent
) -> Mapping[OutPoint, TxOutput]:
    until = [one for one in archive.transactions if one.height <= stated.tip.height]
    left = coins_left(until)
    searched = frozenset(archive.said.scripts)
    return {
        coin: output
        for coin, output in left.items()
        if output.script in holdings.wallets and output.script in searched
    }


def _check_equal(
    listed: Mapping[OutPoint, TxOutput], left: Mapping[OutPoint, TxOutput], place: str
) -> None:
    different = [coin for coin in {*listed, *left} if listed.get(coin) != left.get(coin)]
    if different:
        coin = min(different, key=OutPoint.to_bytes)
        name = f"{hex_of_hash(coin.txid)}:{coin.index}"
        raise ProofError(
            f"as of {place} it differs from what these transactions leave in {len(different):,} "
            f"coins, such as {name}"
        )


def _check_possible(listed: Mapping[OutPoint, TxOutput], holdings: Holdings) -> None:
    """Later blocks may have spent coins and brought new ones; they bring none back."""
    for coin, output in listed.items():
        known = holdings.made.get(coin)
        if known is not None and (known != output or coin not in holdings.left):
            name = f"{hex_of_hash(coin.txid)}:{coin.index}"
            raise ProofError(f"it lists coin {name}, which is spent or another one here")
