"""Charts of the days: three lines that people take for one another, and the stock."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import altair as alt

from kilosat.brief.charts import Chart, still
from kilosat.brief.charts.chart import INK, AnyChart, finished
from kilosat.chain.audit import Audit, Day
from kilosat.quantities import SATS_PER_BTC

__all__ = ["course_charts"]

_EXACT = ",.8~f"
_LINES = (
    ("net", "net change", "#14506b", [1, 0]),
    ("dashboard", "dashboard (gross inflow to the reserve)", "#b3561e", [9, 4]),
    ("announced", "announced", "#5d6b78", [2, 3]),
)


def course_charts(audit: Audit) -> list[Chart]:
    """Those that have something to show."""
    rows = _changing(audit.days)
    made = []
    if any(day.announced or day.dashboard or day.net_change for day in audit.days):
        made.append(_three_lines(rows))
    if any(day.stock for day in audit.days):
        made.append(_stock(rows))
    return made


def _changing(days: Sequence[Day]) -> list[dict[str, Any]]:
    """Days on which anything changed, and both ends: between them every line is level."""
    rows, before = [], None
    for number, day in enumerate(days):
        state = (day.announced, day.dashboard, day.net_change)
        if state != before or number == len(days) - 1:
            rows.append(
                {
                    "day": day.day.isoformat(),
                    "net": day.net_change / SATS_PER_BTC,
                    "dashboard": day.dashboard / SATS_PER_BTC,
                    "announced": day.announced / SATS_PER_BTC,
                    "stock": day.stock / SATS_PER_BTC,
                }
            )
        before = state
    return rows


def _three_lines(rows: list[dict[str, Any]]) -> Chart:
    keys: list[str | alt.FieldName] = [key for key, *_ in _LINES]
    words = "{" + ",".join(f"'{key}':'{text}'" for key, text, *_ in _LINES) + "}"

    def lines(narrow: bool) -> AnyChart:
        domain = [text for _, text, *_ in _LINES]
        columns = 1 if narrow else len(domain)
        legend = alt.Legend(
            title=None, symbolSize=900, symbolStrokeWidth=2.4, columns=columns, columnPadding=30
        )
        drawn: alt.Chart = (
            alt.Chart()
            .transform_fold(keys, as_=["key", "btc"])
            .transform_calculate(line=f"{words}[datum.key]")
            .mark_line(interpolate="step-after", strokeWidth=2.3)
            .encode(
                x=_days_axis(),
                y=alt.Y("btc:Q", title="BTC since the start"),
                color=alt.Color("line:N", legend=legend).scale(
                    domain=domain, range=[colour for _, _, colour, _ in _LINES]
                ),
                strokeDash=alt.StrokeDash("line:N", legend=legend).scale(
                    domain=domain, range=[dash for _, _, _, dash in _LINES]
                ),
            )
        )
        return drawn

    tips = [_tip(key, text) for key, text, *_ in _LINES]
    return _chart(
        "three-lines",
        "Announced, shown by a dashboard, and gained",
        "Coins since the start of the audit, day by day. The full line is what the perimeter "
        "gained, the dashed one what a dashboard of the reserve wallets adds up, the dotted one "
        "what was announced, sales taken off. Point at a day for its exact values.",
        ("days",),
        lines,
        _pointer(tips),
        rows,
        280,
    )


def _stock(rows: list[dict[str, Any]]) -> Chart:
    def area(narrow: bool) -> AnyChart:
        source = alt.Chart()
        y = alt.Y("stock:Q", title="BTC")
        fill = source.mark_area(interpolate="step-after", color="#9cb8c6", opacity=0.5)
        edge = source.mark_line(interpolate="step-after", color="#14506b", strokeWidth=1.8)
        return alt.layer(fill.encode(x=_days_axis(), y=y), edge.encode(x=_days_axis(), y=y))

    tips = [_tip("stock", "stock")]
    return _chart(
        "stock",
        "Coins under its keys",
        "What the perimeter holds at the end of each day, coins of clients included.",
        ("days",),
        area,
        _pointer(tips),
        rows,
        170,
    )


def _tip(key: str, text: str) -> alt.Tooltip:
    return alt.Tooltip(f"{key}:Q", title=f"{text}, BTC", format=_EXACT)


def _days_axis() -> alt.X:
    return (
        alt.X("day:T", title=None)
        .scale(type="utc")
        .axis(grid=False, labelOverlap="greedy", tickCount=7)
    )


def _pointer(tips: list[alt.Tooltip]) -> alt.Chart:
    """An upright line at the day next to the pointer, with the values of that day."""
    hover = alt.selection_point(
        fields=["day"], nearest=True, on="pointermove", empty=False, clear="pointerout"
    )
    day = alt.Tooltip("day:T", title="day", format="%Y-%m-%d", timeUnit="utcyearmonthdate")
    drawn: alt.Chart = (
        alt.Chart()
        .mark_rule(color=INK)
        .encode(
            x=_days_axis(),
            opacity=alt.condition(hover, alt.value(0.5), alt.value(0)),
            tooltip=[day, *tips],
        )
        .add_params(hover)
    )
    return drawn


def _chart(
    key: str,
    title: str,
    words: str,
    figures: tuple[str, ...],
    draw: Callable[[bool], AnyChart],
    pointer: alt.Chart,
    rows: list[dict[str, Any]],
    height: int,
) -> Chart:
    """The chart with its pointer, and a still picture without it."""

    def made(narrow: bool, *layers: AnyChart) -> dict[str, Any]:
        # The rows are put in afterwards: thousands of them are slow to check against a schema.
        empty = alt.InlineData(values=[])
        spec = finished(alt.layer(draw(narrow), *layers, data=empty), height, narrow)
        spec.pop("datasets", None)
        return spec | {"data": {"values": rows}}

    plain = made(False)
    bare = Chart(key, title, words, figures, plain, plain)
    return replace(bare, picture=still(bare), wide=made(False, pointer), narrow=made(True, pointer))
