"""``kilosat --version`` needs no command beside it."""

from importlib.metadata import version

from typer.testing import CliRunner

from kilosat.cli import app


def test_the_version_is_told_without_a_command() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.output) == (0, f"kilosat {version('kilosat')}\n")
