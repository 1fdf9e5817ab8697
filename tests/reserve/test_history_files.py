"""History files: a wrong one is one clear message with file and line, never a traceback."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kilosat.definitions.history import (
    HistoryError,
    read_announced_purchases,
    read_epochs,
    read_network,
    read_prices,
    read_published_points,
    read_reported_holdings,
)
from kilosat.provenance import Sourced
from kilosat.quantities import SATS_PER_BTC, btc_from_sats, sats_from_btc

PRICES = "date,close_usd\n2024-01-01,100\n"
EPOCHS = "epoch,start_height,start_time_utc,start_time_source,difficulty\n"
BOUGHT = "date,btc,daily_btc,avg_price_usd,usd_cost,note,source_url\n"
HELD = "date,btc,basis,reporter,source_url\n"


@pytest.mark.parametrize(
    ("reader", "rows", "unit"),
    [
        (read_prices, 5689, "USD/BTC"),
        (read_epochs, 474, ""),
        (read_network, 6378, ""),
        (read_announced_purchases, 22, ""),
        (read_reported_holdings, 40, ""),
        (read_published_points, 13, ""),
    ],
)
def test_shipped(reader: Callable[[], Sourced], rows: int, unit: str) -> None:
    """Rows as counted when the tables were compiled."""
    sourced = reader()
    assert len(sourced.value) == rows
    assert sourced.unit == unit
    assert sourced.source
    assert sourced.source.publisher
    if rows < 100:
        assert len(sourced.row_sources) == rows
        assert all(one.address.startswith("https://") for one in sourced.row_sources)


def test_announced_coins_and_last_holding() -> None:
    assert int(read_announced_purchases().value["sats"].sum()) == 3546 * SATS_PER_BTC
    assert read_reported_holdings().value["sats"].iloc[-1] == 7560 * SATS_PER_BTC


@pytest.mark.parametrize(
    ("reader", "text", "message"),
    [
        (read_prices, "", r"own\.csv:1: the columns date, close_usd are missing"),
        (read_prices, "date,close_usd\n", r"own\.csv: the table has no rows"),
        (read_prices, PRICES + "2024-01-03,101\n", r":3: 2024-01-02 is missing"),
        (read_prices, PRICES + "2024-01-01,101\n", r":3: 2024-01-01 is not after"),
        (read_prices, PRICES + "2024-02-30,101\n", r":3: date: '2024-02-30' is not a day"),
        (read_prices, PRICES + "2024-01-02,\n", r":3: close_usd: .* not an empty cell"),
        (read_prices, PRICES + "2024-01-02,-1\n", r":3: close_usd: -1 is not"),
        (read_prices, PRICES + "2024-01-02,nan\n", r":3: close_usd: nan is not"),
        (read_prices, PRICES + "2024-01-02,a\n", r":3: close_usd: 'a' is not a number"),
        (read_prices, PRICES + "2024-01-02\n", r":3: 1 cells where the header has 2"),
        (read_epochs, EPOCHS + "1,2016,2009-01-27T13:38:51Z,header,1\n", r":2: epoch 0 at height"),
        (read_epochs, EPOCHS + "0,0,2009-01-03,header,1\n", r":2: start_time_utc: '2009-01-03' is"),
        (read_epochs, EPOCHS + "0,0,2009-01-03T18:15:05Z,heder,1\n", r"did you mean 'header'"),
        (read_announced_purchases, BOUGHT + "2024-01-01,1,2,,,,u\n", r":2: btc must be above zero"),
        (read_announced_purchases, BOUGHT + "2024-01-01,0.000000001,0,,,,u\n", r"whole number of"),
        (read_announced_purchases, BOUGHT + "2024-01-01,22000000,0,,,,u\n", r"21 million"),
        (
            read_announced_purchases,
            BOUGHT + "2024-01-02,1,0,,,,u\n2024-01-01,1,0,,,,u\n",
            r":3: 2024-01-01 is before 2024-01-02",
        ),
        (
            read_reported_holdings,
            HELD + "2024-01-01,5,rumour,r,u\n",
            r"'rumour' is not a known basis",
        ),
    ],
)
def test_wrong_files(
    reader: Callable[[Path], Sourced], text: str, message: str, tmp_path: Path
) -> None:
    file = tmp_path / "own.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(HistoryError, match=message):
        reader(file)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match=r"none\.csv: cannot be read: No such file"):
        read_prices(tmp_path / "none.csv")
    (tmp_path / "raw.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(HistoryError, match="not UTF-8"):
        read_prices(tmp_path / "raw.csv")


def test_an_own_file_is_its_own_source(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text("\ufeff" + PRICES, "utf-8")
    sourced = read_prices(file)
    assert sourced.source
    assert sourced.source.publisher == "given by the user"
    assert sourced.value.to_list() == [100.0]


@settings(deadline=None)
@given(st.integers(0, 2_099_999_997_690_000))
def test_satoshis_round_trip(sats: int) -> None:
    assert sats_from_btc(Decimal(sats) / SATS_PER_BTC) == sats
    assert round(btc_from_sats(sats) * SATS_PER_BTC) == sats
