"""From a register and a source to an audit, also when the ledger has come further already."""

from pathlib import Path

import pytest

from kilosat.chain.audit import AuditError
from kilosat.chain.inspection import Asked, inspect
from kilosat.chain.ledger import Ledger
from kilosat.chain.sources.core.adapter import core_source
from kilosat.definitions.price_history import read_price_history

from ..regtest.scenario_register import WATCHED
from ..regtest.told import Told


def test_an_audit_to_a_block_leaves_out_what_came_later(told: Told, tmp_path: Path) -> None:
    books, prices = told.scenario.books, read_price_history()
    source = core_source(told.node.url, told.node.cookie, network="regtest")
    with Ledger.open(tmp_path / "ledger", "regtest") as ledger:
        inspect(told.register, source, ledger, Asked("state"), prices)
        earlier = inspect(told.register, source, ledger, Asked("state", until=330), prices)
    source.close()
    found = earlier.audit
    assert found.sums["stock_at_end_sats"] == sum(books.balance(one, 330) for one in WATCHED)
    assert found.coverage.tip.height == 330
    assert max(flow.block.height for flow in found.flows) <= 330


@pytest.mark.parametrize("perimeter", ["", "state"])
def test_the_first_perimeter_is_the_default(told: Told, tmp_path: Path, perimeter: str) -> None:
    source = core_source(told.node.url, told.node.cookie, network="regtest")
    with Ledger.open(tmp_path / "ledger", "regtest") as ledger:
        done = inspect(told.register, source, ledger, Asked(perimeter), read_price_history())
    source.close()
    assert done.audit.scope.key == "state"


def test_a_perimeter_that_is_not_there_is_refused_before_anything_is_read(
    told: Told, tmp_path: Path
) -> None:
    source = core_source("http://nobody:none@127.0.0.1:1", network="regtest")
    with Ledger.open(tmp_path / "ledger", "regtest") as ledger:
        with pytest.raises(AuditError, match="did you mean 'state'"):
            inspect(told.register, source, ledger, Asked("sate"), read_price_history())
        assert ledger.tip() is None
    source.close()
