"""Charts along the tariff: thresholds of the tests, and what machines can pay."""

from typing import Any

import altair as alt
import numpy as np

from kilosat.brief.charts.chart import BLUEPRINT, INK, Chart, finished
from kilosat.brief.labels import test_words
from kilosat.figures import Graph

__all__ = ["machines", "thresholds"]

_PASS, _FAIL = "#2f7d4f", "#b3261e"


def _offered(graph: Graph) -> tuple[alt.Chart, alt.Chart]:
    low, high = (float(graph.value(f"judged_tariffs[{key}]")) for key in ("low", "high"))
    source = alt.Chart(
        alt.InlineData(values=[{"low": low, "high": high, "note": "tariff offered"}])
    )
    band = source.mark_rect(color=BLUEPRINT, opacity=0.13).encode(x="low:Q", x2="high:Q")
    name = source.mark_text(
        align="left", baseline="bottom", color=BLUEPRINT, fontSize=10, dx=4
    ).encode(x="high:Q", y=alt.value(alt.ExprRef("height - 3")), text="note:N")
    return band, name


def thresholds(graph: Graph) -> Chart:
    """Where each test's threshold lies against the tariff on offer."""
    verdicts = graph.value("subsidy_verdicts")["central"]
    rows = [
        {
            "test": str(test),
            "tariff": round(float(value), 5),
            "end": 0.0 if test_words(str(test))[1] == "ceiling" else None,
            "outcome": "holds" if verdicts[test] == "holds" else "fails",
            "kind": test_words(str(test))[1],
        }
        for test, value in graph.value("subsidy_thresholds").items()
        if np.isfinite(value)
    ]
    names = [str(row["test"]) for row in rows]
    highest = max(float(str(row["tariff"])) for row in rows) * 1.06

    def draw(narrow: bool) -> dict[str, Any]:
        source = alt.Chart(alt.InlineData(values=rows))
        y = alt.Y("test:N", title=None, sort=names).axis(labelLimit=150 if narrow else 220)
        scale = alt.Scale(domain=[0, highest], nice=False)
        x = alt.X("tariff:Q", title=f"Tariff at the meter, {graph.currency}/kWh").scale(scale)
        passes = source.transform_calculate(
            until=f"datum.kind == 'ceiling' ? 0 : {highest}"
        ).mark_bar(height=7, color="#cfe3d6")
        passes = passes.encode(x=x, x2="until:Q", y=y)
        colour = alt.Color("outcome:N", title="At the central tariff the test").scale(
            domain=["holds", "fails"], range=[_PASS, _FAIL]
        )
        shape = alt.Shape("outcome:N", title="At the central tariff the test").scale(
            domain=["holds", "fails"], range=["circle", "cross"]
        )
        points = source.mark_point(filled=True, size=110, opacity=1).encode(
            x=x, y=y, color=colour, shape=shape, tooltip=["test:N", "tariff:Q", "kind:N"]
        )
        text = source.mark_text(dy=-11, fontSize=10, color=INK).encode(
            x=x, y=y, text=alt.Text("tariff:Q", format=",.2f")
        )
        return finished(alt.layer(*_offered(graph), passes, points, text), 270, narrow)

    return Chart(
        key="thresholds",
        title="Where each test draws its line",
        alt="A row for each test with a price. The pale green bar is where the test holds, the "
        "mark its threshold: a disc where it holds at the central tariff, a cross where it fails. "
        "The red band is the tariff on offer.",
        figures=("subsidy_thresholds", "subsidy_verdicts", "judged_tariffs"),
        wide=draw(narrow=False),
        narrow=draw(narrow=True),
    )


def machines(graph: Graph) -> Chart:
    """What each class can pay: to run, and to earn its capital too."""
    table = graph.value("miners_by_class")
    rows = [
        {
            "class": str(name).capitalize(),
            "run": round(float(row["can pay"]), 5),
            "invest": round(float(row["can pay with capital"]), 5),
        }
        for name, row in table.iterrows()
        if np.isfinite(row["can pay with capital"])
    ]
    names = [str(row["class"]) for row in rows]
    points = [
        {"class": row["class"], "what": what, "tariff": row[key]}
        for row in rows
        for key, what in (("invest", "and earn its capital"), ("run", "to run"))
    ]

    def draw(narrow: bool) -> dict[str, Any]:
        y = alt.Y("class:N", title=None, sort=names)
        title = f"Tariff at the meter, {graph.currency}/kWh"
        spans = (
            alt.Chart(alt.InlineData(values=rows))
            .mark_bar(height=5, color="#c9d3da")
            .encode(x=alt.X("invest:Q", title=title), x2="run:Q", y=y)
        )
        source = alt.Chart(alt.InlineData(values=points))
        domain = ["and earn its capital", "to run"]
        marks = source.mark_point(filled=True, size=110, opacity=1).encode(
            x="tariff:Q",
            y=y,
            color=alt.Color("what:N", title="Most it can pay").scale(
                domain=domain, range=["#1b6e6a", "#d08a2c"]
            ),
            shape=alt.Shape("what:N", title="Most it can pay").scale(
                domain=domain, range=["square", "circle"]
            ),
            tooltip=["class:N", "what:N", alt.Tooltip("tariff:Q", format=",.2f")],
        )
        text = source.mark_text(dy=-11, fontSize=10).encode(
            x="tariff:Q", y=y, text=alt.Text("tariff:Q", format=",.1f")
        )
        return finished(alt.layer(*_offered(graph), spans, marks, text), 230, narrow)

    return Chart(
        key="machines",
        title="What machines can pay for power",
        alt="A row for each class of machines. The disc is the highest tariff at which machines "
        "already paid for still run, the square the highest at which a new site earns its cost of "
        "capital. The red band is the tariff on offer.",
        figures=("miners_by_class", "judged_tariffs"),
        wide=draw(narrow=False),
        narrow=draw(narrow=True),
    )
