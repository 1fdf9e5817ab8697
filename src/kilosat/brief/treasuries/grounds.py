"""Where each number of the table comes from: sources, quality, how it is known and of which day."""

from dataclasses import dataclass
from datetime import date

from kilosat.brief.treasuries.column import Column, Ground
from kilosat.brief.treasuries.price import Price
from kilosat.brief.treasuries.words import block_words
from kilosat.chain.treasuries import HoldingReport, ShownControl, Treasury, VerifiedCoins
from kilosat.provenance import Quality, Source

__all__ = ["Provenance", "provenance"]


@dataclass(frozen=True)
class Provenance:
    """What a number rests on; more than one ground makes it derived, of its latest day."""

    quality: Quality
    how: str
    as_of: date | None
    sources: tuple[Source, ...]


def provenance(row: Treasury, column: Column, price: Price | None) -> Provenance | None:
    """Of a number of a row; nothing where it is not known, or the cell is no such number."""
    if not column.rests_on or column.value(row, price) is None:
        return None
    found = [one for ground in column.rests_on if (one := _of(row, ground, price))]
    if len(found) == 1:
        return found[0]
    days = [one.as_of for one in found if one.as_of]
    sources = dict.fromkeys(source for one in found for source in one.sources)
    how = "; ".join(dict.fromkeys(one.how for one in found))
    return Provenance("derived", how, max(days, default=None), tuple(sources))


def _of(row: Treasury, ground: Ground, price: Price | None) -> Provenance | None:
    if ground == "report":
        return _report(row.report)
    if ground == "previous" and row.previous is not None:
        return _report(row.previous)
    if ground == "price" and price is not None:
        return Provenance("reported", "close of the day", price.day, (price.source,))
    if ground == "cost" and row.cost is not None:
        return Provenance(row.cost.quality, row.cost.how, row.cost.day, (row.cost.source,))
    if ground == "control" and row.control is not None:
        return _control(row.control)
    if ground == "chain" and row.verified is not None:
        return _chain(row.verified)
    return None


def _report(report: HoldingReport) -> Provenance:
    return Provenance(report.quality, report.how, report.day, (report.source,))


def _control(found: ShownControl) -> Provenance:
    source = Source(
        f"control:{found.file}",
        f"archive {found.file}, {block_words(found.height)}: {len(found.proofs):,} valid "
        "signatures",
        "checked by kilosat",
        as_of=found.day,
        note="whoever holds the keys signed; that nobody else holds them is not shown",
    )
    return Provenance("derived", "signed, checked in the archive", found.day, (source,))


def _chain(found: VerifiedCoins) -> Provenance:
    source = Source(
        f"{found.counted_by}:{found.file}",
        f"{found.counted_by} {found.file}, {block_words(found.height)}: {found.scripts:,} scripts "
        f"of '{found.perimeter}' in the register '{found.register}'",
        "counted by kilosat on the chain",
        as_of=found.day,
        note=f"whose the addresses are is the register's word ({found.attribution})",
    )
    return Provenance(
        "derived", f"on chain, counted in the {found.counted_by}", found.day, (source,)
    )
