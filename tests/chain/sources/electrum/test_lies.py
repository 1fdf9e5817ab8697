"""An Electrum server that lies, refuses or breaks off: a real one behind a proxy that alters."""

import socket
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from tests.regtest.electrum_proxy import ElectrumProxy, RefusalError
from tests.regtest.paid_chain import PaidChain, found_by, tip_of, unspent_at, walk

from kilosat.chain.sources.electrum import client, electrum_source
from kilosat.chain.sources.errors import SourceError, UntruthError, WrongNetworkError
from kilosat.chain.sources.port import Watched
from kilosat.chain.sources.script_index import claims

# Of another main-network block than the first: number 1.
BLOCK_1 = (
    "010000006fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000982051fd1e4ba744bbbe68"
    "0e1fee14677ba1a3c3540bf7b1cdb606e857233e0e61bc6649ffff001d01e36299"
)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "_SETTLING_SECONDS", 0)
    monkeypatch.setattr(client, "_FIRST_PAUSE_SECONDS", 0.01)


def flipped(text: str, at: int) -> str:
    """Hexadecimal with one bit of a digit turned."""
    return text[:at] + f"{int(text[at], 16) ^ 1:x}" + text[at + 1 :]


def half(result: Any) -> Any:
    return result[: len(result) // 2]


def without_spends(result: Any) -> Any:
    return result[:-1]


def merged(**changes: Any) -> Callable[[Any], Any]:
    return lambda result: {**result, **changes}


def last_changed(**changes: Any) -> Callable[[Any], Any]:
    return lambda result: [*result[:-1], {**result[-1], **changes}] if result else result


def repeated(result: Any) -> Any:
    return [*result, result[-1]] if result else result


LIES: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "half a history": ("scripthash.get_history", half, "history"),
    "no last entry": ("scripthash.get_history", without_spends, "history"),
    "an empty history": ("scripthash.get_history", lambda _: [], "balance .* told as"),
    "an entry twice": ("scripthash.get_history", repeated, "twice"),
    "backwards": ("scripthash.get_history", lambda r: r[::-1], "order of the blocks"),
    "above the tip": ("scripthash.get_history", last_changed(height=100_000), "above its tip"),
    "another transaction": (
        "scripthash.get_history",
        last_changed(tx_hash="ab" * 32),
        "no proof|cannot be had",
    ),
    "wrong height": ("scripthash.get_history", lambda r: last_changed(height=150)(r[:1]), "proof"),
    "more balance": (
        "scripthash.get_balance",
        lambda r: {**r, "confirmed": r["confirmed"] + 1},
        "balance of script",
    ),
    "no balance": ("scripthash.get_balance", merged(confirmed=0), "balance of script"),
    "no coins": ("scripthash.listunspent", lambda _: [], "unspent coins"),
    "a larger coin": ("scripthash.listunspent", last_changed(value=1), "unspent coins"),
    "a flipped branch": (
        "transaction.get_merkle",
        lambda r: {**r, "merkle": [flipped(one, 5) for one in r["merkle"]]},
        "does not lead to the root",
    ),
    "another place": ("transaction.get_merkle", merged(pos=0), "root|one place|two transactions"),
    "a long branch": ("transaction.get_merkle", merged(merkle=["ab" * 32] * 40), "rows of nodes"),
    "another transaction's bytes": (
        "transaction.get",
        lambda r: flipped(r, len(r) - 1),
        "those of another one|not its own",
    ),
    "cut transactions": ("transaction.get", lambda r: r[:-2], "byte"),
    "another coinbase": (
        "transaction.id_from_pos",
        merged(tx_hash="ab" * 32),
        "cannot be had",
    ),
    "a header without work": (
        "block.headers",
        lambda r: (
            r if r["count"] == 1 else {**r, "hex": r["hex"][:150] + "0" * 10 + r["hex"][160:]}
        ),
        "work|follow",
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_an_untruth(chain: PaidChain, proxy: ElectrumProxy, lie: str) -> None:
    about, change, words = LIES[lie]

    def lying(method: str, _: list[Any], result: Any) -> Any:
        return change(result) if method == f"blockchain.{about}" else result

    with closing(electrum_source(proxy.address, "regtest")) as source:
        tip = source.status().tip
        proxy.alter = lying
        with pytest.raises(UntruthError, match=words) as caught:
            next(source.find(chain.watched, 0, tip))
    assert proxy.address in str(caught.value)


@pytest.mark.parametrize("lie", ["more balance", "no balance", "no coins", "a larger coin"])
def test_coins_that_are_not_the_balance(chain: PaidChain, proxy: ElectrumProxy, lie: str) -> None:
    about, change, _ = LIES[lie]
    proxy.alter = lambda method, _, result: (
        change(result) if method == f"blockchain.{about}" else result
    )
    with (
        closing(electrum_source(proxy.address, "regtest")) as source,
        pytest.raises(UntruthError, match=r"unspent coins are told as .* sats in sum"),
    ):
        source.unspent(chain.scripts)


def test_a_changed_amount_of_a_parent(chain: PaidChain, proxy: ElectrumProxy) -> None:
    """Only transactions that no history has are changed: those whose coins are spent."""
    tip = tip_of(chain.node)
    watched = Watched(chain.scripts[1:2])
    found = {
        raw for block in walk(chain.node, watched, 0, tip.height).values() for _, raw, _ in block
    }
    last = chain.node.rpc("getblock", chain.node.rpc("getbestblockhash"), 2)
    found.add(bytes.fromhex(last["tx"][0]["hex"]))

    def lying(method: str, _: list[Any], result: Any) -> Any:
        is_parent = method.endswith("transaction.get") and bytes.fromhex(result) not in found
        return flipped(result, len(result) - 1) if is_parent else result

    proxy.alter = lying
    with (
        closing(electrum_source(proxy.address, "regtest")) as source,
        pytest.raises(UntruthError, match="are not its own"),
    ):
        next(source.find(watched, 0, tip))


def test_a_history_that_changes_while_it_is_read(chain: PaidChain, proxy: ElectrumProxy) -> None:
    def lying(method: str, _: list[Any], result: Any) -> Any:
        late = proxy.asked.count("blockchain.scripthash.get_balance")
        return result[:-1] if method.endswith("get_history") and late else result

    proxy.alter = lying
    with (
        closing(electrum_source(proxy.address, "regtest")) as source,
        pytest.raises(UntruthError, match="changed while it was read"),
    ):
        next(source.find(chain.watched, 0, tip_of(chain.node)))


def test_a_hidden_spend_of_an_earlier_coin(chain: PaidChain, proxy: ElectrumProxy) -> None:
    split, tip = 171, tip_of(chain.node)
    coins = tuple(unspent_at(chain.node, chain.scripts, split))

    def lying(method: str, _: list[Any], result: Any) -> Any:
        if method.endswith("get_history"):
            return [one for one in result if one["height"] <= split]
        return [] if method.endswith("listunspent") else result

    proxy.alter = lying
    with (
        closing(electrum_source(proxy.address, "regtest")) as source,
        pytest.raises(UntruthError, match="coins"),
    ):
        next(source.find(Watched(chain.scripts, coins), split + 1, tip))


def waiting_for(hidden: set[str], dropped: str) -> Callable[[str, list[Any], Any], Any]:
    """What a server says while a transaction waits that spends the coins of ``dropped``; it leaves
    the hidden transactions out of its histories."""

    def told(method: str, _: list[Any], result: Any) -> Any:
        if method.endswith("get_history"):
            kept = [one for one in result if one["tx_hash"] not in hidden]
            return [*kept, {"tx_hash": "cd" * 32, "height": 0, "fee": 200}]
        if method.endswith("listunspent"):
            return [one for one in result if one["tx_hash"] != dropped]
        return result

    return told


def test_coins_that_a_waiting_transaction_spends(chain: PaidChain, proxy: ElectrumProxy) -> None:
    """Coins of before and later ones are not listed then: neither a lie nor a way to hide one."""
    split, tip = 175, tip_of(chain.node)
    watched = Watched(chain.scripts, tuple(unspent_at(chain.node, chain.scripts, split)))
    left = sorted(unspent_at(chain.node, chain.scripts, tip.height), key=lambda one: one.txid)
    consolidation = chain.node.rpc("getblock", chain.node.rpc("getblockhash", 179))["tx"][1]
    expected = walk(chain.node, watched, split + 1, tip.height)
    with closing(electrum_source(proxy.address, "regtest")) as source:
        for one in left[::6]:
            proxy.alter = waiting_for(set(), one.txid[::-1].hex())
            assert found_by(source, watched, split + 1, tip) == expected
        proxy.alter = waiting_for({consolidation}, "")
        for scripts in (chain.scripts, chain.scripts[2:]):
            coins = tuple(unspent_at(chain.node, scripts, split))
            with pytest.raises(UntruthError, match="coins of"):
                next(source.find(Watched(scripts, coins), split + 1, tip))


def test_a_coin_of_before_without_the_transaction_that_made_it(
    chain: PaidChain, proxy: ElectrumProxy
) -> None:
    split, tip = 175, tip_of(chain.node)
    scripts = chain.scripts[2:]
    coins = tuple(unspent_at(chain.node, scripts, split))
    consolidation = chain.node.rpc("getblock", chain.node.rpc("getblockhash", 179))["tx"][1]
    hiding = waiting_for({consolidation}, "")

    def lying(method: str, params: list[Any], result: Any) -> Any:
        late = proxy.asked.count("blockchain.scripthash.get_balance")
        if method.endswith("transaction.get") and late:
            raise RefusalError(2, "daemon error: No such mempool or blockchain transaction")
        return hiding(method, params, result)

    proxy.alter = lying
    with (
        closing(electrum_source(proxy.address, "regtest")) as source,
        pytest.raises(UntruthError, match=r"transactions that it does not have|coins of script"),
    ):
        next(source.find(Watched(scripts, coins), split + 1, tip))


def test_a_tip_at_another_height(chain: PaidChain, proxy: ElectrumProxy) -> None:
    """All heights moved by one: the headers link, and only the coinbase tells."""
    tip = tip_of(chain.node)

    def lying(method: str, _: list[Any], result: Any) -> Any:
        if method.endswith("headers.subscribe"):
            return {**result, "height": tip.height + 1}
        if method.endswith("get_history"):
            return [{**one, "height": one["height"] + 1} for one in result]
        return result

    def asking(method: str, params: list[Any]) -> list[Any]:
        if method.endswith(("block.headers", "id_from_pos")) and params[0]:
            return [params[0] - 1, *params[1:]]
        if method.endswith("get_merkle"):
            return [params[0], params[1] - 1]
        return params

    proxy.alter, proxy.ask = lying, asking
    with closing(electrum_source(proxy.address, "regtest")) as source:
        told = source.status().tip
        assert told.height == tip.height + 1
        with pytest.raises(UntruthError, match=f"states height {tip.height}"):
            next(source.find(chain.watched, 0, told))


def test_another_network(chain: PaidChain, proxy: ElectrumProxy) -> None:
    def lying(method: str, params: list[Any], result: Any) -> Any:
        first = method == "blockchain.block.headers" and params[0] == 0
        return {**result, "hex": BLOCK_1, "count": 1} if first else result

    proxy.alter = lying
    with (
        closing(electrum_source(proxy.address, "regtest")) as source,
        pytest.raises(WrongNetworkError, match="does not know"),
    ):
        source.status()


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (RefusalError(1, "history too large"), "above the server's limit"),
        (RefusalError(-101, "excessive resource usage"), "limits how much it answers"),
        (
            RefusalError(-32601, "unknown method \x1b[2J"),
            "unknown method \N{REPLACEMENT CHARACTER}",
        ),
        (ConnectionResetError(), "cannot be reached: it closed the connection"),
    ],
)
def test_refusals(chain: PaidChain, proxy: ElectrumProxy, refusal: Exception, words: str) -> None:
    def refusing(method: str, _: list[Any], result: Any) -> Any:
        if method.endswith("get_history"):
            raise refusal
        return result

    proxy.alter = refusing
    with (
        closing(electrum_source(proxy.address, "regtest", attempts=2)) as source,
        pytest.raises(SourceError, match=words) as caught,
    ):
        next(source.find(chain.watched, 0, tip_of(chain.node)))
    assert not isinstance(caught.value, UntruthError)


def test_a_connection_that_breaks_again_and_again(chain: PaidChain, proxy: ElectrumProxy) -> None:
    tip = tip_of(chain.node)

    def breaking(method: str, _: list[Any], result: Any) -> Any:
        if len(proxy.asked) % 61 == 0:
            raise ConnectionResetError
        return result

    proxy.alter = breaking
    with closing(electrum_source(proxy.address, "regtest")) as source:
        expected = walk(chain.node, chain.watched, 0, tip.height)
        assert found_by(source, chain.watched, 0, tip) == expected
    assert proxy.asked.count("server.version") > 3


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (b"", "no answer within 0.2 s"),
        (b"HTTP/1.1 400 Bad Request\r\n", "does not speak the protocol"),
        (b"[" * 100_000 + b"\n", "does not speak the protocol"),
        (b'{"id": 77, "result": 1}\n', "does not speak the protocol"),
        (b'{"id": 0, "result": "ElectrumX"}\n', "does not speak the protocol"),
        (b'{"id": 0}\n', "does not speak the protocol"),
        (b'{"id": 0, "error": {"code": 1, "message": "unsupported"}}\n', "refuses protocol 1.4"),
        (b"x" * (34 << 20), "none can be"),
    ],
)
def test_servers_that_are_none(sent: bytes, words: str) -> None:
    done = threading.Event()

    def serve(listener: socket.socket) -> None:
        link, _ = listener.accept()
        with link:
            try:
                link.sendall(sent)
            except OSError:
                return
            done.wait(10)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        wait = 20 if len(sent) > 1 << 20 else 0.2
        try:
            with (
                closing(
                    electrum_source(address, "regtest", timeout_seconds=wait, attempts=1)
                ) as source,
                pytest.raises(SourceError, match=words),
            ):
                source.status()
        finally:
            done.set()
            thread.join()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://host:1", "ssl://host:port or tcp://host:port"),
        ("ssl://", "ssl://host:port"),
        ("ssl://host:port", "cannot be read"),
        ("ssl://user:secret@host:1", "nothing else in it"),
        ("host:50002", "ssl://host:port"),
    ],
)
def test_addresses_that_are_none(address: str, words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        electrum_source(address, "regtest")
    assert "secret" not in str(caught.value)
