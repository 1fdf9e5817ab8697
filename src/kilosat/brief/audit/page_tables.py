"""The chosen rows as tables of the page graph, so that every number in them can be opened."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

import pandas as pd

from kilosat.brief.audit.chosen import Chosen, is_within
from kilosat.brief.audit.figure_words import words_of
from kilosat.brief.audit.page_graph import PageTable
from kilosat.brief.audit.texts import clean
from kilosat.chain.audit import Audit
from kilosat.chain.flows import Flow
from kilosat.chain.header import hex_of_hash
from kilosat.chain.ledger import Reorganisation
from kilosat.chain.register import Register
from kilosat.provenance import Sourced

__all__ = ["kind_words", "page_tables"]

T = TypeVar("T")

_FLOWS, _COINS, _ADDRESSES = "perimeter_flows", "coins_at_end", "addresses_at_end"
_SATS = {"sats": "sat"}


def page_tables(
    audit: Audit,
    register: Register,
    chosen: Chosen,
    reorganisations: Sequence[Reorganisation] = (),
) -> dict[str, PageTable]:
    """All tables by name."""
    tables = {
        "flows": _flows(audit, chosen),
        "days": _days(audit, chosen),
        "coins": _coins(audit, register, chosen),
        "addresses": _addresses(audit, register, chosen),
        "announcements": _announcements(audit, chosen),
        "perimeters": _scopes(audit, (*chosen.perimeters, *chosen.wallets)),
        "worth": _worth(audit),
        "chain": _chain(audit),
        "rows": _rows(audit, chosen),
    }
    if audit.liabilities:
        tables["owed"] = _owed(audit, register)
    if reorganisations:
        tables["lost"] = _lost(audit, reorganisations)
    return tables


def kind_words(flow: Flow) -> str:
    """What a flow is, in words: ``inflow, purchase``."""
    return f"{flow.kind}, {flow.sub_kind}"


def _flows(audit: Audit, chosen: Chosen) -> PageTable:
    rows = [row for group in chosen.flows for row in group.rows]
    return PageTable(
        title="Flows shown",
        sourced=_cut(audit, _FLOWS, rows, lambda f: (f.sats, f.net_sats), ("sats", "net")),
        made_of=_FLOWS,
        units={"sats": "sat", "net": "sat"},
        columns={"sats": "amount", "net": "gained or given"},
        rows={str(number): f"{flow.day}, {kind_words(flow)}" for number, flow in rows},
        notes={str(number): _flow_note(flow) for number, flow in rows},
    )


def _flow_note(flow: Flow) -> str:
    evidence = "; ".join(one.text for one in flow.evidence) or "no evidence"
    txid = hex_of_hash(flow.txid)
    return f"transaction {txid} in block {flow.block.height}; {flow.confidence}: {evidence}"


def _days(audit: Audit, chosen: Chosen) -> PageTable:
    columns = {
        "announced": "announced since the start",
        "dashboard": "gross inflow to the reserve wallets since the start",
        "net": "net change of the perimeter since the start",
        "stock": "stock at the end of the day",
    }
    rows = [(one.day, one) for one in chosen.days]
    sourced = _cut(
        audit,
        _FLOWS,
        rows,
        lambda day: (day.announced, day.dashboard, day.net_change, day.stock),
        tuple(columns),
    )
    said = audit.graph.inputs["announced"].sources()
    return PageTable(
        title="Days",
        sourced=replace(sourced, row_sources=tuple(dict.fromkeys((*sourced.row_sources, *said)))),
        made_of=_FLOWS,
        units=dict.fromkeys(columns, "sat"),
        columns=columns,
        rows={str(day.day): str(day.day) for day in chosen.days},
    )


def _coins(audit: Audit, register: Register, chosen: Chosen) -> PageTable:
    rows = chosen.coins
    return PageTable(
        title="Unspent outputs shown",
        sourced=_cut(
            audit,
            _COINS,
            rows,
            lambda coin: (coin.sats, coin.height, coin.age_days),
            ("sats", "height", "age"),
        ),
        made_of=_COINS,
        units={"sats": "sat", "height": "1", "age": "day"},
        columns={"sats": "amount", "height": "block", "age": "age"},
        rows={str(n): f"Coin of {register.wallets[coin.wallet].title}" for n, coin in rows},
        notes={
            str(n): f"output {hex_of_hash(coin.outpoint.txid)}:{coin.outpoint.index}"
            for n, coin in rows
        },
    )


def _addresses(audit: Audit, register: Register, chosen: Chosen) -> PageTable:
    rows = chosen.addresses
    return PageTable(
        title="Addresses shown",
        sourced=_cut(
            audit,
            _ADDRESSES,
            rows,
            lambda one: (one.sats, one.times_funded, one.times_spent_from),
            ("sats", "funded", "spent"),
        ),
        made_of=_ADDRESSES,
        units={"sats": "sat", "funded": "1", "spent": "1"},
        columns={
            "sats": "holds",
            "funded": "transactions that paid it",
            "spent": "transactions that spent from it",
        },
        rows={str(n): f"Address of {register.wallets[one.wallet].title}" for n, one in rows},
        notes={str(n): one.address or one.script.hex() for n, one in rows},
    )


def _announcements(audit: Audit, chosen: Chosen) -> PageTable:
    rows = chosen.announcements
    return PageTable(
        title="Announcements shown",
        sourced=_cut(
            audit,
            "announced",
            rows,
            lambda one: (one.announcement.sats or 0, one.matched_sats, one.missing_sats),
            ("stated", "found", "missing"),
        ),
        made_of="announced",
        units=dict.fromkeys(("stated", "found", "missing"), "sat"),
        columns={"stated": "coins stated", "found": "found", "missing": "not found"},
        rows={
            str(n): f"{one.announcement.date}, {clean(one.announcement.text, 80)}"
            for n, one in rows
        },
        notes={str(n): one.announcement.where for n, one in rows},
    )


def _owed(audit: Audit, register: Register) -> PageTable:
    rows = list(enumerate(audit.liabilities, start=1))
    return PageTable(
        title="Owed to clients",
        sourced=_cut(audit, "liabilities_at_end", rows, lambda one: (one.sats,), ("sats",)),
        made_of="liabilities_at_end",
        units=_SATS,
        columns={"sats": "owed to clients"},
        rows={str(n): register.entities[one.entity].title for n, one in rows},
        notes={str(n): one.reference for n, one in rows},
    )


def _scopes(audit: Audit, places: Iterable[int]) -> PageTable:
    """Sums of perimeters and wallets; a column is named as the figure that it is."""
    rows = [(number, audit.scopes[number]) for number in places]
    names = list(audit.scopes[0].sums) if audit.scopes else []
    return PageTable(
        title="Perimeters and wallets side by side",
        sourced=_cut(
            audit, _FLOWS, rows, lambda one: tuple(one.sums[name] for name in names), names
        ),
        made_of=_FLOWS,
        units=dict.fromkeys(names, "sat"),
        columns={name: words_of(name) for name in names},
        rows={str(number): one.scope.title for number, one in rows},
        notes=dict.fromkeys(
            (str(number) for number, _ in rows), "over the flows of this perimeter or wallet"
        ),
    )


def _worth(audit: Audit) -> PageTable:
    """What crossed the border, by kind, at the close of its day."""
    sums: dict[str, list[float]] = {}
    for flow in audit.flows:
        if flow.net_sats:
            known = sums.setdefault(kind_words(flow), [0, 0, 0.0])
            known[0] += flow.sats
            known[1] += flow.sats if flow.usd is not None else 0
            known[2] += flow.usd or 0.0
    order = ("mined", "inflow", "outflow")
    sorts = sorted(
        sums.items(), key=lambda one: (order.index(one[0].partition(",")[0]), -one[1][0])
    )
    rows = list(enumerate(sorts, start=1))
    return PageTable(
        title="Value at the close of the day, by kind",
        sourced=_cut(
            audit,
            "cost_walk",
            rows,
            lambda one: (int(one[1][0]), int(one[1][1]), one[1][2]),
            ("sats", "priced", "usd"),
        ),
        made_of="cost_walk",
        units={"sats": "sat", "priced": "sat", "usd": "USD"},
        columns={
            "sats": "coins",
            "priced": "coins of days with a price",
            "usd": "value at the close of each day",
        },
        rows={str(number): kind for number, (kind, _) in rows},
    )


def _chain(audit: Audit) -> PageTable:
    rows = [("tip", audit.coverage.tip)]
    return PageTable(
        title="Chain",
        sourced=_cut(audit, _COINS, rows, lambda block: (block.height,), ("height",)),
        made_of=_COINS,
        units={"height": "1"},
        columns={"height": "height"},
        rows={"tip": "Last block read"},
    )


def _lost(audit: Audit, reorganisations: Sequence[Reorganisation]) -> PageTable:
    rows = list(enumerate(reorganisations, start=1))
    return PageTable(
        title="Blocks that left the chain",
        sourced=_cut(
            audit,
            _COINS,
            rows,
            lambda one: (one.fork.height + 1, one.lost.height),
            ("first", "last"),
        ),
        made_of=_COINS,
        units={"first": "1", "last": "1"},
        columns={"first": "first block", "last": "last block"},
        rows={str(n): f"Reorganisation after block {one.fork.height}" for n, one in rows},
    )


def _rows(audit: Audit, chosen: Chosen) -> PageTable:
    """How many rows there are, and how many of them are on the page."""
    said = [one for one in audit.announcements if is_within(audit, one.announcement.date)]
    sizes = {
        "coins": (len(audit.coins), len(chosen.coins)),
        "addresses": (len(audit.addresses), len(chosen.addresses)),
        "announcements": (len(said), len(chosen.announcements)),
        "scopes": (len(audit.scopes), len(chosen.perimeters) + len(chosen.wallets)),
        **{group.key: (group.total, len(group.rows)) for group in chosen.flows},
    }
    return PageTable(
        title="Rows of the tables",
        sourced=_cut(audit, _FLOWS, list(sizes.items()), lambda one: one, ("all", "shown")),
        made_of=_FLOWS,
        units={"all": "1", "shown": "1"},
        columns={"all": "in all", "shown": "on this page"},
        rows={key: f"Rows, {key}" for key in sizes},
    )


def _cut(
    audit: Audit,
    made_of: str,
    rows: Sequence[tuple[object, T]],
    values: Callable[[T], tuple[float, ...]],
    columns: Sequence[str],
) -> Sourced:
    """A table of these rows, with the origin of the input that they are taken from."""
    table = pd.DataFrame(
        [values(one) for _, one in rows],
        columns=list(columns),
        index=[str(key) for key, _ in rows],
    )
    return replace(audit.graph.inputs[made_of], value=table, unit="")
