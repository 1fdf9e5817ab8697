"""Private keys and seeds are recognised in all their forms, and nothing else is."""

import random
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kilosat.chain.address import address_from_script
from kilosat.chain.base58check import decode_base58check, encode_base58check
from kilosat.chain.secrets import SecretError, find_secrets, refuse_secrets

from .secret_samples import (
    HEX_KEY,
    LANGUAGES,
    PRIVATE_VERSIONS,
    SAMPLES,
    XPRV,
    wif,
    words,
)

ROOT = Path(__file__).parents[2]
BLOCK = "00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048"
X_ONLY = "a34b99f22c790c4e36b2b3c2c35a36db06226e41c692fc82b8b56ac1c540c5bd"  # BIP 386
TXID = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"

# SHA-256 of the English list: BIP 39, "Wordlists", as computed by all its implementations.
ENGLISH = "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"


@pytest.mark.parametrize("kind", SAMPLES)
def test_each_kind_is_refused_and_not_repeated(kind: str) -> None:
    secret = SAMPLES[kind]
    with pytest.raises(SecretError) as raised:
        refuse_secrets(f"a note: {secret}, keep it safe", "the note")
    shown = f"{raised.value} {raised.value!r} {raised.value.args} {raised.value.__cause__}"
    assert raised.value.__context__ is None
    assert not any(secret[at : at + 8] in shown for at in range(len(secret) - 7))
    assert not any(
        secret[at : at + 8] in repr(find_secrets(secret)) for at in range(len(secret) - 7)
    )


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_line_is_told(kind: str) -> None:
    assert find_secrets(f"(1)\n(2)\n{SAMPLES[kind]}\n(4)")[0].line == 3


@pytest.mark.parametrize("kind", ["wif-main", "wif-main-long", "wif-test", "xprv", "tprv", "bip38"])
def test_keys_in_groups_or_over_lines_are_found(kind: str) -> None:
    secret = SAMPLES[kind]
    groups = [secret[at : at + 6] for at in range(0, len(secret), 6)]
    for separator in (" ", "-", "\n", '",\n  "', "\\\n", "\n# "):
        assert find_secrets(f"say '{separator.join(groups)}'")


def test_a_bip_38_key_in_parts_needs_its_checksum() -> None:
    key = SAMPLES["bip38"]
    halves = f"# {key[:29]}\n# {key[29:]}\n"
    assert "BIP 38" in find_secrets(halves)[0].kind
    last = "2" if key[-1] != "2" else "3"
    assert find_secrets(f"{halves[:-2]}{last}\n") == []


def test_hex_in_equal_groups_is_found() -> None:
    """What docs/registers.md says of hex: groups of 2 to 32 digits, four separators."""
    for size in (2, 4, 8, 16, 32):
        groups = [HEX_KEY[at : at + size] for at in range(0, 64, size)]
        for separator in (" ", ":", ",", "-", "\n"):
            assert find_secrets(separator.join(groups)), (size, separator)


def test_keys_within_other_letters_are_found() -> None:
    assert find_secrets(f"x{SAMPLES['wif-main']}x")
    assert find_secrets(f"https://example.org/?key={SAMPLES['wif-test']}&a=b")
    assert find_secrets(f"https://example.org/{HEX_KEY}")
    assert find_secrets(f"key{HEX_KEY}")
    assert find_secrets("-----BEGIN EC PRIVATE KEY-----")


@pytest.mark.parametrize(
    "text",
    [
        f"txids = ['{TXID}']",
        f'txids = ["{TXID}",\n  "{TXID}"]',
        f"tr({X_ONLY})",
        f"tr([d34db33f/86h]{X_ONLY},{{pk({X_ONLY}),multi_a(1,{X_ONLY})}})",
        f"wpkh(03{TXID})",
        f"https://mempool.space/block/{BLOCK}",
        "2024-01-01 2024-02-01 2024-03-01 2024-04-01 2024-05-01 2024-06-01 2024-07-01 2024-08-01",
        "signed: " + "A" * 86 + "aa=",
        "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7"
        "usUDFdp6W1EGMcet8",
        "we speak of xprv, WIF and seed words; a SecretError names the kind",
    ],
)
def test_public_things_are_left_alone(text: str) -> None:
    assert find_secrets(text) == []


XPUB = bytes.fromhex("0488b21e")
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def random_xpub(chance: random.Random) -> str:
    return encode_base58check(
        XPUB + chance.randbytes(41) + chance.choice((b"\2", b"\3")) + chance.randbytes(32)
    )


def xpub_with(letters: str, chance: random.Random) -> str:
    """An extended public key in whose middle these letters stand by chance, its checksum right."""
    while True:
        xpub = random_xpub(chance)
        text = f"{xpub[:20]}{letters}{xpub[20 + len(letters) : 105]}"
        number = 0
        for letter in text + "111111":
            number = number * 58 + BASE58.index(letter)
        payload = number.to_bytes(82, "big")[:78]
        if payload[45] in (2, 3):
            return encode_base58check(payload)


@pytest.mark.parametrize("letters", ["6P", "xprv9s21ZrQH", "5K", "S"])
def test_public_keys_in_which_a_secret_seems_to_begin(letters: str) -> None:
    chance = random.Random(1)
    for _ in range(20):
        xpub = xpub_with(letters, chance)
        assert letters in xpub
        assert find_secrets(f"wpkh([fcddeeda/84h/0h/0h]{xpub}/0/*)") == []
        assert find_secrets(f'xpub = "{xpub}"\n{SAMPLES["bip38"]}')[0].line == 2
        assert find_secrets(f"{xpub}{SAMPLES['wif-main']}")


def test_no_false_alarm_in_thousands_of_public_keys() -> None:
    chance = random.Random(2)
    for _ in range(3_000):
        assert find_secrets(f'descriptors = ["wpkh({random_xpub(chance)}/0/*)"]') == []


def test_no_false_alarm_in_a_register_of_ten_thousand_public_things() -> None:
    """Its lines are also searched together, where keys in parts are found."""
    chance = random.Random(4)
    programs = [
        *(b"\0\x14" + chance.randbytes(20) for _ in range(3_000)),
        *(b"\x51\x20" + chance.randbytes(32) for _ in range(3_000)),
        *(b"\x76\xa9\x14" + chance.randbytes(20) + b"\x88\xac" for _ in range(3_000)),
    ]
    lines = [f'addresses = ["{address_from_script(program)}"]' for program in programs]
    lines += [f'xpub = "{random_xpub(chance)}"' for _ in range(500)]
    lines += [f'txids = ["{chance.randbytes(32).hex()}"]' for _ in range(500)]
    assert find_secrets("\n".join(lines)) == []


@pytest.mark.parametrize(
    ("program", "letters"), [(b"\0\x20", "xprv"), (b"\x51\x20", "zprv"), (b"\0\x20", "vprv")]
)
def test_an_address_in_which_a_private_key_seems_to_begin(program: bytes, letters: str) -> None:
    """One of 4,000 addresses of 62 characters has such letters in it, with eight more behind."""
    chance, address = random.Random(3), ""
    while letters not in address[4:50]:
        address = address_from_script(program + chance.randbytes(32), "mainnet") or ""
    assert find_secrets(f'addresses = ["{address}"]') == []


def test_the_start_of_an_extended_private_key_is_enough() -> None:
    for text in (f'key "{XPRV[:14]}..."', f"({XPRV[:60]})", f"a\n{XPRV[:12]}", f"my{XPRV}"):
        assert find_secrets(text)


def test_a_private_key_that_calls_itself_public_is_found() -> None:
    assert find_secrets(encode_base58check(XPUB + bytes(41) + b"\0" + bytes(31) + b"\1"))


def test_the_published_seed_of_old_electrum() -> None:
    # Electrum's own test of mnemonic version 1 (acb740e454c3134901d7c8f16497cc1c as hex).
    words = "powerful random nobody notice nothing important anyway look away hidden message over"
    assert find_secrets(words)[0].kind == "seed words (mnemonic)"


def test_an_id_elsewhere_is_refused_since_it_could_be_a_key() -> None:
    assert find_secrets(f"note = '{TXID}'")
    assert find_secrets(f"https://mempool.space/tx/{TXID}")
    assert find_secrets(f"https://mempool.space/block/{TXID}")
    assert find_secrets(f"raw({TXID})")
    assert find_secrets(f"pk({TXID})")
    assert not find_secrets(TXID, hex_is_public=True)


@pytest.mark.parametrize(
    "path",
    [*ROOT.glob("src/kilosat/data/**/*.toml"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md")],
    ids=str,
)
def test_no_false_alarm_in_what_we_ship(path: Path) -> None:
    found = find_secrets(path.read_text(encoding="utf-8"))
    assert [secret for secret in found if "mnemonic" in secret.kind or "WIF" in secret.kind] == []


def test_word_lists_are_whole() -> None:
    for language in LANGUAGES:
        assert len(set(words(language))) == 2048
    text = "\n".join(words("english")) + "\n"
    assert sha256(text.encode()).hexdigest() == ENGLISH


KEYS = st.binary(min_size=32, max_size=32)
AROUND = st.text(alphabet=" \n.,;:=#'\"[](){}", max_size=5)


@given(KEYS)
def test_a_key_in_taproot_passes_only_if_it_is_an_x_of_the_curve(key: bytes) -> None:
    # Euler's criterion, with the prime of secp256k1 (SEC 2): x^3 + 7 must be a square.
    prime = 2**256 - 2**32 - 977
    x = int.from_bytes(key, "big")
    on_curve = x < prime and pow(x**3 + 7, (prime - 1) // 2, prime) == 1
    assert bool(find_secrets(f"tr({key.hex()})")) is not on_curve


@given(KEYS, st.booleans(), st.booleans(), AROUND, AROUND)
def test_any_wif(key: bytes, mainnet: bool, compressed: bool, before: str, after: str) -> None:
    assert find_secrets(before + wif(key, mainnet=mainnet, compressed=compressed) + after)


@given(KEYS, KEYS, st.sampled_from([*PRIVATE_VERSIONS.values(), "0488ade4"]), AROUND, AROUND)
def test_any_extended_private_key(
    key: bytes, chain: bytes, version: str, before: str, after: str
) -> None:
    text = encode_base58check(bytes.fromhex(version) + bytes(9) + chain + b"\0" + key)
    assert find_secrets(before + text + after)


@given(
    st.sampled_from(LANGUAGES),
    st.sampled_from((12, 15, 18, 21, 24)),
    st.sampled_from((" ", "\n", ", ", "\n# ", "-", "_", '", "', "\t", "\u3000")),
    st.data(),
)
@settings(deadline=None)
def test_any_seed_words(language: str, count: int, separator: str, data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(words(language)), min_size=count, max_size=count))
    assert find_secrets(separator.join(chosen))


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_can_be_searched(text: str) -> None:
    assert isinstance(find_secrets(text), list)


def test_the_sample_is_what_bip_32_lists() -> None:
    assert decode_base58check(XPRV)[46:].hex() == HEX_KEY
