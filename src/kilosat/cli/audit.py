"""Commands on wallets of the chain: audit and watch."""

import math
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kilosat.cli.app import USER_ERROR, app, day_asked, refuse
from kilosat.cli.chain_sources import (
    CaFile,
    Cookie,
    Datadir,
    Electrum,
    Esplora,
    FromArchive,
    Named,
    Node,
    opened,
)
from kilosat.cli.registers import RegisterName, archive_named, refusing, register_named

if TYPE_CHECKING:
    from kilosat.chain.control import Control
    from kilosat.chain.inspection import Asked, ControlsOf, Inspection
    from kilosat.chain.ledger import Ledger
    from kilosat.chain.register import Register
    from kilosat.chain.scan import Progress
    from kilosat.chain.sources import ChainSource
    from kilosat.definitions.price_history import PriceHistory

__all__ = ["audit", "watch"]

_NAMED = 10

_START = "from 00:00 UTC of this day; the day of the first coin if not given"
_END = "to 00:00 UTC of this day; the end of what was read if not given"
Start = Annotated[date | None, typer.Option(parser=day_asked, metavar="DATE", help=_START)]
End = Annotated[date | None, typer.Option(parser=day_asked, metavar="DATE", help=_END)]
Perimeter = Annotated[
    str,
    typer.Option(
        "--perimeter", "-p", help="key of the register, or wallet:KEY; its first if not given"
    ),
]
Reserve = Annotated[
    str | None, typer.Option(help="perimeter or wallet:KEY that the dashboard shows")
]
LedgerPath = Annotated[
    Path | None, typer.Option("--ledger", help="file of the ledger; else in the folder of --out")
]
Out = Annotated[Path, typer.Option("--out", "-o", help="folder to write to")]
Prices = Annotated[
    Path | None,
    typer.Option(help="CSV of closes (date, close_usd), every day once, in place of those shipped"),
]


@app.command()
def audit(
    register: RegisterName,
    perimeter: Perimeter = "",
    start: Start = None,
    end: End = None,
    reserve: Reserve = None,
    node: Node = None,
    cookie: Cookie = None,
    datadir: Datadir = None,
    electrum: Electrum = None,
    ca_file: CaFile = None,
    esplora: Esplora = None,
    from_archive: FromArchive = None,
    cross: Annotated[
        bool, typer.Option("--cross-check", help="read a second source too, and compare")
    ] = False,
    until: Annotated[
        int | None, typer.Option(min=0, help="last block to read; the tip if not")
    ] = None,
    prices: Prices = None,
    ledger: LedgerPath = None,
    archive: Annotated[
        Path | None, typer.Option(help="pack the proofs into this file, for 'kilosat verify'")
    ] = None,
    signatures: Annotated[
        Path | None, typer.Option(help="TOML of signatures of control, see 'kilosat challenge'")
    ] = None,
    books: Annotated[
        bool, typer.Option("--books", help="pack client deposits and payments into it too")
    ] = False,
    out: Out = Path("out"),
) -> None:
    """Follow wallets on the chain and say which coins came from outside; exit code 2 if it cannot.

    Writes audit.html, audit.json, audit.xlsx and the flows, coins and journal as files. An audit
    that was interrupted goes on where it stopped.
    """
    from kilosat.chain.inspection import Asked

    if books and not archive:
        refuse("--books go into an archive: add --archive FILE")
    named = Named(node, cookie, datadir, electrum, ca_file, esplora, from_archive)
    asked = Asked(perimeter, start, end, reserve, until)
    with refusing(), register_named(register) as (known, path):
        named = named.or_archive(archive_named(register), cross)
        closes = _closes(prices)
        with opened(named, known.network, cross) as sources:
            from kilosat.chain.ledger import Ledger

            with Ledger.open(_ledger_path(ledger, out, known), known.network) as journal:
                journal.check()
                read = _signatures(signatures, known)
                done = _inspected(known, sources, journal, asked, closes, read)
                _say_reorganisations(done, journal)
                _say(done)
                _write(done, known, out)
                if archive:
                    controls = [one.control for one in done.audit.controls]
                    _pack(archive, journal, sources[0], path, controls, books)
    if any(check.agrees is False for check in done.checks.values()):
        typer.echo("the sources do not agree: see above, and trust no figure before they do")
        raise typer.Exit(USER_ERROR)
    if cross and not all(check.bears_out for check in list(done.checks.values())[1:]):
        typer.echo("the second source was not compared: see above, and ask again or another one")
        raise typer.Exit(USER_ERROR)


@app.command()
def watch(
    register: RegisterName,
    perimeter: Perimeter = "",
    start: Start = None,
    reserve: Reserve = None,
    node: Node = None,
    cookie: Cookie = None,
    datadir: Datadir = None,
    electrum: Electrum = None,
    ca_file: CaFile = None,
    esplora: Esplora = None,
    zmq: Annotated[
        str | None, typer.Option(help="your node's zmqpubhashblock, as tcp://127.0.0.1:28332")
    ] = None,
    every: Annotated[float, typer.Option(help="seconds between two looks, also with --zmq")] = 30.0,
    rounds: Annotated[
        int | None, typer.Option(help="end after so many blocks; until Ctrl-C if not given")
    ] = None,
    prices: Prices = None,
    ledger: LedgerPath = None,
    out: Out = Path("out"),
) -> None:
    """Follow new blocks, and write the audit anew after each; reorganisations are reported."""
    from kilosat.chain.inspection import Asked

    if every <= 0:
        refuse("--every must be above 0 seconds")
    # Short of patience, since ``Patience`` says what it waits for and has enough of it.
    named = Named(node, cookie, datadir, electrum, ca_file, esplora, patience_seconds=0.0)
    asked = Asked(perimeter, start, None, reserve)
    with refusing(), register_named(register) as (known, _):
        closes = _closes(prices)
        with opened(named, known.network, several=False) as sources:
            from kilosat.chain.audit.facts import counted
            from kilosat.chain.ledger import Ledger
            from kilosat.chain.sources.waiting import Patience, new_tips

            with Ledger.open(_ledger_path(ledger, out, known), known.network) as journal:

                def again() -> "Inspection":
                    return _inspected(known, sources, journal, asked, closes)

                journal.check()
                patience = Patience(math.inf, _say_waiting)
                for number, tip in enumerate(new_tips(sources[0], zmq, every, patience), start=1):
                    done = again() if number == 1 else patience.result_of(again)
                    new = counted(done.outcome.entries, "new transaction")
                    typer.echo(f"block {tip.height}: {new}")
                    _say_reorganisations(done, journal)
                    if number == 1 or done.outcome.entries or done.outcome.reorganisations:
                        _say(done)
                    _write(done, known, out, quiet=True)
                    if number == rounds:
                        break


def _closes(path: Path | None) -> "PriceHistory":
    from kilosat.definitions.price_history import read_price_history

    return read_price_history(path)


def _ledger_path(path: Path | None, out: Path, register: "Register") -> Path:
    if path is None:
        out.mkdir(parents=True, exist_ok=True)
        path = out / f"{register.name}.ledger"
    return path


def _inspected(
    register: "Register",
    sources: "list[ChainSource]",
    ledger: "Ledger",
    asked: "Asked",
    closes: "PriceHistory",
    controls_of: "ControlsOf | None" = None,
) -> "Inspection":
    from rich.console import Console

    from kilosat.chain.inspection import inspect

    with Console(stderr=True).status("reading the chain") as status:
        progress = _progress(status.update)
        return inspect(
            register, sources[0], ledger, asked, closes, sources[1:], progress, controls_of
        )


def _signatures(path: Path | None, register: "Register") -> "ControlsOf | None":
    if path is None:
        return None
    from kilosat.chain.control.file import read_controls

    return lambda scripts: read_controls(path, register, scripts)


def _progress(show: Callable[[str], None]) -> "Callable[[Progress], None]":
    def update(progress: "Progress") -> None:
        done = f"block {progress.height:,} of {progress.target:,}"
        show(f"{done}: {progress.entries:,} transactions of {progress.scripts:,} scripts")

    return update


def _say(done: "Inspection") -> None:
    found = done.audit
    typer.echo(f"{found.scope.title}, {found.start} to {found.end}")
    for fact in found.verdict:
        typer.echo(f"* {found.say(fact)}")
    if found.limits:
        typer.echo("What could not be known:")
    for limit in found.limits:
        typer.echo(f"* {limit.text}" + (f" ({limit.remedy})" if limit.remedy else ""))
    for name, check in done.checks.items():
        if check.agrees and len(done.checks) > 1:
            typer.echo(f"agrees, {name}: {'; '.join(check.compared)}")
        for line in check.differences:
            typer.echo(f"DIFFERS, {name}: {line}", err=True)
        for line in check.unknown:
            typer.echo(f"not compared, {name}: {line}", err=True)


def _say_reorganisations(done: "Inspection", ledger: "Ledger") -> None:
    """Which transactions left the chain, before the figures that no longer count them."""
    from kilosat.chain.audit.facts import counted
    from kilosat.chain.header import hex_of_hash

    for one in done.outcome.reorganisations:
        lost, gone = one.lost.height - one.fork.height, one.retracted
        typer.echo(
            f"REORGANISATION: {counted(lost, 'block')} after {one.fork.height} left the chain, and"
            f" with them {counted(len(gone), 'transaction')} of the ledger"
        )
        for txid in gone[:_NAMED]:
            back = "is in the chain again" if ledger.entry(txid) else "is in no block now"
            typer.echo(f"  {hex_of_hash(txid)} {back}")
        if len(gone) > _NAMED:
            typer.echo(f"  and {len(gone) - _NAMED} more: see audit.json")


def _say_waiting(trouble: str | None) -> None:
    text = f"waiting: {trouble}" if trouble else "the source answers again"
    typer.echo(text, err=True)


def _write(done: "Inspection", register: "Register", out: Path, quiet: bool = False) -> None:
    from kilosat import __version__
    from kilosat.brief.audit import write_audit

    written = write_audit(done, register, out, version=__version__)
    for path in () if quiet else written:
        typer.echo(path)


def _pack(
    archive: Path,
    ledger: "Ledger",
    source: "ChainSource",
    path: Path,
    controls: "Sequence[Control]",
    books: bool,
) -> None:
    from kilosat.chain.archive.write import write_archive

    unspent = source.unspent(ledger.scripts())
    write_archive(archive, ledger, source, path, controls, with_books=books, unspent=unspent)
    typer.echo(archive)
