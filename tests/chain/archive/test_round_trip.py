"""A ledger goes into a file and comes out again: same contents, same bytes, same audit."""

from dataclasses import replace
from pathlib import Path

import pytest

from kilosat.chain.archive import (
    ArchiveError,
    ArchiveSource,
    SourceNote,
    read_archive,
    write_archive,
)
from kilosat.chain.archive.encoding import archive_bytes, read_archive_bytes
from kilosat.chain.control import Control
from kilosat.chain.ledger import Ledger
from kilosat.chain.register import read_register
from kilosat.chain.scan import scan
from kilosat.chain.secrets import SecretError
from kilosat.chain.sources import BlockRef, BlocksMissingError, ReorganisedError, Watched
from kilosat.definitions.findings import DefinitionError

from ..fake_chain import FakeSource, script_of
from ..secret_samples import HEX_KEY, XPRV
from .conftest import Told
from .stories import SHORT, Story, scanned, write_story_register


def rescanned(told: Told, source: ArchiveSource) -> Ledger:
    ledger = Ledger.temporary("regtest")
    scan(source, read_register(told.register).wallets.values(), ledger)
    return ledger


def test_what_is_read_is_what_was_written(told_story: Told) -> None:
    again = read_archive(told_story.path)
    assert again == replace(told_story.archive, name="story.kilosat")
    assert archive_bytes(again) == told_story.raw
    assert again.register == told_story.register.read_bytes()
    by_address = {one.address: one for one in again.controls}
    for one in told_story.controls:
        # Of a signature the day is left out, which only its message bears out.
        assert by_address[one.address] == replace(one, day=None)


def test_it_holds_the_transactions_of_the_ledger_and_the_headers_up_to_its_tip(
    told_story: Told,
) -> None:
    chain, archive = told_story.story.chain, told_story.archive
    assert archive.as_of == chain.tip
    # A day of 144 blocks, and what came before it since the first transaction.
    first = min(one.height for one in archive.transactions)
    assert archive.first_height == min(chain.height - 143, first)
    assert list(archive.headers) == [b.header for b in chain.blocks[archive.first_height :]]
    for one in archive.transactions:
        (found,) = [
            t for t in chain.blocks[one.height].transactions if t.txid == one.transaction.txid
        ]
        assert found.to_bytes(witness=False) == one.raw
    assert len(archive.transactions) == 4


@pytest.mark.parametrize("signs_every", [1, 7])
def test_the_same_ledger_gives_the_same_bytes_however_it_came_about(
    told_story: Told, signs_every: int, tmp_path: Path
) -> None:
    chain = told_story.story.chain
    source = FakeSource(chain, signs_every=signs_every)
    wallets = read_register(told_story.register).wallets.values()
    with Ledger.open(tmp_path / "a.ledger", "regtest") as ledger:
        for until in (30, 71, None):
            scan(source, wallets, ledger, until=until)
        write_archive(
            tmp_path / "again",
            ledger,
            source,
            told_story.register,
            told_story.controls[::-1],
            unspent=source.unspent(ledger.scripts()),
        )
    assert (tmp_path / "again").read_bytes() == told_story.raw


def test_the_audit_repeated_from_it_has_the_same_ledger(told_story: Told) -> None:
    source = ArchiveSource.open(told_story.path)
    with rescanned(told_story, source) as ledger:
        assert ledger.fingerprint() == told_story.ledger == told_story.archive.said.ledger
        assert ledger.tip() == told_story.story.chain.tip
        held: dict[str, int] = dict.fromkeys(told_story.story.held, 0)
        wallets = {one.script: one.wallet for one in ledger.watched()}
        for coin in ledger.coins():
            held[wallets[coin.script]] += coin.sats
        assert held == told_story.story.held


def test_an_archive_of_the_repeated_audit_holds_the_same_proofs(
    told_story: Told, tmp_path: Path
) -> None:
    source = ArchiveSource.open(told_story.path)
    with rescanned(told_story, source) as ledger:
        again = write_archive(tmp_path / "again", ledger, source, told_story.register)
    assert again.transactions == told_story.archive.transactions
    assert again.headers == told_story.archive.headers
    assert again.said.ledger == told_story.ledger


def test_as_a_source_it_says_what_it_is_and_what_it_rests_on(told_story: Told) -> None:
    status = ArchiveSource.open(told_story.path).status()
    assert (status.kind, status.network, status.tip) == (
        "archive",
        "regtest",
        told_story.story.chain.tip,
    )
    notes = " ".join(status.notes)
    assert "that nothing was left out rests on the source" in notes
    assert "made from core a node of the auditor" in notes
    assert "not shown to be the main network" in notes


def test_as_a_source_it_passes_on_no_text_that_steers_a_terminal(told_story: Told) -> None:
    hostile = SourceNote("core", "\x1b[2J" + "x" * 9_999, "", "")
    said = replace(told_story.archive.said, sources=(hostile,) * 99)
    notes = ArchiveSource(replace(told_story.archive, said=said)).status().notes
    assert all(note.isprintable() for note in notes)
    assert sum(map(len, notes)) < 5_000


def test_as_a_source_it_refuses_what_it_does_not_have(told_story: Told) -> None:
    source, archive = ArchiveSource(told_story.archive), told_story.archive
    tip, scripts = archive.as_of, archive.said.scripts
    with pytest.raises(BlocksMissingError, match="other wallets"):
        list(source.find(Watched((*scripts, script_of("new"))), 0, tip))
    with pytest.raises(BlocksMissingError, match="headers from"):
        list(source.find(Watched(scripts), 0, BlockRef(tip.height + 1, tip.hash)))
    with pytest.raises(ReorganisedError):
        list(source.find(Watched(scripts), 0, BlockRef(tip.height - 1, tip.hash)))
    for first, count in ((archive.first_height - 1, 1), (tip.height, 2), (0, -1)):
        with pytest.raises(BlocksMissingError):
            source.headers(first, count)
    assert source.unspent([script_of("new")]) is None
    source.close()


def test_as_a_source_it_gives_the_word_of_the_first_source_on_unspent_coins(
    told_story: Told,
) -> None:
    source, chain = ArchiveSource(told_story.archive), told_story.story.chain
    scripts = told_story.archive.said.scripts
    assert source.unspent(scripts) == FakeSource(chain).unspent(scripts)
    one = source.unspent(scripts[:1])
    assert one is not None
    assert {held.script for held in one.coins.values()} <= {scripts[0]}


def test_a_parent_proves_what_was_only_stated(told_story: Told, tmp_path: Path) -> None:
    chain = told_story.story.chain
    parents = {one.txid: one.to_bytes() for block in chain.blocks for one in block.transactions}
    source = FakeSource(chain)
    with scanned(source, told_story.register) as ledger:
        archive = write_archive(
            tmp_path / "a", ledger, source, told_story.register, parents=parents
        )
    assert told_story.archive.said.spent
    assert not told_story.archive.parents
    assert archive.parents.keys() == {coin.txid for coin in told_story.archive.said.spent}
    assert not archive.said.spent
    for coin, held in told_story.archive.said.spent.items():
        assert archive.spent_output(coin) == held


def test_nothing_is_archived_of_an_empty_or_stale_ledger(told_story: Told, tmp_path: Path) -> None:
    story = Story().tell(SHORT)
    source = FakeSource(story.chain)
    with Ledger.temporary("regtest") as ledger, pytest.raises(ArchiveError, match="scan before"):
        write_archive(tmp_path / "a", ledger, source, told_story.register)
    with scanned(source, told_story.register) as ledger:
        source.chain = story.chain.fork(story.chain.height - 1)  # type: ignore[assignment]
        source.chain.mine()
        with pytest.raises(ArchiveError, match="no longer has the block at height 27"):
            write_archive(tmp_path / "a", ledger, source, told_story.register)
    assert not (tmp_path / "a").exists()


def test_nothing_untrue_is_written(told_story: Told, tmp_path: Path) -> None:
    chain = told_story.story.chain
    source = FakeSource(chain)
    first = told_story.controls[0]
    stolen = replace(first, message=first.message + "!")
    with scanned(source, told_story.register) as ledger:
        for controls in ([stolen], [replace(first, wallet="vault")]):
            with pytest.raises(ArchiveError, match="is not written, since it would not hold"):
                write_archive(tmp_path / "a", ledger, source, told_story.register, controls)
        unspent = source.unspent(ledger.scripts())
        assert unspent is not None
        fewer = replace(unspent, coins=dict(list(unspent.coins.items())[1:]))
        with pytest.raises(ArchiveError, match="word on unspent coins"):
            write_archive(tmp_path / "a", ledger, source, told_story.register, unspent=fewer)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("secret", [XPRV, HEX_KEY])
def test_no_secret_is_packed(secret: str, told_story: Told, tmp_path: Path) -> None:
    chain = told_story.story.chain
    source, path = FakeSource(chain), tmp_path / "archive"
    labels = tmp_path / "labels.jsonl"
    labels.write_text('{"type": "addr", "ref": "x", "label": "' + XPRV + '"}\n', encoding="utf-8")
    register = write_story_register(tmp_path)
    with scanned(source, register) as ledger:
        one = Control("mine", "x", f"the key: {secret}", "y")
        with pytest.raises(SecretError) as raised:
            write_archive(path, ledger, source, register, [one])
        assert secret not in str(raised.value)
        with pytest.raises(SecretError) as raised:
            write_archive(path, ledger, source, register, labels_file=labels)
        assert XPRV not in str(raised.value)
        register.write_text(register.read_text("utf-8") + f"# {secret}\n", encoding="utf-8")
        with pytest.raises(DefinitionError) as refused:
            write_archive(path, ledger, source, register)
        assert secret not in str(refused.value)
    assert not path.exists()


def test_a_register_of_another_network_is_refused(told_story: Told, tmp_path: Path) -> None:
    register = write_story_register(tmp_path)
    text = register.read_text("utf-8").replace('"regtest"', '"signet"').replace('"all"', '"none"')
    register.write_text(text.partition("[wallets.")[0], encoding="utf-8")
    source = FakeSource(told_story.story.chain)
    with (
        scanned(source, told_story.register) as ledger,
        pytest.raises(ArchiveError, match="register is for signet and the ledger of regtest"),
    ):
        write_archive(tmp_path / "a", ledger, source, register)


def test_an_archive_that_cannot_be_written_leaves_nothing(told_story: Told, tmp_path: Path) -> None:
    source = FakeSource(told_story.story.chain)
    (tmp_path / "taken").mkdir()
    with scanned(source, told_story.register) as ledger:
        for path in (tmp_path / "taken", tmp_path / "missing" / "a"):
            with pytest.raises(ArchiveError, match="it cannot be written"):
                write_archive(path, ledger, source, told_story.register)
    assert [one.name for one in tmp_path.iterdir()] == ["taken"]


def test_labels_of_the_register_go_along(told_story: Told, tmp_path: Path) -> None:
    """The register's files beside it stay behind, except the labels; it is used without them."""
    register = write_story_register(tmp_path)
    text = register.read_text("utf-8")
    head = 'network = "regtest"\n'
    beside = 'labels_file = "labels.jsonl"\ndeposits = "deposits.csv"\npayments = "payments.csv"\n'
    assert text.count(head) == 1
    register.write_text(text.replace(head, head + beside), encoding="utf-8")
    labels = '{"type": "tx", "ref": "' + "ab" * 32 + '", "label": "the first"}\n'
    (tmp_path / "labels.jsonl").write_text(labels, encoding="utf-8")
    (tmp_path / "deposits.csv").write_text(
        "date,entity,btc,source\n2024-01-01,office,1,script\n", encoding="utf-8"
    )
    (tmp_path / "payments.csv").write_text(
        "date,entity,kind,sats,source\n2024-01-01,office,purchase,5,script\n", encoding="utf-8"
    )
    source = FakeSource(told_story.story.chain)
    with scanned(source, register) as ledger:
        archive = write_archive(tmp_path / "a", ledger, source, register)
    assert archive.labels == labels.encode()
    assert archive.register == register.read_bytes()
    assert read_archive_bytes((tmp_path / "a").read_bytes()).labels == labels.encode()
