"""The command that extends the shipped series; nothing is fetched unless it is asked for."""

import os
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kilosat.cli.app import app, refuse
from kilosat.cli.chain_sources import Cookie, Datadir, Named, Node

if TYPE_CHECKING:
    from kilosat.updates import PriceSeries

__all__ = ["data_app", "update"]

data_app = typer.Typer(help="Extend the shipped series of network and price.", no_args_is_help=True)
app.add_typer(data_app, name="data")


@data_app.callback()
def _data() -> None:
    """Extend the shipped series of network and price."""


@data_app.command()
def update(
    node: Node = None,
    cookie: Cookie = None,
    datadir: Datadir = None,
    prices: Annotated[
        Path | None, typer.Option(help="CSV of daily closes at 24:00 UTC: date, close")
    ] = None,
    fetch_prices: Annotated[
        bool, typer.Option("--fetch-prices", help="ask Coinbase Exchange for daily closes")
    ] = False,
    into: Annotated[
        Path | None, typer.Option(help="folder to write to; else that of KILOSAT_DATA")
    ] = None,
) -> None:
    """Add later days to the series, from your own node and your own prices, all or nothing."""
    if prices and fetch_prices:
        refuse("--prices and --fetch-prices exclude each other: choose one")
    named = Named(node, cookie, datadir)
    if not (named.has_node or prices or fetch_prices):
        refuse(
            "say what to add: --node, --cookie or --datadir, and --prices FILE or --fetch-prices"
        )
    folder = into or Path(os.environ.get("KILOSAT_DATA", ""))
    if not into and not os.environ.get("KILOSAT_DATA"):
        refuse("say where to write: --into FOLDER, or set KILOSAT_DATA")
    from rich.console import Console

    from kilosat import __version__
    from kilosat.updates import UpdateError, connected, extend

    now = datetime.now(UTC)
    try:
        with (
            Console(stderr=True).status("kilosat data update") as status,
            connected(node, cookie, datadir) if named.has_node else nullcontext() as own,
        ):
            outcome = extend(
                folder,
                now=now,
                version=__version__,
                node=own,
                prices=_prices(prices, fetch_prices, folder, now),
                progress=status.update,
            )
    except UpdateError as error:
        refuse(str(error))
    for one in outcome.added:
        typer.echo(f"{folder / one.file}: {one.first} to {one.last}, from {one.source}")
    if not outcome.added:
        typer.echo("nothing to add: the series have these days already")
    elif os.environ.get("KILOSAT_DATA") != str(folder):
        typer.echo(f"to use it: export KILOSAT_DATA={folder.absolute()}")


def _prices(file: Path | None, fetch: bool, folder: Path, now: datetime) -> "PriceSeries | None":
    from kilosat.updates import fetch_prices, read_price_file
    from kilosat.updates.prices import OVERLAP_DAYS
    from kilosat.updates.tables import read_base

    if file:
        return read_price_file(file)
    if fetch:
        since = read_base(folder).last_price - timedelta(days=OVERLAP_DAYS - 1)
        return fetch_prices(since, now)
    return None
