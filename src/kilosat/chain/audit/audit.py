"""The audit itself: entries of the journal and a register in, sums, sentences and limits out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache

from kilosat.chain.audit import flow_figures, stock_figures
from kilosat.chain.audit.coins import Holdings, holdings_at
from kilosat.chain.audit.cost import cost_of
from kilosat.chain.audit.inputs import Grounds, audit_inputs, flows_input
from kilosat.chain.audit.limits import limits_of
from kilosat.chain.audit.model import Audit, Coverage, ScopeTotals
from kilosat.chain.audit.owed import Owed
from kilosat.chain.audit.period import AuditError, Period, period_of
from kilosat.chain.audit.tables import days_of, gains_of
from kilosat.chain.audit.verdict import Situation, verdict_of
from kilosat.chain.control import JudgedControl
from kilosat.chain.flows.book import Book, open_book
from kilosat.chain.flows.classify import classify_scope, returns_of
from kilosat.chain.flows.model import PerimeterFlows, Scope
from kilosat.chain.flows.records import Liability, PaymentRecord
from kilosat.chain.flows.rules import Rules
from kilosat.chain.flows.scopes import WALLET_PREFIX, scope_of, scopes
from kilosat.chain.flows.split import changes_by_wallet
from kilosat.chain.header import hex_of_hash
from kilosat.chain.ledger.entry import Entry
from kilosat.chain.register import Register, WatchedScript
from kilosat.figures import Graph, collect
from kilosat.provenance import Source

__all__ = ["AUDIT_STAGES", "audit", "reserve_of", "scope_asked"]

AUDIT_STAGES = (flow_figures, stock_figures)

_RESERVE = "reserve"


def audit(
    entries: Iterable[Entry],
    register: Register,
    perimeter: str,
    start: date,
    end: date,
    *,
    coverage: Coverage,
    reserve: str | None = None,
    prices: Mapping[date, float] | None = None,
    price_source: Source | None = None,
    liabilities: Sequence[Liability] = (),
    payments: Sequence[PaymentRecord] = (),
    controls: Sequence[JudgedControl] = (),
    watched: Sequence[WatchedScript] | None = None,
    midnights: Mapping[date, int] | None = None,
    rules: Rules | None = None,
) -> Audit:
    """What a perimeter held at 00:00 UTC of two days, and which coins made the difference.

    ``entries`` are all transactions that the register's scripts ever took part in; ``reserve`` is
    the perimeter (its key) or wallet (``wallet:KEY``) that a dashboard shows, see ``reserve_of``;
    ``prices`` closes in USD per BTC by UTC day; ``controls`` signatures for its addresses;
    ``watched`` and ``midnights`` see ``open_book``.

    Raises:
        AuditError: no such perimeter, an end that is not after the start, a start after the last
            block that was read, or entries that are not complete.
    """
    scope = scope_asked(register, perimeter)
    shown = scope_asked(register, reserve or reserve_of(register, perimeter))
    book = open_book(entries, register, rules, watched, midnights)
    period = period_of(start, end, book.lines, midnights)
    last = _last_day(book, coverage)
    if start > last:
        raise AuditError(f"the chain was read up to {last}, which is before the start, {start}")
    grounds = Grounds(register, coverage, price_source, rules or Rules(), tuple(controls))

    returned = returns_of(book, payments=payments, rules=rules)

    @cache
    def flows_of(one: Scope) -> PerimeterFlows:
        return classify_scope(
            book, one, prices=prices, payments=payments, rules=rules, returned=returned
        )

    whole = flows_of(scope)
    gains = gains_of(flows_of(shown), whole, period)
    holdings = _holdings(book, scope, period)
    owed = Owed.of(liabilities, scope, period)
    inputs = audit_inputs(whole, gains, holdings, owed, period, grounds)
    graph = Graph(collect(AUDIT_STAGES), inputs)
    sums = _sums(graph)
    _check(sums, holdings)
    cost = cost_of(flow for flow in whole.flows if flow.block.height <= period.end_height)
    situation = Situation(
        reserve=shown.title,
        reserve_is_within=set(shown.wallets) <= set(scope.wallets),
        has_wallets=bool(scope.wallets),
        owed_is_stated=owed.is_stated,
        owed_at_start_is_open=bool(owed.newly_stated and sums["stock_at_start_sats"]),
        holders_have_others=any(
            wallet.entity in scope.entities and wallet.key not in scope.wallets
            for wallet in register.wallets.values()
        ),
        all_bought=all(lot.sub_kind == "purchase" for lot in cost.lots),
    )
    return Audit(
        register_name=register.name,
        register_title=register.title,
        network=register.network,
        scope=scope,
        reserve=shown,
        start=start,
        end=end,
        start_height=period.start_height,
        end_height=period.end_height,
        coverage=coverage,
        verdict=verdict_of(sums, situation),
        sums=sums,
        days=days_of(whole, gains, period, sums["stock_at_start_sats"], last),
        flows=tuple(flow for flow in whole.flows if period.is_within(flow.block.height)),
        changes=_changes(book, scope, period),
        announcements=whole.announcements,
        payments=whole.payments,
        liabilities=owed.at_end,
        controls=tuple(controls),
        coins=holdings.coins,
        addresses=holdings.addresses,
        cost=cost,
        scopes=tuple(_totals(flows_of(one), period, grounds) for one in scopes(register)),
        limits=limits_of(whole, book, holdings, owed, sums, cost, period, grounds),
        graph=graph,
    )


def reserve_of(register: Register, perimeter: str) -> str:
    """What a dashboard is taken to show if nobody says: the perimeter whose key begins with
    ``reserve``, else the only wallet with such a role, else the audited perimeter itself.
    """
    named = [key for key in register.perimeters if key.startswith(_RESERVE)]
    roles = [key for key, wallet in register.wallets.items() if _RESERVE in wallet.role]
    if named:
        return named[0]
    return f"{WALLET_PREFIX}{roles[0]}" if len(roles) == 1 else perimeter


def scope_asked(register: Register, key: str) -> Scope:
    """A perimeter by its key, or a wallet as ``wallet:KEY``.

    Raises:
        AuditError: there is none; the message names those that there are.
    """
    try:
        return scope_of(register, key)
    except KeyError as error:
        raise AuditError(f"{register.file}: {error.args[0]}") from None


def _last_day(book: Book, coverage: Coverage) -> date:
    """The day that the chain was read to. Header times may run back, days of blocks do not."""
    return max([coverage.time.date(), *(line.day for line in book.lines)])


def _changes(book: Book, scope: Scope, period: Period) -> dict[bytes, dict[str, int]]:
    scripts = book.scripts_of(scope.wallets)
    return {
        line.entry.txid: changes_by_wallet(line.entry, scripts)
        for line in book.lines_of(scope.wallets)
        if period.is_within(line.entry.block.height)
    }


def _holdings(book: Book, scope: Scope, period: Period) -> Holdings:
    scripts = book.scripts_of(scope.wallets)
    lines = book.lines_of(scope.wallets)
    found = holdings_at(lines, scripts, period.end_height, period.end, book.register.network)
    if found.strangers:
        coin = found.strangers[0]
        raise AuditError(
            f"coin {hex_of_hash(coin.txid)}:{coin.index} was spent by the perimeter and never came"
            " to it: the ledger is not complete; scan into a new one"
        )
    return found


def _check(sums: Mapping[str, int], holdings: Holdings) -> None:
    """Two routes to the same stock: what crossed the border, and what is unspent."""
    unspent = sum(coin.sats for coin in holdings.coins)
    if unspent != sums["stock_at_end_sats"]:
        raise AuditError(
            f"flows leave {sums['stock_at_end_sats']} satoshis, coins {unspent}: the ledger is not"
            " complete; scan into a new one"
        )


def _sums(graph: Graph) -> dict[str, int]:
    """All figures in whole satoshis, and the numbers of outputs and addresses."""
    whole = (name for name in graph.specs if graph.unit(name) in ("sat", "1"))
    return {name: int(graph.value(name)) for name in whole}


def _totals(flows: PerimeterFlows, period: Period, grounds: Grounds) -> ScopeTotals:
    inputs = {"perimeter_flows": flows_input(flows, period, grounds)}
    return ScopeTotals(flows.scope, _sums(Graph(collect([flow_figures]), inputs)))
