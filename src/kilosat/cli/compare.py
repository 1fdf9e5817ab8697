"""Command: several blueprints in one country, side by side."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kilosat.cli.app import app, day_asked, refuse

if TYPE_CHECKING:
    from kilosat.brief.comparison import Column, Task
    from kilosat.definitions import Blueprint, Country, Economy, Plan
    from kilosat.definitions.price_history import PriceHistory
    from kilosat.prospects import Settings

__all__ = ["compare"]

_MOST_PATHS = 10_000_000
_MOST_YEARS = 30
_MOST_TREND = 3.0


@app.command()
def compare(
    country: Annotated[str, typer.Argument(help="a shipped country, or a folder of your own")],
    blueprints: Annotated[
        str, typer.Option("--blueprints", "-b", help="names or files, with commas between them")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="folder to write to")] = Path("out"),
    paths: Annotated[int, typer.Option("--paths", help="simulated paths")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", help="of the random numbers")] = 1,
    as_of: Annotated[
        date | None,
        typer.Option(
            "--as-of", parser=day_asked, metavar="DATE", help="day to look from; the last if not"
        ),
    ] = None,
    model: Annotated[
        str, typer.Option("--model", help="price model; 'default' is the backtest's choice")
    ] = "default",
    years: Annotated[int, typer.Option("--years", help="years to look ahead")] = 10,
    efficiency_trend: Annotated[
        float,
        typer.Option("--efficiency-trend", help="share of the trend of machines that goes on"),
    ] = 1.0,
) -> None:
    """Write compare.html, compare.json and compare.xlsx: blueprints side by side."""
    from kilosat.prospects import Settings
    from kilosat.walks.inputs import HORIZON_YEARS

    names = [name.strip() for name in blueprints.split(",")]
    wrong = [*_wrong_names(names), *_wrong_options(paths, seed, years, efficiency_trend, model)]
    settings = Settings(
        model=model,
        as_of=as_of,
        paths=paths,
        seed=seed,
        # What nobody asked for keeps its own assumption in words.
        horizon_years=None if years == HORIZON_YEARS else years,
        efficiency_trend_kept=None if efficiency_trend == 1.0 else efficiency_trend,
    )
    task = _task(country, names, settings, wrong)

    from rich.console import Console

    from kilosat.brief.comparison import judged, write_comparison

    console = Console(stderr=True)
    with console.status("kilosat") as status:

        def progress(step: str) -> None:
            status.update(step)

        columns = judged(task, progress)
        if all(column.graph is None for column in columns):
            refuse("\n".join(_refusals(columns)))
        try:
            written = write_comparison(task, columns, out, progress)
        except OSError as error:
            refuse(f"{error.filename or out}: cannot be written: {error.strerror}")
    for line in _refusals(columns):
        typer.echo(line, err=True)
    for path in written:
        typer.echo(path)


def _refusals(columns: "tuple[Column, ...]") -> list[str]:
    """Who cannot be judged and why; a reason that all have in common is said once."""
    reasons = {column.refusal for column in columns}
    if len(columns) > 1 and len(reasons) == 1 and columns[0].graph is None:
        return [f"none of the blueprints can be judged: {columns[0].refusal}"]
    return [
        f"{column.plan.name} cannot be judged: {column.refusal}"
        for column in columns
        if column.graph is None
    ]


def _wrong_names(names: list[str]) -> list[str]:
    """Names that are missing or stand there twice."""
    if not any(names):
        return ["--blueprints names none: give names or files with commas between them"]
    found = []
    if not all(names):
        found.append("--blueprints has an empty name: take out the comma too many")
    repeated = [name for name in dict.fromkeys(names) if name and names.count(name) > 1]
    return found + [f"--blueprints names '{name}' more than once" for name in repeated]


def _wrong_options(paths: int, seed: int, years: int, trend: float, model: str) -> list[str]:
    from kilosat.definitions.findings import did_you_mean
    from kilosat.outlook import MODELS
    from kilosat.outlook.fan import DEFAULT

    found = []
    if not 1 <= paths <= _MOST_PATHS:
        found.append(f"--paths {paths} cannot be walked: ask for 1 to {_MOST_PATHS:,}")
    if seed < 0:
        found.append(f"--seed {seed} is below zero")
    if not 1 <= years <= _MOST_YEARS:
        found.append(f"--years {years} cannot be walked: ask for 1 to {_MOST_YEARS}")
    if not 0.0 <= trend <= _MOST_TREND:
        found.append(f"--efficiency-trend {trend:g} is not a share from 0 to {_MOST_TREND:g}")
    if model not in (DEFAULT, *MODELS):
        known = did_you_mean(model, (DEFAULT, *MODELS))
        found.append(f"--model '{model}' is not a price model; {known}")
    return found


def _task(country: str, names: list[str], settings: "Settings", wrong: list[str]) -> "Task":
    """Read all files; what is wrong with them and with the options ends the command at once."""
    from kilosat.brief.comparison import Task
    from kilosat.definitions.market import MarketError, read_market
    from kilosat.definitions.price_history import read_price_history

    history = read_price_history()
    _check_day(history, settings.as_of, wrong)
    plans = [one for name in dict.fromkeys(names) if name and (one := _plan(name, wrong))]
    called = [plan.name for plan, _ in plans]
    twice = [name for name in dict.fromkeys(called) if called.count(name) > 1]
    wrong += [f"two of the files are called '{name}': rename one of them" for name in twice]
    loaded = any(blueprint is not None for _, blueprint in plans)
    economy, power = _country(country, loaded, wrong)
    try:
        market = read_market()
    except MarketError as error:
        refuse("\n".join([*wrong, str(error)]))
    if wrong or economy is None:
        refuse("\n".join(wrong))
    return Task(economy, power, tuple(plans), history, market, settings)


def _check_day(history: "PriceHistory", day: date | None, wrong: list[str]) -> None:
    from kilosat.definitions import DefinitionError

    if day is not None:
        try:
            history.place(day)
        except DefinitionError as error:
            wrong += [f"--as-of: {finding}" for finding in error.findings]


def _plan(name: str, wrong: list[str]) -> "tuple[Plan, Blueprint | None] | None":
    from kilosat.definitions import DefinitionError, find_blueprint, read_blueprint, read_plan

    try:
        file = find_blueprint(name)
        plan = read_plan(file)
        return plan, read_blueprint(file) if plan.has_load else None
    except DefinitionError as error:
        wrong += [str(finding) for finding in error.findings]
        return None


def _country(name: str, loaded: bool, wrong: list[str]) -> "tuple[Economy | None, Country | None]":
    from kilosat.definitions import DefinitionError, find_country, read_country, read_economy

    try:
        folder = find_country(name)
        economy = read_economy(folder)
        power = read_country(folder) if economy.dispatchable and loaded else None
    except DefinitionError as error:
        wrong += [str(finding) for finding in error.findings]
        return None, None
    return economy, power
