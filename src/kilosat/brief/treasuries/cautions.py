"""What a reader of the table in a terminal must know beside its numbers."""

from collections.abc import Iterator

from kilosat.brief.treasuries.price import Price, coins
from kilosat.brief.treasuries.words import amount, block_words
from kilosat.chain.treasuries import Treasury, TreasuryTable, doubts
from kilosat.quantities import BILLION, MILLION

__all__ = ["cautions"]


def cautions(table: TreasuryTable, price: Price | None) -> tuple[str, ...]:
    """Sentences, those about single holders last."""
    alone = len(table.rows) == 1
    holders = (said for row in table.rows for said in _of_row(row, alone))
    return (*_of_table(table, price), *holders)


def _of_table(table: TreasuryTable, price: Price | None) -> Iterator[str]:
    rows = table.rows
    if price is not None:
        yield _worth(table, price)
    if len(rows) > 1:
        yield "The list is not complete, and its reports are of different days."
    if any(row.is_low_confidence for row in rows):
        yield "* low confidence: the list that the figure comes from calls it doubtful."
    if any(row.is_disputed for row in rows):
        yield "Where reports of one day disagree both ends are shown, and the lower is added."
    if any(row.change_note and row.change_sats is not None for row in rows):
        yield "? the change is between two ways of counting, see below."
    if any(row.cost for row in rows):
        yield "Cost and gain are of the coins whose cost was stated, see below; -: not stated."
    if not any(row.verified for row in rows):
        yield (
            "Verified: unknown. Nothing was counted on the chain here: give --ledger with "
            "--register, or --archive."
        )


def _worth(table: TreasuryTable, price: Price) -> str:
    held = sum(row.sats for row in table.rows or table.aggregates)
    value = float(coins(held) or 0) * price.usd
    which = "" if price.day == table.as_of else ", the last that is known"
    worth = f"{value / BILLION:,.2f} bn" if value >= BILLION / 10 else f"{value / MILLION:,.1f} m"
    return (
        f"Worth: {worth} USD in all, at {price.usd:,.0f} USD, the close of {price.day}{which} "
        f"({price.source.publisher})."
    )


def _of_row(row: Treasury, alone: bool) -> Iterator[str]:
    if alone or row.verified:
        yield from (f"{row.holder}, doubt: {doubt}." for doubt in doubts(row))
    if row.change_note and row.previous is not None:
        yield f"{row.holder}, change: {row.change_note}."
    if row.cost:
        covers = amount(coins(row.cost.sats))
        yield f"{row.holder}, cost of {covers} BTC to {row.cost.day}: {row.cost.how}."
    if row.verified:
        yield from _of_count(row)
    if row.control:
        many = len(row.control.proofs)
        yield (
            f"{row.holder}, control: {many} valid signature{'s' if many > 1 else ''}, with "
            f"{amount(coins(row.control.sats))} BTC at the addresses signed for, by the archive "
            f"{row.control.file} after {block_words(row.control.height)}."
        )


def _of_count(row: Treasury) -> Iterator[str]:
    found = row.verified
    assert found is not None
    day = f" of {found.day}" if found.day else ""
    yield (
        f"{row.holder}, verified: {amount(coins(found.sats))} BTC after "
        f"{block_words(found.height)}{day}, counted in the {found.counted_by} {found.file} at "
        f"{found.scripts:,} scripts of '{found.perimeter}'; whose they are is the register's word "
        f"({found.attribution})."
    )
    if found.unseen:
        yield f"{row.holder}, not counted: other addresses of {', '.join(found.unseen)}."
    for limit in found.limits:
        yield f"{row.holder}: {limit}."
