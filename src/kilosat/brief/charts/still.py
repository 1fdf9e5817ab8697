"""Still pictures of charts, for print and for readers without JavaScript; and the library."""

import re
from functools import cache
from typing import Any

import vl_convert

from kilosat.brief.charts.chart import Chart

__all__ = ["library", "still"]

_SNIPPET = "window.vegaEmbed = vegaEmbed; window.vega = vega; window.vegaLite = vegaLite;"


def still(chart: Chart) -> str:
    """The chart as a picture that needs no script: a drawing in SVG."""
    if chart.picture:
        return chart.picture
    spec: dict[str, Any] = {**chart.wide, "width": chart.still_width}
    return _responsive(vl_convert.vegalite_to_svg(spec), chart.key)


@cache
def library() -> str:
    """Vega, Vega-Lite and Vega-Embed in one script that asks the network for nothing."""
    bundle: str = vl_convert.javascript_bundle(_SNIPPET)
    return bundle.replace("</script", "<\\/script")


def _responsive(svg: str, key: str) -> str:
    """Let the drawing scale, and keep its inner names apart from those of other drawings."""
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*" height="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{key}-\1"', svg)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{key}-\1)", svg)
