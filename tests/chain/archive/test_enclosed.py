"""The register inside an archive with the files that it names: read from the archive alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from kilosat.chain.archive import Archive, write_archive
from kilosat.chain.archive.enclosed import unpacked
from kilosat.chain.archive.files import is_archive
from kilosat.chain.archive.verify import verify_archive
from kilosat.definitions import DefinitionError
from kilosat.quantities import SATS_PER_BTC

from ..fake_chain import FakeSource
from ..secret_samples import XPRV
from .conftest import Told
from .forging import NO_EPOCHS, check_of
from .stories import scanned, write_books

NETWORK = b'network = "regtest"\n'


@pytest.fixture(scope="module")
def with_books(short_story: Told, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    folder = tmp_path_factory.mktemp("books")
    register, source = write_books(folder), FakeSource(short_story.story.chain)
    with scanned(source, register) as ledger:
        return write_archive(folder / "a", ledger, source, register, with_books=True)


def outcome(archive: Archive) -> tuple[str, str]:
    check = check_of(verify_archive(archive, NO_EPOCHS), "books")
    return check.outcome, check.detail


def test_books_are_read_as_beside_the_register(with_books: Archive) -> None:
    assert outcome(with_books) == (
        "not proven",
        "1 balances owed to clients and 1 payments, on the keeper's own word",
    )
    with unpacked(with_books) as (register, path):
        assert path.exists()
        assert register.absent == ()
        assert [one.sats for one in register.liabilities] == [25 * SATS_PER_BTC // 2]
        assert [one.sats for one in register.payments] == [30 * SATS_PER_BTC]
    assert not path.exists()


def test_what_did_not_come_along_is_named(with_books: Archive) -> None:
    assert outcome(replace(with_books, deposits=b"", payments=b""))[1] == "the archive has none"
    with unpacked(replace(with_books, payments=b"")) as (register, _):
        assert register.absent == ("payments",)
        assert (len(register.liabilities), len(register.payments)) == (1, 0)


@pytest.mark.parametrize("name", ["{outside}", "../outside.csv", "/etc/hostname"])
def test_no_file_outside_the_archive_is_opened(
    name: str, with_books: Archive, tmp_path: Path
) -> None:
    """A register that a stranger wrote names a file of the reader's machine."""
    outside = tmp_path / "outside.csv"
    outside.write_text("date,entity,btc,source\n2011-02-03,office,999,script\n", "utf-8")
    named = name.format(outside=outside).encode()
    hostile = with_books.register.replace(b"owed.csv", named).replace(b"paid.csv", named)
    with unpacked(replace(with_books, register=hostile)) as (register, _):
        assert [one.sats for one in register.liabilities] == [25 * SATS_PER_BTC // 2]
    alone = replace(with_books, register=hostile, deposits=b"", payments=b"")
    with unpacked(alone) as (register, _):
        assert register.liabilities == ()
        assert register.absent == ("deposits", "payments")


def test_books_that_cannot_be_used_are_untrue(with_books: Archive) -> None:
    for changes, words in (
        ({"deposits": b"date,entity,btc,source\n2011-02-03,nobody,1,script\n"}, "line 2: "),
        ({"payments": b"\xff\xfe"}, "UTF-8"),
        ({"payments": f"date,entity\n{XPRV},office\n".encode()}, "extended private key"),
        ({"register": with_books.register.replace(b'deposits = "owed.csv"\n', b"")}, "names no"),
        (
            {
                "register": with_books.register.replace(
                    NETWORK, NETWORK + b'"labels_file" = """\nx"""\n'
                )
            },
            "in a way that cannot be set aside",
        ),
    ):
        archive = replace(with_books, **changes)
        how, detail = outcome(archive)
        assert how == "failed"
        assert words in detail
        assert XPRV not in detail
        with pytest.raises(DefinitionError), unpacked(archive):
            pass


def test_what_begins_as_an_archive(short_story: Told, tmp_path: Path) -> None:
    assert is_archive(short_story.path)
    assert not is_archive(short_story.register)
    assert not is_archive(tmp_path)
    assert not is_archive(tmp_path / "missing")
