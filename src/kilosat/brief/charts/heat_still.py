"""A still heat map: one pixel an hour, so that a year is a picture of a few kilobytes."""

import base64
import struct
import zlib
from datetime import timedelta

import numpy as np
import pandas as pd

from kilosat.brief.charts.chart import MUTED, STILL_WIDTH

__all__ = ["HEAT_COLOURS", "heat_still"]

HEAT_COLOURS = ("#fbfbe6", "#d3ecc0", "#95d3b5", "#4fb3bb", "#2b86b3", "#24559b", "#152a6a")
_SHADES, _PLOT_HEIGHT, _LEFT, _TOP = 200, 230, 46, 6


def heat_still(values: "pd.Series[float]", unit: str) -> str:
    """An SVG with the hours of ``values`` (indexed by local time) as pixels, days across."""
    index = pd.DatetimeIndex(values.index)
    hour = (np.arange(len(values)) + index[0].hour) % 24
    day = (np.arange(len(values)) + index[0].hour) // 24
    days, top = int(day[-1]) + 1, float(values.max()) or 1.0
    pixels = np.zeros((24, days), dtype=np.uint8)
    shade = 1 + np.clip(values.to_numpy(float) / top * (_SHADES - 1), 0, _SHADES - 1).round()
    pixels[hour, day] = shade.astype(np.uint8)
    width = STILL_WIDTH - _LEFT - 8
    bottom = _TOP + _PLOT_HEIGHT
    text = [
        f'<image x="{_LEFT}" y="{_TOP}" width="{width}" height="{_PLOT_HEIGHT}" '
        f'preserveAspectRatio="none" style="image-rendering:pixelated" href="{_png(pixels)}"/>'
    ]
    text += [
        _text(_LEFT - 6, _TOP + (h + 0.75) * _PLOT_HEIGHT / 24, str(h), "end")
        for h in (0, 6, 12, 18, 23)
    ]
    for number in range(days):
        date = index[0].date() + timedelta(days=number)
        if date.day == 1:
            at = _LEFT + number * width / days
            text.append(f'<path d="M{at:.1f} {bottom}v5" stroke="{MUTED}"/>')
            text.append(_text(at + 3, bottom + 15, date.strftime("%b"), "start"))
    text += _legend(bottom + 42, f"Idle below the tariff, {unit}", top)
    text.append(
        f'<text transform="translate(12 {_TOP + _PLOT_HEIGHT / 2}) rotate(-90)" '
        f'text-anchor="middle" fill="{MUTED}">Hour of the day</text>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {STILL_WIDTH} {bottom + 62}" '
        f'font-family="Helvetica, Arial, sans-serif" font-size="11">{"".join(text)}</svg>'
    )


def _legend(y: float, title: str, top: float) -> list[str]:
    stops = "".join(
        f'<stop offset="{place / (len(HEAT_COLOURS) - 1):.3f}" stop-color="{colour}"/>'
        for place, colour in enumerate(HEAT_COLOURS)
    )
    return [
        f'<linearGradient id="heat-map-scale">{stops}</linearGradient>',
        f'<rect x="{_LEFT}" y="{y}" width="240" height="10" fill="url(#heat-map-scale)"/>',
        _text(_LEFT, y - 6, title, "start"),
        _text(_LEFT + 246, y + 9, f"0 to {top:,.0f}", "start"),
    ]


def _text(x: float, y: float, text: str, align: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{align}" fill="{MUTED}">{text}</text>'


def _png(pixels: "np.ndarray[tuple[int, int], np.dtype[np.uint8]]") -> str:
    """An indexed PNG as a data address; index 0 is transparent."""
    height, width = pixels.shape
    raw = b"".join(b"\x00" + row.tobytes() for row in pixels)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", _palette()),
        (b"tRNS", b"\x00"),
        (b"IDAT", zlib.compress(raw, 9)),
        (b"IEND", b""),
    )
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
    return "data:image/png;base64," + base64.b64encode(data).decode("ascii")


def _palette() -> bytes:
    known = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in HEAT_COLOURS], float)
    places = np.linspace(0, len(HEAT_COLOURS) - 1, _SHADES)
    channels = [np.interp(places, np.arange(len(HEAT_COLOURS)), known[:, c]) for c in range(3)]
    shades = np.stack(channels, axis=1).round().astype(np.uint8)
    return bytes(3) + shades.tobytes()
