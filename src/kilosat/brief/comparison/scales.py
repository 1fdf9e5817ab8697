"""Scales for amounts of very different size: linear near nought, by powers of ten beyond."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

import altair as alt
import numpy as np

__all__ = ["LOG_NOTE", "Wide", "wide_scale"]

LOG_NOTE = (
    "The scale is symmetric-logarithmic: linear near zero and by powers of ten beyond, so that "
    "plans of very different size can be read side by side; lengths must not be compared."
)
_SPREAD = 30.0
_SMALLER = 0.25
_MOST_TICKS = 9
_ROOM = 1.3


@dataclass(frozen=True)
class Wide:
    """A scale, its ticks, and whether it is logarithmic away from zero."""

    scale: alt.Scale
    ticks: tuple[float, ...]
    logarithmic: bool


def wide_scale(values: Sequence[float]) -> Wide:
    """A scale for values of both signs; linear where they are of like size.

    >>> wide_scale([-2.0, 1.0, 3.0]).logarithmic, wide_scale([-2.0, 1.0, 3000.0]).logarithmic
    (False, True)
    """
    sizes = np.abs([one for one in values if np.isfinite(one) and one])
    typical = float(np.quantile(sizes, _SMALLER)) if len(sizes) else 0.0
    if not len(sizes) or sizes.max() < _SPREAD * typical:
        return Wide(alt.Scale(nice=True, zero=True), (), False)
    low = floor(log10(typical))
    highest, lowest = max(*values, 0.0), min(*values, 0.0)
    up, down = (_powers(end, low) for end in (highest, -lowest))
    ticks = [-one for one in reversed(down)] + [0.0] + up
    domain = [min(_ROOM * lowest, ticks[0]), max(_ROOM * highest, ticks[-1])]
    scale = alt.Scale(type="symlog", constant=10.0**low, domain=domain, nice=False)
    return Wide(scale, tuple(ticks), True)


def _powers(end: float, low: int) -> list[float]:
    """Powers of ten from the bend of the scale to the one next above the end."""
    if end <= 0.0:
        return []
    last = max(low, ceil(log10(end)) if log10(end) % 1 > 0.7 else floor(log10(end)))
    step = 1 if last - low < _MOST_TICKS // 2 else 2
    return [10.0**power for power in range(low, last + 1, step)]
