"""The merit order: what could run, from cheap to dear, and where the year's margin lies."""

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from kilosat.brief.charts.chart import BEFORE, INK, WITH_LOAD, Chart, finished, fuel_scale
from kilosat.brief.labels import fuel_label
from kilosat.figures import Graph
from kilosat.power.fleet import Fleet
from kilosat.quantities import KWH_PER_MWH

__all__ = ["merit_order"]


def merit_order(graph: Graph) -> Chart:
    """Mean capability of each unit in order of cost, with mean demand and mean prices."""
    units = _units(graph.value("base_system"))
    fuels = list(dict.fromkeys(units["key"]))
    marginal = graph.value("marginal_hours")
    units["at"] = [
        "marginal in some hours" if key in marginal.index and marginal.loc[key].sum() > 0.5 else ""
        for key in units["key"]
    ]
    demand = float(graph.value("base_system").system.demand_mw.mean())
    served = float(graph.value("load_run").served_mw.mean())
    top = float(units["cost"].max()) or 1.0
    means = [float(graph.value(f"price_statistics[mean,{k}]")) for k in _RUNS]
    levels = pd.DataFrame(
        {
            "mw": [demand, demand + served],
            # A scarcity price lies far above all plants: it is in the table, not in the picture.
            "price": [mean if mean <= 1.05 * top else np.nan for mean in means],
            "run": ["before", "with the new load"],
        }
    )
    bars = _records(units.drop(columns="key"))
    runs = alt.Scale(domain=["before", "with the new load"], range=[BEFORE, WITH_LOAD])

    def draw(narrow: bool) -> dict[str, Any]:
        stack = (
            alt.Chart(alt.InlineData(values=bars))
            .mark_rect(stroke="white", strokeWidth=0.4)
            .encode(
                x=alt.X("from:Q", title="Mean available capacity, cheapest first, MW").axis(
                    tickCount=4 if narrow else 8
                ),
                x2="to:Q",
                y=alt.Y("low:Q", title=f"Variable cost, {graph.currency}/kWh").scale(
                    domain=[-0.02 * top, 1.05 * top], nice=False
                ),
                y2="cost:Q",
                color=alt.Color("fuel:N", title=None).scale(fuel_scale(fuels)),
                opacity=alt.condition("datum.at != ''", alt.value(1.0), alt.value(0.45)),
                tooltip=[
                    alt.Tooltip("unit:N", title="Unit"),
                    alt.Tooltip("fuel:N", title="Source"),
                    alt.Tooltip("cost:Q", title=f"{graph.currency}/kWh", format=",.2f"),
                    alt.Tooltip("mw:Q", title="Mean MW", format=",.0f"),
                    alt.Tooltip("at:N", title="Margin"),
                ],
            )
        )
        source = alt.Chart(alt.InlineData(values=_records(levels)))
        colour = alt.Color("run:N", title="Means of the year").scale(runs).legend(orient="top")
        dash = alt.StrokeDash("run:N", title="Means of the year").scale(
            domain=["before", "with the new load"], range=[[5, 3], [1, 0]]
        )
        price = source.mark_rule(strokeWidth=1.6).encode(y="price:Q", color=colour, strokeDash=dash)
        load = source.mark_rule(strokeWidth=1.6).encode(
            x="mw:Q", color=colour.legend(None), strokeDash=dash.legend(None)
        )
        names = source.mark_text(align="left", dx=3, dy=-5, fontSize=10, color=INK).encode(
            x=alt.value(2), y="price:Q", text="note:N"
        )
        names = names.transform_calculate(note="'mean marginal cost ' + datum.run")
        layers = alt.layer(stack, price, load, names).resolve_scale(
            color="independent", strokeDash="independent"
        )
        return finished(layers, 320, narrow)

    return Chart(
        key="merit-order",
        title="Merit order and where the margin lies",
        alt="Units from the cheapest to the dearest, as wide as their mean available capacity. "
        "Fuels that set the price in some hours are drawn strong, the others pale. Dashed lines "
        "are the means before the new load, solid lines those with it.",
        figures=("base_system", "price_statistics", "marginal_hours"),
        wide=draw(narrow=False),
        narrow=draw(narrow=True),
    )


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in table.round(2).to_dict("records")]


_RUNS = ("before", "with load")


def _units(fleet: Fleet) -> pd.DataFrame:
    """Units from cheap to dear with their place on the axis; hydro at its mean flow, free."""
    system = fleet.system
    mean = system.units.max_mw.mean(axis=1)
    table = pd.DataFrame(
        {
            "unit": list(system.units.names),
            "key": list(fleet.fuel),
            "cost": system.units.marginal_cost / KWH_PER_MWH,
            "mw": mean,
        }
    )
    reservoirs = system.reservoirs
    if reservoirs.names:
        hydro = {
            "unit": list(reservoirs.names),
            "key": "hydro",
            "cost": 0.0,
            "mw": reservoirs.budget_mwh.sum(axis=1) / system.hours,
        }
        table = pd.concat([pd.DataFrame(hydro), table])
    table = table.sort_values("cost", kind="stable").reset_index(drop=True)
    table["to"] = table["mw"].cumsum()
    table["from"] = table["to"] - table["mw"]
    table["fuel"] = [fuel_label(key) for key in table["key"]]
    top = float(table["cost"].max())
    # What costs nothing still has to be seen.
    table["low"] = np.where(table["cost"] < 0.005 * top, -0.015 * top, 0.0)
    return table
