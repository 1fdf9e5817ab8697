"""Addresses and the output scripts that they stand for, on all of Bitcoin's networks.

Sources: BIP 13 (P2SH), BIP 141 and 173 (SegWit), BIP 350 (Bech32m); prefixes as in Bitcoin Core's
``chainparams.cpp``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from kilosat.chain.base58check import Base58Error, decode_base58check, encode_base58check
from kilosat.chain.bech32 import Bech32Error, decode_bech32, encode_bech32, regroup
from kilosat.chain.errors import ChainError

__all__ = [
    "NETWORKS",
    "AddressError",
    "Network",
    "address_from_script",
    "script_from_address",
]

Network = Literal["mainnet", "testnet", "signet", "regtest"]
NETWORKS: tuple[Network, ...] = get_args(Network)


class AddressError(ChainError):
    """A text that is no address of the network; the message says why and does not repeat it."""


@dataclass(frozen=True)
class _Prefixes:
    bech32: str
    p2pkh: int
    p2sh: int


_PREFIXES: dict[Network, _Prefixes] = {
    "mainnet": _Prefixes("bc", 0x00, 0x05),
    "testnet": _Prefixes("tb", 0x6F, 0xC4),
    "signet": _Prefixes("tb", 0x6F, 0xC4),
    "regtest": _Prefixes("bcrt", 0x6F, 0xC4),
}
_OP_1 = 0x51


def script_from_address(address: str, network: Network = "mainnet") -> bytes:
    """The output script that coins sent to ``address`` are locked by.

    Raises:
        AddressError: mistyped (with the position where the checksum can tell it), of another
            network, or of a kind that does not exist.

    >>> script_from_address("3PUNyaW7M55oKWJ3kDukwk9bsKvryra15j").hex()
    'a914eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee87'
    """
    if not address:
        raise AddressError("the address is empty")
    if _looks_bech32(address):
        return _witness_script(address, network)
    return _base58_script(address, network)


def address_from_script(script: bytes, network: Network = "mainnet") -> str | None:
    """The address of an output ``script``; nothing where there is none, as for a bare key.

    >>> address_from_script(bytes.fromhex("a914" + 20 * "ee" + "87"))
    '3PUNyaW7M55oKWJ3kDukwk9bsKvryra15j'
    """
    prefixes = _PREFIXES[network]
    if len(script) == 25 and script[:3] == b"\x76\xa9\x14" and script[23:] == b"\x88\xac":
        return encode_base58check(bytes([prefixes.p2pkh]) + script[3:23])
    if len(script) == 23 and script[:2] == b"\xa9\x14" and script[22:] == b"\x87":
        return encode_base58check(bytes([prefixes.p2sh]) + script[2:22])
    return _witness_address(script, prefixes.bech32)


def _looks_bech32(address: str) -> bool:
    prefix, separator, _ = address.lower().rpartition("1")
    known = {prefixes.bech32 for prefixes in _PREFIXES.values()}
    # "bc1" begins no Base58 address, even where a later 1 is a typing error.
    starts = tuple(f"{name}1" for name in known)
    return bool(separator) and (prefix in known or address.lower().startswith(starts))


def _witness_script(address: str, network: Network) -> bytes:
    try:
        prefix, values, variant = decode_bech32(address)
        program = bytes(regroup(values[1:], 5, 8, pad=False))
    except Bech32Error as problem:
        raise AddressError(str(problem)) from None
    if prefix != _PREFIXES[network].bech32:
        raise AddressError(_other_network(network, lambda known: known.bech32 == prefix))
    if not values or values[0] > 16:
        raise AddressError("the witness version is none of 0 to 16")
    version = values[0]
    wanted = "bech32" if version == 0 else "bech32m"
    if variant != wanted:
        raise AddressError(f"version {version} must have the checksum of {wanted}, not {variant}")
    if not _is_program(version, len(program)):
        raise AddressError(f"a program of {len(program)} bytes cannot be of version {version}")
    return bytes([_OP_1 + version - 1 if version else 0, len(program)]) + program


def _witness_address(script: bytes, prefix: str) -> str | None:
    if len(script) < 4 or script[1] != len(script) - 2:
        return None
    version = script[0] - _OP_1 + 1 if script[0] else 0
    if not 0 <= version <= 16 or not _is_program(version, len(script) - 2):
        return None
    values = [version, *regroup(script[2:], 8, 5, pad=True)]
    return encode_bech32(prefix, values, "bech32m" if version else "bech32")


def _is_program(version: int, length: int) -> bool:
    """Whether a witness program may have so many bytes (BIP 141)."""
    return length in (20, 32) if version == 0 else 2 <= length <= 40


def _base58_script(address: str, network: Network) -> bytes:
    try:
        payload = decode_base58check(address)
    except Base58Error as problem:
        raise AddressError(str(problem)) from None
    version, digest = payload[0], payload[1:]
    prefixes = _PREFIXES[network]
    if len(digest) != 20:
        raise AddressError(f"it holds {len(digest)} bytes where an address holds 20")
    if version == prefixes.p2pkh:
        return b"\x76\xa9\x14" + digest + b"\x88\xac"
    if version == prefixes.p2sh:
        return b"\xa9\x14" + digest + b"\x87"
    raise AddressError(_other_network(network, lambda known: version in (known.p2pkh, known.p2sh)))


def _other_network(network: Network, belongs: Callable[[_Prefixes], bool]) -> str:
    others = [name for name, prefixes in _PREFIXES.items() if belongs(prefixes)]
    if others:
        return f"it is an address of {' or '.join(others)}, not of {network}"
    return "it is an address of no Bitcoin network"
