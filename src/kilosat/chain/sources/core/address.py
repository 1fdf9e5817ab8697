"""Where a node listens and how to log in: a URL, a cookie file, or the node's own folder."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kilosat.chain.address import Network
from kilosat.chain.sources.errors import SourceError

__all__ = ["NodeAddress", "node_address"]

# Ports and folders of the networks as in Bitcoin Core's chainparamsbase.cpp.
_PORTS: dict[Network, int] = {"mainnet": 8332, "testnet": 18332, "signet": 38332, "regtest": 18443}
_FOLDERS: dict[Network, tuple[str, ...]] = {
    "mainnet": ("",),
    "testnet": ("testnet4", "testnet3"),
    "signet": ("signet",),
    "regtest": ("regtest",),
}
_SECTIONS: dict[Network, tuple[str, ...]] = {
    "mainnet": ("main",),
    "testnet": ("test", "testnet4"),
    "signet": ("signet",),
    "regtest": ("regtest",),
}
_LONGEST_COOKIE = 4096


@dataclass(frozen=True)
class NodeAddress:
    """Host and port of a node, and either user and password or the file that holds them."""

    host: str
    port: int
    password_login: str = field(default="", repr=False)
    """User and password with a colon between them; never printed."""
    cookie: Path | None = None

    @property
    def place(self) -> str:
        """Host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def name(self) -> str:
        """How messages call it."""
        return f"the node at {self.place}"

    @property
    def is_on_this_machine(self) -> bool:
        """Whether what is said to it stays on this machine."""
        return self.host in ("localhost", "::1") or self.host.startswith("127.")

    def login(self) -> str:
        """User and password with a colon between them; a cookie is read anew at every call.

        The node writes another cookie whenever it starts.

        Raises:
            SourceError: the cookie cannot be read, or is none.
        """
        if self.cookie is None:
            return self.password_login
        try:
            with self.cookie.open("rb") as file:
                text = file.read(_LONGEST_COOKIE).decode().strip()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise SourceError(
                f"{self.cookie}: the cookie cannot be read: {reason}; "
                "it is there while the node runs, for its own user"
            ) from None
        if text.count(":") != 1 or len(text.splitlines()) != 1:
            raise SourceError(f"{self.cookie}: this is not a node's cookie (it is named .cookie)")
        return text


def node_address(
    url: str | None = None,
    cookie: Path | None = None,
    datadir: Path | None = None,
    network: Network = "mainnet",
) -> NodeAddress:
    """Address of a node: ``url`` defaults to this machine and the network's usual port, or the
    ``rpcport`` of ``bitcoin.conf`` in ``datadir``.

    The login is that of ``cookie``, else of the cookie in ``datadir``, else of the URL.

    Raises:
        SourceError: the URL is none, or no login is given. The URL is not repeated in the
            message, as it may hold a password.

    >>> node_address("http://user:pass%40word@127.0.0.1", network="signet").place
    '127.0.0.1:38332'
    """
    usual = _port_in(datadir, network) if datadir is not None else _PORTS[network]
    host, port, login = "127.0.0.1", usual, ""
    if url is not None:
        host, port, login = _parsed(url, usual)
    if cookie is None and datadir is not None:
        cookie = _cookie_in(datadir, network)
    if cookie is None and not login:
        raise SourceError(f"the node needs user and password or a cookie file: {_form(network)}")
    return NodeAddress(host, port, "" if cookie else login, cookie)


def _parsed(url: str, usual_port: int) -> tuple[str, int, str]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or usual_port
    except ValueError:  # what urlsplit says may quote the URL
        host = None
    if not host or parts.scheme != "http" or parts.path.strip("/") or parts.query or parts.fragment:
        raise SourceError(f"this is not the address of a node: {_form('mainnet')}")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return host, port, f"{user}:{password}" if user else ""


def _form(network: Network) -> str:
    return f"write http://user:password@127.0.0.1:{_PORTS[network]}, or name the cookie file"


def _port_in(datadir: Path, network: Network) -> int:
    """``rpcport`` of the node's own settings, else the usual port.

    Outside of sections it holds for the main network alone (Bitcoin Core, doc/bitcoin-conf.md);
    files that are included are not read.
    """
    sections = _SECTIONS[network]
    section, port = "main", _PORTS[network]
    try:
        lines = (datadir / "bitcoin.conf").read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return port
    for line in lines:
        text = line.partition("#")[0].strip()
        if text.startswith("[") and text.endswith("]"):
            section = text[1:-1].strip()
            continue
        name, _, value = (part.strip() for part in text.partition("="))
        of_network, _, short = name.rpartition(".")
        if short == "rpcport" and (of_network or section) in sections and value.isascii():
            port = int(value) if value.isdigit() and 0 < int(value) < 65_536 else port
    return port


def _cookie_in(datadir: Path, network: Network) -> Path:
    """The cookie of the network; the usual place of it where there is none (yet)."""
    places = [datadir / folder / ".cookie" for folder in _FOLDERS[network]]
    places.append(datadir / ".cookie")
    return next((one for one in places if one.exists()), places[0])
