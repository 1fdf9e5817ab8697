"""The shipped reports of holdings: governments, El Salvador, companies and Strategy."""

import re
from collections.abc import Iterator
from dataclasses import replace

from kilosat.chain.treasuries.kinds import HolderKind, HowKnown, how_company, how_government
from kilosat.chain.treasuries.report import HoldingReport
from kilosat.definitions.history import read_history_source
from kilosat.definitions.history_rows import Row, read_table
from kilosat.provenance import Quality, Source

__all__ = [
    "EL_SALVADOR",
    "REPORT_FILES",
    "STRATEGY",
    "STRATEGY_FILE",
    "list_sources",
    "read_reports",
]

EL_SALVADOR = "El Salvador"
STRATEGY = "Strategy"
STRATEGY_FILE = "strategy_btc_purchases.csv"
REPORT_FILES = (
    "elsalvador_reported_holdings.csv",
    "government_holdings.csv",
    STRATEGY_FILE,
    "company_holdings.csv",
)
_CONFIDENCES = ("high", "medium", "low")
_DERIVED = re.compile(
    r"Derived|inferred|reconciling difference between|press estimate|\(estimated\)"
)
_ACCESSION = re.compile(r"[0-9]{10}-[0-9]{2}-[0-9]{6}")


def read_reports() -> tuple[HoldingReport, ...]:
    """All shipped reports, by holder and day; the same figure of the same day stands once.

    Raises:
        HistoryError: a file cannot be read as it should; the message names file and line.
    """
    found: dict[tuple[str, object, int], HoldingReport] = {}
    for report in (*_el_salvador(), *_governments(), *_strategy(), *_companies()):
        place = (report.holder, report.day, report.sats)
        first = found.setdefault(place, report)
        if not first.confidence:
            found[place] = replace(first, confidence=report.confidence)
    return tuple(sorted(found.values(), key=lambda report: (report.holder, report.day)))


def list_sources() -> tuple[Source, ...]:
    """The lists that the reports are read from, with their licences."""
    return tuple(map(read_history_source, REPORT_FILES))


def _governments() -> Iterator[HoldingReport]:
    columns = ("country", "date", "btc", "origin_or_note", "reporter", "source_url", "confidence")
    for row in read_table("government_holdings.csv", None, columns).rows:
        reporter = row.cells["reporter"]
        how = how_government(reporter)
        report = _report(row, row.cells["country"], "government", how, reporter, "source_url")
        confidence = row.one_of("confidence", _CONFIDENCES)
        yield replace(report, confidence=confidence, note=row.cells["origin_or_note"])


def _el_salvador() -> Iterator[HoldingReport]:
    columns = ("date", "btc", "basis", "reporter", "source_url")
    for row in read_table("elsalvador_reported_holdings.csv", None, columns).rows:
        basis, reporter = row.cells["basis"], row.cells["reporter"]
        how = how_government(reporter, basis)
        report = _report(row, EL_SALVADOR, "government", how, reporter, "source_url", basis)
        series = re.split(r"[,:;]| \(", basis)[0]
        yield replace(report, series=series, note=basis)


def _companies() -> Iterator[HoldingReport]:
    columns = ("company", "date", "btc", "stated_source", "source")
    for row in read_table("company_holdings.csv", None, columns).rows:
        company, stated = row.cells["company"], row.cells["stated_source"]
        kind: HolderKind = "aggregate" if "aggregate" in company else "company"
        yield _report(row, company, kind, how_company(stated), stated, "source", stated)


def _strategy() -> Iterator[HoldingReport]:
    """Totals after each filing; where a day has several, the last of them is that day's total.

    The first purchase has no total beside it: it is the total.
    """
    columns = ("filing_date", "btc", "cumulative_btc_reported", "row_type", "accession_or_source")
    last: dict[object, HoldingReport] = {}
    for number, row in enumerate(read_table(STRATEGY_FILE, None, columns).rows):
        total = row.cells["cumulative_btc_reported"] or ("" if number else row.cells["btc"])
        if total:
            kind = row.cells["row_type"]
            how: HowKnown = "filed" if kind.startswith("8-K") else "attributed"
            cells = row.cells | {"date": row.cells["filing_date"], "btc": total}
            same = replace(row, cells=cells)
            report = _report(same, STRATEGY, "company", how, kind, "accession_or_source", kind)
            last[report.day] = report
    yield from last.values()


def _report(
    row: Row,
    holder: str,
    kind: HolderKind,
    how: HowKnown,
    reporter: str,
    place: str,
    stated: str = "",
) -> HoldingReport:
    day, written = row.day("date"), row.cells[place]
    address = written if written.startswith("http") else ""
    note = f"SEC accession {written}" if _ACCESSION.fullmatch(written) else written
    quality: Quality = "derived" if _DERIVED.search(stated) else "reported"
    source = Source(
        f"{row.file}:{row.line}",
        stated or f"Holdings of {holder}",
        reporter,
        address,
        day,
        note="" if address else note,
    )
    fields = (holder, kind, day, row.sats("btc"), how, reporter, source)
    return HoldingReport(*fields, quality=quality, file=row.file, line=row.line)
