"""The replay command as a user meets it."""

import json

import pytest
from typer.testing import CliRunner

from kilosat.cli import app

runner = CliRunner()
PLAN = ["replay", "pakistan", "--blueprint", "one-btc-a-day"]


def test_a_plan_in_a_country_as_text() -> None:
    words = ["replay", "pakistan", "-b", "el-salvador-plan", "--start", "2021-09-07"]
    result = runner.invoke(app, [*words, "--until", "2024-12-31"])
    assert result.exit_code == 0, result.output
    for text in (
        "Pakistan under 'el-salvador-plan' from 2021-09-07",
        "under water on",
        "m USD",
        "GDP is 462.50 bn USD",
        "moved to this start",
        "Sources",
    ):
        assert text in " ".join(result.stdout.split()), text


def test_a_mine_where_power_is_dispatched_says_that_no_past_dispatch_exists() -> None:
    words = ["replay", "pakistan", "-b", "surplus-2000mw", "--start", "2025-06-01"]
    result = runner.invoke(app, words)
    assert result.exit_code == 0, result.output
    # 23 PKR/kWh at 280 PKR/USD.
    assert "82.14 USD/MWh" in result.stdout
    assert "no dispatch of past years exists" in " ".join(result.stdout.split())
    assert "derived from a fit" in result.stdout
    assert "No coin came into the state's reserve" in result.stdout


def test_a_mine_at_a_published_price() -> None:
    words = ["replay", "bhutan", "-b", "bhutan-hydro", "--start", "2025-06-01"]
    result = runner.invoke(app, words)
    assert result.exit_code == 0, result.output
    assert "net present value" in result.stdout
    assert "19.12 USD/MWh" in result.stdout


def test_json_has_every_figure_with_its_tree() -> None:
    words = [*PLAN, "--start", "2025-06-01", "--until", "2025-06-03", "--json"]
    tree = json.loads(runner.invoke(app, words).stdout)
    assert tree["replay_position"]["value"]["end"]["coins"] == 3.0
    assert tree["replay_days"]["formula"]


def test_el_salvador_with_a_blueprint_is_a_plan_and_without_is_its_record() -> None:
    plan = runner.invoke(app, ["replay", "el-salvador", *PLAN[2:], "--start", "2025-06-01"])
    assert "El Salvador under 'one-btc-a-day'" in plan.stdout
    record = runner.invoke(app, ["replay", "el-salvador", "--until", "2022-06-30"])
    assert "announced purchases" in record.stdout


def test_strategy_beside_its_reports_and_other_companies() -> None:
    result = runner.invoke(app, ["replay", "strategy"])
    assert result.exit_code == 0, result.output
    for text in ("762,100", "762,099", "Metaplanet", "Coins per share: not known"):
        assert text in result.stdout, text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["replay", "pakistan", "-b", "strategy", "--start", "2021-01-01"], "strategy-like"),
        (["replay", "pakistn", "-b", "none", "--start", "2021-01-01"], "'pakistan'"),
        ([*PLAN, "--start", "2009-01-03"], "prices run from 2010-07-17"),
        ([*PLAN, "--start", "2030-01-01"], "prices run from"),
        ([*PLAN, "--start", "2021-01-01", "--until", "2030-01-01"], "no price for 2030-01-01"),
        ([*PLAN, "--start", "2021-01-02", "--until", "2021-01-01"], "is after the last day"),
        ([*PLAN, "--start", "2021-02-30"], "2021-02-30"),
        ([*PLAN, "--start", "2021-01-01", "--cost-method", "lifo"], "average or fifo"),
        (PLAN, "give --start"),
        (["replay", "pakistan"], "give --blueprint NAME"),
        (["replay", "--start", "2021-01-01"], "--start needs --blueprint"),
        (["replay", "strategy", "--until", "2020-01-01"], "first purchase on 2020-08-11"),
        (["replay", "strategy", "--cost-method", "lifo"], "average or fifo"),
        (
            ["replay", "pakistan", "-b", "strategy-like", "--start", "2010-07-16"],
            "prices run from 2010-07-17",
        ),
        (
            ["replay", "bhutan", "-b", "bhutan-hydro", "--start", "2014-01-01"],
            "no machine on sale is known before 2015-09-01",
        ),
    ],
)
def test_a_users_mistake_is_one_message_and_exit_code_two(words: list[str], message: str) -> None:
    result = runner.invoke(app, words)
    assert result.exit_code == 2, result.output
    assert message in result.output
    assert "Traceback" not in result.output
