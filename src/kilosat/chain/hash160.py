"""HASH160, RIPEMD-160 of SHA-256: how scripts name keys and other scripts."""

import hashlib

from kilosat.chain.ripemd160 import ripemd160

__all__ = ["hash160"]

_BY_OPENSSL = "ripemd160" in hashlib.algorithms_available


def hash160(data: bytes) -> bytes:
    """The 20 bytes that a P2PKH, P2SH or P2WPKH script holds of a key or script.

    >>> hash160(b"").hex()
    'b472a266d0bd89c13706a4132ccfb16f7c3b9fcb'
    """
    inner = hashlib.sha256(data).digest()
    if _BY_OPENSSL:
        try:
            return hashlib.new("ripemd160", inner, usedforsecurity=False).digest()
        except ValueError:  # listed, but switched off by the system's policy
            return ripemd160(inner)
    return ripemd160(inner)
