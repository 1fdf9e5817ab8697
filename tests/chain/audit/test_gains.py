"""What a dashboard adds is from outside or from inside, and never counted as both."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kilosat.chain.audit.period import Period
from kilosat.chain.audit.tables import gains_of
from kilosat.chain.flows import classify_all
from kilosat.chain.register import Register

from ..flows.paper import Paper, on, register
from .coins import BTC

WHOLE = Period(on(0), on(99), -1, 99)
NAMES = ("reserve", "hot", "evidence", "exchange", "stranger")
parts = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(1, 3 * BTC)), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Register:
    return register(tmp_path_factory.mktemp("paper"))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(parts, parts), max_size=6))
def test_a_reserve_within_the_perimeter_gains_from_outside_or_from_inside(
    known: Register, story: list[tuple[list[tuple[str, int]], list[tuple[str, int]]]]
) -> None:
    paper = Paper()
    for inputs, outputs in story:
        lacking = sum(sats for _, sats in outputs) - sum(sats for _, sats in inputs)
        paper.pay([*inputs, *([("stranger", lacking)] if lacking > 0 else [])], outputs)
    found = classify_all(paper.entries, known)
    gained = sum(max(0, entry.gained_by(found["treasury"].scripts)) for entry in paper.entries)
    for gains in (
        gains_of(found["treasury"], found["treasury"], WHOLE),
        gains_of(found["treasury"], found["state"], WHOLE),
    ):
        assert sum(one.gain_sats for one in gains) == gained
        assert all(one.gain_sats == one.from_outside_sats + one.from_inside_sats for one in gains)
    beside = gains_of(found["treasury"], found["wallet:evidence"], WHOLE)
    assert all(one.from_inside_sats == 0 for one in beside)
