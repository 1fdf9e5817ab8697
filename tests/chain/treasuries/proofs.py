"""Ledgers and archives of the main network for the treasuries, made by hand.

The ledger's blocks are made up: nothing here asks for work. The archive holds a real block.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kilosat.chain.address import Network, address_from_script, script_from_address
from kilosat.chain.archive.encoding import archive_bytes
from kilosat.chain.archive.model import Archive, ArchivedTransaction, Statement
from kilosat.chain.block import parse_block
from kilosat.chain.control import Control
from kilosat.chain.header import Header, hex_of_hash
from kilosat.chain.ledger import Ledger
from kilosat.chain.ledger.records import NewTransaction, SeenBlock
from kilosat.chain.mainnet_difficulty import PERIOD_BLOCKS, Epochs, read_mainnet_epochs
from kilosat.chain.merkle import merkle_proof
from kilosat.chain.register import Register
from kilosat.chain.scan.networks import GENESIS
from kilosat.chain.sources.port import BlockRef, SourceKind, SourceStatus
from kilosat.chain.transaction import parse_transaction

from ..fake_chain import FakeBlock, FakeChain, Payment

DATA = Path(__file__).parents[1] / "data"
VECTORS = Path(__file__).parents[1] / "control" / "data" / "basic-test-vectors.json"
REAL_HEIGHT = 702_861
REAL = parse_block((DATA / "mainnet_block_702861.raw").read_bytes())
BTC = 100_000_000


def coinbase_payout() -> tuple[str, int]:
    """Where the real block's reward went, and how much it was, in satoshis."""
    output = REAL.transaction(0).outputs[0]
    address = address_from_script(output.script, "mainnet")
    assert address
    return address, output.value_sats


def signed_vector() -> dict[str, str]:
    """A message, an address and its signature from the vectors of BIP 322."""
    simple = json.loads(VECTORS.read_text("utf-8"))["simple"]
    one = next(one for one in simple if one["message"])
    return {
        "address": one["address"],
        "message": one["message"],
        "signature": one["bip322_signatures"][0],
    }


@dataclass
class PaidChain:
    """A chain that pays scripts what a test decides; ``paid`` are its own books."""

    chain: FakeChain = field(default_factory=FakeChain)
    paid: dict[bytes, int] = field(default_factory=dict)

    def pay(self, script: bytes, sats: int) -> None:
        coin = self.chain.mine()
        spend = [one for one in self.chain.unspent() if one.txid == coin.txids[0]]
        self.chain.mine([Payment((spend[0],), ((script, sats),))])
        self.paid[script] = self.paid.get(script, 0) + sats


def write_ledger(
    path: Path,
    register: Register,
    story: PaidChain,
    network: Network = "mainnet",
    sources: Sequence[tuple[SourceKind, str]] = (("core", "by hand"),),
) -> Path:
    """A ledger in which all scripts of a register are searched up to the chain's tip."""
    scripts = [one for wallet in register.wallets.values() for one in wallet.watched()]
    wanted = {one.script for one in scripts}
    tip = story.chain.tip
    with Ledger.open(path, network) as ledger, ledger.transaction():
        ledger.watch(scripts)
        for kind, name in sources:
            status = SourceStatus(kind, name, "none", network, tip, 0, "by hand")
            source = ledger.log_source(status, seen=0)
        for block in story.chain.blocks:
            ledger.remember([SeenBlock(block.height, block.header)])
            for place in _paying(block, wanted):
                _enter(ledger, block, place, story.chain, source)
        for cohort in ledger.coverage():
            ledger.set_searched(cohort.cohort, BlockRef(tip.height, tip.hash))
    return path


def _paying(block: FakeBlock, wanted: set[bytes]) -> list[int]:
    return [
        place
        for place, one in enumerate(block.transactions)
        if any(output.script in wanted for output in one.outputs)
    ]


def _enter(ledger: Ledger, block: FakeBlock, place: int, chain: FakeChain, source: int) -> None:
    one = block.transactions[place]
    proof = merkle_proof(block.header, block.txids, place).to_bytes()
    spent = () if one.is_coinbase else tuple(chain.outputs[i.outpoint] for i in one.inputs)
    new = NewTransaction(one, one.to_bytes(), place, proof, spent)
    ledger.add(SeenBlock(block.height, block.header), new, source)


REGISTER = """format = 1
[register]
name = "{name}"
title = "{title}"
network = "{network}"
[groups.state]
title = "The state"
[entities.office]
title = "Office"
group = "state"
addresses_known = "all"
[wallets.mine]
title = "Mine"
entity = "office"
attribution = "assumed"
addresses = ["{payout}"]
[wallets.signed]
title = "Signed"
entity = "office"
attribution = "assumed"
addresses = ["{signed}"]
[perimeters.all]
title = "Everything"
groups = ["state"]
[perimeters.mine]
title = "The mine alone"
wallets = ["mine"]
"""


def register_text(name: str = "georgia", title: str = "A test", network: str = "mainnet") -> str:
    """A register of the address that the real block paid and one whose key signed."""
    payout, signed = coinbase_payout()[0], signed_vector()["address"]
    if network != "mainnet":
        payout, signed = (
            "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080",
            ("bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry"),
        )
    return REGISTER.format(name=name, title=title, network=network, payout=payout, signed=signed)


# Block 1 of the main network, as every explorer shows it: its header's fields and its coinbase.
FIRST_COINBASE = bytes.fromhex(
    "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff0704ffff001d"
    "0104ffffffff0100f2052a0100000043410496b538e853519c726a2c91e61ec11600ae1390813a627c66fb8be7947b"
    "e63c52da7589379515d4e0a604f8141781e62294721166bf621e73a82cbf2342c858eeac00000000"
)
FIRST_HASH = "00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048"
FIRST_TIME, FIRST_BITS, FIRST_NONCE = 1_231_469_665, 0x1D00FFFF, 2_573_394_689


def write_forged_archive(path: Path, height: int) -> Path:
    """The real block 1 called by another height, for a register of the key that it paid."""
    coinbase = parse_transaction(FIRST_COINBASE)
    header = Header(1, GENESIS["mainnet"], coinbase.txid, FIRST_TIME, FIRST_BITS, FIRST_NONCE)
    assert hex_of_hash(header.hash) == FIRST_HASH
    script = coinbase.outputs[0].script
    payout = f'addresses = ["{coinbase_payout()[0]}"]'
    text = register_text().replace(payout, f'descriptors = ["pk({script[1:-1].hex()})"]')
    proof = merkle_proof(header, [coinbase.txid], 0)
    signed = script_from_address(signed_vector()["address"])
    archive = Archive(
        network="mainnet",
        as_of=BlockRef(height, header.hash),
        first_height=height,
        headers=(header,),
        transactions=(ArchivedTransaction(height, proof, FIRST_COINBASE),),
        parents={},
        said=Statement(tuple(sorted((script, signed))), {height: 1}),
        register=text.encode(),
    )
    path.write_bytes(archive_bytes(archive))
    return path


FALL = 1_000
"""What the difficulty fell by in a world where the real block alone is work enough."""


def fallen_epochs() -> Epochs:
    """The known series to the real block's day, and then a fall: the block weighs a thousand."""
    known, count = read_mainnet_epochs(), REAL_HEIGHT // PERIOD_BLOCKS + 1
    last = known.difficulty[count - 1] / FALL
    return Epochs((*known.difficulty[:count], last), known.start[: count + 1])


def write_fallen_epochs(folder: Path) -> Path:
    """The same as a user's own table."""
    epochs = fallen_epochs()
    rows = [
        f"{number},{number * PERIOD_BLOCKS},"
        f"{datetime.fromtimestamp(start, UTC):%Y-%m-%dT%H:%M:%SZ},header,{difficulty!r}"
        for number, (start, difficulty) in enumerate(
            zip(epochs.start, epochs.difficulty, strict=True)
        )
    ]
    head = "epoch,start_height,start_time_utc,start_time_source,difficulty"
    (folder / "difficulty_epochs.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return folder


def write_archive_of_real_block(path: Path, register: str, *, searched: bool = True) -> Path:
    """An archive of the real block: its reward, and a signature from the vectors of BIP 322."""
    vector = signed_vector()
    scripts = [script_from_address(coinbase_payout()[0]), script_from_address(vector["address"])]
    archive = Archive(
        network="mainnet",
        as_of=BlockRef(REAL_HEIGHT, REAL.hash),
        first_height=REAL_HEIGHT,
        headers=(REAL.header,),
        transactions=(
            ArchivedTransaction(
                REAL_HEIGHT, REAL.proof(0), REAL.transaction(0).to_bytes(witness=False)
            ),
        ),
        parents={},
        said=Statement(tuple(sorted(scripts)) if searched else (), {REAL_HEIGHT: len(REAL)}),
        register=register.encode(),
        controls=(Control("signed", vector["address"], vector["message"], vector["signature"]),),
    )
    path.write_bytes(archive_bytes(archive))
    return path
