"""A ledger that is gone after the test."""

from collections.abc import Iterator

import pytest

from kilosat.chain.ledger import Ledger


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger.temporary("regtest") as one:
        yield one
