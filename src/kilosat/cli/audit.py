"""Commands on wallets of the chain: audit and watch."""

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

Day = Annotated[date | None, typer.Option(parser=day_asked, metavar="DATE")]
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
    Path | None, typer.Option(help="CSV of daily closes (date, close) in place of those shipped")
]


@app.command()
def audit(
    register: RegisterName,
    perimeter: Perimeter = "",
    start: Day = None,
    end: Day = None,
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
    until: Annotated[int | None, typer.Option(help="last block to read; the tip if not")] = None,
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
                _say(done)
                _write(done, known, out)
                if archive:
                    controls = [one.control for one in done.audit.controls]
                    _pack(archive, journal, sources[0], path, controls, books)
    if any(check.agrees is False for check in done.checks.values()):
        typer.echo("the sources do not agree: see above, and trust no figure before they do")
        raise typer.Exit(USER_ERROR)


@app.command()
def watch(
    register: RegisterName,
    perimeter: Perimeter = "",
    start: Day = None,
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
    named = Named(node, cookie, datadir, electrum, ca_file, esplora)
    asked = Asked(perimeter, start, None, reserve)
    with refusing(), register_named(register) as (known, _):
        closes = _closes(prices)
        with opened(named, known.network, several=False) as sources:
            from kilosat.chain.audit.facts import counted
            from kilosat.chain.ledger import Ledger
            from kilosat.chain.sources.waiting import new_tips

            with Ledger.open(_ledger_path(ledger, out, known), known.network) as journal:
                tips = new_tips(sources[0], zmq, every)
                for number, tip in enumerate(tips, start=1):
                    done = _inspected(known, sources, journal, asked, closes)
                    new = counted(done.outcome.entries, "new transaction")
                    typer.echo(f"block {tip.height}: {new}")
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
    _say_reorganisations(done)
    for name, check in done.checks.items():
        for line in check.differences:
            typer.echo(f"DIFFERS, {name}: {line}", err=True)
        for line in check.unknown:
            typer.echo(f"not compared, {name}: {line}", err=True)


def _say_reorganisations(done: "Inspection") -> None:
    from kilosat.chain.audit.facts import counted

    for one in done.outcome.reorganisations:
        lost, gone = one.lost.height - one.fork.height, len(one.retracted)
        typer.echo(
            f"REORGANISATION: {counted(lost, 'block')} after {one.fork.height} left the chain, and"
            f" with them {counted(gone, 'transaction')} of the ledger"
        )


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
