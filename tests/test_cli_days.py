"""Days on the command line: what is none gets one line, in every command that takes one."""

import pytest
from typer.testing import CliRunner

from kilosat.cli import app


@pytest.mark.parametrize(
    "words",
    [
        ["replay", "pakistan", "--blueprint", "one-btc-a-day", "--start", "2021-02-30"],
        ["replay", "el-salvador", "--until", "2021-02-30"],
        ["outlook", "--as-of", "2021-02-30"],
        ["compare", "el-salvador", "-b", "none", "--as-of", "2021-02-30"],
        ["brief", "pakistan", "--hashprice-date", "2021-02-30"],
        ["explain", "pakistan", "power", "--hashprice-date", "2021-02-30"],
    ],
)
def test_an_impossible_day_gets_one_line(words: list[str]) -> None:
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert done.output == "'2021-02-30' is not a day: write it as 2025-01-31\n"
