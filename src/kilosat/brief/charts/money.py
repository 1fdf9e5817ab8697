"""Who pays and who gains, as bars; and the sensitivities as tornados."""

from typing import Any

import altair as alt
import numpy as np

from kilosat.brief.charts.chart import INK, Chart, finished
from kilosat.figures import Graph
from kilosat.scenarios import BASE_CASE, SENSITIVITY

__all__ = ["tornado", "who_pays"]

_BARS = (
    ("tariff_revenue", "New load pays", "payment"),
    ("incremental_generation_cost", "Extra fuel and variable cost", "cost"),
    ("connection_bill", "Connection", "cost"),
    ("capacity_contribution", "Left for capacity payments", "relief"),
    ("change_of_others_bill", "Everybody else's bill", "bill"),
    ("notional_market_effect", "NOTIONAL: all energy at marginal cost", "notional"),
)
_COLOURS = {
    "payment": "#4a7fa5",
    "cost": "#cf6a3c",
    "relief": "#2f7d4f",
    "bill": "#1b6e6a",
    "notional": "#eceff1",
}


def who_pays(graph: Graph) -> Chart:
    """Money of the period, with the notional figure set apart."""
    rows = [
        {"who": text, "kind": kind, "money": round(float(graph.value(name)), 3)}
        for name, text, kind in _BARS
    ]
    names = [str(row["who"]) for row in rows]

    def draw(narrow: bool) -> dict[str, Any]:
        source = alt.Chart(alt.InlineData(values=rows))
        y = alt.Y("who:N", title=None, sort=names).axis(
            labelLimit=120 if narrow else 260, ticks=False, domain=False
        )
        x = alt.X("money:Q", title=f"bn {graph.currency} over the period").axis(
            tickCount=4 if narrow else 8
        )
        kinds = alt.Scale(domain=list(_COLOURS), range=list(_COLOURS.values()))
        bars = source.mark_bar(height=22, stroke="#8a97a3").encode(
            x=x,
            y=y,
            color=alt.Color("kind:N", legend=None).scale(kinds),
            strokeDash=alt.condition(
                "datum.kind == 'notional'", alt.value([4, 3]), alt.value([1, 0])
            ),
            strokeWidth=alt.condition("datum.kind == 'notional'", alt.value(1.2), alt.value(0)),
            tooltip=["who:N", alt.Tooltip("money:Q", format=",.1f")],
        )
        text = source.mark_text(align="left", dx=5).encode(
            x=alt.X("place:Q"), y=y, text=alt.Text("money:Q", format=",.1f")
        )
        text = text.transform_calculate(place="max(datum.money, 0)")
        return finished(alt.layer(bars, text), 210, narrow)

    return Chart(
        key="who-pays",
        title="Who pays and who gains",
        alt="Bars of money over the period: what the new load pays, what its power costs, what is "
        "left for capacity payments, and by how much everybody else's bill changes. The dashed bar "
        "is notional: nobody is billed for it.",
        figures=tuple(name for name, _, _ in _BARS),
        wide=draw(narrow=False),
        narrow=draw(narrow=True),
    )


def tornado(graph: Graph, target: str, key: str, title: str) -> Chart:
    """Each uncertain input as a bar from its lowest to its highest effect on ``target``."""
    values = graph.value(SENSITIVITY)[target]
    base = float(values[BASE_CASE])
    rows = []
    for label, value in values.items():
        group, change = str(label).split(": ", 1)
        if label != BASE_CASE and np.isfinite(value) and abs(value - base) > 1e-9:
            rows.append(
                {"group": group, "change": change, "base": base, "value": round(float(value), 4)}
            )
    swing: dict[str, float] = {}
    for row in rows:
        reach = abs(float(str(row["value"])) - base)
        swing[str(row["group"])] = max(swing.get(str(row["group"]), 0.0), reach)
    for row in rows:
        # Of several changes to the same side only the furthest is named.
        side = [
            float(str(other["value"])) - base for other in rows if other["group"] == row["group"]
        ]
        mine = float(str(row["value"])) - base
        row["outer"] = not any(other * mine > 0 and abs(other) > abs(mine) for other in side)
    reached = [base, *(float(str(row["value"])) for row in rows)]
    low, high = min(reached), max(reached)
    order = sorted(swing, key=lambda group: -swing[group])

    def draw(narrow: bool) -> dict[str, Any]:
        source = alt.Chart(alt.InlineData(values=rows))
        y = alt.Y("group:N", title=None, sort=order).axis(
            labelLimit=110 if narrow else 200, ticks=False, domain=False
        )
        reach = 0.3 if narrow else 0.12
        scale = alt.Scale(
            domain=[low - reach * (high - low), high + reach * (high - low)], nice=False
        )
        named = graph.unit(target) if narrow else f"{title}, {graph.unit(target)}"
        x = alt.X("value:Q", title=named).scale(scale)
        bars = source.mark_bar(height=13).encode(
            x=x.axis(tickCount=5),
            x2="base:Q",
            y=y,
            color=alt.condition(
                "datum.value > datum.base", alt.value("#cf6a3c"), alt.value("#4a7fa5")
            )
            if target != "reference_room"
            else alt.condition(
                "datum.value > datum.base", alt.value("#2f7d4f"), alt.value("#b0616a")
            ),
            tooltip=["group:N", "change:N", alt.Tooltip("value:Q", format=",.2f")],
        )
        left = source.transform_filter("datum.outer && datum.value < datum.base").mark_text(
            align="right", dx=-3, fontSize=9.5, color=INK
        )
        right = source.transform_filter("datum.outer && datum.value > datum.base").mark_text(
            align="left", dx=3, fontSize=9.5, color=INK
        )
        names = [t.encode(x="value:Q", y=y, text="change:N") for t in (left, right)]
        middle = (
            alt.Chart(alt.InlineData(values=[{"base": base}]))
            .mark_rule(color=INK)
            .encode(x="base:Q")
        )
        return finished(alt.layer(bars, middle, *names), 24 * max(len(order), 3), narrow)

    return Chart(
        key=key,
        title=title,
        alt="Bars from the base case to the value under each change, the longest first.",
        figures=(SENSITIVITY,),
        wide=draw(narrow=False),
        narrow=draw(narrow=True),
    )
