"""Transactions that a file names: kept, but not shown before the chain has confirmed them.

Nothing can tell 64 hex digits of a transaction from those of a private key that was pasted in its
place. So what a file names is compared, never repeated: ``repr``, ``str`` and formatting hide it.
Once the chain was read, ``found_on_chain`` gives those back in plain text that are transactions.
"""

from collections.abc import Collection, Iterable, Iterator

from coincurve import PublicKey

from kilosat.chain.descriptor_expand import Fragment
from kilosat.chain.hash160 import hash160
from kilosat.chain.hd_public import ExtendedPublicKey
from kilosat.chain.header import hash_of_hex
from kilosat.chain.taproot import taproot_output_key

__all__ = ["NamedTxid", "found_on_chain", "is_key_behind", "public_keys", "scripts_of_key"]

_COMPRESSED = 33
_HIDDEN = "a transaction not yet found on the chain"


class NamedTxid(str):
    """64 hex digits that a file calls a transaction; equal to the text, but never printed as it.

    Only Python's own printing is hidden. What stores or sends text (JSON, SQLite, ``join``) gets
    the digits, so give it what ``found_on_chain`` returns.

    >>> txid = NamedTxid("ab" * 32)
    >>> f"{txid}"
    'a transaction not yet found on the chain'
    >>> txid == "ab" * 32
    True
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{_HIDDEN}>"

    def __str__(self) -> str:
        return _HIDDEN

    def __format__(self, spec: str) -> str:
        return format(_HIDDEN, spec)


def found_on_chain(named: Iterable[str], on_chain: Collection[bytes]) -> tuple[str, ...]:
    """Those named that are among transactions of the chain (ids in the order of the wire), plain.

    What is not found stays hidden: it may be a typing error, a transaction of others, or a key.
    """
    found = (hash_of_hex(name) for name in named)
    return tuple(txid[::-1].hex() for txid in found if txid in on_chain)


def is_key_behind(
    hexadecimal: str, scripts: Collection[bytes], keys: Collection[bytes] = ()
) -> bool:
    """Whether 64 hex digits are the private key of one of these output scripts or public keys."""
    try:
        public = PublicKey.from_secret(bytes.fromhex(hexadecimal))
    except ValueError:
        return False
    short, long = public.format(), public.format(compressed=False)
    return not {short, long, short[1:]}.isdisjoint(keys) or any(
        script in scripts for key in (short, long) for script in scripts_of_key(key)
    )


def public_keys(fragment: Fragment) -> Iterator[bytes]:
    """All public keys of a descriptor; of an extended one its own, not its children's."""
    for expression in fragment.keys:
        key = expression.key
        yield key.public_key if isinstance(key, ExtendedPublicKey) else key
    for part in fragment.parts:
        yield from public_keys(part)


def scripts_of_key(key: bytes) -> Iterator[bytes]:
    """What coins of a single key are locked by: P2PKH, P2WPKH, P2SH-P2WPKH, P2TR, P2PK."""
    yield b"\x76\xa9\x14" + hash160(key) + b"\x88\xac"
    if len(key) == _COMPRESSED:
        witness = b"\x00\x14" + hash160(key)
        yield witness
        yield b"\xa9\x14" + hash160(witness) + b"\x87"
        yield b"\x51\x20" + taproot_output_key(key[1:])
    yield bytes([len(key)]) + key + b"\xac"
