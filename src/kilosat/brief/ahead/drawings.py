"""Charts of the look forward: fans of price, hashprice and hashrate, and the tariffs that pay."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import altair as alt
import pandas as pd

from kilosat.brief.ahead.levels import HIGH, LOW, LOWER, MIDDLE, UPPER
from kilosat.brief.charts.chart import BLUEPRINT, INK, Chart, finished
from kilosat.figures import Graph

__all__ = ["ahead_charts"]

_BANDS = ("#cfdfe7", "#9cbccb", "#5f97b3")
_LINE, _PAST = "#14323f", "#8a97a3"
_PAST_DAYS, _PAST_STEP = 730, 7
_SMALL = 420
_LONG_SPAN, _AIR = 1e3, 1.15
_Band = tuple[str, str, str]
"""Name of a central interval, and the quantiles at its ends."""
_FAN_BANDS: tuple[_Band, ...] = (
    ("95 %", "2.5 %", "97.5 %"),
    ("80 %", "10 %", "90 %"),
    ("50 %", "25 %", "75 %"),
)
_YEAR_BANDS: tuple[_Band, ...] = (("90 %", LOW, HIGH), ("50 %", LOWER, UPPER))


def ahead_charts(graph: Graph) -> dict[str, Chart]:
    """All charts by key."""
    charts = (
        _price(graph),
        _by_year(
            graph,
            "hashprice_by_year_ahead",
            "hashprice_at_start",
            "What a hash may earn",
            "Hashprice, USD/PH/s/day",
        ),
        _by_year(
            graph,
            "hashrate_by_year_ahead",
            "hashrate_at_start",
            "The world's hashrate",
            "Hashrate, EH/s",
        ),
        _tariffs(graph),
    )
    return {chart.key: chart for chart in charts}


def _price(graph: Graph) -> Chart:
    """Closes of the last two years and the fan, as far ahead as the backtest reaches."""
    history = graph.value("daily_closes")
    as_of = pd.Timestamp(graph.value("outlook_as_of"))
    place = history.place(as_of.date())
    closes = history.closes.iloc[max(0, place - _PAST_DAYS) : place + 1]
    first = as_of.date() - timedelta(days=len(closes) - 1)
    past = [
        {"at": (first + timedelta(days=day)).isoformat(), "middle": round(float(closes.iloc[day]))}
        for day in sorted({*range(len(closes) - 1, 0, -_PAST_STEP)})
    ]
    start = float(graph.value("price_at_start"))
    rows = _rows(graph.value("price_fan"), _FAN_BANDS, as_of.date().isoformat(), start)

    def draw(narrow: bool) -> dict[str, Any]:
        x = alt.X("at:T", title=None).axis(format="%Y", tickCount="year", grid=False)
        y = _log("Price, USD per BTC", *_span(rows, _FAN_BANDS))
        line = alt.Chart(alt.InlineData(values=past)).mark_line(color=_PAST, strokeWidth=1.5)
        layers = [*_fan(rows, _FAN_BANDS, x, y), line.encode(x=x, y=y("middle"))]
        return finished(alt.layer(*layers), 300, narrow)

    return Chart(
        key="price-ahead",
        title="Price of bitcoin: the fan of simulated paths",
        alt="Grey: closes of the past. Dark line: median of the paths. Bands, from dark to pale: "
        "the central intervals of the legend. The fan ends where the backtest ends. The scale is "
        "logarithmic: equal heights are equal percentages.",
        figures=("price_fan", "price_at_start", "daily_closes"),
        wide=draw(narrow=False),
        narrow=draw(narrow=True),
    )


def _by_year(graph: Graph, name: str, start: str, title: str, axis: str) -> Chart:
    """Quantiles at the end of each year, from the value of the as-of date on."""
    table = graph.value(name)
    rows = _rows(table.set_axis(table.index.astype(int)), _YEAR_BANDS, 0, graph.value(start))
    y = _log(axis, *_span(rows, _YEAR_BANDS))

    def draw(narrow: bool) -> dict[str, Any]:
        x = alt.X("at:Q", title="Years ahead").axis(format="d", tickMinStep=1, grid=False)
        return finished(alt.layer(*_fan(rows, _YEAR_BANDS, x, y)), 240, narrow)

    return Chart(
        key=name.replace("_", "-"),
        title=title,
        alt="Dark line: median of the paths. Bands, from dark to pale: the central intervals of "
        "the legend. The steps are halvings of the subsidy. The scale is logarithmic.",
        figures=(name, start),
        wide=draw(narrow=True),
        narrow=draw(narrow=True),
        still_width=_SMALL,
    )


def _log(title: str, low: float, high: float) -> Callable[[str], alt.Y]:
    """A field on a logarithmic axis: powers of ten, with two and five where the span is short."""
    steps = (1,) if high > _LONG_SPAN * low else (1, 2, 5)
    ticks = [step * 10.0**power for power in range(-6, 12) for step in steps]
    shown = [tick for tick in ticks if low <= tick <= high]
    # SI prefixes below one would read as milli-dollars.
    style = "~g" if low < 1.0 else "~s"

    def of(field: str) -> alt.Y:
        y = alt.Y(f"{field}:Q", title=title).scale(type="log", domain=[low, high], nice=False)
        return y.axis(values=shown, format=style)

    return of


def _span(rows: list[dict[str, Any]], bands: tuple[_Band, ...]) -> tuple[float, float]:
    """Lowest and highest end of the bands, with some air."""
    lows, highs = [[float(row[band[end]]) for row in rows for band in bands] for end in (1, 2)]
    return _short(min(lows) / _AIR), _short(max(highs) * _AIR)


def _rows(
    table: pd.DataFrame, bands: tuple[_Band, ...], start_at: str | int, start: float
) -> list[dict[str, Any]]:
    """A row for each date, the first with all quantiles at the value of the as-of date."""
    keys = [*dict.fromkeys(key for _, low, high in bands for key in (low, high)), MIDDLE]
    first: dict[str, Any] = {"at": start_at, **dict.fromkeys(keys, _short(start))}
    rest = [
        {"at": at, **{key: _short(float(row[key])) for key in keys}} for at, row in table.iterrows()
    ]
    return [{**row, "middle": row[MIDDLE]} for row in (first, *rest)]


def _short(value: float) -> float:
    return float(f"{value:.5g}")


def _fan(
    rows: list[dict[str, Any]],
    bands: tuple[_Band, ...],
    x: alt.X,
    y: Callable[[str], alt.Y],
) -> list[alt.Chart]:
    """Bands, the widest first, and the median on top."""
    names = [name for name, _, _ in bands]
    scale = alt.Scale(domain=names, range=list(_BANDS[-len(names) :]))
    layers = []
    for name, low, high in bands:
        values = [{"at": r["at"], "low": r[low], "high": r[high], "band": name} for r in rows]
        layers.append(
            alt.Chart(alt.InlineData(values=values))
            .mark_area(opacity=1)
            .encode(
                x=x,
                y=y("low"),
                y2="high:Q",
                color=alt.Color("band:N", title="Central interval").scale(scale),
                tooltip=[
                    alt.Tooltip("band:N", title="Central interval"),
                    alt.Tooltip("low:Q", title="from", format=",.4~g"),
                    alt.Tooltip("high:Q", title="to", format=",.4~g"),
                ],
            )
        )
    middle = [{"at": row["at"], "middle": row["middle"]} for row in rows]
    line = (
        alt.Chart(alt.InlineData(values=middle))
        .mark_line(color=_LINE, strokeWidth=2, point={"color": _LINE, "size": 22})
        .encode(
            x=x, y=y("middle"), tooltip=[alt.Tooltip("middle:Q", title="Median", format=",.4~g")]
        )
    )
    return [*layers, line]


def _tariffs(graph: Graph) -> Chart:
    """The tariff at which the mine just pays over the paths, beside the other tariffs."""
    paths = graph.value("break_even_tariff_local")
    spread = [
        {
            "what": "Break-even over the paths",
            "low": _short(float(paths[LOW])),
            "lower": _short(float(paths[LOWER])),
            "tariff": _short(float(paths[MIDDLE])),
            "upper": _short(float(paths[UPPER])),
            "high": _short(float(paths[HIGH])),
        }
    ]
    points = [
        {"what": what, "tariff": _short(float(graph.value(name))), "offer": name == "paid_tariff"}
        for what, name in (
            ("The same at a held hashprice", "reference_ceiling"),
            ("What the load causes", "full_incremental_cost"),
            ("Tariff on offer", "paid_tariff"),
        )
    ]
    names = [str(spread[0]["what"]), *(str(point["what"]) for point in points)]

    def draw(narrow: bool) -> dict[str, Any]:
        y = alt.Y("what:N", title=None, sort=names).axis(
            labelLimit=170 if narrow else 240, ticks=False, domain=False
        )
        x = alt.X("tariff:Q", title=f"Tariff at the meter, {graph.currency}/kWh").axis(
            tickCount=5 if narrow else 10
        )
        one = alt.Chart(alt.InlineData(values=spread))
        thin = one.mark_bar(height=5, color=_BANDS[1]).encode(x=alt.X("low:Q"), x2="high:Q", y=y)
        thick = one.mark_bar(height=15, color=_BANDS[2]).encode(
            x=alt.X("lower:Q"), x2="upper:Q", y=y
        )
        tick = one.mark_tick(thickness=3, size=24, color=_LINE).encode(x=x, y=y)
        marks = (
            alt.Chart(alt.InlineData(values=points))
            .mark_point(filled=True, size=120, opacity=1, shape="diamond")
            .encode(
                x=x,
                y=y,
                color=alt.condition("datum.offer", alt.value(BLUEPRINT), alt.value(_LINE)),
                tooltip=["what:N", alt.Tooltip("tariff:Q", format=",.2f")],
            )
        )
        texts = [
            alt.Chart(alt.InlineData(values=values))
            .mark_text(dy=-16, fontSize=10.5, color=INK)
            .encode(x=x, y=y, text=alt.Text("tariff:Q", format=",.2f"))
            for values in (spread, points)
        ]
        return finished(alt.layer(thin, thick, tick, marks, *texts), 190, narrow)

    return Chart(
        key="tariffs-ahead",
        title="What tariff a mine could bear",
        alt="First row: the tariff at which the mine just earns its cost of capital over the "
        "simulated paths; the thin bar holds the central nine tenths of them, the thick bar the "
        "middle half, the upright mark is the median. Below it, as diamonds: what reference "
        "machines could pay if the day's hashprice lasted for their life, what the load causes, "
        "and the tariff on offer.",
        figures=(
            "break_even_tariff_local",
            "reference_ceiling",
            "full_incremental_cost",
            "paid_tariff",
        ),
        wide=draw(narrow=False),
        narrow=draw(narrow=True),
    )
