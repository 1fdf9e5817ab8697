"""Candles of Coinbase Exchange, from a local server that answers as their documentation says.

https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-product-candles:
``[time, low, high, open, close, volume]``, newest first, at most 300 in an answer, no candle for
an interval without a trade, candles before ``start`` possible.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kilosat.updates import UpdateError, extend, fetch_prices
from kilosat.updates.exchange import Server

from . import fake_chain as chain
from .conftest import FakeExchange

SINCE = date(2025, 1, 1)
NOW = datetime(2026, 2, 15, 13, 30, tzinfo=UTC)


def server(fake: FakeExchange) -> Server:
    return Server("Coinbase Exchange", "127.0.0.1", fake.port, timeout_seconds=5)


def candles(first: date, count: int) -> dict[int, list[float]]:
    found = {}
    for number in range(count):
        day = first + timedelta(days=number)
        time = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        found[time] = [time, 90.0, 110.0, 100.0, 100.0 + number / 100, 12.5]
    return found


def test_pages_are_joined_and_the_day_that_runs_is_left_out(fake_exchange: FakeExchange) -> None:
    fake_exchange.candles = candles(SINCE - timedelta(days=3), 414)
    fake_exchange.candles = {t: c for t, c in fake_exchange.candles.items() if t <= NOW.timestamp()}
    series = fetch_prices(SINCE, NOW, server(fake_exchange))
    days = sorted(series.closes)
    assert (days[0], days[-1]) == (SINCE, date(2026, 2, 14))
    assert len(days) == (days[-1] - days[0]).days + 1 == 410
    assert series.closes[SINCE] == 100.03
    first, second = fake_exchange.asked
    assert first["path"] == "/products/BTC-USD/candles"
    assert first["granularity"] == "86400"
    assert (first["start"], first["end"]) == ("2025-01-01T00:00:00Z", "2025-09-07T00:00:00Z")
    assert (second["start"], second["end"]) == ("2025-09-08T00:00:00Z", "2026-02-14T00:00:00Z")
    # No more than 300 data points are allowed in one request.
    for page in fake_exchange.asked:
        start, end = (datetime.fromisoformat(page[key]) for key in ("start", "end"))
        assert (end - start).days + 1 <= 300


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (429, b'{"message":"Public rate limit exceeded"}', "try again in a minute"),
        (
            400,
            b'{"message":"granularity too small"}',
            r"\(HTTP status 400\): granularity too small",
        ),
        (404, b'{"message":"NotFound"}', "NotFound"),
        (302, b"", r"refuses \(HTTP status 302\)"),
        (500, b"<html>", r"refuses \(HTTP status 500\)"),
        (200, b"<html>", "does not answer with a list"),
        (200, b'{"message":"x"}', "does not answer with a list"),
        (200, b"[]", "has no candle from 2026-01-01 to 2026-02-14"),
        (200, b"[[1767225600, 1, 2]]", "is not a daily candle"),
        (200, b"[[1767225601, 1, 2, 1, 2, 3]]", "is not a daily candle"),
        (200, b'[[1767225600, 1, 2, 1, "2", 3]]', "is not a daily candle"),
        (200, b"[[1767225600, 1, 2, 1, NaN, 3]]", "is not a daily candle"),
        (200, b"[[1767225600, 0, 2, 1, 2, 3]]", "is not a daily candle"),
        (200, b"[[1767225600, 1, 2, 1, 3, 3]]", "is not a daily candle"),
        (200, b"[[1767225600,1,2,1,2,3],[1767225600,1,2,1,1,3]]", "2026-01-01 is there twice"),
    ],
)
def test_answers_that_are_no_candles(
    fake_exchange: FakeExchange, status: int, body: bytes, message: str
) -> None:
    fake_exchange.status, fake_exchange.body = status, body
    with pytest.raises(UpdateError, match=message):
        fetch_prices(date(2026, 1, 1), NOW, server(fake_exchange))


def test_a_server_that_is_not_there() -> None:
    closed = Server("Coinbase Exchange", "127.0.0.1", 9, timeout_seconds=2)
    with pytest.raises(UpdateError, match="Coinbase Exchange cannot be reached"):
        fetch_prices(SINCE, NOW, closed)


def chain_candles(numbers: Sequence[int]) -> dict[int, list[float]]:
    found = {}
    for number in numbers:
        day = chain.FIRST_DAY + timedelta(days=number)
        time = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        close = chain.close(number)
        found[time] = [time, close, close, close, close, 1.0]
    return found


def test_fetched_prices_extend_the_series(fake_exchange: FakeExchange, folder: Path) -> None:
    fake_exchange.candles = chain_candles(range(20, 60))
    since = chain.FIRST_DAY + timedelta(days=10)
    series = fetch_prices(since, chain.NOW, server(fake_exchange))
    added = extend(folder, now=chain.NOW, version="0", prices=series).added[0]
    assert (added.first, added.last) == ("2009-02-12", "2009-03-03")
    assert "Coinbase Exchange" in added.source


def test_an_interval_without_a_candle_is_a_gap(fake_exchange: FakeExchange, folder: Path) -> None:
    fake_exchange.candles = chain_candles([n for n in range(20, 60) if n not in (45, 50, 51)])
    series = fetch_prices(chain.FIRST_DAY, chain.NOW, server(fake_exchange))
    with pytest.raises(UpdateError) as caught:
        extend(folder, now=chain.NOW, version="0", prices=series)
    assert [line.split(": ")[1] for line in caught.value.problems] == [
        "2009-02-17 is missing",
        "2009-02-22 is missing, 2 days in all",
    ]
