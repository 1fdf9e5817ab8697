"""Commands on Bitcoin's history and future: replay and outlook."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from kilosat.cli.app import app, refuse

__all__ = ["outlook", "replay"]

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
AsJson = Annotated[bool, typer.Option("--json", help="every figure with its tree, as JSON")]


@app.command()
def replay(
    what: Annotated[str, typer.Argument(help="what to replay: el-salvador")] = "el-salvador",
    until: Day = None,
    cost_method: Annotated[str, typer.Option(help="'average' or 'fifo'")] = "average",
    as_json: AsJson = False,
) -> None:
    """Replay a reserve on what really happened: announced purchases, bases apart, what-ifs."""
    if what != "el-salvador":
        refuse(f"'{what}' cannot be replayed; there is: el-salvador")
    from kilosat.definitions.history import HistoryError
    from kilosat.figures import Graph, collect
    from kilosat.reserve import REPLAY_STAGES, ReserveError, replay_inputs, replay_report

    try:
        inputs = replay_inputs(_day(until), cost_method=cost_method)
        graph = Graph(collect(REPLAY_STAGES), inputs)
        typer.echo(_json(graph) if as_json else replay_report(graph))
    except (HistoryError, ReserveError) as error:
        refuse(str(error))


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
    as_json: AsJson = False,
) -> None:
    """Fan of prices with the backtest of its models; with --backtest, the backtest anew."""
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
            _day(as_of),
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


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


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
