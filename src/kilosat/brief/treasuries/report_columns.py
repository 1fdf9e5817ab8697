"""Columns of what was reported: who, how many coins, how it is known, what was before, sources."""

from kilosat.brief.treasuries.column import Column
from kilosat.brief.treasuries.price import coins
from kilosat.chain.treasuries import doubts

__all__ = ["HISTORY", "REPORTED", "SOURCE", "WHO"]

WHO: tuple[Column, ...] = (
    Column("rank", "Rank", "", "place among single holders by coins", lambda r, p: r.rank, (), 7.0),
    Column("holder", "Holder", "", "who holds the coins", lambda r, p: r.holder, (), 30.0),
    Column(
        "kind",
        "Kind",
        "",
        "government, company; aggregate: a sum that somebody published over holders",
        lambda r, p: r.kind,
        (),
        12.0,
    ),
)
REPORTED: tuple[Column, ...] = (
    Column(
        "reported_btc",
        "Reported",
        "BTC",
        "coins in the latest report; the fewest where reports of that day disagree",
        lambda r, p: coins(r.sats),
        ("report",),
    ),
    Column("as_of", "As of", "", "day of that report", lambda r, p: r.report.day, (), 12.0),
    Column(
        "age_days",
        "Age",
        "day",
        "days from that report to the table",
        lambda r, p: r.age_days,
        (),
        8.0,
    ),
    Column(
        "how",
        "How known",
        "",
        "on chain (counted by the reporter, not by kilosat), filed, announced, attributed (by a "
        "third party), not stated",
        lambda r, p: r.report.how,
    ),
    Column(
        "quality",
        "Quality",
        "",
        "reported, or derived from other figures by the list that the report is from",
        lambda r, p: r.report.quality,
        (),
        10.0,
    ),
    Column(
        "confidence",
        "Confidence",
        "",
        "high, medium or low by the list that the report is from; empty where it does not grade",
        lambda r, p: r.report.confidence,
        (),
        11.0,
    ),
    Column(
        "doubts",
        "Doubts",
        "",
        "what speaks against taking the figures as they stand",
        lambda r, p: "; ".join(doubts(r)),
        (),
        40.0,
    ),
)
HISTORY: tuple[Column, ...] = (
    Column(
        "previous_btc",
        "Before",
        "BTC",
        "coins in the report before",
        lambda r, p: coins(r.previous.sats) if r.previous else None,
        ("previous",),
    ),
    Column(
        "previous_as_of",
        "Day before",
        "",
        "day of the report before",
        lambda r, p: r.previous.day if r.previous else None,
        (),
        11.0,
    ),
    Column(
        "change_btc",
        "Change",
        "BTC",
        "from the report before; none where the two are not comparable",
        lambda r, p: coins(r.change_sats),
        ("report", "previous"),
    ),
    Column(
        "change_note",
        "On the change",
        "",
        "what to know about it",
        lambda r, p: r.change_note,
        (),
        34.0,
    ),
    Column(
        "reports", "Reports", "", "how many reports its history has", lambda r, p: len(r.history)
    ),
)
SOURCE: tuple[Column, ...] = (
    Column("key", "Key", "", "the name on the command line", lambda r, p: r.key, (), 28.0),
    Column(
        "reporter",
        "Stated in",
        "",
        "who or what says so",
        lambda r, p: r.report.reporter,
        (),
        60.0,
    ),
    Column(
        "source",
        "Source",
        "",
        "address, or the list that it was taken from",
        lambda r, p: r.report.source.address or r.report.source.note,
        (),
        90.0,
    ),
    Column("note", "Note", "", "what the list adds", lambda r, p: r.report.note, (), 60.0),
)
