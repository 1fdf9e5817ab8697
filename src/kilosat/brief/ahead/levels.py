"""Which quantiles the look forward prints, and what its graph holds."""

from kilosat.figures import Graph
from kilosat.walks.quantiles import HIGH, LOW, LOWER, MIDDLE, NAMES, UPPER

__all__ = ["HIGH", "LOW", "LOWER", "MIDDLE", "NAMES", "UPPER", "has_reserve", "looks_ahead"]

_PAID_IN = "paid in, all coins"


def looks_ahead(graph: Graph) -> bool:
    """Whether a graph holds a walk of a mine along simulated prices (see ``weighed``)."""
    return "outcome" in graph and "mine_sensitivity" in graph


def has_reserve(graph: Graph) -> bool:
    """Whether any path brings the state a coin."""
    return bool((graph.value("reserve_account").loc[_PAID_IN] > 0).any())
