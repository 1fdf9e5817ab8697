"""The table on a day, against totals that others published."""

from datetime import date
from itertools import pairwise

import pytest

from kilosat.chain.treasuries import (
    HoldingReport,
    TreasuryError,
    TreasuryTable,
    doubts,
    read_reports,
    treasuries,
)
from kilosat.provenance import Source

BTC = 100_000_000
TODAY = date(2026, 4, 30)


@pytest.fixture(scope="module")
def table() -> TreasuryTable:
    return treasuries(TODAY)


def report(holder: str, day: date, sats: int, **more: str) -> HoldingReport:
    source = Source("test", "a test", "kilosat's tests")
    kind = more.pop("kind", "government")
    reporter = more.pop("reporter", "a tracker")
    return HoldingReport(holder, kind, day, sats, "attributed", reporter, source, **more)  # type: ignore[arg-type]


def total(table: TreasuryTable, kind: str) -> int:
    return next(one.sats for one in table.totals if one.kind == kind)


def test_governments_hold_what_was_published_for_them() -> None:
    """cryptocoverage.co, 2025-07-30, from BitcoinTreasuries: 517,296 BTC.

    It took El Salvador's dashboard of that day; the last one here is ten days older.
    """
    ours = total(treasuries(date(2025, 7, 30)), "government")
    assert ours == pytest.approx(517_296 * BTC, rel=1e-5)


def test_listed_companies_hold_no_more_than_all_companies() -> None:
    """BitcoinTreasuries.NET: all public companies 1,000,698 BTC on 2025-09-04.

    The list here has 16 of them by then, without Riot, Tesla and most others.
    """
    table = treasuries(date(2025, 9, 4))
    ours = total(table, "company")
    assert 0.75 * 1_000_698 * BTC < ours < 1_000_698 * BTC
    assert [row.sats for row in table.aggregates] == [1_000_698 * BTC]


def test_published_sums_are_in_no_sum_and_have_no_rank(table: TreasuryTable) -> None:
    assert [(row.sats, row.rank) for row in table.aggregates] == [(1_160_000 * BTC, None)]
    assert {one.kind for one in table.totals} == {"government", "company"}
    assert sum(one.sats for one in table.totals) == sum(row.sats for row in table.rows)
    assert sum(one.holders for one in table.totals) == len(table.rows)


def test_rows_are_ranked_by_coins(table: TreasuryTable) -> None:
    assert [row.rank for row in table.rows] == list(range(1, len(table.rows) + 1))
    assert all(above.sats >= below.sats for above, below in pairwise(table.rows))
    first = [row.holder for row in table.rows[:4]]
    assert first == ["Strategy", "United States", "China", "United Kingdom"]


def test_equal_holders_share_a_rank() -> None:
    day = date(2025, 1, 1)
    holders = {"A": 5, "B": 7, "C": 7, "D": 9}
    table = treasuries(day, [report(name, day, sats) for name, sats in holders.items()])
    assert [(row.holder, row.rank) for row in table.rows] == [
        ("D", 1),
        ("B", 2),
        ("C", 2),
        ("A", 4),
    ]


def test_reports_after_the_day_are_not_there() -> None:
    """Bhutan on 2025-12-31: 6,262 BTC of 2025-10-20 (Arkham), not 5,700 of February."""
    row = treasuries(date(2025, 12, 31)).holder("bhutan")
    assert (row.sats, row.report.day, row.age_days) == (6262 * BTC, date(2025, 10, 20), 72)
    assert max(one.day for one in row.history) == date(2025, 10, 20)
    assert row.previous is not None
    assert row.change_sats == (6262 - 11286) * BTC


def test_history_has_every_report_to_the_day_in_order(table: TreasuryTable) -> None:
    for row in (*table.rows, *table.aggregates):
        own = [one for one in read_reports() if one.holder == row.holder]
        assert list(row.history) == sorted(own, key=lambda one: one.day)


def test_a_change_of_the_way_of_counting_is_no_purchase() -> None:
    """2,861 BTC by press estimate on 2024-03-12, 5,689.68 on one address two days later."""
    row = treasuries(date(2024, 3, 14)).holder("el-salvador")
    assert row.sats == 568_968_000_000
    assert row.change_sats is None
    assert "counted another way before: press estimate" in row.change_note


def test_a_change_of_the_counter_is_said(table: TreasuryTable) -> None:
    """United States: 198,012 by BitcoinTreasuries, then 328,000 by Arkham."""
    row = table.holder("united-states")
    assert row.change_sats == (328_000 - 198_012) * BTC
    assert "counted by BitcoinTreasuries before" in row.change_note


def test_reports_of_a_day_that_disagree_are_both_kept_and_the_lower_counts() -> None:
    day = date(2025, 6, 1)
    given = [
        report("A", date(2025, 5, 1), 50),
        report("A", day, 100, reporter="one"),
        report("A", day, 130, reporter="another"),
    ]
    row = treasuries(date(2025, 7, 1), given).holder("a")
    assert (row.sats, row.most_sats, row.is_disputed, row.change_sats) == (100, 130, True, None)
    assert "reports of the same day disagree" in " ".join(doubts(row))
    later = treasuries(date(2025, 9, 1), [*given, report("A", date(2025, 8, 1), 90)]).holder("a")
    assert (later.change_sats, later.change_note) == (None, "earlier reports of one day disagree")


@pytest.mark.parametrize(
    ("holder", "words"),
    [
        ("ukraine", "low confidence"),
        ("tesla", "the day is not certain"),
        # "308.8 direct + 194.85 ETF" and "1,617 pledged".
        ("digitalx", "held through a fund"),
        ("sequans", "pledged"),
    ],
)
def test_what_speaks_against_a_figure_is_said(
    table: TreasuryTable, holder: str, words: str
) -> None:
    assert words in "; ".join(doubts(table.holder(holder)))


def test_low_confidence_is_summed_apart(table: TreasuryTable) -> None:
    """The list calls China's 194,000 and Ukraine's 46,351 doubtful."""
    governments = next(one for one in table.totals if one.kind == "government")
    assert governments.low_sats == (194_000 + 46_351) * BTC


def test_nothing_is_verified_unless_somebody_counted(table: TreasuryTable) -> None:
    assert all(row.verified is None and row.verified_share is None for row in table.rows)
    assert [(one.verified_sats, one.verified_holders) for one in table.totals] == [(None, 0)] * 2


def test_one_kind_or_one_holder(table: TreasuryTable) -> None:
    governments = table.of_kind("government")
    assert {row.kind for row in governments.rows} == {"government"}
    assert governments.rows[0].rank == 2  # behind Strategy, as in the whole table
    assert [one.kind for one in governments.totals] == ["government"]
    assert not governments.aggregates
    assert not table.of_kind("aggregate").rows
    assert [row.holder for row in table.only("DJT").rows] == ["Trump Media (DJT)"]
    assert [row.kind for row in table.only("all-public-companies").aggregates] == ["aggregate"]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda t: t.holder("butan"), "did you mean 'bhutan'?"),
        (lambda t: t.of_kind("goverment"), "did you mean 'government'?"),
        (lambda t: t.of_kind("fund"), "no holder of kind 'fund' has a report by 2026-04-30"),
        (lambda t: t.with_evidence({"atlantis": None}), "'atlantis' is not a holder"),
        (lambda _: treasuries(date(2009, 1, 3)), "there is no report by 2009-01-03"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(table: TreasuryTable, ask, message: str) -> None:
    with pytest.raises(TreasuryError) as caught:
        ask(table)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
