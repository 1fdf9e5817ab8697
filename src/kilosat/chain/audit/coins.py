"""Coins and addresses at the end of an audit, and whose public keys the chain shows.

The quantum argument of 2025: a machine that breaks elliptic curves takes coins whose public key is
known. A hash of a key (P2PKH, P2WPKH) or of a script (P2SH, P2WSH) hides it until the first spend;
P2PK, bare multisig and P2TR show it in the output (BIP 341, "public keys are not hashed").
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from kilosat.chain.address import Network, address_from_script
from kilosat.chain.audit.model import AddressUse, AuditedCoin, Exposure
from kilosat.chain.flows.book import Line
from kilosat.chain.ledger.entry import Leg
from kilosat.chain.transaction import OutPoint

__all__ = ["Holdings", "holdings_at", "script_type"]

_SIZES = {
    (25, b"\x76\xa9\x14"): "P2PKH",
    (23, b"\xa9\x14"): "P2SH",
    (22, b"\x00\x14"): "P2WPKH",
    (34, b"\x00\x20"): "P2WSH",
    (34, b"\x51\x20"): "P2TR",
    (35, b"\x21"): "P2PK",
    (67, b"\x41"): "P2PK",
}
_HASHED = ("P2PKH", "P2SH", "P2WPKH", "P2WSH")
_SHOWN = ("P2TR", "P2PK", "bare multisig")


@dataclass(frozen=True)
class Holdings:
    """What is under the scripts of a perimeter at some height.

    ``strangers`` are coins that were spent though the entries never showed their arrival: with any
    of these the entries are not complete.
    """

    coins: tuple[AuditedCoin, ...]
    addresses: tuple[AddressUse, ...]
    strangers: tuple[OutPoint, ...]


@dataclass
class _Use:
    funded: set[bytes] = field(default_factory=set)
    spent: set[bytes] = field(default_factory=set)
    sats: int = 0


def holdings_at(
    lines: Iterable[Line], scripts: Mapping[bytes, str], height: int, day: date, network: Network
) -> Holdings:
    """Coins and addresses of ``scripts`` (to the wallet of each) after the block of ``height``.

    Ages are counted in days up to ``day``. Addresses that no transaction ever used are left out.
    """
    unspent: dict[OutPoint, tuple[Leg, Line]] = {}
    uses: dict[bytes, _Use] = {}
    strangers = []
    for line in lines:
        if line.entry.block.height > height:
            continue
        for leg in line.entry.inputs:
            if leg.script is not None and leg.script in scripts:
                uses.setdefault(leg.script, _Use()).spent.add(line.entry.txid)
                if unspent.pop(leg.outpoint, None) is None:
                    strangers.append(leg.outpoint)
        for leg in line.entry.outputs:
            if leg.script is not None and leg.script in scripts:
                uses.setdefault(leg.script, _Use()).funded.add(line.entry.txid)
                unspent[leg.outpoint] = leg, line
    coins = [_coin(leg, line, scripts, uses, day, network) for leg, line in unspent.values()]
    for coin in coins:
        uses[coin.script].sats += coin.sats
    addresses = [_address(script, use, scripts, network) for script, use in uses.items()]
    coins.sort(key=lambda coin: (-coin.sats, coin.height, coin.outpoint.to_bytes()))
    addresses.sort(key=lambda one: (-one.sats, one.script))
    return Holdings(tuple(coins), tuple(addresses), tuple(strangers))


def script_type(script: bytes) -> str:
    """The kind of an output script, by its form.

    >>> script_type(bytes.fromhex("0014") + bytes(20)), script_type(bytes([0x51, 0x20]) + bytes(32))
    ('P2WPKH', 'P2TR')
    """
    for (size, start), name in _SIZES.items():
        if len(script) == size and script.startswith(start):
            return name
    is_multisig = script[-1:] == b"\xae" and 0x51 <= script[0] <= 0x60
    return "bare multisig" if is_multisig else "other"


def _exposure(script: bytes, use: _Use) -> Exposure:
    kind = script_type(script)
    if kind in _SHOWN:
        return "in the output"
    if kind in _HASHED:
        return "revealed by a spend" if use.spent else "hidden"
    return "not known"


def _coin(
    leg: Leg,
    line: Line,
    scripts: Mapping[bytes, str],
    uses: Mapping[bytes, _Use],
    day: date,
    network: Network,
) -> AuditedCoin:
    script = leg.script or b""
    return AuditedCoin(
        outpoint=leg.outpoint,
        wallet=scripts[script],
        script=script,
        address=address_from_script(script, network),
        sats=leg.sats or 0,
        height=line.entry.block.height,
        day=line.day,
        age_days=(day - line.day).days,
        is_coinbase=line.entry.is_coinbase,
        exposure=_exposure(script, uses[script]),
    )


def _address(
    script: bytes, use: _Use, scripts: Mapping[bytes, str], network: Network
) -> AddressUse:
    return AddressUse(
        wallet=scripts[script],
        script=script,
        address=address_from_script(script, network),
        script_type=script_type(script),
        times_funded=len(use.funded),
        times_spent_from=len(use.spent),
        sats=use.sats,
        exposure=_exposure(script, use),
    )
