"""Daily closes from Coinbase Exchange's public candles; asked only where a user says so.

``GET /products/BTC-USD/candles`` with ``granularity`` (seconds), ``start`` and ``end``; needs no
key. An answer is a list of ``[time, low, high, open, close, volume]`` with the time at which the
candle begins, newest first, at most 300 of them; candles before ``start`` may be among them, and
an interval without a trade has none. Documented at
https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-product-candles
"""

import json
import math
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from kilosat.updates.errors import Problems, UpdateError, printable
from kilosat.updates.exchange import Answer, Server, send
from kilosat.updates.prices import PriceSeries

__all__ = ["COINBASE", "fetch_prices"]

COINBASE = Server("Coinbase Exchange", "api.exchange.coinbase.com", 443, tls=True)
_SOURCE = "Coinbase Exchange, daily candles of BTC-USD"
_DAYS_PER_PAGE = 250
"""Below the 300 that are refused, whether or not both ends count."""
_SECONDS_PER_DAY = 86400
_DAY = timedelta(days=1)


def fetch_prices(since: date, now: datetime, server: Server = COINBASE) -> PriceSeries:
    """Closes from ``since`` to the last day that is over at ``now``.

    Raises:
        UpdateError: the server cannot be reached or refuses, or its answers are no candles.
    """
    last = now.astimezone(UTC).date() - _DAY
    closes: dict[date, float] = {}
    problems = Problems()
    first = since
    while first <= last:
        end = min(first + (_DAYS_PER_PAGE - 1) * _DAY, last)
        closes |= _page(server, first, end, problems)
        first = end + _DAY
    problems.raise_any()
    if not closes:
        raise UpdateError([f"{server.name} has no candle from {since} to {last}"])
    return PriceSeries(closes, _SOURCE)


def _page(server: Server, first: date, last: date, problems: Problems) -> dict[date, float]:
    query = {
        "granularity": _SECONDS_PER_DAY,
        "start": f"{first}T00:00:00Z",
        "end": f"{last}T00:00:00Z",
    }
    path = f"/products/BTC-USD/candles?{urlencode(query)}"
    headers = {"Accept": "application/json", "User-Agent": "kilosat"}
    candles = _candles(server, send(server, "GET", path, headers))
    closes: dict[date, float] = {}
    for candle in candles:
        found = _close(candle)
        if found is None:
            problems.add("candle", f"{server.name}: {str(candle)[:80]} is not a daily candle")
        elif found[0] in closes:
            problems.add("twice", f"{server.name}: {found[0]} is there twice")
        else:
            closes[found[0]] = found[1]
    return {day: close for day, close in closes.items() if first <= day <= last}


def _candles(server: Server, answer: Answer) -> list[Any]:
    try:
        content = json.loads(answer.body)
    except (ValueError, RecursionError):
        content = None
    if answer.status == 429:
        raise UpdateError([f"{server.name} asks for fewer requests: try again in a minute"])
    if answer.status != 200:
        said = content.get("message") if isinstance(content, dict) else None
        reason = f": {printable(str(said))[:200]}" if said else ""
        raise UpdateError([f"{server.name} refuses (HTTP status {answer.status}){reason}"])
    if not isinstance(content, list):
        raise UpdateError([f"{server.name} does not answer with a list of candles"])
    return content


def _close(candle: Any) -> tuple[date, float] | None:
    """Day and close of a candle, or nothing where it is none."""
    if not isinstance(candle, list) or len(candle) < 5:
        return None
    numbers = candle[:5]
    if not all(isinstance(n, int | float) and math.isfinite(n) for n in numbers):
        return None
    time, low, high, opened, close = numbers
    if time % _SECONDS_PER_DAY or not 0 < low <= min(opened, close):
        return None
    if not max(opened, close) <= high or not 0 <= time < 1e11:
        return None
    return datetime.fromtimestamp(time, UTC).date(), float(close)
