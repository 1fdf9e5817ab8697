"""The command on treasuries: who holds how much bitcoin, and how that is known."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kilosat.cli.app import app, day_asked, refuse
from kilosat.cli.registers import refusing

if TYPE_CHECKING:
    from kilosat.brief.treasuries import Price
    from kilosat.chain.treasuries import Evidence, TreasuryTable

__all__ = ["treasuries"]

_WIDEST = 160
_NARROWEST = 60


@dataclass(frozen=True)
class _Counting:
    """The options that say where coins were counted, and whose they are."""

    ledger: Path | None
    register: str | None
    archive: Path | None
    perimeter: str
    height: int | None
    of: str

    def check(self) -> None:
        """Refuse an option whose other half is missing."""
        if self.ledger and not self.register:
            refuse("--ledger needs --register: the register that the audit was made with")
        if self.register and not self.ledger:
            refuse("--register is for --ledger, which is not given; an archive has its own")
        if self.height is not None and not self.ledger:
            refuse("--height is for --ledger, which is not given; an archive is of its last block")
        if (self.perimeter or self.of) and not (self.ledger or self.archive):
            refuse("--perimeter and --of are for --ledger or --archive: neither is given")


@app.command()
def treasuries(
    holder: Annotated[str | None, typer.Option(help="only this holder")] = None,
    kind: Annotated[
        str | None, typer.Option(help="only government, company or aggregate (a published sum)")
    ] = None,
    as_of: Annotated[
        date | None, typer.Option(parser=day_asked, metavar="DATE", help="reports to this day")
    ] = None,
    history: Annotated[
        str | None, typer.Option(metavar="HOLDER", help="all reports of this holder")
    ] = None,
    ledger: Annotated[
        Path | None, typer.Option(help="a ledger that 'kilosat audit' wrote: its coins are counted")
    ] = None,
    register: Annotated[
        str | None, typer.Option(help="the register of that audit, a shipped one or a file")
    ] = None,
    archive: Annotated[
        Path | None, typer.Option(help="an archive: coins and signatures that it proves")
    ] = None,
    perimeter: Annotated[
        str, typer.Option("--perimeter", "-p", help="of the register; its first if not given")
    ] = "",
    height: Annotated[
        int | None, typer.Option(min=0, help="count the ledger after this block, not its last")
    ] = None,
    of: Annotated[
        str, typer.Option(metavar="HOLDER", help="whose coins, if the register does not tell")
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="folder for treasuries.csv, .json and .xlsx")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the table as JSON")] = False,
) -> None:
    """Bitcoin of governments and companies: reported, verified, how known, at what cost."""
    from kilosat.brief.treasuries import history_text, treasuries_text
    from kilosat.brief.treasuries.write import json_text
    from kilosat.chain.treasuries import treasuries as table_of

    if sum(one is not None for one in (holder, kind, history)) > 1:
        refuse("--holder, --kind and --history each choose rows: keep one")
    counting = _Counting(ledger, register, archive, perimeter, height, of)
    counting.check()
    with refusing():
        day = _day(as_of)
        table = table_of(day)
        table = table.with_evidence(_evidence(table, counting))
        price = _price(day)
        if kind is not None:
            table = _of_kind(table, kind)
        name = holder if holder is not None else history
        if name is not None:
            table = table.only(name)
    written = _write(out, table, price) if out is not None else ()
    if as_json:
        typer.echo(json_text(table, price), nl=False)
        return
    if history is not None:
        typer.echo(history_text(table.holder(history), _width()))
    else:
        typer.echo(treasuries_text(table, price, _width()))
    for path in written:
        typer.echo(path)


def _of_kind(table: "TreasuryTable", kind: str) -> "TreasuryTable":
    if kind in ("fund", "funds", "etf"):
        refuse("no fund or ETF is in the list: --kind is government, company or aggregate")
    return table.of_kind(kind)


def _day(asked: date | None) -> date:
    today = datetime.now(UTC).date()
    if asked and asked > today:
        refuse(f"--as-of {asked} has not come yet; today is {today} (UTC)")
    return asked or today


def _evidence(table: "TreasuryTable", asked: _Counting) -> "dict[str, Evidence]":
    """What the chain shows, by holder: coins from the ledger where there is one, signatures from
    the archive."""
    from dataclasses import replace

    from kilosat.chain.treasuries import Evidence
    from kilosat.chain.treasuries.perimeter import holder_of

    found: dict[str, Evidence] = {}
    if asked.archive:
        from kilosat.chain.treasuries.from_archive import evidence_in_archive

        own, shown = evidence_in_archive(asked.archive, asked.perimeter)
        found[holder_of(own, table, asked.of)] = shown
    if asked.ledger and asked.register:
        from kilosat.chain.register import read_register
        from kilosat.chain.secrets import refuse_secrets
        from kilosat.chain.treasuries.from_ledger import counted_in_ledger
        from kilosat.definitions import find_register

        refuse_secrets(asked.register, "the command line")
        known = read_register(find_register(asked.register))
        coins = counted_in_ledger(asked.ledger, known, asked.perimeter, asked.height)
        key = holder_of(known, table, asked.of)
        found[key] = replace(found.get(key, Evidence()), coins=coins)
    return found


def _price(day: date) -> "Price | None":
    """The last close to a day; none before the first."""
    from kilosat.brief.treasuries import Price
    from kilosat.definitions.history import read_prices

    prices = read_prices()
    closes = prices.value[[known <= day for known in prices.value.index]]
    if closes.empty or prices.source is None:
        return None
    return Price(float(closes.iloc[-1]), closes.index[-1], prices.source)


def _write(folder: Path, table: "TreasuryTable", price: "Price | None") -> tuple[Path, ...]:
    from kilosat.brief.treasuries import write_treasuries

    try:
        return write_treasuries(table, price, folder)
    except OSError as error:
        refuse(f"{folder}: cannot be written ({error.strerror or error})")


def _width() -> int:
    """Of the terminal; the widest where there is none."""
    from shutil import get_terminal_size

    return max(_NARROWEST, min(_WIDEST, get_terminal_size((_WIDEST, 24)).columns))
