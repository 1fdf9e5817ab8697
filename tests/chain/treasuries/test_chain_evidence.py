"""What the chain shows of a holder: counted in a ledger, proven by an archive."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kilosat.chain.archive.verify import verify
from kilosat.chain.errors import ChainError
from kilosat.chain.ledger import Ledger
from kilosat.chain.mainnet_difficulty import read_mainnet_epochs
from kilosat.chain.register import Register, read_register
from kilosat.chain.scan import scan
from kilosat.chain.sources.port import SourceKind
from kilosat.chain.treasuries import TreasuryError, doubts, treasuries
from kilosat.chain.treasuries.from_archive import evidence_in_archive
from kilosat.chain.treasuries.from_ledger import coins_in, counted_in_ledger
from kilosat.chain.treasuries.perimeter import Chosen, holder_of
from kilosat.chain.treasuries.treasury import Evidence
from kilosat.definitions import find_register

from ..archive.stories import Story, archived, write_story_register
from ..fake_chain import FakeSource
from .proofs import (
    BTC,
    DATA,
    REAL_HEIGHT,
    PaidChain,
    coinbase_payout,
    fallen_epochs,
    register_text,
    signed_vector,
    write_archive_of_real_block,
    write_forged_archive,
    write_ledger,
)

REPORTED = 7560 * BTC
# The first public key of BIP 32's test vectors, with the version bytes of test networks.
RANGED = (
    "wpkh(tpubD6NzVbkrYhZ4XgiXtGrdW5XDAPFCL9h7we1vwNCpn8tGbBcgfVYjXyhW"
    "o4E1xkh56hjod1RhGjxbaTLV3X4FyWuejifB9jusQ46QzG87VKp/0/*)"
)
AMOUNTS = (12 * BTC, 7 * BTC + 1, 500)


@pytest.fixture(scope="module")
def register() -> Register:
    return read_register(find_register("el-salvador"))


@pytest.fixture(scope="module")
def story(register: Register) -> PaidChain:
    """Three payments to published addresses, the last two heights apart."""
    scripts = [one.script for wallet in register.wallets.values() for one in wallet.watched()]
    told = PaidChain()
    for script, sats in zip(scripts, AMOUNTS, strict=False):
        told.pay(script, sats)
    return told


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory, register: Register, story: PaidChain) -> Path:
    return write_ledger(tmp_path_factory.mktemp("ledger") / "sv.ledger", register, story)


def register_in(folder: Path, text: str) -> Register:
    path = folder / "register.toml"
    path.write_text(text, encoding="utf-8")
    return read_register(path)


def test_coins_of_a_ledger_are_those_paid_and_the_height_is_its_tip(
    ledger: Path, register: Register, story: PaidChain
) -> None:
    found = counted_in_ledger(ledger, register)
    assert found.sats == sum(story.paid.values()) == sum(AMOUNTS)
    assert found.height == story.chain.height
    tip = story.chain.blocks[-1].header
    assert found.day == datetime.fromtimestamp(tip.time, UTC).date()
    assert (found.scripts, found.attribution, found.counted_by) == (20, "third-party", "ledger")
    assert found.perimeter == register.perimeters["reserve"].title
    assert found.unseen == ("National Bitcoin Office: Strategic Bitcoin Reserve (some known)",)


def test_coins_of_an_earlier_height(ledger: Path, register: Register, story: PaidChain) -> None:
    found = counted_in_ledger(ledger, register, height=story.chain.height - 1)
    assert found.sats == sum(AMOUNTS[:2])
    with pytest.raises(ChainError, match="scan further"):
        counted_in_ledger(ledger, register, height=story.chain.height + 1)


def test_a_wider_perimeter_names_whose_addresses_are_missing(
    ledger: Path, register: Register
) -> None:
    found = counted_in_ledger(ledger, register, "all")
    assert found.sats == sum(AMOUNTS)
    assert len(found.unseen) == 5
    assert "Chivo, retail wallet of the state (none known)" in found.unseen


def test_the_table_says_share_verified_and_how_far_apart_the_days_are(
    ledger: Path, register: Register
) -> None:
    table = treasuries(date(2026, 4, 30))
    coins = counted_in_ledger(ledger, register)
    table = table.with_evidence({holder_of(register, table): Evidence(coins)})
    row = table.holder("el-salvador")
    assert row.verified_share == pytest.approx(sum(AMOUNTS) / REPORTED)
    assert coins.day is not None
    apart = (date(2026, 2, 13) - coins.day).days  # the report is of 2026-02-13
    assert f"counted on the chain {apart:,} days before the report" in doubts(row)
    governments = next(one for one in table.totals if one.kind == "government")
    assert (governments.verified_sats, governments.verified_holders) == (sum(AMOUNTS), 1)
    companies = next(one for one in table.totals if one.kind == "company")
    assert (companies.verified_sats, companies.verified_holders) == (None, 0)


def test_children_of_a_descriptor_count_as_far_as_the_scan_followed_them(tmp_path: Path) -> None:
    """Children 0, 19 and 38 of a ranged descriptor: each within 20 of the one before."""
    text = register_text(network="regtest").replace(
        'addresses = ["bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"]',
        f'descriptors = ["{RANGED}"]',
    )
    register = register_in(tmp_path, text)
    wallet = register.wallets["mine"]
    children = {one.index: one.script for one in wallet.watched({0: 38})}
    story = PaidChain()
    for place, child in enumerate((0, 19, 38), start=1):
        story.pay(children[child], place * BTC)
    whole = Chosen(register, "all", tuple(register.wallets.values()), ())
    with Ledger.temporary("regtest") as journal:
        scan(FakeSource(story.chain), register.wallets.values(), journal)
        found = coins_in(journal, whole)
    assert (found.sats, found.height) == (6 * BTC, story.chain.height)
    assert found.scripts >= 38 + 1 + wallet.gap_limit + 1


def test_a_ledger_that_is_not_searched_is_refused(tmp_path: Path, register: Register) -> None:
    with Ledger.open(tmp_path / "new.ledger", "mainnet") as journal, journal.transaction():
        journal.watch([one for wallet in register.wallets.values() for one in wallet.watched()])
    with pytest.raises(TreasuryError, match=r"new\.ledger is not searched to the end"):
        counted_in_ledger(tmp_path / "new.ledger", register)


def test_none_found_is_nought_and_not_unknown(tmp_path: Path, register: Register) -> None:
    empty = PaidChain()
    empty.chain.mine()
    found = counted_in_ledger(write_ledger(tmp_path / "empty", register, empty), register)
    table = treasuries(date(2026, 4, 30)).with_evidence({"el-salvador": Evidence(found)})
    row = table.holder("el-salvador")
    assert row.verified is not None
    assert (row.verified.sats, row.verified_share) == (0, 0.0)


def test_coins_owed_to_clients_are_said(tmp_path: Path, register: Register, ledger: Path) -> None:
    text = Path(find_register("el-salvador")).read_text("utf-8")
    (tmp_path / "owed.csv").write_text(
        "date,entity,btc,source\n2008-01-01,bitcoin-office,3.5,published-list\n", encoding="utf-8"
    )
    named = text.replace('network = "mainnet"', 'network = "mainnet"\ndeposits = "owed.csv"')
    found = counted_in_ledger(ledger, register_in(tmp_path, named))
    assert found.limits[-1] == "3.50000000 BTC of it were owed to clients on 2008-01-01"


@pytest.mark.parametrize(
    ("sources", "words", "others"),
    [
        (
            [("core", "the node at home:8332")],
            ["filled through the keeper's own node (core)", "one source alone"],
            ["index", "maker", "home"],
        ),
        (
            [("esplora", "the Esplora server e.org")] * 2,
            ["the Esplora server e.org (esplora);", "one source alone", "index of its own"],
            ["maker"],
        ),
        (
            [("archive", "a.kilosat"), ("electrum", "the Electrum server \x1b[2J")],
            ["a.kilosat (archive), the", "[2J (electrum)", "index of its own", "its maker put in"],
            ["alone", "\x1b"],
        ),
        (
            [("electrum", f"server {number}") for number in range(9)],
            ["server 4 (electrum), 4 more;"],
            ["server 5", "alone"],
        ),
    ],
)
def test_a_count_says_through_whom_the_ledger_was_filled(
    tmp_path: Path,
    register: Register,
    sources: list[tuple[SourceKind, str]],
    words: list[str],
    others: list[str],
) -> None:
    told = PaidChain()
    told.chain.mine()
    path = write_ledger(tmp_path / "sv", register, told, sources=sources)
    (said,) = counted_in_ledger(path, register).limits
    assert [word for word in words if word not in said] == []
    assert [word for word in others if word in said] == []


def test_a_ledger_that_only_an_archive_filled_is_refused(
    tmp_path: Path, register: Register
) -> None:
    """Else a forged archive would count after all, by way of an audit of it."""
    told = PaidChain()
    told.chain.mine()
    path = write_ledger(tmp_path / "sv", register, told, sources=[("archive", "forged.kilosat")])
    with pytest.raises(TreasuryError, match=r"archive forged\.kilosat alone: .* --archive"):
        counted_in_ledger(path, register)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"network": "regtest"}, "is of regtest, where coins are worth nothing"),
        ({}, "did not look for 2 of the 2 scripts"),
    ],
)
def test_a_register_that_does_not_fit_the_ledger_is_refused(
    tmp_path: Path, ledger: Path, change: dict[str, str], message: str
) -> None:
    other = register_in(tmp_path, register_text(**change))
    with pytest.raises(TreasuryError, match=message):
        counted_in_ledger(ledger, other)


def test_a_ledger_of_another_network_is_refused(
    tmp_path: Path, register: Register, story: PaidChain
) -> None:
    path = write_ledger(tmp_path / "test.ledger", register, story, "testnet")
    with pytest.raises(TreasuryError, match=r"test\.ledger is a ledger of testnet"):
        counted_in_ledger(path, register)


def test_a_perimeter_without_an_address_counts_nothing(ledger: Path, tmp_path: Path) -> None:
    text = Path(find_register("el-salvador")).read_text("utf-8")
    closed = '\n[perimeters.retail]\ntitle = "Retail alone"\ngroups = ["retail"]\n'
    other = register_in(tmp_path, text + closed)
    with pytest.raises(TreasuryError, match="no address within 'retail' is known"):
        counted_in_ledger(ledger, other, "retail")
    with pytest.raises(TreasuryError, match="did you mean 'reserve'"):
        counted_in_ledger(ledger, other, "reserv")


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path, register: Register) -> None:
    (tmp_path / "note.txt").write_text("nothing", encoding="utf-8")
    for name in ("note.txt", "missing.ledger"):
        with pytest.raises(ChainError, match=name):
            counted_in_ledger(tmp_path / name, register)


def test_an_archive_of_a_real_block_proves_its_reward(tmp_path: Path) -> None:
    """Block 702,861 paid one address; BIP 322's own vector signs for the other, which has none."""
    path = write_archive_of_real_block(tmp_path / "real.archive", register_text())
    register, found = evidence_in_archive(path, epochs=fallen_epochs())
    assert found.coins is not None
    assert found.coins.sats == coinbase_payout()[1]
    # A header's time is its bytes 68 to 71, little-endian.
    seconds = int.from_bytes((DATA / "mainnet_block_702861.raw").read_bytes()[68:72], "little")
    day = datetime.fromtimestamp(seconds, UTC).date()
    assert (found.coins.height, found.coins.day) == (REAL_HEIGHT, day)
    assert (found.coins.counted_by, found.coins.attribution) == ("archive", "assumed")
    assert any("still unspent" in limit for limit in found.coins.limits)
    assert found.control is not None
    assert [(one.address, one.kind) for one in found.control.proofs] == [
        (signed_vector()["address"], "BIP 322 simple")
    ]
    assert found.control.sats == 0
    assert register.name == "georgia"


def test_an_archive_counts_only_the_perimeter(tmp_path: Path) -> None:
    path = write_archive_of_real_block(tmp_path / "real.archive", register_text())
    _, found = evidence_in_archive(path, "mine", fallen_epochs())
    assert found.coins is not None
    assert found.coins.scripts == 1
    assert found.control is None


def test_an_archive_that_did_not_search_for_all_is_refused(tmp_path: Path) -> None:
    path = write_archive_of_real_block(tmp_path / "half.archive", register_text(), searched=False)
    with pytest.raises(TreasuryError, match="not searched for 2 of the 2 scripts"):
        evidence_in_archive(path, epochs=fallen_epochs())


def test_a_real_block_under_another_height_is_no_verified_coin(tmp_path: Path) -> None:
    """Block 1 cost nothing to find; no block above the known series can be so easy or so old."""
    for above, words in ((5_000, "difficulty is at least"), (100_000, "was not being mined")):
        height = read_mainnet_epochs().end_height + above
        path = write_forged_archive(tmp_path / "forged.archive", height)
        [failed] = verify(path).failed
        assert words in failed.detail
        with pytest.raises(TreasuryError) as refused:
            evidence_in_archive(path)
        assert str(refused.value).startswith("forged.archive does not hold")
        path.unlink()


def test_a_block_whose_work_is_affordable_today_is_no_verified_coin(tmp_path: Path) -> None:
    path = write_archive_of_real_block(tmp_path / "real.archive", register_text())
    with pytest.raises(TreasuryError, match=r"no coin of it counts .* can be forged"):
        evidence_in_archive(path)


def test_an_archive_of_a_network_for_tests_is_worth_nothing(tmp_path: Path) -> None:
    story, path = Story().tell((20, 21, 22, 23)), tmp_path / "story.kilosat"
    archived(path, story, write_story_register(tmp_path), ())
    with pytest.raises(TreasuryError, match="is of regtest, where coins are worth nothing"):
        evidence_in_archive(path)


def test_an_altered_archive_is_refused(tmp_path: Path) -> None:
    path = write_archive_of_real_block(tmp_path / "real.archive", register_text())
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    with pytest.raises(ChainError, match=r"real\.archive"):
        evidence_in_archive(path)


def test_signed_coins_are_those_at_signed_addresses_inside(tmp_path: Path) -> None:
    """A verification as ``kilosat verify`` makes it, put together by hand."""
    from kilosat.chain.archive.verification import Check, CheckedControl, Verification, WalletProof
    from kilosat.chain.control import Control, NamedBlock, SignatureVerdict
    from kilosat.chain.sources.port import BlockRef
    from kilosat.chain.treasuries.from_archive import evidence_of
    from kilosat.chain.treasuries.perimeter import chosen

    def control(wallet: str, outcome: str) -> CheckedControl:
        check = Check("control", "Signature", outcome, "")  # type: ignore[arg-type]
        verdict = SignatureVerdict("valid", "legacy")
        block = NamedBlock(700, bytes(32), 700)
        return CheckedControl(
            Control(wallet, "1A", "m", "s", date(2026, 1, 2)), verdict, (block,), check
        )

    wallets = (
        WalletProof("mine", "Mine", "office", 2, 9, 2, 7, 4),
        WalletProof("signed", "Signed", "office", 1, 5, 0, 5, 5),
    )
    controls = (
        control("mine", "proven"),
        control("mine", "not proven"),
        control("signed", "proven"),
    )
    heights = Check("heights", "Heights", "proven", "")
    verification = Verification(
        "f", "", "mainnet", 0, BlockRef(800, bytes(32)), 0, 0, (heights,), wallets, controls, (), ()
    )
    register = register_in(tmp_path, register_text())
    whole = evidence_of(verification, chosen(register, "all"), 2)
    mine = evidence_of(verification, chosen(register, "mine"), 1)
    assert whole.coins is not None
    assert whole.control is not None
    assert (whole.coins.sats, whole.control.sats, len(whole.control.proofs)) == (12, 9, 2)
    assert mine.coins is not None
    assert mine.control is not None
    assert (mine.coins.sats, mine.control.sats, len(mine.control.proofs)) == (7, 4, 1)
    proof = mine.control.proofs[0]
    assert (proof.kind, proof.day, proof.after_height) == (
        "message signature",
        date(2026, 1, 2),
        700,
    )
    assert (mine.coins.height, mine.control.height) == (800, 800)
    open_heights = (replace(heights, outcome="not proven"),)
    said = evidence_of(replace(verification, checks=open_heights), chosen(register, "mine"), 1)
    assert said.coins is not None
    assert said.control is not None
    assert (said.coins.height, said.control.height) == (None, None)
    assert said.control.proofs[0].after_height is None
    assert any(
        "the file calls its last block 800" in limit and "00" * 32 in limit
        for limit in said.coins.limits
    )


@pytest.mark.parametrize(
    ("name", "title", "of", "holder"),
    [
        ("el-salvador", "Anything", "", "el-salvador"),
        ("mine", "Strategy", "", "strategy"),
        ("reserve", "Bitcoin of the Republic of El Salvador", "", "el-salvador"),
        ("reserve", "Anything", "XXI", "twenty-one-capital"),
    ],
)
def test_whose_register_it_is(tmp_path: Path, name: str, title: str, of: str, holder: str) -> None:
    table = treasuries(date(2026, 4, 30))
    register = register_in(tmp_path, register_text(name, title))
    assert holder_of(register, table, of) == holder


@pytest.mark.parametrize(
    ("title", "of", "message"),
    [
        ("Coins of Atlantis", "", "names no holder of the table; name the holder with --of"),
        ("Bhutan and Finland", "", "is about (bhutan or finland|finland or bhutan)"),
        ("Coins of Atlantis", "bhutn", "did you mean 'bhutan'"),
    ],
)
def test_a_register_of_nobody_or_of_several_asks_for_a_name(
    tmp_path: Path, title: str, of: str, message: str
) -> None:
    table = treasuries(date(2026, 4, 30))
    register = register_in(tmp_path, register_text("reserve", title))
    with pytest.raises(TreasuryError, match=message):
        holder_of(register, table, of)
