"""What the figures of an audit are made of, each table with its source and quality."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import pandas as pd

from kilosat.chain.audit.coins import Holdings
from kilosat.chain.audit.cost import cost_walk
from kilosat.chain.audit.model import Coverage
from kilosat.chain.audit.owed import Owed
from kilosat.chain.audit.period import Period
from kilosat.chain.audit.tables import (
    Gain,
    address_table,
    announcement_table,
    coin_table,
    control_table,
    flow_table,
    gain_table,
    owed_table,
)
from kilosat.chain.control import JudgedControl
from kilosat.chain.control.message import is_for
from kilosat.chain.flows.model import PerimeterFlows
from kilosat.chain.flows.records import Liability
from kilosat.chain.flows.rules import Rules
from kilosat.chain.header import hex_of_hash
from kilosat.chain.register import Register
from kilosat.provenance import Source, Sourced

__all__ = ["Grounds", "audit_inputs", "chain_source", "first_seen", "flows_input"]

_NONE_STATED = "nobody stated what is owed to clients by then: nothing is taken to be owed"
_SUPPOSED = "whose some of these wallets are is supposed (attribution 'assumed' in the register)"
_OWN_PRICES = "closes of the days as they were given; whose they are is not said"


@dataclass(frozen=True)
class Grounds:
    """What every number of an audit rests on: the register, how the chain was read, the prices, the
    rules of matching, the signatures of control.

    ``prices`` is ``None`` where nobody said whose they are.
    """

    register: Register
    coverage: Coverage
    prices: Source | None = None
    rules: Rules = field(default_factory=Rules)
    controls: tuple[JudgedControl, ...] = ()

    def signed(self) -> frozenset[bytes]:
        """Scripts for which somebody could sign."""
        valid = (one.scripts for one in self.controls if one.is_valid)
        return frozenset[bytes]().union(*valid)

    def signed_as_asked(self) -> frozenset[bytes]:
        """Scripts for which somebody signed that it is this wallet, after a block of the chain.

        A signature for another occasion, that its owner published, says nothing of a wallet here.
        """
        wallets = self.register.wallets
        valid = (
            one.scripts
            for one in self.controls
            if one.is_valid
            and any(block.is_true for block in one.blocks)
            and is_for(one.control.message, wallets[one.control.wallet].title)
        )
        return frozenset[bytes]().union(*valid)


def chain_source(grounds: Grounds) -> Source:
    """The chain as a source like any other: which blocks, read through whom, up to which day."""
    coverage = grounds.coverage
    return Source(
        key="chain",
        document=(
            f"{grounds.register.network} chain up to block {coverage.tip.height}"
            f" ({hex_of_hash(coverage.tip.hash)})"
        ),
        publisher=f"the Bitcoin network, read through {', '.join(coverage.sources)}",
        as_of=coverage.time.date(),
        note="; ".join(coverage.notes),
    )


def first_seen(whole: PerimeterFlows, rules: Rules) -> date | None:
    """The first day of an announcement for which a coin could be found; ``None`` without coins."""
    if not whole.flows:
        return None
    return whole.flows[0].day - timedelta(rules.window_days)


def flows_input(flows: PerimeterFlows, period: Period, grounds: Grounds) -> Sourced:
    """The flows of a perimeter; assumed where the attribution of a wallet is."""
    register = grounds.register
    wallets = [register.wallets[key] for key in flows.scope.wallets]
    supposed = any(wallet.attribution == "assumed" for wallet in wallets)
    documents = [wallet.source for wallet in wallets]
    documents += [one.source for flow in flows.flows for one in flow.evidence]
    return Sourced(
        flow_table(flows.flows, period),
        "sat",
        "assumed" if supposed else "derived",
        chain_source(grounds),
        _SUPPOSED if supposed else "",
        note="inputs and outputs of every transaction of the perimeter, named by their evidence",
        file=register.file,
        row_sources=_distinct(documents),
    )


def audit_inputs(
    whole: PerimeterFlows,
    gains: Iterable[Gain],
    holdings: Holdings,
    owed: Owed,
    period: Period,
    grounds: Grounds,
) -> Mapping[str, Sourced]:
    """All inputs of the figures of an audit, by name."""
    chain = chain_source(grounds)
    return {
        "perimeter_flows": flows_input(whole, period, grounds),
        "reserve_gains": Sourced(gain_table(gains), "sat", "derived", chain),
        "announced": _announced(whole, period, grounds),
        "entities": _entities(whole, grounds.register),
        "liabilities_at_start": _owed(owed.at_start, grounds),
        "liabilities_at_end": _owed(owed.at_end, grounds),
        "coins_at_end": Sourced(
            coin_table(holdings.coins, grounds.signed()), "sat", "derived", chain
        ),
        "signatures": Sourced(control_table(_own(whole, grounds)), "", "derived", chain),
        "addresses_at_end": Sourced(address_table(holdings.addresses), "sat", "derived", chain),
        "cost_walk": _cost(whole, period, grounds),
    }


def _own(whole: PerimeterFlows, grounds: Grounds) -> list[JudgedControl]:
    """Signatures for wallets of the perimeter."""
    return [one for one in grounds.controls if one.control.wallet in whole.scope.wallets]


def _announced(whole: PerimeterFlows, period: Period, grounds: Grounds) -> Sourced:
    said = _distinct(match.announcement.source for match in whole.announcements)
    first = said[0] if said else _register_source(grounds.register)
    table = announcement_table(whole.announcements, period, first_seen(whole, grounds.rules))
    return Sourced(table, "sat", "reported", first, row_sources=said[1:])


def _entities(whole: PerimeterFlows, register: Register) -> Sourced:
    """The word of whoever wrote the register, and of the sources that it names."""
    within = [register.entities[key] for key in whole.scope.entities]
    rows = pd.DataFrame(
        [(one.key, one.addresses_known) for one in within], columns=["entity", "addresses_known"]
    )
    said = _distinct(one.source for one in within)
    return Sourced(rows, "", "reported", _register_source(register), row_sources=said)


def _owed(known: tuple[Liability, ...], grounds: Grounds) -> Sourced:
    if not known:
        return Sourced(owed_table(()), "sat", "assumed", assumption=_NONE_STATED)
    said = _distinct(one.source for one in known) or (_register_source(grounds.register),)
    return Sourced(owed_table(known), "sat", "reported", said[0], row_sources=said[1:])


def _cost(whole: PerimeterFlows, period: Period, grounds: Grounds) -> Sourced:
    walk = cost_walk(flow for flow in whole.flows if flow.block.height <= period.end_height)
    source = chain_source(grounds)
    if grounds.prices is None:
        return Sourced(walk, "", "assumed", source, _OWN_PRICES)
    return Sourced(walk, "", "derived", source, row_sources=(grounds.prices,))


def _register_source(register: Register) -> Source:
    return Source("register", register.title, f"register '{register.name}'", as_of=register.as_of)


def _distinct(sources: Iterable[Source | None]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(source for source in sources if source is not None))
