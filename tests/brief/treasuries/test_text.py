"""The table in a terminal: it fits, and it says what is not known."""

from datetime import date

import pytest

from kilosat.brief.treasuries import Price, history_text, treasuries_text
from kilosat.chain.treasuries import (
    Evidence,
    HoldingReport,
    TreasuryTable,
    VerifiedCoins,
    treasuries,
)
from kilosat.provenance import Source

PRICE = Price(67_000.0, date(2026, 2, 11), Source("prices", "closes", "an exchange"))


@pytest.fixture(scope="module")
def table() -> TreasuryTable:
    return treasuries(date(2026, 4, 30))


def verified(table: TreasuryTable) -> TreasuryTable:
    coins = VerifiedCoins(
        7_000 * 100_000_000,
        936_500,
        date(2026, 2, 14),
        "ledger",
        "sv.ledger",
        "el-salvador",
        "The published reserve",
        "third-party",
        20,
        ("Chivo (none known)",),
    )
    return table.with_evidence({"el-salvador": Evidence(coins)})


def line_of(text: str, holder: str) -> str:
    return next(line for line in text.splitlines() if f" {holder} " in line)


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160])
def test_no_line_is_wider_than_the_terminal(table: TreasuryTable, width: int) -> None:
    for text in (
        treasuries_text(table, PRICE, width),
        treasuries_text(verified(table), PRICE, width),
        history_text(table.holder("el-salvador"), width),
    ):
        assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize("width", [80, 160])
def test_a_holder_is_read_in_one_line(table: TreasuryTable, width: int) -> None:
    """Rank, coins, worth, day, how known; 328,000 at 67,000 USD are 21,976 million."""
    line = line_of(treasuries_text(table, PRICE, width), "United States")
    assert line.split()[0] == "2"
    for word in ("328,000", "21,976", "2026-02-19", "attributed", "unknown"):
        assert word in line


def test_the_title_names_only_kinds_that_are_there(table: TreasuryTable) -> None:
    def title(one: TreasuryTable) -> str:
        return treasuries_text(one, PRICE, 160).splitlines()[0]

    day = "reports to 2026-04-30"
    assert title(table) == f"Bitcoin of governments and companies: {day}"
    assert title(table.of_kind("company")) == f"Bitcoin of companies: {day}"
    assert title(table.only("bhutan")) == f"Bitcoin of Bhutan: {day}"
    assert title(table.of_kind("aggregate")).startswith("Bitcoin of sums that others published")


def test_a_wide_terminal_has_cost_and_gain(table: TreasuryTable) -> None:
    """Trump Media: 1.368 bn USD for 11,542 coins, at 67,000 USD a loss of 595 million."""
    line = line_of(treasuries_text(table, PRICE, 160), "Trump Media (DJT)")
    assert "118,524" in line
    assert f"{(11_542 * 67_000 - 1.368e9) / 1e6:,.0f}" in line


def test_unknown_is_said_in_every_sum(table: TreasuryTable) -> None:
    text = treasuries_text(table, PRICE, 160)
    assert text.count("verified: unknown") == 2
    assert "Verified: unknown. Nothing was counted on the chain here" in text
    assert "verified: 0" not in text


def test_what_was_verified_is_said_with_its_height_and_its_limits(table: TreasuryTable) -> None:
    text = treasuries_text(verified(table), PRICE, 160)
    line = line_of(text, "El Salvador")
    assert "7,000" in line
    assert "92.6%" in line  # of 7,560
    flowing = " ".join(text.split())
    assert "7,000 BTC after block 936,500 of 2026-02-14, counted in the ledger sv.ledger" in flowing
    assert "whose they are is the register's word (third-party)" in flowing
    assert "not counted: other addresses of Chivo (none known)" in flowing
    # 7,000 of the governments' sum.
    governments = next(one for one in table.totals if one.kind == "government")
    share = 7_000 * 100_000_000 / governments.sats
    assert f"({share:.2%} of the sum), the rest unknown" in flowing
    assert line_of(text, "China").count("unknown") == 2


def test_cautions(table: TreasuryTable) -> None:
    text = " ".join(treasuries_text(table, PRICE, 160).split())
    assert "194,000*" in text
    assert "* low confidence" in text
    assert "+129,988?" in text
    assert "Not added: All public companies (aggregate), 1,160,000 BTC" in text
    assert "the close of 2026-02-11, the last that is known" in text


def test_reports_that_disagree_are_both_shown() -> None:
    day, source = date(2025, 1, 1), Source("s", "a list", "a tracker")
    given = [
        HoldingReport("Ruritania", "government", day, sats, "attributed", "a tracker", source)
        for sats in (300 * 100_000_000, 200 * 100_000_000)
    ]
    text = treasuries_text(treasuries(day, given), None, 80)
    assert "200 to 300" in line_of(text, "Ruritania")
    assert "1 government: 200 BTC" in text
    assert "both ends are shown, and the lower is added" in " ".join(text.split())


def test_doubts_are_said_of_a_holder_alone_or_verified(table: TreasuryTable) -> None:
    """Counted on 2026-02-14 below the reported 7,560: a day apart is no doubt."""
    assert ", doubt:" not in treasuries_text(verified(table), PRICE, 160)
    assert "Tesla, doubt: the day is not certain." in treasuries_text(
        table.only("tesla"), PRICE, 160
    )
    later = treasuries(date(2026, 2, 5))  # then the latest report is of 2026-02-03
    text = treasuries_text(verified(later), PRICE, 160)
    assert "El Salvador, doubt: counted on the chain 11 days after the report." in text


def test_history_has_the_change_only_between_figures_of_one_kind(table: TreasuryTable) -> None:
    text = history_text(table.holder("el-salvador"), 160)
    lines = {line.split()[0]: line.split()[1:3] for line in text.splitlines() if line[:2] == "20"}
    assert lines["2024-03-14"] == ["5,689.68", "-"]
    assert lines["2024-03-26"] == ["5,700", "+10.32"]
    assert "no single series" in text
    assert "https://coinstelegram.com/" in text
    assert "Sources: in a terminal of 120 columns" in history_text(table.holder("uae"), 80)
