"""Commands on a country under a blueprint: brief, explain, figures."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kilosat.cli.app import app, refuse

if TYPE_CHECKING:
    from kilosat.study import Study

__all__ = ["brief", "explain", "figures"]

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
            refuse(f"{error.filename or out}: cannot be written: {error.strerror}")
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
        refuse(f"{error}\n  'kilosat figures {country}' lists all figures")
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
        refuse(f"--cost-basis '{cost_basis}' is neither 'list' nor 'filed'")
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
        refuse("\n".join(str(finding) for finding in error.findings))
    except MarketError as error:
        refuse(str(error))
