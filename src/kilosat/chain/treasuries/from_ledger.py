"""Coins of a register's wallets as a ledger counted them, on the chain, block by block."""

import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

from kilosat.chain.ledger import Ledger
from kilosat.chain.register import Register
from kilosat.chain.scan.watching import scripts_to_watch
from kilosat.chain.sources.printable import printable
from kilosat.chain.treasuries.errors import TreasuryError
from kilosat.chain.treasuries.filled import filled_through
from kilosat.chain.treasuries.perimeter import Chosen, chosen
from kilosat.chain.treasuries.treasury import VerifiedCoins

__all__ = ["coins_in", "counted_in_ledger"]


def counted_in_ledger(
    path: Path, register: Register, perimeter: str = "", height: int | None = None
) -> VerifiedCoins:
    """What the wallets of a perimeter hold after the block at ``height``, the ledger's tip if none.

    Raises:
        TreasuryError: register and ledger do not belong together, or nothing can be counted.
        LedgerError: the file is no ledger, is damaged, or is not searched as far as ``height``.
    """
    inside = chosen(register, perimeter)
    with _opened(path) as ledger:
        if ledger.network != register.network:
            raise TreasuryError(
                f"{path.name} is a ledger of {ledger.network}, and {register.file} is of "
                f"{register.network}: they do not belong together"
            )
        ledger.check()
        return coins_in(ledger, inside, height)


def coins_in(ledger: Ledger, inside: Chosen, height: int | None = None) -> VerifiedCoins:
    """The same of a ledger that is open.

    Raises:
        TreasuryError: the ledger did not look for all scripts, or not to the end, or only an
            archive filled it.
        LedgerError: it is not searched as far as ``height``.
    """
    name = Path(ledger.label).name
    _refuse_archives_alone(ledger, name)
    scripts = _scripts(ledger, inside)
    tip = ledger.tip()
    if tip is None:
        raise TreasuryError(f"{name} is not searched to the end yet: finish the audit")
    at = tip.height if height is None else height
    held = ledger.balances(at)
    day = _day(ledger, at)
    return VerifiedCoins(
        sats=sum(held.get(script, 0) for script in scripts),
        height=at,
        day=day,
        counted_by="ledger",
        file=name,
        register=inside.register.name,
        perimeter=inside.title,
        attribution=inside.attribution,
        scripts=len(scripts),
        unseen=inside.unseen,
        limits=(*filled_through(ledger.sources()), *inside.owed(day)),
    )


def _opened(path: Path) -> Ledger:
    try:
        return Ledger.read_only(path)
    except sqlite3.DatabaseError:  # a file that is no database at all is met before its checks
        raise TreasuryError(f"{path} is no ledger of kilosat; name another file") from None


def _refuse_archives_alone(ledger: Ledger, name: str) -> None:
    """A ledger keeps no sign of whether the archive's chain was shown to be the main network."""
    sources = ledger.sources()
    if sources and all(one.kind == "archive" for one in sources):
        raise TreasuryError(
            f"{name} was filled from the archive {printable(sources[-1].name)} alone: give that "
            "with --archive, so that what it proves is checked"
        )


def _scripts(ledger: Ledger, inside: Chosen) -> frozenset[bytes]:
    """The scripts to count; refused where the ledger did not look for all of them."""
    wanted = {one.script for one in scripts_to_watch(inside.wallets, ledger.used_scripts())}
    missing = len(wanted - set(ledger.scripts()))
    if missing:
        raise TreasuryError(
            f"{Path(ledger.label).name} did not look for {missing:,} of the {len(wanted):,} "
            f"scripts of {inside.register.file}: it is of another register, or of an older one; "
            "run the audit of this register"
        )
    return frozenset(wanted)


def _day(ledger: Ledger, height: int) -> date | None:
    header = ledger.header(height)
    return datetime.fromtimestamp(header.time, UTC).date() if header else None
