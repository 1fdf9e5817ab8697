"""The file of signatures: read, all its faults at once, and no secret through any of its fields."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kilosat.chain.control.file import check_controls, mask_public_hashes, read_controls
from kilosat.chain.register import Register, read_register
from kilosat.definitions.findings import DefinitionError

from ..secret_samples import HEX_KEY, SAMPLES, XPRV, some_words

# Addresses of BIP 173 and BIP 350, and of BIP 32's first extended key (its first children).
ADDRESS = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
OTHER = "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"
STRANGER = "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3"
XPUB = (
    "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJo"
    "Cu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8"
)
HASH = "00000000000000000000c835b2adcaedc20fdf6ee440009c249452c726dafae1"
REGISTER = f"""\
format = 1

[register]
name = "test"
title = "Three wallets"

[groups.country]
title = "Country"

[entities.office]
title = "Office"
group = "country"
addresses_known = "all"

[wallets.cold]
title = "Cold"
entity = "office"
attribution = "assumed"
addresses = ["{ADDRESS}"]

[wallets.warm]
title = "Warm"
entity = "office"
attribution = "assumed"
addresses = ["{OTHER}"]

[wallets.keys]
title = "Keys"
entity = "office"
attribution = "assumed"
xpub = "{XPUB}"
script_type = "wpkh"
"""
FIELDS = {
    "wallet": "cold",
    "address": ADDRESS,
    "message": f"Proof of control of cold on 2026-11-24, after block 951552 {HASH}",
    "signature": "smpAkcwRAIgM2gBAQqvZX15ZiysmKmQpDrG83avLIT492QBzLnQIxYC",
}


@cache
def register() -> Register:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "register.toml"
        path.write_text(REGISTER, encoding="utf-8")
        return read_register(path)


def entry(day: str = "2026-11-24", **fields: str) -> str:
    lines = [f"{name} = {json.dumps(text)}" for name, text in (FIELDS | fields).items() if text]
    return "\n".join(["[[control]]", f"date = {day}", *lines, ""])


def written(folder: Path, *entries: str, head: str = "format = 1\n") -> Path:
    path = folder / "signatures.toml"
    path.write_text("\n".join([head, *entries]), encoding="utf-8")
    return path


def findings(folder: Path, *entries: str, head: str = "format = 1\n") -> list[str]:
    path = written(folder, *entries, head=head)
    return [str(one) for one in check_controls(path, register())]


def test_signatures_are_read_with_their_wallet_and_day(tmp_path: Path) -> None:
    path = written(tmp_path, entry(), entry(wallet="", address=OTHER))
    first, second = read_controls(path, register())
    assert (first.wallet, first.address, first.day) == ("cold", ADDRESS, date(2026, 11, 24))
    assert (first.message, first.signature) == (FIELDS["message"], FIELDS["signature"])
    assert second.wallet == "warm"


def test_the_only_address_of_a_wallet_need_not_be_written(tmp_path: Path) -> None:
    (one,) = read_controls(written(tmp_path, entry(address="")), register())
    assert one.address == ADDRESS


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"wallet": "colt"}, "did you mean 'cold'?"),
        ({"wallet": "warm"}, "the address is of another wallet; write wallet = 'cold'"),
        ({"address": STRANGER}, "this address is of no wallet of the register"),
        ({"address": ADDRESS[:-1] + "5"}, "address: "),
        ({"wallet": "keys", "address": ""}, "the wallet alone does not tell the address"),
        ({"wallet": "", "address": ""}, "the wallet alone does not tell the address"),
        ({"message": ""}, "message"),
        ({"signature": ""}, "signature"),
        ({"message": "x" * 4_001}, "message"),
        ({"day": "'2026-11-24'"}, "date"),
    ],
)
def test_faults_of_an_entry(fields: dict[str, str], found: str, tmp_path: Path) -> None:
    errors = [one for one in findings(tmp_path, entry(**fields)) if "note:" not in one]
    assert any(found in one and "signatures.toml:" in one for one in errors), errors
    with pytest.raises(DefinitionError):
        read_controls(written(tmp_path, entry(**fields)), register())


def test_all_faults_come_at_once_with_their_lines(tmp_path: Path) -> None:
    found = findings(
        tmp_path, entry(wallet="colt"), entry(address=STRANGER), head="format = 2\nx = 1\n"
    )
    assert len(found) == 4
    lines = [int(one.split(":")[1]) for one in found]
    assert lines == sorted(lines)
    assert "format" in found[0]


def test_a_message_without_its_day_is_noted(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, entry(message="we hold this"))
    assert "note: the message does not name the date" in found
    assert read_controls(written(tmp_path, entry(message="we hold")), register())


def test_a_file_that_is_none(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.toml", tmp_path):
        with pytest.raises(DefinitionError):
            read_controls(path, register())
    for text in (b"", b"\xff\xfe", b"[[control]", b"control = 1\nformat = 1", b"a=" + b"[" * 9999):
        path = tmp_path / "signatures.toml"
        path.write_bytes(text)
        with pytest.raises(DefinitionError):
            read_controls(path, register())


def test_block_hashes_are_not_taken_for_keys_and_keys_not_for_block_hashes() -> None:
    assert mask_public_hashes(f"after block 7 {HASH}.", "mainnet") == "after block 7 block."
    mention = f"block 7 {HEX_KEY}"
    assert mask_public_hashes(mention, "mainnet") == mention
    assert mask_public_hashes(mention, "testnet") == mention
    # Blocks of regtest are as easy to make as they are worthless.
    assert mask_public_hashes(mention, "regtest") == "block"


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("kind", SAMPLES)
def test_no_secret_enters_by_any_field(kind: str, field: str, tmp_path: Path) -> None:
    secret = SAMPLES[kind]
    path = written(tmp_path, entry(**{field: secret}))
    with pytest.raises(DefinitionError) as raised:
        read_controls(path, register())
    said = "\n".join(map(str, raised.value.findings))
    assert secret not in said
    assert "the whole file is refused" in said


def test_no_secret_enters_disguised_as_a_block_or_spread_over_entries(tmp_path: Path) -> None:
    disguised = entry(message=f"2026-11-24, after block 951552 {HEX_KEY}")
    words = some_words("english").split()
    spread = [entry(message=word) for word in words]
    commented = [f"# {XPRV}", entry()]
    named = [entry(), f"[{XPRV}]"]
    for entries in ([disguised], spread, commented, named):
        found = findings(tmp_path, *entries)
        assert any("the whole file is refused" in one for one in found), found
        assert not any(HEX_KEY in one or XPRV in one or words[3] in one for one in found)
