"""The sentences: what they answer first, and that they are fair where little is known."""

from pathlib import Path

import pytest

from kilosat.chain.audit import Audit
from kilosat.chain.flows import Liability, PaymentRecord

from ..flows.paper import announcement, label, on, register
from .coins import BTC, Coins, audited, kinds, said


def one_coin() -> tuple[Coins, bytes]:
    paper = Coins()
    return paper, paper.pay([], [("reserve", 10 * BTC)], 1)


def test_a_deposit_at_an_exchange_that_comes_back_is_perhaps_its_own(tmp_path: Path) -> None:
    """Four go to the exchange and six come: four of these may be the same, two cannot."""
    paper, coin = one_coin()
    paper.spend([(coin, 0)], [("exchange", 4 * BTC), ("reserve", 6 * BTC)], 2)
    paper.pay([("exchange", 6 * BTC)], [("reserve", 6 * BTC)], 3)
    found = audited(register(tmp_path), paper, 2, 5)
    assert found.sums["purchased_sats"] == 6 * BTC
    assert found.sums["maybe_returned_sats"] == 4 * BTC
    assert said(found)["returned"].startswith("Up to 4 BTC came from parties to which as much had")
    assert said(found)["went out"] == (
        "4 BTC left, all paid to a labelled exchange, as a sale or to be kept there."
    )
    # The deposit may lie before the audit.
    assert audited(register(tmp_path), paper, 3, 5).sums["maybe_returned_sats"] == 4 * BTC
    # In the other order nothing comes back.
    assert "returned" not in said(audited(register(tmp_path), paper, 2, 3))


def test_an_unknown_address_that_was_paid_and_pays_is_perhaps_its_own(tmp_path: Path) -> None:
    paper, coin = one_coin()
    out = paper.spend([(coin, 0)], [("cold", 10 * BTC)], 2)
    paper.spend([(out, 0)], [("reserve", 9 * BTC), ("cold", BTC)], 3)
    found = audited(register(tmp_path), paper, 2, 5)
    assert found.sums["unexplained_in_sats"] == found.sums["maybe_returned_sats"] == 9 * BTC


def round_trip() -> tuple[Coins, tuple[bytes, bytes]]:
    """Ten coins go to the exchange, and ten come from it."""
    paper, coin = one_coin()
    gone = paper.spend([(coin, 0)], [("exchange", 10 * BTC)], 2)
    return paper, (gone, paper.pay([("exchange", 10 * BTC)], [("reserve", 10 * BTC)], 12))


@pytest.mark.parametrize(
    "words",
    [
        "",
        announcement(12, "purchase", "10"),
        announcement(2, "sale", "10"),
        announcement(2, "sale", "10") + announcement(12, "purchase", "10"),
    ],
)
def test_no_announcement_makes_a_round_trip_a_purchase(words: str, tmp_path: Path) -> None:
    """Whoever sends coins to an exchange and fetches them again can announce what he likes."""
    paper, _ = round_trip()
    found = audited(register(tmp_path, more=words), paper, 2, 15)
    assert found.sums["maybe_returned_sats"] == 10 * BTC
    assert found.sums["purchased_with_strong_evidence_sats"] == 0
    assert said(found)["came in"] == "From outside came 10 BTC, all paid by a labelled exchange."
    (came,) = [flow for flow in found.flows if flow.kind == "inflow"]
    assert (came.confidence, came.maybe_returned_sats) == ("weak", 10 * BTC)
    assert came.evidence[-1].text.endswith("these may be coming back")


@pytest.mark.parametrize("kind", ["seizure", "donation", "mined"])
def test_whatever_it_is_called_it_may_be_coming_back(kind: str, tmp_path: Path) -> None:
    """A document of another kind, also one that names the transaction, is the same side's word."""
    paper, (_, came) = round_trip()
    for named in (b"", came):
        words = announcement(12, kind, "10", named)
        found = audited(register(tmp_path, more=words), paper, 2, 15)
        assert found.sums["maybe_returned_sats"] == 10 * BTC
        assert "returned" in said(found)


def test_books_that_do_not_name_the_payment_do_not_hide_it(tmp_path: Path) -> None:
    paper, _ = round_trip()
    record = PaymentRecord(on(2), "office", 10 * BTC, "payment", None, "7", None)
    words = announcement(12, "purchase", "10")
    found = audited(register(tmp_path, more=words), paper, 2, 15, payments=[record])
    assert found.sums["maybe_returned_sats"] == 10 * BTC
    assert found.sums["purchased_with_strong_evidence_sats"] == 0


@pytest.mark.parametrize("perimeter", ["state", "treasury", "wallet:reserve"])
def test_another_wallet_of_the_register_sent_what_comes_back(
    perimeter: str, tmp_path: Path
) -> None:
    """From the treasury to the police, from there to the exchange, and back into the treasury."""
    paper, coin = one_coin()
    moved = paper.spend([(coin, 0)], [("evidence", 10 * BTC)], 2)
    paper.spend([(moved, 0)], [("exchange", 10 * BTC)], 3)
    paper.pay([("exchange", 10 * BTC)], [("reserve", 10 * BTC)], 12)
    words = announcement(12, "purchase", "10")
    options = {"perimeter": perimeter}
    found = audited(register(tmp_path, more=words), paper, 2, 15, **options)
    assert found.sums["maybe_returned_sats"] == 10 * BTC
    assert found.sums["purchased_with_strong_evidence_sats"] == 0


@pytest.mark.parametrize("kind", ["sale", "purchase"])
def test_books_that_name_the_transaction_end_a_round_trip(kind: str, tmp_path: Path) -> None:
    paper, (gone, came) = round_trip()
    day, txid = (2, gone) if kind == "sale" else (12, came)
    record = PaymentRecord(on(day), "office", 10 * BTC, kind, None, "7", None, txid[::-1].hex())  # type: ignore[arg-type]
    found = audited(register(tmp_path), paper, 2, 15, payments=[record])
    assert found.sums["maybe_returned_sats"] == 0


def test_coins_that_left_are_told_apart_by_who_says_what_they_were(tmp_path: Path) -> None:
    paper = Coins()
    coin = paper.pay([], [("reserve", BTC)] * 5, 1)
    paid = {
        name: paper.spend([(coin, number)], [(to, BTC)], day)
        for number, (name, to, day) in enumerate(
            [
                ("sold", "exchange", 2),
                ("kept", "exchange", 12),
                ("said", "stranger", 22),
                ("client", "stranger", 32),
                ("paid", "stranger", 42),
            ]
        )
    }
    books = [
        PaymentRecord(on(day), "office", BTC, kind, None, "7", None, paid[name][::-1].hex())  # type: ignore[arg-type]
        for name, kind, day in (("client", "client withdrawal", 32), ("paid", "payment", 42))
    ]
    words = announcement(2, "sale", "1") + announcement(22, "sale", "1")
    found = audited(register(tmp_path, more=words), paper, 2, 50, payments=books)
    assert said(found)["went out"] == (
        "5 BTC left: 1 BTC sold by strong evidence, 1 BTC paid to a labelled exchange, as a sale or"
        " to be kept there, 1 BTC sold by the holder's own word alone, 1 BTC paid out by the"
        " holder's own books and 1 BTC taken out by clients."
    )
    assert found.sums["sold_sats"] == 3 * BTC
    assert found.sums["paid_out_sats"] == 2 * BTC


@pytest.mark.parametrize("kind", ["person", "custodian", "company", "other"])
def test_no_label_but_that_of_an_exchange_counts_as_one(kind: str, tmp_path: Path) -> None:
    paper = Coins()
    paper.pay([("dealer", 3 * BTC)], [("reserve", 3 * BTC)], 2)
    words = label("dealer", kind) + announcement(2, "purchase", "3")
    found = audited(register(tmp_path, more=words), paper, 1, 5)
    assert found.sums["purchased_by_label_alone_sats"] == 0
    assert found.sums["purchased_by_word_alone_sats"] == 3 * BTC


def test_a_stock_that_falls_and_one_that_stays(tmp_path: Path) -> None:
    paper, coin = one_coin()
    paper.spend([(coin, 0)], [("stranger", 4 * BTC), ("reserve", 6 * BTC)], 3)
    found = audited(register(tmp_path), paper, 2, 5)
    assert said(found)["stock"] == (
        "Coins in its known wallets shrank by 4 BTC, from 10 BTC to 6 BTC."
    )
    assert said(found)["went out"] == "4 BTC left, all unexplained."
    assert said(found)["dashboard"] == (
        "A dashboard that shows only 'The state' would have added nothing."
    )
    still = audited(register(tmp_path), paper, 4, 5)
    assert said(still)["stock"] == "Coins in its known wallets did not change: 6 BTC at both dates."


def test_mined_by_its_own_word_is_said_apart(tmp_path: Path) -> None:
    paper, _ = one_coin()
    paper.pay([("stranger", 3 * BTC)], [("reserve", 3 * BTC)], 2)
    found = audited(register(tmp_path, more=announcement(2, "mined", "3")), paper, 1, 5)
    assert said(found)["came in"] == (
        "From outside came 13 BTC, all mined. 3 BTC are mined by the holder's own word alone."
    )


def test_a_purchase_by_its_own_word_alone_is_said_so(tmp_path: Path) -> None:
    paper = Coins()
    txid = paper.pay([("stranger", 3 * BTC)], [("reserve", 3 * BTC)], 2)
    found = audited(register(tmp_path, more=announcement(2, "purchase", "3", txid)), paper, 1, 5)
    assert said(found)["came in"] == (
        "From outside came 3 BTC, all bought by the holder's own word alone."
    )
    assert said(found)["purchases"] == (
        "3 BTC count as bought. The holder's own word is an announcement, or books of about that"
        " amount: nobody else bears it out."
    )


@pytest.mark.parametrize(
    ("perimeter", "expected"),
    [
        ("state", "would have added 2 BTC, all from other wallets of this perimeter."),
        ("treasury", "would have added 2 BTC, all from outside this perimeter."),
        ("wallet:hot", "would have added 2 BTC, but shows wallets outside this perimeter."),
    ],
)
def test_a_dashboard_of_wallets_outside_says_nothing_of_what_was_inside(
    tmp_path: Path, perimeter: str, expected: str
) -> None:
    paper = Coins()
    coin = paper.pay([], [("evidence", 2 * BTC)], 1)
    paper.spend([(coin, 0)], [("reserve", 2 * BTC)], 3)
    options = {"perimeter": perimeter, "reserve": "wallet:reserve"}
    found = audited(register(tmp_path), paper, 2, 5, **options)
    assert said(found)["dashboard"].endswith(expected)
    assert found.sums["dashboard_sats"] == 2 * BTC


def owing(folder: Path, stated: dict[int, int], start: int = 2) -> Audit:
    """Ten coins since day 1, audited to day 5; of each day what is owed from then on."""
    paper, _ = one_coin()
    owed = [Liability(on(day), "office", btc * BTC) for day, btc in stated.items()]
    return audited(register(folder), paper, start, 5, liabilities=owed)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({}, "Coins in its known wallets did not change: 10 BTC at both dates."),
        (
            {1: 4, 3: 9},
            "Less what is stated as owed to clients, coins in its known wallets shrank by 5 BTC,"
            " from 6 BTC to 1 BTC; the wallets hold 10 BTC, of which 9 BTC are owed to clients.",
        ),
        (
            {1: 4},
            "Less what is stated as owed to clients, coins in its known wallets did not change:"
            " 6 BTC at both dates; the wallets hold 10 BTC, of which 4 BTC are owed to clients.",
        ),
        (
            {1: 12},
            "Less what is stated as owed to clients, coins in its known wallets did not change:"
            " -2 BTC at both dates; the wallets hold 10 BTC, but 12 BTC are owed to clients.",
        ),
        (
            {3: 9},
            "Coins in its known wallets did not change: 10 BTC at both dates. 9 BTC are owed to"
            " clients at the end; what was owed at the start is not stated, so the change of its"
            " own coins is not known.",
        ),
    ],
)
def test_what_is_owed_is_taken_off_only_where_it_is_stated_for_both_dates(
    tmp_path: Path, stated: dict[int, int], expected: str
) -> None:
    found = owing(tmp_path, stated)
    assert said(found)["stock"] == expected
    (first,) = [limit for limit in found.limits if limit.kind == "liabilities"][:1]
    assert first.concerns == (("Police",) if stated else ("Bitcoin office", "Police"))


def test_nothing_was_owed_on_wallets_that_were_empty(tmp_path: Path) -> None:
    stock = said(owing(tmp_path, {3: 9}, start=0))["stock"]
    assert stock.startswith(
        "Less what is stated as owed to clients, coins in its known wallets grew by 1 BTC"
    )


def test_what_others_owe_is_not_taken_off(tmp_path: Path) -> None:
    owed = [Liability(on(1), "office", 4 * BTC), Liability(on(1), "police", 5 * BTC)]
    for perimeter, expected in (("state", 9), ("treasury", 4)):
        options = {"perimeter": perimeter, "liabilities": owed}
        found = audited(register(tmp_path), one_coin()[0], 2, 5, **options)
        assert found.sums["owed_to_clients_at_end_sats"] == expected * BTC


def test_a_perimeter_without_any_known_wallet_says_so(tmp_path: Path) -> None:
    more = """
[entities.bank]
title = "Bank"
group = "state"
addresses_known = "none"
source = "paper"
[perimeters.bank]
title = "The bank"
entities = ["bank"]
"""
    known = register(tmp_path, more=more + announcement(2, "purchase", "3", who="bank"))
    found = audited(known, one_coin()[0], 1, 5, perimeter="bank")
    assert said(found) == {
        "stock": "None of its wallets is known: nothing can be said of its coins.",
        "announced": "3 BTC were announced as bought, mined, seized or given: no coins from outside"
        " were found for any of them in these wallets.",
    }
    assert kinds(found)[0] == "no addresses"


def test_announcements_of_a_holder_with_other_wallets_say_so(tmp_path: Path) -> None:
    paper, _ = one_coin()
    known = register(tmp_path, more=announcement(2, "purchase", "3"))
    text = said(audited(known, paper, 1, 5, perimeter="wallet:hot"))["announced"]
    assert text.endswith("Its holders have wallets outside this perimeter too.")


def test_an_announcement_that_states_only_a_transaction_counts_with_what_that_brought(
    tmp_path: Path,
) -> None:
    paper = Coins()
    txid = paper.pay([("stranger", 3 * BTC)], [("reserve", 3 * BTC)], 2)
    found = audited(register(tmp_path, more=announcement(2, "purchase", "", txid)), paper, 1, 5)
    assert found.sums["announced_sats"] == found.sums["announced_and_seen_sats"] == 3 * BTC
    assert [day.announced for day in found.days] == [0, 3 * BTC, 3 * BTC, 3 * BTC]


def test_a_fee_that_an_exchange_takes_off_is_not_a_coin_that_was_not_seen(tmp_path: Path) -> None:
    paper = Coins()
    paper.pay([("exchange", 3 * BTC)], [("reserve", 3 * BTC - 50_000)], 2)
    found = audited(register(tmp_path, more=announcement(2, "purchase", "3")), paper, 1, 5)
    assert found.sums["announced_not_seen_sats"] == 0
    assert found.announcements[0].missing_sats == 50_000


def test_a_sale_that_was_announced_and_not_seen(tmp_path: Path) -> None:
    paper, _ = one_coin()
    found = audited(register(tmp_path, more=announcement(2, "sale", "4")), paper, 1, 5)
    assert said(found)["announced as sold"] == (
        "4 BTC were announced as sold: no coins that left were found for 4 BTC."
    )


@pytest.mark.parametrize("payer", ["evidence", "exchange"])
def test_what_was_not_bought_has_no_cost(tmp_path: Path, payer: str) -> None:
    """Coins of a sister wallet are worth the day's price, which says nothing of their cost."""
    paper = Coins()
    coin = paper.pay([], [("evidence", BTC)], 1)
    paper.pay([("exchange", BTC)], [("hot", BTC)], 2)
    if payer == "evidence":
        paper.spend([(coin, 0)], [("reserve", BTC)], 3)
    prices = {on(day): 50_000.0 for day in range(1, 5)}
    found = audited(register(tmp_path), paper, 1, 5, perimeter="treasury", prices=prices)
    cost = said(found)["cost"]
    assert "were worth" in cost
    assert cost.endswith("no cost.") == (payer == "evidence")


def test_client_deposits_without_a_statement_of_what_is_owed(tmp_path: Path) -> None:
    paper = Coins()
    txid = paper.pay([("client", 2 * BTC)], [("reserve", 2 * BTC)], 2)
    record = PaymentRecord(on(2), "office", 2 * BTC, "client deposit", txid=txid[::-1].hex())
    found = audited(register(tmp_path), paper, 1, 5, payments=[record])
    assert said(found)["came in"] == "From outside came 2 BTC, all brought by clients."
    (limit,) = [limit for limit in found.limits if limit.kind == "liabilities"]
    assert "Clients brought 2 BTC by the keeper's books." in limit.text
