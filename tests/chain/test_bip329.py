"""Label files (BIP 329): read into a register, written out of one, and never with a secret."""

import json
from pathlib import Path

import pytest

from kilosat.chain.address import script_from_address
from kilosat.chain.header import hash_of_hex
from kilosat.chain.register import Register, check_register, label_lines, read_register
from kilosat.chain.register.label_file import read_label_file
from kilosat.definitions.findings import Report

# BIP 329, "Test Vectors".
TX = "f91d0a8a78462bc59398f2c5d7a84fcff491c26ba54c4833478b202796c8aafd"
OTHER_TX = "f546156d9044844e02b181026a1a407abfca62e7ea1159f87bbeaa77b4286c74"
ADDRESS = "bc1q34aq5drpuwy3wgl9lhup9892qp6svr8ldzyy7c"
KEY = "0283409659355b6d1cc3c32decd5d561abaac86c37a353b52895a5e6c196d6f448"
XPUB = (
    "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7"
    "usUDFdp6W1EGMcet8"
)
VECTORS = f"""\
{{ "type": "tx", "ref": "{TX}", "label": "Transaction", "origin": "wpkh([d34db33f/84'/0'/0'])" }}
{{ "type": "addr", "ref": "{ADDRESS}", "label": "Address" }}
{{ "type": "pubkey", "ref": "{KEY}", "label": "Public Key" }}
{{ "type": "input", "ref": "{TX}:0", "label": "Input" }}
{{ "type": "output", "ref": "{TX}:1", "label": "Output", "spendable": false }}
{{ "type": "xpub", "ref": "{XPUB}", "label": "Extended Public Key" }}
{{ "type": "tx", "ref": "{OTHER_TX}", "label": "Account #1 Transaction", \
"origin": "wpkh([d34db33f/84'/0'/1'])" }}
"""
INSIDE = "32ixEdVJWo3kmvJGMTZq5jAQVZZeuwnqzo"
STATED = "3PUNyaW7M55oKWJ3kDukwk9bsKvryra15j"

REGISTER = f"""\
format = 1

[register]
name = "test"
title = "A register with labels"
labels_file = "labels.jsonl"

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
addresses = ["{INSIDE}"]

[wallets.master]
title = "Master"
entity = "office"
attribution = "assumed"
xpub = "{XPUB}"
script_type = "wpkh"
gap_limit = 2

[[labels]]
address = "{STATED}"
label = "An exchange"
kind = "exchange"

[perimeters.all]
title = "All"
groups = ["country"]
"""


def written(folder: Path, labels: str, register: str = REGISTER) -> Path:
    (folder / "labels.jsonl").write_text(labels, encoding="utf-8")
    path = folder / "register.toml"
    path.write_text(register, encoding="utf-8")
    return path


def read(folder: Path, labels: str) -> Register:
    return read_register(written(folder, labels))


def line(kind: str, ref: str, label: str = "x", **more: object) -> str:
    return json.dumps({"type": kind, "ref": ref, "label": label, **more}) + "\n"


def test_the_vectors_are_read_as_they_stand(tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_text(VECTORS, encoding="utf-8")
    report = Report()
    _, records = read_label_file(tmp_path / "labels.jsonl", report)
    assert report.findings() == []
    assert [record.type for record in records] == [
        "tx",
        "addr",
        "pubkey",
        "input",
        "output",
        "xpub",
        "tx",
    ]
    assert [record.ref for record in records][1:3] == [ADDRESS, KEY]
    assert (records[0].origin, records[4].spendable) == ("wpkh([d34db33f/84'/0'/0'])", False)
    assert [record.index for record in records] == [None, None, None, 0, 1, None, None]


def test_labels_land_where_they_belong(tmp_path: Path) -> None:
    register = read(tmp_path, VECTORS + line("addr", INSIDE, "the old safe"))
    outside = {label.address: (label.label, label.kind) for label in register.labels}
    assert outside[STATED] == ("An exchange", "exchange")
    assert outside[ADDRESS] == ("Address", "other")
    # The scripts of a key are those of its addresses: P2PKH, P2WPKH, P2SH-P2WPKH, P2TR, P2PK.
    assert [label for label, _ in outside.values()].count("Public Key") >= 4
    assert register.names == {script_from_address(INSIDE): "the old safe"}
    assert register.wallet_names == {"master": "Extended Public Key"}
    named = register.transaction_labels
    assert [(one.type, one.index, one.spendable) for one in named] == [
        ("tx", None, None),
        ("input", 0, None),
        ("output", 1, False),
        ("tx", None, None),
    ]
    assert [one.txid for one in named] == [TX, TX, TX, OTHER_TX]
    assert TX[:8] not in repr(register)


@pytest.mark.parametrize(
    ("text", "label", "kind"),
    [
        ("exchange: Binfinex", "Binfinex", "exchange"),
        ("POOL:Ocean", "Ocean", "pool"),
        (" Custodian:  a: b", "a: b", "custodian"),
        ("other: exchange: x", "exchange: x", "other"),
        ("my exchange: Binfinex", "my exchange: Binfinex", "other"),
        ("exchanges: Binfinex", "exchanges: Binfinex", "other"),
        ("[exchange] Binfinex", "[exchange] Binfinex", "other"),
        ("exchange Binfinex", "exchange Binfinex", "other"),
        ("exchange:", "exchange:", "other"),
    ],
)
def test_the_kind_stands_before_the_label(text: str, label: str, kind: str, tmp_path: Path) -> None:
    register = read(tmp_path, line("addr", ADDRESS, text) + line("pubkey", KEY, text))
    found = [(one.label, one.kind) for one in register.labels if one.address != STATED]
    assert found == [(label, kind)] * len(found)
    assert len(found) > 4
    again = read(tmp_path, label_lines(register))
    assert {one.script: (one.label, one.kind) for one in again.labels if one.address} == {
        one.script: (one.label, one.kind) for one in register.labels if one.address
    }


def test_a_label_that_looks_like_a_kind_is_written_so_that_it_comes_back(tmp_path: Path) -> None:
    stated = REGISTER.replace('"An exchange"\nkind = "exchange"', '"Exchange: of words"')
    register = read_register(written(tmp_path, line("addr", ADDRESS), stated))
    text = label_lines(register)
    assert json.loads(text.splitlines()[-2])["label"] == "other: Exchange: of words"
    assert all(set(json.loads(one)) == {"type", "ref", "label"} for one in text.splitlines())
    bare = REGISTER[: REGISTER.index("[[labels]]")]
    again = read_register(written(tmp_path, text, bare))
    assert ("Exchange: of words", "other") in [(one.label, one.kind) for one in again.labels]


def test_inside_a_wallet_a_label_is_kept_as_it_is(tmp_path: Path) -> None:
    register = read(tmp_path, line("addr", INSIDE, "exchange: change"))
    assert register.names == {script_from_address(INSIDE): "exchange: change"}
    assert read(tmp_path, label_lines(register)).names == register.names


def test_the_same_label_with_its_kind_is_no_other_label(tmp_path: Path) -> None:
    for text, noted in [
        ("exchange: An exchange", False),
        ("An exchange", False),
        ("pool: An exchange", True),
    ]:
        register = read(tmp_path, line("addr", STATED, text))
        assert any("it stays" in note.message for note in register.notes) is noted
        assert [(one.label, one.kind) for one in register.labels] == [("An exchange", "exchange")]


def test_many_kinds_before_labels_are_no_seed(tmp_path: Path) -> None:
    """Kinds and names are words of seeds here, all twelve of them and more."""
    names = ["ocean", "eagle", "river", "river", "lion", "tiger", "moon", "acid"]
    text = "".join(line("output", f"{TX}:{n}", f"pool: {name}") for n, name in enumerate(names))
    assert len(read(tmp_path, text).transaction_labels) == len(names)
    words = "".join(line("output", f"{TX}:{n}", name) for n, name in enumerate(names * 2))
    assert "seed words" in str(check_register(written(tmp_path, words)))


def test_an_address_of_another_network_is_said_in_a_label_file_too(tmp_path: Path) -> None:
    """Also where the register has an error of its own."""
    text = line("addr", "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx")
    register = REGISTER.replace('title = "Cold"', 'titel = "Cold"')
    found = [str(one) for one in check_register(written(tmp_path, text, register))]
    assert any("labels.jsonl:1: ref: it is an address of testnet" in one for one in found)


def test_what_the_register_says_itself_stays_and_it_is_noted(tmp_path: Path) -> None:
    register = read(tmp_path, line("addr", STATED, "somebody else"))
    assert [label.label for label in register.labels] == ["An exchange"]
    assert any("it stays" in note.message and note.line == 1 for note in register.notes)


def test_written_and_read_again_it_is_the_same(tmp_path: Path) -> None:
    register = read(tmp_path, VECTORS + line("addr", INSIDE, "the old safe"))
    every = [hash_of_hex(TX), hash_of_hex(OTHER_TX)]
    text = label_lines(register, every)
    again = read(tmp_path, text)
    assert again.names == register.names
    assert [label.label for label in again.labels] == [
        label.label for label in register.labels if label.address
    ]
    assert again.transaction_labels == register.transaction_labels
    assert label_lines(again, every) == text


def test_a_label_on_many_coins_is_no_seed(tmp_path: Path) -> None:
    text = "".join(line("output", f"{TX}:{n}", "Exchange") for n in range(30))
    text += "".join(line("input", f"{TX}:{n}", "Public Key") for n in range(30))
    assert len(read(tmp_path, text).transaction_labels) == 60


def test_transactions_that_the_chain_does_not_have_are_not_written(tmp_path: Path) -> None:
    register = read(tmp_path, VECTORS)
    assert TX not in label_lines(register)
    text = label_lines(register, {hash_of_hex(TX)})
    assert (text.count(TX), text.count(OTHER_TX)) == (3, 0)


def test_addresses_of_a_range_are_written_up_to_the_last_one_used(tmp_path: Path) -> None:
    register = read(tmp_path, line("addr", INSIDE))
    few = label_lines(register)
    more = label_lines(register, highest_used={"master": {0: 2, 1: 0}})
    assert few.count('"Master"') == 0
    assert more.count('"Master"') == 4


def test_fields_and_types_beyond_the_bip_are_noted_once(tmp_path: Path) -> None:
    text = line("addr", ADDRESS, heights=[1, 2], colour="blue") + line("tx", TX, height=3, fee=4)
    text += line("addr", INSIDE, colour="red") + line("spscan", "sp1", "silent")
    notes = [str(note) for note in read(tmp_path, text).notes]
    assert sum("'colour' is not read (2 of it" in note for note in notes) == 1
    assert any("'heights' is not read (1 of it" in note for note in notes)
    assert any("labels.jsonl:4: note: type 'spscan' is not read" in note for note in notes)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{", "labels.jsonl:1: this line is not JSON"),
        ('["tx"]', "labels.jsonl:1: this line is no JSON object"),
        ('{"type": "tx", "type": "addr", "ref": "x"}', "labels.jsonl:1: this line is not JSON"),
        ('{"type": "tx", "ref": 3}', "lacks its type or its ref"),
        ('{"type": "tx"}', "lacks its type or its ref"),
        (line("tx", TX[:-1]), "ref: this names no tx"),
        (line("tx", f"{TX}:0"), "ref: this names no tx"),
        (line("output", TX), "ref: this names no output"),
        (line("output", f"{TX}:-1"), "64 hex digits, which may be a private key"),
        (line("output", f"{TX}:0", spendable="false"), "spendable is neither true nor false"),
        (line("addr", ADDRESS, spendable=True), "only an output can be spendable"),
        (line("addr", ADDRESS, "two\nlines"), "label has more than one line"),
        (json.dumps({"type": "addr", "ref": ADDRESS, "label": 3}), "label is no text"),
        (line("addr", ADDRESS[:-1] + "q"), "ref: the checksum is wrong"),
        (line("addr", "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx"), "ref: "),
        (line("pubkey", KEY[:-4]), "ref: this is no public key"),
        (line("pubkey", "02" + "ff" * 32), "ref: this is no public key"),
        (line("xpub", XPUB[:-1] + "9"), "ref: this is no extended public key"),
        ("", "the file is empty"),
    ],
)
def test_faults_have_line_and_remedy(text: str, found: str, tmp_path: Path) -> None:
    messages = [str(one) for one in check_register(written(tmp_path, text))]
    assert any(found in one and "; " in one for one in messages), messages


def test_all_faults_come_at_once_with_those_of_the_register(tmp_path: Path) -> None:
    text = line("tx", "zz") + line("addr", ADDRESS) + '{"type": "tx"}\n' + "{\n"
    register = REGISTER.replace('group = "country"', 'group = "contry"')
    found = check_register(written(tmp_path, text, register))
    lines = [one.line for one in found if one.severity == "error" and "labels" in one.file]
    assert lines == [1, 3, 4]
    assert any("did you mean 'country'" in str(one) for one in found)


@pytest.mark.parametrize("name", ["../labels.jsonl", "sub/../../labels.jsonl", "gone.jsonl", "."])
def test_a_file_elsewhere_or_nowhere_is_said(name: str, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "labels.jsonl").write_text(VECTORS, encoding="utf-8")
    path = inner / "register.toml"
    path.write_text(REGISTER.replace("labels.jsonl", name), encoding="utf-8")
    errors = [str(one) for one in check_register(path) if one.severity == "error"]
    reason = "leads out of the folder" if ".." in name else "cannot be read"
    assert len(errors) == 1
    assert reason in errors[0]


def test_a_link_that_leads_out_is_refused_and_an_absolute_name_is_not(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "labels.jsonl").write_text(VECTORS, encoding="utf-8")
    (inner / "labels.jsonl").symlink_to(tmp_path / "labels.jsonl")
    path = inner / "register.toml"
    path.write_text(REGISTER, encoding="utf-8")
    assert "leads out of the folder" in str(check_register(path)[0])
    path.write_text(
        REGISTER.replace("labels.jsonl", str(tmp_path / "labels.jsonl")), encoding="utf-8"
    )
    assert read_register(path).wallet_names == {"master": "Extended Public Key"}
