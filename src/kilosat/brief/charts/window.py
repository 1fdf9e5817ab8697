"""The window: floors of the tests and ceilings of the machines over the size of the load."""

from typing import Any

import altair as alt
import numpy as np

from kilosat.brief.charts.chart import BLUEPRINT, INK, Chart, finished
from kilosat.brief.labels import FLOOR_WORDS
from kilosat.figures import Graph
from kilosat.power.window import Window

__all__ = ["window_chart"]

_FLOORS = ("#14506b", "#2f7fa3", "#6aa8c4", "#8a97a3", "#b3bcc4")
_CEILINGS = ("#7a3b0c", "#b8641b", "#d89a3f", "#b9a14a", "#8c8a55", "#6d6d4a")
_WEAKEST = "incremental cost"


def window_chart(graph: Graph) -> Chart:
    """Tariff against megawatts."""
    window: Window = graph.value("window")
    lines, colours = _lines(window)
    open_region = _open_region(window)
    power = float(graph.value("power"))
    rates = [float(rate) for rate in graph.value("judged_tariffs")]
    point = [{"mw": power, "low": rates[0], "tariff": rates[1], "high": rates[2]}]
    largest = float(window.powers[-1])
    ends = _line_ends(lines, largest)

    def draw(narrow: bool) -> dict[str, Any]:
        room = 1.0 if narrow else 1.27
        x_scale = alt.Scale(domain=[0, largest * room], nice=False)
        ticks = [round(float(v)) for v in np.linspace(0, largest, 5)]
        x = (
            alt.X("mw:Q", title="Size of the load at its meter, MW")
            .scale(x_scale)
            .axis(values=ticks)
        )
        title = f"Tariff at the meter, {graph.currency}/kWh"
        names = [str(row["name"]) for row in ends]
        colour = alt.Color("name:N", title=None).scale(domain=names, range=colours)
        dash = alt.StrokeDash("name:N", title=None).scale(
            domain=names, range=[[1, 0] if row["kind"] == "floor" else [5, 3] for row in ends]
        )
        if not narrow:
            colour, dash = colour.legend(None), dash.legend(None)
        region = (
            alt.Chart(alt.InlineData(values=open_region))
            .mark_area(color="#9fd0a9", opacity=0.55)
            .encode(x=x, y=alt.Y("low:Q", title=title), y2="high:Q")
        )
        curves = (
            alt.Chart(alt.InlineData(values=lines))
            .mark_line(strokeWidth=2)
            .encode(
                x=x,
                y=alt.Y("tariff:Q", title=title).scale(zero=False),
                color=colour,
                strokeDash=dash,
                tooltip=["name:N", "mw:Q", alt.Tooltip("tariff:Q", format=",.2f")],
            )
        )
        source = alt.Chart(alt.InlineData(values=point))
        span = source.mark_rule(color=BLUEPRINT, strokeWidth=3).encode(x=x, y="low:Q", y2="high:Q")
        mark = source.mark_point(
            shape="diamond", filled=True, size=160, color=BLUEPRINT, opacity=1
        ).encode(x=x, y="tariff:Q")
        note = source.transform_calculate(note="'blueprint'").mark_text(
            align="right", dx=-8, dy=-13, color=BLUEPRINT, fontWeight="bold"
        )
        layers = [curves, span, mark, note.encode(x=x, y="tariff:Q", text="note:N")]
        if open_region:
            layers.insert(0, region)
        if not narrow:
            labels = alt.Chart(alt.InlineData(values=ends)).mark_text(align="left", dx=6, color=INK)
            layers.append(labels.encode(x=x, y="at:Q", text="text:N"))
        return finished(alt.layer(*layers), 430 if not narrow else 340, narrow)

    return Chart(
        key="window",
        title="The window: tariff against size",
        alt="Solid lines are floors: above them a test finds no subsidy. Dashed lines are "
        "ceilings: below them a class of machines earns its cost of capital. The window is where "
        "a dashed line runs above a solid one; where it is open "
        "under the weakest test it is shaded green.",
        figures=("window", "power", "judged_tariffs"),
        wide=draw(narrow=False),
        narrow=draw(narrow=True),
    )


def _lines(window: Window) -> tuple[list[dict[str, Any]], list[str]]:
    rows, colours = [], []
    groups = (
        ("floor", window.floors, _FLOORS),
        ("ceiling", window.ceilings, _CEILINGS),
    )
    for kind, curves, palette in groups:
        for place, (key, values) in enumerate(curves.items()):
            if not np.isfinite(values).any():
                continue
            words = FLOOR_WORDS.get(key, key) if kind == "floor" else f"{key} machines"
            name = f"{kind.capitalize()}: {words.lower()}"
            colours.append(palette[place % len(palette)])
            rows += [
                {
                    "name": name,
                    "kind": kind,
                    "mw": round(float(mw), 2),
                    "tariff": round(float(v), 4),
                }
                for mw, v in zip(window.powers, values, strict=True)
                if np.isfinite(v)
            ]
    return rows, colours


def _line_ends(lines: list[dict[str, Any]], largest: float) -> list[dict[str, Any]]:
    """Where each line ends, and a place beside it for its name that no other name takes."""
    last = {row["name"]: row for row in lines}
    ends = [
        {"name": n, "kind": r["kind"], "mw": r["mw"], "tariff": r["tariff"], "text": n}
        for n, r in last.items()
    ]
    values = [row["tariff"] for row in lines]
    gap = 0.034 * (max(values) - min(values))
    taken = -float("inf")
    for row in sorted(ends, key=lambda r: float(str(r["tariff"]))):
        if row["mw"] < largest:
            # A line that ends inside the chart has its name at its own end.
            row["at"] = row["tariff"]
            continue
        taken = max(float(str(row["tariff"])), taken + gap)
        row["at"] = round(taken, 3)
    return ends


def _open_region(window: Window) -> list[dict[str, float]]:
    """Between the weakest floor and the highest ceiling, where the ceiling is the higher one."""
    floor = window.floors[_WEAKEST]
    ceiling = np.max(list(window.ceilings.values()), axis=0)
    return [
        {"mw": round(float(mw), 2), "low": round(float(low), 4), "high": round(float(high), 4)}
        for mw, low, high in zip(window.powers, floor, ceiling, strict=True)
        if np.isfinite(low) and high >= low
    ]
