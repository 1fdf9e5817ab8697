"""Output script descriptors (BIP 380-387, 389), watch-only: what they say, checked.

``parse_descriptors`` reads; ``Descriptor.scripts`` derives. Private keys are refused before
anything else is looked at. Miniscript and MuSig are not known here, and that is said.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kilosat.chain.address import AddressError, Network, script_from_address
from kilosat.chain.descriptor_checksum import (
    DescriptorChecksumError,
    checked_descriptor,
    descriptor_checksum,
)
from kilosat.chain.descriptor_expand import Fragment, expand
from kilosat.chain.descriptor_keys import (
    DescriptorError,
    KeyExpression,
    bytes_from_hex,
    parse_key,
)
from kilosat.chain.descriptor_multipath import single_paths
from kilosat.chain.descriptor_syntax import arguments, call, pair
from kilosat.chain.hd_public import HARDENED
from kilosat.chain.secrets import refuse_secrets

__all__ = ["Descriptor", "DescriptorError", "parse_descriptor", "parse_descriptors"]

Context = Literal["top", "sh", "wsh", "tr"]

_PLACES: dict[str, tuple[Context, ...]] = {
    "pk": ("top", "sh", "wsh", "tr"),
    "pkh": ("top", "sh", "wsh"),
    "wpkh": ("top", "sh"),
    "sh": ("top",),
    "wsh": ("top", "sh"),
    "tr": ("top",),
    "multi": ("top", "sh", "wsh"),
    "sortedmulti": ("top", "sh", "wsh"),
    "multi_a": ("tr",),
    "sortedmulti_a": ("tr",),
    "combo": ("top",),
    "addr": ("top",),
    "raw": ("top",),
}
_MOST_KEYS: dict[Context, int] = {"top": 3, "sh": 15, "wsh": 20, "tr": 999}
_LARGEST_REDEEM_SCRIPT = 520
_DEEPEST_TREE = 128
_WHERE = {"top": "at the top", "sh": "within sh()", "wsh": "within wsh()", "tr": "within tr()"}


@dataclass(frozen=True)
class Descriptor:
    """A descriptor of public keys: one output script, or one for each child number."""

    body: str
    network: Network
    fragment: Fragment

    @property
    def text(self) -> str:
        """The descriptor with its checksum."""
        return f"{self.body}#{descriptor_checksum(self.body)}"

    @property
    def is_ranged(self) -> bool:
        """Whether it has a script for each child number."""
        return self.fragment.is_ranged

    def at(self, index: int = 0) -> tuple[bytes, ...]:
        """The output scripts of one child number; only ``combo()`` has several.

        Raises:
            DescriptorError: no such child number.
        """
        if not 0 <= index < HARDENED:
            raise DescriptorError("a child number lies from 0 to 2147483647")
        return expand(self.fragment, index)

    def scripts(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        """Child numbers and output scripts from ``start`` up to, without, ``stop``.

        A descriptor without a range has one child number, 0.
        """
        for index in range(start, stop if self.is_ranged else min(stop, 1)):
            for script in self.at(index):
                yield index, script


def parse_descriptor(text: str, network: Network = "mainnet") -> Descriptor:
    """Read one descriptor; a checksum, where there is one, must be right.

    Raises:
        SecretError: it holds a private key.
        DescriptorError: it cannot be used, or is several at once (``<0;1>``, BIP 389).

    >>> parse_descriptor("addr(3PUNyaW7M55oKWJ3kDukwk9bsKvryra15j)").at()[0].hex()
    'a914eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee87'
    """
    found = parse_descriptors(text, network)
    if len(found) > 1:
        raise DescriptorError(f"these are {len(found)} descriptors in one (<...;...>), not one")
    return found[0]


def parse_descriptors(text: str, network: Network = "mainnet") -> tuple[Descriptor, ...]:
    """Read a descriptor, or the several that one with ``<0;1>`` stands for (BIP 389).

    Raises:
        SecretError: it holds a private key.
        DescriptorError: it cannot be used.
    """
    refuse_secrets(text, "the descriptor")
    try:
        body, _ = checked_descriptor(text)
    except DescriptorChecksumError as problem:
        raise DescriptorError(str(problem)) from None
    return tuple(
        Descriptor(single, network, _script(single, "top", network))
        for single in single_paths(body)
    )


def _script(text: str, context: Context, network: Network) -> Fragment:
    name, inner = call(text)
    places = _PLACES.get(name)
    if places is None:
        known = ", ".join(_PLACES)
        raise DescriptorError(f"the function is not known here (miniscript is not); known: {known}")
    if context not in places:
        raise DescriptorError(f"{name}() cannot stand {_WHERE[context]}")
    if name == "raw":
        return Fragment(name, script=bytes_from_hex(inner))
    if name == "addr":
        return Fragment(name, script=_address(inner, network))
    if name in ("sh", "wsh"):
        return _wrapped(name, inner, network)
    if name == "tr":
        return _taproot(inner, network)
    if "multi" in name:
        return _multisig(name, inner, context, network)
    return Fragment(name, (_key(inner, "wsh" if name == "wpkh" else context, network),))


def _address(text: str, network: Network) -> bytes:
    try:
        return script_from_address(text, network)
    except AddressError as problem:
        raise DescriptorError(f"addr(): {problem}") from None


def _key(text: str, context: Context, network: Network) -> KeyExpression:
    key = parse_key(text, network, x_only=context == "tr")
    if context == "wsh" and not key.is_compressed:
        raise DescriptorError("SegWit scripts hold compressed public keys only (66 hex digits)")
    if context == "tr" and isinstance(key.key, bytes) and len(key.key) == 65:
        raise DescriptorError("tr() holds no uncompressed public keys")
    return key


def _wrapped(name: str, inner: str, network: Network) -> Fragment:
    context: Context = "sh" if name == "sh" else "wsh"
    return Fragment(name, parts=(_script(inner, context, network),))


def _taproot(inner: str, network: Network) -> Fragment:
    parts = arguments(inner)
    if len(parts) > 2:
        raise DescriptorError("tr() takes a key and at most one tree of scripts")
    key = _key(parts[0], "tr", network)
    tree = (_tree(parts[1], network, 0),) if len(parts) == 2 else ()
    return Fragment("tr", (key,), parts=tree)


def _tree(text: str, network: Network, depth: int) -> Fragment:
    if depth > _DEEPEST_TREE:
        raise DescriptorError(f"the tree is deeper than {_DEEPEST_TREE} branches")
    if not text.startswith("{"):
        return _script(text, "tr", network)
    left, right = pair(text)
    return Fragment("{}", parts=(_tree(left, network, depth + 1), _tree(right, network, depth + 1)))


def _multisig(name: str, inner: str, context: Context, network: Network) -> Fragment:
    number, *texts = arguments(inner)
    if not re.fullmatch(r"[1-9]\d{0,2}", number):
        raise DescriptorError(f"{name}() starts with how many keys must sign, from 1 on")
    keys = tuple(_key(text, context, network) for text in texts)
    threshold = int(number)
    if threshold > len(keys):
        raise DescriptorError(f"{name}() asks for {threshold} signatures of {len(keys)} keys")
    if len(keys) > _MOST_KEYS[context]:
        most = _MOST_KEYS[context]
        raise DescriptorError(f"{name}() {_WHERE[context]} has at most {most} keys")
    size = 3 + sum(34 if key.is_compressed else 66 for key in keys)
    if context == "sh" and size > _LARGEST_REDEEM_SCRIPT:
        raise DescriptorError(f"the script within sh() has {size} bytes, more than 520")
    return Fragment(name, keys, threshold)
