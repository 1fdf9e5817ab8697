"""What an audit could not know, each with a remedy where there is one."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time

from kilosat.chain.audit.coins import Holdings
from kilosat.chain.audit.facts import coins_text, counted
from kilosat.chain.audit.flow_limits import announcement_limits, flow_limits
from kilosat.chain.audit.inputs import Grounds
from kilosat.chain.audit.model import CostOfCoins, Limit
from kilosat.chain.audit.owed import Owed
from kilosat.chain.audit.period import Period
from kilosat.chain.control import when_signed
from kilosat.chain.flows.book import Book
from kilosat.chain.flows.model import PerimeterFlows
from kilosat.chain.register import Register
from kilosat.chain.register.schema import Attribution

__all__ = ["limits_of"]

_SHOWN = 10
_WEAK: dict[Attribution, str] = {
    "third-party": "attributed to it by third parties",
    "assumed": "supposed to be its own",
}

_ABSENT = {"labels_file": "labels", "deposits": "client deposits", "payments": "payments"}


def limits_of(
    whole: PerimeterFlows,
    book: Book,
    holdings: Holdings,
    owed: Owed,
    sums: Mapping[str, int],
    cost: CostOfCoins,
    period: Period,
    grounds: Grounds,
) -> tuple[Limit, ...]:
    """All limits, those that bear on the verdict most first."""
    register = grounds.register
    lines = [
        line
        for line in book.lines_of(whole.scope.wallets)
        if period.is_within(line.entry.block.height)
    ]
    flows = [flow for flow in whole.flows if period.is_within(flow.block.height)]
    return (
        *_addresses(whole, register),
        *_attribution(whole, holdings, grounds),
        *_control(whole, grounds),
        *_gaps(whole, register),
        *_coverage(period, grounds),
        *_absent(register),
        *_owed(whole, owed, sums, period, register),
        *flow_limits(flows, lines, whole.scripts, book),
        *announcement_limits(whole, flows, period, grounds),
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


def _attribution(whole: PerimeterFlows, holdings: Holdings, grounds: Grounds) -> Iterator[Limit]:
    """Of wallets some of whose coins lie where nobody signed that it is this wallet."""
    signed = grounds.signed_as_asked()
    by_wallet: dict[str, list[bool]] = {}
    for coin in holdings.coins:
        by_wallet.setdefault(coin.wallet, []).append(coin.script in signed)
    wallets = [
        grounds.register.wallets[key]
        for key in whole.scope.wallets
        if not (key in by_wallet and all(by_wallet[key]))
    ]
    for attribution, words in _WEAK.items():
        concerned = tuple(one.title for one in wallets if one.attribution == attribution)
        if concerned:
            yield Limit(
                "attribution",
                f"These wallets are only {words}; the chain does not say whose a wallet is.",
                concerned,
                "a signature of control (BIP 322) by the holder",
            )


def _control(whole: PerimeterFlows, grounds: Grounds) -> Iterator[Limit]:
    own = [one for one in grounds.controls if one.control.wallet in whole.scope.wallets]
    dated = Counter(when_signed(one.blocks) for one in own if one.is_valid)
    if dated:
        yield Limit(
            "control",
            "A signature shows that somebody could spend from its address when it was made: not who"
            " that is, nor that nobody else can.",
            tuple(f"{counted(many, 'signature')}: {when}" for when, many in dated.items()),
            "a message that the holder alone would be asked to sign, and that names a late block",
        )
    if open_ones := [one for one in own if not one.is_valid]:
        yield Limit(
            "control",
            "These signatures show nothing.",
            tuple(f"{one.control.address}: {one.verdict.reason}" for one in open_ones)[:_SHOWN],
            "ask for them again",
        )


def _gaps(whole: PerimeterFlows, register: Register) -> Iterator[Limit]:
    wallets = [register.wallets[key] for key in whole.scope.wallets]
    ranged = [one for one in wallets if any(branch.is_ranged for branch in one.branches)]
    if ranged:
        yield Limit(
            "gap limit",
            "Of these wallets at least as many unused addresses as their gap limit says were"
            " searched behind the last used one: coins further on are not seen.",
            tuple(f"{one.title} ({one.gap_limit} unused)" for one in ranged),
            "a larger gap_limit in the register, where the holder may have skipped addresses",
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
            "What was found rests on one source. Work stands behind the blocks that it shows, but"
            " nothing shows that it shows everything.",
            coverage.sources,
            "read a second source too (--cross-check)",
        )
    for note in coverage.notes:
        yield Limit("other", note, coverage.sources)


def _absent(register: Register) -> Iterator[Limit]:
    if register.absent:
        yield Limit(
            "absent files",
            "The register names files that did not come with it: what they say of clients, payments"
            " and names is not known here.",
            tuple(_ABSENT[field] for field in register.absent),
            "ask the publisher for these files, or for an archive made with --books",
        )


def _owed(
    whole: PerimeterFlows, owed: Owed, sums: Mapping[str, int], period: Period, register: Register
) -> Iterator[Limit]:
    scope, titles = whole.scope, {one.key: one.title for one in register.entities.values()}
    stated = {one.entity for one in (*owed.at_start, *owed.at_end)}
    silent = tuple(titles[key] for key in scope.entities if key not in stated)
    if silent:
        brought = sums["client_deposits_sats"]
        seen = f" Clients brought {coins_text(brought)} by the keeper's books." if brought else ""
        yield Limit(
            "liabilities",
            "Nobody stated what these owe to clients: coins held for others would count as their"
            f" own.{seen if not stated else ''}",
            silent,
            "a statement of client deposits (register: deposits = FILE)",
        )
    if owed.newly_stated and sums["stock_at_start_sats"]:
        yield Limit(
            "liabilities",
            "What these owed to clients was first stated after the start: none is taken off the"
            " stock at the start, so that the change of their own coins is not known.",
            tuple(titles[key] for key in owed.newly_stated),
            "a statement of client deposits of the start or before",
        )
    if stale := owed.stale(period.end):
        yield Limit(
            "liabilities",
            "What these owe to clients is taken from a statement more than a month older than the"
            " end.",
            tuple(f"{titles[one.entity]} ({one.date})" for one in stale),
            "a later statement of client deposits",
        )
    if elsewhere := owed.kept_elsewhere(scope, register):
        yield Limit(
            "liabilities",
            "All that these owe to clients is taken off, though some of their wallets lie outside"
            " this perimeter.",
            tuple(titles[key] for key in elsewhere),
            "audit a perimeter with all their wallets",
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
