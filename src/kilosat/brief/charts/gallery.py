"""All charts, by key."""

from collections.abc import Callable

from kilosat.brief.charts import balance, merit, money, surplus, tariffs, window
from kilosat.brief.charts.chart import Chart
from kilosat.figures import Graph

__all__ = ["all_charts"]


def all_charts(graph: Graph, progress: Callable[[str], None]) -> dict[str, Chart]:
    """Draw all charts of a study."""
    charts = []
    for make in (
        surplus.heat_map,
        surplus.idle_by_month,
        merit.merit_order,
        balance.monthly_balance,
        tariffs.thresholds,
        window.window_chart,
        tariffs.machines,
        money.who_pays,
        _tornado_of_cost,
        _tornado_of_room,
    ):
        charts.append(make(graph))
        progress(f"chart: {charts[-1].title}")
    return {chart.key: chart for chart in charts}


def _tornado_of_cost(graph: Graph) -> Chart:
    return money.tornado(graph, "full_incremental_cost", "tornado-cost", "What the load causes")


def _tornado_of_room(graph: Graph) -> Chart:
    return money.tornado(
        graph, "reference_room", "tornado-room", "Room between cost and what machines can pay"
    )
