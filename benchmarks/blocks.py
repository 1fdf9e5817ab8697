"""Times the reading of raw blocks: kilosat's walk, its parser and filters beside embit and btclib.

Usage: python benchmarks/blocks.py [--blocks N] [--rounds N] [--peers PYTHON]

The blocks hold the transactions of main-network block 702,861, each in an order of its own, so
that they come from memory and not from a cache. 10,000 scripts and as many coins are watched, none
of them in the blocks unless a row says so. PYTHON is the interpreter of an environment with embit
and btclib in it; they read the same real block, and what embit reads is compared. Every method runs
once in every round, for the machine may do other work.
"""

import argparse
import hashlib
import json
import mmap
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kilosat.chain.block import parse_block
from kilosat.chain.filters import Scripts, parse_filter
from kilosat.chain.scan_walk import bounds_of_block, scan_block
from kilosat.chain.transaction import OutPoint, compact_size
from kilosat.chain.watch import Watch

REAL = Path(__file__).parents[1] / "tests" / "chain" / "data" / "mainnet_block_702861.raw"
WATCHED = 10_000
FILTER_ELEMENTS = 12_000
FIRST = "walk, 10,000 scripts and 10,000 coins"
PEERS = """
import hashlib, io, json, sys, time
from btclib.block import Block
from embit import compact
from embit.transaction import Transaction

raw = open(sys.argv[1], "rb").read()

def with_embit():
    stream = io.BytesIO(raw)
    stream.seek(80)
    return [Transaction.read_from(stream) for _ in range(compact.read_from(stream))]

def rate(method):
    started = time.perf_counter()
    method()
    return len(raw) / (time.perf_counter() - started) / 1e6

digest = hashlib.sha256()
for one in with_embit():
    txid = one.txid()[::-1]
    for index, output in enumerate(one.vout):
        digest.update(txid + index.to_bytes(4, "little") + output.script_pubkey.data)
print(json.dumps({
    "digest": digest.hexdigest(),
    "embit, objects": rate(with_embit),
    "btclib, objects": rate(lambda: Block.parse(raw, check_validity=False)),
    "btclib, objects and checks": rate(lambda: Block.parse(raw)),
}))
"""


def shuffled_blocks(number: int, chance: random.Random) -> list[bytes]:
    """Blocks with the coinbase first and the other transactions in another order."""
    real = parse_block(REAL.read_bytes())
    raws = [real.raw_transaction(place) for place in range(len(real))]
    head = real.raw[:80] + compact_size(len(real)) + raws[0]
    return [head + b"".join(chance.sample(raws[1:], len(raws) - 1)) for _ in range(number)]


def dense_filter(chance: random.Random) -> bytes:
    """A filter of as many random values as a full block has scripts."""
    bits, last = [], 0
    for value in sorted(
        chance.randrange(FILTER_ELEMENTS * 784_931) for _ in range(FILTER_ELEMENTS)
    ):
        quotient, rest = divmod(value - last, 1 << 19)
        bits.append("1" * quotient + "0" + format(rest, "019b"))
        last = value
    code = "".join(bits)
    code += "0" * (-len(code) % 8)
    return compact_size(FILTER_ELEMENTS) + int(code, 2).to_bytes(len(code) // 8, "big")


def once(method: Callable[[], object], size: int) -> float:
    """MB/s of one run."""
    started = time.perf_counter()
    method()
    return size / (time.perf_counter() - started) / 1e6


def each(blocks: Sequence[bytes], read: Callable[[bytes], object]) -> Callable[[], object]:
    return lambda: [read(one) for one in blocks]


def in_threads(
    blocks: Sequence[bytes], read: Callable[[bytes], object], threads: int
) -> Callable[[], object]:
    def run() -> None:
        with ThreadPoolExecutor(threads) as pool:
            for _ in pool.map(read, blocks):
                pass

    return run


def from_file(blocks: Sequence[bytes], read: Callable[[memoryview], object], path: Path) -> None:
    """Map the file and walk over its blocks, as over the block files of a node."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as area:
        view, start = memoryview(area), 0
        for one in blocks:
            part = view[start : start + len(one)]
            read(part)
            part.release()
            start += len(one)
        view.release()


def output_digest() -> str:
    """Every output of the real block as the walk finds it."""
    real = parse_block(REAL.read_bytes())
    watch = Watch(output.script for one in real for output in one.outputs)
    digest = hashlib.sha256()
    for hit in scan_block(real.raw, watch, within=False):
        digest.update(hit.txid + hit.index.to_bytes(4, "little") + hit.key)
    return digest.hexdigest()


def peer_rates(python: str) -> dict[str, float]:
    """MB/s of the peers, after a look at whether embit read the same."""
    command = [python, "-c", PEERS, str(REAL)]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    if found.pop("digest") != output_digest():
        raise SystemExit("embit and kilosat do not find the same outputs")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--blocks", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", help="python of an environment with embit and btclib")
    options = parser.parse_args()
    chance, real = random.Random(702_861), parse_block(REAL.read_bytes())
    blocks = shuffled_blocks(options.blocks, chance)
    few = blocks[: max(1, options.blocks // 50)]
    scripts = [b"\0\x14" + chance.randbytes(20) for _ in range(WATCHED)]
    own = [real.transaction(place).outputs[0].script for place in range(100, 2500, 500)]
    some, hit, filtered = Watch(scripts), Watch([*scripts, *own]), Scripts(scripts)
    coins = Watch.of_outpoints(OutPoint(chance.randbytes(32), 0) for _ in range(WATCHED))
    raw_filter = dense_filter(chance)

    def walk(raw: bytes | memoryview) -> object:
        return scan_block(raw, some, coins)

    def match(_: bytes) -> object:
        return parse_filter(raw_filter, bytes(32)).matching(filtered)

    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / "blocks"
    path.write_bytes(b"".join(blocks))
    methods: dict[str, tuple[Callable[[], object], Sequence[bytes]]] = {
        FIRST: (each(blocks, walk), blocks),
        "the same in 2 threads": (in_threads(blocks, walk, 2), blocks),
        "the same over a mapped file": (lambda: from_file(blocks, walk, path), blocks),
        "walk, 10,000 scripts": (each(blocks, lambda raw: scan_block(raw, some)), blocks),
        "walk, 5 scripts in each block": (
            each(blocks, lambda raw: scan_block(raw, hit, coins)),
            blocks,
        ),
        "walk, form only": (each(blocks, bounds_of_block), blocks),
        "root, witness commitment, work": (lambda: parse_block(real.raw).check(), [real.raw]),
        "objects of all transactions": (each(few, lambda raw: list(parse_block(raw))), few),
    }
    rates, filters = defaultdict(list), []
    for number in range(options.rounds + 1):
        found = {name: once(run, sum(map(len, over))) for name, (run, over) in methods.items()}
        found |= peer_rates(options.peers) if options.peers else {}
        per_second = 1e6 * once(each(few, match), len(few))
        if number:  # the first round compiles and warms
            filters.append(per_second)
            for name, one in found.items():
                rates[name].append(one)
    folder.cleanup()

    size, python = sum(map(len, blocks)) / 1e6, sys.version.split()[0]
    print(f"{len(blocks)} blocks, {size:,.0f} MB, {options.rounds} rounds, Python {python}\n")
    print("| method | MB/s, median | best | first row is faster by, median |")
    print("|---|---:|---:|---:|")
    for name, ones in rates.items():
        ratio = statistics.median(a / b for a, b in zip(rates[FIRST], ones, strict=True))
        print(f"| {name} | {statistics.median(ones):,.0f} | {max(ones):,.0f} | {ratio:.1f} x |")
    print(
        f"\nFilters of {FILTER_ELEMENTS:,} elements against {WATCHED:,} scripts, a second: "
        f"median {statistics.median(filters):,.0f}, best {max(filters):,.0f}"
    )


if __name__ == "__main__":
    main()
