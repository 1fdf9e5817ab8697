"""A small chain with wallets whose keys are known (those of the vectors of BIP 322), archived."""

import json
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from btclib import b58
from btclib_wallet import bip322

from kilosat.chain.address import address_from_script, script_from_address
from kilosat.chain.archive import Archive, write_archive
from kilosat.chain.control import Control, control_message
from kilosat.chain.ledger import Ledger
from kilosat.chain.register import read_register
from kilosat.chain.scan import scan
from kilosat.chain.sources.port import BlockRef
from kilosat.chain.transaction import OutPoint, Transaction, TxInput, TxOutput

from ..fake_chain import NO_COIN, SUBSIDY_SATS, FakeChain, FakeSource, Payment, script_of

VECTORS = Path(__file__).parents[1] / "control" / "data"
TREASURY = "bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0l"
TAPROOT = "bc1pss0zhytly75awhm6x2hhvd5lnzv3vssgrf9axfheq8ldyzn88ges79fler"
MULTISIG = "bc1qp0ahvfh83088w49k405szqgg4f3pptr7p2g06tdxfjcd40z4lh4q95lsz9"
P2PKH = "13vU5PUSuArDXJdCWZvUFEbgJ2wcmtSJWn"
BTC = 100_000_000
LONG = (40, 70, 100, 170)
"""More than a day of blocks, so that the archive's headers begin above the first block."""
SHORT = (20, 22, 24, 27)
REGISTER = """format = 1

[register]
name = "story"
title = "A small story"
network = "regtest"

[sources.script]
document = "the script of the story"
publisher = "kilosat's tests"

[groups.state]
title = "The state"

[entities.office]
title = "Office"
group = "state"
addresses_known = "all"
source = "script"
"""


@cache
def vector(address: str) -> dict[str, list[str]]:
    """The first official vector of an address: its keys and signatures."""
    files = [json.loads(path.read_text("utf-8")) for path in sorted(VECTORS.glob("*.json"))]
    vectors = [one for file in files for one in file["simple"] + file.get("full", [])]
    return next(one for one in vectors if one["address"] == address)


def script(address: str) -> bytes:
    return script_from_address(address)


def on_regtest(address: str) -> str:
    found = address_from_script(script(address), "regtest")
    assert found
    return found


def signed(wallet: str, address: str, block: BlockRef, message: str = "") -> Control:
    """A signature made now with the key of a vector."""
    key = b58.prv_key_data_from_wif(vector(address)["private_keys"][0])
    message = message or control_message(wallet, date(2024, 5, 6), block)
    signature = bip322.sign(message.encode(), key, address).b64encode()
    return Control(wallet, on_regtest(address), message, signature, date(2024, 5, 6))


class StatedChain(FakeChain):
    """Coinbases state their height as BIP 34 asks, with the shortest push."""

    def has(self, block: BlockRef) -> bool:
        return block.height <= self.height and self.blocks[block.height].ref == block

    def _coinbase(self, height: int, sats: int, miner: bytes) -> Transaction:
        number = height.to_bytes(height.bit_length() // 8 + 1, "little")
        stated = bytes([len(number)]) + number if height > 16 else bytes([0x50 + height, 0])
        return Transaction(2, (TxInput(NO_COIN, stated, 0xFFFFFFFF),), (TxOutput(sats, miner),), 0)


@dataclass
class Story:
    """The chain, with what each wallet must hold at its end by the script's own sums."""

    chain: StatedChain = field(default_factory=StatedChain)
    held: dict[str, int] = field(default_factory=dict)

    def tell(self, heights: tuple[int, int, int, int] = LONG) -> "Story":
        """Payments after each of three heights, quiet blocks up to the fourth."""
        first, second, third, last = heights
        coins = [OutPoint(self.chain.mine().txids[0], 0) for _ in range(19)]
        self._pay(coins[:1], [(script(TREASURY), 20 * BTC), (script_of("exchange"), 29 * BTC)])
        self._quiet(first)
        bought = self._pay(
            coins[1:3], [(script(TAPROOT), 30 * BTC), (script(MULTISIG), 60 * BTC)], coins[3:9]
        )
        self._quiet(second)
        self.chain.mine(miner=script(P2PKH))
        self._quiet(third)
        self._pay(
            [OutPoint(bought.txid, 0)],
            [
                (script(MULTISIG), 10 * BTC),
                (script_of("stranger"), 5 * BTC),
                (script(TAPROOT), 14 * BTC),
            ],
            coins[9:12],
        )
        self.held = {"treasury": 34 * BTC, "vault": 70 * BTC, "mine": SUBSIDY_SATS}
        self._quiet(last)
        return self

    def _pay(
        self,
        coins: list[OutPoint],
        outputs: list[tuple[bytes, int]],
        others: list[OutPoint] = (),  # type: ignore[assignment]
    ) -> Transaction:
        """A payment, among payments of others that nobody watches."""
        rest = [
            Payment((coin,), ((script_of(f"other {place}"), 49 * BTC),))
            for place, coin in enumerate(others)
        ]
        middle = len(rest) // 2
        payment = Payment(tuple(coins), tuple(outputs))
        block = self.chain.mine([*rest[:middle], payment, *rest[middle:]])
        return block.transactions[middle + 1]

    def _quiet(self, height: int) -> None:
        while self.chain.height < height:
            self.chain.mine()


def write_story_register(folder: Path) -> Path:
    wallets = {"treasury": (TREASURY, TAPROOT), "vault": (MULTISIG,), "mine": (P2PKH,)}
    parts = [REGISTER] + [
        f"[wallets.{key}]\ntitle = 'The {key}'\nentity = 'office'\nattribution = 'owner'\n"
        f"source = 'script'\naddresses = {json.dumps([on_regtest(one) for one in addresses])}\n"
        for key, addresses in wallets.items()
    ]
    path = folder / "register.toml"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def write_books(folder: Path) -> Path:
    """The register with the keeper's books beside it."""
    path = write_story_register(folder)
    named = 'network = "regtest"\ndeposits = "owed.csv"\npayments = "paid.csv"\n'
    text = path.read_text("utf-8").replace('network = "regtest"\n', named)
    path.write_text(text, encoding="utf-8")
    (folder / "owed.csv").write_text(
        "date,entity,btc,source\n2011-02-03,office,12.5,script\n", "utf-8"
    )
    (folder / "paid.csv").write_text(
        "date,entity,kind,btc,usd,source\n2011-02-03,office,purchase,30,29000,invoice 17\n", "utf-8"
    )
    return path


def controls_of(chain: FakeChain) -> tuple[Control, ...]:
    """Signatures of one key (segwit, taproot, key hash), and of three keys made long ago."""
    old = vector(MULTISIG)
    return (
        signed("treasury", TREASURY, chain.blocks[-4].ref),
        signed("treasury", TAPROOT, chain.blocks[-3].ref),
        signed("mine", P2PKH, chain.blocks[-2].ref),
        Control("vault", on_regtest(MULTISIG), old["message"], old["bip322_signatures"][0]),  # type: ignore[arg-type]
    )


def scanned(source: FakeSource, register_file: Path) -> Ledger:
    ledger = Ledger.temporary("regtest")
    scan(source, read_register(register_file).wallets.values(), ledger)
    return ledger


def archived(
    path: Path, story: Story, register_file: Path, controls: tuple[Control, ...]
) -> tuple[Archive, str]:
    """The story's archive, and the fingerprint of the ledger that it was made from."""
    source = FakeSource(story.chain)
    with scanned(source, register_file) as ledger:
        archive = write_archive(
            path,
            ledger,
            source,
            register_file,
            controls,
            unspent=source.unspent(ledger.scripts()),
        )
        return archive, ledger.fingerprint()
