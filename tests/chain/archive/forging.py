"""What a forger does: change an archive or make one, and make all hashes of the container anew."""

from collections.abc import Sequence
from dataclasses import replace

from kilosat.chain.archive import Archive, ArchivedTransaction, Statement
from kilosat.chain.archive.container import pack, unpack
from kilosat.chain.archive.encoding import archive_bytes, read_archive_bytes
from kilosat.chain.archive.verification import Check, Verification
from kilosat.chain.archive.verify import verify_archive
from kilosat.chain.mainnet_difficulty import Epochs
from kilosat.chain.merkle import merkle_proof, merkle_root
from kilosat.chain.transaction import Transaction

from ..fake_chain import FakeBlock, FakeChain, worked
from .stories import MULTISIG, P2PKH, TAPROOT, TREASURY, script

NO_EPOCHS = Epochs((1.0,), (1_231_006_505,))
"""Regtest is compared with no series: tests need not load the shipped one."""


def repacked(raw: bytes, **sections: bytes) -> bytes:
    """The file with other sections, and every hash of the container right."""
    return pack(unpack(raw) | sections)


def verified(archive: Archive) -> Verification:
    """Packed by the forger, read and checked by whoever gets the file."""
    return verify_archive(read_archive_bytes(archive_bytes(archive)), NO_EPOCHS)


def failed(archive: Archive) -> set[str]:
    return {check.key for check in verified(archive).failed}


def check_of(found: Verification, key: str) -> Check:
    return next(check for check in found.checks if check.key == key)


def with_one(archive: Archive, place: int, **changes: object) -> Archive:
    """The archive with a change to one of its transactions."""
    several = list(archive.transactions)
    several[place] = replace(several[place], **changes)  # type: ignore[arg-type]
    return with_transactions(archive, several)


def with_transactions(archive: Archive, several: Sequence[ArchivedTransaction]) -> Archive:
    """The archive with these transactions; what it states of blocks and coins is made to fit."""
    txids = {one.transaction.txid for one in several}
    needed = {
        spending.outpoint
        for one in several
        for spending in one.transaction.inputs
        if spending.outpoint.txid not in txids
    }
    counts = {one.height: one.proof.count for one in several}
    spent = {coin: held for coin, held in archive.said.spent.items() if coin in needed}
    said = replace(archive.said, counts=counts, spent=spent)
    return replace(archive, transactions=tuple(several), said=said)


def saying(archive: Archive, **changes: object) -> Archive:
    """The archive with other statements of its source."""
    return replace(archive, said=replace(archive.said, **changes))  # type: ignore[arg-type]


def taken(block: FakeBlock, place: int) -> ArchivedTransaction:
    """A transaction of a block as an archive has it."""
    proof = merkle_proof(block.header, block.txids, place)
    raw = block.transactions[place].to_bytes(witness=False)
    return ArchivedTransaction(block.height, proof, raw)


def mined(chain: FakeChain, transactions: Sequence[Transaction]) -> FakeBlock:
    """A block of just these transactions on top of a chain: regtest asks for no more."""
    root, height = merkle_root([one.txid for one in transactions]), chain.height + 1
    block = FakeBlock(height, worked(chain.tip.hash, root, height), tuple(transactions))
    chain.blocks.append(block)
    return block


def changed(one: Transaction, **changes: object) -> bytes:
    """The raw transaction with other fields."""
    return replace(one, **changes).to_bytes()  # type: ignore[arg-type]


def by_hand(told: Archive, chain: FakeChain, *transactions: ArchivedTransaction) -> Archive:
    """An archive of some transactions of a chain, with the register of another one."""
    scripts = sorted(map(script, (TREASURY, TAPROOT, MULTISIG, P2PKH)))
    said = Statement(tuple(scripts), {one.height: one.proof.count for one in transactions})
    headers = tuple(block.header for block in chain.blocks)
    return Archive("regtest", chain.tip, 0, headers, transactions, {}, said, told.register)
