"""Watched coins that come and go as blocks go by, looked for in compiled code."""

from collections.abc import Iterable

from kilosat.chain.block import Block
from kilosat.chain.scan_walk import Hit, HitKind, scan_block
from kilosat.chain.transaction import OutPoint, TxOutput
from kilosat.chain.watch import Watch

__all__ = ["CoinWatch"]

_LEAST_YOUNG = 256
_NOTHING = Watch(())


class CoinWatch:
    """Coins to look for: many old ones in a table that is seldom built, the few young ones apart.

    ``known`` holds every watched coin that is unspent, with what it holds where that is known.
    """

    def __init__(self, scripts: Iterable[bytes], coins: Iterable[OutPoint]) -> None:
        self.known: dict[OutPoint, TxOutput | None] = dict.fromkeys(coins)
        self._scripts = Watch(scripts)
        self._old = Watch.of_outpoints(self.known)
        self._new: set[OutPoint] = set()
        self._young = _NOTHING

    def hits(self, block: Block) -> tuple[Hit, ...]:
        """What a block pays to watched scripts and spends of watched coins, in its order."""
        hits = scan_block(block.raw, self._scripts, self._old)
        if len(self._young):
            hits += scan_block(block.raw, _NOTHING, self._young)
            hits = tuple(sorted(set(hits), key=lambda hit: hit.offset))
        return hits

    def note(self, block: Block, hits: Iterable[Hit]) -> dict[OutPoint, TxOutput | None]:
        """Take up the coins that a block makes and let go of those that it spends: these come."""
        made: dict[OutPoint, TxOutput] = {}
        spent: list[OutPoint] = []
        for hit in hits:
            if hit.kind is HitKind.OUTPUT:
                output = block.transaction(hit.transaction).outputs[hit.index]
                made[OutPoint(hit.txid, hit.index)] = output
            else:
                spent.append(OutPoint(hit.key[:32], int.from_bytes(hit.key[32:], "little")))
        self.known.update(made)
        self._new.update(made)
        self._new.difference_update(spent)
        if made:
            self._rebuild()
        return {one: self.known.pop(one, None) for one in spent}

    def _rebuild(self) -> None:
        """A spent coin may stay in a table: nothing spends it again."""
        if len(self._new) > max(_LEAST_YOUNG, len(self._old) // 4):
            self._old, self._young = Watch.of_outpoints(self.known), _NOTHING
            self._new.clear()
        else:
            self._young = Watch.of_outpoints(self._new)
