"""The command line as a user meets it: exit codes, messages, no traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kilosat.cli import app

runner = CliRunner()


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['kilosat', '--help']\n"
        "from kilosat.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'pandas', 'numba', 'highspy', 'altair', 'scipy'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_explain_as_text_and_json() -> None:
    text = runner.invoke(app, ["explain", "pakistan", "package_band_width"])
    assert text.exit_code == 0
    assert "formula: upper edge - lower edge" in text.stdout
    answer = runner.invoke(app, ["explain", "pakistan", "package_band_width", "--json"])
    tree = json.loads(answer.stdout)
    assert tree["value"] == pytest.approx(10.8)
    assert {child["figure"] for child in tree["inputs"]} == {
        "package_band_low",
        "package_band_high",
    }


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["explain", "pakistan", "incremental_cots"], "did you mean 'incremental_cost'"),
        (["explain", "pakistan", "subsidy_margins[x,low]"], "is none of its rows"),
        (["explain", "pakistn", "tariff"], "pakistan"),
        (["explain", "pakistan", "tariff", "-b", "surplus"], "surplus-2000mw"),
        (["explain", "pakistan", "tariff", "--cost-basis", "guess"], "'list'"),
        (["explain", "pakistan", "tariff", "--hashprice", "-3"], "above zero"),
        (["explain", "pakistan", "tariff", "--hashprice-date", "2030-01-01"], "2026-02-11"),
        (["explain", "pakistan", "tariff", "--hourly", "missing.csv"], "missing.csv"),
        (["explain", "pakistan", "tariff", "--price-model", "garch"], "did you mean 'garch-t'"),
        (["brief", "pakistan", "--price-model", "own-paths"], "'own-paths' is not a price model"),
        (["brief", "pakistan", "--paths", "0"], "--paths"),
        (["explain", "pakistan", "tariff", "--seed", "-1"], "--seed"),
        (["check", "missing-folder"], "missing-folder"),
        (["brief", "pakistan", "--out", "/dev/null/x"], "cannot be written"),
    ],
)
def test_a_users_mistake_is_one_message_and_exit_code_two(words: list[str], message: str) -> None:
    result = runner.invoke(app, words)
    assert result.exit_code == 2, result.output
    assert message in result.output
    assert "Traceback" not in result.output


def test_new_country_passes_check_and_is_not_overwritten(tmp_path: Path) -> None:
    made = runner.invoke(app, ["new", "country", "Ruritania", "--into", str(tmp_path)])
    assert made.exit_code == 0, made.output
    checked = runner.invoke(app, ["check", str(tmp_path / "ruritania")])
    assert checked.exit_code == 0, checked.output
    again = runner.invoke(app, ["new", "country", "Ruritania", "--into", str(tmp_path)])
    assert again.exit_code == 2
    assert "left as it is" in again.output


def test_check_of_what_ships() -> None:
    import kilosat

    data = Path(kilosat.__file__).parent / "data"
    for path in (data / "countries" / "pakistan", data / "blueprints" / "surplus-2000mw.toml"):
        result = runner.invoke(app, ["check", str(path)])
        assert result.exit_code == 0, result.output


def test_list_and_figures() -> None:
    assert "pakistan" in runner.invoke(app, ["list"]).stdout
    listed = runner.invoke(app, ["figures", "pakistan"])
    assert listed.exit_code == 0, listed.output
    assert "full_incremental_cost [PKR/kWh]" in listed.stdout
    assert "mine_npv [m USD]" in listed.stdout


def test_explain_looks_forward_with_the_paths_that_were_asked_for() -> None:
    words = ["explain", "pakistan", "mine_npv", "--paths", "200", "--seed", "7", "--json"]
    tree = json.loads(runner.invoke(app, words).stdout)
    text = json.dumps(tree)
    assert list(tree["value"]) == ["5 %", "25 %", "50 %", "75 %", "95 %"]
    assert "200 paths of 10 years by the day, seed 7" in text


def test_replay_of_el_salvador_keeps_the_bases_apart() -> None:
    text = runner.invoke(app, ["replay", "el-salvador", "--until", "2024-03-31"])
    assert text.exit_code == 0, text.output
    assert "Reported holdings, by basis (never one series)" in text.stdout
    # CoinDesk, from the president's statements: 2,381 BTC by 2022-06-30
    tree = json.loads(runner.invoke(app, ["replay", "--until", "2022-06-30", "--json"]).stdout)
    assert tree["reserve_position"]["value"]["both"]["coins"] == 2381.0


def test_outlook_prints_its_backtest_beside_the_fan() -> None:
    result = runner.invoke(app, ["outlook", "--paths", "200", "--as-of", "2024-12-31"])
    assert result.exit_code == 0, result.output
    assert "Backtest" in result.stdout
    assert "windows" in result.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["replay", "atlantis"], "el-salvador"),
        (["replay", "--until", "2009-01-01"], "prices run from 2010-07-17"),
        (["replay", "--until", "2020-01-01"], "before the first announced purchase"),
        (["replay", "--cost-method", "lifo"], "fifo"),
        (["outlook", "--as-of", "2031-01-01"], "2026-02-11"),
        (["outlook", "--model", "magic"], "magic"),
        (["outlook", "--prices", "missing.csv"], "missing.csv"),
    ],
)
def test_history_commands_refuse_in_one_message(words: list[str], message: str) -> None:
    result = runner.invoke(app, words)
    assert result.exit_code == 2, result.output
    assert message in result.output
    assert "Traceback" not in result.output
