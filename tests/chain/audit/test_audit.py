"""The audit of small stories on paper: sums, days, cost, coins, limits, and what is refused."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from kilosat.chain.audit import AuditError, Coverage, coins_text
from kilosat.chain.flows import Liability
from kilosat.chain.ledger.entry import Entry, Leg
from kilosat.chain.transaction import OutPoint
from kilosat.provenance import Source

from ..flows.paper import announcement, on, register, script
from .coins import BTC, TWO, Coins, audited, kinds, said

STATEMENT = Source("statement", "statement of deposits", "the office")


def test_the_moments_are_midnight_utc_of_both_days(tmp_path: Path) -> None:
    paper = Coins()
    for day in (1, 2, 3, 4):
        paper.pay([], [("reserve", day * BTC)], day)
    found = audited(register(tmp_path), paper, 2, 4)
    assert found.sums["stock_at_start_sats"] == 1 * BTC
    assert found.sums["stock_at_end_sats"] == 6 * BTC
    assert found.sums["mined_sats"] == 5 * BTC
    assert [day.stock for day in found.days] == [3 * BTC, 6 * BTC]
    assert [day.net_change for day in found.days] == [2 * BTC, 5 * BTC]
    assert (found.start_height, found.end_height) == (1, 3)


def test_a_block_that_others_put_behind_midnight_is_behind_it(tmp_path: Path) -> None:
    """Its own time is ten to twelve, and a block below it, which touches no wallet, is of the next
    day: headers tell, whether or not a wallet was in that block.
    """
    paper = Coins()
    paper.pay([], [("reserve", 5 * BTC)], 2)
    late = int(datetime(2024, 1, 3, 23, 50, tzinfo=UTC).timestamp())
    paper.entries[0] = replace(paper.entries[0], time=late)
    height = paper.entries[0].block.height
    for below, held in ((height, 5 * BTC), (height - 1, 0)):
        told = {on(3): below}
        found = audited(register(tmp_path), paper, 0, 3, midnights=told)
        assert found.sums["stock_at_end_sats"] == held
        after = audited(register(tmp_path), paper, 3, 4, midnights=told)
        assert after.sums["stock_at_start_sats"] == held
        assert [day.net_change for day in after.days] == [5 * BTC - held]


def test_what_clients_brought_on_a_day_is_in_the_statement_of_its_end(tmp_path: Path) -> None:
    """Ten coins of clients come and are owed on one day: nobody's own coins change by that."""
    paper = Coins()
    paper.pay([], [("reserve", 10 * BTC)], 3)
    owed = [Liability(on(3), "office", 10 * BTC, STATEMENT)]
    for start, end in ((1, 3), (1, 4), (3, 4), (3, 9), (4, 9)):
        found = audited(register(tmp_path), paper, start, end, liabilities=owed)
        assert found.sums["public_change_sats"] == 0


def test_client_deposits_are_subtracted_from_the_end_of_the_day_that_they_are_stated_for(
    tmp_path: Path,
) -> None:
    paper = Coins()
    paper.pay([], [("reserve", 10 * BTC)], 1)
    owed = [Liability(on(1), "office", 4 * BTC, STATEMENT), Liability(on(4), "office", BTC)]
    found = audited(register(tmp_path), paper, 2, 4, liabilities=owed)
    assert found.sums["public_stock_at_start_sats"] == 6 * BTC
    assert found.sums["public_stock_at_end_sats"] == 6 * BTC
    later = audited(register(tmp_path), paper, 2, 6, liabilities=owed)
    assert later.sums["public_change_sats"] == 3 * BTC
    assert later.liabilities == (owed[1],)
    # Before the first statement nothing is known: it says so, as an assumption.
    early = audited(register(tmp_path), paper, 1, 2, liabilities=owed)
    assert early.explain("owed_to_clients_at_start_sats").assumptions()


def test_cost_is_at_the_close_of_the_day_and_sales_take_the_average(tmp_path: Path) -> None:
    """2 at 10,000 and 2 at 30,000 cost 80,000; with 1 sold, 3 are left that cost 60,000."""
    paper = Coins()
    first = paper.pay([], [("reserve", 2 * BTC)], 1)
    paper.pay([], [("reserve", 2 * BTC)], 2)
    paper.spend([(first, 0)], [("exchange", BTC), ("reserve", BTC)], 3)
    prices = {on(1): 10_000.0, on(2): 30_000.0, on(3): 99_000.0}
    found = audited(register(tmp_path), paper, 1, 5, prices=prices)
    assert found.graph.value("cost_of_coins_usd") == pytest.approx(60_000)
    assert found.graph.value("average_cost_usd_per_btc") == pytest.approx(20_000)
    assert found.cost.held_sats == 3 * BTC
    # First in, first out: one of the first two and both of the second are left.
    assert [(lot.sats, lot.usd) for lot in found.cost.lots] == [
        (BTC, pytest.approx(10_000)),
        (2 * BTC, pytest.approx(60_000)),
    ]


def test_days_without_a_price_are_left_out_and_said(tmp_path: Path) -> None:
    paper = Coins()
    paper.pay([], [("reserve", BTC)], 1)
    paper.pay([], [("reserve", 3 * BTC)], 2)
    found = audited(register(tmp_path), paper, 1, 5, prices={on(1): 10_000.0})
    assert (found.sums["priced_sats"], found.sums["unpriced_sats"]) == (BTC, 3 * BTC)
    assert found.graph.value("cost_of_coins_usd") == pytest.approx(10_000)
    (limit,) = [limit for limit in found.limits if limit.kind == "price"]
    assert str(on(2)) in limit.text


def test_keys_are_hidden_until_they_are_spent_from(tmp_path: Path) -> None:
    paper = Coins()
    first = paper.pay([], [("reserve", 2 * BTC)], 1)
    paper.pay([], [("hot", BTC)], 2)
    paper.spend([(first, 0)], [("reserve", 2 * BTC)], 3)
    found = audited(register(tmp_path), paper, 1, 5)
    assert {coin.wallet: coin.exposure for coin in found.coins} == {
        "reserve": "revealed by a spend",
        "hot": "hidden",
    }
    assert found.sums["visible_key_sats"] == 2 * BTC
    assert found.sums["reused_addresses"] == 1
    assert [coin.age_days for coin in found.coins] == [2, 3]


def test_a_ledger_that_lacks_an_arrival_is_refused(tmp_path: Path) -> None:
    paper = Coins()
    paper.pay([("reserve", BTC)], [("stranger", BTC)], 1)
    with pytest.raises(AuditError, match="not complete"):
        audited(register(tmp_path), paper, 1, 3)


def test_announced_beside_dashboard_beside_net_change(tmp_path: Path) -> None:
    """A coin a day is moved from one wallet to the other and announced as bought."""
    words = "".join(announcement(day, "purchase", "1") for day in (2, 3, 4))
    paper = Coins()
    last = paper.pay([], [("hot", 10 * BTC)], 1)
    for left, day in ((9, 2), (8, 3), (7, 4)):
        last = paper.spend([(last, 0)], [("hot", left * BTC), ("reserve", BTC)], day)
    known = register(tmp_path, more=words)
    found = audited(known, paper, 2, 6, reserve="wallet:reserve")
    assert [day.announced for day in found.days] == [BTC, 2 * BTC, 3 * BTC, 3 * BTC]
    assert [day.dashboard for day in found.days] == [BTC, 2 * BTC, 3 * BTC, 3 * BTC]
    assert [day.net_change for day in found.days] == [0, 0, 0, 0]
    assert found.sums["dashboard_from_inside_sats"] == 3 * BTC
    assert found.sums["announced_not_seen_sats"] == 3 * BTC
    assert found.sums["announced_and_moved_sats"] == 3 * BTC
    verdict = said(found)
    assert verdict["stock"] == "Coins in its known wallets did not change: 10 BTC at both dates."
    assert verdict["came in"] == "No coin came from outside."
    assert verdict["announced"] == (
        "3 BTC were announced as bought, mined, seized or given: no coins from outside were found"
        " for any of them in these wallets. For 3 BTC of these, such coins only moved between"
        " wallets of the register."
    )


def test_an_empty_perimeter_is_audited_too(tmp_path: Path) -> None:
    found = audited(register(tmp_path), Coins(), 1, 3)
    holders = {name: number for name, number in found.sums.items() if number}
    assert holders == {"entities_within": 2}
    assert said(found)["stock"] == "Coins in its known wallets did not change: 0 BTC at both dates."
    assert said(found)["went out"] == "No coin left."


def test_what_could_not_be_known_is_said(tmp_path: Path) -> None:
    paper = Coins()
    paper.pay([("?", 0)], [("reserve", BTC)], 2)
    alone = Coverage(TWO.tip, datetime(2024, 1, 3, tzinfo=UTC), ("a server",), ("one word",))
    found = audited(register(tmp_path), paper, 1, 9, coverage=alone)
    assert kinds(found) == [
        "not up to date",
        "one source",
        "other",
        "liabilities",
        "payers",
        "inputs not known",
        "price",
    ]
    full = audited(register(tmp_path), paper, 1, 9)
    assert "not up to date" not in kinds(full)
    assert "one source" not in kinds(full)


def test_entities_without_addresses_and_weak_attributions_are_limits(tmp_path: Path) -> None:
    known = register(tmp_path)
    text = Path(tmp_path / "register.toml").read_text(encoding="utf-8")
    text = text.replace('attribution = "owner"', 'attribution = "assumed"', 1)
    hidden = '\n[entities.mine]\ntitle = "Mine"\ngroup = "state"\naddresses_known = "none"\n'
    (tmp_path / "register.toml").write_text(text + hidden + 'source = "paper"\n', encoding="utf-8")
    from kilosat.chain.register import read_register

    known = read_register(tmp_path / "register.toml")
    paper = Coins()
    paper.pay([], [("reserve", BTC)], 1)
    found = audited(known, paper, 1, 3)
    assert kinds(found)[:2] == ["no addresses", "attribution"]
    assert found.limits[0].concerns == ("Mine",)
    assert found.explain("stock_at_end_sats").assumptions()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"perimeter": "stat"}, "no perimeter 'stat'"),
        ({"perimeter": "wallet:cold"}, "no wallet 'cold'"),
        ({"reserve": "rsv"}, "no perimeter 'rsv'"),
        ({"end": 1}, "not after"),
        ({"end": 2}, "not after"),
    ],
)
def test_what_cannot_be_audited_is_refused(tmp_path: Path, options: dict, words: str) -> None:
    end = options.pop("end", 4)
    with pytest.raises(AuditError, match=words):
        audited(register(tmp_path), Coins(), 2, end, **options)


def test_an_unknown_input_of_another_coin_does_not_hide_a_spend(tmp_path: Path) -> None:
    """A transaction with an input that is not known still spends those that are."""
    paper = Coins()
    first = paper.pay([], [("reserve", 5 * BTC)], 1)
    txid = paper.spend([(first, 0)], [("stranger", 4 * BTC)], 2)
    last = paper.entries[-1]
    stranger = Leg(OutPoint(sha256(b"other").digest(), 0), None, None)
    paper.entries[-1] = Entry(
        last.block, last.time, last.position, txid, (*last.inputs, stranger), last.outputs
    )
    found = audited(register(tmp_path), paper, 1, 4)
    assert found.sums["stock_at_end_sats"] == 0
    assert not found.coins
    assert found.flows[-1].kind == "outflow"
    assert script("reserve") in {one.script for one in found.addresses}


@pytest.mark.parametrize(
    ("sats", "text"),
    [
        (0, "0 BTC"),
        (1, "0.00000001 BTC"),
        (-250_000_000, "-2.5 BTC"),
        (756_000_000_000, "7,560 BTC"),
        (2_099_999_997_690_000, "20,999,999.9769 BTC"),
    ],
)
def test_coins_are_written_exactly(sats: int, text: str) -> None:
    assert coins_text(sats) == text
