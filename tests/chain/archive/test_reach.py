"""Registers of strangers that ask for more keys than anybody would wait for."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from kilosat.chain.archive import Archive, reach
from kilosat.chain.archive.enclosed import unpacked
from kilosat.chain.archive.reach import goes_too_far, keys_asked_for
from kilosat.chain.archive.verification import Verification
from kilosat.chain.descriptor import Descriptor, parse_descriptor
from kilosat.chain.register import Register, read_register
from kilosat.chain.scan.watching import scripts_to_watch
from kilosat.chain.transaction import OutPoint
from kilosat.definitions import DefinitionError, find_register

from ..fake_chain import Payment
from .conftest import Told
from .forging import by_hand, check_of, saying, taken, verified
from .stories import REGISTER, StatedChain

# The first public key of BIP 32's test vectors, with the version bytes of test networks.
KEY = (
    "tpubD6NzVbkrYhZ4XgiXtGrdW5XDAPFCL9h7we1vwNCpn8tGbBcgfVYjXyhW"
    "o4E1xkh56hjod1RhGjxbaTLV3X4FyWuejifB9jusQ46QzG87VKp"
)
MULTI = f"wsh(multi(1,{','.join(f'{KEY}/{number}/*' for number in range(20))}))"
PATHS = f"wpkh({KEY}/<{';'.join(map(str, range(9_000)))}>/*)"
LONG = f"wpkh([00000000{'/0' * 20_000}]{KEY}/<{';'.join(map(str, range(10)))}>)"
SINGLE = f"wpkh({KEY}/0/*)"
LATE = (19, 59, 139, 299, 619)
"""Each the last child that is searched, where the one before was paid and the gap limit is 20."""


def register_of(descriptor: str, gap_limit: object = 20) -> bytes:
    wallet = (
        "[wallets.one]\ntitle = 'One'\nentity = 'office'\nattribution = 'owner'\n"
        f"source = 'script'\ndescriptors = ['{descriptor}']\ngap_limit = {gap_limit}\n"
    )
    return f"{REGISTER}{wallet}".encode()


@pytest.fixture
def single(tmp_path: Path) -> Register:
    (tmp_path / "register.toml").write_bytes(register_of(SINGLE))
    return read_register(tmp_path / "register.toml")


@pytest.fixture(scope="module")
def late_archive(short_story: Told) -> Archive:
    """A register of one key, and a payment to each of the late children."""
    chain, descriptor = StatedChain(), parse_descriptor(SINGLE, "regtest")
    coin = OutPoint(chain.mine().txids[0], 0)
    outputs = tuple((descriptor.at(child)[0], 1_000) for child in LATE)
    block = chain.mine([Payment((coin,), outputs)])
    archive = by_hand(short_story.archive, chain, taken(block, 1))
    return replace(archive, register=register_of(SINGLE))


def paid_in(archive: Archive) -> list[bytes]:
    return [out.script for one in archive.transactions for out in one.transaction.outputs]


@pytest.mark.parametrize(
    ("descriptor", "gap_limit"),
    [(MULTI, 10_000), (PATHS, 40), (SINGLE + "', '" + MULTI, 9_999), (LONG, 20)],
)
def test_a_register_that_asks_for_too_many_keys_is_refused_before_any_is_derived(
    short_story: Told, monkeypatch: pytest.MonkeyPatch, descriptor: str, gap_limit: int
) -> None:
    def derived(*_: object) -> tuple[bytes, ...]:
        raise AssertionError("a key was derived")

    monkeypatch.setattr(Descriptor, "at", derived)
    hostile = replace(short_story.archive, register=register_of(descriptor, gap_limit))
    check = check_of(verified(hostile), "register")
    assert check.outcome == "failed"
    assert "200,000 is the most in an archive: lower gap_limit" in check.detail
    with pytest.raises(DefinitionError, match="its wallets ask for"), unpacked(hostile):
        pass


def test_keys_are_those_of_each_script_and_a_gap_limit_that_is_none_counts_as_the_largest() -> None:
    def asked(descriptor: str, gap_limit: object = 20) -> int:
        return keys_asked_for(tomllib.loads(register_of(descriptor, gap_limit).decode()))

    assert asked(MULTI) == pytest.approx(20 * 20, rel=0.3)
    assert asked(f"wpkh({KEY}/<0;1>/*)", 100) == pytest.approx(2 * 100, rel=0.1)
    assert asked(f"wpkh({KEY}/0)", 10_000) < 10
    for none in ("'20'", "true", "20.0", "-1", "20_000"):
        assert asked(SINGLE, none) >= 10_000


def test_registers_that_ship_are_far_below_the_bound() -> None:
    text = Path(find_register("el-salvador")).read_text("utf-8")
    assert 20 <= keys_asked_for(tomllib.loads(text)) < 1_000
    assert keys_asked_for({"wallets": {"a": {"xpub": KEY, "gap_limit": 50}}}) == 2 * 50
    assert keys_asked_for({"wallets": [1], "other": {}}) == keys_asked_for({}) == 0
    assert keys_asked_for({"wallets": {"a": 1, "b": {"descriptors": [1], "addresses": "x"}}}) == 0


def test_what_is_counted_is_what_would_be_searched(
    single: Register, late_archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    for paid in (paid_in(late_archive), paid_in(late_archive)[:2], []):
        count = len(scripts_to_watch(single.wallets.values(), frozenset(paid)))
        monkeypatch.setattr(reach, "MOST_KEYS", count)
        assert not goes_too_far(single, paid, ())
        monkeypatch.setattr(reach, "MOST_KEYS", count - 1)
        assert goes_too_far(single, paid, ())


def test_a_few_payments_to_late_children_do_not_ask_for_millions(
    late_archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them doubles the search: forty would ask for ten million million keys."""

    def register_check(found: Verification) -> str:
        return check_of(found, "register").outcome

    assert register_check(verified(late_archive)) == "not proven"
    monkeypatch.setattr(reach, "MOST_KEYS", 1_000)
    assert register_check(verified(late_archive)) == "failed"
    # The archive of a large wallet lists each script that was searched for.
    descriptor = parse_descriptor(SINGLE, "regtest")
    every = sorted({script for _, script in descriptor.scripts(0, 1_260)})
    assert register_check(verified(saying(late_archive, scripts=tuple(every)))) == "not proven"
