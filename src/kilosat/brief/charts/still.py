"""Still pictures of charts, for print and for readers without JavaScript; and the library."""

import base64
import re
from functools import cache
from typing import Any

import vl_convert

from kilosat.brief.charts.chart import STILL_WIDTH, Chart

__all__ = ["library", "still"]

_PIXELS_PER_POINT = 2.0


def still(chart: Chart) -> str:
    """The chart as a picture that needs no script: SVG, or an image for dense charts."""
    spec: dict[str, Any] = {**chart.wide, "width": STILL_WIDTH}
    if chart.bitmap:
        png = vl_convert.vegalite_to_png(spec, scale=_PIXELS_PER_POINT)
        data = base64.b64encode(png).decode("ascii")
        return f'<img alt="" src="data:image/png;base64,{data}">'
    return _responsive(vl_convert.vegalite_to_svg(spec), chart.key)


@cache
def library() -> str:
    """Vega, Vega-Lite and Vega-Embed in one script that asks the network for nothing."""
    bundle: str = vl_convert.javascript_bundle()
    return bundle.replace("</script", "<\\/script")


def _responsive(svg: str, key: str) -> str:
    """Let the drawing scale, and keep its inner names apart from those of other drawings."""
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*" height="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{key}-\1"', svg)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{key}-\1)", svg)
