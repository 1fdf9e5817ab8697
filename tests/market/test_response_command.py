"""``kilosat outlook --hashrate``: the table that ships, and a day before there was enough."""

from typer.testing import CliRunner

from kilosat.cli import app


def test_the_report_names_windows_and_limits() -> None:
    done = CliRunner().invoke(app, ["outlook", "--hashrate"])
    assert done.exit_code == 0
    assert "windows" in done.output
    assert "response 365 days" in done.output
    assert "too narrow" in done.output
    assert "nan" not in done.output.lower()


def test_too_early_a_day_is_refused() -> None:
    done = CliRunner().invoke(app, ["outlook", "--hashrate", "--as-of", "2015-01-01"])
    assert done.exit_code == 2
    assert "choose a later day" in done.output
