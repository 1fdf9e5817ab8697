"""Extended public keys and their unhardened children (BIP 32), with the prefixes of SLIP 132."""

import hmac
from dataclasses import dataclass, replace
from typing import Literal

from coincurve import PublicKey

from kilosat.chain.base58check import Base58Error, decode_base58check, encode_base58check
from kilosat.chain.errors import ChainError
from kilosat.chain.hash160 import hash160

__all__ = ["HARDENED", "ExtendedKeyError", "ExtendedPublicKey", "ScriptType", "is_point"]

ScriptType = Literal["", "sh(wpkh)", "wpkh", "sh(wsh)", "wsh"]

HARDENED = 1 << 31
"""Child numbers from here on need the private key (BIP 32)."""

_PUBLIC: dict[str, tuple[str, bool, ScriptType]] = {
    "0488b21e": ("xpub", True, ""),
    "049d7cb2": ("ypub", True, "sh(wpkh)"),
    "04b24746": ("zpub", True, "wpkh"),
    "0295b43f": ("Ypub", True, "sh(wsh)"),
    "02aa7ed3": ("Zpub", True, "wsh"),
    "043587cf": ("tpub", False, ""),
    "044a5262": ("upub", False, "sh(wpkh)"),
    "045f1cf6": ("vpub", False, "wpkh"),
    "024289ef": ("Upub", False, "sh(wsh)"),
    "02575483": ("Vpub", False, "wsh"),
}
"""Version bytes: name, whether of mainnet, and the script that SLIP 132 reserves them for."""


class ExtendedKeyError(ChainError):
    """A text that is no extended public key, or a step that a public key cannot take."""


def is_point(key: bytes) -> bool:
    """Whether ``key`` (33 or 65 bytes, SEC 1) is a point of secp256k1."""
    try:
        PublicKey(key)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class ExtendedPublicKey:
    """A public key with the chain code that its children are derived by."""

    version: str
    depth: int
    parent_fingerprint: bytes
    child_number: int
    chain_code: bytes
    public_key: bytes

    @classmethod
    def from_text(cls, text: str) -> "ExtendedPublicKey":
        """Read an ``xpub``, ``ypub``, ``zpub``, ``tpub`` and so on.

        Raises:
            ExtendedKeyError: a wrong checksum, a private key, an unknown version, or a key that is
                no point of the curve; the message does not repeat the text.
        """
        try:
            data = decode_base58check(text)
        except Base58Error as problem:
            raise ExtendedKeyError(f"this is no extended public key: {problem}") from None
        if len(data) != 78:
            raise ExtendedKeyError(f"an extended key holds 78 bytes, this one {len(data)}")
        if data[45] == 0:
            raise ExtendedKeyError("this is a private key; export the public one (xpub) instead")
        if data[:4].hex() not in _PUBLIC:
            raise ExtendedKeyError("its version bytes are those of no known extended public key")
        if not is_point(data[45:]):
            raise ExtendedKeyError("the key in it is no point of the curve")
        if data[4] == 0 and data[5:13] != bytes(8):
            raise ExtendedKeyError("it calls itself a master key, but names a parent")
        number = int.from_bytes(data[9:13], "big")
        return cls(data[:4].hex(), data[4], data[5:9], number, data[13:45], data[45:])

    @property
    def text(self) -> str:
        """The Base58Check form that it was read from."""
        head = bytes([self.depth]) + self.parent_fingerprint + self.child_number.to_bytes(4, "big")
        return encode_base58check(
            bytes.fromhex(self.version) + head + self.chain_code + self.public_key
        )

    @property
    def kind(self) -> str:
        """The first four letters: ``xpub``, ``zpub``, ``tpub`` ..."""
        return _PUBLIC[self.version][0]

    @property
    def is_mainnet(self) -> bool:
        """Whether it is a key of the main network; all test networks share their versions."""
        return _PUBLIC[self.version][1]

    @property
    def script_type(self) -> ScriptType:
        """The script that SLIP 132 reserves this kind of key for; empty for xpub and tpub."""
        return _PUBLIC[self.version][2]

    def standard(self) -> "ExtendedPublicKey":
        """The same key as an xpub or tpub, the only forms that descriptors hold."""
        return replace(self, version="0488b21e" if self.is_mainnet else "043587cf")

    @property
    def fingerprint(self) -> bytes:
        """The four bytes by which children and key origins name this key."""
        return hash160(self.public_key)[:4]

    def child(self, index: int) -> "ExtendedPublicKey":
        """The child of number ``index`` (BIP 32, CKDpub).

        Raises:
            ExtendedKeyError: a hardened ``index``, which only the private key can derive, or one
                of the indices (chance below 2^-127) that have no key.
        """
        if not 0 <= index < HARDENED:
            raise ExtendedKeyError(
                "a hardened step needs the private key; export the xpub from below that step"
            )
        if self.depth == 255:
            raise ExtendedKeyError("no child lies deeper than 255 steps")
        digest = hmac.digest(self.chain_code, self.public_key + index.to_bytes(4, "big"), "sha512")
        try:
            key = PublicKey(self.public_key).add(digest[:32]).format()
        except ValueError:
            raise ExtendedKeyError(f"child {index} has no key; take the next") from None
        return ExtendedPublicKey(
            self.version, self.depth + 1, self.fingerprint, index, digest[32:], key
        )
