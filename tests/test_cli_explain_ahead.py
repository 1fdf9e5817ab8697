"""``kilosat explain`` for plans without a load and countries without hours."""

from typer.testing import CliRunner

from kilosat.cli import app


def explained(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["explain", *words, "--paths", "100"])
    return done.exit_code, done.output


def test_a_plan_without_a_load_is_explained_down_to_its_sources() -> None:
    code, text = explained("el-salvador", "public_result[50 %]", "-b", "one-btc-a-day")
    assert code == 0
    assert "daily_purchase = 1 BTC/day  [reported]" in text
    assert "defidecomplicated" in text  # the announcement of the daily coin


def test_a_mine_without_dispatch_is_explained_at_its_published_price() -> None:
    code, text = explained("paraguay", "mine_npv", "-b", "bhutan-hydro")
    assert code == 0
    assert "mining_power_price = 44.34 USD/MWh" in text


def test_what_cannot_be_judged_is_refused() -> None:
    code, text = explained("el-salvador", "public_result", "-b", "surplus-2000mw")
    assert code == 2
    assert "no hourly system" in text
