"""Sweeps: the same figure under changed inputs, for sensitivities."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Sweep", "Variation"]


@dataclass(frozen=True)
class Variation:
    """One change of inputs: the values that replace those of the base case, and why.

    A value may be a callable, which is then given the base value.
    """

    label: str
    group: str
    replacements: Mapping[str, Any]
    reason: str


@dataclass(frozen=True)
class Sweep:
    """A table of ``targets`` (columns) under each of ``variations`` (rows)."""

    name: str
    label: str
    meaning: str
    targets: tuple[str, ...]
    variations: tuple[Variation, ...]
