"""The long run: fresh random systems each time, until a budget of examples is spent.

`make soak` runs it; the default run leaves it out. A failing example is printed by hypothesis with
the seed that makes it again.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kilosat.power.dispatch import dispatch, dispatch_highs

pytestmark = pytest.mark.soak
seeds = st.integers(0, 2**32 - 1)
many = settings(
    max_examples=2000,
    deadline=None,
    derandomize=False,
    suppress_health_check=list(HealthCheck),
)


@many
@given(
    seed=seeds,
    hours=st.integers(1, 96),
    units=st.integers(1, 10),
    reservoirs=st.integers(0, 7),
    elastic=st.integers(0, 3),
    storages=st.integers(0, 2),
)
def test_any_system(random_system, check, seed, hours, units, reservoirs, elastic, storages):
    system = random_system(seed, hours, units, reservoirs, elastic=elastic, storages=storages)
    found = dispatch(system)
    assert found.objective == pytest.approx(dispatch_highs(system).objective, rel=1e-6, abs=1e-6)
    check(system, found, tolerance=1e-6)
