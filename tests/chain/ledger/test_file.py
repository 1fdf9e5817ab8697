"""Opening a ledger: who may write, what a reader sees, and what is no ledger."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kilosat.chain.ledger import Ledger, LedgerError
from kilosat.chain.scan import scan_scripts

from ..fake_chain import FakeChain, FakeSource
from ..scan.chains import OURS, busy_chain
from .processes import in_a_process

Opening = Callable[[Path], Ledger]
NOBODY = 65534
# From Python 3.12 on it is said of every fork where there are threads; the child uses none.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


def to_write(path: Path) -> Ledger:
    return Ledger.open(path, "regtest")


EITHER = pytest.mark.parametrize("opening", [to_write, Ledger.read_only], ids=["write", "read"])


def refused(opening: Opening, path: Path, what: str) -> None:
    """With one line that begins with the file."""
    with pytest.raises(LedgerError, match=what) as caught:
        opening(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


# Writers and readers


def test_a_second_writer_is_refused(path: Path, tmp_path: Path) -> None:
    other_name = tmp_path / "link"
    other_name.symlink_to(path)
    with to_write(path):
        for name in (path, other_name):
            refused(to_write, name, "another kilosat is writing to it; wait until it has ended")
        said = in_a_process(lambda: to_write(path).label)
        assert said.startswith("refused: ")
        assert "another kilosat is writing" in said
        with Ledger.read_only(path) as ledger:
            assert ledger.tip() is not None
    with to_write(path) as ledger:
        assert in_a_process(lambda: Ledger.read_only(path).fingerprint()) == ledger.fingerprint()


def test_a_reader_keeps_what_it_saw_while_a_writer_goes_on(path: Path, chain: FakeChain) -> None:
    """Blocks leave the chain and new scripts come: no answer mixes before and after."""
    other = busy_chain(9, seed=8, chain=chain.fork(chain.height - 4))
    more = [*OURS, b"\x51"]
    with to_write(path) as writer, Ledger.read_only(path) as reader:
        tip, held, entries = reader.tip(), reader.balances(), list(reader.entries())
        streamed = reader.entries()
        first = next(streamed)
        with writer.transaction():
            writer.watch([])
            with Ledger.read_only(path) as second:
                assert second.watched() == reader.watched() != ()
        scan_scripts(FakeSource(other), more, writer)
        assert (reader.tip(), reader.balances(), list(reader.entries())) == (tip, held, entries)
        assert [first, *streamed] == entries
        assert (writer.tip(), writer.balances()) != (tip, held)
        with Ledger.read_only(path) as second:
            assert second.fingerprint() == writer.fingerprint() != reader.fingerprint()
        reader.check()


def test_a_reader_cannot_write(ledger: Ledger, chain: FakeChain) -> None:
    with pytest.raises(LedgerError, match="is open for reading only"), ledger.transaction():
        raise AssertionError("unreachable")
    with pytest.raises(LedgerError, match="cannot be written to; check the permissions"):
        ledger.watch([])
    with pytest.raises(LedgerError, match="is open for reading only"):
        scan_scripts(FakeSource(busy_chain(1, chain=chain.fork(chain.height))), OURS, ledger)


def test_what_was_begun_is_undone_if_it_fails(path: Path) -> None:
    with to_write(path) as ledger:
        before = ledger.watched()

        def fail() -> None:
            with ledger.transaction():
                ledger.watch([])
                assert ledger.watched() == ()
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            fail()
        assert ledger.watched() == before != ()


def test_the_writer_s_file_is_whole_when_it_is_closed(path: Path, chain: FakeChain) -> None:
    with to_write(path) as ledger:
        scan_scripts(FakeSource(busy_chain(3, chain=chain.fork(chain.height))), OURS, ledger)
        expected = ledger.fingerprint()
    alone = Path(shutil.copy(path, path.with_name("alone")))
    with Ledger.read_only(alone) as ledger:
        assert ledger.fingerprint() == expected


# Folders and permissions


@pytest.fixture
def read_only_folder(path: Path) -> Iterator[Path]:
    """A ledger in a folder in which nobody may write; the user ``NOBODY`` can come to it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "sealed"
        folder.mkdir()
        copy = Path(shutil.copy(path, folder / "a.ledger"))
        Path(name).chmod(0o755)
        copy.chmod(0o444)
        folder.chmod(0o555)
        yield copy
        folder.chmod(0o755)


def without_rights() -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def test_a_folder_that_cannot_be_written_to(read_only_folder: Path, ledger: Ledger) -> None:
    read = in_a_process(lambda: Ledger.read_only(read_only_folder).fingerprint(), without_rights)
    assert read == ledger.fingerprint()
    said = in_a_process(lambda: to_write(read_only_folder).label, without_rights)
    assert said.startswith(f"refused: {read_only_folder}: it cannot be opened; check that")


def test_such_a_folder_with_a_log_that_is_not_worked_in(
    read_only_folder: Path, path: Path, chain: FakeChain
) -> None:
    """Without its log the ledger would answer with what was before."""
    with to_write(path) as writer:
        scan_scripts(FakeSource(busy_chain(3, chain=chain.fork(chain.height))), OURS, writer)
        read_only_folder.parent.chmod(0o755)
        shutil.copy(path, read_only_folder)
        shutil.copy(f"{path}-wal", f"{read_only_folder}-wal")
        Path(f"{read_only_folder}-wal").chmod(0o444)
        read_only_folder.parent.chmod(0o555)
    said = in_a_process(lambda: Ledger.read_only(read_only_folder).fingerprint(), without_rights)
    assert said.startswith(f"refused: {read_only_folder}: it cannot be ")


@EITHER
def test_a_file_that_may_not_be_read(read_only_folder: Path, opening: Opening) -> None:
    read_only_folder.chmod(0)
    said = in_a_process(lambda: opening(read_only_folder).label, without_rights)
    assert said.startswith(f"refused: {read_only_folder}: it cannot be opened")


def test_no_file_and_no_folder(tmp_path: Path) -> None:
    refused(Ledger.read_only, tmp_path / "none", "is not there; a scan makes it")
    refused(Ledger.read_only, tmp_path, "is not there; a scan makes it")
    refused(to_write, tmp_path, "is a folder; name the file of the ledger")
    refused(to_write, tmp_path / "none" / "a", "check that the folder exists")


def test_names_that_mean_something_in_an_address(tmp_path: Path, chain: FakeChain) -> None:
    for name in ("a b.ledger", "a?mode=memory", "a#b", "a%20b", "ä'\"b"):
        with to_write(tmp_path / name) as ledger:
            scan_scripts(FakeSource(chain), OURS[:1], ledger)
        assert (tmp_path / name).is_file()
        with Ledger.read_only(tmp_path / name) as ledger:
            assert ledger.tip() == chain.tip


# Files of another kind


def untouched(path: Path, opening: Opening, what: str) -> None:
    before = path.read_bytes()
    refused(opening, path, what)
    assert path.read_bytes() == before


@EITHER
def test_a_file_that_is_no_ledger(tmp_path: Path, opening: Opening) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("a ledger is what this is not\n" * 100)
    untouched(path, opening, "it is no ledger of kilosat; name another file")


@EITHER
def test_a_database_of_another_program(tmp_path: Path, opening: Opening) -> None:
    path = tmp_path / "places.sqlite"
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("CREATE TABLE meta (key TEXT, value TEXT)")
        plain.execute("INSERT INTO meta VALUES ('network', 'regtest')")
        plain.commit()
    untouched(path, opening, "is no ledger of kilosat; name another file")


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    untouched(path, Ledger.read_only, "is empty; a scan fills it")
    altered(path, "PRAGMA journal_mode = WAL")
    assert path.stat().st_size > 0
    refused(Ledger.read_only, path, "is empty; a scan fills it")
    with to_write(path) as ledger:
        assert (ledger.network, ledger.scripts()) == ("regtest", ())


def test_a_ledger_of_another_network(path: Path) -> None:
    untouched(
        path,
        lambda one: Ledger.open(one, "mainnet"),
        "is a ledger of regtest, not of mainnet; name another file",
    )


def altered(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as plain:
        for one in statements:
            plain.execute(one)


@EITHER
def test_a_ledger_of_a_newer_kilosat(path: Path, opening: Opening) -> None:
    altered(path, "PRAGMA user_version = 2")
    refused(opening, path, r"written by a newer kilosat \(form 2; this one reads 1\): install")


@EITHER
@pytest.mark.parametrize(
    "statement",
    [
        "PRAGMA user_version = 0",
        "DROP TRIGGER entries_seal",
        "DROP TRIGGER outputs_no_DELETE",
        "DROP INDEX inputs_by_coin",
        "DROP TABLE known",
        "DROP VIEW standing",
        "ALTER TABLE scripts RENAME COLUMN script TO other",
    ],
)
def test_a_ledger_with_other_tables(path: Path, opening: Opening, statement: str) -> None:
    altered(path, statement)
    refused(opening, path, r"is damaged \(its tables are not those of a ledger\); move it away")


@EITHER
@pytest.mark.parametrize(
    "statement", ["DELETE FROM meta", "UPDATE meta SET value = 'mainnett' WHERE key = 'network'"]
)
def test_a_ledger_of_no_network(path: Path, opening: Opening, statement: str) -> None:
    altered(path, statement)
    refused(opening, path, "does not say of which network it is")


def test_tables_beside_those_of_the_ledger_do_no_harm(path: Path) -> None:
    altered(path, "CREATE VIEW mine AS SELECT * FROM standing", "ANALYZE")
    with to_write(path) as ledger:
        ledger.check()


def test_a_file_with_a_second_name_is_not_written_to(tmp_path: Path) -> None:
    """SQLite's log goes by the name, so that two writers under two names would damage the file."""
    path = tmp_path / "one.ledger"
    Ledger.open(path, "regtest").close()
    (tmp_path / "two.ledger").hardlink_to(path)
    for name in ("one.ledger", "two.ledger"):
        with pytest.raises(LedgerError, match="second name"):
            Ledger.open(tmp_path / name, "regtest")
    (tmp_path / "two.ledger").unlink()
    Ledger.open(path, "regtest").close()
