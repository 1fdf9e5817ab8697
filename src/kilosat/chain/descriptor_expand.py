"""The output scripts of a parsed descriptor."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from kilosat.chain.descriptor_keys import DescriptorError, KeyExpression
from kilosat.chain.hash160 import hash160
from kilosat.chain.hd_public import ExtendedKeyError
from kilosat.chain.taproot import tap_branch, tap_leaf, taproot_output_key

__all__ = ["Fragment", "expand"]

_OP_CHECKSIG, _OP_CHECKSIGADD, _OP_CHECKMULTISIG, _OP_NUMEQUAL = 0xAC, 0xBA, 0xAE, 0x9C


@dataclass(frozen=True)
class Fragment:
    """A function of a descriptor with what stands in it; ``{}`` is a branch of a taproot tree."""

    name: str
    keys: tuple[KeyExpression, ...] = ()
    threshold: int = 0
    parts: tuple["Fragment", ...] = ()
    script: bytes = b""

    @property
    def is_ranged(self) -> bool:
        """Whether any key in it has a range."""
        own = any(key.ranged for key in self.keys)
        return own or any(part.is_ranged for part in self.parts)


def expand(fragment: Fragment, index: int) -> tuple[bytes, ...]:
    """The output scripts of child number ``index``: one, but several for ``combo()``.

    Raises:
        DescriptorError: the child number has no key (chance below 2^-127).
    """
    try:
        if fragment.name == "combo":
            return _combo(fragment.keys[0].at(index))
        return (_script(fragment, index),)
    except ExtendedKeyError as problem:
        raise DescriptorError(str(problem)) from None


def _script(fragment: Fragment, index: int) -> bytes:
    keys = [key.at(index) for key in fragment.keys]
    name = fragment.name
    if name in ("raw", "addr"):
        return fragment.script
    if name == "sh":
        return _p2sh(_script(fragment.parts[0], index))
    if name == "wsh":
        return _witness(0, sha256(_script(fragment.parts[0], index)).digest())
    if name == "tr":
        root = _root(fragment.parts[0], index) if fragment.parts else b""
        return _witness(1, taproot_output_key(_x_only(keys[0]), root))
    if name in ("multi", "sortedmulti"):
        return _multisig(sorted(keys) if name == "sortedmulti" else keys, fragment.threshold)
    return {"pk": _p2pk, "pkh": _p2pkh, "wpkh": _p2wpkh}[name](keys[0])


def _combo(key: bytes) -> tuple[bytes, ...]:
    """BIP 384: the scripts that wallets made of a key before descriptors."""
    old = (_p2pk(key), _p2pkh(key))
    return old if len(key) == 65 else (*old, _p2wpkh(key), _p2sh(_p2wpkh(key)))


def _p2pk(key: bytes) -> bytes:
    return _push(key) + bytes([_OP_CHECKSIG])


def _p2pkh(key: bytes) -> bytes:
    return b"\x76\xa9\x14" + hash160(key) + b"\x88\xac"


def _p2wpkh(key: bytes) -> bytes:
    return _witness(0, hash160(key))


def _p2sh(script: bytes) -> bytes:
    return b"\xa9\x14" + hash160(script) + b"\x87"


def _witness(version: int, program: bytes) -> bytes:
    return _number(version) + _push(program)


def _multisig(keys: Iterable[bytes], threshold: int) -> bytes:
    """BIP 383."""
    keys = list(keys)
    pushes = b"".join(map(_push, keys))
    return _number(threshold) + pushes + _number(len(keys)) + bytes([_OP_CHECKMULTISIG])


def _root(tree: Fragment, index: int) -> bytes:
    if tree.name == "{}":
        left, right = tree.parts
        return tap_branch(_root(left, index), _root(right, index))
    keys = [_x_only(key.at(index)) for key in tree.keys]
    if tree.name == "pk":
        return tap_leaf(_p2pk(keys[0]))
    return tap_leaf(
        _multi_a(sorted(keys) if tree.name == "sortedmulti_a" else keys, tree.threshold)
    )


def _multi_a(keys: list[bytes], threshold: int) -> bytes:
    """BIP 387."""
    script = _push(keys[0]) + bytes([_OP_CHECKSIG])
    script += b"".join(_push(key) + bytes([_OP_CHECKSIGADD]) for key in keys[1:])
    return script + _number(threshold) + bytes([_OP_NUMEQUAL])


def _x_only(key: bytes) -> bytes:
    return key if len(key) == 32 else key[1:33]


def _push(data: bytes) -> bytes:
    """Data of at most 75 bytes, as all keys and hashes are."""
    return bytes([len(data)]) + data


def _number(value: int) -> bytes:
    """A number as scripts hold it: an opcode up to 16, else its bytes."""
    if value == 0:
        return b"\0"
    if value <= 16:
        return bytes([0x50 + value])
    return _push(value.to_bytes(value.bit_length() // 8 + 1, "little"))
