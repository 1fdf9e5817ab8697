"""REST of a Bitcoin node: blocks, headers, filters and spent coins as bytes, without a login.

Paths as in Bitcoin Core's ``doc/REST-interface.md``; the node offers them with ``rest=1``.
"""

from kilosat.chain.header import hex_of_hash
from kilosat.chain.sources.core.http import Answer, Connections, TryAgainError
from kilosat.chain.sources.errors import SourceError

__all__ = ["MOST_HEADERS", "NodeRest"]

MOST_HEADERS = 2000
"""Of one answer (``MAX_REST_HEADERS_RESULTS``)."""


class NodeRest:
    """What a node's REST brings; ``None`` where it says that it has no such thing."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def is_offered(self) -> bool:
        """Whether the node has REST switched on."""
        return self._get("/rest/chaininfo.json") is not None

    def block(self, block_hash: bytes) -> bytes | None:
        """A block with its witnesses."""
        return self._get(f"/rest/block/{hex_of_hash(block_hash)}.bin")

    def headers(self, first: bytes, count: int) -> bytes | None:
        """Headers of the active chain from the one with this hash on, at most ``count``."""
        count = min(count, MOST_HEADERS)
        return self._get(f"/rest/headers/{hex_of_hash(first)}.bin?count={count}")

    def block_filter(self, block_hash: bytes) -> bytes | None:
        """The basic filter of a block (BIP 158), without the type and hash before it."""
        raw = self._get(f"/rest/blockfilter/basic/{hex_of_hash(block_hash)}.bin")
        if raw is None:
            return None
        if raw[:33] != b"\0" + block_hash:
            raise SourceError(f"{self._name} sent the filter of another block")
        length, start = _compact_size(raw, 33)
        if start + length != len(raw):
            raise SourceError(f"{self._name} sent a filter of a wrong length")
        return raw[start:]

    def filter_headers(self, first: bytes, count: int) -> bytes | None:
        """Headers of basic filters (BIP 157) of the block with this hash and those on top of it."""
        count = min(count, MOST_HEADERS)
        return self._get(f"/rest/blockfilterheaders/basic/{hex_of_hash(first)}.bin?count={count}")

    def spent_outputs(self, block_hash: bytes) -> bytes | None:
        """What the inputs of a block spend, transaction by transaction (Bitcoin Core 30)."""
        return self._get(f"/rest/spenttxouts/{hex_of_hash(block_hash)}.bin")

    @property
    def _name(self) -> str:
        return self._connections.address.name

    def _get(self, path: str) -> bytes | None:
        answer = self._connections.patiently(lambda: self._once(path))
        return answer.body if answer.status == 200 else None

    def _once(self, path: str) -> Answer:
        answer = self._connections.exchange("GET", path)
        if answer.status == 503:
            raise TryAgainError(f"{self._name} is still starting, or busy: try again later")
        if answer.status not in {200, 400, 404}:
            raise SourceError(f"{self._name} answers with HTTP status {answer.status}")
        return answer


def _compact_size(raw: bytes, at: int) -> tuple[int, int]:
    """A length and the byte after it; past the end where the bytes are cut short."""
    first = raw[at] if at < len(raw) else 0xFD
    if first < 0xFD:
        return first, at + 1
    width = 1 << (first - 0xFC)
    return int.from_bytes(raw[at + 1 : at + 1 + width], "little"), at + 1 + width
