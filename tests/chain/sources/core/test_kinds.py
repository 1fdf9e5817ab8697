"""Scripts of every kind: each route through a node finds what the node's own JSON says."""

import pytest

from kilosat.chain.sources import SourceError, Watched

from ..kinds import ALL, KINDS, LEFT_OUT, Kinds
from .conftest import SourceOf
from .test_routes import ROUTES, txids


@pytest.mark.parametrize("route", ROUTES)
def test_each_kind_by_itself_and_all_of_them(route: str, kinds: Kinds, source_of: SourceOf) -> None:
    source = source_of(kinds.node, without=ROUTES[route])
    assert source.status().route == route
    for name, script in ALL.items():
        assert kinds.touched[name], name
        assert txids(source.find(Watched((script,)), 0, kinds.tip)) == kinds.touched[name], name
    for names in (KINDS, ALL):
        found = txids(source.find(Watched(tuple(names.values())), 0, kinds.tip))
        assert found == kinds.of(names)


def test_what_each_kind_holds(kinds: Kinds, source_of: SourceOf) -> None:
    source = source_of(kinds.node)
    for name, script in (KINDS | {"data": LEFT_OUT["data"]}).items():
        told = source.unspent((script,))
        assert {c: o.value_sats for c, o in told.coins.items()} == kinds.unspent[name], name
        assert {o.script for o in told.coins.values()} <= {script}
    together = source.unspent(tuple(KINDS.values()))
    assert together.tip == kinds.tip
    assert len(together.coins) == sum(len(kinds.unspent[name]) for name in KINDS)
    assert source.unspent(()).coins == {}
    # A node takes no empty script; nothing is said rather than nothing be found.
    with pytest.raises(SourceError, match="refuses scantxoutset"):
        source.unspent((b"",))
