"""The journal for beancount and the events for rotki, read by a few lines of our own."""

import csv
import io
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from kilosat.brief.audit.beancount import beancount_journal
from kilosat.brief.audit.rotki import rotki_events

from ...regtest.books import SATS
from ...regtest.scenario import STATE
from .paper import A_DAY, RESERVE, SAVINGS, START, STRANGER, Paper, inspection, read

ROTKI_TYPES = {"Deposit", "Withdrawal", "Income", "Loss", "Spend", "Staking"}
ROTKI_HEAD = "Type,Location,Currency,Amount,Fee,Fee Currency,Description,Timestamp"
"""As https://docs.rotki.com has them under Import CSV, rotki Generic Events Import."""


class Journal:
    """Accounts, transactions and balances of a journal; raises where it does not add up."""

    def __init__(self, text: str) -> None:
        self.open: dict[str, date] = {}
        self.held: Counter[str] = Counter()
        self.checked: dict[date, int] = {}
        self.transactions: list[tuple[date, str, set[str], dict[str, str]]] = []
        self._postings: list[int] = []
        for line in text.splitlines():
            self._read(line)

    def _read(self, line: str) -> None:
        if found := re.fullmatch(r"(\S+) open (\S+) BTC", line):
            self.open[found[2]] = date.fromisoformat(found[1])
        elif found := re.fullmatch(r"(\S+) balance (\S+)  (\S+) ~ 0\.00000000 BTC", line):
            self.checked[date.fromisoformat(found[1])] = satoshis(found[3])
            assert self.held[found[2]] == satoshis(found[3]), line
            # A balance is taken as the day begins.
            assert all(when < date.fromisoformat(found[1]) for when, *_ in self.transactions)
        elif found := re.fullmatch(r'(\S+) ([*!]) (?:"(?:[^"\\]|\\.)*" ?)+((?: ?#[\w-]+)+)', line):
            when = date.fromisoformat(found[1])
            tags = set(found[3].replace("#", "").split())
            self.transactions.append((when, found[2], tags, {}))
            self._postings = []
        elif found := re.fullmatch(r'  ([a-z]+): "?(.*?)"?', line):
            self.transactions[-1][3][found[1]] = found[2]
        elif found := re.fullmatch(r"  ([A-Z]\S+)  (-?\d+\.\d{8}) BTC", line):
            assert self.open[found[1]] <= self.transactions[-1][0]
            self.held[found[1]] += satoshis(found[2])
            self._postings.append(satoshis(found[2]))
        elif line == "" and self._postings:
            assert sum(self._postings) == 0
            self._postings = []
        else:
            assert line == "" or line.startswith((";", "option ")) or " commodity BTC" in line, line


def satoshis(text: str) -> int:
    return int(Decimal(text) * SATS)


@pytest.fixture(scope="module")
def journal(made) -> Journal:
    return Journal(made.text("journal.beancount"))


def test_every_month_and_the_end_are_as_the_books_have_them(journal, made) -> None:
    audit = made.done.audit
    firsts = {day.day for day in audit.days if day.day.day == 1 and day.day > audit.start}
    assert set(journal.checked) == firsts | {audit.end}
    assert len(firsts) >= 4
    for day, sats in journal.checked.items():
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
        last = max(height for height, when in made.times.items() if when < moment)
        assert sats == made.held(STATE, last), day


def test_a_transaction_for_each_flow(journal, made) -> None:
    flows = made.done.audit.flows
    entered = journal.transactions[1:]
    assert len(entered) == len(flows)
    for (day, flag, tags, meta), flow in zip(entered, flows, strict=True):
        assert day == flow.day
        assert tags == {flow.kind, flow.sub_kind.replace(" ", "-")}
        assert meta["txid"] == flow.txid[::-1].hex()
        assert (int(meta["height"]), meta["confidence"]) == (flow.block.height, flow.confidence)
        assert flag == ("*" if flow.confidence in ("proven", "strong") else "!")


def test_accounts_hold_what_the_books_say(journal, made) -> None:
    gained = made.books.gained
    bought = gained(STATE, "purchase") + gained(STATE, "mixed")
    assert journal.held["Equity:Bought"] == -bought
    assert journal.held["Income:Seized"] == -gained(STATE, "seizure")
    assert journal.held["Income:Mined:Coinbase"] == -gained(STATE, "mined")
    assert sum(journal.held.values()) == 0


def test_stock_of_before_is_opened_with(tmp_path: Path) -> None:
    """An audit that begins later holds at its start what came before."""
    register, paper = read(tmp_path), Paper()
    paper.receive(RESERVE, 7 * SATS, START)
    paper.receive(SAVINGS, 5 * SATS, START + 40 * A_DAY)
    start = START.date() + timedelta(days=10)
    found = inspection(register, paper.entries, start, start + timedelta(days=60)).audit
    read_back = Journal(beancount_journal(found))
    assert list(read_back.checked.values()) == [7 * SATS, 12 * SATS, 12 * SATS]
    rows = list(csv.DictReader(io.StringIO(rotki_events(found))))
    assert [satoshis(row["Amount"]) for row in rows] == [7 * SATS, 5 * SATS]


def test_rotki_events_leave_the_stock(made) -> None:
    text = made.text("rotki.csv")
    assert text.splitlines()[0] == ROTKI_HEAD
    rows = list(csv.DictReader(io.StringIO(text)))
    signs = {"Deposit": 1, "Income": 1, "Withdrawal": -1, "Spend": -1}
    assert {row["Type"] for row in rows} <= ROTKI_TYPES
    held = sum(
        signs[row["Type"]] * satoshis(row["Amount"]) - satoshis(row["Fee"] or "0") for row in rows
    )
    assert held == made.held(STATE)
    for row in rows:
        assert (row["Location"], row["Currency"]) == ("blockchain", "BTC")
        assert row["Fee Currency"] == ("BTC" if row["Fee"] else "")
    times = {int(when.timestamp()) * 1000 for when in made.times.values()}
    assert {int(row["Timestamp"]) for row in rows} <= times


def test_a_fee_without_a_payment_is_spent(tmp_path: Path) -> None:
    register, paper = read(tmp_path), Paper()
    first = paper.receive(RESERVE, 3 * SATS, START)
    coin = paper.entries[0].outputs[0].outpoint
    assert coin.txid == first
    paper.add([(coin, RESERVE, 3 * SATS)], [(SAVINGS, 3 * SATS - 500)], START + A_DAY)
    coin = paper.entries[1].outputs[0].outpoint
    outputs = [(STRANGER, SATS), (SAVINGS, 2 * SATS - 1_200)]
    paper.add([(coin, SAVINGS, 3 * SATS - 500)], outputs, START + 2 * A_DAY)
    end = START.date() + timedelta(days=4)
    found = inspection(register, paper.entries, START.date(), end).audit
    rows = list(csv.DictReader(io.StringIO(rotki_events(found))))
    told = [(row["Type"], row["Amount"], row["Fee"]) for row in rows]
    assert told[1:] == [
        ("Spend", "0.00000500", ""),
        ("Withdrawal", "1.00000000", "0.00000700"),
    ]
