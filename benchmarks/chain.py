"""Times every route to watched scripts on a real node, beside the node's own scan of its filters.

Usage: python benchmarks/chain.py [--blocks N] [--scripts N] [--rounds N] [--write FILE]

A regtest chain of full blocks (``dense_chain``) is built on a node; each twentieth pays some of the
watched scripts. Every measurement is a process of its own, so that its peak memory is its own too;
each method runs once in every round, for the machine may do other work. The node is the one that
the tests use (``tests/regtest/node.py``).
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.regtest.node import RegtestNode, find_bitcoind

from dense_chain import DenseChain, build, watched_file
from kilosat.chain.ledger import Ledger
from kilosat.chain.scan import scan_scripts
from kilosat.chain.sources.core.adapter import CoreSource
from kilosat.chain.sources.core.address import node_address
from kilosat.chain.sources.port import BlockRef, Watched

OWN = "the node's scanblocks alone"
ROUTES: dict[str, tuple[str, ...]] = {
    "filters over REST, kilosat's own choice": (),
    "filters by scanblocks": ("filters",),
    "every block over REST": ("scanblocks", "filters"),
    "every block by getblock": ("scanblocks", "filters", "rest"),
}
LEDGER = "filters over REST, into a ledger"
BARE = "blocks fetched over REST and thrown away, 3 connections"
VERBOSE = "getblock with all inputs (verbosity 3), 20 blocks"
METHODS = (OWN, *ROUTES, LEDGER, BARE, VERBOSE)
_VERBOSE_BLOCKS = 20


def own_scan(node: RegtestNode, scripts: list[bytes], upto: int) -> int:
    wanted = [f"raw({script.hex()})" for script in scripts]
    return len(node.rpc("scanblocks", "start", wanted, 0, upto)["relevant_blocks"])


def found(node: RegtestNode, scripts: list[bytes], upto: int, without: tuple[str, ...]) -> int:
    address = node_address(node.url, node.cookie, network="regtest")
    with CoreSource(address, "regtest", without=without) as source:
        last = source.headers(upto, 1)[0]
        blocks = source.find(Watched(tuple(scripts)), 0, BlockRef(upto, last.hash))
        return sum(len(one.transactions) for one in blocks)


def into_ledger(node: RegtestNode, scripts: list[bytes], upto: int) -> int:
    address = node_address(node.url, node.cookie, network="regtest")
    with (
        tempfile.TemporaryDirectory() as folder,
        CoreSource(address, "regtest") as source,
        Ledger.open(Path(folder) / "ledger", "regtest") as ledger,
    ):
        return scan_scripts(source, scripts, ledger, until=upto).entries


def bare(node: RegtestNode, upto: int) -> int:
    hashes = [node.rpc("getblockhash", height) for height in range(upto + 1)]
    with ThreadPoolExecutor(3) as pool:
        return sum(map(len, pool.map(lambda one: node.rest(f"/rest/block/{one}.bin"), hashes)))


def verbose(node: RegtestNode, upto: int) -> int:
    heights = range(upto - _VERBOSE_BLOCKS + 1, upto + 1)
    return sum(
        len(node.rpc("getblock", node.rpc("getblockhash", height), 3)["tx"]) for height in heights
    )


def measured(method: str, node: RegtestNode, scripts: list[bytes], upto: int) -> dict[str, Any]:
    """Seconds, peak MB and what was found, after a small run that compiles and connects."""
    runs: dict[str, Callable[[int], int]] = {
        OWN: lambda to: own_scan(node, scripts, to),
        LEDGER: lambda to: into_ledger(node, scripts, to),
        BARE: lambda to: bare(node, to),
        VERBOSE: lambda to: verbose(node, to),
    }
    for name, without in ROUTES.items():
        runs[name] = lambda to, without=without: found(node, scripts, to, without)
    runs[method](min(upto, 135))
    started = time.perf_counter()
    count = runs[method](upto)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "peak_mb": peak, "found": count}


class Running(RegtestNode):
    """A node that another process runs."""

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__(Path("bitcoind"), folder)
        self.rpc_port = port


def in_a_process(method: str, node: RegtestNode, file: Path, upto: int) -> dict[str, Any]:
    asked = [str(node.folder), str(node.rpc_port), str(file), str(upto)]
    command = [sys.executable, __file__, "--measure", method, *asked]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def table(chain: DenseChain, results: dict[str, list[dict[str, Any]]]) -> str:
    rows = [
        "| route | seconds, median | best | blocks/s | MB/s | own scan takes, of it | found | MB |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    own = [one["seconds"] for one in results[OWN]]
    for method, ones in results.items():
        seconds = statistics.median(one["seconds"] for one in ones)
        part = _VERBOSE_BLOCKS / chain.blocks if method == VERBOSE else 1.0
        ratio = statistics.median(a / one["seconds"] for a, one in zip(own, ones, strict=True))
        rows.append(
            f"| {method} | {seconds:.2f} | {min(one['seconds'] for one in ones):.2f}"
            f" | {chain.blocks * part / seconds:,.0f} | {chain.megabytes * part / seconds:,.0f}"
            f" | {ratio * part:.0%} | {ones[0]['found']:,} | {ones[0]['peak_mb']:,.0f} |"
        )
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--blocks", type=int, default=1000)
    parser.add_argument("--scripts", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--measure", nargs=5, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        method, folder, port, file, upto = options.measure
        scripts = [bytes.fromhex(one) for one in Path(file).read_text("ascii").split()]
        node = Running(Path(folder), int(port))
        print(json.dumps(measured(method, node, scripts, int(upto))))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        args = ["-blockfilterindex=1", "-rest", "-dbcache=300", "-rpcthreads=8"]
        with RegtestNode(find_bitcoind(), folder / "node", args).start() as node:
            report = _all(node, folder, options)
    print(report)
    if options.write:
        options.write.write_text(report + "\n", encoding="utf-8")


def _all(node: RegtestNode, folder: Path, options: argparse.Namespace) -> str:
    chain = build(node, options.blocks, options.scripts)
    node.wait_for_index()
    tip = node.rpc("getblockcount")
    some, none = folder / "some", folder / "none"
    watched_file(chain, some)
    none.write_text("\n".join(f"0014{n:040x}" for n in range(options.scripts)), "ascii")
    parts = [
        f"{chain.blocks:,} full blocks, {chain.megabytes:,.0f} MB, {options.scripts:,} scripts,"
        f" {options.rounds} rounds; {node.rpc('getnetworkinfo')['subversion']}"
    ]
    for title, file in (("Scripts that are paid", some), ("Scripts that never occur", none)):
        results: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for _ in range(options.rounds):
            for method in METHODS:
                results[method].append(in_a_process(method, node, file, tip))
        parts += [f"\n{title}\n", table(chain, results)]
    lengths = [tip // 4, tip // 2, tip]
    parts += [
        "\nPeak memory by length of the chain, MB\n",
        "| route | " + " | ".join(f"{n:,} blocks" for n in lengths) + " |",
        "|---|" + "--:|" * len(lengths),
    ]
    for method in (LEDGER, "every block over REST"):
        peaks = [in_a_process(method, node, some, n)["peak_mb"] for n in lengths]
        parts.append(f"| {method} | " + " | ".join(f"{peak:,.0f}" for peak in peaks) + " |")
    return "\n".join(parts)


if __name__ == "__main__":
    main()
