"""Commands on Bitcoin's history and future: replay and outlook."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from kilosat.cli.app import app, day_asked, refuse

__all__ = ["outlook", "replay"]

Day = Annotated[date | None, typer.Option(parser=day_asked, metavar="DATE")]
AsJson = Annotated[bool, typer.Option("--json", help="every figure with its tree, as JSON")]


@app.command()
def replay(
    what: Annotated[
        str, typer.Argument(help="a country; or strategy: that company's own purchases")
    ] = "el-salvador",
    blueprint: Annotated[
        str | None, typer.Option("--blueprint", "-b", help="a shipped blueprint, or a TOML file")
    ] = None,
    start: Day = None,
    until: Day = None,
    cost_method: Annotated[str, typer.Option(help="'average' or 'fifo'")] = "average",
    as_json: AsJson = False,
) -> None:
    """Replay a blueprint in a country on what really happened, from any start date.

    Without a blueprint: what El Salvador announced, or what the company Strategy bought.
    """
    from kilosat.definitions import DefinitionError
    from kilosat.definitions.history import HistoryError
    from kilosat.reserve import ReserveError
    from kilosat.walks import WalkError

    try:
        if blueprint is not None:
            if start is None:
                refuse("a blueprint is replayed from a day on: give --start, such as 2021-09-07")
            _replay_plan(what, blueprint, start, until, cost_method, as_json)
            return
        if start is not None:
            refuse("--start needs --blueprint; 'kilosat list' names those that are shipped")
        _replay_record(what, until, cost_method, as_json)
    except DefinitionError as error:
        refuse("\n".join(str(finding) for finding in error.findings))
    except (HistoryError, ReserveError, WalkError) as error:
        refuse(str(error))


def _replay_record(what: str, until: date | None, cost_method: str, as_json: bool) -> None:
    """What was announced or filed: El Salvador's purchases, or Strategy's."""
    from kilosat.figures import Graph, collect
    from kilosat.reserve import (
        REPLAY_STAGES,
        STRATEGY_STAGES,
        replay_inputs,
        replay_report,
        strategy_inputs,
        strategy_report,
    )

    if what == "el-salvador":
        graph = Graph(collect(REPLAY_STAGES), replay_inputs(until, cost_method=cost_method))
        typer.echo(_json(graph) if as_json else replay_report(graph))
    elif what == "strategy":
        graph = Graph(collect(STRATEGY_STAGES), strategy_inputs(until, cost_method))
        typer.echo(_json(graph) if as_json else strategy_report(graph))
    else:
        refuse(
            f"'{what}' cannot be replayed without a plan: give --blueprint NAME and --start DATE; "
            "without them there are: el-salvador, strategy"
        )


def _replay_plan(
    what: str, name: str, start: date, until: date | None, cost_method: str, as_json: bool
) -> None:
    """Any blueprint in any country, on the closes and hashprices that were."""
    from kilosat.definitions import (
        find_blueprint,
        find_country,
        read_blueprint,
        read_country,
        read_economy,
        read_plan,
    )
    from kilosat.walks.replay_inputs import replay_of_plan
    from kilosat.walks.replay_report import plan_replay_report

    place, file = find_country(what), find_blueprint(name)
    economy, plan = read_economy(place), read_plan(file)
    replayed = replay_of_plan(
        economy,
        plan,
        start,
        until,
        cost_method=cost_method,
        country=read_country(place) if plan.has_load and economy.dispatchable else None,
        blueprint=read_blueprint(file) if plan.has_load else None,
    )
    typer.echo(_json(replayed.graph) if as_json else plan_replay_report(replayed))


@app.command()
def outlook(
    as_of: Day = None,
    model: Annotated[str, typer.Option(help="a price model, or 'default'")] = "default",
    prices: Annotated[Path | None, typer.Option(help="CSV of daily closes: date, close")] = None,
    own_paths: Annotated[Path | None, typer.Option(help="CSV of your own price paths")] = None,
    paths: Annotated[int, typer.Option(min=100, max=1_000_000, help="paths to simulate")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="seed of the random numbers")] = 1,
    below: Annotated[float | None, typer.Option(help="USD: chance of a lower price")] = None,
    backtest: Annotated[bool, typer.Option("--backtest", help="refit at rolling origins")] = False,
    hashrate: Annotated[
        bool, typer.Option("--hashrate", help="the world's hashrate instead")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fan of prices with the backtest of its models; with --backtest, the backtest anew."""
    if hashrate:
        _hashrate(as_of, as_json)
        return
    from kilosat.definitions import DefinitionError
    from kilosat.definitions.price_history import read_price_history
    from kilosat.figures import Graph, collect
    from kilosat.outlook import (
        OUTLOOK_STAGES,
        OutlookError,
        backtest_markdown,
        outlook_inputs,
        outlook_report,
        read_own_paths,
    )
    from kilosat.outlook.backtest import rescored
    from kilosat.outlook.fan import DEFAULT, OWN_PATHS

    try:
        history = read_price_history(prices)
        if backtest:
            typer.echo(backtest_markdown(rescored(history)))
            return
        own = read_own_paths(own_paths) if own_paths else None
        chosen = OWN_PATHS if own and model == DEFAULT else model
        inputs = outlook_inputs(
            history,
            as_of,
            chosen,
            paths=paths,
            seed=seed,
            threshold_usd=below,
            own_paths=own,
        )
        graph = Graph(collect(OUTLOOK_STAGES), inputs)
        typer.echo(_json(graph) if as_json else outlook_report(graph))
    except DefinitionError as error:
        refuse("\n".join(str(finding) for finding in error.findings))
    except OutlookError as error:
        refuse(str(error))


def _hashrate(as_of: date | None, as_json: bool) -> None:
    """The response of hashrate, fitted to a day, with its backtest."""
    from kilosat.definitions.history import HistoryError
    from kilosat.figures import Graph, collect
    from kilosat.market import RESPONSE_STAGES, BitcoinError, response_inputs
    from kilosat.market.response_report import response_report

    try:
        graph = Graph(collect(RESPONSE_STAGES), response_inputs(as_of))
        typer.echo(_json(graph) if as_json else response_report(graph))
    except (HistoryError, BitcoinError) as error:
        refuse(str(error))


def _json(graph: object) -> str:
    import json

    from kilosat.figures import Graph

    assert isinstance(graph, Graph)
    trees = {
        name: graph.explain(name).to_json()
        for name, spec in graph.specs.items()
        if not spec.is_node
    }
    return json.dumps(trees, indent=2, ensure_ascii=False, allow_nan=False, default=str)
