"""Figures: plain functions wired by parameter name, so that any number can be explained.

>>> from kilosat.provenance import Sourced
>>> @figure(unit="MWh", formula="power x hours")
... def energy_mwh(power_mw: float, hours: float) -> float:
...     '''Energy that a constant load takes.'''
...     return power_mw * hours
>>> graph = Graph([energy_mwh], {
...     "power_mw": Sourced(2000.0, "MW", "assumed", assumption="announced"),
...     "hours": Sourced(8760.0, "h", "assumed", assumption="a common year"),
... })
>>> graph.value("energy_mwh")
17520000.0
>>> [child.name for child in graph.explain("energy_mwh").inputs]
['power_mw', 'hours']
"""

from kilosat.figures.explain import Explanation, as_text
from kilosat.figures.graph import FigureError, Graph
from kilosat.figures.spec import FigureSpec, collect, element, figure, node, spec_of
from kilosat.figures.sweep import Sweep, Variation

__all__ = [
    "Explanation",
    "FigureError",
    "FigureSpec",
    "Graph",
    "Sweep",
    "Variation",
    "as_text",
    "collect",
    "element",
    "figure",
    "node",
    "spec_of",
]
