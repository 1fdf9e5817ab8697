"""A small server of the Esplora interface over a regtest node, for tests.

    with EsploraServer(node, page_size=25) as server:
        ... esplora_source(server.url, "regtest")

It reads each block once from the node (``getblock`` with all outputs and their spent coins), keeps
its own index, and answers the paths that wallets use, a page of confirmed transactions at a time as
Esplora does. It looks at the node's tip before each answer, and with ``mempool`` at the
transactions that wait for a block: they are counted and listed, and coins that they spend are no
more among the unspent ones, as in electrs. The node must have ``-txindex``. It shares no code with
kilosat; ``bdkpython``'s client checks it in the tests.
Interface: https://github.com/Blockstream/esplora/blob/master/API.md.
"""

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .node import NodeError, RegtestNode

__all__ = ["Alter", "EsploraServer", "Reply", "merkle_branch"]

Json = dict[str, Any]


@dataclass
class Reply:
    """What goes out: a test may alter it."""

    status: int
    body: bytes
    kind: str = "text/plain"
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    """Close the connection behind it."""


Alter = Callable[[str, Reply], Reply | None]
"""Path and honest reply to what goes out; ``None`` cuts the connection."""


class EsploraServer:
    """The server; ``alter`` changes answers on their way, ``asked`` are the paths it was asked."""

    def __init__(
        self,
        node: RegtestNode,
        *,
        page_size: int = 25,
        utxo_limit: int = 500,
        mempool: bool = False,
    ) -> None:
        self.index = _Index(node, mempool)
        self.page_size, self.utxo_limit = page_size, utxo_limit
        self.alter: Alter = lambda _, reply: reply
        self.asked: list[str] = []
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._port}/api"

    def start(self) -> "EsploraServer":
        """Start it; after ``stop``, at the same port."""
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), _handler(self))
        self._server.daemon_threads = True
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Let it end; connections are cut."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> "EsploraServer":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def reply(self, path: str) -> Reply | None:
        """What goes out for a path."""
        with self._lock:
            self.asked.append(path)
            self.index.catch_up()
            return self.alter(path, self._honest(path.removeprefix("/api")))

    def _honest(self, path: str) -> Reply:
        parts = path.strip("/").split("/")
        try:
            answer = _ROUTES[parts[0]](self, parts[1:])
        except (KeyError, IndexError, ValueError, NodeError):
            return Reply(404, b"not found")
        if isinstance(answer, Reply):
            return answer
        if isinstance(answer, bytes):
            return Reply(200, answer, "application/octet-stream")
        if isinstance(answer, str):
            return Reply(200, answer.encode())
        return Reply(200, json.dumps(answer).encode(), "application/json")

    def _blocks(self, rest: list[str]) -> Any:
        if rest == ["tip", "height"]:
            return str(self.index.height)
        if rest == ["tip", "hash"]:
            return self.index.hashes[-1]
        start = int(rest[0]) if rest else self.index.height
        heights = range(start, max(start - 10, -1), -1)
        return [self.index.headers[self.index.hashes[height]] for height in heights]

    def _block_height(self, rest: list[str]) -> Any:
        if not rest[0].isdigit():
            raise ValueError(rest)
        return self.index.hashes[int(rest[0])]

    def _block(self, rest: list[str]) -> Any:
        if rest[1:] == ["header"]:
            return self.index.node.rpc("getblockheader", rest[0], False)
        found = self.index.headers[rest[0]]
        if rest[1:] == ["status"]:
            return {"in_best_chain": True, "height": found["height"], "next_best": None}
        if rest[1:] == ["raw"]:
            return bytes.fromhex(self.index.node.rpc("getblock", rest[0], 0))
        if rest[1:2] == ["txid"]:
            return self.index.ids[found["height"]][int(rest[2])]
        return found

    def _scripthash(self, rest: list[str]) -> Any:
        known = self.index.scripts.get(rest[0], [])
        if len(rest) == 1:
            return self.index.stats(rest[0])
        if rest[1] == "utxo":
            coins = self.index.utxo(rest[0])
            if len(coins) > self.utxo_limit:
                return Reply(
                    400,
                    b"Too many unspent transaction outputs (>%d). Contact support "
                    b"to raise limits." % self.utxo_limit,
                )
            return coins
        if rest[1:] == ["txs", "mempool"]:
            return self.index.waiting_of(rest[0])[:50]
        newest = known[::-1]
        if rest[1:3] == ["txs", "chain"] and len(rest) == 4:
            newest = newest[newest.index(rest[3]) + 1 :]
        elif rest[1] != "txs":
            raise KeyError(rest)
        return [self.index.transactions[txid] for txid in newest[: self.page_size]]

    def _tx(self, rest: list[str]) -> Any:
        if rest[1:] == ["raw"] and rest[0] in self.index.waiting:
            return bytes.fromhex(self.index.node.rpc("getrawtransaction", rest[0]))
        found = self.index.transactions[rest[0]]
        height, block = found["status"]["block_height"], found["status"]["block_hash"]
        if len(rest) == 1:
            return found
        if rest[1] == "status":
            return found["status"]
        if rest[1] == "hex":
            return self.index.raw[rest[0]].hex()
        if rest[1] == "raw":
            return self.index.raw[rest[0]]
        if rest[1] == "merkleblock-proof":
            return self.index.node.rpc("gettxoutproof", [rest[0]], block)
        if rest[1] == "merkle-proof":
            place = self.index.ids[height].index(rest[0])
            branch = merkle_branch(self.index.ids[height], place)
            return {"block_height": height, "merkle": branch, "pos": place}
        if rest[1] == "outspend":
            return self.index.outspend(rest[0], int(rest[2]))
        if rest[1] == "outspends":
            return [self.index.outspend(rest[0], one) for one in range(len(found["vout"]))]
        raise KeyError(rest)

    def _fee_estimates(self, _: list[str]) -> Any:
        return {"1": 1.0}


_ROUTES: dict[str, Callable[[EsploraServer, list[str]], Any]] = {
    "blocks": EsploraServer._blocks,
    "block-height": EsploraServer._block_height,
    "block": EsploraServer._block,
    "scripthash": EsploraServer._scripthash,
    "tx": EsploraServer._tx,
    "fee-estimates": EsploraServer._fee_estimates,
}


class _Index:
    """All blocks of the node's chain, by block, transaction and script hash."""

    def __init__(self, node: RegtestNode, mempool: bool) -> None:
        self.node = node
        self._mempool = mempool
        self.waiting: dict[str, Json] = {}
        self.hashes: list[str] = []
        self.headers: dict[str, Json] = {}
        self.ids: list[list[str]] = []
        self.transactions: dict[str, Json] = {}
        self.raw: dict[str, bytes] = {}
        self.scripts: dict[str, list[str]] = {}
        """Transactions that touch a script hash, in the order of the chain."""
        self.spenders: dict[tuple[str, int], str] = {}

    @property
    def height(self) -> int:
        return len(self.hashes) - 1

    def catch_up(self) -> None:
        """Take in what is new, and drop blocks that left the chain."""
        self._catch_up_with_blocks()
        self.waiting = {}
        for txid in self.node.rpc("getrawmempool") if self._mempool else ():
            told = self.node.rpc("getrawtransaction", txid, 1)
            self.waiting[txid] = _transaction(told, {"confirmed": False})
        for one in self.waiting.values():
            for spent in one["vin"]:
                maker = self.transactions.get(spent["txid"]) or self.waiting[spent["txid"]]
                spent["prevout"] = maker["vout"][spent["vout"]]

    def _catch_up_with_blocks(self) -> None:
        tip = self.node.rpc("getbestblockhash")
        if self.hashes and self.hashes[-1] == tip:
            return
        while self.hashes and self.node.rpc("getblockheader", self.hashes[-1])["confirmations"] < 0:
            self._drop()
        for height in range(len(self.hashes), self.node.rpc("getblockcount") + 1):
            self._take(self.node.rpc("getblock", self.node.rpc("getblockhash", height), 3))

    def stats(self, key: str) -> Json:
        outputs = [(t, o) for t, o in self._outputs(key)]
        spent = [o for t, o in outputs if (t, o["n"]) in self.spenders]
        chain = {
            "funded_txo_count": len(outputs),
            "funded_txo_sum": sum(o["value"] for _, o in outputs),
            "spent_txo_count": len(spent),
            "spent_txo_sum": sum(o["value"] for o in spent),
            "tx_count": len(self.scripts.get(key, [])),
        }
        mempool = {**dict.fromkeys(chain, 0), "tx_count": len(self.waiting_of(key))}
        return {"chain_stats": chain, "mempool_stats": mempool}

    def waiting_of(self, key: str) -> list[Json]:
        return [told for told in self.waiting.values() if key in _keys(told)]

    def utxo(self, key: str) -> list[Json]:
        gone = {(one["txid"], one["vout"]) for told in self.waiting.values() for one in told["vin"]}
        return [
            {
                "txid": txid,
                "vout": output["n"],
                "value": output["value"],
                "status": self.transactions[txid]["status"],
            }
            for txid, output in self._outputs(key)
            if (txid, output["n"]) not in self.spenders.keys() | gone
        ]

    def outspend(self, txid: str, index: int) -> Json:
        spender = self.spenders.get((txid, index))
        if spender is None:
            return {"spent": False}
        spends = self.transactions[spender]
        places = [(one["txid"], one["vout"]) for one in spends["vin"]]
        where = {"vin": places.index((txid, index)), "status": spends["status"]}
        return {"spent": True, "txid": spender, **where}

    def _outputs(self, key: str) -> list[tuple[str, Json]]:
        return [
            (txid, output)
            for txid in self.scripts.get(key, [])
            for output in self.transactions[txid]["vout"]
            if _key(output["scriptpubkey"]) == key
        ]

    def _take(self, block: Json) -> None:
        status = {
            "confirmed": True,
            "block_height": block["height"],
            "block_hash": block["hash"],
            "block_time": block["time"],
        }
        self.hashes.append(block["hash"])
        self.ids.append([one["txid"] for one in block["tx"]])
        self.headers[block["hash"]] = _header(block)
        for one in block["tx"]:
            told = _transaction(one, status)
            self.transactions[one["txid"]] = told
            self.raw[one["txid"]] = bytes.fromhex(one["hex"])
            for spent in told["vin"]:
                self.spenders[spent["txid"], spent["vout"]] = one["txid"]
            for key in _keys(told):
                self.scripts.setdefault(key, []).append(one["txid"])

    def _drop(self) -> None:
        self.headers.pop(self.hashes.pop())
        for txid in reversed(self.ids.pop()):
            told = self.transactions.pop(txid)
            self.raw.pop(txid)
            for spent in told["vin"]:
                self.spenders.pop((spent["txid"], spent["vout"]), None)
            for key in _keys(told):
                self.scripts[key].remove(txid)


def _key(script: str) -> str:
    return hashlib.sha256(bytes.fromhex(script)).hexdigest()


def _keys(told: Json) -> set[str]:
    scripts = [one["scriptpubkey"] for one in told["vout"]]
    scripts += [one["prevout"]["scriptpubkey"] for one in told["vin"] if one["prevout"]]
    return {_key(script) for script in scripts}


def _header(block: Json) -> Json:
    return {
        "id": block["hash"],
        "height": block["height"],
        "version": block["version"],
        "timestamp": block["time"],
        "mediantime": block["mediantime"],
        "tx_count": block["nTx"],
        "size": block["size"],
        "weight": block["weight"],
        "merkle_root": block["merkleroot"],
        "previousblockhash": block.get("previousblockhash"),
        "nonce": block["nonce"],
        "bits": int(block["bits"], 16),
        "difficulty": block["difficulty"],
    }


def _output(one: Json) -> Json:
    script = one["scriptPubKey"]
    return {
        "scriptpubkey": script["hex"],
        "scriptpubkey_asm": script["asm"],
        "scriptpubkey_type": script["type"],
        "scriptpubkey_address": script.get("address"),
        "value": round(one["value"] * 100_000_000),
    }


def _input(one: Json) -> Json:
    return {
        "txid": one.get("txid", "00" * 32),
        "vout": one.get("vout", 0xFFFFFFFF),
        "prevout": _output(one["prevout"]) if "prevout" in one else None,
        "scriptsig": one.get("scriptSig", {"hex": one.get("coinbase", "")})["hex"],
        "scriptsig_asm": "",
        "witness": one.get("txinwitness", []),
        "is_coinbase": "coinbase" in one,
        "sequence": one["sequence"],
    }


def _transaction(one: Json, status: Json) -> Json:
    return {
        "txid": one["txid"],
        "version": one["version"],
        "locktime": one["locktime"],
        "vin": [_input(spent) for spent in one["vin"]],
        "vout": [{**_output(made), "n": made["n"]} for made in one["vout"]],
        "size": one["size"],
        "weight": one["weight"],
        "fee": round(one.get("fee", 0) * 100_000_000),
        "status": status,
    }


def merkle_branch(ids: list[str], place: int) -> list[str]:
    """A hash for each row; the node itself at the end of an odd row, as electrs has it."""
    row, branch = [bytes.fromhex(one)[::-1] for one in ids], []
    while len(row) > 1:
        row = row + row[-1:] if len(row) % 2 else row
        branch.append(row[place ^ 1][::-1].hex())
        pairs = [row[at] + row[at + 1] for at in range(0, len(row), 2)]
        row = [hashlib.sha256(hashlib.sha256(one).digest()).digest() for one in pairs]
        place //= 2
    return branch


def _handler(server: EsploraServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20
        wbufsize = -1  # head and body in one piece, or each answer waits for an acknowledgement
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            reply = server.reply(self.path)
            if reply is None or server._server is None:
                self.close_connection = True
                return
            self.send_response(reply.status)
            headers = {"Content-Length": str(len(reply.body)), **reply.headers}
            for name, value in {"Content-Type": reply.kind, **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)
            self.close_connection |= reply.cut

        def log_message(self, *_: object) -> None:
            pass

    return Handler
