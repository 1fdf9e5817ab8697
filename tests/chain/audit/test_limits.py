"""What an audit leaves open is said, with what would help; and no more than that."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kilosat.chain.audit import Audit, AuditError, Coverage, Limit
from kilosat.chain.flows import Liability
from kilosat.chain.ledger.entry import Entry

from ..flows.paper import START, TPUB, announcement, on, register
from .coins import BTC, TWO, Coins, audited, kinds


def the(found: Audit, kind: str) -> Limit:
    (one,) = [limit for limit in found.limits if limit.kind == kind]
    return one


def read_to(day: int, hour: int = 12) -> Coverage:
    moment = datetime(START.year, START.month, START.day, hour, tzinfo=UTC) + timedelta(day)
    return Coverage(TWO.tip, moment, TWO.sources)


def test_coins_that_were_spent_together_with_strangers_may_be_its_own(tmp_path: Path) -> None:
    """A wallet that signs for both; nothing is counted by that guess."""
    paper = Coins()
    paper.pay([], [("reserve", BTC)], 1)
    paper.pay([("reserve", BTC), ("change", BTC)], [("hot", 2 * BTC)], 2)
    paper.entries[1] = _spending(paper)
    found = audited(register(tmp_path), paper, 1, 5)
    limit = the(found, "spent together")
    assert limit.concerns == (paper.entries[1].txid[::-1].hex(),)
    assert "guess" in limit.text
    assert found.sums["unexplained_in_sats"] == BTC
    # With a labelled exchange it is nobody's guess.
    paper = Coins()
    paper.pay([], [("reserve", BTC)], 1)
    paper.pay([("reserve", BTC), ("exchange", BTC)], [("hot", 2 * BTC)], 2)
    paper.entries[1] = _spending(paper)
    assert "spent together" not in kinds(audited(register(tmp_path), paper, 1, 5))


def _spending(paper: Coins) -> Entry:
    """The second transaction, spending the coin of the first as its first input."""
    first, second = paper.entries
    mine = replace(second.inputs[0], outpoint=first.outputs[0].outpoint)
    return replace(second, inputs=(mine, *second.inputs[1:]))


def test_what_left_to_strangers_may_be_change(tmp_path: Path) -> None:
    paper = Coins()
    coin = paper.pay([], [("reserve", 10 * BTC)], 1)
    paper.spend([(coin, 0)], [("stranger", BTC), ("fresh", 9 * BTC)], 2)
    limit = the(audited(register(tmp_path), paper, 1, 5), "change")
    assert limit.text.startswith("10 BTC left to addresses that nobody named.")
    assert "extended public keys" in limit.remedy
    # Labelled or known receivers are none.
    paper = Coins()
    coin = paper.pay([], [("reserve", 10 * BTC)], 1)
    paper.spend([(coin, 0)], [("exchange", BTC), ("reserve", 9 * BTC)], 2)
    assert "change" not in kinds(audited(register(tmp_path), paper, 1, 5))


def test_labels_are_named_with_their_sources(tmp_path: Path) -> None:
    paper = Coins()
    paper.pay([("exchange", BTC)], [("reserve", BTC)], 1)
    limit = the(audited(register(tmp_path), paper, 1, 5), "labels")
    assert limit.concerns == ("exchange (kilosat's tests, a test)",)
    assert "held there" in limit.text
    paper = Coins()
    paper.pay([("pool", BTC)], [("reserve", BTC)], 1)
    limit = the(audited(register(tmp_path), paper, 1, 5), "labels")
    assert "exchange" not in limit.text


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (4, None),  # seven days before the last block: whatever fits has come
        (5, "3 BTC in 1 announcement"),
        (30, "3 BTC in 1 announcement"),
    ],
)
def test_coins_of_the_last_days_may_still_come(
    tmp_path: Path, day: int, expected: str | None
) -> None:
    paper = Coins()
    paper.pay([], [("reserve", BTC)], 1)
    known = register(tmp_path, more=announcement(day, "purchase", "3"))
    found = audited(known, paper, 1, 40, coverage=read_to(11))
    texts = [limit.text for limit in found.limits if "still come" in limit.text]
    assert len(texts) == (expected is not None)
    assert all(expected in text for text in texts)


def test_announcements_before_the_first_coin_are_told_apart(tmp_path: Path) -> None:
    """Ten bought in wallets of before, and three that should have come."""
    paper = Coins()
    paper.pay([], [("reserve", BTC)], 60)
    words = announcement(10, "purchase", "10") + announcement(53, "purchase", "3")
    found = audited(register(tmp_path, more=words), paper, 1, 90)
    assert found.sums["announced_not_seen_sats"] == 13 * BTC
    assert found.sums["announced_early_sats"] == 10 * BTC
    assert the(found, "announcements").text.endswith(
        "10 BTC in 1 announcement. Whether these went to other wallets cannot be told."
    )


def test_coins_said_to_be_sold_are_not_added_to_those_said_to_be_bought(tmp_path: Path) -> None:
    paper = Coins()
    paper.pay([], [("reserve", BTC)], 60)
    words = announcement(10, "purchase", "10") + announcement(12, "sale", "2")
    found = audited(register(tmp_path, more=words), paper, 1, 90)
    assert "10 BTC in 1 announcement and 2 BTC as sold in 1 announcement" in (
        the(found, "announcements").text
    )


def test_ranged_wallets_are_searched_to_their_gap_limit_and_no_further(tmp_path: Path) -> None:
    ranged = f"""
[wallets.ranged]
title = "Ranged"
entity = "police"
attribution = "owner"
source = "paper"
gap_limit = 7
descriptors = ["wpkh({TPUB}/0/*)"]
"""
    paper = Coins()
    paper.pay([], [("reserve", BTC)], 1)
    limit = the(audited(register(tmp_path, more=ranged), paper, 1, 5), "gap limit")
    assert limit.concerns == ("Ranged (7 unused)",)
    assert "gap limit" not in kinds(audited(register(tmp_path), paper, 1, 5))


def test_a_delivery_of_a_month_is_set_beside_the_announcements_of_it(tmp_path: Path) -> None:
    """Thirty of one coin a day, and thirty coins at once from the exchange at its end."""
    paper = Coins()
    paper.pay([("exchange", 30 * BTC)], [("reserve", 30 * BTC)], 31)
    words = "".join(announcement(day, "purchase", "1") for day in range(1, 31))
    found = audited(register(tmp_path, more=words), paper, 1, 90)
    assert found.sums["announced_not_seen_sats"] == 30 * BTC
    texts = [limit.text for limit in found.limits if limit.kind == "announcements"]
    assert any(text.startswith("30 BTC came in of which no announcement speaks") for text in texts)


@pytest.mark.parametrize(
    ("stated", "perimeter", "words"),
    [
        ({2: "office"}, "state", "first stated after the start"),
        ({1: "office"}, "state", None),
        ({-90: "office"}, "state", "more than a month older"),
        ({1: "office"}, "wallet:reserve", "some of their wallets lie outside"),
        ({1: "police"}, "wallet:evidence", None),
    ],
)
def test_what_is_owed_is_as_good_as_its_statements(
    tmp_path: Path, stated: dict[int, str], perimeter: str, words: str | None
) -> None:
    paper = Coins()
    paper.pay([], [("reserve", 10 * BTC)], 1)
    owed = [Liability(on(day), who, BTC) for day, who in stated.items()]
    found = audited(register(tmp_path), paper, 2, 5, perimeter=perimeter, liabilities=owed)
    texts = [limit.text for limit in found.limits if limit.kind == "liabilities"]
    texts = [text for text in texts if not text.startswith("Nobody stated")]
    assert len(texts) == (words is not None)
    assert all(words in text for text in texts)


def test_days_after_the_last_block_that_was_read_are_not_shown(tmp_path: Path) -> None:
    paper = Coins()
    paper.pay([], [("reserve", BTC)], 1)
    found = audited(register(tmp_path), paper, 1, 9_999, coverage=read_to(3, hour=23))
    assert [day.day for day in found.days] == [on(1), on(2), on(3)]
    assert "not up to date" in kinds(found)


def test_a_tip_whose_time_runs_back_over_midnight_hides_no_day(tmp_path: Path) -> None:
    paper = Coins()
    paper.pay([], [("reserve", BTC)], 4)
    found = audited(register(tmp_path), paper, 1, 5, coverage=read_to(3, hour=23))
    assert [day.stock for day in found.days] == [0, 0, 0, BTC]


def test_what_has_not_been_read_yet_is_not_audited(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="before the start"):
        audited(register(tmp_path), Coins(), 5, 9, coverage=read_to(3))


def test_no_audit_starts_before_the_first_block(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="2009-01-03"):
        audited(register(tmp_path), Coins(), -9_999, 9)
