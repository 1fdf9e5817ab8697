"""One update: what a node and a series of prices add to the tables of a folder, all or nothing."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kilosat.definitions.data_folder import RECORD, Extension
from kilosat.definitions.history import HistoryError, read_hashprices
from kilosat.provenance import Source
from kilosat.updates.errors import UpdateError
from kilosat.updates.hashprices import hashprice_rows
from kilosat.updates.network import read_network_rows
from kilosat.updates.node import Node
from kilosat.updates.prices import PriceSeries, price_rows
from kilosat.updates.record import all_extensions, record_text, write_all
from kilosat.updates.tables import (
    COLUMNS,
    EPOCHS,
    HASHPRICES,
    NETWORK,
    PRICES,
    Base,
    Rows,
    read_base,
    text_of,
)

__all__ = ["Outcome", "extend"]


@dataclass(frozen=True)
class Outcome:
    """What an update added; nothing where all was there already."""

    added: tuple[Extension, ...]


def extend(
    folder: Path,
    *,
    now: datetime,
    version: str,
    node: Node | None = None,
    prices: PriceSeries | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Outcome:
    """Extend the tables of a folder (the shipped ones where it has none) and record it.

    Args:
        folder: where tables are read and written; made where it is missing.
        now: time of the update, with its time zone; days not over by then are not taken.
        version: of the tool, for the record.
        node: extends difficulty epochs and days of the network.
        prices: extends the daily closes.
        progress: told what is being read.

    Raises:
        UpdateError: everything that does not fit; nothing is then written.
    """
    base = read_base(folder)
    new, sources = _new_rows(base, now, node, prices, progress)
    if not any(new.values()):
        return Outcome(())
    merged = {name: _merged(base.rows[name], new.get(name, {})) for name in COLUMNS}
    texts = {name: text_of(name, merged[name]) for name, rows in new.items() if rows}
    rows = hashprice_rows(base, _checked(base, texts))
    if rows:
        origins = "; ".join(dict.fromkeys(sources.values()))
        new[HASHPRICES], sources[HASHPRICES] = rows, f"computed with {origins}"
        texts[HASHPRICES] = text_of(HASHPRICES, _merged(base.rows[HASHPRICES], rows))
        _checked(base, texts)
    added = tuple(
        Extension(name, *_ends(rows), sources[name], now, version)
        for name, rows in new.items()
        if rows
    )
    texts[RECORD] = record_text([*all_extensions(folder, COLUMNS), *added])
    write_all(folder, texts)
    return Outcome(added)


def _new_rows(
    base: Base,
    now: datetime,
    node: Node | None,
    prices: PriceSeries | None,
    progress: Callable[[str], None],
) -> tuple[dict[str, Rows], dict[str, str]]:
    """New rows by table, and where they are from; what is wrong with either is said at once."""
    new: dict[str, Rows] = {}
    sources: dict[str, str] = {}
    problems: list[str] = []
    if prices is not None:
        try:
            new[PRICES], sources[PRICES] = price_rows(prices, base, now), prices.source
        except UpdateError as error:
            problems += error.problems
    if node is not None:
        try:
            found = read_network_rows(node, base, now, progress)
            new |= {EPOCHS: found.epochs, NETWORK: found.days}
            sources |= dict.fromkeys((EPOCHS, NETWORK), f"own node at {node.place}")
        except UpdateError as error:
            problems += error.problems
    if problems:
        raise UpdateError(problems)
    return new, sources


def _merged(old: Rows, new: Rows) -> Rows:
    """Old rows with new ones in their place or after them, in the order of days or epochs."""
    return dict(sorted((old | new).items(), key=lambda item: (len(item[0]), item[0])))


def _ends(rows: Rows) -> tuple[str, str]:
    keys = sorted(rows, key=lambda key: (len(key), key))
    return keys[0], keys[-1]


def _checked(base: Base, texts: dict[str, str]) -> Base:
    """The tables as they will be, read by the very readers of the package."""
    with tempfile.TemporaryDirectory() as place:
        trial = Path(place)
        for name in COLUMNS:
            text = texts.get(name, text_of(name, base.rows[name]))
            (trial / name).write_text(text, "utf-8")
        try:
            read_hashprices(Source("trial", "", ""), trial / HASHPRICES)
        except HistoryError as error:
            raise UpdateError(str(error).splitlines()) from None
        return read_base(trial)
