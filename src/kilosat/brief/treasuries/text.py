"""The table in a terminal: the columns that people compare, sums below, cautions last."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kilosat.brief.labels import listed
from kilosat.brief.treasuries.cautions import cautions
from kilosat.brief.treasuries.price import Price, coins, gain_usd, value_usd
from kilosat.brief.treasuries.words import NOT_STATED, UNKNOWN, amount, in_millions
from kilosat.chain.treasuries import HoldingReport, KindTotal, Treasury, TreasuryTable

__all__ = ["history_text", "treasuries_text"]

_LEAST_SHARE = 0.00001
_WITH_SOURCES = 120
"""Characters from which on a history says where each report stands."""
_PLURAL = {"government": "governments", "company": "companies", "fund": "funds"}
_NO_SINGLE = "sums that others published over holders"


@dataclass(frozen=True)
class _Head:
    """A column of the terminal: shown from a width on; numbers stand right.

    One ``of_chain`` is shown where anything was verified.
    """

    title: str
    from_width: int
    right: bool
    cell: Callable[[Treasury, Price | None], str]
    of_chain: bool = False


def _reported(row: Treasury) -> str:
    text = amount(coins(row.sats))
    if row.is_disputed:
        text = f"{text} to {amount(coins(row.most_sats))}"
    return f"{text}{'*' if row.is_low_confidence else ''}"


def _of_all(row: Treasury) -> str:
    share = row.share_of_21_million
    return f"{share:.3%}" if share >= _LEAST_SHARE or not share else f"<{_LEAST_SHARE:.3%}"


def _average(row: Treasury) -> str:
    return f"{row.cost.average_usd:,.0f}" if row.cost else NOT_STATED


def _verified(row: Treasury) -> str:
    return amount(coins(row.verified.sats)) if row.verified else UNKNOWN


def _share(row: Treasury) -> str:
    share = row.verified_share
    return UNKNOWN if share is None else f"{share:.1%}"


def _signed(row: Treasury) -> str:
    return amount(coins(row.control.sats)) if row.control else NOT_STATED


def _change(row: Treasury) -> str:
    if row.change_sats is None:
        return NOT_STATED
    return amount(coins(row.change_sats), signed=True) + ("?" if row.change_note else "")


_HEADS = (
    _Head("#", 0, True, lambda r, p: "" if r.rank is None else str(r.rank)),
    _Head("Holder", 0, False, lambda r, p: r.holder),
    _Head("Kind", 100, False, lambda r, p: r.kind),
    _Head("BTC\nreported", 0, True, lambda r, p: _reported(r)),
    _Head("Of\n21 m", 92, True, lambda r, p: _of_all(r)),
    _Head("Worth,\nm USD", 0, True, lambda r, p: in_millions(value_usd(r, p))),
    _Head("\nAs of", 0, False, lambda r, p: str(r.report.day)),
    _Head("How\nknown", 0, False, lambda r, p: r.report.how),
    _Head("BTC\nverified", 0, True, lambda r, p: _verified(r)),
    _Head("Share\nverified", 110, True, lambda r, p: _share(r), of_chain=True),
    _Head("Control\nshown, BTC", 150, True, lambda r, p: _signed(r), of_chain=True),
    _Head("Average\ncost, USD", 120, True, lambda r, p: _average(r)),
    _Head("Gain,\nm USD", 120, True, lambda r, p: in_millions(gain_usd(r, p), signed=True)),
    _Head("Change,\nBTC", 132, True, lambda r, p: _change(r)),
)


def treasuries_text(table: TreasuryTable, price: Price | None, width: int) -> str:
    """The table as text of a width in characters; a wider one has more columns."""
    console = _console(width)
    console.print(Text(f"Bitcoin of {_whose(table)}: reports to {table.as_of}"))
    console.print()
    console.print(_grid(table, price, width))
    console.print()
    for total in table.totals:
        console.print(Text(_total(total)))
    for row in table.aggregates if table.rows else ():
        console.print(Text(_aggregate(row)))
    for sentence in cautions(table, price):
        console.print(Text(sentence))
    return _printed(console)


def _whose(table: TreasuryTable) -> str:
    """The kinds of holders that stand in the table, no others."""
    found = dict.fromkeys(_PLURAL.get(row.kind, row.kind) for row in table.rows)
    if len(table.rows) == 1:
        return table.rows[0].holder
    return listed(sorted(found, key=list(_PLURAL.values()).index)) if found else _NO_SINGLE


def history_text(row: Treasury, width: int) -> str:
    """All reports of a holder, oldest first, each with who said it and, if wide, where."""
    console = _console(width)
    console.print(Text(f"{row.holder}: {len(row.history)} reports to {row.history[-1].day}\n"))
    wide = width >= _WITH_SOURCES
    heads = [("Day", False), ("BTC", True), ("Change", True), ("How known", False)]
    heads += [("Stated in", False)] + [("Source", False)] * wide
    grid = _empty(heads)
    for before, report in pairwise((None, *row.history)):
        grid.add_row(*map(Text, _of_report(before, report)[: len(heads)]))
    console.print(grid)
    if len({report.series for report in row.history}) > 1:
        console.print(Text("\nFigures counted in different ways are no single series."))
    if not wide:
        console.print(Text(f"\nSources: in a terminal of {_WITH_SOURCES} columns, or --json."))
    return _printed(console)


def _of_report(before: HoldingReport | None, report: HoldingReport | None) -> tuple[str, ...]:
    assert report is not None
    alike = before is not None and before.series == report.series
    change = report.sats - before.sats if before is not None and alike else None
    return (
        str(report.day),
        amount(coins(report.sats)),
        amount(coins(change), signed=True),
        report.how,
        report.reporter,
        report.source.address or report.source.note,
    )


def _grid(table: TreasuryTable, price: Price | None, width: int) -> Table:
    rows = table.rows or table.aggregates
    known = any(row.verified for row in rows)
    heads = [one for one in _HEADS if width >= one.from_width and (known or not one.of_chain)]
    grid = _empty([(head.title, head.right) for head in heads])
    for row in rows:
        grid.add_row(*(Text(head.cell(row, price)) for head in heads))
    return grid


def _empty(heads: Sequence[tuple[str, bool]]) -> Table:
    grid = Table(box=None, padding=(0, 1), pad_edge=False, collapse_padding=True)
    for title, right in heads:
        grid.add_column(
            Text(title),
            justify="right" if right else "left",
            vertical="top",
            overflow="fold",
            no_wrap=right,
        )
    return grid


def _total(total: KindTotal) -> str:
    kind = total.kind if total.holders == 1 else _PLURAL.get(total.kind, total.kind)
    text = f"{total.holders} {kind}: {amount(coins(total.sats))} BTC"
    text += f", reports of {total.oldest} to {total.newest}"
    if total.low_sats:
        text += f"; {amount(coins(total.low_sats))} of it of low confidence"
    if total.verified_sats is None or not total.sats:
        return f"{text}; verified: unknown"
    share = total.verified_sats / total.sats
    return (
        f"{text}; verified: {amount(coins(total.verified_sats))} of {total.verified_holders} "
        f"({share:.2%} of the sum), the rest unknown"
    )


def _aggregate(row: Treasury) -> str:
    return (
        f"Not added: {row.holder}, {amount(coins(row.sats))} BTC on {row.report.day} "
        f"by {row.report.reporter}"
    )


def _console(width: int) -> Console:
    return Console(file=io.StringIO(), width=width, highlight=False, color_system=None)


def _printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())
