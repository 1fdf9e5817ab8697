"""The fan and its neighbours as figures; the user's own paths."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from kilosat.definitions.findings import DefinitionError
from kilosat.definitions.price_history import PriceHistory
from kilosat.figures import Graph, as_text, collect
from kilosat.outlook import (
    OUTLOOK_STAGES,
    OutlookError,
    choose_default,
    outlook_inputs,
    outlook_report,
    read_backtest,
    read_own_paths,
)
from kilosat.outlook.__main__ import main


@pytest.fixture(scope="module")
def graph(shipped: PriceHistory) -> Graph:
    inputs = outlook_inputs(shipped, as_of=date(2024, 1, 1), paths=600, threshold_usd=20_000)
    return Graph(collect(OUTLOOK_STAGES), inputs)


def test_fan_is_ordered_and_dated(graph: Graph) -> None:
    fan = graph.value("price_fan")
    assert fan.index[0] == "2024-01-31"  # 30 days after the first of January
    assert np.all(np.diff(fan.to_numpy(), axis=1) > 0)
    assert graph.unit("price_fan[2024-01-31,50 %]") == "USD/BTC"


def test_chance_below_agrees_with_the_fan(graph: Graph) -> None:
    fan, chance = graph.value("price_fan"), graph.value("chance_price_below")
    for day in fan.index:
        below = [float(name.split()[0]) for name in fan.columns if fan.loc[day, name] < 20_000]
        above = [float(name.split()[0]) for name in fan.columns if fan.loc[day, name] >= 20_000]
        assert max(below, default=0) - 0.2 <= chance[day] <= min(above, default=100) + 0.2


def test_default_is_chosen_by_the_table(graph: Graph) -> None:
    assert graph.value("chosen_price_model") == choose_default(read_backtest())
    assert graph.value("price_backtest[bootstrap 365 days,cover_80]") > 0


def test_explains_down_to_source_and_seed(graph: Graph) -> None:
    text = as_text(graph.explain("price_fan[2024-01-31,50 %]"))
    assert "bitcoinresearchkit/brk" in text
    assert "600 paths, seed 1, from 2024-01-01" in text


def test_report_has_fan_model_and_backtest(graph: Graph) -> None:
    report = outlook_report(graph)
    for part in ("2024-01-31", "below 20,000", "Model: bootstrap", "windows", "garch-t"):
        assert part in report


def own(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "own.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def test_own_paths_are_used_as_they_are(shipped: PriceHistory, tmp_path: Path) -> None:
    paths = read_own_paths(own(tmp_path, "day,low,high", "30,50000,150000", "60,1,2"))
    inputs = outlook_inputs(shipped, model="own-paths", own_paths=paths, paths=400)
    fan = Graph(collect(OUTLOOK_STAGES), inputs).value("price_fan")
    assert fan.iloc[0, 0] == pytest.approx(50_000)
    assert fan.iloc[0, -1] == pytest.approx(150_000)
    inputs = outlook_inputs(shipped, model="own-paths", own_paths=paths, days=(31,), paths=10)
    with pytest.raises(OutlookError, match="no prices for day 31"):
        Graph(collect(OUTLOOK_STAGES), inputs).value("price_fan")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (("day,a", "1,0"), ":2: column 'a': 0 is impossible: it must be above 0"),
        (("day,a", "2,5", "1,5"), ":3: column 'day': days must be whole and rise"),
        (("day,a", "1.5,5"), ":2: column 'day': days must be whole and rise"),
        (("a,b", "1,5"), ":1: column 'day' is missing"),
        (("day", "1"), ":1: there is no column of prices"),
    ],
)
def test_bad_own_paths(tmp_path: Path, rows: tuple[str, ...], message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_own_paths(own(tmp_path, *rows))
    assert message in str(caught.value)
    assert len(caught.value.findings) == 1


def test_unknown_model_and_missing_paths(shipped: PriceHistory) -> None:
    with pytest.raises(OutlookError, match="did you mean 'garch-t'"):
        outlook_inputs(shipped, model="garch")
    with pytest.raises(OutlookError, match="threshold of -1 is impossible"):
        outlook_inputs(shipped, threshold_usd=-1)
    inputs = outlook_inputs(shipped, model="own-paths")
    with pytest.raises(OutlookError, match="needs a file of paths"):
        Graph(collect(OUTLOOK_STAGES), inputs).value("price_fan")


@pytest.mark.parametrize(
    ("words", "part"),
    [((), "Best calibrated at a year"), (("--backtest", "--every", "48", "--halves"), "from 2020")],
)
def test_command(
    words: tuple[str, ...],
    part: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["outlook", *words])
    main()
    assert part in capsys.readouterr().out


def test_command_writes_table_and_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docs").mkdir()
    page = tmp_path / "docs" / "outlook.md"
    page.write_text("before\n<!-- backtest -->\nold\n<!-- /backtest -->\nafter\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("kilosat.outlook.__main__.backtest_file", lambda: tmp_path / "table.csv")
    monkeypatch.setattr("sys.argv", ["outlook", "--backtest", "--write", "--every", "48"])
    main()
    text = page.read_text("utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    assert "| bootstrap | 365 |" in text
    assert (tmp_path / "table.csv").read_text("utf-8").startswith("model,horizon_days,origins")
