"""Inputs of the response of hashrate, each with its source, and the stages that use them."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

import pandas as pd

from kilosat.definitions.history import read_epochs, read_network, read_prices
from kilosat.market import response_figures
from kilosat.provenance import Source, Sourced

__all__ = [
    "RESPONSE_STAGES",
    "NetworkHistory",
    "read_efficiency",
    "read_hashrate_backtest",
    "read_network_history",
    "response_inputs",
    "shipped_file",
]

RESPONSE_STAGES = (response_figures,)
"""The modules whose figures make the response of hashrate and its backtest."""

_MACHINES, _SCORES = "asic_efficiency.csv", "hashrate_backtest.csv"


def shipped_file(name: str) -> Path:
    """A file of Bitcoin data inside the package."""
    return Path(str(files("kilosat"))) / "data" / "bitcoin" / name


def read_efficiency() -> Sourced:
    """Machines that were the most efficient when they came, in order of date.

    Columns: ``date``, ``manufacturer``, ``model``, ``cooling``, ``efficiency_j_th``,
    ``confidence``, ``source`` (of the row).
    """
    table = pd.read_csv(shipped_file(_MACHINES), parse_dates=["date"])
    with shipped_file("history_sources.csv").open(encoding="utf-8", newline="") as lines:
        row = next(row for row in csv.DictReader(lines) if row["file"] == _MACHINES)
    source = _source(row)
    return Sourced(table, "J/TH", "reported", source, as_of=source.as_of, file=_MACHINES)


def read_hashrate_backtest() -> pd.DataFrame:
    """The shipped backtest table."""
    return pd.read_csv(shipped_file(_SCORES))


@dataclass(frozen=True, eq=False)
class NetworkHistory:
    """What is known of the network: read once, for any number of looks ahead."""

    epochs: Sourced
    network: Sourced
    closes: Sourced
    efficiency: Sourced
    scores: pd.DataFrame


def read_network_history() -> NetworkHistory:
    """The tables that count now: shipped, or extended (``definitions.data_folder``)."""
    return NetworkHistory(
        read_epochs(), read_network(), read_prices(), read_efficiency(), read_hashrate_backtest()
    )


def response_inputs(
    as_of: date | None = None, history: NetworkHistory | None = None
) -> dict[str, Sourced]:
    """Inputs by name for a graph of ``RESPONSE_STAGES``.

    Args:
        as_of: the last day that the fit may use; the last with a price if not given.
        history: what is known of the network; read here if not given.
    """
    known = history or read_network_history()
    prices = known.closes
    last: date = prices.value.index[-1]
    why = "the last day with a price" if as_of is None else "asked for"
    day = last if as_of is None else as_of
    scores = Source(
        key="hashrate_backtest",
        document=f"{_SCORES}, written by `python -m kilosat.market --backtest --write`",
        publisher="kilosat",
    )
    return {
        "difficulty_epochs": known.epochs,
        "network_history": known.network,
        "price_history": prices,
        "asic_efficiency": known.efficiency,
        "hashrate_scores": Sourced(known.scores, "", "derived", source=scores),
        "hashrate_as_of": Sourced(day.isoformat(), "", "assumed", assumption=why),
    }


def _source(row: Mapping[str, str]) -> Source:
    return Source(
        key=_MACHINES.removesuffix(".csv"),
        document=row["document"],
        publisher=row["publisher"],
        address=row["address"],
        as_of=date.fromisoformat(row["as_of"]),
        licence=row["licence"],
        note=row["note"],
    )
