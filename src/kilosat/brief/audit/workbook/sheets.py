"""The sheets of an audit: verdict, perimeters, days with a chart, and what could not be known."""

from collections.abc import Mapping, Sequence

from kilosat.brief.audit.columns import Columns, columns_of
from kilosat.brief.audit.contents import Contents
from kilosat.brief.audit.figure_words import words_of
from kilosat.brief.audit.prose import head_of
from kilosat.brief.audit.texts import clean
from kilosat.brief.audit.workbook.rows import (
    FIRST_ROW,
    last_row,
    letter_of,
    table_sheet,
    write_btc,
    write_sats,
)
from kilosat.brief.workbook.book import Book, Sheet
from kilosat.chain.audit import Audit
from kilosat.chain.header import hex_of_hash

__all__ = ["days_sheet", "limits_sheet", "perimeters_sheet", "verdict_sheet"]

_LONG = 1_000
_TICKS = 12
_LINES = (
    ("net_change_sats", "Net change", "#14506B", "solid"),
    ("dashboard_sats", "Dashboard", "#B3561E", "dash"),
    ("announced_sats", "Announced", "#5D6B78", "round_dot"),
)


def verdict_sheet(book: Book, contents: Contents) -> None:
    """The sentences, the sums by figure, and checks that make the stock again by other routes."""
    audit = contents.audit
    heads = [
        ("About", 50.0),
        ("Text, or satoshis", 70.0),
        ("BTC", 22.0),
        ("Must equal, sat", 22.0),
        ("Does it?", 10.0),
    ]
    title = f"{clean(audit.scope.title)}, {audit.start} to {audit.end} (00:00 UTC of both days)"
    sheet = book.sheet("Verdict", heads, title)
    rows = [(head_of(one.about), audit.say(one)) for one in audit.verdict]
    rows += _origin(contents)
    for about, text in rows:
        sheet.write(0, clean(about, _LONG))
        sheet.write(1, clean(text, _LONG))
        sheet.end_row()
    sheet.end_row()
    for name, value in _told(audit.sums):
        sheet.write(0, words_of(name))
        if contents.graph.unit(name) == "sat":
            write_sats(sheet, 1, value)
            sheet.place(name, 1)
        else:
            sheet.page.write_number(sheet.row, 1, value, book.style("#,##0"))
        sheet.end_row()
    sheet.end_row()
    for words, formula in _made_again(audit, columns_of(audit, contents.register)):
        sheet.write(0, f"Check: {words}")
        _check(sheet, formula.format_map(book.places), audit.sums["stock_at_end_sats"])
        sheet.end_row()


def _check(sheet: Sheet, formula: str, held: int) -> None:
    """A sum made again, the stock at the end that it must equal, and whether it does."""
    page, book = sheet.page, sheet.book
    whole = book.style("#,##0")
    page.write_formula(sheet.row, 1, formula, whole, held)
    write_btc(sheet, 2, sheet.row, 1, held)
    page.write_formula(sheet.row, 3, f"={book.places['stock_at_end_sats']}", whole, held)
    verdict = f'=IF({sheet.cell(1)}={sheet.cell(3)},"OK","DIFFERS")'
    page.write_formula(sheet.row, 4, verdict, book.style("text"), "OK")


def _told(sums: Mapping[str, int]) -> list[tuple[str, int]]:
    """Sums without those that only drop the sign of another, for sentences."""
    return [(name, value) for name, value in sums.items() if not name.endswith("_size_sats")]


def _origin(contents: Contents) -> list[tuple[str, str]]:
    audit, coverage = contents.audit, contents.audit.coverage
    tip = f"{coverage.tip.height} ({hex_of_hash(coverage.tip.hash)})"
    checks = contents.done.checks.items()
    words = {True: "agrees", False: "CONTRADICTS THE LEDGER", None: "nothing could be compared"}
    return [
        ("Register", audit.register_title),
        ("Chain, last block read", f"{audit.network}, {tip}"),
        ("Read through", ", ".join(coverage.sources)),
        ("A dashboard shows", audit.reserve.title),
        *((f"Compared with {name}", words[check.agrees]) for name, check in checks),
        ("Reorganisations seen", str(len(contents.done.reorganisations))),
        ("Written by", f"kilosat {contents.version}"),
    ]


def _made_again(audit: Audit, columns: Columns) -> list[tuple[str, str]]:
    """The stock at the end by three routes, as live formulas over this sheet and others."""
    net, held = letter_of(columns.flows, "net_sats"), letter_of(columns.coins, "sats")
    flows, coins = last_row(audit.flows), last_row(audit.coins)
    return [
        (
            "stock at the start + came from outside - left - fees",
            "={stock_at_start_sats}+{came_in_sats}-{went_out_sats}-{fees_sats}",
        ),
        (
            "stock at the start + all that was gained on the sheet Flows",
            f"={{stock_at_start_sats}}+SUM(Flows!{net}{FIRST_ROW}:{net}{flows})",
        ),
        (
            "all outputs of the sheet Coins",
            f"=SUM(Coins!{held}{FIRST_ROW}:{held}{coins})",
        ),
    ]


def perimeters_sheet(book: Book, audit: Audit) -> None:
    """Every perimeter and wallet, a column each: all sums in satoshis, then in BTC by formula."""
    heads = [("Sum", 50.0), *((clean(one.scope.title, 80), 20.0) for one in audit.scopes)]
    sheet = book.sheet("Perimeters", heads, "The same sums for every perimeter and every wallet")
    sheet.write(0, "Key in the register")
    for place, one in enumerate(audit.scopes, start=1):
        sheet.page.write_string(sheet.row, place, clean(one.scope.key))
    sheet.row += 1
    names = [name for name, _ in _told(audit.scopes[0].sums)] if audit.scopes else []
    first = sheet.row
    for unit in ("sat", "BTC"):
        for number, name in enumerate(names):
            sheet.write(0, f"{words_of(name)}, {unit}")
            for place, one in enumerate(audit.scopes, start=1):
                if unit == "sat":
                    sheet.page.write_number(sheet.row, place, one.sums[name], book.style("#,##0"))
                else:
                    write_btc(sheet, place, first + number, place, one.sums[name])
            sheet.row += 1


def days_sheet(book: Book, audit: Audit, columns: Columns) -> None:
    """Every day, and a chart of the three lines that are taken for one another."""
    note = "Cumulated since the start of the audit, but for the stock"
    sheet = table_sheet(book, "Days", note, columns.days, audit.days)
    first, last = FIRST_ROW, last_row(audit.days)
    chart = book.chart("line")
    for key, title, colour, dash in _LINES:
        letter = letter_of(columns.days, key, btc=True)
        chart.add_series(
            {
                "name": title,
                "categories": f"=Days!$A${first}:$A${last}",
                "values": f"=Days!${letter}${first}:${letter}${last}",
                "line": {"color": colour, "width": 2, "dash_type": dash},
            }
        )
    chart.set_title({"name": "Announced, dashboard and net change, BTC", "name_font": {"size": 12}})
    step = {"major_unit": max(1, len(audit.days) // _TICKS), "major_unit_type": "days"}
    axis = {"date_axis": True, "num_format": "yyyy-mm-dd", "label_position": "low"}
    chart.set_x_axis(axis | step)
    grid = {"visible": True, "line": {"color": "#DDE3E8"}}
    chart.set_y_axis({"num_format": "#,##0.##", "major_gridlines": grid})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 900, "height": 420})
    sheet.page.insert_chart(1, 10, chart)


def limits_sheet(book: Book, contents: Contents) -> None:
    """What could not be known, with remedies, and what the comparisons said."""
    heads = [
        ("Kind", 18.0),
        ("What could not be known", 80.0),
        ("Concerns", 60.0),
        ("Remedy", 50.0),
    ]
    sheet = book.sheet("Limits", heads, "Limits of the audit, and what each source said")
    rows: list[Sequence[str]] = [
        (one.kind, one.text, "; ".join(one.concerns), one.remedy) for one in contents.audit.limits
    ]
    for name, check in contents.done.checks.items():
        rows += [("difference", text, name, "") for text in check.differences]
        rows += [("not compared", text, name, "") for text in check.unknown]
        rows += [("compared", text, name, "") for text in check.compared]
    for row in rows:
        for place, text in enumerate(row):
            sheet.write(place, clean(text, 4 * _LONG))
        sheet.end_row()
