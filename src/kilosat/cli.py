"""The command line. Heavy imports wait until a command needs them, so that help is instant."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from kilosat.study import Study

__all__ = ["app", "main"]

_USER_ERROR = 2

app = typer.Typer(
    name="kilosat",
    help="Check a national Bitcoin strategy from data, with every number explained.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
new_app = typer.Typer(help="Write a commented template to start from.", no_args_is_help=True)
app.add_typer(new_app, name="new")

CountryName = Annotated[str, typer.Argument(help="a shipped country, or a folder of your own")]
BlueprintName = Annotated[
    str, typer.Option("--blueprint", "-b", help="a shipped blueprint, or a TOML file")
]
HourlyFile = Annotated[
    Path | None, typer.Option("--hourly", help="CSV that replaces the country's hourly series")
]
CostBasis = Annotated[
    str, typer.Option("--cost-basis", help="'list' (merit order) or 'filed' (fuel filings)")
]
Hashprice = Annotated[
    float | None, typer.Option("--hashprice", help="USD/PH/s/day in place of the day's")
]
HashpriceDate = Annotated[
    datetime | None,
    typer.Option("--hashprice-date", formats=["%Y-%m-%d"], help="day of hashprice and difficulty"),
]
_BLUEPRINT = "surplus-2000mw"


@app.command()
def brief(
    country: CountryName,
    blueprint: BlueprintName = _BLUEPRINT,
    out: Annotated[Path, typer.Option("--out", "-o", help="folder to write to")] = Path("out"),
    hourly: HourlyFile = None,
    cost_basis: CostBasis = "list",
    hashprice: Hashprice = None,
    hashprice_date: HashpriceDate = None,
) -> None:
    """Write brief.html, brief.json and brief.xlsx for a country under a blueprint."""
    one = _study(country, blueprint, hourly, cost_basis, hashprice, hashprice_date)
    from rich.console import Console

    from kilosat.brief import write_brief

    console = Console(stderr=True)
    with console.status("kilosat") as status:
        try:
            written = write_brief(one, out, lambda step: status.update(step))
        except OSError as error:
            _refuse(f"{error.filename or out}: cannot be written: {error.strerror}")
    for path in written:
        typer.echo(path)


@app.command()
def explain(
    country: CountryName,
    figure: Annotated[str, typer.Argument(help="a figure, or a cell of it: name[row,column]")],
    blueprint: BlueprintName = _BLUEPRINT,
    as_json: Annotated[bool, typer.Option("--json", help="the tree as JSON")] = False,
    hourly: HourlyFile = None,
    cost_basis: CostBasis = "list",
    hashprice: Hashprice = None,
    hashprice_date: HashpriceDate = None,
) -> None:
    """Print the tree of a figure: formula, value, unit, inputs, sources, assumptions."""
    one = _study(country, blueprint, hourly, cost_basis, hashprice, hashprice_date)
    from kilosat.figures import FigureError, as_text

    try:
        tree = one.graph.explain(figure)
    except FigureError as error:
        _refuse(f"{error}\n  'kilosat figures {country}' lists all figures")
    if as_json:
        import json

        typer.echo(json.dumps(tree.to_json(), indent=2, ensure_ascii=False, allow_nan=False))
        return
    typer.echo(as_text(tree))


@app.command()
def figures(country: CountryName = "pakistan", blueprint: BlueprintName = _BLUEPRINT) -> None:
    """List all figures of a study with unit and meaning."""
    graph = _study(country, blueprint).graph
    for name, spec in graph.specs.items():
        if not spec.is_node:
            typer.echo(f"{name} [{graph.unit(name) or '-'}]\n    {spec.meaning}")
    for name, sweep in graph.sweeps.items():
        typer.echo(f"{name} [table]\n    {sweep.meaning}")


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
        raise typer.Exit(_USER_ERROR)
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
        _refuse(f"{folder} exists and is left as it is; choose another name or --into")
    except (OSError, ValueError) as error:
        _refuse(f"{folder}: {error}")
    for path in written:
        typer.echo(path)
    typer.echo(f"next: edit {folder / 'country.toml'}, then run: kilosat check {folder}")


def _study(
    country: str,
    blueprint: str,
    hourly: Path | None = None,
    cost_basis: str = "list",
    hashprice: float | None = None,
    hashprice_date: datetime | None = None,
) -> "Study":
    """Read everything a study needs; findings end the command with exit code 2."""
    if cost_basis not in ("list", "filed"):
        _refuse(f"--cost-basis '{cost_basis}' is neither 'list' nor 'filed'")
    from kilosat.definitions import (
        DefinitionError,
        find_blueprint,
        find_country,
        read_blueprint,
        read_country,
    )
    from kilosat.definitions.market import MarketError, read_market
    from kilosat.study import study

    day: date | None = hashprice_date.date() if hashprice_date else None
    try:
        return study(
            read_country(find_country(country), hourly=hourly),
            read_blueprint(find_blueprint(blueprint)),
            read_market(day, hashprice),
            cost_basis,
        )
    except DefinitionError as error:
        _refuse("\n".join(str(finding) for finding in error.findings))
    except MarketError as error:
        _refuse(str(error))


def _refuse(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(_USER_ERROR)


def main() -> None:
    """Entry point of the ``kilosat`` command."""
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
