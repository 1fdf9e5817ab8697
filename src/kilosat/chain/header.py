"""Block headers: 80 bytes, their hash, their target and the work behind a chain of them.

Hashes are ``bytes`` in the order of the wire; people print them the other way round
(``hex_of_hash``). The rules are those of Bitcoin Core, ``arith_uint256.cpp`` and ``pow.cpp``.
"""

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from kilosat.chain.errors import ChainError, MalformedError, ProofError

__all__ = [
    "HEADER_BYTES",
    "MAINNET_LIMIT",
    "REGTEST_LIMIT",
    "SIGNET_LIMIT",
    "Header",
    "chain_work",
    "check_proof_of_work",
    "double_sha256",
    "hash_of_hex",
    "hex_of_hash",
    "parse_header",
    "target_of_bits",
    "work_of_target",
]

HEADER_BYTES = 80
MAINNET_LIMIT = (1 << 224) - 1
"""The easiest target of mainnet and testnet; ``powLimit`` in Core's ``chainparams.cpp``."""
SIGNET_LIMIT = 0x377AE << 216
REGTEST_LIMIT = (1 << 255) - 1
_LAYOUT = struct.Struct("<i32s32sIII")
_HASHES = 1 << 256


@dataclass(frozen=True)
class Header:
    """The six fields of a block header.

    ``version`` is signed, ``time`` is in seconds since 1970 (UTC) as the miner stated it, and
    ``bits`` is the target in compact form.
    """

    version: int
    previous_hash: bytes
    merkle_root: bytes
    time: int
    bits: int
    nonce: int

    def to_bytes(self) -> bytes:
        """The 80 bytes.

        Raises:
            ChainError: a field does not fit into its bytes.
        """
        if len(self.previous_hash) != 32 or len(self.merkle_root) != 32:
            raise ChainError("a hash in a header has 32 bytes")
        try:
            return _LAYOUT.pack(
                self.version,
                self.previous_hash,
                self.merkle_root,
                self.time,
                self.bits,
                self.nonce,
            )
        except struct.error as error:
            raise ChainError(f"a field of the header does not fit: {error}") from None

    @property
    def hash(self) -> bytes:
        """Double SHA-256 of the 80 bytes: the block's name."""
        return double_sha256(self.to_bytes())


def double_sha256(raw: bytes | memoryview) -> bytes:
    """SHA-256 of SHA-256, Bitcoin's hash of headers, transactions and Merkle nodes."""
    return hashlib.sha256(hashlib.sha256(raw).digest()).digest()


def hex_of_hash(digest: bytes) -> str:
    """A hash as people print it: hexadecimal, last byte first."""
    return digest[::-1].hex()


def hash_of_hex(text: str) -> bytes:
    """The 32 bytes of a printed hash.

    Raises:
        MalformedError: it is not 64 hexadecimal digits.
    """
    try:
        digest = bytes.fromhex(text)
    except ValueError:
        digest = b""
    if len(digest) != 32 or len(text) != 64:
        raise MalformedError("a hash is written as 64 hexadecimal digits")
    return digest[::-1]


def parse_header(raw: bytes) -> Header:
    """Read a header from exactly 80 bytes.

    Raises:
        MalformedError: there are fewer or more.
    """
    if len(raw) != HEADER_BYTES:
        raise MalformedError(f"a header has {HEADER_BYTES} bytes, not {len(raw)}")
    return Header(*_LAYOUT.unpack(raw))


def target_of_bits(bits: int, limit: int = MAINNET_LIMIT) -> int:
    """The target that four bytes stand for: mantissa x 256^(exponent - 3).

    ``limit`` is the easiest target of the network.

    Raises:
        ProofError: the sign bit is set, or the target is zero or above the limit.

    >>> f"{target_of_bits(0x1B0404CB):#x}"
    '0x404cb000000000000000000000000000000000000000000000000'
    """
    exponent, mantissa = bits >> 24, bits & 0x7FFFFF
    shift = 8 * (exponent - 3)
    target = mantissa << shift if shift >= 0 else mantissa >> -shift
    if not 0 <= bits < 1 << 32 or (bits & 0x800000 and mantissa) or not 0 < target <= limit:
        raise ProofError(f"bits {bits:#010x} stand for no target that the network allows")
    return target


def work_of_target(target: int) -> int:
    """Hashes that it takes on average to meet a target, rounded down as nodes count them.

    >>> f"{work_of_target(target_of_bits(0x1D00FFFF)):#x}"  # chain work of the genesis block
    '0x100010001'
    """
    return _HASHES // (target + 1)


def check_proof_of_work(header: Header, limit: int = MAINNET_LIMIT) -> int:
    """Check that a header's hash meets the target it states; returns its work (hashes).

    The header states its own target: only the rule of the difficulty, or a sum of work that
    nobody would spend on a forgery, tells that the target is that of the chain.

    Raises:
        ProofError: the target is not allowed or the hash is above it.
    """
    target = target_of_bits(header.bits, limit)
    if int.from_bytes(header.hash, "little") > target:
        raise ProofError(f"block {hex_of_hash(header.hash)} has not the work that its bits claim")
    return work_of_target(target)


def chain_work(headers: Sequence[Header], limit: int = MAINNET_LIMIT) -> int:
    """The work (hashes) of headers that follow each other, each checked and linked to the last.

    Raises:
        ProofError: a header does not name the one before it, or lacks its work.
    """
    work = 0
    for place, header in enumerate(headers):
        if place and header.previous_hash != headers[place - 1].hash:
            raise ProofError(f"header {place} does not follow from the one before it")
        work += check_proof_of_work(header, limit)
    return work
