"""Sentences of the comparison: every number in them is a figure, none of them ranks the plans."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kilosat.brief.comparison.columns import Column
from kilosat.brief.comparison.joined import JoinedGraph
from kilosat.brief.comparison.levels import HIGH, LOW, MIDDLE
from kilosat.brief.labels import listed
from kilosat.brief.marks import fig, quoted
from kilosat.walks.terms import YEAR_DAYS

__all__ = ["Judged", "answers", "hashrate_words", "price_words"]

_AIMED = ("middle", "wide")
_LAST = "730 days"


@dataclass(frozen=True)
class Judged:
    """What is said of one blueprint (marked text)."""

    key: str
    title: str
    summary: str
    text: str


def answers(graph: JoinedGraph, columns: Sequence[Column]) -> tuple[Judged, ...]:
    """The answer, blueprint by blueprint, in the order in which they were asked for."""
    return tuple(
        Judged(one.key, one.plan.title, one.plan.summary, _answer(graph, one)) for one in columns
    )


def _answer(graph: JoinedGraph, column: Column) -> str:
    if column.graph is None:
        return f"Cannot be judged in this country: {quoted(column.refusal)}."

    def of(name: str, **flags: bool) -> str:
        return fig(graph.of(column.key, name), **flags)

    horizon = of("horizon_years")
    if not column.has_mine and not column.has_reserve:
        return (
            f"Neither a reserve nor a mine: the state pays {of(f'public_outlay[{MIDDLE}]')} and "
            f"receives {of(f'public_result[{MIDDLE}]')} over {horizon}. The others are held "
            "against this."
        )
    levels = [fig(f"printed_levels[{end} end]") for end in ("low", "high")]
    parts = [
        f"Over {horizon} the state pays {of(f'public_outlay[{MIDDLE}]')} in the middle of the "
        f"paths, {of(f'public_outlay_share[{MIDDLE}]')} of a year's GDP.",
        f"Its result, as a present value, is {of(f'public_result[{MIDDLE}]')} in the middle; "
        f"{levels[0]} of the paths end below {of(f'public_result[{LOW}]')}, and "
        f"{levels[1]} below {of(f'public_result[{HIGH}]')}.",
        f"In {of('chance_of_public_loss')} of the paths the state loses.",
        f"In the worst {fig('worst_share')} of them the result is {of('public_shortfall')} on "
        f"average, {of('public_shortfall_share')} of a year's GDP.",
    ]
    if column.has_reserve:
        parts.append(
            f"The reserve ends with {of(f'coins_at_end[{MIDDLE}]')} in the middle, worth "
            f"{of(f'reserve_account[value at the end,{MIDDLE}]')}."
        )
    if column.has_mine:
        parts.append(
            "The mine earns its owners' cost of capital in "
            f"{of('mine_chances[earns its cost of capital]')} of the paths, and in the middle "
            f"{of(f'hours_run[{MIDDLE}]')} of the power on offer pays to use."
        )
    return " ".join(parts)


def price_words(graph: JoinedGraph) -> str:
    """How far the price model held in its backtest."""
    name = graph.common("price_coverage_off")
    table = graph.value(name)
    aim, longest = fig("coverage_aim", bare=True), fig("coverage_aim_days")
    first, last = str(table.index[0]), str(table.index[-1])
    levels = graph.common("interval_levels")
    parts = [
        f"The aim was coverage within {aim} percentage points of what is meant, for the "
        f"{fig(f'{levels}[middle]')} and {fig(f'{levels}[wide]')} intervals up to {longest} "
        "ahead."
    ]
    missed = list(_missed(graph, name))
    parts.append(f"It is missed by {listed(missed)}." if missed else "It is met.")
    horizon = graph.common("horizon_years")
    parts.append(
        f"At {fig(f'{name}[{first},days]')} there were {fig(f'{name}[{first},windows]')} windows "
        f"that do not overlap, at {fig(f'{name}[{last},days]')} only "
        f"{fig(f'{name}[{last},windows]')}. This page looks {fig(horizon)} ahead:"
    )
    if float(graph.value(horizon)) * YEAR_DAYS > float(table.at[last, "days"]):
        parts.append(
            "no backtest reaches so far, and the ends of its intervals are what the model says, "
            "not what has been seen to hold."
        )
    else:
        parts.append("with so few windows a coverage is an anecdote rather than a test.")
    return " ".join(parts)


def _missed(graph: JoinedGraph, name: str) -> Iterator[str]:
    """Each interval off by more than the aim, within the horizons that the aim was set for."""
    table = graph.value(name)
    levels = graph.common("interval_levels")
    aim, longest = float(graph.value("coverage_aim")), float(graph.value("coverage_aim_days"))
    for row in table.index[table["days"] <= longest]:
        for which in _AIMED:
            off = float(table.at[row, which])
            if abs(off) > aim:
                way = "too wide" if off > 0 else "too narrow"
                yield (
                    f"the {fig(f'{levels}[{which}]')} interval at {fig(f'{name}[{row},days]')} "
                    f"({fig(f'{name}[{row},{which}]', size=True)}, {way})"
                )


def hashrate_words(graph: JoinedGraph) -> str:
    """How far the response of hashrate held in its backtest."""
    name, levels = graph.common("hashrate_coverage_off"), graph.common("interval_levels")
    held = graph.common("hashrate_backtest")
    table = graph.value(name)
    last = _LAST if _LAST in table.index else str(table.index[-1])
    too_high = float(graph.value(f"{held}[response {last},bias]")) > 0
    way = ("upward", "low", "poor") if too_high else ("downward", "high", "good")
    return (
        "The response of hashrate was scored given the price that came. Of the intervals meant to "
        f"hold {fig(f'{levels}[wide]')}, {fig(f'{held}[response {last},cover_95]')} did so at "
        f"{fig(f'{name}[{last},days]')}, on {fig(f'{name}[{last},windows]')} windows that do not "
        "overlap: take the hashprice of later years as more uncertain than it is drawn. The best "
        f"guess of hashrate erred {way[0]}, so that the hashprice came out too {way[1]} and mines "
        f"look too {way[2]}."
    )
