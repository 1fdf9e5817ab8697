"""The scenario told to a node once, for every test that looks at it."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from kilosat.chain.register import Register, read_register

from .fixtures import StartNode
from .node import RegtestNode
from .scenario import Scenario
from .scenario_register import write_register

__all__ = ["Told", "told"]

_OLD_TIP = "-maxtipage=10000000000"
"""The story plays in 2024: without this the node believes that it is far behind."""


@dataclass
class Told:
    """The story, the node it was told to, and the register that an auditor gets.

    ``with_lost_purchase`` is the height of the purchase that a reorganisation is to remove: it is
    still in the chain until a test says ``lose_it``.
    """

    node: RegtestNode
    scenario: Scenario
    path: Path
    with_lost_purchase: int

    @property
    def register(self) -> Register:
        """The register, read."""
        return read_register(self.path)

    def lose_it(self) -> None:
        """The reorganisation, once; the labels of the register stay as they are."""
        if self.with_lost_purchase:
            self.scenario.reorganise(self.with_lost_purchase)
            self.with_lost_purchase = 0
            self.node.wait_for_index()


@pytest.fixture(scope="session")
def told(start_shared: StartNode, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The story up to six blocks that are going to be lost."""
    node = start_shared("-blockfilterindex=1", "-rest", "-txindex", _OLD_TIP)
    scenario = Scenario(node).play()
    lost = scenario.buy_then_lose()
    node.wait_for_index()
    path = write_register(scenario, tmp_path_factory.mktemp("register"))
    return Told(node, scenario, path, lost)
