"""An update against a chain of arithmetic: what is added, what is compared, what is refused."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from kilosat.definitions.history import read_epochs, read_network, read_prices
from kilosat.definitions.market import read_market
from kilosat.definitions.price_history import read_price_history
from kilosat.updates import Node, UpdateError, extend, read_price_file

from . import fake_chain as chain
from .conftest import FakeNode


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(folder.iterdir())}


def test_a_node_adds_days_and_epochs(node: Node, folder: Path) -> None:
    outcome = extend(folder, now=chain.NOW, version="0", node=node)
    table = read_network(folder / "network_history.csv").value
    # The last day of the chain is not over; the one before it is.
    assert table.index[-1] == chain.NOW.date() - timedelta(days=1)
    for day in (table.index[30], table.index[40], table.index[-1]):
        heights = chain.heights_of(day)
        assert table.at[day, "blocks"] == len(heights)
        assert table.at[day, "subsidy_btc"] == 50 * len(heights)
        paid = sum(map(chain.fees, heights)) / 1e8
        assert table.at[day, "fees_btc"] == pytest.approx(paid, abs=1e-12)
    for day in table.index:
        expected = chain.mean_difficulty(day)
        assert table.at[day, "difficulty_mean"] == pytest.approx(expected, rel=1e-8), day
    epochs = read_epochs(folder / "difficulty_epochs.csv").value
    assert list(epochs["time_source"]) == ["header"] * len(chain.BITS)
    assert list(epochs["start_time"]) == [chain.TIMES[n * 2016] for n in range(len(chain.BITS))]
    added = {one.file: (one.first, one.last) for one in outcome.added}
    assert added["difficulty_epochs.csv"] == ("3", "5")
    assert added["network_history.csv"] == (str(table.index[30]), str(table.index[-1]))


def test_prices_and_node_together_give_hashprices(
    node: Node, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "own.csv"
    file.write_text(chain.prices_csv(10, 60), "utf-8")
    prices = read_price_file(file)
    cut = (folder / "network_daily.csv").read_text("utf-8").splitlines()[0]
    known = [f"{chain.FIRST_DAY + timedelta(days=n)},1,1,1" for n in range(30)]
    (folder / "network_daily.csv").write_text("\n".join([cut, *known, ""]), "utf-8")
    extend(folder, now=chain.NOW, version="0", node=node, prices=prices)
    monkeypatch.setenv("KILOSAT_DATA", str(folder))
    day = chain.FIRST_DAY + timedelta(days=50)
    market = read_market(day)
    heights = chain.heights_of(day)
    # Reward of a day at a share of its hashes: difficulty x 2^32 hashes for each block.
    coins = 50 + sum(map(chain.fees, heights)) / 1e8 / len(heights)
    hashes = chain.mean_difficulty(day) * 2**32
    expected = 1e15 * 86400 / hashes * coins * round(chain.close(50), 2)
    # The table is printed to four decimals.
    assert market.inputs["hashprice"].value == pytest.approx(expected, abs=1e-4, rel=1e-9)
    source = market.inputs["hashprice"].source
    assert source
    assert "network_daily.csv" in source.note
    assert market.inputs["hashprice_history"].value.index[-1] == pd.Timestamp(
        chain.FIRST_DAY + timedelta(days=60)
    )


def test_a_second_update_has_nothing_to_add(node: Node, folder: Path) -> None:
    assert extend(folder, now=chain.NOW, version="0", node=node).added
    before = contents(folder)
    assert not extend(folder, now=chain.NOW, version="0", node=node).added
    assert contents(folder) == before


def test_the_record_says_what_and_from_where(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / 'a "quoted"\\ name.csv'
    file.write_text(chain.prices_csv(20, 50), "utf-8")
    for last in (50, 55):
        file.write_text(chain.prices_csv(20, last), "utf-8")
        extend(folder, now=chain.NOW, version="1.2", prices=read_price_file(file))
    entries = tomllib.loads((folder / "update.toml").read_text("utf-8"))["extension"]
    prices = [one for one in entries if one["file"] == "btc_usd_daily.csv"]
    assert [(one["first"], one["last"]) for one in prices] == [
        ("2009-02-12", "2009-02-22"),
        ("2009-02-23", "2009-02-27"),
    ]
    assert prices[0]["source"] == f"file {file.name}"
    assert prices[0]["version"] == "1.2"
    assert prices[0]["at"] == chain.NOW.replace(microsecond=0)
    monkeypatch.setenv("KILOSAT_DATA", str(folder))
    history = read_price_history()
    assert history.last == date(2009, 2, 27)
    assert "2009-02-12 to 2009-02-22 from file" in history.source.note
    assert "extended" in history.source.publisher
    assert history.source == read_prices().source


def test_without_the_variable_the_shipped_series_counts(folder: Path) -> None:
    assert read_price_history().last == date(2026, 2, 11)


@pytest.mark.parametrize(
    ("first", "last", "factor", "message"),
    [
        (41, 60, 1.0, r"it starts on 2009-02-13, so 2009-02-12 is missing"),
        (40, 60, 1.0, r"it has 0 of the days to compare with, at least 14 of the last 30"),
        (30, 60, 1.0, r"it has 10 of the days"),
        (20, 60, 1.011, r"closes of 2009-01-23 are more than 1% apart"),
        (20, 60, 1.004, r"20 days in common differ by 0.40% in the middle"),
        (20, 90, 1.0, r"has not come yet"),
    ],
)
def test_prices_that_do_not_continue_are_refused(
    folder: Path, tmp_path: Path, first: int, last: int, factor: float, message: str
) -> None:
    file, before = tmp_path / "own.csv", contents(folder)
    file.write_text(chain.prices_csv(first, last, factor), "utf-8")
    with pytest.raises(UpdateError, match=message):
        extend(folder, now=chain.NOW, version="0", prices=read_price_file(file))
    assert contents(folder) == before


def test_prices_one_day_off_are_refused(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    rows = chain.prices_csv(10, 60).splitlines()
    closes = [row.split(",")[1] for row in rows[2:]]
    days = [row.split(",")[0] for row in rows[1:-1]]
    shifted = [f"{day},{close}" for day, close in zip(days, closes, strict=True)]
    file.write_text("\n".join(["date,close", *shifted, ""]), "utf-8")
    with pytest.raises(UpdateError, match="24:00 UTC of its day"):
        extend(folder, now=chain.NOW, version="0", prices=read_price_file(file))


def test_a_day_not_yet_over_is_not_taken(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    today = (chain.NOW.date() - chain.FIRST_DAY).days
    file.write_text(chain.prices_csv(20, today), "utf-8")
    extend(folder, now=chain.NOW, version="0", prices=read_price_file(file))
    assert read_prices(folder / "btc_usd_daily.csv").value.index[
        -1
    ] == chain.NOW.date() - timedelta(days=1)


def test_a_file_with_gaps_names_them_all(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    lines = chain.prices_csv(10, 40).splitlines()
    file.write_text("\n".join(lines[:5] + lines[6:9] + lines[11:]), "utf-8")
    with pytest.raises(UpdateError) as caught:
        read_price_file(file)
    assert [line.split(": ")[1] for line in caught.value.problems] == [
        "2009-01-17 is missing",
        "2009-01-21 is missing, 2 days in all",
    ]


def test_node_and_prices_are_refused_together(
    node: Node, fake_node: FakeNode, folder: Path, tmp_path: Path
) -> None:
    fake_node.lie = lambda method, params, honest: (
        honest | {"chain": "test"} if method == "getblockchaininfo" else honest
    )
    file = tmp_path / "own.csv"
    file.write_text(chain.prices_csv(20, 60, 1.02), "utf-8")
    with pytest.raises(UpdateError) as caught:
        extend(folder, now=chain.NOW, version="0", node=node, prices=read_price_file(file))
    assert "more than 1% apart" in caught.value.problems[0]
    assert "chain 'test', not on 'main'" in caught.value.problems[-1]


def test_a_folder_that_cannot_be_written(tmp_path: Path, node: Node, folder: Path) -> None:
    (folder / "update.toml").mkdir()
    with pytest.raises(UpdateError, match=r"update\.toml"):
        extend(folder, now=chain.NOW, version="0", node=node)


def test_nothing_is_left_behind_when_a_write_fails(
    node: Node, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(folder)

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UpdateError, match="No space left on device"):
        extend(folder, now=chain.NOW, version="0", node=node)
    assert contents(folder) == before
