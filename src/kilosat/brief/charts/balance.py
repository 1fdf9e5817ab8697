"""Monthly balance: the model beside what was reported."""

from typing import Any

import altair as alt

from kilosat.brief.charts.chart import Chart, finished, fuel_scale
from kilosat.brief.labels import fuel_label
from kilosat.figures import Graph

__all__ = ["monthly_balance"]


def monthly_balance(graph: Graph) -> Chart:
    """Two stacks a month, report and model."""
    tables = {
        "reported": graph.value("reported_generation_by_month"),
        "model": graph.value("modelled_generation"),
    }
    fuels = [str(fuel) for fuel in graph.value("generation_check").index]
    rows = [
        {
            "month": str(month),
            "kind": kind,
            "fuel": fuel_label(fuel),
            "place": place,
            "gwh": round(float(table.at[fuel, month]), 1),
        }
        for kind, table in tables.items()
        for place, fuel in enumerate(fuels)
        if fuel in table.index
        for month in table.columns
    ]

    def draw(narrow: bool) -> dict[str, Any]:
        chart = (
            alt.Chart(alt.InlineData(values=rows))
            .mark_bar(stroke="white", strokeWidth=0.3)
            .encode(
                x=alt.X("month:O", title=None).axis(labelAngle=-90 if narrow else 0, grid=False),
                xOffset=alt.XOffset("kind:N").scale(
                    domain=["reported", "model"], paddingInner=0.08
                ),
                y=alt.Y("gwh:Q", title="Generation, GWh", stack=True),
                color=alt.Color("fuel:N", title=None).scale(fuel_scale(fuels)),
                order=alt.Order("place:Q"),
                opacity=alt.condition("datum.kind == 'model'", alt.value(1.0), alt.value(0.6)),
                tooltip=[
                    alt.Tooltip("month:O", title="Month"),
                    alt.Tooltip("kind:N", title="Which"),
                    alt.Tooltip("fuel:N", title="Source"),
                    alt.Tooltip("gwh:Q", title="GWh", format=",.0f"),
                ],
            )
        )
        return finished(chart, 300, narrow)

    return Chart(
        key="balance",
        title="Monthly generation: reported (left, pale) and model (right, strong)",
        alt="Two stacked bars a month, the left one as reported and the right one from the model.",
        figures=("reported_generation_by_month", "modelled_generation"),
        wide=draw(narrow=False),
        narrow=draw(narrow=True),
    )
