import pytest

from kilosat.figures import Graph, collect
from kilosat.reserve import REPLAY_STAGES, replay_inputs


@pytest.fixture(scope="session")
def replay_graph() -> Graph:
    return Graph(collect(REPLAY_STAGES), replay_inputs())
