"""The shipped reports as they are read: how each is known, and that none counts twice."""

import csv
from collections import Counter
from datetime import date
from importlib.resources import files

import pytest

from kilosat.chain.treasuries import HOW_KNOWN, HoldingReport, list_sources, read_reports

REPORTS = read_reports()
SHIPPED = files("kilosat") / "data" / "bitcoin"


def rows(name: str) -> list[dict[str, str]]:
    with (SHIPPED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def of(holder: str, day: str) -> HoldingReport:
    found = [one for one in REPORTS if one.holder == holder and one.day == date.fromisoformat(day)]
    assert len(found) == 1, (holder, day)
    return found[0]


def test_every_row_of_the_files_is_a_report_once() -> None:
    """El Salvador's one row among the governments is also the last of its own file."""
    totals = {row["filing_date"] for row in rows("strategy_btc_purchases.csv")}
    wanted = (
        len(rows("government_holdings.csv"))
        - 1
        + len(rows("elsalvador_reported_holdings.csv"))
        + len(rows("company_holdings.csv"))
        + len(totals)
    )
    assert len(REPORTS) == wanted
    assert not [
        key for key, n in Counter((r.holder, r.day, r.sats) for r in REPORTS).items() if n > 1
    ]


def test_the_list_that_grades_lends_its_confidence_to_the_same_figure() -> None:
    report = of("El Salvador", "2026-02-13")
    assert (report.file, report.confidence) == ("elsalvador_reported_holdings.csv", "high")


@pytest.mark.parametrize(
    ("holder", "day", "how", "quality"),
    [
        # Forms of the SEC: 10-K is a year's report, 10-Q a quarter's, 8-K a current one.
        ("MARA Holdings", "2025-12-31", "filed", "reported"),
        ("Trump Media (DJT)", "2025-09-30", "filed", "reported"),
        ("Strategy", "2025-11-17", "filed", "reported"),
        # TDnet is Tokyo's, HKEX Hong Kong's, ASX Australia's, RNS London's disclosure service.
        ("Metaplanet", "2025-12-30", "filed", "reported"),
        ("Boyaa Interactive", "2025-06-30", "filed", "reported"),
        ("DigitalX", "2025-12-31", "filed", "reported"),
        ("Smarter Web Company", "2026-03-01", "filed", "reported"),
        ("American Bitcoin (ABTC)", "2026-03-04", "announced", "reported"),
        ("KULR Technology", "2025-12-30", "announced", "reported"),
        ("Tesla", "2025-10-15", "attributed", "reported"),
        ("All public companies (aggregate)", "2026-04-02", "attributed", "reported"),
        ("United States", "2026-02-19", "attributed", "reported"),
        ("El Salvador", "2022-06-30", "announced", "reported"),
        ("El Salvador", "2024-02-28", "attributed", "derived"),
        ("El Salvador", "2026-02-13", "on chain", "reported"),
        ("CleanSpark", "2024-03-31", "not stated", "reported"),
        # What the list worked out itself is not what was reported.
        ("Capital B (ALCPB)", "2024-12-31", "filed", "derived"),
        ("Sequans", "2025-07-08", "not stated", "derived"),
        ("Strategy", "2026-03-09", "attributed", "derived"),
        # Listed by a tracker and by the company, beside a purchase that only reconciles.
        ("Strategy", "2026-04-02", "attributed", "reported"),
        # "Share count estimated" is about shares.
        ("OranjeBTC", "2025-09-23", "not stated", "reported"),
    ],
)
def test_how_a_figure_is_known(holder: str, day: str, how: str, quality: str) -> None:
    report = of(holder, day)
    assert (report.how, report.quality) == (how, quality)


def test_every_report_says_how_it_is_known_who_says_so_and_where() -> None:
    for report in REPORTS:
        assert report.how in HOW_KNOWN
        assert report.reporter, report
        assert report.source.address or report.source.note, report
        assert report.source.as_of == report.day
        assert report.line > 1


def test_the_first_purchase_of_strategy_is_its_first_total() -> None:
    """SEC form 8-K of 2020-08-11: 21,454 BTC, with no total beside it."""
    report = of("Strategy", "2020-08-11")
    assert report.sats == 21_454 * 100_000_000
    assert report.source.note == "SEC accession 0001193125-20-215604"


def test_the_last_of_several_totals_of_a_day_counts() -> None:
    """2023-09-25 has a reconciling row (152,800) and the filing itself (158,245)."""
    assert of("Strategy", "2023-09-25").sats == 158_245 * 100_000_000


def test_ways_of_counting_are_kept_apart() -> None:
    series = {one.series for one in REPORTS if one.holder == "El Salvador"}
    assert series == {"sum of announcements", "press estimate", "on-chain"}


def test_a_holder_has_a_name_a_key_and_a_ticker() -> None:
    report = of("American Bitcoin (ABTC)", "2026-03-04")
    assert report.names == {"american bitcoin (abtc)", "american-bitcoin", "abtc"}
    names = Counter(
        name for holder in {r.holder: r for r in REPORTS}.values() for name in holder.names
    )
    shared = {name for name, n in names.items() if n > 1}
    assert not shared


def test_each_list_names_its_licence() -> None:
    assert len(list_sources()) == 4
    assert all(source.licence and source.document for source in list_sources())
