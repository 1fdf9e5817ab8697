"""Explanations: the tree under a figure, as text and as JSON-ready data."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kilosat.figures.spec import FigureSpec
from kilosat.figures.sweep import Sweep
from kilosat.provenance import Quality, Source, Sourced

__all__ = ["Explanation", "as_text", "plain"]


@dataclass(frozen=True, eq=False)
class Explanation:
    """One figure with all that it rests on.

    ``quality`` of a calculated figure is ``derived``, or ``modelled`` when a model stands between
    it and its inputs; ``assumptions`` names the assumed inputs anywhere below it.
    """

    name: str
    label: str
    value: Any
    unit: str
    quality: Quality
    formula: str = ""
    meaning: str = ""
    reference: str = ""
    sources: tuple[Source, ...] = ()
    assumption: str = ""
    note: str = ""
    place: str = ""
    record: str = ""
    inputs: tuple["Explanation", ...] = ()

    @classmethod
    def of_input(
        cls, name: str, label: str, value: Any, sourced: Sourced, key: str
    ) -> "Explanation":
        """An input: its source or its assumption."""
        quality, assumption, sources = sourced.quality, sourced.assumption, sourced.sources()
        row = _row_of(sourced.value, key)
        if row is not None:
            quality = row.get("quality") or quality
            assumption = row.get("assumption") or ("" if row.get("quality") else assumption)
            named = [source for source in sources if source.key == row.get("source")]
            sources = tuple(named) or sources
        # A cell's line is not known: name the file, not its head.
        place = f"{sourced.file}:{sourced.line}" if sourced.line and row is None else sourced.file
        note = "; ".join(part for part in (sourced.where, sourced.note) if part)
        return cls(
            name=name,
            label=label,
            value=value,
            unit=sourced.unit,
            quality=quality,
            sources=sources,
            assumption=assumption,
            note=note,
            place=place,
        )

    @classmethod
    def of_figure(
        cls,
        name: str,
        value: Any,
        unit: str,
        spec: FigureSpec,
        key: str,
        inputs: tuple["Explanation", ...],
    ) -> "Explanation":
        """A calculated figure, or the cell ``key`` of it."""
        modelled = spec.modelled or any(child.quality == "modelled" for child in inputs)
        record = _record_of(value)
        return cls(
            name=name,
            label=spec.label,
            value=value,
            unit=unit,
            quality="modelled" if modelled else "derived",
            formula=spec.formula_of(key),
            meaning=spec.meaning,
            reference=spec.reference,
            record=record,
            inputs=inputs,
        )

    @classmethod
    def of_sweep(
        cls,
        name: str,
        value: Any,
        unit: str,
        sweep: Sweep,
        note: str,
        inputs: tuple["Explanation", ...],
    ) -> "Explanation":
        """A cell of a sweep: the target under changed inputs, which ``note`` names."""
        return cls(
            name=name,
            label=sweep.label,
            value=value,
            unit=unit,
            quality="modelled",
            formula="the same figure with changed inputs",
            meaning=sweep.meaning,
            note=note,
            inputs=inputs,
        )

    def walk(self) -> Iterator["Explanation"]:
        """This figure and all below it, each once, top first."""
        seen: set[str] = set()
        stack = [self]
        while stack:
            one = stack.pop()
            if one.name in seen:
                continue
            seen.add(one.name)
            yield one
            stack.extend(reversed(one.inputs))

    def assumptions(self) -> list["Explanation"]:
        """The assumed inputs that it rests on."""
        return [one for one in self.walk() if one.assumption]

    def all_sources(self) -> list[Source]:
        """The sources that it rests on, without repeats."""
        return list(dict.fromkeys(source for one in self.walk() for source in one.sources))

    def to_json(self) -> dict[str, Any]:
        """The tree as JSON-ready data; a subtree met before is referred to by its name."""
        return self._to_json(set())

    def _to_json(self, seen: set[str]) -> dict[str, Any]:
        data: dict[str, Any] = {"figure": self.name, "label": self.label}
        data |= {"value": plain(self.value), "unit": self.unit, "quality": self.quality}
        for field in ("formula", "meaning", "reference", "assumption", "note", "place", "record"):
            if text := getattr(self, field):
                data[field] = text
        if self.sources:
            data["sources"] = [
                {"key": s.key, "citation": s.citation(), "address": s.address} for s in self.sources
            ]
        if self.name in seen and self.inputs:
            data["inputs"] = "as above"
        elif self.inputs:
            seen.add(self.name)
            data["inputs"] = [child._to_json(seen) for child in self.inputs]
        return data


def plain(value: Any) -> Any:
    """A value as JSON-ready data; a long series is given by its length and range.

    >>> plain(np.float64(1.5)), plain(float("nan"))
    (1.5, None)
    """
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    if isinstance(value, str):
        return value
    if isinstance(value, pd.DataFrame):
        if len(value) > 200:
            return {"rows": len(value), "columns": [str(name) for name in value.columns]}
        return {
            str(row): {str(name): plain(cell) for name, cell in cells.items()}
            for row, cells in zip(value.index, value.to_dict("records"), strict=True)
        }
    if isinstance(value, np.ndarray):
        value = pd.Series(value.ravel())
    if isinstance(value, pd.Series):
        if len(value) > 200:
            return {"length": len(value), "mean": plain(value.mean()), "max": plain(value.max())}
        return {str(row): plain(cell) for row, cell in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: plain(item) for name, item in value._asdict().items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return _record_of(value) or type(value).__name__


def _record_of(value: Any) -> str:
    """What an object says of itself in one line; nothing where it says nothing."""
    record = getattr(value, "record", "")
    record = record() if callable(record) else record
    return record if isinstance(record, str) else ""


def as_text(explanation: Explanation) -> str:
    """The tree as indented text for a terminal."""
    lines: list[str] = []
    seen: set[str] = set()

    def put(one: Explanation, depth: int) -> None:
        pad = "  " * depth
        value = plain(one.value)
        shown = f"{value:,.6g}" if isinstance(value, float) else _short(value)
        unit = "" if one.unit == "1" else one.unit
        lines.append(f"{pad}{one.name} = {shown} {unit}".rstrip() + f"  [{one.quality}]")
        if one.name in seen:
            if one.inputs:
                lines[-1] += "  (explained above)"
            return
        seen.add(one.name)
        details = {
            "formula": one.formula,
            "meaning": one.meaning,
            "reference": one.reference,
            "run": one.record,
            "assumed": one.assumption,
            "note": one.note,
            "at": one.place,
        }
        lines.extend(f"{pad}    {word}: {text}" for word, text in details.items() if text)
        lines.extend(
            f"{pad}    source: {source.citation()} {source.address}".rstrip()
            for source in one.sources[:4]
        )
        if len(one.sources) > 4:
            lines.append(f"{pad}    and {len(one.sources) - 4} more sources (see --json)")
        for child in one.inputs:
            put(child, depth + 1)

    put(explanation, 0)
    return "\n".join(lines)


def _short(value: Any) -> str:
    if isinstance(value, dict):
        if "rows" in value or "length" in value:
            return ", ".join(f"{k} {v}" for k, v in value.items() if k != "columns")
        return f"table of {len(value)} rows"
    return str(value)


def _row_of(value: Any, key: str) -> dict[str, Any] | None:
    """The row of a table input that a key names, if its rows carry their own provenance."""
    if not key or not isinstance(value, pd.DataFrame) or "quality" not in value.columns:
        return None
    row = key.split(",")[0].strip()
    names = [str(name) for name in value.index]
    return dict(value.iloc[names.index(row)]) if row in names else None
