"""`kilosat data update` as a user meets it, and the readers on what it wrote."""

from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from typer.testing import CliRunner

import kilosat.cli.data
from kilosat.cli import app
from kilosat.definitions import DefinitionError
from kilosat.definitions.history import HistoryError, read_epochs, read_network, read_prices
from kilosat.definitions.market import MarketError, read_market
from kilosat.definitions.price_history import read_price_history
from kilosat.updates import prices_api
from kilosat.updates.exchange import Server

from . import fake_chain as chain
from .conftest import FakeExchange, FakeNode
from .test_prices_api import chain_candles

runner = CliRunner()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return chain.NOW

    monkeypatch.setattr(kilosat.cli.data, "datetime", Clock)
    monkeypatch.delenv("KILOSAT_DATA", raising=False)


def update(*words: str) -> tuple[int, str]:
    result = runner.invoke(app, ["data", "update", *words])
    assert "Traceback" not in result.output
    assert "correct" not in result.output
    return result.exit_code, result.output


def test_node_and_price_file(fake_node: FakeNode, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(chain.prices_csv(20, 60), "utf-8")
    code, text = update("--node", fake_node.url, "--prices", str(file), "--into", str(folder))
    assert code == 0, text
    assert "btc_usd_daily.csv: 2009-02-12 to 2009-03-04, from file own.csv" in text
    assert "difficulty_epochs.csv: 3 to 5" in text
    assert f"export KILOSAT_DATA={folder}" in text
    again = update("--node", fake_node.url, "--prices", str(file), "--into", str(folder))
    assert again == (0, "nothing to add: the series have these days already\n")


def test_a_cookie_and_the_folder_of_the_environment(
    fake_node: FakeNode, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".cookie").write_text("alice:correct horse", "utf-8")
    monkeypatch.setenv("KILOSAT_DATA", str(folder))
    address = f"http://127.0.0.1:{fake_node.port}"
    code, text = update("--node", address, "--cookie", str(tmp_path / ".cookie"))
    assert code == 0, text
    assert "export" not in text
    assert len(read_epochs().value) == len(chain.BITS)
    assert "own node" in read_network().source.publisher  # type: ignore[union-attr]


def test_prices_are_fetched_only_when_asked(
    fake_exchange: FakeExchange, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_exchange.candles = chain_candles(range(60))
    local = Server("Coinbase Exchange", "127.0.0.1", fake_exchange.port)
    monkeypatch.setattr(prices_api.fetch_prices, "__defaults__", (local,))
    assert update("--into", str(folder))[0] == 2
    assert not fake_exchange.asked
    code, text = update("--fetch-prices", "--into", str(folder))
    assert code == 0, text
    assert "from Coinbase Exchange" in text
    assert fake_exchange.asked[0]["start"] == "2009-01-13T00:00:00Z"  # thirty known days


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "--node, --cookie or --datadir, and --prices FILE or --fetch-prices"),
        (["--prices", "a.csv", "--fetch-prices"], "exclude each other"),
        (["--prices", "a.csv"], "--into FOLDER, or set KILOSAT_DATA"),
        (["--prices", "missing.csv", "--into", "{folder}"], "missing.csv: cannot be read"),
        (["--node", "http://localhost", "--into", "{folder}"], "needs user and password"),
        (["--cookie", "none", "--into", "{folder}"], "none: the cookie cannot be read"),
    ],
)
def test_a_users_mistake_is_one_message(words: list[str], message: str, folder: Path) -> None:
    code, text = update(*[word.format(folder=folder) for word in words])
    assert code == 2
    assert message in text


def test_a_new_folder_starts_from_what_ships(tmp_path: Path) -> None:
    """Prices continue the shipped ones; the network's tables stay those that ship."""
    shipped = read_prices().value
    last = shipped.index[-1]
    rows = [f"{day},{shipped[day]}" for day in shipped.index[-30:]]
    rows += [f"{last + timedelta(days=n)},{60_000 + n}" for n in range(1, 4)]
    (tmp_path / "own.csv").write_text("\n".join(["date,close", *rows, ""]), "utf-8")
    later = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=5)
    from kilosat import updates

    series = updates.read_price_file(tmp_path / "own.csv")
    updates.extend(tmp_path / "new", now=later, version="0", prices=series)
    written = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert written == ["btc_usd_daily.csv", "network_daily.csv", "update.toml"]


def test_hashprices_after_the_shipped_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Subsidy alone: 3.125 BTC after the halving of 2024, difficulty of the shipped table."""
    test_a_new_folder_starts_from_what_ships(tmp_path)
    monkeypatch.setenv("KILOSAT_DATA", str(tmp_path / "new"))
    market = read_market()
    day = read_prices().value.index[-1]
    difficulty = read_network().value.at[day, "difficulty_mean"]
    expected = 1e15 * 86400 / (difficulty * 2**32) * 3.125 * 60_003
    assert market.day == day
    assert market.inputs["hashprice"].value == pytest.approx(expected, abs=5e-5)
    assert market.inputs["hashprice"].note.startswith("subsidy alone")


def test_errors_name_the_file_of_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KILOSAT_DATA", str(folder))
    bad = "date,close_usd,difficulty_mean\n2024-01-01,1,1\n2024-01-03,1,1\n"
    for name in ("btc_usd_daily.csv", "network_daily.csv"):
        (folder / name).write_text(bad, "utf-8")
    place = str(folder / "btc_usd_daily.csv")
    with pytest.raises(HistoryError, match=f"{place}:3: 2024-01-02 is missing"):
        read_prices()
    with pytest.raises(DefinitionError, match=f"{place}:3"):
        read_price_history()
    with pytest.raises(MarketError, match=str(folder / "network_daily.csv")):
        read_market()


def test_a_record_or_folder_that_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KILOSAT_DATA", str(folder))
    assert "no update.toml" in read_prices().source.note  # type: ignore[union-attr]
    for text in ("extension = 1", "[[extension]]\nfile = 1", "x", "[[extension]]\nmore = 1"):
        (folder / "update.toml").write_text(text, "utf-8")
        with pytest.raises(HistoryError, match=r"update\.toml: not a record of `kilosat data"):
            read_prices()
    monkeypatch.setenv("KILOSAT_DATA", str(folder / "none"))
    with pytest.raises(DefinitionError, match="KILOSAT_DATA names it, but it is not a folder"):
        read_price_history()
    with pytest.raises(MarketError, match="not a folder"):
        read_market()
