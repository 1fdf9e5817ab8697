"""What the docs tell a newcomer to do first: a template, untouched, and a blueprint far too big."""

import json
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kilosat.cli import app

runner = CliRunner()


def test_the_template_and_a_block_ten_times_its_size_still_make_a_brief(tmp_path: Path) -> None:
    made = runner.invoke(app, ["new", "country", "Ruritania", "--into", str(tmp_path)])
    assert made.exit_code == 0, made.output
    folder, out = tmp_path / "ruritania", tmp_path / "out"
    brief = runner.invoke(app, ["brief", str(folder), "--paths", "200", "--out", str(out)])
    assert brief.exit_code == 0, brief.output
    assert {path.name for path in out.iterdir()} == {"brief.html", "brief.json", "brief.xlsx"}


def test_a_country_without_reports_says_so(tmp_path: Path) -> None:
    runner.invoke(app, ["new", "country", "Ruritania", "--into", str(tmp_path)])
    folder, out = tmp_path / "ruritania", tmp_path / "out"
    text = (folder / "country.toml").read_text("utf-8")
    start = text.index("[tables.reported_generation]")
    end = text.find("\n[", start + 1)
    (folder / "country.toml").write_text(text[:start] + (text[end:] if end > 0 else ""), "utf-8")
    (folder / "reported_generation.csv").unlink()
    brief = runner.invoke(app, ["brief", str(folder), "--paths", "200", "--out", str(out)])
    assert brief.exit_code == 0, brief.output
    html = (out / "brief.html").read_text("utf-8")
    assert "cannot be held against what happened" in html
    assert "month by month and source by source" not in html


def test_a_hashprice_of_the_users_is_not_put_on_a_market_day(tmp_path: Path) -> None:
    words = ["brief", "pakistan", "--hashprice", "60", "--paths", "200", "--out", str(tmp_path)]
    assert runner.invoke(app, words).exit_code == 0
    assert "a hashprice given by the user" in (tmp_path / "brief.html").read_text("utf-8")


def test_a_users_hourly_series_is_named_and_held_against_the_reports(tmp_path: Path) -> None:
    shipped = files("kilosat") / "data" / "countries" / "pakistan" / "hourly.csv"
    head, *rows = shipped.read_text("utf-8").splitlines()
    cells = [row.split(",") for row in rows]
    scaled = [",".join([t, f"{1.05 * float(d):.1f}", *rest]) for t, d, *rest in cells]
    series = tmp_path / "measured.csv"
    series.write_text("\n".join([head, *scaled]) + "\n", "utf-8")
    words = ["brief", "pakistan", "--hourly", str(series), "--out", str(tmp_path / "out")]
    words += ["--paths", "200"]
    made = runner.invoke(app, words)
    assert made.exit_code == 0, made.output
    html = (tmp_path / "out" / "brief.html").read_text("utf-8")
    assert "measured.csv" in html
    assert "Demand and reports do not add up" in html
    found = json.loads((tmp_path / "out" / "brief.json").read_text("utf-8"))["figures"]
    assert found["demand_above_reports"]["value"] == pytest.approx(5.0, abs=0.05)
