"""Commands on definition files: check, list, new."""

from pathlib import Path
from typing import Annotated

import typer

from kilosat.cli.app import USER_ERROR, app, new_app, refuse

__all__ = ["check", "list_shipped", "new_country"]


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="a country's folder, or a blueprint's file")],
) -> None:
    """Report all findings in a country or a blueprint at once; exit code 2 if it has errors."""
    from kilosat.definitions import check as check_definition

    findings = check_definition(path)
    for finding in findings:
        typer.echo(str(finding), err=finding.severity == "error")
    errors = sum(finding.severity == "error" for finding in findings)
    if errors:
        typer.echo(f"{errors} error{'s' if errors > 1 else ''} in {path}", err=True)
        raise typer.Exit(USER_ERROR)
    typer.echo(f"{path}: no errors")


@app.command(name="list")
def list_shipped() -> None:
    """List the countries and blueprints that ship with kilosat."""
    from kilosat.definitions import list_blueprints, list_countries

    typer.echo("countries:  " + ", ".join(list_countries()))
    typer.echo("blueprints: " + ", ".join(list_blueprints()))


@new_app.command("country")
def new_country(
    name: Annotated[str, typer.Argument(help="the country's name")],
    into: Annotated[Path, typer.Option("--into", help="parent folder")] = Path(),
) -> None:
    """Write a commented country template that passes 'kilosat check'."""
    from kilosat.definitions import write_country_template

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
