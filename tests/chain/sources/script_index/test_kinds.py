"""Scripts of every kind, from servers that index by script."""

from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
from tests.regtest.electrumx_server import ElectrumXServer
from tests.regtest.esplora_server import EsploraServer

from kilosat.chain.header import hex_of_hash
from kilosat.chain.sources import ChainSource, SourceError, Watched
from kilosat.chain.sources.electrum import electrum_source
from kilosat.chain.sources.esplora import esplora_source

from ..kinds import ALL, LEFT_OUT, Kinds

INDEXED = {name: script for name, script in ALL.items() if name != "data"}


@pytest.fixture(scope="module", params=["electrum", "esplora"])
def opened(
    request: pytest.FixtureRequest, kinds: Kinds, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ChainSource]:
    with ExitStack() as stack:
        if request.param == "esplora":
            esplora = stack.enter_context(EsploraServer(kinds.node))
            yield stack.enter_context(closing(esplora_source(esplora.url, "regtest")))
        else:
            folder = tmp_path_factory.mktemp("electrumx")
            electrum = stack.enter_context(ElectrumXServer(kinds.node, folder))
            electrum.wait_for_tip()
            yield stack.enter_context(closing(electrum_source(electrum.tcp, "regtest")))


def found(source: ChainSource, kinds: Kinds, *scripts: bytes) -> dict[str, int]:
    return {
        hex_of_hash(one.proof.txid): block.height
        for block in source.find(Watched(scripts), 0, kinds.tip)
        for one in block.transactions
    }


def test_each_kind_by_itself_and_all_of_them(opened: ChainSource, kinds: Kinds) -> None:
    for name, script in INDEXED.items():
        assert found(opened, kinds, script) == kinds.touched[name], name
    assert found(opened, kinds, *INDEXED.values()) == kinds.of(INDEXED)


def test_what_each_kind_holds(opened: ChainSource, kinds: Kinds) -> None:
    for name, script in INDEXED.items():
        told = opened.unspent((script,))
        assert told is not None
        assert told.tip == kinds.tip
        assert {c: o.value_sats for c, o in told.coins.items()} == kinds.unspent[name], name


def test_what_such_servers_leave_out_is_refused(opened: ChainSource, kinds: Kinds) -> None:
    """They hold nothing of data outputs: not finding any would not mean that there are none."""
    assert kinds.touched["data"]
    with pytest.raises(SourceError, match="OP_RETURN"):
        found(opened, kinds, LEFT_OUT["data"])
