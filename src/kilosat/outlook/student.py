"""Exact draws from Student's t by a ziggurat (Marsaglia and Tsang, J. Stat. Softw. 5(8), 2000).

The density, up to its constant, is f(x) = (1 + x^2/v)^(-(v+1)/2). It is covered by 256 layers of
equal area; the tail beyond the lowest edge r is drawn from a Pareto law and thinned, which is exact
because f falls there at least as fast as x^-k, with k its slope in logarithms at r.
"""

import math
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import optimize, special, stats

from kilosat.compiling import compiled
from kilosat.outlook.streams import Floats, next_unit, next_word

__all__ = ["fill_student", "ziggurat"]

_LAYERS = 256
_LAYER_BITS = np.uint64(255)
_SIGN_AT = np.uint64(8)
_ONE = np.uint64(1)
_SHIFT = np.uint64(11)
_UNIT = 2.0**-53


@lru_cache(maxsize=256)
def ziggurat(freedom: float) -> tuple[Floats, Floats]:
    """Edges x (falling, the first a virtual one for the base) and densities f(x) of the layers."""

    def density(x: float) -> float:
        return float((1.0 + x * x / freedom) ** (-(freedom + 1.0) / 2.0))

    def inverse(y: float) -> float:
        return math.sqrt(freedom * (y ** (-2.0 / (freedom + 1.0)) - 1.0))

    log_whole = special.gammaln(freedom / 2.0) - special.gammaln((freedom + 1.0) / 2.0)
    whole = math.sqrt(freedom * math.pi) * math.exp(log_whole)

    def stack(edge: float) -> tuple[list[float], float]:
        """Layers above a lowest edge, and by how much they miss the peak of the density."""
        area = edge * density(edge) + whole * float(stats.t.sf(edge, freedom))
        edges = [area / density(edge), edge]
        for _ in range(_LAYERS - 2):
            height = density(edges[-1]) + area / edges[-1]
            if height >= 1.0:
                return edges, height - 1.0 + (_LAYERS - len(edges))
            edges.append(inverse(height))
        return edges, density(edges[-1]) + area / edges[-1] - 1.0

    low, high = (float(stats.t.isf(share, freedom)) for share in (0.05, 1e-5))
    lowest = optimize.brentq(lambda edge: stack(edge)[1], low, high, xtol=1e-13, rtol=1e-14)
    edges, _ = stack(float(lowest))
    x = np.array([*edges[:_LAYERS], 0.0])
    return x, np.array([density(edge) for edge in x])


@compiled
def fill_student(
    state: npt.NDArray[np.uint64], freedom: float, edges: Floats, densities: Floats, out: Floats
) -> None:
    """Fill ``out`` from Student's t with ``freedom`` degrees; its variance is v / (v - 2).

    The state lives in registers here, and all but about one draw in a hundred end in the first
    comparison.
    """
    s0, s1, s2, s3 = state[0], state[1], state[2], state[3]
    for place in range(len(out)):
        total = s0 + s3
        word = ((total << np.uint64(23)) | (total >> np.uint64(41))) + s0
        shifted = s1 << np.uint64(17)
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = (s3 << np.uint64(45)) | (s3 >> np.uint64(19))
        layer = word & _LAYER_BITS
        # A product, not a choice: the processor would guess the sign wrongly half the time.
        sign = 1.0 - 2.0 * np.float64(np.int64((word >> _SIGN_AT) & _ONE))
        x = np.float64(np.int64(word >> _SHIFT)) * _UNIT * edges[layer]
        if x >= edges[layer + _ONE]:
            state[0], state[1], state[2], state[3] = s0, s1, s2, s3
            x = _outside(state, freedom, edges, densities, np.int64(layer), x)
            s0, s1, s2, s3 = state[0], state[1], state[2], state[3]
        out[place] = sign * x
    state[0], state[1], state[2], state[3] = s0, s1, s2, s3


@compiled
def _outside(
    state: npt.NDArray[np.uint64],
    freedom: float,
    edges: Floats,
    densities: Floats,
    layer: Any,
    x: float,
) -> Any:
    """The size of a draw that is not plainly inside its layer: accepted, from the tail, or anew."""
    power = -(freedom + 1.0) / 2.0
    while True:
        if layer == 0:
            return _from_tail(state, freedom, edges[1], densities[1])
        floor = densities[layer]
        height = floor + next_unit(state) * (densities[layer + 1] - floor)
        if height < (1.0 + x * x / freedom) ** power:
            return x
        word = next_word(state)
        layer = np.int64(word & _LAYER_BITS)
        x = np.float64(np.int64(word >> _SHIFT)) * _UNIT * edges[layer]
        if x < edges[layer + 1]:
            return x


@compiled
def _from_tail(state: npt.NDArray[np.uint64], freedom: float, edge: float, at_edge: float) -> Any:
    """A draw beyond the lowest edge."""
    power = -(freedom + 1.0) / 2.0
    slope = (freedom + 1.0) * edge * edge / (freedom + edge * edge)
    while True:
        x = edge * (1.0 - next_unit(state)) ** (-1.0 / (slope - 1.0))
        fallen = (1.0 + x * x / freedom) ** power / at_edge
        if next_unit(state) < fallen * (x / edge) ** slope:
            return x
