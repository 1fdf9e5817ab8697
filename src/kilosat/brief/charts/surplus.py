"""Charts of the surplus: which hours, which months, at which cost."""

from typing import Any

import altair as alt
import pandas as pd

from kilosat.brief.charts.chart import AnyChart, Chart, finished
from kilosat.brief.charts.heat_still import HEAT_COLOURS, heat_still
from kilosat.figures import Graph

__all__ = ["heat_map", "idle_by_month"]

_BANDS = ("#1b6e6a", "#57a39a", "#a5cfc2", "#e8d9a8", "#d9d9d9", "#c3c8cc", "#aab1b8")


def heat_map(graph: Graph) -> Chart:
    """Idle capacity below the tariff, day by hour."""
    idle: pd.Series[float] = graph.value("idle_below_tariff_by_hour")
    first = pd.DatetimeIndex(idle.index)[0]
    # 8,760 bare numbers; day and hour are counted by the chart itself.
    values = [round(float(value)) for value in idle.to_numpy()]
    scale = alt.Scale(range=list(HEAT_COLOURS), zero=True)
    day = f"datetime({first.year}, {first.month - 1}, {first.day} + floor(datum.hours / 24))"

    def draw(narrow: bool) -> dict[str, Any]:
        # Cells have an edge of their own colour: without it they leave hairlines.
        chart: AnyChart = (
            alt.Chart(alt.InlineData(values=values))
            .transform_window(count="row_number()")
            .transform_calculate(hours=f"datum.count - 1 + {first.hour}")
            .transform_calculate(day=day, hour="datum.hours % 24")
            .mark_rect(strokeWidth=0.7, stroke=alt.ExprRef("scale('fill', datum.data)"))
            .encode(
                x=alt.X("yearmonthdate(day):T", title=None).axis(
                    format="%b", tickCount="month", grid=False, labelAlign="left"
                ),
                y=alt.Y("hour:O", title="Hour of the day").axis(
                    values=[0, 6, 12, 18, 23], domain=False, ticks=False
                ),
                fill=alt.Fill("data:Q", title="Idle below the tariff, MW").scale(scale),
                tooltip=[
                    alt.Tooltip("day:T", title="Day", format="%d %b %Y"),
                    alt.Tooltip("hour:O", title="Hour"),
                    alt.Tooltip("data:Q", title="MW", format=",.0f"),
                ],
            )
        )
        spec = finished(chart, 250, narrow)
        spec["config"]["legend"] |= {"gradientLength": 180 if narrow else 260}
        return spec

    return Chart(
        key="heat-map",
        title="Idle capacity that the tariff pays for, hour by hour",
        alt="Each column is a day, each row an hour of the day. Dark hours have much idle "
        "capacity whose variable cost the tariff covers; pale hours have little.",
        figures=("idle_below_tariff_by_hour",),
        wide=draw(narrow=False),
        narrow=draw(narrow=True),
        picture=heat_still(idle, graph.unit("idle_below_tariff_by_hour")),
    )


def idle_by_month(graph: Graph) -> Chart:
    """Mean idle capacity by month, in cost bands."""
    table: pd.DataFrame = graph.value("idle_capacity_by_month")
    bands = [str(name) for name in table.columns]
    rows = [
        {
            "month": str(month),
            "band": band,
            "place": place,
            "mw": round(mw),
        }
        for month, values in zip(table.index, table.to_numpy(float), strict=True)
        for place, (band, mw) in enumerate(zip(bands, values, strict=True))
    ]

    def draw(narrow: bool) -> dict[str, Any]:
        chart = (
            alt.Chart(alt.InlineData(values=rows))
            .mark_bar()
            .encode(
                x=alt.X("month:O", title=None).axis(labelAngle=-90 if narrow else -45, grid=False),
                y=alt.Y("mw:Q", title="Mean idle capacity, MW", stack=True),
                color=alt.Color("band:N", title=f"Variable cost, {graph.currency}/kWh").scale(
                    domain=bands, range=list(_BANDS[: len(bands)])
                ),
                order=alt.Order("place:Q"),
                tooltip=[
                    alt.Tooltip("month:O", title="Month"),
                    alt.Tooltip("band:N", title="Cost"),
                    alt.Tooltip("mw:Q", title="MW", format=",.0f"),
                ],
            )
        )
        spec = finished(chart, 250, narrow)
        spec["config"]["legend"] |= {"columns": 3}
        return spec

    return Chart(
        key="idle-by-month",
        title="Idle capacity by month and cost",
        alt="Bars by month, stacked by the variable cost of what stands idle, cheap at the bottom.",
        figures=("idle_capacity_by_month",),
        wide=draw(narrow=False),
        narrow=draw(narrow=True),
    )
