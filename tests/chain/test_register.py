"""A register of wallets: read with all findings at once, and never with a secret in it."""

import csv
import json
import logging
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from types import TracebackType

import pytest
from coincurve import PublicKey

from kilosat.chain.address import address_from_script
from kilosat.chain.base58check import decode_base58check, encode_base58check
from kilosat.chain.descriptor_checksum import descriptor_checksum
from kilosat.chain.header import hash_of_hex
from kilosat.chain.register import check_register, found_on_chain, read_register
from kilosat.definitions.findings import DefinitionError

from .secret_samples import HEX_KEY, SAMPLES, some_words

SHIPPED = Path(str(files("kilosat").joinpath("data", "registers", "el-salvador.toml")))
TXID = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"

# BIP 382, and the account of BIP 86.
DESCRIPTOR = (
    "wpkh(xpub69H7F5d8KSRgmmdJg2KhpAK8SR3DjMwAdkxj3ZuxV27CprR9LgpeyGmXUbC6wb7ERfvrnKZjXoUmmDznezpbZ"
    "b7ap6r1D3tgFxHmwMkQTPH/1/2/*)"
)
ACCOUNT_86 = (
    "xpub6BgBgsespWvERF3LHQu6CnqdvfEvtMcQjYrcRzx53QJjSxarj2afYWcLteoGVky7D3UKDP9QyrLp"
    "rQ3VCECoY49yfdDEHGCtMMj92pReUsQ"
)

REGISTER = f"""\
# who keeps it: nobody
format = 1

[register]
name = "test"
title = "A register for tests"
network = "mainnet"
as_of = 2026-01-01
note = "made up"

[sources.list]
document = "A list"
publisher = "Somebody"
address = "https://example.org/list"
as_of = 2025-12-31
where = "page 1"
licence = "facts"
note = "not read"

[groups.country]
title = "Country"
note = "outermost"

[groups.treasury]
title = "Treasury"
parent = "country"

[groups.police]
title = "Police"
parent = "country"

[entities.office]
title = "Office"
group = "treasury"
addresses_known = "all"
source = "list"
note = "open"

[entities.sheriff]
title = "Sheriff"
group = "police"
addresses_known = "some"

[entities.ghost]
title = "Ghost"
group = "police"
addresses_known = "none"

[wallets.cold]
title = "Cold"
entity = "office"
attribution = "owner"
source = "list"
role = "reserve"
note = "in a safe"
in_use_from = 2024-01-01
in_use_to = 2025-01-01
addresses = ["32ixEdVJWo3kmvJGMTZq5jAQVZZeuwnqzo", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"]

[wallets.hot]
title = "Hot"
entity = "office"
attribution = "assumed"
descriptors = ["{DESCRIPTOR}"]
gap_limit = 3

[wallets.taproot]
title = "Taproot"
entity = "sheriff"
attribution = "assumed"
xpub = "{ACCOUNT_86}"
script_type = "tr"
gap_limit = 2

[[labels]]
address = "3PUNyaW7M55oKWJ3kDukwk9bsKvryra15j"
label = "An exchange"
kind = "exchange"
source = "list"

[[announcements]]
date = 2025-02-01
entity = "office"
kind = "purchase"
text = "bought"
btc = "12.5"
source = "list"
where = "https://example.org/page"
txids = ["{TXID}"]

[perimeters.all]
title = "All of it"
groups = ["country"]
note = "widest"

[perimeters.office]
title = "Office and one more"
entities = ["office"]
wallets = ["taproot"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "register.toml"
    path.write_text(text, encoding="utf-8")
    return path


def findings(folder: Path, old: str, new: str) -> list[str]:
    """What is found after one change of the register."""
    assert old in REGISTER
    return [
        f"{finding.line}: {finding.message}; {finding.remedy}"
        for finding in check_register(written(folder, REGISTER.replace(old, new, 1)))
        if finding.severity == "error"
    ]


def test_a_register_is_read(tmp_path: Path) -> None:
    register = read_register(written(tmp_path, REGISTER))
    assert (register.name, register.network) == ("test", "mainnet")
    assert register.groups_within("country") == ("country", "treasury", "police")
    assert [w.key for w in register.wallets_within("all")] == ["cold", "hot", "taproot"]
    assert [w.key for w in register.wallets_within("office")] == ["cold", "hot", "taproot"]
    assert [e.key for e in register.entities_within("all")] == ["office", "sheriff", "ghost"]
    assert [e.key for e in register.entities_within("office")] == ["office", "sheriff"]
    assert register.announcements[0].sats == 1_250_000_000
    assert register.announcements[0].txids == (TXID,)
    assert register.labels[0].script.hex() == "a914eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee87"
    assert register.wallets["cold"].in_use_to == date(2025, 1, 1)
    assert [note.message for note in register.notes] == [
        "some of the addresses of 'sheriff' are known",
        "none of the addresses of 'ghost' are known",
        "descriptor 1 has no checksum, so that typing errors go unseen",
    ]
    with pytest.raises(KeyError, match="did you mean 'office'"):
        register.wallets_within("ofice")


def test_scripts_are_those_of_the_bips(tmp_path: Path) -> None:
    wallets = read_register(written(tmp_path, REGISTER)).wallets
    # BIP 382.
    assert [watched.script.hex() for watched in wallets["hot"].watched()] == [
        "0014326b2249e3a25d5dc60935f044ee835d090ba859",
        "0014af0bd98abc2f2cae66e36896a39ffe2d32984fb7",
        "00141fa798efd1cbf95cebf912c031b8a4a6e9fb9f27",
    ]
    # BIP 86: two receiving addresses and the first change address.
    taproot = [
        (w.branch, w.index, address_from_script(w.script)) for w in wallets["taproot"].watched()
    ]
    assert taproot[:3] == [
        (0, 0, "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr"),
        (0, 1, "bc1p4qhjn9zdvkux4e44uhx8tc55attvtyu358kutcqkudyccelu0was9fqzwh"),
        (1, 0, "bc1p3qkhfews2uk44qtvauqyr2ttdsw7svhkl9nkm9s9c3x4ax5h60wqwruhk7"),
    ]


def test_the_gap_moves_with_what_was_used(tmp_path: Path) -> None:
    wallet = read_register(written(tmp_path, REGISTER)).wallets["taproot"]
    indices = [(watched.branch, watched.index) for watched in wallet.watched({0: 4})]
    assert indices == [*((0, n) for n in range(7)), (1, 0), (1, 1)]
    cold = read_register(written(tmp_path, REGISTER)).wallets["cold"]
    assert len(cold.watched({0: 9})) == 2


def account_of_bip_84(version: str) -> str:
    """The public form of the account key that BIP 84 lists in its private form."""
    zprv = (
        "zprvAdG4iTXWBoARxkkzNpNh8r6Qag3irQB8PzEMkAFeTRXxHpbF9z4QgEvBRmfvqWvGp42t42nvgGpN"
        "gYSJA9iefm1yYNZKEm7z6qUWCroSQnE"
    )
    data = decode_base58check(zprv)
    public = PublicKey.from_secret(data[46:]).format()
    return encode_base58check(bytes.fromhex(version) + data[4:45] + public)


def findings_with_xpub(folder: Path, text: str, script_type: str) -> list[str]:
    lines = REGISTER.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("xpub = "))
    lines[at : at + 2] = [f'xpub = "{text}"', script_type]
    return [str(finding) for finding in check_register(written(folder, "\n".join(lines)))]


def test_a_zpub_says_itself_what_it_is_for(tmp_path: Path) -> None:
    found = findings_with_xpub(tmp_path, account_of_bip_84("04b24746"), "")
    assert all(": note: " in finding for finding in found)
    wallet = read_register(tmp_path / "register.toml").wallets["taproot"]
    # BIP 84: two receiving addresses and the first change address.
    assert [address_from_script(watched.script) for watched in wallet.watched()][:3] == [
        "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu",
        "bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g",
        "bc1q8c6fshw2dlwun7ekn9qwf37cu2rn755upcp6el",
    ]


@pytest.mark.parametrize(
    ("version", "script_type", "reason"),
    [
        ("04b24746", "tr", "a zpub is for wpkh"),
        ("02aa7ed3", "", "multisignature"),
        ("0488b21e", "", "does not say which addresses"),
        ("043587cf", "wpkh", "not of mainnet"),
    ],
)
def test_an_extended_key_that_does_not_fit(
    version: str, script_type: str, reason: str, tmp_path: Path
) -> None:
    line = f'script_type = "{script_type}"'
    assert reason in str(findings_with_xpub(tmp_path, account_of_bip_84(version), line))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("format = 1", "format = 2", "2: this format is not known here"),
        (
            'network = "mainnet"',
            'network = "mainet"',
            "7: [register] network: 'mainet' is no choice",
        ),
        ('network = "mainnet"', 'network = "testnet"', "not of testnet"),
        ('name = "test"', 'name = "../test"', "name: '../test' is not written as expected"),
        ("[perimeters.all]", '[perimeters."wallet:hot"]', "cannot be the key of a perimeter"),
        ("[perimeters.all]", '[perimeters.""]', "cannot be the key of a perimeter"),
        ('name = "test"', 'name = "a/b"', "write for example 'ruritania'"),
        (
            'parent = "country"',
            'parent = "contry"',
            "26: 'contry' is not in this register; did you",
        ),
        ('parent = "country"', 'parent = "treasury"', "26: group 'treasury' lies within itself"),
        ('entity = "office"', 'entity = "offce"', "did you mean 'office'?"),
        ('source = "list"', 'source = "lst"', "source 'lst' is not listed"),
        ('attribution = "owner"\nsource = "list"', 'attribution = "owner"', "but no source"),
        ("32ixEd", "32ixEe", "address 1: the checksum is wrong"),
        ("bc1qw508d6", "bc1qw509d6", "address 2: the checksum is wrong: look at character 8"),
        ("/1/2/*)", "/1/2h/*)", "descriptor 1: a hardened step needs the private key"),
        ("/1/2/*)", "/1/2/*)#aaaaaaaa", "descriptor 1: the checksum does not fit"),
        ("gap_limit = 3", "gap_limit = 0", "gap_limit = 0 is impossible"),
        ("gap_limit = 3", "gap_limit = 10001", "write 1 to 10,000"),
        ('script_type = "tr"\n', "", "does not say which addresses are made of it"),
        ("pReUsQ", "pReUsR", "xpub: this is no extended public key: the checksum is wrong"),
        ('addresses_known = "none"', 'addresses_known = "all"', "'ghost' has no wallet here"),
        ('addresses_known = "some"', 'addresses_known = "none"', "'sheriff' has wallets here"),
        ('groups = ["country"]', "", "perimeter 'all' is empty"),
        ('wallets = ["taproot"]', 'wallets = ["tapot"]', "did you mean 'taproot'?"),
        ('btc = "12.5"', 'btc = "12.123456789"', "btc is no number of coins"),
        ('btc = "12.5"', 'btc = "21000001"', "btc is no number of coins"),
        ('btc = "12.5"', 'btc = "12.5"\ndaily_to = 2025-01-31', "lies before 'date'"),
        ('btc = "12.5"', 'btc = "12.5"\ndaily_to = 2325-01-31', "which is too long"),
        ('btc = "12.5"', 'btc = "12.5"\ndaily_to = 2025-03-01', "states btc and no transaction"),
        ("in_use_to = 2025-01-01", "in_use_to = 2023-01-01", "until before it was in use"),
        (
            '"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"',
            '"32ixEdVJWo3kmvJGMTZq5jAQVZZeuwnqzo"',
            "stands twice",
        ),
        ("3PUNyaW7M55oKWJ3kDukwk9bsKvryra15j", "32ixEdVJWo3kmvJGMTZq5jAQVZZeuwnqzo", "is watched"),
        ("[wallets.hot]", "[wallets.hot]\naddresses = ['x']", "has addresses and descriptors"),
        ("label = ", "lable = ", "'lable' is not a field of [labels]; did you mean 'label'?"),
        ("[groups.country]", "[group.country]", "'group' is not a section here"),
        ("[[labels]]", "[labels]", "write [[labels]] for each"),
    ],
)
def test_findings_have_line_and_remedy(tmp_path: Path, old: str, new: str, found: str) -> None:
    messages = findings(tmp_path, old, new)
    assert any(found in message for message in messages), messages
    assert all(message.partition("; ")[2] for message in messages)


def test_what_is_said_of_every_day_is_an_announcement_a_day(tmp_path: Path) -> None:
    text = REGISTER.replace(f'txids = ["{TXID}"]', "daily_to = 2025-02-28")
    register = read_register(written(tmp_path, text))
    assert [one.date for one in register.announcements] == [
        date(2025, 2, day) for day in range(1, 29)
    ]
    assert {one.sats for one in register.announcements} == {1_250_000_000}


def test_tables_in_tables_without_end_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, f"{REGISTER}\n[{'.'.join('a' * 3000)}]\n")
    assert "nested too deeply" in str(check_register(path)[-1])
    with pytest.raises(DefinitionError, match="nested too deeply"):
        read_register(path)


def test_all_findings_come_at_once(tmp_path: Path) -> None:
    text = REGISTER.replace("32ixEd", "32ixEe").replace("gap_limit = 3", "gap_limit = 0")
    text = text.replace('btc = "12.5"', 'btc = "much"').replace(
        'parent = "country"', 'parent = "x"'
    )
    with pytest.raises(DefinitionError) as raised:
        read_register(written(tmp_path, text))
    assert len([f for f in raised.value.findings if f.severity == "error"]) == 5


def test_a_slip_in_the_header_hides_nothing_else(tmp_path: Path) -> None:
    """On another network than the default, with a file beside it that cannot be read."""
    text = REGISTER[: REGISTER.index("[wallets.cold]")] + (
        '[wallets.cold]\ntitle = "Cold"\nentity = "office"\nattribution = "assumed"\n'
        # BIP 173's example on the test network.
        'addresses = ["tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx"]\n'
        '[perimeters.all]\ntitle = "All"\ngroups = ["country"]\n'
    )
    text = text.replace('"all"\nsource', '"all"\nsource').replace(
        'network = "mainnet"', 'network = "testnet"\ndeposits = "deposits.csv"'
    )
    text = text.replace('addresses_known = "some"', 'addresses_known = "none"')
    slips = [("title = ", "titel = "), ('name = "test"', 'name = "a/b"')]
    slips += [("network =", "netwrok ="), ('"testnet"', '"tesnet"'), ("network =", "chain =")]
    slips += [("[register]", "[regster]")]
    for old, new in slips:
        path = written(tmp_path, text.replace(old, new, 1))
        (tmp_path / "deposits.csv").write_text(
            "date,entity,btc,source\n2025-01-01,ofice,1,list\n", encoding="utf-8"
        )
        errors = [one for one in check_register(path) if one.severity == "error"]
        beside = [one for one in errors if one.file.endswith("deposits.csv")]
        # Without its header nobody knows that there are deposits.
        assert len(beside) == (new != "[regster]"), (new, errors)
        assert len(errors) == 1 + len(beside), (new, errors)


def test_a_slip_in_a_header_of_the_default_network_leaves_its_check(tmp_path: Path) -> None:
    text = REGISTER.replace('network = "mainnet"\n', "").replace('title = "A reg', 'titel = "A reg')
    text = text.replace(
        '"32ixEdVJWo3kmvJGMTZq5jAQVZZeuwnqzo"', '"tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx"'
    )
    errors = [str(one) for one in check_register(written(tmp_path, text)) if "note" not in str(one)]
    assert len(errors) == 2
    assert "not of mainnet; check it, and 'network' in [register]" in errors[1]


@pytest.mark.parametrize(
    "slip",
    [
        ('attribution = "owner"', 'attribution = "rumour"'),
        ('title = "Cold"', 'titel = "Cold"'),
        ('entity = "office"\nattribution = "owner"', 'attribution = "owner"'),
        ("gap_limit = 3", "gap_limit = 2000000000"),
        ('kind = "exchange"', 'kind = "exchanges"'),
        ('title = "A register', 'titel = "A register'),
    ],
    ids=str,
)
def test_a_slip_in_a_field_does_not_hide_an_address_given_twice(
    slip: tuple[str, str], tmp_path: Path
) -> None:
    inside, label = "32ixEdVJWo3kmvJGMTZq5jAQVZZeuwnqzo", "3PUNyaW7M55oKWJ3kDukwk9bsKvryra15j"
    again = (
        f'[wallets.again]\ntitle = "x"\nentity = "office"\nattribution = "assumed"\n'
        f'addresses = ["{inside}"]\n'
        f'[[labels]]\naddress = "{inside}"\nlabel = "x"\n'
        f'[[labels]]\naddress = "{label}"\nlabel = "x"\n'
    )
    assert slip[0] in REGISTER
    changed = REGISTER.replace(*slip, 1).replace(f'["{inside}"', f'["{inside}", "{inside}"')
    text = changed + again
    errors = [
        one.message for one in check_register(written(tmp_path, text)) if one.severity == "error"
    ]
    assert "a script of wallet 'cold' stands twice" in errors
    assert "a script of wallet 'again' stands also in wallet 'cold'" in errors
    assert "this address is watched as part of a wallet" in errors
    assert "this address has a label already" in errors
    assert len(errors) == 5


def test_a_faulty_wallet_gives_no_findings_that_follow_from_its_fault(tmp_path: Path) -> None:
    for old, new in [
        ('script_type = "tr"', 'script_type = "p2tr"'),
        ('script_type = "tr"', 'scrpt_type = "tr"'),
        ("addresses = [", "adresses = ["),
        ('xpub = "', 'xpubs = "'),
        ('source = "list"\nrole', 'sorce = "list"\nrole'),
    ]:
        assert len(findings(tmp_path, old, new)) == 1, new


def test_a_remedy_is_said_once(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, "/1/2/*)", "/1/2/*)#aaaaaaaa")
    assert found.count("again") == 1
    (found,) = findings(tmp_path, 'btc = "12.5"', 'btc = "-4"')
    assert "an amount is never negative; write it without the sign" in found


def test_an_announcement_of_a_day_to_come_is_noted(tmp_path: Path) -> None:
    path = written(tmp_path, REGISTER)
    for today, noted in ((date(2025, 1, 31), True), (date(2025, 2, 1), False), (None, False)):
        notes = [str(one) for one in check_register(path, today)]
        assert any("has not come yet" in note for note in notes) is noted
    daily = REGISTER.replace(f'txids = ["{TXID}"]', "daily_to = 2025-02-28")
    notes = read_register(written(tmp_path, daily), date(2025, 2, 27)).notes
    assert ["'daily_to' is 2025-02-28" in note.message for note in notes].count(True) == 1


def test_a_register_without_a_perimeter_is_noted(tmp_path: Path) -> None:
    text = REGISTER[: REGISTER.index("[perimeters.all]")]
    (note,) = [one for one in check_register(written(tmp_path, text)) if "inside" in one.message]
    assert (note.severity, note.line) == ("note", 4)
    assert "add [perimeters.NAME]" in note.remedy
    misspelled = check_register(written(tmp_path, REGISTER.replace("[perimeters.", "[perimeter.")))
    assert not any("inside" in one.message for one in misspelled)


def test_a_key_too_mangled_to_be_known_is_still_not_repeated(tmp_path: Path) -> None:
    mangled = SAMPLES["wif-main"][:40]
    for old in ('network = "mainnet"', 'kind = "purchase"', 'entity = "office"', "[groups.police]"):
        key = old.partition(" = ")[0]
        new = f"[groups.{mangled}]\nx = 1" if old.startswith("[") else f'{key} = "{mangled}"'
        messages = findings(tmp_path, old, new)
        assert messages
        assert not any(mangled[at : at + 8] in str(messages) for at in range(len(mangled) - 7))


def test_the_register_of_el_salvador() -> None:
    register = read_register(SHIPPED)
    with (Path(__file__).parent / "data" / "elsalvador_addresses.csv").open(
        encoding="utf-8"
    ) as file:
        published = [row["script_pubkey_hex"] for row in csv.DictReader(file)]
    scripts = [
        w.script.hex() for wallet in register.wallets_within("reserve") for w in wallet.watched()
    ]
    assert scripts == published
    assert {e.key for e in register.entities_within("all") if e.addresses_known == "none"} == {
        "chivo",
        "fidebitcoin",
        "law-enforcement",
        "geothermal-mine",
    }
    outside = {e.key for e in register.entities_within("all")}
    assert outside - {e.key for e in register.entities_within("imf")} == {"law-enforcement"}
    assert all(finding.severity == "note" for finding in register.notes)


# --- no private key can enter -------------------------------------------------------------------


def places() -> dict[str, str]:
    """The register with ``@@`` in each of its fields, once; also in keys, comments and headers."""
    found = {}
    for number, line in enumerate(REGISTER.splitlines(), start=1):
        for name, changed in _changed(line):
            lines = REGISTER.splitlines()
            lines[number - 1] = changed
            found[f"{number}-{name}"] = "\n".join(lines) + "\n"
    found["end"] = REGISTER + "# @@\n"
    found["not-toml"] = REGISTER + "this is = = no TOML @@\n"
    found["many-lines"] = REGISTER.replace('"made up"', '"""made\nup @@\n"""')
    return found


def _changed(line: str) -> Iterator[tuple[str, str]]:
    if line.startswith("#"):
        yield "comment", "# @@"
    elif line.startswith("[["):
        yield "header", f"{line}\n'@@' = 1"
    elif line.startswith("["):
        section = line.strip("[]").partition(".")[0]
        yield "header", f'[{section}."@@"]'
    elif " = " in line:
        key, _, value = line.partition(" = ")
        yield f"{key}-key", f'"@@" = {value}'
        yield f"{key}-value", f'{key} = "@@"'
        if key in ("format", "as_of", "gap_limit", "network"):
            yield f"{key}-bare", f"{key} = @@"
            yield f"{key}-after", f"{line}  # @@"
        if value.startswith("["):
            yield f"{key}-item", f'{key} = ["@@"]'
            yield f"{key}-last", f'{value and line[:-1]}, "@@"]'


PLACES = places()


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_secret_in_any_field_refuses_the_file_and_is_not_repeated(
    kind: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    secret = SAMPLES[kind]
    caplog.set_level(logging.DEBUG)
    for place, template in PLACES.items():
        if "txids" in place and kind == "hex":
            continue  # a transaction is named by 64 hex digits, and a private key looks the same
        shown = "".join(_shown(written(tmp_path, template.replace("@@", secret)), place))
        shown += caplog.text + str(capsys.readouterr())
        for at in range(len(secret) - 7):
            assert secret[at : at + 8] not in shown, place


def _shown(path: Path, place: str) -> Iterator[str]:
    """All that an error shows: text, repr, causes, and the locals of kilosat's own frames."""
    with pytest.raises(DefinitionError) as raised:
        read_register(path)
    error = raised.value
    assert error.__cause__ is None
    assert error.__context__ is None
    assert "the whole file is refused" in str(error), place
    yield f"{error} {error!r} {error.args!r} {error.findings!r}"
    yield from _frames(error.__traceback__)


def _frames(traceback: TracebackType | None) -> Iterator[str]:
    while traceback:
        if "kilosat" in traceback.tb_frame.f_globals.get("__name__", ""):
            yield repr(traceback.tb_frame.f_locals)
        traceback = traceback.tb_next


# A private key that nobody uses, in the place of a transaction; and one that the register watches.
STRAY = "1111111111111111111111111111111111111111111111111111111111111111"
ONE = "0" * 63 + "1"
ADDRESSES_OF_ONE = (
    "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH",  # compressed, as in BIP 141's examples of tools
    "1EHNa6Q4Jz2uvNExL497mE43ikXhwF6kZm",  # uncompressed
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",  # BIP 173: the same generator point
    "3JvL6Ymt8MVWiCNHC7oWU6nLeHNJKLZGLN",
    "bc1pmfr3p9j00pfxjh0zmgp99y8zftmd3s5pmedqhyptwy6lm87hf5sspknck9",
)


def test_what_is_named_as_a_transaction_is_not_shown_until_the_chain_has_it(
    tmp_path: Path,
) -> None:
    register = read_register(written(tmp_path, REGISTER.replace(f'"{TXID}"', f'"{STRAY}"')))
    txids = register.announcements[0].txids
    shown = f"{register!r} {register.announcements} {txids} {txids[0]} {txids[0]!s:>90}"
    assert STRAY[:8] not in shown
    assert txids == (STRAY,)
    assert found_on_chain(txids, [hash_of_hex(TXID)]) == ()
    assert found_on_chain(txids, [hash_of_hex(STRAY)]) == (STRAY,)
    assert str(found_on_chain([TXID], {hash_of_hex(TXID)})[0]) == TXID


@pytest.mark.parametrize("address", ADDRESSES_OF_ONE)
def test_a_private_key_of_a_wallet_is_refused_even_as_a_transaction(
    address: str, tmp_path: Path
) -> None:
    text = REGISTER.replace("32ixEdVJWo3kmvJGMTZq5jAQVZZeuwnqzo", address)
    text = text.replace(', "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"', "")
    assert all(found.severity == "note" for found in check_register(written(tmp_path, text)))
    found = check_register(written(tmp_path, text.replace(f'"{TXID}"', f'"{ONE}"')))
    assert any("a private key of a wallet of this register" in str(one) for one in found)
    assert "00000000" not in str(found)


# BIP 386: an x-only key, and the same with its first byte.
X_ONLY = "a34b99f22c790c4e36b2b3c2c35a36db06226e41c692fc82b8b56ac1c540c5bd"


@pytest.mark.parametrize(
    ("key", "refused"),
    [
        (X_ONLY, True),
        (f"02{X_ONLY}", False),
        (f"[d34db33f/86h/0h/0h]{X_ONLY}", False),
        (HEX_KEY, True),
    ],
)
def test_a_bare_x_only_key_needs_an_origin_or_a_checksum(
    key: str, refused: bool, tmp_path: Path
) -> None:
    found = findings(tmp_path, DESCRIPTOR, f"tr({key})")
    assert bool(found) is refused
    assert key[-64:][:8] not in str(found)


def test_a_bare_x_only_key_with_a_checksum_passes(tmp_path: Path) -> None:
    text = f"tr({X_ONLY})"
    assert findings(tmp_path, DESCRIPTOR, f"{text}#{descriptor_checksum(text)}") == []


@pytest.mark.parametrize("kind", SAMPLES)
def test_escapes_hide_nothing(kind: str, tmp_path: Path) -> None:
    escaped = "".join(f"\\U{ord(character):08x}" for character in SAMPLES[kind])
    text = REGISTER.replace('"made up"', f'"{escaped}"')
    assert "the whole file is refused" in str(check_register(written(tmp_path, text))[0])
    text = REGISTER.replace("[groups.police]", f'[groups."{escaped}"]')
    assert "the whole file is refused" in str(check_register(written(tmp_path, text))[0])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_encodings_hide_nothing(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "register.toml"
    path.write_bytes(REGISTER.replace("made up", SAMPLES["wif-main"]).encode(encoding))
    found = check_register(path)
    assert found
    assert not any(SAMPLES["wif-main"][at : at + 8] in str(found) for at in range(40))


def test_seed_words_spread_over_fields_are_found(tmp_path: Path) -> None:
    words = some_words("english").split()
    each = "\n".join(f'w{number} = "{word}"' for number, word in enumerate(words))
    for text in (
        f"{REGISTER}\n[perimeters.x]\n{each}\n",
        f"{REGISTER}\n[perimeters.x]\ngroups = {json.dumps(words)}\n",
        f"{REGISTER}\n[perimeters.x]\n" + "\n".join(f"{word} = 1" for word in words),
        f"{REGISTER}\n" + "\n".join(f"# {word}" for word in words),
        REGISTER.replace("made up", "\\n".join(words)),
    ):
        assert "seed words" in str(check_register(written(tmp_path, text))[0])


def test_a_secret_in_the_name_of_the_file_is_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / f"{SAMPLES['wif-main']}.toml"
    path.write_text("format = 2\n", encoding="utf-8")
    assert SAMPLES["wif-main"][:8] not in str(check_register(path))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"format = 1", b"[" * 5000])
def test_any_bytes_give_findings(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "register.toml"
    path.write_bytes(content)
    assert check_register(path)
    assert check_register(tmp_path / "missing.toml")
    assert check_register(tmp_path)
