"""Commands on definition files: check, list, new."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kilosat.cli.app import USER_ERROR, app, new_app, refuse

if TYPE_CHECKING:
    from kilosat.definitions import Finding

__all__ = ["check", "list_shipped", "new_country", "new_register"]

_REGISTER = re.compile(
    rb"^[ \t]*(?:register[ \t]*[.=]|\[{1,2}[ \t]*"
    rb"(?:register|groups|entities|wallets|labels|announcements|perimeters)[ \t]*[].])",
    re.MULTILINE,
)
"""A section that only a register has; its own header may be misspelled."""


@app.command()
def check(
    path: Annotated[
        Path,
        typer.Argument(help="a country's folder, a blueprint's file, or a register of wallets"),
    ],
) -> None:
    """Report all findings in a definition at once; exit code 2 if it has errors."""
    _refuse_secrets(str(path), "the command line")
    findings = _findings(path)
    for finding in findings:
        typer.echo(str(finding), err=finding.severity == "error")
    errors = sum(finding.severity == "error" for finding in findings)
    if errors:
        typer.echo(f"{errors} error{'s' if errors > 1 else ''} in {path}", err=True)
        raise typer.Exit(USER_ERROR)
    typer.echo(f"{path}: no errors")


def _findings(path: Path) -> "tuple[Finding, ...]":
    """A register is known by its sections; everything else by its place or name.

    A country and a register that ship under one name are both checked.
    """
    from kilosat.definitions import check as check_definition
    from kilosat.definitions import find_register, list_registers

    try:
        is_register = path.is_file() and _REGISTER.search(path.read_bytes()) is not None
    except (OSError, ValueError):
        is_register = False
    if is_register:
        return _findings_of_register(path)
    found = tuple(check_definition(path))
    if str(path) in list_registers():
        return found + _findings_of_register(find_register(path))
    return found


def _findings_of_register(path: Path) -> "tuple[Finding, ...]":
    from kilosat.chain.register import check_register

    return check_register(path, datetime.now(UTC).date())


def _refuse_secrets(text: str, where: str) -> None:
    from kilosat.chain.secrets import SecretError, refuse_secrets

    try:
        refuse_secrets(text, where)
    except SecretError as error:
        refuse(str(error))


@app.command(name="list")
def list_shipped() -> None:
    """List the countries, blueprints and registers of wallets that ship with kilosat."""
    from kilosat.definitions import list_blueprints, list_countries, list_registers

    typer.echo("countries:  " + ", ".join(list_countries()))
    typer.echo("blueprints: " + ", ".join(list_blueprints()))
    typer.echo("registers:  " + ", ".join(list_registers()))


@new_app.command("country")
def new_country(
    name: Annotated[str, typer.Argument(help="the country's name")],
    into: Annotated[Path, typer.Option("--into", help="parent folder")] = Path(),
) -> None:
    """Write a commented country template that passes 'kilosat check'."""
    from kilosat.definitions import write_country_template

    _refuse_secrets(f"{into}\n{name}", "the command line")
    folder = into / name.lower().replace(" ", "-")
    try:
        written = write_country_template(folder, name)
    except FileExistsError:
        refuse(f"{folder} exists and is left as it is; choose another name or --into")
    except (OSError, ValueError) as error:
        refuse(f"{folder}: {error}")
    for path in written:
        typer.echo(path)
    typer.echo(f"next: edit {folder / 'country.toml'}, then run: kilosat check {folder}")


@new_app.command("register")
def new_register(
    name: Annotated[str, typer.Argument(help="whose wallets, such as a country's name")],
    into: Annotated[Path, typer.Option("--into", help="folder to write to")] = Path(),
) -> None:
    """Write a commented register of wallets that passes 'kilosat check'."""
    from kilosat.chain.register.template import write_register_template

    _refuse_secrets(f"{into}\n{name}", "the command line")
    try:
        path = write_register_template(into, name)
    except FileExistsError as error:
        refuse(f"{error.filename} exists and is left as it is; choose another name or --into")
    except (OSError, ValueError) as error:
        refuse(f"{into}: {error}")
    typer.echo(path)
    typer.echo(f"next: edit it, then run: kilosat check {path}")
