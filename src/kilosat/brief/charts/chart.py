"""What a chart is, and the look that all charts share."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

import altair as alt

from kilosat.brief.labels import fuel_label

__all__ = [
    "BEFORE",
    "BLUEPRINT",
    "INK",
    "MUTED",
    "STILL_WIDTH",
    "WITH_LOAD",
    "AnyChart",
    "Chart",
    "finished",
    "fuel_scale",
]

AnyChart = alt.Chart | alt.LayerChart | alt.FacetChart

STILL_WIDTH = 760
INK, MUTED, GRID = "#1f2a35", "#5d6b78", "#e3e8ec"
BLUEPRINT, BEFORE, WITH_LOAD = "#b3261e", "#4a7fa5", "#b3261e"
_FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"
_FUEL_COLOURS = {
    "hydro": "#4a90b8",
    "nuclear": "#8f7fb8",
    "wind": "#7fc2b4",
    "solar": "#f0cf52",
    "bagasse": "#8fae5b",
    "iran_import": "#d9a3b3",
    "local_coal": "#7a5c46",
    "imported_coal": "#3d4650",
    "local_gas": "#e59c4b",
    "rlng": "#cf6a3c",
    "rfo": "#8f2d2d",
}
_SPARE_COLOURS = ("#6b8e9f", "#b5a06a", "#9a6b8f", "#6f9a6b", "#a35f5f", "#5f6fa3")


@dataclass(frozen=True)
class Chart:
    """A chart for wide and for narrow screens.

    ``alt`` says in words what is seen (marked text); ``figures`` are the names it is drawn from.
    ``picture`` is the still picture, where the drawing of the chart itself would be too large;
    ``still_width`` is how wide it is drawn otherwise, less for a chart that stands beside others.
    """

    key: str
    title: str
    alt: str
    figures: tuple[str, ...]
    wide: dict[str, Any]
    narrow: dict[str, Any]
    picture: str = ""
    still_width: int = STILL_WIDTH


def fuel_scale(fuels: list[str]) -> alt.Scale:
    """A colour for each fuel, the same in all charts."""
    spare = iter(_SPARE_COLOURS * (1 + len(fuels) // len(_SPARE_COLOURS)))
    colours = [_FUEL_COLOURS.get(fuel) or next(spare) for fuel in fuels]
    return alt.Scale(domain=[fuel_label(fuel) for fuel in fuels], range=colours)


def finished(chart: AnyChart, height: int, narrow: bool) -> dict[str, Any]:
    """The chart in the brief's look, as wide as its place on the page."""
    axis = {
        "labelFont": _FONT,
        "titleFont": _FONT,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "labelColor": MUTED,
        "titleColor": MUTED,
        "gridColor": GRID,
        "domainColor": "#b8c2ca",
        "tickColor": "#b8c2ca",
    }
    legend = {
        "labelFont": _FONT,
        "titleFont": _FONT,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": MUTED,
        "orient": "bottom",
        "columns": 2 if narrow else 6,
        "symbolSize": 90,
        "labelLimit": 220,
        "titleLimit": 320,
    }
    spec: dict[str, Any] = (
        chart.configure(
            background="transparent",
            font=_FONT,
            padding={"left": 2, "right": 6, "top": 6, "bottom": 2},
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        )
        .configure_view(stroke=None)
        .configure_axis(**axis)
        .configure_legend(**legend)
        .configure_text(font=_FONT, fontSize=11, color=INK)
        .to_dict()
    )
    finite: dict[str, Any] = _finite(spec)
    return finite | {"width": "container", "height": height}


def _finite(data: Any) -> Any:
    """The same data without numbers that are not finite: a chart leaves such points out."""
    if isinstance(data, dict):
        return {key: _finite(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_finite(value) for value in data]
    return None if isinstance(data, float) and not isfinite(data) else data
