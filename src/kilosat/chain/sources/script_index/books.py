"""The coins of watched scripts, booked as transactions are found, and held against the listings."""

from collections.abc import Mapping, Sequence

from kilosat.chain.header import hex_of_hash
from kilosat.chain.sources.port import Watched
from kilosat.chain.sources.script_index.server import ContradictionError
from kilosat.chain.transaction import OutPoint, Transaction, TxOutput

__all__ = ["Books"]


class Books:
    """What the found transactions do to the watched scripts, which have numbers here.

    ``whole`` says that the search began with the chain, so that every coin must be made in it.
    """

    def __init__(self, watched: Watched, whole: bool) -> None:
        self.numbers = {script: number for number, script in enumerate(watched.scripts)}
        self.before = set(watched.coins)
        """Coins unspent before the first block and not spent since."""
        self.whole = whole
        self.received = [0] * len(watched.scripts)
        self._unspent: dict[OutPoint, int] = {}
        self._coins: list[dict[OutPoint, int]] = [{} for _ in watched.scripts]

    def coins(self, number: int) -> Mapping[OutPoint, int]:
        """Satoshis of the coins that were made for a script and are not spent."""
        return self._coins[number]

    def book(
        self,
        transaction: Transaction,
        spent: Sequence[TxOutput | None],
        listed: Sequence[int],
    ) -> None:
        """Book a transaction that the histories of the scripts ``listed`` have.

        Raises:
            ContradictionError: it touches other scripts than those, or spends what was not there.
        """
        touched = {self.numbers.get(one.script) for one in transaction.outputs}
        touched |= {self.numbers.get(one.script) for one in spent if one is not None}
        name = hex_of_hash(transaction.txid)
        missing, extra = touched - {None} - set(listed), set(listed) - touched
        # An input that nobody can tell may be the reason.
        if missing or (extra and None not in spent):
            what = "does not list" if missing else "lists"
            raise ContradictionError(
                f"the history of a script {what} transaction {name}, which "
                f"{'does' if missing else 'does not'} concern it"
            )
        for one, output in zip(transaction.inputs, spent, strict=False):
            self._spend(one.outpoint, output, name)
        for index, output in enumerate(transaction.outputs):
            number = self.numbers.get(output.script)
            if number is not None:
                coin = OutPoint(transaction.txid, index)
                self._unspent[coin] = number
                self._coins[number][coin] = output.value_sats
                self.received[number] += output.value_sats

    def _spend(self, coin: OutPoint, output: TxOutput | None, name: str) -> None:
        number = self._unspent.pop(coin, None)
        if number is not None:
            del self._coins[number][coin]
        elif coin in self.before:
            self.before.discard(coin)
        elif self.whole and output is not None and output.script in self.numbers:
            raise ContradictionError(
                f"transaction {name} spends a coin of {hex_of_hash(coin.txid)} that the history "
                "of its script does not have, or that was spent before"
            )
