"""What is in the journal stays there: no program that speaks SQL can change or delete it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kilosat.chain.ledger import Ledger
from kilosat.chain.ledger.schema import JOURNAL_TABLES

BESIDE = ("meta", "cohorts", "searched", "watched", "known")
"""Where the search stands: all other tables are the journal."""


@pytest.fixture
def plain(path: Path) -> Iterator[sqlite3.Connection]:
    """Another program's connection; foreign keys are not enforced."""
    with closing(sqlite3.connect(path, isolation_level=None)) as one:
        yield one


@pytest.fixture(autouse=True)
def _untouched(path: Path) -> Iterator[None]:
    with Ledger.read_only(path) as ledger:
        before = ledger.fingerprint(), ledger.coins(), ledger.reorganisations()
    yield
    with Ledger.read_only(path) as ledger:
        ledger.check()
        assert (ledger.fingerprint(), ledger.coins(), ledger.reorganisations()) == before


def refused(plain: sqlite3.Connection, statement: str, why: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=why):
        plain.execute(statement)


def columns(plain: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in plain.execute(f"PRAGMA table_info({table})")]


def test_these_are_all_the_tables(plain: sqlite3.Connection) -> None:
    tables = plain.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert {one for (one,) in tables} == {*JOURNAL_TABLES, *BESIDE}


@pytest.mark.parametrize("table", JOURNAL_TABLES)
def test_no_row_is_changed_deleted_or_replaced(plain: sqlite3.Connection, table: str) -> None:
    assert plain.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0
    for column in columns(plain, table):
        for how in ("", "OR REPLACE", "OR IGNORE"):
            changed = f"UPDATE {how} {table} SET {column} = {column}"
            refused(plain, changed, f"append-only: {table} takes no UPDATE")
    refused(plain, f"DELETE FROM {table}", f"append-only: {table} takes no DELETE")
    for row in ("", "ORDER BY 1 DESC"):
        again = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} {row} LIMIT 1"
        refused(plain, again, "append-only|stands in the ledger already|sealed")


@pytest.mark.parametrize(
    "statement",
    [
        # A row under a new number that replaces the one with the same unique value.
        "INSERT OR REPLACE INTO blocks SELECT 999, 7, hash, zeroblob(80) FROM blocks LIMIT 1",
        "INSERT OR REPLACE INTO scripts SELECT 999, script FROM scripts LIMIT 1",
        # A row under its old number that belongs to an entry which is not there yet.
        "INSERT OR REPLACE INTO postings (rowid, entry, kind, script, sats)"
        " SELECT rowid, 999, kind, script, 2 * sats FROM postings LIMIT 1",
        # Another transaction in place of an entry.
        "INSERT OR REPLACE INTO entries"
        " SELECT id, block, position, zeroblob(32), is_coinbase, raw, proof, source"
        " FROM entries LIMIT 1",
        "INSERT OR REPLACE INTO retractions SELECT entry, NULL FROM retractions LIMIT 1",
    ],
)
def test_no_row_is_replaced_by_another(plain: sqlite3.Connection, statement: str) -> None:
    refused(plain, statement, "append-only")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO postings VALUES (1, 'fees', NULL, 5)",
        "INSERT INTO inputs VALUES (1, 99, zeroblob(32), 0, NULL, NULL)",
        "INSERT INTO outputs VALUES (1, 99, 1, 5)",
    ],
)
def test_nothing_is_added_to_an_entry(plain: sqlite3.Connection, statement: str) -> None:
    refused(plain, statement, "append-only: the entry is sealed")


ANOTHER = """INSERT INTO entries
    SELECT 9999, block, 1, {txid}, 0, raw, proof, source FROM entries WHERE id = 1"""
NEW_TXID = "randomblob(32)"


@pytest.mark.parametrize(
    "postings",
    [
        [],
        ["(9999, 'fees', NULL, 5)"],
        ["(9999, 'fees', NULL, 5)", "(9999, 'script', 1, -4)"],
        ["(9999, 'script', 1, 9000000000000000)", "(9999, 'unknown', NULL, -1)"],
    ],
)
def test_postings_sum_to_nought(plain: sqlite3.Connection, postings: list[str]) -> None:
    plain.execute("BEGIN")
    for one in postings:
        plain.execute(f"INSERT INTO postings VALUES {one}")
    refused(plain, ANOTHER.format(txid=NEW_TXID), "do not sum to nought")
    plain.execute("ROLLBACK")


def test_a_transaction_stands_once(plain: sqlite3.Connection) -> None:
    plain.execute("BEGIN")
    plain.execute("INSERT INTO postings VALUES (9999, 'fees', NULL, 0)")
    standing = "(SELECT txid FROM standing LIMIT 1)"
    refused(plain, ANOTHER.format(txid=standing), "the transaction stands in the ledger already")
    plain.execute("ROLLBACK")


def test_a_coin_is_spent_once(plain: sqlite3.Connection) -> None:
    plain.execute("BEGIN")
    plain.execute("INSERT INTO postings VALUES (9999, 'fees', NULL, 0)")
    plain.execute(
        "INSERT INTO inputs SELECT 9999, 0, inputs.txid, vout, NULL, NULL FROM inputs"
        " JOIN standing ON standing.id = entry LIMIT 1"
    )
    refused(plain, ANOTHER.format(txid=NEW_TXID), "a coin is spent twice")
    plain.execute("ROLLBACK")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO postings VALUES (9999, 'fees', 1, 0)",
        "INSERT INTO postings VALUES (9999, 'script', NULL, 0)",
        "INSERT INTO postings VALUES (9999, 'gift', NULL, 0)",
        "INSERT INTO inputs VALUES (9999, 0, zeroblob(32), 0, 1, NULL)",
        "INSERT INTO inputs VALUES (9999, 0, zeroblob(32), 0, 1, -1)",
        "INSERT INTO outputs VALUES (9999, 0, 1, -1)",
        "INSERT INTO blocks VALUES (9999, -1, randomblob(32), zeroblob(80))",
        "INSERT INTO blocks VALUES (9999, 1, randomblob(31), zeroblob(80))",
    ],
)
def test_impossible_rows(plain: sqlite3.Connection, statement: str) -> None:
    refused(plain, statement, "CHECK constraint failed")
