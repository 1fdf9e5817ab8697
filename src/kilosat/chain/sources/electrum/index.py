"""What an Electrum server says, as ``ScriptIndex``: each answer read and checked by itself."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

from kilosat.chain.address import Network
from kilosat.chain.errors import ProofError
from kilosat.chain.header import (
    HEADER_BYTES,
    Header,
    check_proof_of_work,
    hex_of_hash,
    parse_header,
)
from kilosat.chain.mainnet_difficulty import check_difficulty
from kilosat.chain.merkle import MerkleProof
from kilosat.chain.sources.electrum.client import ElectrumClient, RefusedError
from kilosat.chain.sources.errors import BlocksMissingError, SourceError, WrongNetworkError
from kilosat.chain.sources.port import BlockRef
from kilosat.chain.sources.printable import printable
from kilosat.chain.sources.script_index.branch import proof_of_branch
from kilosat.chain.sources.script_index.coins import Holdings
from kilosat.chain.sources.script_index.networks import GENESIS, LIMITS, network_of_genesis
from kilosat.chain.sources.script_index.proven import check_height, states_height
from kilosat.chain.sources.script_index.server import (
    Claim,
    ContradictionError,
    Listing,
    Place,
)
from kilosat.chain.transaction import OutPoint, TxOutput

__all__ = ["ElectrumIndex", "script_hash"]

_HEADERS_AT_ONCE = 2016
_TOO_LARGE = ("too large", "too many", "exceed", "history limit")
_NOT_THERE = ("no such", "not found", "missing transaction")


def script_hash(script: bytes) -> str:
    """How the protocol names a script: SHA-256, printed last byte first."""
    return hashlib.sha256(script).digest()[::-1].hex()


class ElectrumIndex:
    """One server, on one network."""

    def __init__(self, client: ElectrumClient, network: Network) -> None:
        self.client, self.network = client, network
        self._answers = client.answers
        self._known_network = False

    @property
    def name(self) -> str:
        """How messages call the server."""
        return self.client.name

    @property
    def software(self) -> str:
        """What the server says that it is."""
        return self.client.software

    def close(self) -> None:
        """Close the connection."""
        self.client.close()

    def check_network(self) -> None:
        """Check once that the server has the network's first block.

        Raises:
            WrongNetworkError: it has another one.
        """
        if self._known_network:
            return
        # No work is checked yet: that of another network would not be understood.
        header = self._chunk(0, 1)[0]
        if header.hash != GENESIS[self.network]:
            other = network_of_genesis(header.hash)
            raise WrongNetworkError(
                f"{self.name} serves {other or 'a chain that kilosat does not know'}, not "
                f"{self.network}: give the address of a server for {self.network}"
            )
        self._known_network = True

    def tip(self) -> BlockRef:
        """The last block that the server announces."""
        self.check_network()
        answer = self._fields("blockchain.headers.subscribe")
        height = self._answers.number(answer.get("height"), "the height of the tip")
        header = self._header(self._answers.raw(answer.get("hex"), "the header of the tip"))
        self._check_work(height, header)
        return BlockRef(height, header.hash)

    def block_hash(self, height: int) -> bytes:
        """The hash of the block at a height."""
        return self.headers(height, 1)[0].hash

    def headers(self, first: int, count: int) -> list[Header]:
        """So many headers from a height on, linked to each other and with their work.

        Raises:
            BlocksMissingError: the server has not so many.
            ContradictionError: they do not follow from each other or lack their work.
        """
        headers: list[Header] = []
        while len(headers) < count:
            start = first + len(headers)
            wanted = min(count - len(headers), _HEADERS_AT_ONCE)
            for height, header in enumerate(self._chunk(start, wanted), start):
                self._check_work(height, header)
                if headers and header.previous_hash != headers[-1].hash:
                    raise ContradictionError(
                        f"header {height:,} does not follow from the one before it"
                    )
                headers.append(header)
        return headers

    def headers_at(self, heights: Sequence[int], last: BlockRef) -> Iterator[tuple[int, Header]]:
        """Headers at ascending heights; all from the first of them on are seen to link to
        ``last``, whose coinbase states its height."""
        wanted, previous = set(heights), None
        for start in range(heights[0], last.height + 1, _HEADERS_AT_ONCE):
            chunk = self.headers(start, min(_HEADERS_AT_ONCE, last.height + 1 - start))
            if previous is not None and chunk[0].previous_hash != previous.hash:
                raise ContradictionError(f"header {start:,} does not follow from the one before it")
            previous = chunk[-1]
            if start + len(chunk) > last.height:
                if previous.hash != last.hash:
                    raise ContradictionError(f"the headers do not lead to block {last.height:,}")
                self._check_height(last.height, previous)
            for height, header in enumerate(chunk, start):
                if height in wanted:
                    yield height, header

    def listings(self, scripts: Sequence[bytes], first: int, last: int) -> Iterator[Listing]:
        """Histories from the first to the last height."""
        requests = (("blockchain.scripthash.get_history", (script_hash(s),)) for s in scripts)
        for script, answer in zip(scripts, self.client.calls(requests), strict=True):
            yield self._listing(script, answer, first, last)[0]

    def proofs(self, places: Sequence[Place]) -> Iterator[MerkleProof]:
        """Proofs made of the branches that the server gives."""
        requests = (
            ("blockchain.transaction.get_merkle", (hex_of_hash(one.txid), one.height))
            for one in places
        )
        for place, answer in zip(places, self.client.calls(requests), strict=True):
            if isinstance(answer, RefusedError):
                raise ContradictionError(
                    f"it has no proof that transaction {hex_of_hash(place.txid)} is in block "
                    f"{place.height:,}, where it lists it ('{answer.message}')"
                )
            yield self._proof(place, self._answers.fields(answer, "a Merkle branch"))

    def raw_transactions(self, txids: Iterable[bytes]) -> Iterator[bytes | None]:
        """Transactions; ``None`` for one that the server says it does not have."""
        requests = (("blockchain.transaction.get", (hex_of_hash(txid),)) for txid in txids)
        for answer in self.client.calls(requests):
            if isinstance(answer, RefusedError):
                if not any(word in answer.message.lower() for word in _NOT_THERE):
                    self._refused("a transaction", answer)
                yield None
            else:
                yield self._answers.raw(answer, "a transaction")

    def claims(
        self, scripts: Sequence[bytes], listings: Sequence[Listing], last: int
    ) -> Iterator[Claim]:
        """Balance and coins, then the history once more; only that and the balance for a script
        without any."""
        kinds = ("get_balance", "listunspent", "get_history")
        empty = ("get_balance", "get_history")
        asked = [kinds if one.total else empty for one in listings]
        requests = (
            (f"blockchain.scripthash.{kind}", (script_hash(script),))
            for script, wanted in zip(scripts, asked, strict=True)
            for kind in wanted
        )
        answers = self.client.calls(requests)
        for script, wanted in zip(scripts, asked, strict=True):
            told = {kind: next(answers) for kind in wanted}
            listing, waiting = self._listing(script, told["get_history"], last + 1, last)
            coins = self._coins(script, told.get("listunspent", []))
            balance = self._balance(told["get_balance"])
            yield Claim(balance, None, coins, waiting, listing.highest, listing.stamp)

    def holdings(self, scripts: Sequence[bytes]) -> Holdings:
        """Coins in blocks, waiting transactions and balances."""
        kinds = ("listunspent", "get_mempool", "get_balance")
        requests = (
            (f"blockchain.scripthash.{kind}", (script_hash(script),))
            for script in scripts
            for kind in kinds
        )
        answers = self.client.calls(requests)
        coins: dict[OutPoint, TxOutput] = {}
        waiting: set[bytes] = set()
        balance = 0
        for script in scripts:
            listed, mempool, held = (next(answers) for _ in kinds)
            coins |= self._coins(script, listed)
            waiting |= self._waiting(script, mempool)
            balance += self._balance(held)
        return Holdings(coins, waiting, balance)

    def _waiting(self, script: bytes, answer: Any) -> set[bytes]:
        if isinstance(answer, RefusedError):
            self._refused(f"the waiting transactions of script {script.hex()}", answer)
        items = self._answers.items(answer, "waiting transactions")
        fields = [self._answers.fields(one, "a waiting transaction") for one in items]
        return {self._answers.digest(one.get("tx_hash"), "a transaction's id") for one in fields}

    def _check_height(self, height: int, header: Header) -> None:
        if states_height(self.network, height):
            fields = self._fields("blockchain.transaction.id_from_pos", height, 0, True)
            txid = self._answers.digest(fields.get("tx_hash"), "a transaction's id")
            place = Place(height, header, txid)
            proof = self._proof(place, {**fields, "pos": 0})
            (raw,) = self.raw_transactions([txid])
            check_height(place, raw, proof)

    def _proof(self, place: Place, fields: Mapping[str, Any]) -> MerkleProof:
        position = self._answers.number(fields.get("pos"), "a place in a block")
        branch = self._answers.items(fields.get("merkle"), "a Merkle branch")
        hashes = [self._answers.digest(one, "a hash of a branch") for one in branch]
        return proof_of_branch(place.header, place.txid, position, hashes)

    def _chunk(self, first: int, wanted: int) -> list[Header]:
        """At least one header and as many of the wanted ones as the server gives at once."""
        got = self._fields("blockchain.block.headers", first, wanted)
        raw = self._answers.raw(got.get("hex"), "headers")
        number = self._answers.number(got.get("count"), "a number of headers", 0, wanted)
        if len(raw) != number * HEADER_BYTES:
            raise self._answers.refuse(f"{number} headers", f"{len(raw)} bytes")
        if number == 0:
            raise BlocksMissingError(
                f"{self.name} has no block at height {first:,} yet; wait until it has caught up, "
                "or ask another server"
            )
        return [
            parse_header(raw[at : at + HEADER_BYTES]) for at in range(0, len(raw), HEADER_BYTES)
        ]

    def _listing(self, script: bytes, answer: Any, first: int, last: int) -> tuple[Listing, bool]:
        """A history, and whether transactions are waiting for a block."""
        if isinstance(answer, RefusedError):
            self._refused(f"the history of script {script.hex()}", answer)
        confirmed, waiting = [], False
        for item in self._answers.items(answer, "a history"):
            fields = self._answers.fields(item, "an entry of a history")
            txid = self._answers.digest(fields.get("tx_hash"), "a transaction's id")
            height = self._answers.number(fields.get("height"), "a height", -1)
            if height > 0:
                confirmed.append((height, txid))
            else:
                waiting = True
        self._check_history(script, confirmed)
        settled = [one for one in confirmed if one[0] <= last]
        stamp = hashlib.sha256(repr(settled).encode()).digest()
        highest = confirmed[-1][0] if confirmed else 0
        entries = tuple(one for one in settled if one[0] >= first)
        return Listing(entries, len(confirmed), highest, stamp), waiting

    def _check_history(self, script: bytes, confirmed: Sequence[tuple[int, bytes]]) -> None:
        heights = [height for height, _ in confirmed]
        if heights != sorted(heights) or len({txid for _, txid in confirmed}) < len(heights):
            raise ContradictionError(
                f"the history of script {script.hex()} is not in the order of the blocks, or has a "
                "transaction twice"
            )

    def _coins(self, script: bytes, answer: Any) -> dict[OutPoint, TxOutput]:
        if isinstance(answer, RefusedError):
            self._refused(f"the unspent coins of script {script.hex()}", answer)
        coins: dict[OutPoint, TxOutput] = {}
        for item in self._answers.items(answer, "unspent coins"):
            fields = self._answers.fields(item, "an unspent coin")
            txid = self._answers.digest(fields.get("tx_hash"), "a transaction's id")
            index = self._answers.number(fields.get("tx_pos"), "the place of an output")
            value = self._answers.sats(fields.get("value"), "an amount")
            if self._answers.number(fields.get("height"), "a height", -1) > 0:
                coins[OutPoint(txid, index)] = TxOutput(value, script)
        return coins

    def _balance(self, answer: Any) -> int:
        if isinstance(answer, RefusedError):
            self._refused("a balance", answer)
        fields = self._answers.fields(answer, "a balance")
        return self._answers.sats(fields.get("confirmed"), "a balance")

    def _fields(self, method: str, *params: Any) -> dict[str, Any]:
        try:
            return self._answers.fields(self.client.call(method, *params), "an object")
        except RefusedError as refused:
            self._refused(method, refused)

    def _refused(self, what: str, refused: RefusedError) -> NoReturn:
        message = printable(refused.message)
        if any(word in message.lower() for word in _TOO_LARGE):
            raise SourceError(
                f"{self.name} does not give {what}: '{message}'. It is above the server's limit: "
                "raise that limit (MAX_SEND of ElectrumX), or use your own node"
            )
        raise SourceError(f"{self.name} does not give {what}: '{message}'")

    def _header(self, raw: bytes) -> Header:
        if len(raw) != HEADER_BYTES:
            raise self._answers.refuse("a header", f"{len(raw)} bytes")
        return parse_header(raw)

    def _check_work(self, height: int, header: Header) -> None:
        try:
            check_proof_of_work(header, LIMITS[self.network])
            check_difficulty(header, height, self.network)
        except ProofError as problem:
            raise ContradictionError(f"header {height:,}: {problem}") from None
