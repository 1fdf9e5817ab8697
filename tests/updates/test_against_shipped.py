"""What an update computes, computed for days that ship: two routes to a number must agree."""

from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from kilosat.market.difficulty import compact_target_near, difficulty_of_target
from kilosat.updates.days import mean_difficulty, start_of
from kilosat.updates.epochs import Epoch
from kilosat.updates.hashprices import _row
from kilosat.updates.network import _first_unknown
from kilosat.updates.tables import EPOCHS, HASHPRICES, NETWORK, Base, difficulty_text, read_base


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    return read_base(Path(tmp_path_factory.mktemp("empty")))


def test_first_day_to_add(base: Base) -> None:
    # The data set's README: fees have a gap "2026-02-01 on".
    assert _first_unknown(base.network) == date(2026, 2, 1)
    assert base.last_price == date(2026, 2, 11)


def test_mean_difficulty_of_the_days_that_would_be_compared(base: Base) -> None:
    pairs = zip(base.epochs["start_time"], base.epochs["difficulty"], strict=True)
    epochs = [Epoch(n, int(start), Fraction(text)) for n, (start, text) in enumerate(pairs)]
    for number in range(60):
        day = date(2026, 1, 31) - timedelta(days=number)
        shipped = base.network.at[day, "difficulty_mean"]
        assert mean_difficulty(epochs, start_of(day)) == pytest.approx(shipped, rel=1e-6), day


def test_printed_difficulties_are_those_of_header_targets(base: Base) -> None:
    """Within a unit of the last digit: one in ten digits, or a cent."""
    for key in list(base.rows[EPOCHS])[16:]:
        text = base.rows[EPOCHS][key][4]
        exact = difficulty_of_target(compact_target_near(Fraction(text)))
        assert float(difficulty_text(exact)) == pytest.approx(float(text), rel=6e-10, abs=6e-3), key


def test_hashprices_follow_from_the_other_tables(base: Base) -> None:
    """Shipped rows of 2025 and 2026; printed to four decimals, inputs to four digits of BTC."""
    for key, shipped in base.rows[HASHPRICES].items():
        day = date.fromisoformat(key)
        if day < date(2025, 1, 1):
            continue
        row = _row(day, base.network.loc[day], float(base.closes[day]), base.epochs)
        for computed, printed in zip(row[1:], shipped[1:], strict=True):
            if printed and computed:
                assert float(computed) == pytest.approx(float(printed), abs=2e-3), day
        assert bool(row[3]) == bool(shipped[3]), day


def test_text_of_unchanged_rows_is_kept(base: Base) -> None:
    assert base.rows[NETWORK]["2026-02-11"][1:4] == ("157", "125864590119494.25", "490.625")
