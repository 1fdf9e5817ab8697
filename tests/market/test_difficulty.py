"""Difficulty against Bitcoin Core's own test vectors and all epochs that happened."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kilosat.definitions.history import read_epochs
from kilosat.market import BitcoinError
from kilosat.market.difficulty import (
    EPOCH_SECONDS,
    HIGHEST_TARGET,
    bits_of_target,
    compact_target_near,
    difficulty_of_hashrate,
    difficulty_of_target,
    hashes_per_block,
    hashrate_ehs,
    next_bits,
    target_of_bits,
    target_of_difficulty,
)

EPOCHS = read_epochs().value
TARGETS = [compact_target_near(Decimal(text)) for text in EPOCHS["difficulty"]]
TIMES = [int(time) for time in EPOCHS["start_time"]]
HEADER = [source == "header" for source in EPOCHS["time_source"]]
BOTH = [n for n in range(1, len(TARGETS)) if HEADER[n] and HEADER[n - 1]]
DIFFICULTIES = st.integers(1, 10**18)


@pytest.mark.parametrize(
    ("bits", "first", "last", "expected"),
    [
        (0x1D00FFFF, 1261130161, 1262152739, 0x1D00D86A),  # no limit applies
        (0x1D00FFFF, 1231006505, 1233061996, 0x1D00FFFF),  # highest target
        (0x1C05A3F4, 1279008237, 1279297671, 0x1C0168FD),  # at most four times harder
        (0x1C387F6F, 1263163443, 1269211443, 0x1D00E1FD),  # at most four times easier
    ],
)
def test_next_bits_as_bitcoin_core_tests_them(
    bits: int, first: int, last: int, expected: int
) -> None:
    """bitcoin/bitcoin, src/test/pow_tests.cpp: get_next_work and its three limits."""
    assert next_bits(bits, first, last) == expected


def test_a_known_block() -> None:
    """Bits 0x1b0404cb are difficulty 16307.420938523983, https://en.bitcoin.it/wiki/Difficulty."""
    target = target_of_bits(0x1B0404CB)
    assert target == 0x404CB << 8 * (0x1B - 3)
    assert float(difficulty_of_target(target)) == 16307.420938523983
    assert bits_of_target(target) == 0x1B0404CB


def test_every_epoch_is_a_difficulty_that_a_header_can_hold() -> None:
    """All 474: the target found from the printed digits gives those digits back, all of them."""
    assert len(TARGETS) == 474
    for text, target in zip(EPOCHS["difficulty"], TARGETS, strict=True):
        printed = Decimal(text)
        unit = Fraction(Decimal(1).scaleb(int(printed.as_tuple().exponent)))
        double = Fraction(float(printed)) / 2**52  # printed from a double
        off = abs(difficulty_of_target(target) - Fraction(printed))
        assert off <= unit / 2 + double
        assert target_of_bits(bits_of_target(target)) == target


def test_each_epoch_follows_from_the_one_before() -> None:
    """Recompute the target from the previous one and the header times: 447 epochs of 474.

    Left out are epoch 0, which has none before it, and 26 where a time at either end is itself
    derived from the targets (so the check would hold by construction). The table has the first
    header of each epoch but not the last, which the rule uses: it is taken ten minutes before the
    next first one. A header's time may be two hours ahead of the network's, so the time between
    two can be out by four hours: 1.2 % of two weeks. All but one in fifty stay within an hour.
    """
    assert len(BOTH) == 447
    errors = []
    for n in BOTH:
        bits = next_bits(bits_of_target(TARGETS[n - 1]), TIMES[n - 1], TIMES[n] - 600)
        errors.append(abs(target_of_bits(bits) / TARGETS[n] - 1.0))
    assert max(errors) < 4 * 3600 / EPOCH_SECONDS
    assert np.mean(np.array(errors) < 3600 / EPOCH_SECONDS) > 0.98


def test_the_off_by_one_is_there() -> None:
    """The time that each change of target implies is one interval short of the whole epoch.

    If the rule counted all 2,016 intervals, the mean gap would be zero; it is that of one block,
    600 s, within four standard errors. Epochs at the highest target say nothing and are left out,
    and so is the one change at the factor-four limit.
    """
    gaps = []
    for n in BOTH:
        ratio = TARGETS[n] / TARGETS[n - 1]
        if TARGETS[n] < HIGHEST_TARGET and 0.2501 < ratio < 3.999:
            gaps.append(TIMES[n] - TIMES[n - 1] - ratio * EPOCH_SECONDS)
    error = np.std(gaps) / np.sqrt(len(gaps))
    assert len(gaps) == 431
    assert abs(np.mean(gaps) - 600.0) < 4 * error
    assert np.mean(gaps) > 4 * error


def test_the_one_change_at_the_limit() -> None:
    """Height 68,544, 2010-07-16: 45.4 to 181.5, four times (also a test vector of Bitcoin Core)."""
    n = 68_544 // 2016
    assert bits_of_target(TARGETS[n - 1]) == 0x1C05A3F4
    assert bits_of_target(TARGETS[n]) == 0x1C0168FD
    at_limit = [k for k in range(1, 474) if TARGETS[k] / TARGETS[k - 1] < 0.2501]
    assert at_limit == [n]
    assert datetime.fromtimestamp(TIMES[n], UTC).date().isoformat() == "2010-07-16"


def test_hashrate_of_a_published_epoch() -> None:
    """2026-06-14: difficulty 124.93 T is 894 EH/s at ten minutes; 2^256 / target agrees."""
    difficulty = float(EPOCHS["difficulty"].iloc[-1])
    assert hashrate_ehs(difficulty) == pytest.approx(894.3, abs=0.1)
    exact = float(hashes_per_block(TARGETS[-1])) / 600 / 1e18
    assert hashrate_ehs(difficulty) == pytest.approx(exact, rel=2e-5)


@settings(deadline=None)
@given(DIFFICULTIES)
def test_difficulty_round_trip(difficulty: int) -> None:
    target = target_of_difficulty(difficulty)
    assert abs(difficulty_of_target(target) / difficulty - 1) <= Fraction(1, target)
    assert difficulty_of_hashrate(hashrate_ehs(difficulty)) == pytest.approx(difficulty, rel=1e-12)


@settings(deadline=None)
@given(st.integers(1, HIGHEST_TARGET))
def test_bits_keep_the_high_bytes_and_never_raise_the_target(target: int) -> None:
    kept = target_of_bits(bits_of_target(target))
    assert kept <= target
    assert Fraction(target - kept, target) < Fraction(1, 2**15)
    assert bits_of_target(kept) == bits_of_target(target)
    assert compact_target_near(difficulty_of_target(kept)) == kept


@settings(deadline=None)
@given(st.integers(2**100, HIGHEST_TARGET), st.integers(0, 10**8), st.integers(0, 10**8))
def test_retarget_is_monotone_and_clamped(target: int, one: int, other: int) -> None:
    bits = bits_of_target(target)
    fast, slow = sorted((one, other))
    harder, easier = (target_of_bits(next_bits(bits, 0, s)) for s in (fast, slow))
    assert harder <= easier
    now = target_of_bits(bits)
    assert Fraction(harder, now) > Fraction(1, 4) - Fraction(1, 2**15)
    assert easier <= 4 * now


@pytest.mark.parametrize("bits", [0, 0x1D80FFFF, 0x1E00FFFF, 0x01000000, -1, 1 << 32])
def test_bits_that_stand_for_no_target(bits: int) -> None:
    with pytest.raises(BitcoinError, match="stands for no target"):
        target_of_bits(bits)


@pytest.mark.parametrize("difficulty", [0, -1, Fraction(1, 2), Decimal("nan"), Decimal("inf")])
def test_difficulties_that_are_none(difficulty: Fraction) -> None:
    with pytest.raises(BitcoinError, match="a difficulty is at least one"):
        target_of_difficulty(difficulty)


def test_hashrates_that_are_none() -> None:
    for wrong in (0.0, -1.0, float("nan")):
        with pytest.raises(BitcoinError):
            difficulty_of_hashrate(wrong)
        with pytest.raises(BitcoinError):
            hashrate_ehs(wrong)
    with pytest.raises(BitcoinError, match="256 bits"):
        difficulty_of_target(0)
