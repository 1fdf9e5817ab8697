"""A real Electrum server over a chain with payments, started once."""

from collections.abc import Iterator

import pytest
from tests.regtest.electrum_proxy import ElectrumProxy
from tests.regtest.electrumx_server import ElectrumXServer
from tests.regtest.paid_chain import PaidChain


@pytest.fixture(scope="session")
def server(chain: PaidChain, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ElectrumXServer]:
    with ElectrumXServer(chain.node, tmp_path_factory.mktemp("electrumx")) as server:
        server.wait_for_tip()
        yield server


@pytest.fixture
def proxy(server: ElectrumXServer) -> Iterator[ElectrumProxy]:
    with ElectrumProxy(server.tcp_port) as proxy:
        yield proxy
