"""The charts of the report by key."""

from kilosat.brief.audit.bridge_chart import BRIDGE, bridge_chart
from kilosat.brief.audit.course_charts import course_charts
from kilosat.brief.charts import Chart
from kilosat.chain.audit import Audit

__all__ = ["charts_of"]


def charts_of(audit: Audit) -> dict[str, Chart]:
    """All charts; those with nothing to show are left out."""
    made = course_charts(audit)
    if any(audit.sums[name] for name, _, _ in BRIDGE):
        made.append(bridge_chart(audit))
    return {chart.key: chart for chart in made}
