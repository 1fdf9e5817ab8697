"""From a register and a source to an audit, also when the ledger has come further already."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kilosat.chain.address import address_from_script
from kilosat.chain.audit import AuditError
from kilosat.chain.errors import ChainError
from kilosat.chain.inspection import Asked, inspect
from kilosat.chain.ledger import Ledger
from kilosat.chain.register import Register, read_register
from kilosat.chain.sources.core.adapter import core_source
from kilosat.chain.transaction import OutPoint
from kilosat.definitions.price_history import read_price_history

from ..regtest.scenario_register import WATCHED
from ..regtest.told import Told
from .fake_chain import REGTEST_BITS, SUBSIDY_SATS, FakeChain, FakeSource, Payment
from .flows.paper import TPUB, register, script


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


RANGED = """format = 1
[register]
name = "ranged"
title = "Ranged"
network = "regtest"
[groups.all]
title = "All"
[entities.one]
title = "One"
group = "all"
addresses_known = "all"
[wallets.first]
title = "First"
entity = "one"
attribution = "assumed"
descriptors = ["wpkh({key}/0/*)"]
gap_limit = 5
{more}
[perimeters.all]
title = "All"
groups = ["all"]
"""


def ranged(folder: Path, more: str = "") -> tuple[Register, dict[int, bytes]]:
    """A register with a wallet of BIP 32's first test vector, and the scripts of its children."""
    path = folder / "ranged.toml"
    path.write_text(RANGED.format(key=TPUB, more=more), "utf-8")
    known = read_register(path)
    return known, dict(known.wallets["first"].branches[0].scripts(0, 60))


def test_whatever_the_scan_found_of_a_wallet_is_in_the_audit(tmp_path: Path) -> None:
    """The scan looks further than the gap limit, and coins that it finds there are the wallet's:
    paid by a coinbase, moved, and spent again.
    """
    known, child = ranged(tmp_path)
    chain = FakeChain()
    coin = chain.mine(miner=child[4]).txids[0]
    chain.mine(miner=child[12])
    chain.mine([Payment((OutPoint(coin, 0),), ((child[12], SUBSIDY_SATS - 1_000),))])
    source = FakeSource(chain)
    with Ledger.open(tmp_path / "ledger", "regtest") as ledger:
        done = inspect(known, source, ledger, Asked(), read_price_history())
        balance = sum(ledger.balances().values())
    assert done.audit.sums["stock_at_end_sats"] == balance == 2 * SUBSIDY_SATS - 1_000
    assert done.audit.sums["unexplained_out_sats"] == 0
    assert done.audit.sums["change_returned_sats"] == SUBSIDY_SATS - 1_000


def test_a_script_that_two_wallets_come_to_have_is_refused(tmp_path: Path) -> None:
    """Address 30 of the one stands alone in the other: nothing shows that before it is reached."""
    known, child = ranged(tmp_path)
    address = address_from_script(child[30], "regtest")
    more = f"""[wallets.second]
title = "Second"
entity = "one"
attribution = "assumed"
addresses = ["{address}"]"""
    known, _ = ranged(tmp_path, more)
    chain = FakeChain()
    for number in (4, 9, 14, 19):
        chain.mine(miner=child[number])
    with (
        Ledger.open(tmp_path / "ledger", "regtest") as ledger,
        pytest.raises(ChainError, match=f"{address} is of wallet 'first' and of 'second'"),
    ):
        inspect(known, FakeSource(chain), ledger, Asked(), read_price_history())


def over_midnight() -> FakeChain:
    """Five blocks, the last of 00:06 UTC to our wallet, and a sixth that says 23:59."""
    chain = FakeChain()
    for _ in range(4):
        chain.mine()
    chain.mine(miner=script("reserve"))
    block = chain.mine()
    header = replace(block.header, time=int(datetime(2011, 2, 2, 23, 59, tzinfo=UTC).timestamp()))
    while int.from_bytes(header.hash, "little") >= (REGTEST_BITS & 0xFFFFFF) << 232:
        header = replace(header, nonce=header.nonce + 1)
    chain.blocks[-1] = replace(block, header=header)
    return chain


def test_a_tip_whose_time_runs_back_over_midnight_leaves_no_coin_out(tmp_path: Path) -> None:
    """Without an end it is that of the last day with a transaction, not that of the tip's time."""
    source = FakeSource(over_midnight())
    with Ledger.open(tmp_path / "ledger", "regtest") as ledger:
        done = inspect(register(tmp_path), source, ledger, Asked(), read_price_history())
    assert done.audit.coverage.time.date() == date(2011, 2, 2)
    assert (done.audit.start, done.audit.end) == (date(2011, 2, 3), date(2011, 2, 4))
    assert done.audit.sums["stock_at_end_sats"] == SUBSIDY_SATS


def test_before_the_first_coin_there_is_a_day_without_any(tmp_path: Path) -> None:
    source = FakeSource(over_midnight())
    with Ledger.open(tmp_path / "ledger", "regtest") as ledger:
        inspect(register(tmp_path), source, ledger, Asked(), read_price_history())
        early = inspect(register(tmp_path), source, ledger, Asked(until=3), read_price_history())
        assert (early.audit.start, early.audit.end) == (date(2011, 2, 2), date(2011, 2, 3))
        assert early.audit.sums["stock_at_end_sats"] == 0
        asked = Asked(start=date(2011, 3, 1))
        with pytest.raises(AuditError, match="before the start"):
            inspect(register(tmp_path), source, ledger, asked, read_price_history())
