"""The compiled walk finds what a plain search through the parsed block finds."""

import random
import secrets
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilosat.chain.block import Block, parse_block
from kilosat.chain.scan_walk import Hit, HitKind, scan_block
from kilosat.chain.transaction import (
    OutPoint,
    Transaction,
    TxInput,
    TxOutput,
    compact_size,
)
from kilosat.chain.watch import Watch

REAL = parse_block((Path(__file__).parent / "data" / "mainnet_block_702861.raw").read_bytes())
TRANSACTIONS = list(REAL)

Found = tuple[int, HitKind, int, bytes]


def plain(block: Block, scripts: set[bytes], coins: set[bytes], within: bool) -> list[Found]:
    """Every output and input, looked at one after the other."""
    found, coins = [], set(coins)
    for number, one in enumerate(block):
        for index, spent in enumerate(one.inputs):
            if (key := spent.outpoint.to_bytes()) in coins:
                found.append((number, HitKind.SPEND, index, key))
        for index, paid in enumerate(one.outputs):
            if paid.script in scripts:
                found.append((number, HitKind.OUTPUT, index, paid.script))
                if within:
                    coins.add(OutPoint(one.txid, index).to_bytes())
    return found


def shown(hits: tuple[Hit, ...]) -> list[Found]:
    return [(one.transaction, one.kind, one.index, one.key) for one in hits]


def check_places(block: Block, hits: tuple[Hit, ...]) -> None:
    """The offset is where the output or input begins, the txid that of its transaction."""
    for hit in hits:
        assert hit.txid == block.txids[hit.transaction]
        start = hit.offset + 9 if hit.kind is HitKind.OUTPUT else hit.offset
        assert block.raw[start : start + len(hit.key)] == hit.key or len(hit.key) > 252


@pytest.mark.parametrize("within", [True, False])
def test_finds_what_a_plain_search_finds(within: bool) -> None:
    chance = random.Random(702_861)
    some = chance.sample(TRANSACTIONS, 150)
    scripts = {one.outputs[-1].script for one in some}
    coins = {one.inputs[0].outpoint.to_bytes() for one in chance.sample(TRANSACTIONS, 150)}
    scripts |= {b"\0\x14" + chance.randbytes(20) for _ in range(10_000)}
    coins |= {chance.randbytes(36) for _ in range(10_000)}
    hits = scan_block(REAL.raw, Watch(scripts), Watch(coins), within)
    assert shown(hits) == plain(REAL, scripts, coins, within)
    check_places(REAL, hits)


def test_finds_everything() -> None:
    scripts = {output.script for one in TRANSACTIONS for output in one.outputs}
    coins = {spent.outpoint for one in TRANSACTIONS for spent in one.inputs}
    hits = scan_block(memoryview(REAL.raw), Watch(scripts), Watch.of_outpoints(coins))
    assert len(hits) == sum(len(one.inputs) + len(one.outputs) for one in TRANSACTIONS)
    assert [one.offset for one in hits] == sorted(one.offset for one in hits)


def test_finds_coins_that_the_block_makes_and_spends() -> None:
    place = {txid: number for number, txid in enumerate(REAL.txids)}
    chained = next(
        (number, spent.outpoint)
        for number, one in enumerate(TRANSACTIONS)
        for spent in one.inputs
        if spent.outpoint.txid in place
    )
    spender, coin = chained
    script = TRANSACTIONS[place[coin.txid]].outputs[coin.index].script
    keys = [one.key for one in scan_block(REAL.raw, Watch([script])) if one.transaction == spender]
    assert coin.to_bytes() in keys


def test_finds_nothing_where_nothing_is_watched() -> None:
    assert scan_block(REAL.raw, Watch([])) == ()
    assert scan_block(REAL.raw, Watch([secrets.token_bytes(25) for _ in range(10_000)])) == ()


keys = st.binary(max_size=20) | st.builds(
    lambda middle, end: b"\0\x14" + b"same" + middle + end,
    st.sampled_from([b"12345678", b"12345679"]),
    st.binary(max_size=10),
)


def made_block(scripts: list[bytes]) -> Block:
    """A block of one transaction for each five scripts."""
    some = [scripts[at : at + 5] for at in range(0, len(scripts), 5)]
    transactions = [
        Transaction(
            2,
            (TxInput(OutPoint(bytes([number]) * 32, number), b"", 0, (b"w",) * (number % 2)),),
            tuple(TxOutput(index, script) for index, script in enumerate(part)),
            0,
        )
        for number, part in enumerate(some)
    ]
    raw = bytes(80) + compact_size(len(some)) + b"".join(one.to_bytes() for one in transactions)
    return parse_block(raw)


@given(st.lists(keys, min_size=1, max_size=30), st.sets(keys, max_size=30))
def test_scripts_that_are_short_or_nearly_alike(paid: list[bytes], watched: set[bytes]) -> None:
    block = made_block(paid)
    coins = {OutPoint(bytes([1]) * 32, 1).to_bytes(), OutPoint(bytes([2]) * 32, 1).to_bytes()}
    hits = scan_block(block.raw, Watch(watched), Watch(coins))
    assert shown(hits) == plain(block, watched, coins, True)
    check_places(block, hits)


def test_long_scripts_are_compared_to_the_end() -> None:
    long = bytes(70_000)
    block = made_block([long, long[:-1] + b"\1", long[:-1]])
    assert [one.index for one in scan_block(block.raw, Watch([long]))] == [0]
