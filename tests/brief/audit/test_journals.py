"""The journal for beancount and the events for rotki, read by a few lines of our own."""

import csv
import io
import os
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from kilosat.brief.audit.beancount import beancount_journal
from kilosat.brief.audit.rotki import rotki_events
from kilosat.chain.flows import Flow

from ...regtest.books import SATS
from ...regtest.scenario import STATE
from .paper import A_DAY, RESERVE, SAVINGS, START, STRANGER, Paper, inspection, read

ROTKI_TYPES = {"Deposit", "Withdrawal", "Income", "Loss", "Spend", "Staking"}
ROTKI_HEAD = "Type,Location,Currency,Amount,Fee,Fee Currency,Description,Timestamp"
"""As https://docs.rotki.com has them under Import CSV, rotki Generic Events Import."""


@dataclass
class Posted:
    """A transaction of a journal."""

    day: date
    flag: str
    tags: set[str]
    meta: dict[str, str] = field(default_factory=dict)
    postings: list[tuple[str, int]] = field(default_factory=list)

    def on(self, root: str) -> dict[str, int]:
        """What accounts below ``root`` gained by it."""
        return {name: sats for name, sats in self.postings if name.startswith(f"{root}:")}


class Journal:
    """Accounts, transactions and balances of a journal; raises where it does not add up."""

    def __init__(self, text: str) -> None:
        self.open: dict[str, date] = {}
        self.held: Counter[str] = Counter()
        self.checked: dict[date, dict[str, int]] = {}
        self.transactions: list[Posted] = []
        for line in text.splitlines():
            self._read(line)
        assert all(sum(s for _, s in one.postings) == 0 for one in self.transactions)

    def _read(self, line: str) -> None:
        if found := re.fullmatch(r"(\S+) open (\S+) BTC", line):
            self.open[found[2]] = date.fromisoformat(found[1])
        elif found := re.fullmatch(r"(\S+) balance (\S+)  (\S+) ~ 0\.00000000 BTC", line):
            day = date.fromisoformat(found[1])
            self.checked.setdefault(day, {})[found[2]] = satoshis(found[3])
            assert self.held[found[2]] == satoshis(found[3]), line
            # A balance is taken as the day begins.
            assert all(one.day < day for one in self.transactions)
        elif found := re.fullmatch(r'(\S+) ([*!]) (?:"(?:[^"\\]|\\.)*" ?)+((?: ?#[\w-]+)+)', line):
            tags = set(found[3].replace("#", "").split())
            self.transactions.append(Posted(date.fromisoformat(found[1]), found[2], tags))
        elif found := re.fullmatch(r'  ([a-z]+): "?(.*?)"?', line):
            self.transactions[-1].meta[found[1]] = found[2]
        elif found := re.fullmatch(r"  ([A-Z]\S+)  (-?\d+\.\d{8}) BTC", line):
            assert self.open[found[1]] <= self.transactions[-1].day
            self.held[found[1]] += satoshis(found[2])
            self.transactions[-1].postings.append((found[1], satoshis(found[2])))
        else:
            known = line == "" or line.startswith(
                (";", "option ", "    confidence: ", "    worth: ")
            )
            assert known or " commodity BTC" in line, line


def satoshis(text: str) -> int:
    return int(Decimal(text) * SATS)


@pytest.fixture(scope="module")
def journal(made) -> Journal:
    return Journal(made.text("journal.beancount"))


ACCOUNTS = {
    "treasury": "Assets:Office:Treasury",
    "mine": "Assets:Office:Mine",
    "retail": "Assets:Retail:Retail",
    "police": "Assets:Police:Police",
}
"""Of the wallets of the state, by the holders that the register gives them."""


def test_every_wallet_has_at_every_month_and_the_end_what_the_books_say(journal, made) -> None:
    audit = made.done.audit
    firsts = {day.day for day in audit.days if day.day.day == 1 and day.day > audit.start}
    assert set(journal.checked) == firsts | {audit.end}
    assert len(firsts) >= 4
    for day, held in journal.checked.items():
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
        last = max(height for height, when in made.times.items() if when < moment)
        assert held == {name: made.held({party}, last) for party, name in ACCOUNTS.items()}, day


def test_each_transaction_moves_what_the_script_moved(journal, made) -> None:
    """Wallet by wallet; those by which no wallet gained or gave are left out."""
    moved: dict[str, dict[str, int]] = {}
    for move in made.books.moves:
        if move.party in ACCOUNTS and move.sats:
            moved.setdefault(move.txid, {})[ACCOUNTS[move.party]] = move.sats
    entered = {one.meta["txid"]: one.on("Assets") for one in journal.transactions}
    assert entered == moved
    assert len(entered) == len(journal.transactions) > 40
    assert any(len(wallets) > 1 for wallets in entered.values())


def test_a_transaction_carries_its_flows(journal, made) -> None:
    flows: dict[str, list[Flow]] = {}
    for flow in made.done.audit.flows:
        flows.setdefault(flow.txid[::-1].hex(), []).append(flow)
    for one in journal.transactions:
        own = flows[one.meta["txid"]]
        assert {flow.day for flow in own} == {one.day}
        assert int(one.meta["height"]) == own[0].block.height
        sure = all(flow.confidence in ("proven", "strong") for flow in own)
        assert one.flag == ("*" if sure else "!")
        told = {flow.sub_kind.replace(" ", "-") for flow in own} - {"change", "fee"}
        assert told <= one.tags
        fee = sum(flow.sats for flow in own if flow.sub_kind == "fee")
        assert one.on("Expenses").get("Expenses:Fees", 0) == fee


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
    read_back = Journal(beancount_journal(found, register))
    reserve, savings = "Assets:Holder:Reserve", "Assets:Holder:Savings"
    after = {reserve: 7 * SATS, savings: 5 * SATS}
    assert list(read_back.checked.values()) == [{reserve: 7 * SATS, savings: 0}, after, after]
    rows = list(csv.DictReader(io.StringIO(rotki_events(found))))
    assert [satoshis(row["Amount"]) for row in rows] == [7 * SATS, 5 * SATS]


def moved_about() -> Paper:
    """Coins come, a part goes from wallet to wallet, then two outputs become one, for a fee and
    for none."""
    paper = Paper()
    paper.receive(RESERVE, 3 * SATS, START)
    coin = paper.entries[0].outputs[0].outpoint
    outputs = [(SAVINGS, 2 * SATS), (RESERVE, SATS - 500)]
    paper.add([(coin, RESERVE, 3 * SATS)], outputs, START + A_DAY)
    for spent, fee in ((0, 70), (0, 0)):
        coin = paper.entries[-1].outputs[spent].outpoint
        sats = paper.entries[-1].outputs[spent].sats
        paper.add([(coin, SAVINGS, sats)], [(SAVINGS, sats - fee)], paper_end(paper))
    return paper


def paper_end(paper: Paper) -> datetime:
    return datetime.fromtimestamp(paper.entries[-1].time, UTC) + A_DAY


def test_moves_between_wallets_are_seen_and_noise_is_left_out(tmp_path: Path) -> None:
    register, paper = read(tmp_path), moved_about()
    found = inspection(register, paper.entries, START.date(), paper_end(paper).date()).audit
    journal = Journal(beancount_journal(found, register))
    reserve, savings = "Assets:Holder:Reserve", "Assets:Holder:Savings"
    posted = [dict(one.postings) for one in journal.transactions]
    assert posted == [
        {reserve: 3 * SATS, "Equity:Unexplained": -3 * SATS},
        {reserve: -2 * SATS - 500, savings: 2 * SATS, "Expenses:Fees": 500},
        {savings: -70, "Expenses:Fees": 70},
    ]


def test_beancount_itself_accepts_the_journal(made) -> None:
    """With the program, where it is installed: GPL, and so no dependency of ours."""
    check = os.environ.get("KILOSAT_BEAN_CHECK") or shutil.which("bean-check")
    if check is None:
        pytest.skip("bean-check is not installed (pip install beancount)")
    done = subprocess.run([check, made.files["journal.beancount"]], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


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
