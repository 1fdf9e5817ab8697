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
    from kilosat.chain.control.asked import Address
    from kilosat.chain.register import Register, Wallet

__all__ = ["challenge"]


@app.command()
def challenge(
    register: RegisterName,
    wallet: Annotated[
        list[str] | None, typer.Option(help="key of a wallet; all of the register if not given")
    ] = None,
    ledger: Annotated[
        Path | None,
        typer.Option(help="ledger of an audit: asks for the addresses that hold coins"),
    ] = None,
    most: Annotated[
        int,
        typer.Option(min=1, help="with --ledger: so many addresses, those with most coins first"),
    ] = 100,
    node: Node = None,
    cookie: Cookie = None,
    datadir: Datadir = None,
    electrum: Electrum = None,
    ca_file: CaFile = None,
    esplora: Esplora = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="file to write")] = Path("controls.toml"),
) -> None:
    """Write the messages that the holder is to sign (BIP 322), each naming the newest block.

    Without --ledger they are for single addresses and the first of each ranged branch. The holder
    fills in the signatures and sends the file back; 'kilosat audit --signatures controls.toml'
    says which coins lie under them, and with --archive FILE they go into the archive.
    """
    from kilosat.chain.control import control_message

    named = Named(node, cookie, datadir, electrum, ca_file, esplora)
    with refusing(), register_named(register) as (known, _):
        wallets = _wallets(known, wallet or [])
        asked = _asked(known, wallets, ledger)
        with opened(named, known.network, several=False) as sources:
            tip = sources[0].status().tip
        day = datetime.now(UTC).date()
        entries = [
            f'\n[[control]]\nwallet = "{one.wallet.key}"\naddress = "{one.address}"\ndate = {day}\n'
            f'message = "{_quoted(control_message(one.wallet.title, day, tip))}"\nsignature = ""\n'
            for one in asked[:most]
        ]
        if not entries:
            refuse("none of these wallets has an address that could be signed for")
        with out.open("x", encoding="utf-8") as file:
            file.write("# To be signed with the key of each address (BIP 322: simple or full).\n")
            file.write("format = 1\n" + "".join(entries))
    typer.echo(f"{out}: {len(entries)} messages that name block {tip.height}")
    if ledger:
        _say_of_coins(asked, most)


def _asked(register: "Register", wallets: "list[Wallet]", path: Path | None) -> "list[Address]":
    from kilosat.chain.control.asked import addresses_to_sign, first_addresses

    if path is None:
        return first_addresses(register, wallets)
    from kilosat.chain.ledger import Ledger

    with Ledger.read_only(path) as ledger:
        if ledger.network != register.network:
            refuse(f"{path} is a ledger of {ledger.network}, not of {register.network}")
        watched = {one.script: one.wallet for one in ledger.watched()}
        return addresses_to_sign(register, wallets, ledger.balances(), watched)


def _say_of_coins(asked: "list[Address]", most: int) -> None:
    from kilosat.chain.audit import coins_text

    held = [one.sats or 0 for one in asked]
    places = "1 address" if len(held) == 1 else f"{len(held)} addresses"
    of_all = f"of the {coins_text(sum(held))} at {places} of these wallets"
    typer.echo(f"they are for {coins_text(sum(held[:most]))} {of_all}")


def _wallets(register: "Register", keys: list[str]) -> "list[Wallet]":
    unknown = [key for key in keys if key not in register.wallets]
    if unknown:
        known = ", ".join(register.wallets) or "none"
        refuse(f"{register.file} has no wallet '{unknown[0]}'; known: {known}")
    return [register.wallets[key] for key in keys or register.wallets]


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
