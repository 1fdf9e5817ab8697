"""Purchases of bitcoin that happened, as lists that a blueprint can repeat."""

import csv
from datetime import date
from importlib.resources import files

import numpy as np
import pandas as pd

from kilosat.definitions.history import read_announced_purchases, read_history_source
from kilosat.provenance import Sourced
from kilosat.quantities import SATS_PER_BTC, sats_from_btc

__all__ = ["read_purchase_list", "read_strategy_purchases"]


def read_purchase_list(name: str) -> Sourced:
    """Purchases by name (``none``, ``el-salvador``, ``strategy``), oldest first.

    Columns ``day``, ``sats`` (whole; below zero for a sale) and ``cost_usd`` (not a number where
    none was stated). El Salvador's daily plan is left out: it is a rule of its own.
    """
    if name == "strategy":
        return read_strategy_purchases()
    if name == "el-salvador":
        bought = read_announced_purchases()
        table = bought.value
        sats = table["sats"] - table["daily_sats"]
        stated = table["cost_usd"].fillna(table["price_usd"] * table["sats"] / SATS_PER_BTC)
        rows = pd.DataFrame(
            {"day": table["day"], "sats": sats, "cost_usd": stated * sats / table["sats"]}
        )
        rows = rows.assign(quality="reported", source=table["source"])[sats > 0]
        unit, source, sources = bought.unit, bought.source, bought.row_sources
        return Sourced(rows, unit, "reported", source, row_sources=sources, file=bought.file)
    empty = pd.DataFrame({"day": [], "sats": [], "cost_usd": []})
    return Sourced(empty, "", "assumed", assumption="the blueprint repeats no list of purchases")


def read_strategy_purchases() -> Sourced:
    """Strategy's purchases and its one sale, as filed; columns as in ``read_purchase_list``."""
    name = "strategy_btc_purchases.csv"
    text = (files("kilosat") / "data" / "bitcoin" / name).read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    days = [date.fromisoformat(row["filing_date"]) for row in rows]
    table = pd.DataFrame(
        {
            "day": days,
            "sats": [sats_from_btc(row["btc"]) for row in rows],
            "cost_usd": [
                float(row["usd_total_cost"]) if row["usd_total_cost"] else np.nan for row in rows
            ],
            "reported total": [float(row["cumulative_btc_reported"] or np.nan) for row in rows],
            "kind": [row["row_type"] for row in rows],
        },
        index=_labels(days),
    )
    source = read_history_source(name)
    return Sourced(table, "", "reported", source, as_of=days[-1], file=name)


def _labels(days: list[date]) -> list[str]:
    seen: dict[date, int] = {}
    labels = []
    for day in days:
        seen[day] = seen.get(day, 0) + 1
        labels.append(f"{day} ({seen[day]})" if seen[day] > 1 else str(day))
    return labels
