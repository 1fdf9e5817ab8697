"""kilosat compare: what it writes, what it refuses, and with which exit code."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from kilosat.cli import app

runner = CliRunner()
FEW = ["--paths", "20", "--years", "1"]


def run(*words: str):
    return runner.invoke(app, ["compare", *words])


def test_three_files_and_a_refused_plan_said_aloud(tmp_path: Path) -> None:
    names = "hold-seized,surplus-2000mw,none"
    done = run("el-salvador", "--blueprints", names, "--out", str(tmp_path), *FEW)
    assert done.exit_code == 0, done.output
    assert {path.name for path in tmp_path.iterdir()} == {
        "compare.html",
        "compare.json",
        "compare.xlsx",
    }
    assert "surplus-2000mw cannot be judged" in done.output


def test_nothing_to_judge_is_an_error(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("el-salvador", "--blueprints", "surplus-2000mw", "--out", str(out), *FEW)
    assert done.exit_code == 2
    assert "no hourly system" in done.output
    assert not out.exists()


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("", "names none"),
        (" , ", "names none"),
        ("none,none", "'none' more than once"),
        ("none,,hold-seized", "empty name"),
        ("non", "did you mean 'none'"),
    ],
)
def test_bad_lists(names: str, message: str, tmp_path: Path) -> None:
    done = run("el-salvador", "--blueprints", names, "--out", str(tmp_path), *FEW)
    assert done.exit_code == 2
    assert message in done.output
    assert list(tmp_path.iterdir()) == []


def test_all_findings_come_at_once() -> None:
    words = ["atlantis-far", "--blueprints", "nonne,none,none", "--paths", "0", "--seed", "-1"]
    words += ["--years", "31", "--model", "garch", "--efficiency-trend", "-1"]
    done = run(*words, "--as-of", "1999-01-01")
    assert done.exit_code == 2
    said = ("atlantis-far", "nonne", "more than once", "--paths", "--seed", "--years")
    for word in (*said, "--model", "--efficiency-trend", "--as-of"):
        assert word in done.output, word
    assert "Traceback" not in done.output


def test_two_files_of_one_name(tmp_path: Path) -> None:
    from kilosat.definitions import find_blueprint

    copy = tmp_path / "copy.toml"
    copy.write_text(find_blueprint("none").read_text("utf-8"), "utf-8")
    done = run("el-salvador", "--blueprints", f"none,{copy}", "--out", str(tmp_path / "o"), *FEW)
    assert done.exit_code == 2
    assert "called 'none'" in done.output


@pytest.mark.parametrize("day", ["2010-08-01", "2014-01-01"])
def test_a_day_with_too_little_past_is_said_once(day: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ["el-salvador", "-b", "none,hold-seized", "--as-of", day, "--out", str(out), *FEW]
    done = run(*words)
    assert done.exit_code == 2, done.output
    assert done.output.count("choose a later d") == 1
    assert not out.exists()
