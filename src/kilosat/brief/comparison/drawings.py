"""The charts of the comparison: public result, reserve by year, price by year."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from kilosat.brief.charts.chart import INK, MUTED, Chart, finished
from kilosat.brief.comparison.columns import Column
from kilosat.brief.comparison.joined import JoinedGraph
from kilosat.brief.comparison.levels import HIGH, LOW, MIDDLE
from kilosat.brief.comparison.scales import LOG_NOTE, Wide, wide_scale

__all__ = ["RESULT", "charts", "reserve_key"]

RESULT, PRICE = "public-result", "price-by-year"
_LOWER, _UPPER = "25 %", "75 %"
_BAND, _CORE, _MARK = "#9cb8c6", "#2f7fa3", "#14323f"
_SHORT = "format(datum.value, '~s')"
_ROW = 46
_SMALL = 360


def charts(graph: JoinedGraph, columns: Sequence[Column]) -> dict[str, Chart]:
    """All charts by key."""
    judged = [one for one in columns if one.graph is not None]
    made = [_result(graph, judged), *_reserves(graph, judged), _price(graph)]
    return {chart.key: chart for chart in made}


def reserve_key(column: Column) -> str:
    """Key of the chart of a column's reserve."""
    return f"reserve-{column.key}"


def _result(graph: JoinedGraph, columns: Sequence[Column]) -> Chart:
    """Intervals of the public result, a row for each plan."""
    names = [graph.of(one.key, "public_result") for one in columns]
    ends = [_ends(graph.value(name)) for name in names]
    rows = [{"plan": one.plan.name, **known} for one, known in zip(columns, ends, strict=True)]
    wide = wide_scale([known[key] for known in ends for key in ("low", "middle", "high")])

    def draw(narrow: bool) -> dict[str, Any]:
        title = "Public result, present value, m USD"
        x = alt.X("low:Q", title=title, scale=wide.scale, axis=_axis(wide, narrow))
        y = alt.Y("plan:N", title=None, sort=[one.plan.name for one in columns])
        y = y.axis(labelLimit=130 if narrow else 220, ticks=False, domain=False)
        source = alt.Chart(alt.InlineData(values=rows))
        zero = (
            alt.Chart(alt.InlineData(values=[{"at": 0}]))
            .mark_rule(color=INK, strokeWidth=1.2)
            .encode(x=alt.X("at:Q", scale=wide.scale, title=title))
        )
        tips = [alt.Tooltip("plan:N", title="Plan")] + [
            alt.Tooltip(f"{key}:Q", title=name, format=",.4~g")
            for key, name in zip(("low", "q1", "middle", "q3", "high"), _QUANTILES, strict=True)
        ]
        thin = source.mark_bar(height=4, color=_BAND).encode(x=x, x2="high:Q", y=y, tooltip=tips)
        thick = source.mark_bar(height=14, color=_CORE).encode(
            x=alt.X("q1:Q", title=title, scale=wide.scale), x2="q3:Q", y=y, tooltip=tips
        )
        at = alt.X("middle:Q", title=title, scale=wide.scale)
        mark = source.mark_tick(thickness=3, size=24, color=_MARK).encode(x=at, y=y, tooltip=tips)
        text = source.mark_text(dy=-17, fontSize=10.5, color=INK).encode(
            x=at, y=y, text=alt.Text("middle:Q", format=",.3~r")
        )
        halo = text.mark_text(dy=-17, fontSize=10.5, stroke="white", strokeWidth=4)
        layers = alt.layer(thin, thick, zero, mark, halo, text)
        return finished(layers, _ROW * len(rows) + 20, narrow)

    return Chart(
        key=RESULT,
        title="Public result by blueprint",
        alt="A row for each blueprint. The thin bar holds the paths between the low and the high "
        "end, the thick bar the middle half of them, the upright mark with its number is the "
        "median; the upright line is zero: neither gain nor loss. "
        + (LOG_NOTE if wide.logarithmic else ""),
        figures=tuple(names),
        wide=draw(narrow=False),
        narrow=draw(narrow=True),
    )


_QUANTILES = (LOW, _LOWER, MIDDLE, _UPPER, HIGH)


def _ends(series: Any) -> dict[str, float]:
    keys = ("low", "q1", "middle", "q3", "high")
    return {key: round(float(series[name]), 6) for key, name in zip(keys, _QUANTILES, strict=True)}


def _axis(wide: Wide, narrow: bool) -> alt.Axis:
    if not wide.logarithmic:
        return alt.Axis(tickCount=4 if narrow else 8, format=",~r")
    # On a phone the ticks next to zero would run into it.
    ticks = wide.ticks[:: 2 if narrow and len(wide.ticks) > 5 and 0.0 in wide.ticks[::2] else 1]
    return alt.Axis(values=list(ticks), format=",~r", labelOverlap="greedy")


def _reserves(graph: JoinedGraph, columns: Sequence[Column]) -> list[Chart]:
    """The value of each plan's reserve by year, all with the same scale."""
    holders = [one for one in columns if one.has_reserve]
    tables = {one.key: graph.value(graph.of(one.key, "reserve_value_by_year")) for one in holders}
    values = [float(v) for table in tables.values() for v in table[[LOW, MIDDLE, HIGH]].stack()]
    if not values:
        return []
    wide = wide_scale(values)
    return [_reserve(graph, one, wide) for one in holders]


def _reserve(graph: JoinedGraph, column: Column, wide: Wide) -> Chart:
    name = graph.of(column.key, "reserve_value_by_year")
    spec = _fan(graph.value(name), "Value of the reserve, m USD", wide)
    return Chart(
        key=reserve_key(column),
        title=column.plan.name,
        alt="Median, middle half and low to high end"
        + (", linear near zero and by powers of ten beyond." if wide.logarithmic else "."),
        figures=(name,),
        wide=spec,
        narrow=spec,
        still_width=_SMALL,
    )


def _price(graph: JoinedGraph) -> Chart:
    name = graph.common("price_by_year")
    table = graph.value(name)
    scale = alt.Scale(type="log", nice=True)
    ticks = tuple(10.0**power for power in range(2, 9))
    spec = _fan(table, "Price of bitcoin, USD", Wide(scale, ticks, True))
    return Chart(
        key=PRICE,
        title="The price that all plans meet",
        alt="Price of bitcoin at the end of each year ahead: median line, middle half of the "
        "paths dark, the paths between the low and the high end pale. The scale is logarithmic.",
        figures=(name,),
        wide=spec,
        narrow=spec,
        still_width=_SMALL,
    )


def _fan(table: Any, title: str, wide: Wide) -> dict[str, Any]:
    rows = [{"year": int(year), **_ends(row)} for year, row in table.iterrows()]
    source = alt.Chart(alt.InlineData(values=rows))
    x = alt.X("year:Q", title="Years ahead").axis(
        format="d", tickMinStep=1, grid=False, tickCount=min(len(rows), 10)
    )
    axis = alt.Axis(values=list(wide.ticks), labelExpr=_SHORT) if wide.logarithmic else alt.Axis()
    tips = [alt.Tooltip("year:Q", title="Years ahead")] + [
        alt.Tooltip(f"{key}:Q", title=name, format=",.4~g")
        for key, name in zip(("low", "q1", "middle", "q3", "high"), _QUANTILES, strict=True)
    ]

    def y(key: str) -> alt.Y:
        return alt.Y(f"{key}:Q", title=title, scale=wide.scale, axis=axis)

    ends = source.mark_area(color=_BAND, opacity=0.45).encode(x=x, y=y("low"), y2="high:Q")
    core = source.mark_area(color=_CORE, opacity=0.45).encode(x=x, y=y("q1"), y2="q3:Q")
    line = source.mark_line(color=_MARK, strokeWidth=2, point={"color": _MARK, "size": 18}).encode(
        x=x, y=y("middle"), tooltip=tips
    )
    spec = finished(alt.layer(ends, core, line), 210, narrow=True)
    spec["config"]["axis"] |= {"titleColor": MUTED}
    return spec
