"""Where the node listens: its usual port, or the one of its own settings."""

from pathlib import Path

import pytest

from kilosat.chain.address import Network
from kilosat.chain.sources.core.address import node_address

CONF = """# a comment with rpcport=1
server=1
rpcport = 9999   # of the main network alone
signet.rpcport=40000
[regtest]
rpcport=29443
[test]
rpcport=nonsense
"""


@pytest.mark.parametrize(
    ("network", "port"),
    [("mainnet", 9999), ("signet", 40000), ("regtest", 29443), ("testnet", 18332)],
)
def test_the_port_of_the_settings(network: Network, port: int, tmp_path: Path) -> None:
    """Sections as Bitcoin Core reads them; what is no port leaves the usual one."""
    (tmp_path / "bitcoin.conf").write_text(CONF, "utf-8")
    assert node_address(datadir=tmp_path, network=network).port == port
    asked = node_address("http://10.0.0.5:7", datadir=tmp_path, network=network)
    assert (asked.host, asked.port) == ("10.0.0.5", 7)


@pytest.mark.parametrize("data", [None, b"", b"\xff\xfe", b"rpcport=0\nrpcport=70000\n[regtest"])
def test_settings_that_say_nothing(data: bytes | None, tmp_path: Path) -> None:
    if data is not None:
        (tmp_path / "bitcoin.conf").write_bytes(data)
    assert node_address(datadir=tmp_path).port == 8332
