"""What each transaction is called, on what evidence and how sure; the perimeter decides."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kilosat.chain.flows import (
    Flow,
    PaymentRecord,
    PerimeterFlows,
    classify_all,
)
from kilosat.chain.register import Register
from kilosat.provenance import Source

from .paper import Paper, announcement, flows, on, register

BTC = 100_000_000
BOOKS = Source("books", "books of the office", "the office")


def named(found: PerimeterFlows) -> list[tuple[str, str, int, str]]:
    return [(one.kind, one.sub_kind, one.sats, one.confidence) for one in found.flows]


def only(found: PerimeterFlows) -> Flow:
    (one,) = found.flows
    return one


def test_a_coinbase_is_mined_and_proven(tmp_path: Path) -> None:
    paper = Paper()
    paper.pay([], [("reserve", BTC)])
    assert named(flows(tmp_path, paper)) == [("mined", "coinbase", BTC, "proven")]


def test_a_pool_s_label_makes_it_mined_not_bought(tmp_path: Path) -> None:
    paper = Paper()
    paper.pay([("pool", 2 * BTC)], [("reserve", BTC), ("pool", BTC - 10)])
    said = announcement(1, "purchase", "1")
    found = flows(tmp_path, paper, more=said)
    assert named(found) == [("mined", "pool payout", BTC, "strong")]
    assert found.announcements[0].status == "not seen"


def test_a_label_alone_is_weak_evidence_of_a_purchase(tmp_path: Path) -> None:
    paper = Paper()
    paper.pay([("exchange", 2 * BTC)], [("reserve", BTC), ("exchange", BTC - 10)])
    found = flows(tmp_path, paper)
    assert named(found) == [("inflow", "purchase", BTC, "weak")]
    assert only(found).counterparties[0].name == "exchange"
    assert only(found).evidence[0].what == "label"


def test_an_announcement_alone_is_weak_and_with_a_label_strong(tmp_path: Path) -> None:
    said = announcement(3, "purchase", "1")
    paper = Paper()
    paper.pay([("stranger", 2 * BTC)], [("reserve", BTC), ("stranger", BTC - 10)])
    assert named(flows(tmp_path, paper, more=said)) == [("inflow", "purchase", BTC, "weak")]
    paper = Paper()
    paper.pay([("exchange", 2 * BTC)], [("reserve", BTC), ("exchange", BTC - 10)])
    assert named(flows(tmp_path, paper, more=said)) == [("inflow", "purchase", BTC, "strong")]


def test_an_announcement_that_names_the_transaction_is_still_its_own_word(tmp_path: Path) -> None:
    paper = Paper()
    txid = paper.pay([("stranger", 2 * BTC)], [("reserve", BTC), ("stranger", BTC - 10)])
    found = flows(tmp_path, paper, more=announcement(300, "purchase", "1", txid))
    assert named(found) == [("inflow", "purchase", BTC, "weak")]
    assert only(found).evidence[0].names_transaction


def test_without_evidence_it_is_unexplained(tmp_path: Path) -> None:
    paper = Paper()
    paper.pay([("stranger", 2 * BTC)], [("reserve", BTC), ("stranger", BTC - 10)])
    paper.pay([("reserve", BTC)], [("stranger", BTC - 10)])
    assert named(flows(tmp_path, paper)) == [
        ("inflow", "unexplained", BTC, "none"),
        ("outflow", "fee", 10, "proven"),
        ("outflow", "unexplained", BTC - 10, "none"),
    ]


def test_more_than_was_announced_stays_unexplained(tmp_path: Path) -> None:
    paper = Paper()
    txid = paper.pay([("stranger", 5 * BTC)], [("reserve", 3 * BTC), ("stranger", BTC)])
    found = flows(tmp_path, paper, more=announcement(1, "purchase", "1", txid))
    assert named(found) == [
        ("inflow", "purchase", BTC, "weak"),
        ("inflow", "unexplained", 2 * BTC, "none"),
    ]


@pytest.mark.parametrize("kind", ["seizure", "donation"])
def test_what_was_announced_otherwise_is_called_so(tmp_path: Path, kind: str) -> None:
    paper = Paper()
    paper.pay([("stranger", 2 * BTC)], [("evidence", BTC), ("stranger", BTC - 10)])
    said = announcement(1, kind, "1", who="police")
    assert named(flows(tmp_path, paper, more=said)) == [("inflow", kind, BTC, "weak")]


def test_dust_is_dust_even_from_strangers(tmp_path: Path) -> None:
    paper = Paper()
    paper.pay([("stranger", BTC)], [("reserve", 546), ("stranger", BTC - 1000)])
    assert named(flows(tmp_path, paper)) == [("inflow", "dust", 546, "proven")]


def test_consolidation_looks_like_a_purchase_only_to_the_smaller_perimeter(tmp_path: Path) -> None:
    """The dispute: coins of another public wallet, announced as bought."""
    paper = Paper()
    txid = paper.pay([("evidence", 2 * BTC)], [("reserve", BTC), ("evidence", BTC - 10)])
    said = announcement(1, "purchase", "1", txid)
    state = flows(tmp_path, paper, more=said)
    assert named(state) == [
        ("internal", "change", BTC - 10, "proven"),
        ("internal", "moved", BTC, "proven"),
        ("outflow", "fee", 10, "proven"),
    ]
    assert (state.announcements[0].status, state.announcements[0].instead) == (
        "contradicted",
        (txid,),
    )
    treasury = flows(tmp_path, paper, "treasury", more=said)
    assert named(treasury) == [("inflow", "transfer", BTC, "proven")]
    assert treasury.announcements[0].status == "contradicted"


def test_an_announced_amount_that_only_moved_inside_is_pointed_at(tmp_path: Path) -> None:
    paper = Paper()
    txid = paper.pay([("hot", BTC + 10)], [("reserve", BTC)])
    (match,) = flows(tmp_path, paper, more=announcement(2, "purchase", "1")).announcements
    assert (match.status, match.matched_sats, match.instead) == ("not seen", 0, (txid,))


def test_a_sale_by_label_and_announcement(tmp_path: Path) -> None:
    paper = Paper()
    paper.pay([("reserve", BTC)], [("exchange", BTC - 10)])
    said = announcement(1, "sale", "0.9999999")
    assert named(flows(tmp_path, paper, more=said)) == [
        ("outflow", "fee", 10, "proven"),
        ("outflow", "sale", BTC - 10, "strong"),
    ]


@pytest.mark.parametrize(
    ("kind", "side"),
    [
        ("purchase", "inflow"),
        ("mined", "mined"),
        ("seizure", "inflow"),
        ("donation", "inflow"),
        ("client deposit", "inflow"),
        ("sale", "outflow"),
        ("payment", "outflow"),
        ("client withdrawal", "outflow"),
    ],
)
def test_the_keeper_s_own_books_name_a_transaction(tmp_path: Path, kind: str, side: str) -> None:
    paper = Paper()
    if side == "outflow":
        txid = paper.pay([("reserve", BTC + 10)], [("stranger", BTC)])
    else:
        txid = paper.pay([("stranger", BTC + 10)], [("reserve", BTC)])
    record = PaymentRecord(on(1), "office", BTC, kind, None, "7", BOOKS, txid[::-1].hex())
    found = flows(tmp_path, paper, payments=[record])
    (one,) = [flow for flow in found.flows if flow.sub_kind != "fee"]
    assert (one.kind, one.confidence) == (side, "strong")
    assert one.sub_kind == ("stated" if kind == "mined" else kind)
    assert one.evidence[0].source == BOOKS
    assert found.payments[0].matched_sats == BTC


def test_books_that_name_a_transaction_contradict_an_announcement_that_does(tmp_path: Path) -> None:
    paper = Paper()
    txid = paper.pay([("exchange", BTC + 10)], [("reserve", BTC)])
    record = PaymentRecord(on(1), "office", BTC, "donation", None, "7", BOOKS, txid[::-1].hex())
    named_too = announcement(1, "purchase", "1", txid)
    found = flows(tmp_path, paper, more=named_too, payments=[record])
    one = only(found)
    assert one.sub_kind == "donation"
    assert [evidence.what for evidence in one.evidence] == ["payment record", "label"]
    (said,) = found.announcements
    assert (said.status, said.instead, said.matched_sats) == ("contradicted", (txid,), 0)


def test_a_mixed_transaction_is_split(tmp_path: Path) -> None:
    paper = Paper()
    paper.pay(
        [("reserve", 3 * BTC), ("exchange", 9 * BTC)],
        [("reserve", 3 * BTC), ("hot", BTC), ("exchange", 8 * BTC - 10)],
    )
    found = flows(tmp_path, paper)
    assert named(found) == [
        ("internal", "change", 3 * BTC, "proven"),
        ("inflow", "purchase", BTC, "weak"),
    ]
    assert all(one.is_mixed for one in found.flows)


def test_an_unknown_payer_is_unknown(tmp_path: Path) -> None:
    paper = Paper()
    paper.pay([("?", 0)], [("reserve", BTC)])
    one = only(flows(tmp_path, paper))
    assert (one.sub_kind, one.confidence) == ("unexplained", "none")
    assert [(who.name, who.kind) for who in one.counterparties] == [
        ("not known to the source", "unknown")
    ]


def test_worth_is_at_the_close_of_the_day_and_unknown_without_one(tmp_path: Path) -> None:
    paper = Paper()
    paper.pay([], [("reserve", BTC // 2)], day=1)
    paper.pay([], [("reserve", BTC // 2)], day=2)
    found = flows(tmp_path, paper, prices={on(1): 40_000.0})
    assert [one.usd for one in found.flows] == [20_000.0, None]


def test_a_header_s_time_that_runs_back_does_not_change_the_day(tmp_path: Path) -> None:
    """Header times may run backwards by up to two hours; days of blocks never do."""
    paper = Paper()
    paper.pay([], [("reserve", 1)], day=5)
    paper.pay([], [("reserve", 2)], day=4)
    assert [one.day for one in flows(tmp_path, paper).flows] == [on(5), on(5)]


def test_no_such_perimeter_names_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="state"):
        flows(tmp_path, Paper(), "stat")
    with pytest.raises(KeyError, match="reserve, hot, evidence"):
        flows(tmp_path, Paper(), "wallet:cold")


NAMES = ("reserve", "hot", "evidence", "exchange", "pool", "stranger")
parts = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 3 * BTC)), max_size=4)
transactions = st.lists(st.tuples(parts, parts), max_size=8)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Register:
    said = "".join(announcement(day, "purchase", "1") for day in range(1, 4))
    return register(tmp_path_factory.mktemp("paper"), more=said)


@settings(max_examples=100, deadline=None)
@given(transactions)
def test_flows_of_every_perimeter_add_up_and_those_of_its_wallets_add_to_it(
    known: Register, story: list[tuple[list[tuple[str, int]], list[tuple[str, int]]]]
) -> None:
    paper = Paper()
    for inputs, outputs in story:
        lacking = sum(sats for _, sats in outputs) - sum(sats for _, sats in inputs)
        more = [("stranger", lacking)] if inputs and lacking > 0 else []
        paper.pay([*inputs, *more], outputs)
    found = classify_all(paper.entries, known)
    for one in found.values():
        gained = sum(entry.gained_by(one.scripts) for entry in paper.entries)
        assert one.net_sats == gained
        assert all(flow.sats > 0 for flow in one.flows)
        assert sum(match.matched_sats for match in one.announcements) <= sum(
            flow.sats for flow in one.flows if flow.kind == "inflow"
        )
    wallets = ("wallet:reserve", "wallet:hot", "wallet:evidence")
    assert found["state"].net_sats == sum(found[key].net_sats for key in wallets)
