"""Command: the labels of a register as a label file that other wallet programs read."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kilosat.cli.app import app, refuse
from kilosat.cli.registers import RegisterName, refusing, register_named

if TYPE_CHECKING:
    from kilosat.chain.register import WatchedScript

__all__ = ["labels"]


@app.command()
def labels(
    register: RegisterName,
    ledger: Annotated[
        Path | None,
        typer.Option(help="ledger of an audit: adds addresses in use, and transactions on chain"),
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="file to write")] = Path("labels.jsonl"),
) -> None:
    """Write the labels of a register as a label file (BIP 329), for any wallet that reads it."""
    with refusing(), register_named(register) as (known, _):
        from kilosat.chain.ledger import Ledger
        from kilosat.chain.register import label_lines

        on_chain: set[bytes] = set()
        highest: dict[str, dict[int, int]] = {}
        if ledger:
            with Ledger.read_only(ledger) as journal:
                if journal.network != known.network:
                    refuse(f"{ledger} is a ledger of {journal.network}, not of {known.network}")
                on_chain = {entry.txid for entry in journal.entries()}
                highest = _highest(journal.watched(), journal.used_scripts())
        text = label_lines(known, on_chain, highest)
        out.write_text(text, encoding="utf-8", newline="")
    typer.echo(f"{out}: {text.count(chr(10))} labels")


def _highest(
    watched: "Iterable[WatchedScript]", used: frozenset[bytes]
) -> dict[str, dict[int, int]]:
    """The highest child number in use, by wallet and branch."""
    found: dict[str, dict[int, int]] = {}
    for one in watched:
        if one.script in used:
            branches = found.setdefault(one.wallet, {})
            branches[one.branch] = max(one.index, branches.get(one.branch, 0))
    return found
