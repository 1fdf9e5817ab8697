"""``python -m kilosat.outlook``: the outlook as text; with ``--backtest``, its backtest."""

import argparse
from pathlib import Path

import pandas as pd

from kilosat.definitions.price_history import PriceHistory, read_price_history
from kilosat.figures import Graph, collect
from kilosat.outlook.backtest import (
    HORIZONS,
    PATHS,
    SEED,
    choose_default,
    forecasts,
    monthly_origins,
    summary,
)
from kilosat.outlook.catalogue import MODELS
from kilosat.outlook.inputs import OUTLOOK_STAGES, backtest_file, outlook_inputs
from kilosat.outlook.report import backtest_markdown, outlook_report

_MARKS = ("<!-- backtest -->", "<!-- /backtest -->")


def main() -> None:
    """Print the outlook or the backtest; ``--write`` also puts the table where it ships."""
    parser = argparse.ArgumentParser(prog="python -m kilosat.outlook")
    parser.add_argument("--backtest", action="store_true", help="refit at rolling origins")
    parser.add_argument("--write", action="store_true", help="write the shipped table and its page")
    parser.add_argument("--every", type=int, default=1, help="months between origins")
    parser.add_argument("--halves", action="store_true", help="also early and late origins apart")
    options = parser.parse_args()
    if options.every < 1:
        parser.error("--every counts months between origins: give 1 or more")
    history = read_price_history()
    if not options.backtest:
        print(outlook_report(Graph(collect(OUTLOOK_STAGES), outlook_inputs(history))))
        return
    scored = _scored(history, options.every)
    table = summary(scored).round(6)
    print(backtest_markdown(table), f"\nDefault: {choose_default(table)}")
    if options.halves:
        late = scored["origin"].map(lambda day: day.year >= 2020)
        for name, part in (("before 2020", scored[~late]), ("from 2020", scored[late])):
            print(f"\nOrigins {name}\n\n{backtest_markdown(summary(part))}")
    if options.write:
        _write(table)


def _scored(history: PriceHistory, every: int) -> pd.DataFrame:
    origins = monthly_origins(history, every=every)
    return forecasts(history, MODELS.values(), origins, HORIZONS, PATHS, SEED, threads=2)


def _write(table: pd.DataFrame) -> None:
    table.to_csv(backtest_file(), index=False, lineterminator="\n")
    page = Path("docs") / "outlook.md"
    if page.is_file():
        text = page.read_text("utf-8")
        head, rest = text.split(_MARKS[0])
        tail = rest.split(_MARKS[1])[1]
        body = f"{_MARKS[0]}\n\n{backtest_markdown(table)}\n\n"
        page.write_text(f"{head}{body}{_MARKS[1]}{tail}", "utf-8")


if __name__ == "__main__":
    main()
