"""What an Esplora server says, as ``ScriptIndex``: each answer read and checked by itself.

Interface: https://github.com/Blockstream/esplora/blob/master/API.md
"""

from collections.abc import Iterable, Iterator, Sequence

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
from kilosat.chain.merkle import MerkleProof, parse_merkle_proof
from kilosat.chain.sources.errors import BlocksMissingError, SourceError, WrongNetworkError
from kilosat.chain.sources.esplora.asking import Asking
from kilosat.chain.sources.esplora.histories import (
    Stats,
    history,
    later_transactions,
    script_path,
    stats,
    waiting_transactions,
)
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

__all__ = ["EsploraIndex"]

_TRIES = 3


class EsploraIndex:
    """One server, on one network."""

    def __init__(self, asking: Asking, network: Network) -> None:
        self.asking, self.network = asking, network
        self._answers = asking.answers
        self._known_network = False

    @property
    def name(self) -> str:
        """How messages call the server."""
        return self.asking.client.name

    @property
    def software(self) -> str:
        """What the server says that it is."""
        return self.asking.software

    def close(self) -> None:
        """Close the connection."""
        self.asking.client.close()

    def check_network(self) -> None:
        """Check once that the server has the network's first block.

        Raises:
            WrongNetworkError: it has another one.
            SourceError: it has none, and so is no Esplora server.
        """
        if self._known_network:
            return
        try:
            genesis = self.block_hash(0)
        except BlocksMissingError:
            raise SourceError(
                f"{self.name} does not know the first block; check that the address is that of an "
                "Esplora interface, such as https://host/api"
            ) from None
        if genesis != GENESIS[self.network]:
            other = network_of_genesis(genesis)
            raise WrongNetworkError(
                f"{self.name} serves {other or 'a chain that kilosat does not know'}, not "
                f"{self.network}: give the address of a server for {self.network}"
            )
        self._known_network = True

    def tip(self) -> BlockRef:
        """The last block that the server has."""
        self.check_network()
        height = self.asking.number("/blocks/tip/height")
        return BlockRef(height, self.block_hash(height))

    def block_hash(self, height: int) -> bytes:
        """The hash of the block at a height.

        Raises:
            BlocksMissingError: the server has none.
        """
        body = self.asking.perhaps(f"/block-height/{height}")
        if body is None:
            raise BlocksMissingError(
                f"{self.name} has no block at height {height:,} yet; wait until it has caught up, "
                "or ask another server"
            )
        return self._answers.digest(body.decode("ascii", "replace").strip(), "the hash of a block")

    def header(self, height: int) -> Header:
        """The header at a height, with its work."""
        digest = self.block_hash(height)
        raw = self._answers.raw(self._of_block(digest, "header"), "a header")
        if len(raw) != HEADER_BYTES:
            raise self._answers.refuse("a header", raw.hex())
        return self._checked_header(height, digest, parse_header(raw))

    def headers(self, first: int, count: int) -> list[Header]:
        """So many headers from a height on, linked to each other and with their work.

        They come about ten at a time, from the highest down.
        """
        headers: list[Header] = []
        height = first + count - 1
        if count:
            self.block_hash(height)
        while len(headers) < count:
            page = self.asking.items(f"/blocks/{height}")[: count - len(headers)]
            for item in page:
                header = self._header_of_fields(height, item)
                if headers and headers[-1].previous_hash != header.hash:
                    raise ContradictionError(
                        f"header {height + 1:,} does not follow from the one before it"
                    )
                headers.append(header)
                height -= 1
            if not page:
                raise self._answers.refuse(f"blocks from height {height} down", "[]")
        return headers[::-1]

    def headers_at(self, heights: Sequence[int], last: BlockRef) -> Iterator[tuple[int, Header]]:
        """Headers at the heights, each by itself: to link them would take a request for every ten
        blocks in between. So a block can be invented for its work, which on the main network is
        that of a real one. The coinbase of each states its height, from BIP 34 on."""
        for height in heights:
            header = self.header(height)
            if height == last.height and header.hash != last.hash:
                raise ContradictionError(f"block {height:,} is another one than before")
            if states_height(self.network, height):
                txid = self._answers.digest(self._of_block(header.hash, "txid/0"), "a coinbase")
                place = Place(height, header, txid)
                (proof,), (raw,) = self.proofs([place]), self.raw_transactions([txid])
                check_height(place, raw, proof)
            yield height, header

    def listings(self, scripts: Sequence[bytes], first: int, last: int) -> Iterator[Listing]:
        """Histories from the first to the last height."""
        return (history(self.asking, script, first, last) for script in scripts)

    def proofs(self, places: Sequence[Place]) -> Iterator[MerkleProof]:
        """Proofs as BIP 37 has them, or made of a branch where the server has only that."""
        for place in places:
            txid = hex_of_hash(place.txid)
            body = self.asking.perhaps(f"/tx/{txid}/merkleblock-proof")
            if body is None:
                yield self._proof_of_branch(place)
            else:
                text = body.decode("ascii", "replace").strip()
                yield parse_merkle_proof(self._answers.raw(text, "a Merkle proof"))

    def raw_transactions(self, txids: Iterable[bytes]) -> Iterator[bytes | None]:
        """Transactions; ``None`` for one that the server says it does not have."""
        return (self.asking.perhaps(f"/tx/{hex_of_hash(txid)}/raw") for txid in txids)

    def claims(
        self, scripts: Sequence[bytes], listings: Sequence[Listing], last: int
    ) -> Iterator[Claim]:
        """The server's sums and coins, and the number of transactions up to ``last`` again."""
        for script, listing in zip(scripts, listings, strict=True):
            told, coins = self._settled(script)
            highest, stamp = listing.highest, listing.stamp
            if told.transactions != listing.total:
                later = later_transactions(self.asking, script, last)
                highest, stamp = max(later, default=0), told.transactions - len(later)
            waiting = told.waiting > 0
            yield Claim(told.balance_sats, told.received_sats, coins, waiting, highest, stamp)

    def holdings(self, scripts: Sequence[bytes]) -> Holdings:
        """Coins in blocks, waiting transactions and balances.

        Raises:
            SourceError: there are more of them than the server lists.
        """
        coins: dict[OutPoint, TxOutput] = {}
        waiting: set[bytes] = set()
        balance = 0
        for script in scripts:
            told, listed = self._settled(script)
            if listed is None:
                raise SourceError(
                    f"script {script.hex()} has more unspent coins than {self.name} lists; raise "
                    "its limit (--utxos-limit of electrs), or use your own node"
                )
            coins |= listed
            waiting |= waiting_transactions(self.asking, script) if told.waiting else set()
            balance += told.balance_sats
        return Holdings(coins, waiting, balance)

    def coins(self, script: bytes) -> dict[OutPoint, TxOutput] | None:
        """Confirmed coins that the server lists as unspent; ``None`` where it refuses to list
        so many."""
        path = f"{script_path(script)}/utxo"
        answer = self.asking.refusal(path)
        if answer.status == 400 and b"too many" in answer.body.lower():
            return None
        if answer.status != 200:
            said = printable(answer.body[:200].decode("utf-8", "replace"))
            raise SourceError(
                f"{self.name} does not give the unspent coins of script {script.hex()}: "
                f"HTTP status {answer.status}, '{said}'"
            )
        coins: dict[OutPoint, TxOutput] = {}
        for item in self._answers.items(self.asking.read_json(answer.body), "unspent coins"):
            fields = self._answers.fields(item, "an unspent coin")
            status = self._answers.fields(fields.get("status"), "the status of a coin")
            txid = self._answers.digest(fields.get("txid"), "a transaction's id")
            index = self._answers.number(fields.get("vout"), "the place of an output")
            value = self._answers.sats(fields.get("value"), "an amount")
            if status.get("confirmed") is True:
                coins[OutPoint(txid, index)] = TxOutput(value, script)
        return coins

    def _of_block(self, digest: bytes, what: str) -> str:
        """A text about a block of the chain; one that the server just named."""
        name = hex_of_hash(digest)
        body = self.asking.perhaps(f"/block/{name}/{what}")
        if body is None:
            raise ContradictionError(f"it names block {name} and does not have it")
        return body.decode("ascii", "replace").strip()

    def _settled(self, script: bytes) -> tuple[Stats, dict[OutPoint, TxOutput] | None]:
        """Sums and coins of one moment: the sums are the same before and after."""
        for _ in range(_TRIES):
            before = stats(self.asking, script)
            coins = self.coins(script) if before.transactions else {}
            if not before.transactions or stats(self.asking, script) == before:
                return before, coins
        raise ContradictionError(f"the sums of script {script.hex()} change all the time")

    def _proof_of_branch(self, place: Place) -> MerkleProof:
        txid = hex_of_hash(place.txid)
        body = self.asking.perhaps(f"/tx/{txid}/merkle-proof")
        if body is None:
            raise ContradictionError(
                f"it has no proof that transaction {txid} is in block {place.height:,}, where it "
                "lists it"
            )
        fields = self._answers.fields(self.asking.read_json(body), "a Merkle branch")
        position = self._answers.number(fields.get("pos"), "a place in a block")
        branch = self._answers.items(fields.get("merkle"), "a Merkle branch")
        hashes = [self._answers.digest(one, "a hash of a branch") for one in branch]
        return proof_of_branch(place.header, place.txid, position, hashes)

    def _header_of_fields(self, height: int, item: object) -> Header:
        read = self._answers
        fields = read.fields(item, "a block")
        if read.number(fields.get("height"), "a height") != height:
            raise ContradictionError(f"block {height:,} is missing from its list of blocks")
        version = read.number(fields.get("version"), "a version", -(1 << 31), (1 << 32) - 1)
        numbers = [
            read.number(fields.get(key), f"'{key}' of a block", 0, (1 << 32) - 1)
            for key in ("timestamp", "bits", "nonce")
        ]
        # Block 0 has no block before it, and some servers say so.
        before = fields.get("previousblockhash") or "00" * 32
        header = Header(
            version if version < 1 << 31 else version - (1 << 32),
            read.digest(before, "the hash of a block"),
            read.digest(fields.get("merkle_root"), "a Merkle root"),
            *numbers,
        )
        return self._checked_header(height, read.digest(fields.get("id"), "a hash"), header)

    def _checked_header(self, height: int, digest: bytes, header: Header) -> Header:
        if header.hash != digest:
            raise ContradictionError(
                f"the header given for block {height:,} is not that of {hex_of_hash(digest)}"
            )
        try:
            check_proof_of_work(header, LIMITS[self.network])
            check_difficulty(header, height, self.network)
        except ProofError as problem:
            raise ContradictionError(f"header {height:,}: {problem}") from None
        return header
