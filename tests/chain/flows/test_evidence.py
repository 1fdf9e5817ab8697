"""How sure: one side's own word, labels, and what makes labels doubtful."""

from pathlib import Path

import pytest

from kilosat.chain.flows import Flow, PaymentRecord, PerimeterFlows, classify
from kilosat.chain.register import read_register
from kilosat.provenance import Source

from .paper import Paper, announcement, flows, label, on, register

BTC = 100_000_000
BOOKS = Source("books", "books of the office", "the office")


def crossing(found: PerimeterFlows) -> Flow:
    (one,) = [flow for flow in found.flows if flow.kind != "internal" and flow.sub_kind != "fee"]
    return one


def test_books_that_name_the_transaction_are_strong(tmp_path: Path) -> None:
    paper = Paper()
    txid = paper.pay([("stranger", 2 * BTC)], [("reserve", BTC), ("stranger", BTC - 10)])
    record = PaymentRecord(on(1), "office", BTC, "purchase", None, "7", BOOKS, txid[::-1].hex())
    assert crossing(flows(tmp_path, paper, payments=[record])).confidence == "strong"


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize(("stated", "matched"), [("25", 25), ("10", 10)])
def test_coins_of_a_coinbase_that_were_announced_as_mined(
    named: bool, stated: str, matched: int, tmp_path: Path
) -> None:
    """What the chain proves is not called unseen; of two blocks one announcement may speak."""
    paper = Paper()
    txid = paper.pay([], [("reserve", matched * BTC)], 1)
    words = announcement(2, "mined", stated, txid if named else b"")
    found = flows(tmp_path, paper, more=words)
    (said,) = found.announcements
    assert (said.status, said.matched_sats, said.txids) == ("matched", matched * BTC, (txid,))
    one = crossing(found)
    assert (one.sub_kind, one.confidence) == ("coinbase", "proven")
    assert [evidence.what for evidence in one.evidence] == ["chain", "announcement"]


@pytest.mark.parametrize("kind", ["purchase", "donation", "seizure"])
def test_coins_of_a_coinbase_are_nothing_else_whatever_is_said(kind: str, tmp_path: Path) -> None:
    paper = Paper()
    txid = paper.pay([], [("reserve", 25 * BTC)], 1)
    for named, status in ((b"", "not seen"), (txid, "contradicted")):
        found = flows(tmp_path, paper, more=announcement(1, kind, "25", named))
        assert found.announcements[0].status == status
        assert found.announcements[0].instead == ((txid,) if named else ())
        assert (crossing(found).sub_kind, len(crossing(found).evidence)) == ("coinbase", 1)


def test_coins_that_an_exchange_paid_were_not_mined_because_it_is_said(tmp_path: Path) -> None:
    paper = Paper()
    txid = paper.pay([("exchange", BTC + 10)], [("reserve", BTC)], 1)
    by_amount = flows(tmp_path, paper, more=announcement(1, "mined", "1"))
    assert by_amount.announcements[0].status == "not seen"
    assert crossing(by_amount).sub_kind == "purchase"
    named = crossing(flows(tmp_path, paper, more=announcement(1, "mined", "1", txid)))
    assert (named.sub_kind, named.confidence) == ("stated", "weak")
    assert [evidence.what for evidence in named.evidence] == ["announcement", "label"]


@pytest.mark.parametrize("kind", ["purchase", "donation"])
def test_a_transaction_that_only_sent_coins_out_contradicts_what_is_said_to_have_come(
    kind: str, tmp_path: Path
) -> None:
    paper = Paper()
    paper.pay([], [("reserve", 2 * BTC)], 1)
    gone = paper.pay([("reserve", 2 * BTC)], [("stranger", 2 * BTC - 10)], 2)
    (said,) = flows(tmp_path, paper, more=announcement(2, kind, "2", gone)).announcements
    assert (said.status, said.instead, said.matched_sats) == ("contradicted", (gone,), 0)


def test_two_coinbases_of_one_announcement(tmp_path: Path) -> None:
    paper = Paper()
    txids = [paper.pay([], [("reserve", 25 * BTC)], day) for day in (1, 2)]
    (said,) = flows(tmp_path, paper, more=announcement(1, "mined", "50")).announcements
    assert (said.status, said.txids) == ("matched", tuple(txids))


def test_two_documents_of_the_same_side_are_one_word(tmp_path: Path) -> None:
    """An announcement and books of about the amount: nobody else says so."""
    paper = Paper()
    paper.pay([("stranger", 2 * BTC)], [("reserve", BTC), ("stranger", BTC - 10)])
    record = PaymentRecord(on(1), "office", BTC, "purchase", None, "7", BOOKS)
    found = flows(tmp_path, paper, more=announcement(1, "purchase", "1"), payments=[record])
    assert (crossing(found).sub_kind, crossing(found).confidence) == ("purchase", "weak")
    assert [one.what for one in crossing(found).evidence] == ["payment record", "announcement"]


def test_the_label_of_an_exchange_is_shown_with_its_source_and_with_what_else_it_may_be(
    tmp_path: Path,
) -> None:
    paper = Paper()
    paper.pay([("exchange", BTC + 10)], [("reserve", BTC)])
    (shown,) = crossing(flows(tmp_path, paper)).evidence
    assert "exchange" in shown.text
    assert "withdrawal" in shown.text
    assert shown.source is not None
    assert shown.source.key == "paper"


def test_labels_of_two_sources_are_two_pieces_of_evidence(tmp_path: Path) -> None:
    paper = Paper()
    paper.pay([("exchange", BTC), ("bourse", BTC)], [("reserve", 2 * BTC - 10)])
    found = crossing(flows(tmp_path, paper, more=label("bourse", "exchange")))
    assert found.sats == 2 * BTC - 10
    assert [one.source is None for one in found.evidence] == [True, False]


def test_of_many_labels_of_a_source_the_first_are_named(tmp_path: Path) -> None:
    paper = Paper()
    names = [f"bourse {number}" for number in range(9)]
    paper.pay([(name, BTC) for name in names], [("reserve", 9 * BTC - 10)])
    more = "".join(label(name, "exchange") for name in names)
    (shown,) = crossing(flows(tmp_path, paper, more=more)).evidence
    assert "bourse 4 and 4 more" in shown.text


def test_a_payer_that_is_a_state_s_is_shown_and_makes_no_purchase_of_an_amount(
    tmp_path: Path,
) -> None:
    """Coins of another public wallet, announced as bought."""
    paper = Paper()
    txid = paper.pay([("ministry", BTC + 10)], [("reserve", BTC)])
    more = label("ministry", "state")
    found = flows(tmp_path, paper, more=more + announcement(1, "purchase", "1"))
    assert (crossing(found).sub_kind, crossing(found).confidence) == ("unexplained", "none")
    assert "labelled as a state: ministry" in crossing(found).evidence[0].text
    assert found.announcements[0].status == "not seen"
    # One that names the transaction does say so; the label stays beside it.
    found = flows(tmp_path, paper, more=more + announcement(1, "purchase", "1", txid))
    assert (crossing(found).sub_kind, crossing(found).confidence) == ("purchase", "weak")
    assert [one.what for one in crossing(found).evidence] == ["announcement", "label"]


def test_a_pool_in_what_looks_like_a_coinjoin_is_weak(tmp_path: Path) -> None:
    paper = Paper()
    paper.pay(
        [("pool", 3 * BTC), ("x", 2 * BTC), ("y", 2 * BTC)],
        [("reserve", BTC), ("p", BTC), ("q", BTC), ("pool", 2 * BTC - 10), ("s", 2 * BTC)],
    )
    one = crossing(flows(tmp_path, paper))
    assert one.is_coinjoin_like
    assert (one.sub_kind, one.confidence) == ("pool payout", "weak")
    assert "coinjoin" in one.evidence[-1].text


def test_where_others_paid_and_were_paid_too_nobody_knows_whose_coins_came(tmp_path: Path) -> None:
    """Police and a stranger pay the treasury and another: the register shows that police paid."""
    paper = Paper()
    paper.pay([("evidence", BTC), ("stranger", BTC)], [("reserve", BTC), ("other", BTC - 10)])
    one = crossing(flows(tmp_path, paper, "treasury"))
    assert (one.sub_kind, one.sats, one.confidence) == ("transfer", BTC, "weak")
    assert "cannot be told" in one.evidence[-1].text
    # With nobody else paid, all that both gave came in, so the parts are certain.
    paper = Paper()
    paper.pay([("evidence", BTC), ("stranger", 3 * BTC)], [("reserve", 4 * BTC)])
    parts = flows(tmp_path, paper, "treasury").flows
    assert [(one.sub_kind, one.sats, one.confidence) for one in parts] == [
        ("transfer", BTC, "proven"),
        ("unexplained", 3 * BTC, "none"),
    ]


@pytest.mark.parametrize(
    ("attribution", "confidence"),
    [("owner", "proven"), ("filing", "proven"), ("third-party", "strong"), ("assumed", "weak")],
)
def test_what_moved_inside_is_as_sure_as_whose_the_wallets_are(
    tmp_path: Path, attribution: str, confidence: str
) -> None:
    register(tmp_path)
    path = tmp_path / "register.toml"
    text = path.read_text("utf-8")
    key = text.index("[wallets.hot]")
    text = text[:key] + text[key:].replace('"owner"', f'"{attribution}"', 1)
    path.write_text(text, encoding="utf-8")
    paper = Paper()
    paper.pay([("hot", BTC)], [("reserve", BTC // 2), ("hot", BTC // 2 - 10)])
    found = classify(paper.entries, read_register(path), "state")
    sure = {one.sub_kind: one.confidence for one in found.flows}
    assert sure == {"change": "proven", "moved": confidence, "fee": "proven"}
    # Seen from the reserve wallet alone, the same is a transfer.
    found = classify(paper.entries, read_register(path), "wallet:reserve")
    assert crossing(found).confidence == confidence


def test_a_client_s_deposit_of_that_amount_does_not_bear_out_an_announcement(
    tmp_path: Path,
) -> None:
    """Of another entity, or known from the books: coins are not found for it."""
    paper = Paper()
    paper.pay([("client", BTC + 10)], [("evidence", BTC)])
    found = flows(tmp_path, paper, more=announcement(1, "purchase", "1"))
    assert (crossing(found).sub_kind, found.announcements[0].status) == ("unexplained", "not seen")
    paper = Paper()
    txid = paper.pay([("client", BTC + 10)], [("reserve", BTC)])
    kind = "client deposit"
    record = PaymentRecord(on(1), "office", BTC, kind, None, "7", BOOKS, txid[::-1].hex())
    found = flows(tmp_path, paper, more=announcement(1, "purchase", "1"), payments=[record])
    assert (crossing(found).sub_kind, found.announcements[0].status) == (kind, "not seen")
    # A purchase at an exchange may arrive with a sister.
    paper = Paper()
    paper.pay([("exchange", BTC + 10)], [("evidence", BTC)])
    found = flows(tmp_path, paper, more=announcement(1, "purchase", "1"))
    assert found.announcements[0].status == "matched"


def test_one_move_stands_for_one_announcement(tmp_path: Path) -> None:
    """Five announced, one coin moved: the other four are not seen at all."""
    paper = Paper()
    txid = paper.pay([("hot", BTC + 10)], [("reserve", BTC)])
    more = "".join(announcement(day, "purchase", "1") for day in range(1, 6))
    found = flows(tmp_path, paper, more=more).announcements
    assert {one.status for one in found} == {"not seen"}
    assert [one.instead for one in found] == [(txid,), (), (), (), ()]
    assert [one.moved_sats for one in found] == [BTC, 0, 0, 0, 0]


def test_a_fee_is_at_most_what_is_given_where_an_input_is_not_known(tmp_path: Path) -> None:
    paper = Paper()
    paper.pay([("reserve", BTC), ("?", 0)], [("stranger", BTC - 10)])
    (fee, _) = flows(tmp_path, paper).flows
    assert (fee.sub_kind, fee.sats, fee.confidence) == ("fee", 10, "weak")


def test_a_batch_of_an_exchange_gives_each_perimeter_its_own_part(tmp_path: Path) -> None:
    paper = Paper()
    paper.pay(
        [("exchange", 10 * BTC)],
        [("reserve", 3 * BTC), ("evidence", 2 * BTC), ("client", BTC), ("exchange", 4 * BTC - 10)],
    )
    for perimeter, sats in (("state", 5), ("treasury", 3), ("wallet:evidence", 2)):
        one = crossing(flows(tmp_path, paper, perimeter))
        assert (one.sub_kind, one.sats) == ("purchase", sats * BTC)
