"""Signatures of control in an audit: what lies under them, and what they do not show."""

from dataclasses import replace
from pathlib import Path

from kilosat.chain.control import Control, JudgedControl, NamedBlock, SignatureVerdict
from kilosat.chain.register import read_register

from ..flows.paper import address, register, script
from .coins import BTC, Coins, audited, kinds, said

BLOCK = NamedBlock(7, bytes(32), 7)


def signature(name: str, outcome: str = "valid", *blocks: NamedBlock) -> JudgedControl:
    control = Control(name, address(name), f"Proof of control of {name} on a day", "x")
    verdict = SignatureVerdict(outcome, "simple", "it does not fit" if outcome != "valid" else "")  # type: ignore[arg-type]
    return JudgedControl(control, verdict, blocks, frozenset({script(name)}))


def two_wallets() -> Coins:
    paper = Coins()
    paper.pay([], [("reserve", 3 * BTC), ("hot", 2 * BTC)], 1)
    return paper


def test_coins_of_addresses_that_signed_are_counted(tmp_path: Path) -> None:
    known = register(tmp_path)
    found = audited(known, two_wallets(), 1, 5, controls=[signature("reserve", "valid", BLOCK)])
    assert (found.sums["valid_signatures"], found.sums["signed_coins_sats"]) == (1, 3 * BTC)
    assert said(found)["signed"] == (
        "Valid signatures of control: 1. 3 BTC of its 5 BTC lie where one of them shows that"
        " somebody holds the keys."
    )
    (limit,) = [one for one in found.limits if one.kind == "control"]
    assert limit.concerns == ("1 signature: made after block 7, which it names",)


def test_a_signature_that_does_not_fit_shows_nothing_and_is_said(tmp_path: Path) -> None:
    for outcome in ("invalid", "inconclusive"):
        controls = [signature("reserve", outcome)]
        found = audited(register(tmp_path), two_wallets(), 1, 5, controls=controls)
        assert (found.sums["valid_signatures"], found.sums["signed_coins_sats"]) == (0, 0)
        assert "signed" not in said(found)
        (limit,) = [one for one in found.limits if one.kind == "control"]
        assert limit.concerns == (f"{address('reserve')}: it does not fit",)


def test_signatures_of_other_perimeters_do_not_count(tmp_path: Path) -> None:
    controls = [signature("evidence", "valid", BLOCK)]
    options = {"perimeter": "treasury", "controls": controls}
    found = audited(register(tmp_path), two_wallets(), 1, 5, **options)
    assert (found.sums["valid_signatures"], found.sums["signed_coins_sats"]) == (0, 0)
    assert "control" not in kinds(found)


def test_a_wallet_all_of_whose_coins_are_signed_for_is_not_only_attributed(tmp_path: Path) -> None:
    register(tmp_path)
    path = tmp_path / "register.toml"
    path.write_text(path.read_text("utf-8").replace('"owner"', '"third-party"'), "utf-8")
    known = read_register(path)

    def doubtful(*controls: JudgedControl) -> tuple[str, ...]:
        found = audited(known, two_wallets(), 1, 5, controls=controls)
        (limit,) = [one for one in found.limits if one.kind == "attribution"]
        return limit.concerns

    assert doubtful() == ("reserve", "hot", "evidence")
    assert doubtful(signature("reserve", "valid", BLOCK)) == ("hot", "evidence")
    assert doubtful(signature("reserve", "invalid")) == ("reserve", "hot", "evidence")
    # Without a block of this chain, or with words for another occasion, it may be anybody's.
    assert doubtful(signature("reserve")) == ("reserve", "hot", "evidence")
    elsewhere = replace(signature("reserve", "valid", BLOCK), blocks=(NamedBlock(7, bytes(32), 8),))
    assert doubtful(elsewhere) == ("reserve", "hot", "evidence")
    named = signature("reserve", "valid", BLOCK)
    other = replace(
        named, control=replace(named.control, message="Proof of reserves of an exchange")
    )
    assert doubtful(other) == ("reserve", "hot", "evidence")
