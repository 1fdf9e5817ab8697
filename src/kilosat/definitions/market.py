"""The Bitcoin market as the power question needs it: hashprice, network hashrate, machines."""

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from statistics import median
from typing import Any

import pandas as pd

from kilosat.definitions.history import HistoryError, read_hashprices
from kilosat.provenance import Source, Sourced

__all__ = ["Market", "MarketError", "read_market"]

_HASHES_PER_DIFFICULTY = 2.0**32
_SECONDS_PER_BLOCK = 600.0
_HASHES_PER_EH = 1e18
# About what the first rigs of 2010 earned; anything above is a slip.
_HIGHEST = 1e6


class MarketError(ValueError):
    """The market data do not have what was asked for; the message says what they have."""


@dataclass(frozen=True, eq=False)
class Market:
    """Hashprice and hashrate on a day, and machines by class.

    ``inputs`` maps names to sourced values: ``hashprice`` (USD/PH/s/day), ``network_hashrate``
    (EH/s), ``machines`` (table by class), ``reference_class``. ``labels`` names the classes.
    """

    day: date
    inputs: Mapping[str, Sourced]
    labels: Mapping[str, str]

    @property
    def title(self) -> str:
        """Which market this is, for the head of a brief."""
        if self.inputs["hashprice"].quality == "assumed":
            return f"hashprice given by the user, network of {self.day.isoformat()}"
        return self.day.isoformat()


def read_market(day: date | None = None, hashprice: float | None = None) -> Market:
    """Read the shipped market data.

    Args:
        day: day of hashprice and difficulty; the last with a price if not given.
        hashprice: USD/PH/s/day to use in place of the day's, as an assumption.

    Raises:
        MarketError: the day is outside the data, the hashprice is not above zero, or the table of a
            folder in ``KILOSAT_DATA`` cannot be read as it should.
    """
    folder = files("kilosat") / "data" / "bitcoin"
    facts = tomllib.loads((folder / "market.toml").read_text(encoding="utf-8"))
    sources = {key: Source(key=key, **entry) for key, entry in facts["sources"].items()}
    network = _network(sources["network"])
    chosen = _day_of(network.value, day)
    assert network.source
    machines, labels = _machines(folder, facts["machines"], sources["machines"])
    difficulty = float(network.value.at[chosen, "difficulty_mean"])
    hashrate = difficulty * _HASHES_PER_DIFFICULTY / _SECONDS_PER_BLOCK
    inputs = {
        "hashprice": _hashprice(network, chosen, hashprice),
        "hashprice_history": _history(network),
        "network_hashrate": Sourced(
            hashrate / _HASHES_PER_EH,
            "EH/s",
            "derived",
            network.source,
            as_of=chosen,
            where="network_daily.csv, difficulty x hashes per difficulty / ten minutes",
            note="from difficulty, which is less noisy than a day's blocks",
        ),
        "machines": machines,
        "reference_class": Sourced(
            facts["machines"]["reference_class"],
            "",
            "assumed",
            assumption="a new site buys new machines; the other classes stand beside it",
        ),
    }
    return Market(chosen, inputs, labels)


def _network(source: Source) -> Sourced:
    try:
        return read_hashprices(source)
    except HistoryError as error:
        raise MarketError(str(error)) from None


def _day_of(table: pd.DataFrame, day: date | None) -> date:
    first: date = table.index[0]
    last: date = table.index[-1]
    if day is None:
        return last
    if not first <= day <= last:
        raise MarketError(
            f"no hashprice for {day.isoformat()}: the data run from {first} to {last}; choose a "
            "day inside, or give a hashprice"
        )
    return day


def _hashprice(network: Sourced, day: date, given: float | None) -> Sourced:
    unit = "USD/PH/s/day"
    if given is not None:
        if not 0 < given <= _HIGHEST:
            raise MarketError(
                f"a hashprice must be above zero and at most {_HIGHEST:,.0f} USD/PH/s/day, not "
                f"{given:g}"
            )
        return Sourced(given, unit, "assumed", assumption="hashprice given by the user")
    row = network.value.loc[day]
    with_fees = bool(pd.notna(row["full"]))
    note = "" if with_fees else "subsidy alone: fees of that day are not in the data"
    return Sourced(
        float(row["full"] if with_fees else row["alone"]),
        unit,
        "derived",
        network.source,
        as_of=day,
        where="network_daily.csv",
        note=note,
    )


def _history(network: Sourced) -> Sourced:
    """Hashprice by day, with fees where they are known."""
    series = network.value["full"].fillna(network.value["alone"])
    series.index = pd.DatetimeIndex(series.index).as_unit("us")
    note = "days without known fees count the subsidy alone"
    where = "network_daily.csv"
    return Sourced(
        series.rename(None), "USD/PH/s/day", "derived", network.source, where=where, note=note
    )


def _machines(
    folder: Traversable, facts: Mapping[str, Any], source: Source
) -> tuple[Sourced, Mapping[str, str]]:
    models = list(csv.DictReader((folder / "asic_miners.csv").read_text("utf-8").splitlines()))
    rows, low = {}, 0.0
    for entry in facts["classes"]:
        high = float(entry["below_j_per_th"])
        inside = [m for m in models if low <= float(m["efficiency_j_th"]) < high]
        priced = [m for m in inside if m["price_usd_per_th"]]
        newest = max(m["price_as_of"][:4] for m in priced)
        prices = [float(m["price_usd_per_th"]) for m in priced if m["price_as_of"][:4] == newest]
        rows[entry["key"]] = {
            "efficiency_j_per_th": median(float(m["efficiency_j_th"]) for m in inside),
            "price_usd_per_th": median(prices),
            "from_j_per_th": low,
            "below_j_per_th": high,
            "models": len(inside),
            "priced_models": len(prices),
            "price_year": int(newest),
        }
        low = high
    table = pd.DataFrame.from_dict(rows, orient="index")
    labels = {entry["key"]: entry["label"] for entry in facts["classes"]}
    where = "asic_miners.csv"
    return Sourced(table, "", "assumed", source, facts["assumption"], where=where), labels
