"""A state's bitcoin on a real chain, audited to the satoshi through every kind of source."""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from kilosat.chain.archive import ArchiveSource, write_archive
from kilosat.chain.audit import Audit
from kilosat.chain.inspection import Asked, Inspection, inspect
from kilosat.chain.ledger import Ledger
from kilosat.chain.sources import ChainSource
from kilosat.chain.sources.core.adapter import core_source
from kilosat.chain.sources.electrum import electrum_source
from kilosat.chain.sources.esplora import esplora_source
from kilosat.definitions.price_history import read_price_history

from ..regtest.books import SATS, Books
from ..regtest.electrumx_server import ElectrumXServer
from ..regtest.esplora_server import EsploraServer
from ..regtest.scenario import DAILY, FEE, PURCHASE_SATS, PURCHASES, RETAIL_SATS
from ..regtest.scenario_register import OWED_BTC, WATCHED
from ..regtest.told import Told

SERVERS = ("core", "electrum", "esplora")
SOURCES = (*SERVERS, "archive")
LOST_SATS = 250 * SATS


@dataclass(frozen=True)
class Read:
    """What was read through a source: its ledger, and the audits before the reorganisation (not
    through the archive) and after it.
    """

    path: Path
    before: Inspection | None
    after: Inspection


@pytest.fixture(scope="module")
def read(told: Told, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Read]:
    """The state read through each source, with the reorganisation between two audits."""
    folder = tmp_path_factory.mktemp("ledgers")
    with ExitStack() as stack:
        electrum = stack.enter_context(ElectrumXServer(told.node, folder / "electrumx"))
        esplora = stack.enter_context(EsploraServer(told.node))
        sources: dict[str, ChainSource] = {
            "core": core_source(told.node.url, told.node.cookie, network="regtest"),
            "electrum": electrum_source(electrum.tcp, "regtest"),
            "esplora": esplora_source(esplora.url, "regtest"),
        }
        for source in sources.values():
            stack.callback(source.close)
        paths = {kind: folder / f"{kind}.ledger" for kind in SOURCES}
        electrum.wait_for_tip()
        before = {kind: _audited(told, one, paths[kind]) for kind, one in sources.items()}
        told.lose_it()
        electrum.wait_for_tip()
        after = {kind: _audited(told, one, paths[kind]) for kind, one in sources.items()}
        with Ledger.read_only(paths["core"]) as ledger:
            write_archive(folder / "state.archive", ledger, sources["core"], told.path)
        archive = ArchiveSource.open(folder / "state.archive")
        after["archive"] = _audited(told, archive, paths["archive"])
    return {kind: Read(paths[kind], before.get(kind), after[kind]) for kind in SOURCES}


def _audited(told: Told, source: ChainSource, path: Path) -> Inspection:
    with Ledger.open(path, "regtest") as ledger:
        return inspect(told.register, source, ledger, Asked("state"), read_price_history())


@pytest.fixture(params=SOURCES)
def one(request: pytest.FixtureRequest, read: dict[str, Read]) -> Read:
    return read[request.param]


def test_every_balance_at_every_height_is_that_of_the_script_s_own_books(
    told: Told, one: Read
) -> None:
    books = told.scenario.books
    with Ledger.read_only(one.path) as ledger:
        tip = ledger.tip()
        assert tip is not None
        assert tip.height == told.scenario.height
        wallets = {watched.script: watched.wallet for watched in ledger.watched()}
        for height in range(tip.height + 1):
            found = dict.fromkeys(WATCHED, 0)
            for script, sats in ledger.balances(height).items():
                found[wallets[script]] += sats
            assert found == {party: books.balance(party, height) for party in WATCHED}


def test_all_four_sources_give_one_ledger_and_one_audit(read: dict[str, Read]) -> None:
    fingerprints, audits = set(), []
    for one in read.values():
        with Ledger.read_only(one.path) as ledger:
            fingerprints.add(ledger.fingerprint())
        audits.append(one.after.audit)
    assert len(fingerprints) == 1
    first = audits[0]
    for other in audits[1:]:
        assert other.sums == first.sums
        assert other.flows == first.flows
        assert other.coins == first.coins
        assert other.scopes == first.scopes
        assert [other.say(fact) for fact in other.verdict] == [
            first.say(fact) for fact in first.verdict
        ]


def test_the_source_s_own_word_on_unspent_coins_agrees(one: Read) -> None:
    (check,) = one.after.checks.values()
    assert not check.differences
    # An archive that was made without a list of unspent coins has no word of its own.
    assert check.agrees or one.before is None


@pytest.mark.parametrize("kind", SERVERS)
def test_a_purchase_that_was_reorganised_away_is_reported_and_gone(
    told: Told, read: dict[str, Read], kind: str
) -> None:
    one = read[kind]
    (seen,) = one.after.outcome.reorganisations
    assert seen.lost.height - seen.fork.height == 6
    assert seen.retracted == (bytes.fromhex(told.scenario.lost_purchase)[::-1],)
    with Ledger.read_only(one.path) as ledger:
        assert ledger.entry(seen.retracted[0]) is None
        assert ledger.reorganisations() == (seen,)
    assert one.before is not None
    lost = one.before.audit.sums["purchased_sats"] - one.after.audit.sums["purchased_sats"]
    # Between the two the retail wallet bought five coins.
    assert lost == LOST_SATS - 5 * SATS
    (claim,) = [m for m in one.after.audit.announcements if "just confirmed" in m.announcement.text]
    assert (claim.status, claim.matched_sats) == ("not seen", 0)


def test_the_verdict_on_the_whole_state_is_that_of_the_books(told: Told, one: Read) -> None:
    sums, books = one.after.audit.sums, told.scenario.books
    assert sums["stock_at_end_sats"] == sum(books.balance(party) for party in WATCHED)
    assert sums["owed_to_clients_at_end_sats"] == OWED_BTC * SATS
    assert sums["public_stock_at_end_sats"] == sums["stock_at_end_sats"] - OWED_BTC * SATS
    assert sums["mined_sats"] == _gained(books, WATCHED, "mined", "pool payout")
    bought = PURCHASES * PURCHASE_SATS + RETAIL_SATS + 50 * SATS + 5 * SATS
    assert sums["purchased_sats"] == bought
    # All came from the exchange; of the purchases that were announced, 16 were not lost.
    announced = (PURCHASES - 2) * PURCHASE_SATS
    assert sums["purchased_with_strong_evidence_sats"] == announced
    assert sums["purchased_by_label_alone_sats"] == bought - announced
    assert sums["purchased_by_word_alone_sats"] == 0
    assert sums["seized_sats"] == 200 * SATS
    assert sums["donated_sats"] == 3 * 546
    assert sums["client_deposits_sats"] == 10 * SATS
    assert sums["unexplained_in_sats"] == 77 * SATS
    assert sums["sold_sats"] == 10 * SATS
    assert sums["paid_out_sats"] == SATS
    assert sums["unexplained_out_sats"] == 3 * SATS
    assert sums["internal_churn_sats"] == DAILY * SATS
    # Paid by the state: the consolidation, a withdrawal, the coinjoin, the split, two outflows.
    assert sums["fees_sats"] == (DAILY + 1 + 1 + 1 + 2) * FEE


def test_announced_coins_that_came_from_inside_are_not_seen(one: Read) -> None:
    sums = one.after.audit.sums
    # Of 18 purchases 16 were announced, and the seizure.
    seen = (PURCHASES - 2) * PURCHASE_SATS + 200 * SATS
    assert sums["announced_and_seen_sats"] == seen
    assert sums["announced_not_seen_sats"] == DAILY * SATS + LOST_SATS
    assert sums["announced_and_moved_sats"] == DAILY * SATS
    assert (sums["announced_sold_sats"], sums["announced_sold_not_seen_sats"]) == (10 * SATS, 0)
    daily = [m for m in one.after.audit.announcements if "one more" in m.announcement.text]
    assert len(daily) == DAILY
    assert all(match.status == "not seen" and match.instead for match in daily)


def test_a_dashboard_of_the_reserve_wallet_alone_grows_by_what_came_from_inside(
    told: Told, one: Read
) -> None:
    sums = one.after.audit.sums
    assert sums["dashboard_from_inside_sats"] == DAILY * SATS
    outside = PURCHASES * PURCHASE_SATS + 50 * SATS + 77 * SATS + 3 * 546
    assert sums["dashboard_from_outside_sats"] == outside


@pytest.mark.parametrize(
    ("scope", "parties"),
    [
        ("state", set(WATCHED)),
        ("treasury", {"treasury", "mine"}),
        ("reserve-wallet", {"treasury"}),
        ("wallet:retail", {"retail"}),
        ("wallet:police", {"police"}),
        ("wallet:mine", {"mine"}),
    ],
)
def test_every_perimeter_changes_by_what_the_books_say(
    told: Told, one: Read, scope: str, parties: set[str]
) -> None:
    books = told.scenario.books
    (found,) = [totals.sums for totals in one.after.audit.scopes if totals.scope.key == scope]
    balance = sum(books.balance(party) for party in parties)
    assert found["stock_at_end_sats"] == found["net_change_sats"] == balance
    in_and_out = found["came_in_sats"] - found["went_out_sats"] - found["fees_sats"]
    assert in_and_out == balance


def test_the_answer_depends_on_the_perimeter(one: Read) -> None:
    """For the treasury alone the consolidation is an inflow, for the state it only moves."""
    sums = {totals.scope.key: totals.sums for totals in one.after.audit.scopes}
    assert sums["treasury"]["transfers_in_sats"] == DAILY * SATS
    assert sums["treasury"]["internal_churn_sats"] == 0
    assert sums["state"]["transfers_in_sats"] == 0


def test_the_split_leaves_coins_of_at_most_500_under_fresh_keys(one: Read) -> None:
    found: Audit = one.after.audit
    reserve = [coin for coin in found.coins if coin.wallet == "treasury"]
    assert max(coin.sats for coin in reserve) <= 500 * SATS
    assert len([coin for coin in reserve if coin.exposure == "hidden"]) >= 13


def test_every_number_of_the_verdict_is_explained_down_to_a_source(one: Read) -> None:
    found = one.after.audit
    for fact in found.verdict:
        assert not any(letter.isdigit() for letter in fact.text)
        for name in fact.figures:
            tree = found.explain(name)
            leaves = [leaf for leaf in tree.walk() if not leaf.inputs]
            assert all(leaf.sources or leaf.assumption for leaf in leaves)


def _gained(books: Books, parties: Iterable[str], *reasons: str) -> int:
    return sum(books.gained(set(parties), why) for why in reasons)
