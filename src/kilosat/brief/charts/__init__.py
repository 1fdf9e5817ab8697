"""The charts of the brief, as Vega-Lite with a static picture of each."""

from kilosat.brief.charts.chart import Chart
from kilosat.brief.charts.gallery import all_charts
from kilosat.brief.charts.still import library, still

__all__ = ["Chart", "all_charts", "library", "still"]
