"""Signatures, registers and labels of a forger who packs them well."""

from dataclasses import replace

import pytest

from kilosat.chain.archive import Archive, ArchiveError
from kilosat.chain.archive.encoding import archive_bytes
from kilosat.chain.archive.text import verification_json, verification_text

from ..secret_samples import SAMPLES
from .conftest import Told
from .forging import check_of, failed, saying, verified
from .stories import P2PKH, TREASURY, on_regtest, signed

P2PKH_OF_ANOTHER = "1KqbBpLy5FARmTPD4VZnDDpYjkUvkr82Pm"  # Bitcoin Core, util_tests.cpp


def test_a_signature_over_another_message_or_for_another_address(told_story: Told) -> None:
    archive = told_story.archive
    for control in told_story.controls:
        others = {one.signature for one in told_story.controls} - {control.signature}
        forgeries = [replace(control, message=control.message + " for all its coins")]
        forgeries += [replace(control, signature=other) for other in others]
        for forged in forgeries:
            (check,) = verified(replace(archive, controls=(forged,))).failed
            assert check.key == "control 1"
            assert "does not fit this message and address" in check.detail


def test_a_signature_of_a_wallet_that_is_not_in_the_register(told_story: Told) -> None:
    archive, control = told_story.archive, told_story.controls[0]
    assert control.wallet == "treasury"
    for wallet in ("vault", "nobody", ""):
        found = verified(replace(archive, controls=(replace(control, wallet=wallet),)))
        assert "not of the wallet" in found.failed[0].detail
    key = next(one for one in told_story.controls if one.wallet == "mine")
    text = archive.register.decode().replace(on_regtest(P2PKH), on_regtest(P2PKH_OF_ANOTHER))
    without = saying(replace(archive, register=text.encode(), controls=(key,)), unspent=None)
    assert "not of the wallet" in verified(without).failed[0].detail


def test_an_address_of_another_network(told_story: Told) -> None:
    control = signed("treasury", TREASURY, told_story.story.chain.tip)
    forged = replace(control, address=TREASURY)
    (check,) = verified(replace(told_story.archive, controls=(forged,))).failed
    assert "the address cannot be used" in check.detail


def test_a_signature_twice(told_story: Told) -> None:
    archive = told_story.archive
    with pytest.raises(ArchiveError, match="a signature of control is there twice"):
        archive_bytes(replace(archive, controls=archive.controls * 2))


def with_register(told: Told, old: str, new: str) -> Archive:
    text = told.archive.register.decode()
    assert old in text
    return replace(told.archive, register=text.replace(old, new, 1).encode())


def test_a_register_with_another_address(told_story: Told) -> None:
    """Its wallet's signatures are of no wallet then, and the address was not searched for."""
    old, new = on_regtest(TREASURY), on_regtest(P2PKH_OF_ANOTHER)
    forged = with_register(told_story, old, new)
    found = verified(forged)
    assert any(check.key.startswith("control") for check in found.failed)
    check = check_of(verified(saying(replace(forged, controls=()), unspent=None)), "completeness")
    assert check.outcome == "not proven"
    assert "1 of 4 addresses of the register were not searched for" in check.detail


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('network = "regtest"', 'network = "mainnet"', "cannot be used"),
        ("format = 1", "format = 2", "this format is not known here"),
        ("[groups.state]", "[groups.state", "this is not TOML"),
        ('group = "state"', 'group = "stat"', "cannot be used"),
    ],
)
def test_a_register_that_cannot_be_used(told_story: Told, old: str, new: str, words: str) -> None:
    found = verified(with_register(told_story, old, new))
    assert {check.key for check in found.failed} == {"register"}
    assert words in found.failed[0].detail
    assert not found.controls


def test_a_register_of_another_network(told_story: Told) -> None:
    text = told_story.archive.register.decode().partition("[wallets.")[0]
    text = text.replace('"regtest"', '"signet"').replace('"all"', '"none"')
    found = verified(replace(told_story.archive, register=text.encode()))
    assert found.failed[0].detail == "the register is for signet, the archive for regtest"


@pytest.mark.parametrize("field", ["labels_file", "deposits", "payments"])
@pytest.mark.parametrize("place", ["/etc/passwd", "/dev/zero", "../secret.csv", "gone.csv"])
def test_files_that_a_register_names_are_not_opened(
    told_story: Told, field: str, place: str
) -> None:
    line = 'title = "A small story"\n'
    for added in (f'{field} = "{place}"', f'"{field}" = "{place}"', f"{field} = '{place}'"):
        assert not verified(with_register(told_story, line, f"{line}{added}\n")).failed


@pytest.mark.parametrize(
    "header",
    [
        'register.name = "a"\nregister.title = "b"\nregister.network = "regtest"\n'
        'register.labels_file = "/etc/passwd"',
        'register = {name = "a", title = "b", network = "regtest", payments = "/etc/passwd"}',
        '[register]\nname = "a"\ntitle = "b"\nnetwork = "regtest"\ndeposits = """\n/etc/passwd"""',
    ],
)
def test_files_that_a_register_names_in_a_roundabout_way_are_not_opened(
    told_story: Told, header: str
) -> None:
    text = told_story.archive.register.decode()
    old = text[text.index("[register]") : text.index("[sources.script]")]
    forged = text.replace(old, "").replace("format = 1\n", f"format = 1\n{header}\n", 1)
    found = verified(replace(told_story.archive, register=forged.encode()))
    assert {one.key for one in found.failed} <= {"register"}
    # Whatever is in that file: neither read as labels or payments, nor told.
    assert "root:" not in verification_text(found)
    assert "passwd" not in verification_text(found)


@pytest.mark.parametrize("kind", ["xprv", "wif-main", "hex", "words-english", "signing-wpkh"])
def test_a_private_key_in_register_labels_or_signatures_is_refused_and_not_repeated(
    told_story: Told, kind: str
) -> None:
    archive, secret = told_story.archive, SAMPLES[kind]
    register = archive.register + f"# {secret}\n".encode()
    beside = archive.register.replace(
        b'name = "story"\n', f'name = "story"\nlabels_file = "{secret}"\n'.encode()
    )
    labels = ('{"type": "addr", "ref": "x", "label": "' + secret + '"}\n').encode()
    control = told_story.controls[0]
    for forged, key in (
        (replace(archive, register=register), "register"),
        (replace(archive, register=beside), "register"),
        (replace(archive, labels=labels), "labels"),
        (replace(archive, controls=(replace(control, message=secret),)), "control 1"),
        (replace(archive, controls=(replace(control, signature=secret),)), "control 1"),
        (replace(archive, controls=(replace(control, wallet=secret),)), "control 1"),
    ):
        if key == "labels" and kind == "hex":
            continue  # labels are full of transactions' ids, which look alike
        found = verified(forged)
        assert {check.key for check in found.failed} == {key}
        assert secret not in verification_text(found)
        assert secret not in str(verification_json(found))


def test_a_label_file_that_is_none(told_story: Told) -> None:
    for labels in (b"\0", b"[]", b"{", b'{"type":"tx","ref":"1"}', b"\xff\xfe"):
        assert failed(replace(told_story.archive, labels=labels)) == {"labels"}
