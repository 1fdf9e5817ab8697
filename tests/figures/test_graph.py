"""The engine: what it refuses, what it explains, what it redoes."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from kilosat.figures import FigureError, Graph, Sweep, Variation, as_text, figure, node
from kilosat.provenance import Source, Sourced

OFFICE = Source("office", "Yearbook", "Office")


def reported(value: Any, unit: str = "1") -> Sourced:
    return Sourced(value, unit, "reported", OFFICE)


def assumed(value: Any, unit: str = "1") -> Sourced:
    return Sourced(value, unit, "assumed", assumption="a guess")


@figure(unit="MWh", formula="power x hours")
def energy(power: float, hours: float) -> float:
    """Energy of a constant load."""
    return power * hours


@figure(unit="{currency}", formula="energy x price")
def bill(energy: float, price: float) -> float:
    """What the energy costs."""
    return energy * price


INPUTS = {"power": reported(2.0, "MW"), "hours": assumed(3.0, "h"), "price": reported(5.0, "1")}


def graph(*more: Callable[..., Any], **inputs: Sourced) -> Graph:
    return Graph([energy, bill, *more], {**INPUTS, **inputs}, "ATL")


def test_value_unit_and_tree() -> None:
    one = graph()
    assert one.value("bill") == 30.0
    assert one.unit("bill") == "ATL"
    tree = one.explain("bill")
    assert [child.name for child in tree.inputs] == ["energy", "price"]
    assert tree.quality == "derived"
    assert [a.name for a in tree.assumptions()] == ["hours"]
    assert tree.all_sources() == [OFFICE]


def test_a_missing_name_says_who_needs_it_and_the_nearest() -> None:
    @figure(unit="1", formula="x")
    def needs(powr: float) -> float:
        """Misspelled."""
        return powr

    with pytest.raises(FigureError, match=r"test_graph\.py:\d+.*'powr'.*did you mean 'power'"):
        graph(needs)


def test_an_unused_input_is_refused() -> None:
    with pytest.raises(FigureError, match="no figure uses the inputs: colour"):
        graph(colour=reported(1.0))


def test_a_duplicate_is_refused() -> None:
    with pytest.raises(FigureError, match="also defined at"):
        graph(energy)


def test_an_input_with_the_name_of_a_figure_is_refused() -> None:
    with pytest.raises(FigureError, match="an input and also a figure"):
        graph(energy=reported(1.0))


def test_a_circle_is_refused_with_its_path() -> None:
    @figure(unit="1", formula="b")
    def a(b: float) -> float:
        """A."""
        return b

    @figure(unit="1", formula="a")
    def b(a: float) -> float:
        """B."""
        return a

    with pytest.raises(FigureError, match="a needs b needs a"):
        graph(a, b)


def test_a_figure_without_meaning_or_with_default_is_refused() -> None:
    with pytest.raises(TypeError, match="docstring"):

        @figure(unit="1", formula="x")
        def silent(power: float) -> float:
            return power

    with pytest.raises(TypeError, match="default"):

        @figure(unit="1", formula="x")
        def defaulted(power: float = 1.0) -> float:
            """Has a default."""
            return power


def test_asking_for_an_unknown_figure_names_the_nearest() -> None:
    with pytest.raises(FigureError, match="did you mean 'bill'"):
        graph().value("bil")


def test_a_model_between_shows_in_the_quality() -> None:
    @node(formula="a model")
    def model(power: float) -> pd.Series:
        """A model."""
        return pd.Series({"x": power})

    @figure(unit="1", formula="model[x]")
    def result(model: pd.Series) -> float:
        """A result of the model."""
        return float(model["x"])

    assert graph(model, result).explain("result").quality == "modelled"


def test_changed_inputs_redo_only_what_they_reach() -> None:
    calls = []

    @figure(unit="1", formula="price")
    def twice(price: float) -> float:
        """Twice the price."""
        calls.append("twice")
        return 2 * price

    base = graph(twice)
    assert base.value("twice") == 10.0
    changed = base.with_values({"power": lambda power: power * 2}, "double")
    assert (changed.value("bill"), changed.value("twice"), len(calls)) == (60.0, 10.0, 1)
    assert base.value("bill") == 30.0


def test_cells_of_tables() -> None:
    @figure(unit="MW", formula="table", column_units={"cost": "1"})
    def table(power: float) -> pd.DataFrame:
        """A table."""
        return pd.DataFrame({"mw": [power], "cost": [7.0]}, index=["one"])

    one = graph(table)
    assert one.value("table[one,cost]") == 7.0
    assert (one.unit("table[one,mw]"), one.unit("table[one,cost]")) == ("MW", "1")
    with pytest.raises(FigureError, match="'two' is none of its rows"):
        one.value("table[two,mw]")


def test_a_sweep_is_a_table_that_explains_itself() -> None:
    sweep = Sweep(
        "what_if",
        "What if",
        "The bill when inputs change.",
        ("bill",),
        (
            Variation("base", "base", {}, "no change"),
            Variation("longer", "hours", {"hours": 6.0}, "twice the hours"),
        ),
    )
    one = Graph([energy, bill], INPUTS, "ATL", [sweep])
    assert one.value("what_if[longer,bill]") == 60.0
    tree = one.explain("what_if[longer,bill]")
    assert tree.note == "twice the hours; hours: 3.0 -> 6.0"
    # the tree below is that of the changed case, not of the base case
    assert [(child.name, child.value) for child in tree.inputs] == [("bill", 60.0)]
    assert [a.assumption for a in tree.assumptions()] == ["twice the hours"]


def test_text_and_json_carry_formula_source_and_assumption() -> None:
    tree = graph().explain("bill")
    text = as_text(tree)
    for part in ("bill = 30 ATL", "formula: energy x price", "Office, Yearbook", "a guess"):
        assert part in text
    data = tree.to_json()
    assert data["inputs"][0]["inputs"][1]["assumption"] == "a guess"


def test_a_row_of_a_table_shows_its_own_source() -> None:
    other = Source("other", "Ledger", "Bank")
    rows = pd.DataFrame(
        {"mw": [1.0, 2.0], "source": ["office", "other"], "quality": ["reported", "derived"]},
        index=["a", "b"],
    )

    @figure(unit="MW", formula="sum")
    def total(rows: pd.DataFrame) -> float:
        """Sum."""
        return float(rows["mw"].sum())

    table = Sourced(rows, "", "reported", OFFICE, row_sources=(other,))
    tree = graph(total, rows=table).explain("rows[b,mw]")
    assert (tree.quality, tree.sources) == ("derived", (other,))


def test_a_row_may_have_a_formula_of_its_own_and_a_comma_in_its_name() -> None:
    @figure(
        unit="1", formula="all rows", row_formulas={"gap, full": "the full one", "gap": "a gap"}
    )
    def rows_of(power: float) -> pd.DataFrame:
        """Rows."""
        return pd.DataFrame({"x": [power, power, 0.0]}, index=["gap, full", "gap", "other"])

    one = graph(rows_of)
    found = [one.explain(f"rows_of[{row},x]").formula for row in ("gap, full", "gap", "other")]
    assert found == ["the full one", "a gap", "all rows"]
