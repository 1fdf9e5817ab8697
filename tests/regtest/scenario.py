"""A state's bitcoin on a real chain: what happened in El Salvador and some more, within months.

A treasury, a retail wallet of the state with clients' coins in it, and law enforcement; an
exchange, a pool, clients and strangers. The script decides every amount and fee, so that its books
(``books.py``) say to the satoshi what an audit must find.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from .books import SATS, Books, PaperCoin

FEE = 1_234
"""Satoshis of fee of each transaction."""
START = datetime(2024, 3, 1, tzinfo=UTC)
FIRST_BLOCKS = 300
STATE = {"treasury", "mine", "retail", "police"}
PARTIES = ("treasury", "mine", "retail", "police", "exchange", "pool", "client", "stranger")
PURCHASES = 18
PURCHASE_SATS = 300 * SATS
RETAIL_SATS = 1_121 * SATS
DAILY = 30
SHARES = 14


class Node(Protocol):
    """What the scenario needs of a node in regtest."""

    def rpc(self, method: str, *params: Any, wallet: str = "") -> Any:
        """Result of a call."""
        ...


@dataclass
class Scenario:
    """The story, told to a node block by block."""

    node: Node
    books: Books = field(default_factory=Books)
    now: datetime = START
    height: int = 0
    announcements: list[dict[str, str]] = field(default_factory=list)
    addresses: dict[str, list[str]] = field(default_factory=dict)
    before_reorganisation: int = 0
    lost_purchase: str = ""

    # -- the story -----------------------------------------------------------------------------

    def play(self) -> "Scenario":
        """Everything up to the reorganisation."""
        self._open()
        self._fund()
        self._purchases()
        self._retail()
        self._mined()
        self._seizure()
        self._consolidation()
        self._clients()
        self._mixed()
        self._strange()
        self._coinjoin()
        self._split()
        self._outflows()
        self.before_reorganisation = self.height
        return self

    def buy_then_lose(self) -> int:
        """A purchase in the first of six blocks; the height of that block."""
        self._day(3)
        self.lost_purchase = self._pay("exchange", [("treasury", 250 * SATS)], "purchase")
        self._announce("purchase", 250 * SATS, "250 bought, just confirmed", self.lost_purchase)
        for _ in range(5):
            self._block([])
        return self.height - 5

    def reorganise(self, first: int) -> None:
        """Seven other blocks take the place of those from ``first`` on, without the purchase."""
        self.node.rpc("invalidateblock", self.node.rpc("getblockhash", first))
        self.books.undo_from(first)
        self.height = first - 1
        for _ in range(7):
            self._block([])
        self._day(1)
        self._pay("exchange", [("retail", 5 * SATS)], "purchase")

    # -- its parts -----------------------------------------------------------------------------

    def _open(self) -> None:
        self.node.rpc("setmocktime", int(self.now.timestamp()))
        for party in PARTIES:
            self.node.rpc("createwallet", party)
            self.addresses[party] = []
        self._new("treasury")
        self._new("exchange")

    def _fund(self) -> None:
        """The exchange has been mining for long."""
        mining = self._new("exchange")
        for _ in range(FIRST_BLOCKS // 50):
            self.now += timedelta(minutes=500)
            self.node.rpc("setmocktime", int(self.now.timestamp()))
            self._enter_coinbases("exchange", self.node.rpc("generatetoaddress", 50, mining))
        old = [coin for coin in self.books.coins_of("exchange") if coin.sats == 50 * SATS][:145]
        hot = self.addresses["exchange"][0]
        total = sum(coin.sats for coin in old)
        self._send(old, [("exchange", hot, total - FEE)], "own")
        for party, sats in (("pool", 20), ("client", 60), ("stranger", 500)):
            self._pay("exchange", [(party, sats * SATS)], "outside")

    def _purchases(self) -> None:
        for number in range(PURCHASES):
            self._day(5)
            txid = self._pay("exchange", [("treasury", PURCHASE_SATS)], "purchase")
            if number < 4:
                self._announce("purchase", PURCHASE_SATS, "we bought 300", txid)
            elif number < PURCHASES - 2:
                self._announce("purchase", PURCHASE_SATS, "we bought 300")

    def _retail(self) -> None:
        self._day(2)
        self._new("retail")
        self._pay("exchange", [("retail", RETAIL_SATS)], "purchase")

    def _mined(self) -> None:
        mine = self._new("mine")
        for _ in range(3):
            self._day(1)
            self._block([], mine, "mine")
        self._day(1)
        self._pay("pool", [("mine", SATS // 2)], "pool payout")

    def _seizure(self) -> None:
        self._day(2)
        self._new("police")
        txid = self._pay("stranger", [("police", 200 * SATS)], "seizure")
        self._announce("seizure", 200 * SATS, "police took 200", txid, entity="police")

    def _consolidation(self) -> None:
        """A coin a day from the retail wallet to the reserve, each announced as if bought."""
        for _ in range(DAILY):
            self._day(1)
            self._pay("retail", [("treasury", SATS)], "internal")
            self._announce("purchase", SATS, "one more bitcoin today")

    def _clients(self) -> None:
        for _ in range(5):
            self._day(1)
            self._pay("client", [("retail", 2 * SATS)], "client deposit")
        self._pay("retail", [("client", SATS)], "client withdrawal")

    def _mixed(self) -> None:
        """Treasury and exchange pay into one transaction; the treasury comes out with 50 more."""
        self._day(1)
        ours = [coin for coin in self.books.coins_of("treasury") if coin.sats == PURCHASE_SATS][:1]
        theirs = [max(self.books.coins_of("exchange"), key=lambda coin: coin.sats)]
        rest = theirs[0].sats - 50 * SATS - FEE
        hot, reserve = self.addresses["exchange"][0], self.addresses["treasury"][0]
        outputs = [("treasury", reserve, PURCHASE_SATS + 50 * SATS), ("exchange", hot, rest)]
        self._send(ours + theirs, outputs, "mixed")

    def _strange(self) -> None:
        self._day(1)
        self._pay("stranger", [("treasury", 77 * SATS)], "unexplained")
        reserve = self.addresses["treasury"][0]
        for _ in range(3):
            self._day(1)
            self._pay("stranger", [("treasury", 546)], "dust", to={"treasury": reserve})

    def _coinjoin(self) -> None:
        """Five parties of whom one is the retail wallet; each gets an equal output."""
        self._day(1)
        coins = [
            max(self.books.coins_of(party), key=lambda coin: coin.sats)
            for party in ("retail", "stranger", "client", "pool", "exchange")
        ]
        outputs = []
        for coin in coins:
            share = FEE if coin.owner == "retail" else 0
            outputs.append((coin.owner, self._new(coin.owner), SATS))
            outputs.append((coin.owner, self._new(coin.owner), coin.sats - SATS - share))
        self._send(coins, outputs, "coinjoin")

    def _split(self) -> None:
        """The reserve goes from one address to fourteen, of at most 500 each."""
        self._day(2)
        coins = self.books.coins_of("treasury")
        left = sum(coin.sats for coin in coins) - FEE
        outputs: list[tuple[str, str, int]] = []
        while left:
            sats = min(left, 500 * SATS)
            outputs.append(("treasury", self._new("treasury"), sats))
            left -= sats
        while len(outputs) < SHARES:
            owner, address, sats = outputs.pop()
            outputs.append((owner, address, sats // 2))
            outputs.append((owner, self._new("treasury"), sats - sats // 2))
        assert len(outputs) == SHARES
        self._send(coins, outputs, "internal")

    def _outflows(self) -> None:
        self._day(1)
        hot = self.addresses["exchange"][0]
        self._pay("treasury", [("exchange", 10 * SATS)], "sale", to={"exchange": hot})
        self._announce("sale", 10 * SATS, "sold ten")
        self._day(1)
        self._pay("police", [("stranger", 3 * SATS)], "outflow")

    # -- how blocks and transactions are made ----------------------------------------------------

    def _day(self, days: int) -> None:
        self.now += timedelta(days=days)

    def _new(self, party: str) -> str:
        address = str(self.node.rpc("getnewaddress", wallet=party))
        self.addresses[party].append(address)
        return address

    def _pay(
        self,
        party: str,
        outputs: Sequence[tuple[str, int]],
        why: str,
        to: dict[str, str] | None = None,
    ) -> str:
        """One payment in a block of its own, the change to the payer's newest address."""
        wanted = sum(sats for _, sats in outputs) + FEE
        coins: list[PaperCoin] = []
        for coin in sorted(self.books.coins_of(party), key=lambda one: -one.sats):
            if self._is_mature(coin):
                coins.append(coin)
            if sum(one.sats for one in coins) >= wanted:
                break
        made = []
        for owner, sats in outputs:
            address = (to or {}).get(owner) or self._usual(owner)
            made.append((owner, address, sats))
        change = sum(coin.sats for coin in coins) - wanted
        assert change >= 0, f"{party} lacks {-change} satoshis"
        if change:
            made.append((party, self._change(party), change))
        return self._send(coins, made, why)

    def _usual(self, owner: str) -> str:
        if owner in ("treasury", "exchange"):
            return self.addresses[owner][0]
        return self.addresses[owner][-1] if self.addresses[owner] else self._new(owner)

    def _change(self, party: str) -> str:
        if party == "exchange":
            return self.addresses[party][0]
        return str(self.node.rpc("getrawchangeaddress", wallet=party))

    def _is_mature(self, coin: PaperCoin) -> bool:
        born = {place: at for at, place in self._coinbases.items()}
        return coin.place not in born or self.height - born[coin.place] >= 100

    _coinbases: dict[int, tuple[str, int]] = field(default_factory=dict)

    def _send(
        self, coins: Sequence[PaperCoin], outputs: Sequence[tuple[str, str, int]], why: str
    ) -> str:
        inputs = [{"txid": coin.place[0], "vout": coin.place[1]} for coin in coins]
        paid = [{address: str(Decimal(sats) / SATS)} for _, address, sats in outputs]
        raw = self.node.rpc("createrawtransaction", inputs, paid)
        for owner in dict.fromkeys(coin.owner for coin in coins):
            raw = self.node.rpc("signrawtransactionwithwallet", raw, wallet=owner)["hex"]
        txid = str(self.node.rpc("decoderawtransaction", raw)["txid"])
        self._block([raw])
        made = [
            PaperCoin((txid, number), owner, address, sats)
            for number, (owner, address, sats) in enumerate(outputs)
        ]
        self.books.enter(self.height, txid, why, list(coins), made)
        return txid

    def _block(self, raw: list[str], address: str = "", owner: str = "miner") -> None:
        self.now += timedelta(minutes=10)
        self.node.rpc("setmocktime", int(self.now.timestamp()))
        target = address or self._nobody
        found = self.node.rpc("generateblock", target, raw)["hash"]
        self._enter_coinbases(owner, [found])

    @property
    def _nobody(self) -> str:
        """Where other miners' coins go: nobody of the story."""
        return str(self.node.rpc("decodescript", "0014" + 20 * "77")["address"])

    def _enter_coinbases(self, owner: str, hashes: Sequence[str]) -> None:
        for block in hashes:
            self.height += 1
            coinbase = self.node.rpc("getblock", block, 2)["tx"][0]
            output = coinbase["vout"][0]
            sats = int(Decimal(str(output["value"])) * SATS)
            address = output["scriptPubKey"].get("address", "")
            coin = PaperCoin((coinbase["txid"], 0), owner, address, sats)
            self._coinbases[self.height] = coin.place
            why = "mined" if owner == "mine" else "issued"
            self.books.enter(self.height, coinbase["txid"], why, [], [coin])

    def _announce(
        self, kind: str, sats: int, text: str, txid: str = "", entity: str = "office"
    ) -> None:
        entry = {
            "date": self.today.isoformat(),
            "entity": entity,
            "kind": kind,
            "text": text,
            "btc": f"{Decimal(sats) / SATS:.8f}",
        }
        self.announcements.append(entry | ({"txid": txid} if txid else {}))

    @property
    def today(self) -> date:
        """The day of the last block."""
        return self.now.date()
