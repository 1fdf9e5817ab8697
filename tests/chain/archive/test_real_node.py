"""A scan of a real node and signatures that its wallet made: packed, checked, repeated."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from kilosat.chain.archive import Archive, ArchiveSource, read_archive, write_archive
from kilosat.chain.archive.verification import Verification
from kilosat.chain.archive.verify import verify
from kilosat.chain.control import Control, control_message
from kilosat.chain.header import hex_of_hash
from kilosat.chain.ledger import Ledger
from kilosat.chain.register import read_register
from kilosat.chain.scan import scan
from kilosat.chain.sources.core.adapter import core_source
from kilosat.chain.sources.port import BlockRef

from ...regtest.fixtures import StartNode
from ...regtest.node import SOMEBODY, NodeError, RegtestNode
from .forging import NO_EPOCHS

SATS = 100_000_000
KINDS = ("legacy", "p2sh-segwit", "bech32", "bech32m")
HEAD = """format = 1
[register]
name = "node"
title = "Wallets of a real node"
network = "regtest"
labels_file = "labels.jsonl"
[groups.state]
title = "State"
[entities.office]
title = "Office"
group = "state"
addresses_known = "all"
"""


@dataclass(frozen=True)
class Packed:
    """A node on whose chain four wallets were paid, and the archive of them."""

    node: RegtestNode
    register: Path
    path: Path
    ledger: str
    addresses: dict[str, str]
    signed: tuple[str, ...]

    @property
    def archive(self) -> Archive:
        return read_archive(self.path)


@pytest.fixture(scope="module")
def packed(start_shared: StartNode, tmp_path_factory: pytest.TempPathFactory) -> Packed:
    node = start_shared("-blockfilterindex=1", "-rest", "-txindex")
    folder = tmp_path_factory.mktemp("packed")
    addresses = pay(node)
    register, path = write_register(folder, addresses), folder / "node.kilosat"
    source = core_source(node.url, node.cookie, network="regtest")
    try:
        with Ledger.temporary("regtest") as ledger:
            scan(source, read_register(register).wallets.values(), ledger)
            controls = tuple(sign(node, addresses, ledger.tip()))
            unspent = source.unspent(ledger.scripts())
            write_archive(path, ledger, source, register, controls, unspent=unspent)
            fingerprint = ledger.fingerprint()
    finally:
        source.close()
    signed = tuple(one.wallet for one in controls)
    return Packed(node, register, path, fingerprint, addresses, signed)


def pay(node: RegtestNode) -> dict[str, str]:
    """Mine to an address of each kind, then spend two of the coins to all and to somebody."""
    addresses = {
        kind: node.rpc("getnewaddress", "", kind, wallet=node.create_wallet(kind)) for kind in KINDS
    }
    for address in addresses.values():
        node.mine(1, address)
    node.mine(100)
    coins = [node.rpc("listunspent", wallet=kind)[0] for kind in KINDS[:2]]
    spent = [{"txid": coin["txid"], "vout": coin["vout"]} for coin in coins]
    outputs = [{one: 10 + number} for number, one in enumerate(addresses.values())]
    raw = node.rpc("createrawtransaction", spent, [*outputs, {SOMEBODY: 53.9}])
    for kind in KINDS[:2]:
        raw = node.rpc("signrawtransactionwithwallet", raw, wallet=kind)["hex"]
    node.rpc("sendrawtransaction", raw, 0)
    node.mine(6)
    node.wait_for_index()
    return addresses


def write_register(folder: Path, addresses: dict[str, str]) -> Path:
    wallets = [
        f"[wallets.{kind}]\ntitle = '{kind}'\nentity = 'office'\nattribution = 'assumed'\n"
        f"addresses = {json.dumps([address])}\n"
        for kind, address in addresses.items()
    ]
    path = folder / "register.toml"
    path.write_text(HEAD + "".join(wallets), encoding="utf-8")
    label = {"type": "addr", "ref": SOMEBODY, "label": "The example program of BIP 173"}
    (folder / "labels.jsonl").write_text(json.dumps(label) + "\n", encoding="utf-8")
    return path


def sign(node: RegtestNode, addresses: dict[str, str], tip: BlockRef | None) -> Iterator[Control]:
    """Bitcoin Core signs for the hash of a key only, Knots for all four kinds."""
    assert tip is not None
    for kind, address in addresses.items():
        message = control_message(kind, date(2026, 11, 24), tip)
        with suppress(NodeError):
            signature = node.rpc("signmessage", address, message, wallet=kind)
            yield Control(kind, address, message, signature)


@pytest.fixture(scope="module")
def found(packed: Packed) -> Verification:
    return verify(packed.path, NO_EPOCHS)


def test_it_holds_and_its_sums_are_those_of_the_node(packed: Packed, found: Verification) -> None:
    assert not found.failed
    assert found.as_of.height == packed.node.rpc("getblockcount")
    assert hex_of_hash(found.as_of.hash) == packed.node.rpc("getbestblockhash")
    for one in found.wallets:
        scanned = packed.node.rpc(
            "scantxoutset", "start", [f"addr({packed.addresses[one.wallet]})"]
        )
        assert one.left_sats == round(scanned["total_amount"] * SATS)
    assert sum(one.spent_sats for one in found.wallets) == 100 * SATS


def test_signatures_that_the_node_made_are_valid_and_after_its_tip(
    packed: Packed, found: Verification
) -> None:
    assert "legacy" in packed.signed
    assert sorted(one.control.wallet for one in found.controls) == sorted(packed.signed)
    for one in found.controls:
        assert one.check.outcome == "proven"
        assert f"made after block {found.as_of.height:,}, which it names" in one.check.detail
        control = one.control
        arguments = (control.address, control.signature, control.message)
        assert packed.node.rpc("verifymessage", *arguments) is True


def test_every_proof_is_one_that_the_node_accepts(packed: Packed) -> None:
    archive = packed.archive
    assert len(archive.transactions) == 5
    for one in archive.transactions:
        assert packed.node.rpc("verifytxoutproof", one.proof.to_bytes().hex()) == [
            hex_of_hash(one.transaction.txid)
        ]
        raw = packed.node.rpc("getrawtransaction", hex_of_hash(one.transaction.txid), True)
        assert one.transaction.size <= raw["size"]


def test_the_audit_can_be_repeated_from_it(packed: Packed) -> None:
    source = ArchiveSource.open(packed.path)
    with Ledger.temporary("regtest") as ledger:
        scan(source, read_register(packed.register).wallets.values(), ledger)
        assert ledger.fingerprint() == packed.ledger == packed.archive.said.ledger
        scripts = ledger.scripts()
    assert source.unspent(scripts) == packed.archive.said.unspent


def test_it_goes_with_the_labels_and_without_a_password(packed: Packed) -> None:
    raw, cookie = packed.path.read_bytes(), packed.node.cookie.read_text("utf-8")
    assert b"The example program of BIP 173" in packed.archive.labels
    assert cookie.partition(":")[2].encode() not in raw
    (note,) = packed.archive.said.sources
    assert (note.kind, note.name) == ("core", "a node of the auditor")
    assert b"127.0.0.1" not in raw
