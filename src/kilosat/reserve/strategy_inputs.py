"""The inputs of Strategy's replay."""

from datetime import date

from kilosat.definitions.company_holdings import read_company_holdings
from kilosat.definitions.history import read_prices
from kilosat.definitions.purchase_lists import read_strategy_purchases
from kilosat.provenance import Sourced
from kilosat.reserve.cost_basis import METHODS
from kilosat.reserve.errors import ReserveError
from kilosat.reserve.purchases import close_on

__all__ = ["strategy_inputs"]


def strategy_inputs(until: date | None = None, cost_method: str = "average") -> dict[str, Sourced]:
    """Inputs for a ``Graph`` over ``STRATEGY_STAGES``.

    Raises:
        HistoryError: a file cannot be read as it should.
        ReserveError: the day has no price or is before the first purchase, or the method is not
            known.
    """
    closes, rows = read_prices(), read_strategy_purchases()
    last = closes.value.index[-1] if until is None else until
    close_on(closes.value, last)
    first = rows.value["day"].iloc[0]
    if last < first:
        raise ReserveError(f"{last} is before Strategy's first purchase on {first}")
    if cost_method not in METHODS:
        raise ReserveError(f"'{cost_method}' is not a cost method: write {' or '.join(METHODS)}")
    day = "day of the replay, at the close (24:00 UTC)"
    method = "which cost leaves with a sale: a choice"
    return {
        "price_history": closes,
        "strategy_purchases": rows,
        "company_holdings": read_company_holdings(),
        "replay_date": Sourced(str(last), "", "assumed", assumption=day),
        "cost_method": Sourced(cost_method, "", "assumed", assumption=method),
    }
