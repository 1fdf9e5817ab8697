"""The script's own books of a scenario: who has which coin, written down as they are spent.

Plain additions over what the script itself decided, with no code of kilosat's.
"""

from collections import defaultdict
from dataclasses import dataclass, field

SATS = 100_000_000

Place = tuple[str, int]
"""Transaction id as printed, and output number."""


@dataclass(frozen=True)
class PaperCoin:
    """An output of the script's own making."""

    place: Place
    owner: str
    address: str
    sats: int


@dataclass(frozen=True)
class Move:
    """Satoshis that a party gained or gave in a block, and why the script made it do so."""

    height: int
    txid: str
    party: str
    sats: int
    why: str


@dataclass
class Books:
    """All coins of the parties and every move, in order."""

    coins: dict[Place, PaperCoin] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    spent: list[tuple[int, PaperCoin]] = field(default_factory=list)
    made: list[tuple[int, PaperCoin]] = field(default_factory=list)

    def enter(
        self, height: int, txid: str, why: str, spent: list[PaperCoin], made: list[PaperCoin]
    ) -> None:
        """A transaction of a block: coins that go, coins that come."""
        gained: dict[str, int] = defaultdict(int)
        for coin in spent:
            del self.coins[coin.place]
            self.spent.append((height, coin))
            gained[coin.owner] -= coin.sats
        for coin in made:
            self.coins[coin.place] = coin
            self.made.append((height, coin))
            gained[coin.owner] += coin.sats
        self.moves += [Move(height, txid, who, sats, why) for who, sats in gained.items()]

    def undo_from(self, height: int) -> None:
        """Forget the blocks from ``height`` on."""
        for place in [coin.place for at, coin in self.made if at >= height]:
            self.coins.pop(place, None)
        for at, coin in self.spent:
            if at >= height and not any(a >= height and c == coin for a, c in self.made):
                self.coins[coin.place] = coin
        self.spent = [one for one in self.spent if one[0] < height]
        self.made = [one for one in self.made if one[0] < height]
        self.moves = [move for move in self.moves if move.height < height]

    def balance(self, party: str, height: int | None = None) -> int:
        """Satoshis of a party after the block at ``height``; now, if none is given."""
        return sum(
            move.sats
            for move in self.moves
            if move.party == party and (height is None or move.height <= height)
        )

    def gained(self, parties: set[str], why: str, to: int | None = None) -> int:
        """What these parties together gained (or gave, below nought) for that reason."""
        return sum(
            move.sats
            for move in self.moves
            if move.party in parties and move.why == why and (to is None or move.height <= to)
        )

    def coins_of(self, party: str) -> list[PaperCoin]:
        """Coins that a party has, the oldest first."""
        return [coin for coin in self.coins.values() if coin.owner == party]
