"""No number without a source or a stated assumption."""

from datetime import date

import pytest

from kilosat.provenance import ProvenanceError, Source, Sourced
from kilosat.quantities import UnitError

SOURCE = Source("s", "Table", "Office", as_of=date(2025, 1, 1))


def test_neither_source_nor_assumption_raises() -> None:
    with pytest.raises(ProvenanceError, match="needs a source or a stated assumption"):
        Sourced(1.0, "MW", "reported")


def test_an_assumed_value_must_say_what_is_assumed() -> None:
    with pytest.raises(ProvenanceError, match="what is assumed"):
        Sourced(1.0, "MW", "assumed", SOURCE)


def test_an_assumption_does_not_make_a_report() -> None:
    with pytest.raises(ProvenanceError, match="needs a source"):
        Sourced(1.0, "MW", "reported", assumption="heard so")


def test_an_unknown_unit_raises() -> None:
    with pytest.raises(UnitError):
        Sourced(1.0, "megawatts", "reported", SOURCE)


def test_a_replaced_value_is_an_assumption() -> None:
    changed = Sourced(1.0, "MW", "reported", SOURCE).replaced(2.0, "what if")
    assert (changed.value, changed.quality, changed.assumption) == (2.0, "assumed", "what if")
    assert changed.sources() == (SOURCE,)
