"""A node that does not serve, and one that lies: each is one clear message, nothing is written."""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kilosat.updates import Node, UpdateError, connected, extend

from . import fake_chain as chain
from .conftest import FakeNode, node_at

Lie = Callable[[str, list[Any], Any], Any]


def changed(method: str, **fields: Any) -> Lie:
    """Every answer to ``method`` with other fields."""
    return lambda asked, params, honest: honest | fields if asked == method else honest


def changed_at(where: int, method: str = "getblockstats", **fields: Any) -> Lie:
    """The answer about one height with other fields."""

    def lie(asked: str, params: list[Any], honest: Any) -> Any:
        about = asked == method and honest["height"] == where
        return honest | fields if about else honest

    return lie


def failing(method: str, code: int, message: str) -> Lie:
    told = {"code": code, "message": message}
    return lambda asked, params, honest: told if asked == method else honest


def refused(node: Node, folder: Path) -> tuple[str, ...]:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(UpdateError) as caught:
        extend(folder, now=chain.NOW, version="0", node=node)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert "correct horse" not in str(caught.value)
    return caught.value.problems


@pytest.mark.parametrize(
    ("lie", "message"),
    [
        (changed("getblockchaininfo", chain="regtest"), "on the chain 'regtest', not on 'main'"),
        (changed("getblockchaininfo", initialblockdownload=True), "still syncing"),
        (changed("getblockchaininfo", headers=chain.TIP + 7), "block 11,000 of 11,007"),
        (changed("getblockchaininfo", blocks=6000, headers=6000), "but 6,048 is known"),
        (
            changed("getblockchaininfo", pruned=True, pruneheight=9000),
            "is pruned: it keeps blocks from height 9,000 on",
        ),
        (
            failing("getblockstats", -1, "Block not available (pruned data)"),
            "a node with prune=0 has it",
        ),
        (failing("getblockchaininfo", -28, "Loading block index…"), "still starting (Loading"),
        (failing("getblockstats", -32601, "Method not found"), "refuses getblockstats: Method"),
        (failing("getblockhash", -8, "bad\x1b[2J"), "getblockhash: bad\ufffd[2J"),
        (changed("getblockstats", totalfee="1"), "without a usable 'totalfee'"),
        (changed("getblockstats", totalfee=-1), "without a usable 'totalfee'"),
        (changed("getblockheader", bits="xyz"), "without a usable 'bits'"),
        (changed("getblockchaininfo", blocks=True), "without a usable 'blocks'"),
        (lambda method, params, honest: None, "without a usable 'an object'"),
    ],
)
def test_a_node_that_cannot_serve(
    node: Node, fake_node: FakeNode, folder: Path, lie: Lie, message: str
) -> None:
    fake_node.lie = lie
    problems = refused(node, folder)
    assert len(problems) == 1
    assert message in problems[0]


@pytest.mark.parametrize(
    ("lie", "message"),
    [
        (changed_at(7000, height=7001), "height 7,001 comes after 6,999"),
        (changed_at(7000, blockhash=chain.block_hash(6999)), "has the hash of the block before"),
        (changed_at(7000, time=chain.TIMES[6990]), "dated before the median of those before"),
        (changed_at(7000, time=chain.TIMES[7000] + 86400), "median time is not that of the eleven"),
        (changed_at(7000, mediantime=chain.TIMES[6990]), "block 7,000: its median time is not"),
        (changed_at(10_999, time=chain.TIMES[-1] + 8000), "more than two hours from now"),
        (changed_at(7000, subsidy=25 * 10**8), "2500000000 satoshis are not the subsidy"),
        (changed_at(7000, totalfee=22 * 10**14), "more fees than there can be coins"),
        (changed_at(chain.TIP, blockhash="ff"), "the chain changed while it was read"),
        (changed_at(8064, "getblockheader", bits="1d7fffff"), "epoch 4 at height 8,064: "),
        (changed_at(8064, "getblockheader", bits="1c0fffff"), "a factor of 4"),
        (changed_at(8064, "getblockheader", bits="1c6fffff"), "does not follow from the times"),
        (changed_at(8064, "getblockheader", height=8063), "asked for height 8,064, got 8,063"),
        (changed_at(8064, "getblockheader", time=chain.TIMES[6048]), "does not start after"),
        (changed_at(8064, "getblockheader", bits="1d800000"), "stands for no target"),
        (changed_at(4032, "getblockheader", time=chain.TIMES[4032] + 1), "epoch 2 at height 4,032"),
        (changed_at(4032, "getblockheader", bits="1c6fffff"), "before"),
        (changed_at(6048, "getblockheader", time=chain.TIMES[6048] + 50_000), "hours apart from"),
    ],
)
def test_a_node_that_lies(
    node: Node, fake_node: FakeNode, folder: Path, lie: Lie, message: str
) -> None:
    fake_node.lie = lie
    assert any(message in problem for problem in refused(node, folder))


def test_days_that_differ_from_those_known_are_all_named(
    node: Node, fake_node: FakeNode, folder: Path
) -> None:
    file = folder / "network_history.csv"
    rows = file.read_text("utf-8").splitlines()
    for place in (22, 24):
        day, _blocks, *rest = rows[place].split(",")
        rows[place] = ",".join([day, "100", *rest])
    day, *middle, _fees = rows[26].split(",")
    rows[26] = ",".join([day, *middle, "9"])
    day, blocks, _mean, *rest = rows[28].split(",")
    rows[28] = ",".join([day, blocks, "3", *rest])
    file.write_text("\n".join([*rows, ""]), "utf-8")
    told = "\n".join(refused(node, folder))
    for part in ("2009-01-24: 1", "2009-01-26: 1", "2009-01-28: fees", "2009-01-30: mean diff"):
        assert part in told
    assert "days in common: +" in told


def test_counts_cut_at_another_moment_agree(node: Node, folder: Path) -> None:
    """Blocks that one day has too many and the next too few are no difference."""
    file = folder / "network_history.csv"
    rows = file.read_text("utf-8").splitlines()
    for place, moved in ((22, 4), (23, -4)):
        day, blocks, *rest = rows[place].split(",")
        rows[place] = ",".join([day, str(int(blocks) + moved), *rest])
    file.write_text("\n".join([*rows, ""]), "utf-8")
    assert extend(folder, now=chain.NOW, version="0", node=node).added


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (403, b"", "see its rpcallowip"),
        (503, b"Work queue depth exceeded", "is busy"),
        (404, b"<html>", "does not answer in JSON-RPC (HTTP status 404)"),
        (200, b"[]", "answered other calls"),
        (200, b'[{"id": 7, "result": 1}]', "answered other calls"),
        (200, b'{"result": 1, "id": 0}', "does not answer to several calls"),
        (500, b'{"error": {"code": -28, "message": "Verifying"}}', "still starting (Verifying)"),
        (200, b"[" * 100_000, "does not answer in JSON-RPC"),
    ],
)
def test_answers_that_are_none(
    node: Node, fake_node: FakeNode, folder: Path, status: int, body: bytes, message: str
) -> None:
    fake_node.status, fake_node.body = status, body
    assert message in refused(node, folder)[0]


def test_a_wrong_password_is_not_repeated(fake_node: FakeNode, folder: Path) -> None:
    with node_at(fake_node.port, "alice:correct horse battery") as wrong:
        assert "refuses user and password" in refused(wrong, folder)[0]
        assert "horse" not in wrong.name


def test_a_node_that_is_not_there_or_too_slow(folder: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        with node_at(port) as away:
            assert "cannot be reached: Connection refused" in refused(away, folder)[0]
        silent.listen()
        with node_at(port, timeout_seconds=0.05) as slow:
            assert "did not answer within 0.05 seconds" in refused(slow, folder)[0]


def test_only_reading_calls_are_made(node: Node, fake_node: FakeNode, folder: Path) -> None:
    extend(folder, now=chain.NOW, version="0", node=node)
    reading = {"getblockchaininfo", "getblockhash", "getblockheader", "getblockstats"}
    assert set(fake_node.asked) == reading
    # From the overlap on, not the whole chain.
    assert fake_node.asked.count("getblockstats") < chain.TIP * 0.8


@pytest.mark.parametrize(
    "url", ["bob:hunter2@localhost:8332", "http://bob:hunter2@[localhost", "http://localhost"]
)
def test_addresses_that_are_none_do_not_show_the_password(url: str) -> None:
    with pytest.raises(UpdateError, match=r"127\.0\.0\.1:8332") as caught, connected(url):
        pass
    assert "hunter2" not in str(caught.value)


def test_the_fake_chain_is_one(fake_node: FakeNode) -> None:
    """Difficulty after an epoch is that before it times 14 days over its length, to three bytes."""
    for epoch, seconds in enumerate(chain.SECONDS[:-1]):
        ratio = float(chain.DIFFICULTIES[epoch + 1] / chain.DIFFICULTIES[epoch])
        assert ratio == pytest.approx(2016 * 600 / (2015 * seconds), rel=1e-4)
    json.dumps(fake_node.one({"method": "getblockhash", "params": [1], "id": 0}))
