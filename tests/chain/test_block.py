"""Real blocks: one of the main network, and those of BIP 158's vectors on testnet."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kilosat.chain.block import Block, parse_block
from kilosat.chain.errors import ProofError
from kilosat.chain.header import REGTEST_LIMIT, Header, double_sha256, hex_of_hash
from kilosat.chain.merkle import merkle_root, parse_merkle_proof
from kilosat.chain.transaction import Transaction, TxOutput, compact_size

DATA = Path(__file__).parent / "data"
REAL = parse_block((DATA / "mainnet_block_702861.raw").read_bytes())
VECTORS = json.loads((DATA / "bip158-testnet-19.json").read_text("utf-8"))[1:]
TESTNET = [(vector[0], vector[1], parse_block(bytes.fromhex(vector[2]))) for vector in VECTORS]


def test_reads_the_real_block() -> None:
    REAL.check()
    name = "000000000000000000000c835b2adcaedc20fdf6ee440009c249452c726dafae"
    assert hex_of_hash(REAL.hash) == name
    assert REAL.height == 702_861
    assert len(REAL) == 2500


def test_every_transaction_is_written_back() -> None:
    head = REAL.raw[:80] + compact_size(len(REAL))
    assert head + b"".join(one.to_bytes() for one in REAL) == REAL.raw
    assert tuple(one.txid for one in REAL) == REAL.txids
    assert [place for place, one in enumerate(REAL) if one.is_coinbase] == [0]


def test_weight_is_that_of_its_parts() -> None:
    # Weight by btclib 2026.10.24 (Block.weight).
    assert REAL.weight == 3_993_054
    assert REAL.weight == sum(one.weight for one in REAL) + 4 * 83


def test_the_coinbase_takes_subsidy_and_fees() -> None:
    # 6.25 coins after the third halving; the rest is fees.
    assert 0 < REAL.transaction(0).output_sats - 625_000_000 < 100_000_000


@pytest.mark.parametrize("position", [0, 1, 1249, 2048, 2498, 2499])
def test_proves_its_transactions(position: int) -> None:
    proof = REAL.proof(position)
    proof.check(REAL.raw_transaction(position))
    assert parse_merkle_proof(proof.to_bytes()) == proof
    # A tree of 2,500 leaves has twelve rows above them.
    assert len(proof.siblings) <= 12


@pytest.mark.parametrize(("height", "name", "block"), TESTNET)
def test_reads_testnet(height: int, name: str, block: Block) -> None:
    block.check()
    assert hex_of_hash(block.hash) == name
    # BIP 34 holds on testnet from height 21,111 (Core: chainparams.cpp).
    assert block.height == (height if height >= 21_111 else None)


def test_height_of_an_old_block_is_not_read() -> None:
    genesis = TESTNET[0][2]
    assert genesis.height is None
    assert genesis.transaction(0).coinbase_height is not None


def rebuilt(transactions: list[Transaction], header: Header | None = None) -> Block:
    """A block of these, with the root that they need and without its work."""
    if header is None:
        root = merkle_root([one.txid for one in transactions])
        header = replace(REAL.header, merkle_root=root)
    raw = header.to_bytes() + compact_size(len(transactions))
    return parse_block(raw + b"".join(one.to_bytes() for one in transactions))


def test_refuses_an_exchanged_witness() -> None:
    transactions = list(REAL)
    place = next(i for i, one in enumerate(transactions) if i and one.has_witness)
    bare = tuple(replace(one, witness=(b"other",)) for one in transactions[place].inputs)
    transactions[place] = replace(transactions[place], inputs=bare)
    block = rebuilt(transactions)
    block.check_merkle_root()
    with pytest.raises(ProofError, match="coinbase commits to"):
        block.check_witness_commitment()


@pytest.mark.parametrize("witness", [(), (bytes(31),), (bytes(32), bytes(32))])
def test_refuses_a_coinbase_without_its_nonce(witness: tuple[bytes, ...]) -> None:
    coinbase, *others = REAL
    nothing = replace(coinbase.inputs[0], witness=witness)
    block = rebuilt([replace(coinbase, inputs=(nothing,)), *others])
    with pytest.raises(ProofError, match="32 bytes"):
        block.check_witness_commitment()


def test_refuses_witnesses_without_a_commitment() -> None:
    coinbase, *others = REAL
    kept = tuple(one for one in coinbase.outputs if not one.script.startswith(b"\x6a\x24"))
    block = rebuilt([replace(coinbase, outputs=kept), *others])
    with pytest.raises(ProofError, match="no commitment"):
        block.check_witness_commitment()


def test_the_last_of_several_commitments_counts() -> None:
    coinbase, *others = REAL
    false = TxOutput(0, bytes.fromhex("6a24aa21a9ed") + bytes(32))
    before = replace(coinbase, outputs=(false, *coinbase.outputs))
    rebuilt([before, *others]).check_witness_commitment()
    after = replace(coinbase, outputs=(*coinbase.outputs, false))
    with pytest.raises(ProofError, match="coinbase commits to"):
        rebuilt([after, *others]).check_witness_commitment()


def test_refuses_other_transactions() -> None:
    others = list(REAL)
    others[7], others[8] = others[8], others[7]
    with pytest.raises(ProofError, match="under the root"):
        rebuilt(others, REAL.header).check()


def test_refuses_a_doubled_tail() -> None:
    # 2,500 leaves: the last four are paired with nothing in the row of 625.
    transactions = list(REAL)
    doubled = rebuilt([*transactions, *transactions[-4:]], REAL.header)
    with pytest.raises(ProofError, match="alike"):
        doubled.check()


def mined(transactions: list[Transaction]) -> Block:
    """A block with the little work that regtest asks for."""
    root = merkle_root([one.txid for one in transactions])
    nonces = (replace(REAL.header, merkle_root=root, bits=0x207FFFFF, nonce=n) for n in range(99))
    easy = (one for one in nonces if double_sha256(one.to_bytes())[31] < 0x7F)
    return rebuilt(transactions, next(easy))


def test_refuses_no_coinbase_and_two() -> None:
    coinbase, *others = REAL
    again = replace(coinbase, lock_time=1)
    for transactions in (others, [coinbase, again, *others]):
        with pytest.raises(ProofError, match="one coinbase"):
            mined(transactions).check(REGTEST_LIMIT)


def test_refuses_a_block_above_the_weight() -> None:
    transactions = list(REAL)
    transactions += [replace(one, lock_time=1) for one in transactions[1:100]]
    with pytest.raises(ProofError, match="weighs"):
        mined(transactions).check(REGTEST_LIMIT)
