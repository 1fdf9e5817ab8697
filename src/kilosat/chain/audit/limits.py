"""What an audit could not know, each with a remedy where there is one."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time

from kilosat.chain.audit.facts import counted
from kilosat.chain.audit.inputs import Grounds
from kilosat.chain.audit.model import CostOfCoins, Limit
from kilosat.chain.audit.period import Period
from kilosat.chain.flows.book import Line
from kilosat.chain.flows.model import PerimeterFlows
from kilosat.chain.flows.records import Liability
from kilosat.chain.register import Register
from kilosat.chain.register.schema import Attribution

__all__ = ["limits_of"]

_SHOWN = 10
_WEAK: dict[Attribution, str] = {
    "third-party": "attributed to it by third parties",
    "assumed": "supposed to be its own",
}


def limits_of(
    whole: PerimeterFlows,
    lines: Sequence[Line],
    owed: Sequence[Liability],
    cost: CostOfCoins,
    period: Period,
    grounds: Grounds,
) -> tuple[Limit, ...]:
    """All limits, those that bear on the verdict most first. ``lines`` are those of the scope."""
    register = grounds.register
    return (
        *_addresses(whole, register),
        *_attribution(whole, register),
        *_coverage(period, grounds),
        *_inputs(lines),
        *_coinjoins(whole, period),
        *_owed(whole, owed, register),
        *_announcements(whole),
        *_prices(cost),
    )


def _addresses(whole: PerimeterFlows, register: Register) -> Iterator[Limit]:
    within = [register.entities[key] for key in whole.scope.entities]
    hidden = tuple(one.title for one in within if one.addresses_known == "none")
    partly = tuple(one.title for one in within if one.addresses_known == "some")
    if hidden:
        yield Limit(
            "no addresses",
            "No address of these is known: coins that come from them look as if they came from"
            " outside, and coins that go to them as if they left.",
            hidden,
            "ask the holder for its addresses, or for extended public keys",
        )
    if partly:
        yield Limit(
            "some addresses",
            "Only some addresses of these are known: what the others hold or move is not seen.",
            partly,
            "ask the holder for a complete list and a signature of control over it",
        )


def _attribution(whole: PerimeterFlows, register: Register) -> Iterator[Limit]:
    wallets = [register.wallets[key] for key in whole.scope.wallets]
    for attribution, words in _WEAK.items():
        concerned = tuple(one.title for one in wallets if one.attribution == attribution)
        if concerned:
            yield Limit(
                "attribution",
                f"These wallets are only {words}; the chain does not say whose a wallet is.",
                concerned,
                "a signature of control (BIP 322) by the holder",
            )


def _coverage(period: Period, grounds: Grounds) -> Iterator[Limit]:
    coverage = grounds.coverage
    if coverage.time < datetime.combine(period.end, time(), UTC):
        yield Limit(
            "not up to date",
            f"The chain was read up to block {coverage.tip.height} of"
            f" {coverage.time:%Y-%m-%d %H:%M} UTC: later blocks of the period are missing.",
            remedy="run the audit again after the end of the last day",
        )
    if len(coverage.sources) < 2:
        yield Limit(
            "one source",
            "What was found rests on one source. It can prove what it shows, but not that it shows"
            " everything.",
            coverage.sources,
            "read a second source too (--cross-check)",
        )
    for note in coverage.notes:
        yield Limit("other", note, coverage.sources)


def _inputs(lines: Sequence[Line]) -> Iterator[Limit]:
    unknown = tuple(
        line.entry.txid[::-1].hex()
        for line in lines
        if any(leg.script is None for leg in line.entry.inputs)
    )
    if unknown:
        yield Limit(
            "inputs not known",
            f"The source could not tell what some inputs of {counted(len(unknown), 'transaction')}"
            " spend: who paid, and the fee, are not known there.",
            unknown[:_SHOWN],
            "a node with an index of transactions (txindex=1), or a second source",
        )


def _coinjoins(whole: PerimeterFlows, period: Period) -> Iterator[Limit]:
    marked = {
        flow.txid[::-1].hex(): None
        for flow in whole.flows
        if flow.is_coinjoin_like and period.is_within(flow.block.height)
    }
    if marked:
        yield Limit(
            "coinjoin",
            f"{counted(len(marked), 'transaction')} within the audit"
            f" {'is' if len(marked) == 1 else 'are'} built like a coinjoin: who paid whom there"
            " cannot be told.",
            tuple(marked)[:_SHOWN],
        )


def _owed(whole: PerimeterFlows, owed: Sequence[Liability], register: Register) -> Iterator[Limit]:
    stated = {one.entity for one in owed}
    silent = tuple(
        register.entities[key].title for key in whole.scope.entities if key not in stated
    )
    if silent:
        yield Limit(
            "liabilities",
            "Nobody stated what these owe to clients: coins held for others would count as their"
            " own.",
            silent,
            "a statement of client deposits (register: deposits = FILE)",
        )


def _announcements(whole: PerimeterFlows) -> Iterator[Limit]:
    vague = tuple(
        f"{match.announcement.date}: {match.announcement.text}"
        for match in whole.announcements
        if match.status == "no amount"
    )
    if vague:
        yield Limit(
            "announcements",
            "These announcements state neither coins nor a transaction: nothing could be looked"
            " for.",
            vague,
        )


def _prices(cost: CostOfCoins) -> Iterator[Limit]:
    if cost.unpriced_days:
        first, last = cost.unpriced_days[0], cost.unpriced_days[-1]
        yield Limit(
            "price",
            f"On {counted(len(cost.unpriced_days), 'day')} with inflows, from {first} to {last},"
            " no price is known: the cost leaves these coins out.",
            remedy="a longer series of closes (--prices FILE, or `kilosat data update`)",
        )
