"""audit.json: everything an audit says, in a form that stays the same (``format`` 1).

Amounts are whole satoshis in fields that end in ``sats``, days ISO dates, moments UTC, transaction
ids and block hashes as people print them. The keys:

* ``format``, ``kilosat``: version of this form, and of the program;
* ``register``, ``perimeter``, ``reserve``: what was looked at; ``reserve`` is what a dashboard is
  taken to show;
* ``period``: ``start`` and ``end`` stand for 00:00 UTC; the heights are the last blocks before;
* ``chain``: how far and through which sources the chain was read, and ``reorganisations``;
* ``checks``: by source, what was compared, what differs, what could not be compared; ``agrees`` is
  true, false, or null where nothing could be compared;
* ``verdict``: sentences with the names of the figures in them;
* ``sums``: satoshis (or counts) by name of figure; ``scopes``: the same for each perimeter and
  wallet of the register;
* ``days``, ``flows``, ``coins``, ``addresses``, ``announcements``, ``payments``, ``liabilities``,
  ``signatures``: all rows; texts of evidence are in ``evidence`` of each flow;
* ``cost``: by the day's price, with lots first in, first out;
* ``limits``: what could not be known, with remedies;
* ``figures``: each with value, unit, formula, meaning, names of its inputs and keys of sources;
  following ``inputs`` gives the whole tree; ``sources`` by key.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from kilosat.brief.audit.book_columns import control_columns
from kilosat.brief.audit.columns import Column, columns_of
from kilosat.brief.audit.contents import Contents
from kilosat.brief.audit.delimited import moment_text
from kilosat.brief.record import records
from kilosat.chain.audit import Audit
from kilosat.chain.flows import Flow, Scope
from kilosat.chain.header import hex_of_hash
from kilosat.chain.scan import CrossCheck
from kilosat.chain.sources.port import BlockRef
from kilosat.figures.explain import plain
from kilosat.provenance import Source

__all__ = ["FORMAT", "audit_json"]

T = TypeVar("T")
FORMAT = 1


def audit_json(contents: Contents) -> str:
    """The audit as JSON; call it after the page, which decides what is printed."""
    return json.dumps(_record(contents), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _record(contents: Contents) -> dict[str, Any]:
    audit, register = contents.audit, contents.register
    columns = columns_of(audit, register)
    flows = zip(_rows(columns.flows, audit.flows), audit.flows, strict=True)
    return {
        "format": FORMAT,
        "kilosat": contents.version,
        "register": {
            "name": audit.register_name,
            "title": audit.register_title,
            "network": audit.network,
            "as_of": register.as_of and register.as_of.isoformat(),
        },
        "perimeter": _scope(audit.scope),
        "reserve": _scope(audit.reserve),
        "period": {
            "start": audit.start.isoformat(),
            "end": audit.end.isoformat(),
            "start_height": audit.start_height,
            "end_height": audit.end_height,
        },
        "chain": _chain(contents),
        "checks": {name: _check(check) for name, check in contents.done.checks.items()},
        "verdict": [
            {
                "about": one.about,
                "text": audit.say(one),
                "figures": [name for name in one.figures if name in audit.graph],
            }
            for one in audit.verdict
        ],
        "sums": dict(audit.sums),
        "scopes": [_scope(one.scope) | {"sums": dict(one.sums)} for one in audit.scopes],
        "days": _rows(columns.days, audit.days),
        "flows": [row | _details(flow) for row, flow in flows],
        "coins": _rows(columns.coins, audit.coins),
        "addresses": _rows(columns.addresses, audit.addresses),
        "announcements": _rows(columns.announcements, audit.announcements),
        "payments": _payments(audit),
        "liabilities": _liabilities(audit),
        "signatures": _rows(control_columns(contents.register), audit.controls),
        "cost": _cost(audit),
        "limits": [
            {
                "kind": one.kind,
                "text": one.text,
                "concerns": list(one.concerns),
                "remedy": one.remedy,
            }
            for one in audit.limits
        ],
        **_figures(contents),
    }


def _chain(contents: Contents) -> dict[str, Any]:
    coverage = contents.audit.coverage
    return {
        "tip": _block(coverage.tip),
        "time": moment_text(coverage.time),
        "sources": list(coverage.sources),
        "notes": list(coverage.notes),
        "reorganisations": [
            {
                "fork": _block(one.fork),
                "lost": _block(one.lost),
                "retracted": [hex_of_hash(txid) for txid in one.retracted],
            }
            for one in contents.done.reorganisations
        ],
    }


def _check(check: CrossCheck) -> dict[str, Any]:
    lists = {name: list(getattr(check, name)) for name in ("compared", "differences", "unknown")}
    return {"agrees": check.agrees, **lists}


def _payments(audit: Audit) -> list[dict[str, Any]]:
    """What the books name as a transaction is not repeated: only what the chain has."""
    return [
        {
            "date": one.record.date.isoformat(),
            "entity": one.record.entity,
            "kind": one.record.kind,
            "sats": one.record.sats,
            "usd": one.record.usd,
            "reference": one.record.reference,
            "found_sats": one.matched_sats,
            "txids": [hex_of_hash(txid) for txid in one.txids],
        }
        for one in audit.payments
    ]


def _liabilities(audit: Audit) -> list[dict[str, Any]]:
    return [
        {
            "entity": one.entity,
            "since": one.date.isoformat(),
            "sats": one.sats,
            "source": _citation(one.source),
            "reference": one.reference,
        }
        for one in audit.liabilities
    ]


def _cost(audit: Audit) -> dict[str, Any]:
    cost = audit.cost
    return {
        "held_sats": cost.held_sats,
        "cost_usd": cost.cost_usd,
        "usd_per_btc": cost.usd_per_btc,
        "unpriced_sats": cost.unpriced_sats,
        "unpriced_days": [day.isoformat() for day in cost.unpriced_days],
        "lots": [
            {
                "day": lot.day.isoformat(),
                "txid": hex_of_hash(lot.txid),
                "sats": lot.sats,
                "usd": lot.usd,
                "sub_kind": lot.sub_kind,
            }
            for lot in cost.lots
        ],
    }


def _details(flow: Flow) -> dict[str, Any]:
    """Evidence and counterparties with all that is known of them."""
    return {
        "evidence": [
            {
                "what": one.what,
                "text": one.text,
                "source": _citation(one.source),
                "reference": one.reference,
                "names_transaction": one.names_transaction,
            }
            for one in flow.evidence
        ],
        "counterparties": [
            {
                "name": one.name,
                "kind": one.kind,
                "sats": one.sats,
                "share": one.share,
                "source": _citation(one.source),
            }
            for one in flow.counterparties
        ],
        "wallets": list(flow.wallets),
    }


def _figures(contents: Contents) -> Mapping[str, Any]:
    """Printed figures as the graph has them: amounts in satoshis."""
    found = records(contents.catalogue)
    for name, known in found["figures"].items():
        known["unit"] = contents.graph.unit(name)
        known["value"] = plain(contents.graph.value(name))
    return found


def _rows(columns: Iterable[Column[T]], items: Iterable[T]) -> list[dict[str, Any]]:
    chosen = tuple(columns)
    return [{one.key: _plain(one.value(item)) for one in chosen} for item in items]


def _plain(cell: Any) -> Any:
    return moment_text(cell) if isinstance(cell, date | datetime) else cell


def _scope(scope: Scope) -> dict[str, Any]:
    lists = {"wallets": list(scope.wallets), "entities": list(scope.entities)}
    return {"key": scope.key, "title": scope.title, **lists}


def _block(block: BlockRef) -> dict[str, Any]:
    return {"height": block.height, "hash": hex_of_hash(block.hash)}


def _citation(source: Source | None) -> str:
    return source.citation() if source else ""
