"""Money of a blueprint in the money of a country, by way of the US dollar."""

from dataclasses import replace

import pandas as pd

from kilosat.definitions.country import Country
from kilosat.provenance import Sourced, worst_quality

__all__ = ["exchanged"]


def exchanged(amount: Sourced, currency: str, rate: Sourced | None, country: Country) -> Sourced:
    """``amount`` in ``currency`` as local money of ``country``.

    ``rate`` is ``currency`` for one US dollar, nothing where the amount is in US dollars. The
    result is as known as the least known of the amount and both rates, and its note says how it
    was converted.
    """
    local_rate = country.values["exchange_rate"]
    factor = local_rate.value / (rate.value if rate else 1.0)
    parts = [amount, local_rate, *([rate] if rate else [])]
    how = f"converted at {rate.value:,.10g} {rate.unit} and " if rate else "converted at "
    how += f"{local_rate.value:,.10g} {local_rate.unit}"
    assumptions = dict.fromkeys(part.assumption for part in parts if part.assumption)
    sources = [source for part in parts for source in part.sources()]
    return replace(
        amount,
        value=_times(amount.value, factor),
        unit=amount.unit.replace(currency, country.currency),
        quality=worst_quality(["derived", *(part.quality for part in parts)]),
        source=amount.source or next(iter(sources), None),
        assumption="; ".join(assumptions),
        note=f"{amount.note}; {how}" if amount.note else how,
        row_sources=tuple(dict.fromkeys(sources)),
    )


def _times(value: float | pd.DataFrame, factor: float) -> float | pd.DataFrame:
    if isinstance(value, pd.DataFrame):
        return value.assign(tariff=value["tariff"] * factor)
    return value * factor
