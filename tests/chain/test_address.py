"""Addresses against the vectors of BIP 173 and 350, and of Bitcoin Core's base58 tests."""

import csv
import hashlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilosat.chain.address import (
    NETWORKS,
    AddressError,
    Network,
    address_from_script,
    script_from_address,
)
from kilosat.chain.base58check import (
    Base58Error,
    decode_base58check,
    encode_base58check,
)
from kilosat.chain.bech32 import CHARSET, Bech32Error, decode_bech32
from kilosat.chain.hash160 import hash160
from kilosat.chain.ripemd160 import ripemd160

# BIP 350, "Test vectors for v0-v16 native segregated witness addresses".
SEGWIT = [
    ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "0014751e76e8199196d454941c45d1b3a323f1433bd6"),
    (
        "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
        "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262",
    ),
    (
        "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
        "5128751e76e8199196d454941c45d1b3a323f1433bd6751e76e8199196d454941c45d1b3a323f1433bd6",
    ),
    ("BC1SW50QGDZ25J", "6002751e"),
    ("bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", "5210751e76e8199196d454941c45d1b3a323"),
    (
        "tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy",
        "0020000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433",
    ),
    (
        "tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c",
        "5120000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433",
    ),
    (
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
    ),
]

# BIP 350, invalid addresses and the reason.
INVALID = [
    ("tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut", "alphabet"),
    ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", "bech32m, not bech32"),
    ("tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf", "bech32m, not bech32"),
    ("BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL", "bech32m, not bech32"),
    ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh", "bech32, not bech32m"),
    ("tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47", "bech32, not bech32m"),
    ("bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4", "character 60"),
    ("BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R", "version"),
    ("bc1pw5dgrnzv", "1 bytes"),
    ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav", "41 bytes"),
    ("BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", "16 bytes"),
    ("tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq", "mixed"),
    ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf", "padding"),
    ("tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j", "padding"),
    ("bc1gmk9yu", "version"),
]

BECH32M = [
    "A1LQFN3A",
    "a1lqfn3a",
    "an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg6",
    "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
    "11llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllludsr8",
    "split1checkupstagehandshakeupstreamerranterredcaperredlc445v",
    "?1v759aa",
]
NOT_BECH32M = [
    "\x201xj0phk",
    "\x7f1g6xzxy",
    "\x801vctc34",
    "an84characterslonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11d6pts4",
    "qyrz8wqd2c9m",
    "1qyrz8wqd2c9m",
    "y1b0jsk6g",
    "lt1igcx5c0",
    "in1muywd",
    "mm1crxm3i",
    "au1s5cgom",
    "M1VUXWEZ",
    "16plkw9",
    "1p2gdwpf",
]

PROGRAMS = st.one_of(
    st.tuples(
        st.just(0), st.sampled_from((20, 32)).flatmap(lambda n: st.binary(min_size=n, max_size=n))
    ),
    st.tuples(st.integers(1, 16), st.binary(min_size=2, max_size=40)),
)
OLD = st.tuples(st.booleans(), st.binary(min_size=20, max_size=20))


def witness_script(program: tuple[int, bytes]) -> bytes:
    version, data = program
    return bytes([0x50 + version if version else 0, len(data)]) + data


def old_script(old: tuple[bool, bytes]) -> bytes:
    return b"\x76\xa9\x14" + old[1] + b"\x88\xac" if old[0] else b"\xa9\x14" + old[1] + b"\x87"


SCRIPTS = st.one_of(PROGRAMS.map(witness_script), OLD.map(old_script))


@pytest.mark.parametrize(("address", "script"), SEGWIT)
def test_segwit_vectors_of_bip_350(address: str, script: str) -> None:
    network: Network = "mainnet" if address.lower().startswith("bc") else "testnet"
    assert script_from_address(address, network).hex() == script
    assert address_from_script(bytes.fromhex(script), network) == address.lower()


@pytest.mark.parametrize(("address", "reason"), INVALID)
def test_invalid_addresses_of_bip_350(address: str, reason: str) -> None:
    for network in NETWORKS:
        with pytest.raises(AddressError):
            script_from_address(address, network)
    own: Network = "mainnet" if address.lower().startswith("bc") else "testnet"
    with pytest.raises(AddressError, match=reason):
        script_from_address(address, own)


@pytest.mark.parametrize("text", BECH32M)
def test_bech32m_strings_of_bip_350(text: str) -> None:
    assert decode_bech32(text)[2] == "bech32m"


@pytest.mark.parametrize("text", NOT_BECH32M)
def test_strings_that_bip_350_refuses(text: str) -> None:
    with pytest.raises(Bech32Error):
        decode_bech32(text)


# Bitcoin Core, src/test/data/key_io_valid.json (MIT), and BIP 173 for the last.
@pytest.mark.parametrize(
    ("address", "script", "network"),
    [
        (
            "1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo",
            "76a914a31c06bd463e3923bc1aadbde48b16976c08071788ac",
            "mainnet",
        ),
        (
            "mo9ncXisMeAoXwqcV5EWuyncbmCcQN4rVs",
            "76a91453c0307d6851aa0ce7825ba883c6bd9ad242b48688ac",
            "testnet",
        ),
        (
            "2N2JD6wb56AfK4tfmM6PwdVmoYk2dCKf4Br",
            "a9146349a418fc4578d10a372b54b45c280cc8c4382f87",
            "regtest",
        ),
        (
            "3PUNyaW7M55oKWJ3kDukwk9bsKvryra15j",
            "a914eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee87",
            "mainnet",
        ),
    ],
)
def test_base58_addresses(address: str, script: str, network: Network) -> None:
    assert script_from_address(address, network).hex() == script
    assert address_from_script(bytes.fromhex(script), network) == address


def test_published_addresses_of_el_salvador() -> None:
    """The list gives the script beside each address."""
    table = Path(__file__).parent / "data" / "elsalvador_addresses.csv"
    with table.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 20
    for row in rows:
        assert script_from_address(row["address"]).hex() == row["script_pubkey_hex"]


def test_an_address_of_another_network_is_named() -> None:
    with pytest.raises(AddressError, match="testnet or signet, not of mainnet"):
        script_from_address("tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7")
    with pytest.raises(AddressError, match="of mainnet, not of regtest"):
        script_from_address("3PUNyaW7M55oKWJ3kDukwk9bsKvryra15j", "regtest")


def test_a_bare_key_has_no_address() -> None:
    assert address_from_script(bytes.fromhex("21" + "02" * 33 + "ac")) is None
    assert address_from_script(b"") is None
    assert address_from_script(bytes.fromhex("6a04deadbeef")) is None


@given(SCRIPTS, st.sampled_from(NETWORKS))
def test_round_trip(script: bytes, network: Network) -> None:
    address = address_from_script(script, network)
    assert address is not None
    assert script_from_address(address, network) == script


@given(SCRIPTS, st.data())
def test_any_changed_character_is_refused(script: bytes, data: st.DataObject) -> None:
    address = address_from_script(script)
    assert address is not None
    place = data.draw(st.integers(0, len(address) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda c: c != address[place]))
    changed = address[:place] + other + address[place + 1 :]
    with pytest.raises(AddressError):
        script_from_address(changed)


@given(PROGRAMS.map(witness_script), st.data())
def test_bech32_tells_where_one_or_two_characters_are_mistyped(
    script: bytes, data: st.DataObject
) -> None:
    address = address_from_script(script)
    assert address is not None
    # From the fifth character on: the fourth is the version, which says which checksum is meant.
    places = data.draw(
        st.lists(st.integers(4, len(address) - 1), min_size=1, max_size=2, unique=True)
    )
    changed = list(address)
    for place in places:
        changed[place] = data.draw(st.sampled_from(CHARSET.replace(address[place], "")))
    with pytest.raises(Bech32Error) as raised:
        decode_bech32("".join(changed))
    assert raised.value.positions == tuple(sorted(place + 1 for place in places))


@given(st.binary(min_size=1, max_size=90))
def test_base58_round_trip(payload: bytes) -> None:
    assert decode_base58check(encode_base58check(payload)) == payload


@given(st.text(max_size=60))
def test_base58_reads_or_refuses_any_text(text: str) -> None:
    with suppress(Base58Error):
        assert encode_base58check(decode_base58check(text)) == text


# The paper of Dobbertin, Bosselaers and Preneel, appendix B.
@pytest.mark.parametrize(
    ("message", "digest"),
    [
        ("", "9c1185a5c5e9fc54612808977ee8f548b2258d31"),
        ("a", "0bdc9d2d256b3ee9daae347be6f4dc835a467ffe"),
        ("abc", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"),
        ("message digest", "5d0689ef49d2fae572b881b123a85ffa21595f36"),
        ("abcdefghijklmnopqrstuvwxyz", "f71c27109c692c1b56bbdceb5b9d2865b3708dbc"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "12a053384a9c0c88e405a06c27dcf49ada62eb2b",
        ),
        (
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
            "b0e20b6e3116640286ed3a87a5713079b21f5189",
        ),
        ("1234567890" * 8, "9b752e45573d4b39f4dbd3323cab82bf63326bfb"),
    ],
)
def test_ripemd160(message: str, digest: str) -> None:
    assert ripemd160(message.encode()).hex() == digest


@given(st.binary(max_size=300))
def test_hash160_is_the_same_by_both_routes(data: bytes) -> None:
    assert hash160(data) == ripemd160(hashlib.sha256(data).digest())
