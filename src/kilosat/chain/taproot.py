"""Taproot output keys (BIP 341): an internal key, tweaked by the root of a tree of scripts."""

from hashlib import sha256

from coincurve import PublicKey

__all__ = ["tap_branch", "tap_leaf", "taproot_output_key"]

_LEAF_VERSION = 0xC0


def tap_leaf(script: bytes) -> bytes:
    """Hash of a leaf: a tapscript (BIP 342) of at most 65,535 bytes."""
    length = len(script)
    size = bytes([length]) if length < 0xFD else b"\xfd" + length.to_bytes(2, "little")
    return _tagged("TapLeaf", bytes([_LEAF_VERSION]) + size + script)


def tap_branch(left: bytes, right: bytes) -> bytes:
    """Hash of two hashes, in their own order, so that a proof need not say left or right."""
    return _tagged("TapBranch", b"".join(sorted((left, right))))


def taproot_output_key(internal_key: bytes, root: bytes = b"") -> bytes:
    """The x-only output key of an x-only ``internal_key`` (32 bytes) and a tree's ``root``.

    Without a root the key commits to there being no script path (BIP 86).

    Raises:
        ValueError: the internal key is no x of the curve.
    """
    tweak = _tagged("TapTweak", internal_key + root)
    return PublicKey(b"\x02" + internal_key).add(tweak).format()[1:]


def _tagged(tag: str, data: bytes) -> bytes:
    name = sha256(tag.encode()).digest()
    return sha256(name + name + data).digest()
