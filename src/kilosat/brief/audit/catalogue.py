"""The catalogue of an audit: coins in BTC with all their digits, counts as they are."""

from dataclasses import replace
from typing import Any

from kilosat.brief.audit.figure_words import FIGURE_WORDS
from kilosat.brief.audit.page_graph import PageGraph, row_and_column
from kilosat.brief.audit.texts import clean, web_address
from kilosat.brief.catalogue import Catalogue, Entry
from kilosat.brief.marks import Mention
from kilosat.brief.numbers import as_number, decimals_for, shown
from kilosat.brief.writer import Writer
from kilosat.figures import Explanation
from kilosat.figures.graph import split_key
from kilosat.provenance import Source
from kilosat.quantities import SATS_PER_BTC

__all__ = ["AuditCatalogue", "AuditWriter", "decimals_of"]

_LONG = 1_000
_WHOLE_DOLLARS = 100.0
_IN_COLUMNS = {"BTC": 8, "USD": 2}
"""Decimals in a column of a table, where they are to line up."""


class AuditCatalogue(Catalogue):
    """Entries of a page graph. Satoshis are shown as BTC; texts of users are cleaned."""

    graph: PageGraph

    def __init__(self, graph: PageGraph) -> None:
        super().__init__(graph)
        self._first_keys: dict[tuple[str, ...], str] = {}

    def places(self, name: str) -> int:
        """Decimals: of coins as many as they need, never fewer."""
        entry = self.entry(name)
        number = as_number(entry.value) or 0.0
        if entry.unit == "BTC":
            return decimals_of(round(number * SATS_PER_BTC))
        if entry.unit == "USD":
            return 0 if abs(number) >= _WHOLE_DOLLARS else 2
        return decimals_for(number, entry.unit) if entry.unit else 0

    def _entry(self, name: str) -> Entry:
        found = super()._entry(name)
        base, key = split_key(name)
        table = self.graph.tables.get(base)
        if table is None:
            return found
        row, column = row_and_column(key)
        spec = self.graph.specs.get(column)
        return replace(
            found,
            formula=spec.formula if spec else "",
            meaning=spec.meaning if spec else found.meaning,
            note=clean(table.notes.get(row, found.note), _LONG),
            inputs=(table.made_of,),
        )

    def _from(self, known: Explanation, name: str) -> Entry:
        found = super()._from(known, name)
        value, unit = found.value, found.unit
        number = as_number(value)
        if unit == "sat" and number is not None:
            # A double holds all of 21 million coins to the satoshi.
            value = number / SATS_PER_BTC
        return replace(
            found,
            value=value,
            unit={"sat": "BTC", "1": ""}.get(unit, unit),
            label=clean(FIGURE_WORDS.get(name, found.label)),
            assumption=clean(found.assumption, _LONG),
            note=clean(found.note, _LONG),
            place=clean(found.place),
        )

    def _key(self, source: Source) -> str:
        """Its key; sources that differ in nothing but theirs (lines of one file) share the first.

        No address is kept that a click would not open as a page.
        """
        citation = (source.citation(), source.address, source.licence, source.note)
        key = self._first_keys.setdefault(citation, source.key)
        return super()._key(
            Source(
                key=clean(key, 80).replace(" ", "-"),
                document=clean(source.document, _LONG),
                publisher=clean(source.publisher, _LONG),
                address=web_address(source.address),
                as_of=source.as_of,
                where=clean(source.where, _LONG),
                licence=clean(source.licence, _LONG),
                note=clean(source.note, _LONG),
            )
        )


class AuditWriter(Writer):
    """A writer for whom all money is US dollars.

    A number without its unit stands in a column of a table: there all have as many decimals.
    """

    def __init__(self, catalogue: AuditCatalogue) -> None:
        self.catalogue = catalogue
        self.currency = "USD"
        self._rate = 1.0

    def _parts(self, entry: Entry, mention: Mention) -> tuple[str, str, Any]:
        text, unit, value = super()._parts(entry, mention)
        places = _IN_COLUMNS.get(entry.unit)
        if mention.bare and places is not None and as_number(value) is not None:
            text = shown(value, entry.unit, places, mention.signed)
        return text, unit, value


def decimals_of(sats: int) -> int:
    """How many decimals an amount needs in BTC.

    >>> decimals_of(600_000_000), decimals_of(-123_450_000), decimals_of(1)
    (0, 4, 8)
    """
    part = f"{abs(sats) % SATS_PER_BTC:08d}".rstrip("0")
    return len(part)
