"""What several tests look at, built once: studies; and the fixtures of real nodes."""

import pytest

from kilosat.definitions import find_blueprint, find_country, read_blueprint, read_country
from kilosat.definitions.market import read_market
from kilosat.figures import Graph
from kilosat.study import Study, study

from .regtest.fixtures import bitcoind, regtest_node, shared_node, start_node, start_shared
from .regtest.told import told

__all__ = ["bitcoind", "regtest_node", "shared_node", "start_node", "start_shared", "told"]


@pytest.fixture(scope="session")
def pakistan_study() -> Study:
    return study(
        read_country(find_country("pakistan")),
        read_blueprint(find_blueprint("surplus-2000mw")),
        read_market(),
    )


@pytest.fixture(scope="session")
def pakistan_graph(pakistan_study: Study) -> Graph:
    return pakistan_study.graph
