"""Commands on a country under a blueprint: brief, explain, figures."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kilosat.cli.app import app, day_asked, refuse

if TYPE_CHECKING:
    from kilosat.definitions import Blueprint, Country
    from kilosat.definitions.market import Market
    from kilosat.figures import Graph
    from kilosat.prospects import Settings
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
    date | None,
    typer.Option(
        "--hashprice-date",
        parser=day_asked,
        metavar="DATE",
        help="day of hashprice and difficulty",
    ),
]
Paths = Annotated[
    int, typer.Option("--paths", min=1, max=1_000_000, help="simulated paths of the look forward")
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="of their random numbers")]
PriceModel = Annotated[
    str, typer.Option("--price-model", help="price model; 'default' is the backtest's choice")
]
_BLUEPRINT = "surplus-2000mw"
_PATHS, _SEED, _MODEL = 10_000, 1, "default"


@app.command()
def brief(
    country: CountryName,
    blueprint: BlueprintName = _BLUEPRINT,
    out: Annotated[Path, typer.Option("--out", "-o", help="folder to write to")] = Path("out"),
    hourly: HourlyFile = None,
    cost_basis: CostBasis = "list",
    hashprice: Hashprice = None,
    hashprice_date: HashpriceDate = None,
    paths: Paths = _PATHS,
    seed: Seed = _SEED,
    price_model: PriceModel = _MODEL,
) -> None:
    """Write brief.html, brief.json and brief.xlsx for a country under a blueprint."""
    settings = _settings(paths, seed, price_model)
    one, missing = _study(
        country, blueprint, hourly, cost_basis, hashprice, hashprice_date, settings
    )
    from rich.console import Console

    from kilosat.brief import write_brief
    from kilosat.walks import WalkError

    console = Console(stderr=True)
    with console.status("kilosat") as status:
        try:
            written = write_brief(one, out, lambda step: status.update(step), missing)
        except WalkError as error:
            refuse(str(error))
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
    paths: Paths = _PATHS,
    seed: Seed = _SEED,
    price_model: PriceModel = _MODEL,
) -> None:
    """Print the tree of a figure: formula, value, unit, inputs, sources, assumptions."""
    settings = _settings(paths, seed, price_model)
    graph = _without_hours(country, blueprint, settings)
    missing: tuple[str, ...] = ()
    if graph is None:
        one, missing = _study(
            country, blueprint, hourly, cost_basis, hashprice, hashprice_date, settings
        )
        graph = one.graph
    from kilosat.figures import FigureError, as_text
    from kilosat.walks import WalkError

    try:
        tree = graph.explain(figure)
    except FigureError as error:
        lacks = f"\n  nothing looks forward: the country lacks {', '.join(missing)}"
        hint = f"\n  'kilosat figures {country}' lists all figures"
        refuse(f"{error}{hint}{lacks if missing else ''}")
    except WalkError as error:
        refuse(str(error))
    if as_json:
        import json

        typer.echo(json.dumps(tree.to_json(), indent=2, ensure_ascii=False, allow_nan=False))
        return
    typer.echo(as_text(tree))


@app.command()
def figures(country: CountryName = "pakistan", blueprint: BlueprintName = _BLUEPRINT) -> None:
    """List all figures of a study with unit and meaning."""
    graph = _study(country, blueprint)[0].graph
    for name, spec in graph.specs.items():
        if not spec.is_node:
            typer.echo(f"{name} [{graph.unit(name) or '-'}]\n    {spec.meaning}")
    for name, sweep in graph.sweeps.items():
        typer.echo(f"{name} [table]\n    {sweep.meaning}")


def _settings(paths: int, seed: int, model: str) -> "Settings":
    """How to look forward; an unknown price model ends the command."""
    from kilosat.definitions.findings import did_you_mean
    from kilosat.outlook import MODELS
    from kilosat.prospects import Settings

    # The user's own paths have no price for every day, so that nothing can be walked along them.
    if model not in (_MODEL, *MODELS):
        known = did_you_mean(model, (_MODEL, *MODELS))
        refuse(f"--price-model '{model}' is not a price model; {known}")
    return Settings(model=model, paths=paths, seed=seed)


def _without_hours(country: str, blueprint: str, settings: "Settings") -> "Graph | None":
    """The figures that `kilosat compare` prints, where there is no load or no hourly system.

    Nothing where both are there: the power study explains those.
    """
    from kilosat.definitions import (
        DefinitionError,
        find_blueprint,
        find_country,
        has_hours,
        read_blueprint,
        read_economy,
        read_plan,
    )
    from kilosat.definitions.market import read_market
    from kilosat.definitions.price_history import read_price_history
    from kilosat.prospects import prospect

    try:
        folder, file = find_country(country), find_blueprint(blueprint)
        plan = read_plan(file)
        if plan.has_load and has_hours(folder):
            return None
        load = read_blueprint(file) if plan.has_load else None
        history, market = read_price_history(), read_market()
        economy = read_economy(folder)
        return prospect(economy, plan, history, market, settings, None, load).graph
    except DefinitionError as error:
        refuse("\n".join(str(finding) for finding in error.findings))


def _study(
    country: str,
    blueprint: str,
    hourly: Path | None = None,
    cost_basis: str = "list",
    hashprice: float | None = None,
    hashprice_date: date | None = None,
    settings: "Settings | None" = None,
) -> "tuple[Study, tuple[str, ...]]":
    """Read everything a study needs; findings end the command with exit code 2.

    Beside the study: names of the values that the country lacks for a look forward.
    """
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

    try:
        folder, file = find_country(country), find_blueprint(blueprint)
        return _looking_ahead(
            folder,
            file,
            read_country(folder, hourly=hourly),
            read_blueprint(file),
            read_market(hashprice_date, hashprice),
            cost_basis,
            settings or _settings(_PATHS, _SEED, _MODEL),
        )
    except DefinitionError as error:
        refuse("\n".join(str(finding) for finding in error.findings))
    except MarketError as error:
        refuse(str(error))


def _looking_ahead(
    folder: Path,
    file: Path,
    country: "Country",
    blueprint: "Blueprint",
    market: "Market",
    cost_basis: str,
    settings: "Settings",
) -> "tuple[Study, tuple[str, ...]]":
    """The study with the look forward, or without it and with what the country lacks for it."""
    from kilosat.brief.ahead import weighed
    from kilosat.definitions import lacking, read_economy, read_plan
    from kilosat.definitions.price_history import read_price_history
    from kilosat.prospects import prospect
    from kilosat.study import study

    plan = read_plan(file)
    missing = lacking(folder, plan)
    if missing:
        return study(country, blueprint, market, cost_basis), missing
    economy, history = read_economy(folder), read_price_history()
    known = prospect(economy, plan, history, market, settings, country, blueprint, cost_basis)
    return study(country, blueprint, market, cost_basis, weighed(known.graph)), ()
