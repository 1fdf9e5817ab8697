"""Chains that tests of several sources look at; none of them changes one."""

import pytest

from ...regtest.fixtures import StartNode
from ...regtest.paid_chain import PAID_NODE, PaidChain, build_paid_chain
from .kinds import Kinds, build_kinds


@pytest.fixture(scope="session")
def chain(start_shared: StartNode) -> PaidChain:
    """A chain with payments to and from four addresses."""
    return build_paid_chain(start_shared(*PAID_NODE))


@pytest.fixture(scope="session")
def kinds(start_shared: StartNode) -> Kinds:
    """A chain with scripts of every kind."""
    return build_kinds(start_shared("-blockfilterindex=1", "-rest", "-txindex"))
