"""compare.json: the table, the answers, and everything that is printed with its origin."""

import json
from typing import Any

from kilosat.brief.comparison.cells import Slot
from kilosat.brief.comparison.columns import Column
from kilosat.brief.comparison.contents import Comparison
from kilosat.brief.record import records
from kilosat.figures.explain import plain

__all__ = ["comparison_json"]

_PARTS = ("median", "low", "high")


def comparison_json(comparison: Comparison) -> str:
    """The comparison as JSON; call it after the page, which decides what is printed."""
    task, writer = comparison.task, comparison.writer
    data = {
        "kilosat": comparison.version,
        "country": {
            "name": task.economy.name,
            "code": task.economy.code,
            "currency": task.economy.currency,
        },
        "blueprints": [_blueprint(column) for column in comparison.columns],
        "answer": {one.key: writer.plain(one.text) for one in comparison.answers},
        "trust": {
            "price": writer.plain(comparison.price_words),
            "hashrate": writer.plain(comparison.hashrate_words),
        },
        "table": [
            {
                "group": section.group.title,
                "key": line.measure.key,
                "measure": writer.plain(line.full),
                "unit": line.unit,
                "values": {
                    column.key: _values(comparison, slot)
                    for column, slot in zip(comparison.columns, line.slots, strict=True)
                },
            }
            for section in comparison.sections
            for line in section.lines
        ],
        **records(comparison.catalogue),
    }
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _blueprint(column: Column) -> dict[str, Any]:
    data: dict[str, Any] = {"key": column.key, "name": column.plan.name}
    data |= {"title": column.plan.title, "summary": column.plan.summary}
    if column.graph is None:
        return data | {"judged": False, "reason": column.refusal}
    return data | {"judged": True, "power": column.power}


def _values(comparison: Comparison, slot: Slot) -> dict[str, Any]:
    if not slot.figures:
        return {"state": slot.kind}
    names = _PARTS if len(slot.figures) > 1 else ("value",)
    values = {
        part: plain(comparison.graph.value(name))
        for part, name in zip(names, slot.figures, strict=True)
    }
    figures = dict(zip(names, slot.figures, strict=True))
    return {"state": "judged", **values, "figures": figures}
