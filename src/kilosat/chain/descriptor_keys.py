"""Key expressions of descriptors (BIP 380): origin, public key, path, range. Public keys only."""

import re
from dataclasses import dataclass

from kilosat.chain.address import Network
from kilosat.chain.errors import ChainError
from kilosat.chain.hd_public import HARDENED, ExtendedKeyError, ExtendedPublicKey, is_point

__all__ = ["DescriptorError", "KeyExpression", "bytes_from_hex", "parse_key"]

_ORIGIN = re.compile(r"\[([0-9a-fA-F]{8})((?:/\d{1,10}[h']?)*)\]")
_STEP = re.compile(r"(\d{1,10})([hH']?)")


class DescriptorError(ChainError):
    """A descriptor that cannot be used; the message says why and never repeats it."""


@dataclass(frozen=True)
class KeyExpression:
    """One public key, or all children of one.

    ``key`` has 33 or 65 bytes (SEC 1) or, within ``tr()``, 32 (x only).
    """

    key: bytes | ExtendedPublicKey
    ranged: bool = False
    origin: str = ""

    def at(self, index: int) -> bytes:
        """The bytes of the key, or of its child ``index`` where it has a range."""
        if isinstance(self.key, bytes):
            return self.key
        return (self.key.child(index) if self.ranged else self.key).public_key

    @property
    def is_compressed(self) -> bool:
        """Whether it may stand in SegWit scripts."""
        return isinstance(self.key, ExtendedPublicKey) or len(self.key) == 33


def parse_key(text: str, network: Network, *, x_only: bool) -> KeyExpression:
    """Read a key expression; ``x_only`` keys may stand only within ``tr()``.

    Raises:
        DescriptorError: it is none, or it needs a private key.
    """
    origin, rest = _origin(text)
    head, *steps = rest.split("/")
    if re.fullmatch(r"[0-9a-fA-F]+", head):
        if steps:
            raise DescriptorError("only an extended key has children; this is a single key")
        return KeyExpression(_single_key(bytes_from_hex(head), x_only), origin=origin)
    try:
        key = ExtendedPublicKey.from_text(head)
        _report_wrong_kind(key, network)
        ranged = bool(steps) and steps[-1].rstrip("hH'") == "*"
        if ranged and steps.pop() != "*":
            raise DescriptorError("a hardened range (/*h) needs the private key; export the xpub")
        for step in steps:
            key = key.child(_number(step))
    except ExtendedKeyError as problem:
        raise DescriptorError(str(problem)) from None
    return KeyExpression(key, ranged, origin)


def bytes_from_hex(text: str) -> bytes:
    """Bytes from hex digits alone, in pairs (``bytes.fromhex`` would also take spaces)."""
    if not re.fullmatch(r"(?:[0-9a-fA-F]{2})+", text):
        raise DescriptorError("here must stand hex digits, two for each byte")
    return bytes.fromhex(text)


def _origin(text: str) -> tuple[str, str]:
    if not text.startswith("["):
        if "]" in text:
            raise DescriptorError("a key origin lacks its opening bracket '['")
        return "", text
    found = _ORIGIN.match(text)
    if not found:
        raise DescriptorError("a key origin is written [8 hex digits/path], as [d34db33f/84h/0h]")
    for step in found[2].split("/")[1:]:
        _number(step)
    if text[found.end() :].startswith("["):
        raise DescriptorError("a key has two origins; keep the first")
    return found.group()[1:-1], text[found.end() :]


def _single_key(key: bytes, x_only: bool) -> bytes:
    if len(key) == 32 and not x_only:
        raise DescriptorError(
            "64 hex digits are a private key, or an x-only key that may stand only within tr()"
        )
    point = b"\x02" + key if len(key) == 32 else key
    if len(key) not in (32, 33, 65) or not is_point(point):
        raise DescriptorError("these hex digits are no public key")
    if len(key) == 65 and key[0] != 4:
        raise DescriptorError("a hybrid public key may not stand in a descriptor")
    return key


def _number(step: str) -> int:
    """The child number of a path element, hardened ones from 2^31 on."""
    found = _STEP.fullmatch(step)
    if not found or int(found[1]) >= HARDENED:
        raise DescriptorError("a step of a path must be a number from 0 to 2147483647")
    return int(found[1]) + (HARDENED if found[2] else 0)


def _report_wrong_kind(key: ExtendedPublicKey, network: Network) -> None:
    if key.script_type:
        plain = "xpub" if key.is_mainnet else "tpub"
        raise DescriptorError(
            f"descriptors hold {plain} keys, not {key.kind}: write it as {plain}, or give the "
            f"{key.kind} as an xpub with a gap limit"
        )
    if key.is_mainnet != (network == "mainnet"):
        raise DescriptorError(f"the {key.kind} is not of {network}")
