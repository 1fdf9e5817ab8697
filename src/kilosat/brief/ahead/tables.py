"""Tables of the look forward: quantiles over the simulated paths."""

from collections.abc import Sequence

from kilosat.brief.ahead.levels import NAMES, has_reserve
from kilosat.brief.ahead.weighing import WEIGHED
from kilosat.brief.marks import quoted
from kilosat.brief.numbers import unit_words
from kilosat.brief.table import Table, head, number, of_frame, of_series, words
from kilosat.figures import Graph

__all__ = ["BY_YEAR", "INVESTMENT", "RESERVE", "STATE", "ahead_tables"]

BY_YEAR = {
    "price_by_year": "Price of bitcoin at the end of each year",
    "hashprice_by_year_ahead": "Hashprice at the end of each year",
    "hashrate_by_year_ahead": "The world's hashrate at the end of each year, this mine included",
}
INVESTMENT = {
    "mine_npv": "Net present value",
    "mine_irr": "Internal rate of return",
    "mine_payback": "Payback",
    "break_even_tariff_local": "Break-even tariff",
    "break_even_tariff": "the same in US dollars",
    "break_even_hashprice_today": "Break-even hashprice of the first day",
    "hours_run": "Power on offer that pays to use",
    "mined_coins": "Coins mined",
}
STATE = {
    "public_result": "Public result, present value",
    "public_result_share": "the same, of a year's GDP",
    "public_outlay": "What the state pays, not discounted",
}
RESERVE = {
    "coins_at_end": "Coins held at the end",
    "years_under_water": "Time below what was paid in",
}
_ACCOUNTS = {
    "mine_account": "What the mine earns and pays over all years, not discounted",
    "public_account": "What the state pays (below zero) and receives, not discounted",
    "foreign_exchange": "Foreign exchange: what leaves is below zero",
}
_RESERVE_ACCOUNTS = {
    "reserve_account": "The reserve: what is paid in, sold and left",
    "reserve_value_by_year": "Value of the reserve by years ahead",
}
_COLUMNS = (
    "Columns are quantiles over the paths: half of them lie between the second and the fourth, "
    "nine in ten between the first and the last."
)
_NOT_SUMS = "Each row has its own quantiles over the paths, so that rows do not add up."


def ahead_tables(graph: Graph) -> dict[str, Table]:
    """All tables by key; those of a reserve only where the plan has one."""
    tables = [
        *(
            of_frame(graph, name, caption, "Years ahead", note=_COLUMNS)
            for name, caption in BY_YEAR.items()
        ),
        _fleet(graph),
        of_frame(
            graph,
            WEIGHED,
            "What moves the mine's result: one change at a time",
            "Change",
            columns={
                "break_even_tariff_median": "Break-even tariff in the median",
                "chance_mine_pays": "Paths that earn the cost of capital",
                "chance_of_public_loss": "Paths that cost the state more than they bring",
            },
        ),
        _quantiles(graph, "investment", "Mining as an investment, over all paths", INVESTMENT),
        of_series(graph, "mine_chances", "How often, of all paths", "The mine", "Share", _sentence),
        _quantiles(graph, "state", "The plan's result for the state, over all paths", STATE),
        *(_account(graph, name, caption) for name, caption in _ACCOUNTS.items()),
    ]
    if has_reserve(graph):
        tables += [_account(graph, name, text) for name, text in _RESERVE_ACCOUNTS.items()]
        often = "How often the reserve loses, of all paths"
        tables += [
            _quantiles(graph, "reserve", "The reserve, over all paths", RESERVE),
            of_series(graph, "loss_chances", often, "Event", "Share", _sentence),
        ]
    return {table.key: table for table in tables}


def _fleet(graph: Graph) -> Table:
    return of_frame(
        graph,
        "mine_fleet",
        "Machines, at the prices of the first day",
        "Class",
        str.capitalize,
        {
            "power": "Power at the meter",
            "efficiency": "Efficiency",
            "machine price": "Price per hash",
            "machines": "All machines",
        },
    )


def _quantiles(graph: Graph, key: str, caption: str, rows: dict[str, str]) -> Table:
    """One row for each figure, with its unit and its quantiles."""
    cells = tuple(
        (
            head(title),
            words(unit_words(graph.unit(name))),
            *(number(f"{name}[{level}]") for level in NAMES),
        )
        for name, title in rows.items()
    )
    return Table(key, caption, ("", "Unit", *_heads(NAMES)), cells)


def _account(graph: Graph, name: str, caption: str) -> Table:
    """A table by row; rows that are nought in every quantile are left out."""
    frame = graph.value(name)
    kept = [str(row) for row in frame.index if (frame.loc[row] != 0).any()]
    cells = tuple(
        (head(_sentence(row)), *(number(f"{name}[{row},{level}]") for level in NAMES))
        for row in kept
    )
    note = _NOT_SUMS if len(kept) == len(frame) else f"{_NOT_SUMS} Rows of zeros are left out."
    heads = ("", *_heads(NAMES))
    return Table(name, f"{caption}, {graph.unit(name)}", heads, cells, note)


def _heads(levels: Sequence[str]) -> list[str]:
    return [quoted(level) for level in levels]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
