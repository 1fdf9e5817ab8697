"""Dated prices of mining machines."""

import csv
from datetime import date
from importlib.resources import files

import pandas as pd

from kilosat.definitions.history import read_history_source
from kilosat.provenance import Sourced

__all__ = ["read_machine_price_points"]

_NAME = "asic_price_points.csv"
_NUMBERS = ("efficiency_j_th", "usd_per_th", "hashprice_usd_per_phs_day")


def read_machine_price_points() -> Sourced:
    """Prices in USD/TH with efficiency (J/TH) and the hashprice of then (USD/PH/s/day)."""
    text = (files("kilosat") / "data" / "bitcoin" / _NAME).read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    table = pd.DataFrame([{name: float(row[name]) for name in _NUMBERS} for row in rows])
    table.index = pd.Index([f"{row['date']} {row['quoted_as']}" for row in rows])
    last = date.fromisoformat(rows[-1]["date"])
    return Sourced(table, "", "derived", read_history_source(_NAME), as_of=last, file=_NAME)
