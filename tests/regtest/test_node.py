"""The node that the other tests stand on: it starts, mines, is killed and comes back."""

import os
from pathlib import Path

import pytest

from .fixtures import StartNode
from .node import NodeError, RegtestNode, find_bitcoind

# The first block of every regtest chain (Bitcoin Core, chainparams.cpp).
GENESIS = "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"


def test_a_new_node_has_the_genesis_block_and_mines(regtest_node: RegtestNode) -> None:
    assert regtest_node.rpc("getblockhash", 0) == GENESIS
    hashes = regtest_node.mine(3)
    assert regtest_node.rpc("getbestblockhash") == hashes[-1]
    regtest_node.wait_for_index()
    raw = regtest_node.rest(f"/rest/block/{hashes[0]}.bin")
    assert raw[4:36][::-1].hex() == GENESIS


def test_a_wallet_spends_what_it_mined(regtest_node: RegtestNode) -> None:
    wallet = regtest_node.create_wallet("miner")
    regtest_node.mine(101, regtest_node.rpc("getnewaddress", wallet=wallet))
    assert regtest_node.rpc("getbalance", wallet=wallet) == 50
    with pytest.raises(NodeError, match="Insufficient"):
        regtest_node.rpc("sendtoaddress", regtest_node.rpc("getnewaddress", wallet=wallet), 51)


def test_a_killed_node_comes_back_with_a_new_cookie(start_node: StartNode) -> None:
    node = start_node()
    old = node.cookie.read_bytes()
    tip = node.mine(5)[-1]
    node.restart()
    assert node.rpc("getbestblockhash") == tip
    os.kill(node.pid, 0)  # it is there
    node.kill()
    with pytest.raises(OSError, match="refused"):
        node.rpc("getblockcount")
    node.start()
    assert node.rpc("getbestblockhash") == tip
    assert node.cookie.read_bytes() != old


def test_two_nodes_agree_on_the_longer_chain(start_node: StartNode) -> None:
    one, other = start_node(p2p=True), start_node(p2p=True)
    one.mine(2)
    tip = other.mine(3)[-1]
    one.rpc("addnode", f"127.0.0.1:{other.p2p_port}", "onetry")
    assert one.rpc("waitforblock", tip, 20_000)["hash"] == tip


def test_arguments_that_the_node_refuses_are_told(start_node: StartNode) -> None:
    with pytest.raises(NodeError, match="Invalid parameter -nosuchthing"):
        start_node("-nosuchthing")


def test_a_program_that_is_named_and_missing_is_no_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KILOSAT_BITCOIND", "/nowhere/bitcoind")
    with pytest.raises(pytest.fail.Exception, match="KILOSAT_BITCOIND"):
        find_bitcoind()


def test_without_program_and_packages_the_test_is_skipped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("KILOSAT_BITCOIND", raising=False)
    monkeypatch.setattr("shutil.which", lambda _: None)
    empty = tmp_path / "no_node.sh"
    empty.write_text("#!/bin/sh\necho 'the list of packages cannot be fetched' >&2\nexit 1\n")
    empty.chmod(0o755)
    monkeypatch.setattr(f"{find_bitcoind.__module__}._SCRIPT", empty)
    with pytest.raises(pytest.skip.Exception, match="cannot be fetched"):
        find_bitcoind()
