"""Why the model differs from the report, source by source, from what is known about each."""

from dataclasses import dataclass

import pandas as pd

from kilosat.brief.labels import fuel_in_text, fuel_label, listed
from kilosat.brief.marks import fig
from kilosat.figures import Graph

__all__ = ["GapReason", "cost_disagreement", "gap_reasons"]

_LARGE_PERCENT = 5.0
_DISAGREE = 0.1


@dataclass(frozen=True)
class GapReason:
    """Sources whose gap has the same reason; ``large`` where one of them is far off."""

    sources: str
    text: str
    large: bool = False


def gap_reasons(graph: Graph) -> tuple[GapReason, ...]:
    """Reasons for the gaps in the table of model against report, largest gaps first."""
    gaps: pd.Series[float] = graph.value("generation_check")["gap"]
    groups: dict[str, list[str]] = {}
    for fuel in gaps.index:
        groups.setdefault(_kind(graph, str(fuel)), []).append(str(fuel))
    order = ("merit", "forced", "ceiling", "set")
    return tuple(_reason(kind, groups[kind], gaps) for kind in order if kind in groups)


def _kind(graph: Graph, fuel: str) -> str:
    facts = graph.value("fuels").set_index("fuel")
    if fuel not in facts.index:
        return "merit"
    if facts.at[fuel, "role"] in ("hydro", "profile"):
        return "set"
    cost_only = float(graph.value(f"generation_check[{fuel},cost-only gap]"))
    if bool(facts.at[fuel, "out_of_merit"]) and cost_only < 0:
        return "forced"
    table = graph.value("availability")
    limits = table[table["fuel"] == fuel]
    if len(limits) and (limits["ceiling"] <= limits["minimum"]).all():
        return "set"
    return "ceiling" if limits["ceiling"].round(4).nunique() > 2 else "merit"


def _reason(kind: str, fuels: list[str], gaps: "pd.Series[float]") -> GapReason:
    names = listed([fuel_label(fuel) for fuel in fuels])
    shown = listed([f"{fuel_label(f)} {_gap(f)}" for f in fuels])
    large = any(abs(gaps[fuel]) >= _LARGE_PERCENT for fuel in fuels)
    texts = {
        "set": "Agree by construction and prove nothing: their monthly energy, their profile or "
        "their mean output is set from the reports.",
        "forced": f"Runs out of merit. The model forces {fig('out_of_merit_share')} of each "
        f"reported month, and cost decides the rest ({shown}). If cost alone decided, the gap "
        f"would be {_cost_only(fuels)}.",
        "ceiling": "Held by hourly ceilings taken from the reports: more of it would have been "
        f"cheaper than what ran beside it. It can fall short but hardly exceed ({shown}). Without "
        f"ceilings the gap would be {_cost_only(fuels)}.",
        "merit": "What the others leave. They are set, bounded or forced by the reports, so the "
        f"year's sum is fixed here too, and agreement proves little ({shown}); the run with cost "
        f"alone is the hard test, and it fails by {_cost_only(fuels)}. "
        + _merit_words(fuels, gaps),
    }
    return GapReason(names, texts[kind], large)


def _gap(fuel: str) -> str:
    return fig(f"generation_check[{fuel},gap]", signed=True)


def _cost_only(fuels: list[str]) -> str:
    return listed([fig(f"generation_check[{fuel},cost-only gap]", signed=True) for fuel in fuels])


def _merit_words(fuels: list[str], gaps: "pd.Series[float]") -> str:
    over = [fuel for fuel in fuels if gaps[fuel] >= _LARGE_PERCENT]
    under = [fuel for fuel in fuels if gaps[fuel] <= -_LARGE_PERCENT]
    words = ""
    if over:
        words += (
            "The model runs more than was reported: at listed costs it displaces the dearer fuels "
            "wherever those are not forced to run, and it fills what the fuels with ceilings leave."
        )
    if under:
        words += (
            " The model runs less than was reported: something other than listed cost (a contract, "
            "the grid, a local need) kept it running."
        )
    return words.strip()


def cost_disagreement(graph: Graph) -> str:
    """Which fuels the plant list and the monthly filings price most differently."""
    plants = graph.value("plants")
    plants = plants[plants["status"] == "operating"]
    both = plants[["variable_cost_per_kwh", "filed_cost_per_kwh"]].mul(
        plants["capacity_mw"], axis=0
    )
    sums = both.groupby(plants["fuel"]).sum()
    gap = (sums["filed_cost_per_kwh"] - sums["variable_cost_per_kwh"]).abs()
    share = (gap / sums["variable_cost_per_kwh"].where(sums["variable_cost_per_kwh"] > 0)).dropna()
    worst = share[share > _DISAGREE].sort_values(ascending=False).index[:2]
    if not len(worst):
        return "The list and the filings agree."
    names = listed([fuel_in_text(str(fuel)) for fuel in worst])
    return f"List and filings disagree most for {names}; both are carried, as a switch."
