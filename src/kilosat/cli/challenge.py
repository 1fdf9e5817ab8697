"""Command: what a holder is asked to sign, so that control is proven after a known block."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kilosat.cli.app import app, refuse
from kilosat.cli.chain_sources import (
    CaFile,
    Cookie,
    Datadir,
    Electrum,
    Esplora,
    Named,
    Node,
    opened,
)
from kilosat.cli.registers import RegisterName, refusing, register_named

if TYPE_CHECKING:
    from kilosat.chain.register import Register, Wallet

__all__ = ["challenge"]

_MOST = 100


@app.command()
def challenge(
    register: RegisterName,
    wallet: Annotated[
        list[str] | None, typer.Option(help="key of a wallet; all of the register if not given")
    ] = None,
    node: Node = None,
    cookie: Cookie = None,
    datadir: Datadir = None,
    electrum: Electrum = None,
    ca_file: CaFile = None,
    esplora: Esplora = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="file to write")] = Path("controls.toml"),
) -> None:
    """Write the messages that the holder is to sign (BIP 322), each naming the newest block.

    The holder fills in the signatures and sends the file back; it goes into an archive with
    'kilosat audit --archive FILE --signatures controls.toml'.
    """
    from kilosat.chain.control import control_message

    named = Named(node, cookie, datadir, electrum, ca_file, esplora)
    with refusing(), register_named(register) as (known, _):
        wallets = _wallets(known, wallet or [])
        with opened(named, known.network, several=False) as sources:
            tip = sources[0].status().tip
        day = datetime.now(UTC).date()
        entries = [
            f'\n[[control]]\nwallet = "{one.key}"\naddress = "{address}"\ndate = {day}\n'
            f'message = "{_quoted(control_message(one.title, day, tip))}"\nsignature = ""\n'
            for one in wallets
            for address in _addresses(known, one)
        ]
        if not entries:
            refuse("none of these wallets has an address that could be signed for")
        with out.open("x", encoding="utf-8") as file:
            file.write("# To be signed with the key of each address (BIP 322: simple or full).\n")
            file.write("format = 1\n" + "".join(entries))
    typer.echo(f"{out}: {len(entries)} messages that name block {tip.height}")


def _wallets(register: "Register", keys: list[str]) -> "list[Wallet]":
    unknown = [key for key in keys if key not in register.wallets]
    if unknown:
        known = ", ".join(register.wallets) or "none"
        refuse(f"{register.file} has no wallet '{unknown[0]}'; known: {known}")
    return [register.wallets[key] for key in keys or register.wallets]


def _addresses(register: "Register", wallet: "Wallet") -> list[str]:
    """Addresses of single scripts; of a ranged branch the first, which shows its key."""
    from kilosat.chain.address import address_from_script

    scripts = [next(iter(branch.scripts(0, 1)))[1] for branch in wallet.branches[:_MOST]]
    addresses = [address_from_script(script, register.network) for script in scripts]
    return [address for address in addresses if address]


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
