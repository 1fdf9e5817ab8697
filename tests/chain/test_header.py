"""Seven headers of the main network, and the target arithmetic of Bitcoin Core's own tests."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilosat.chain.errors import ChainError, MalformedError, ProofError
from kilosat.chain.header import (
    REGTEST_LIMIT,
    Header,
    chain_work,
    check_proof_of_work,
    hash_of_hex,
    hex_of_hash,
    parse_header,
    target_of_bits,
    work_of_target,
)

# Main network, heights 100,000 to 100,006.
RAW = [
    "0100000050120119172a610421a6c3011dd330d9df07b63616c2cc1f1cd00200000000006657a9252aacd5c0b29409"
    "96ecff952228c3067cc38d4885efb5a4ac4247e9f337221b4d4c86041b0f2b5710",
    "0100000006e533fd1ada86391f3f6c343204b0d278d4aaec1c0b20aa27ba0300000000006abbb3eb3d733a9fe18967"
    "fd7d4c117e4ccbbac5bec4d910d900b3ae0793e77f54241b4d4c86041b4089cc9b",
    "0100000090f0a9f110702f808219ebea1173056042a714bad51b916cb6800000000000005275289558f51c99666994"
    "04ae2294730c3c9f9bda53523ce50e9b95e558da2fdb261b4d4c86041b1ab1bf93",
    "01000000aff7e0c7dc29d227480c2aa79521419640a161023b51cdb28a3b0100000000003779fc09d638c4c6da0840"
    "c41fa625a90b72b125015fd0273f706d61f3be175faa271b4d4c86041b142dca82",
    "01000000e1c5ba3a6817d53738409f5e7229ffd098d481147b002941a7a002000000000077ed2af87aa4f9f450f8db"
    "d15284720c3fd96f565a13c9de42a3c1440b7fc6a50e281b4d4c86041b08aecda2",
    "0100000079cda856b143d9db2c1caff01d1aecc8630d30625d10e8b4b8b0000000000000b50cc069d6a3e33e3ff84a"
    "5c41d9d3febe7c770fdcc96b2c3ff60abe184f196367291b4d4c86041b8fa45d63",
    "0100000045dc58743362fe8d8898a7506faa816baed7d391c9bc0b13b0da00000000000021728a2f4f975cc801cb3c"
    "672747f1ead8a946b2702b7bd52f7b86dd1aa0c975c02a1b4d4c86041b7b47546d",
]
HEADERS = [parse_header(bytes.fromhex(one)) for one in RAW]


def test_reads_block_100000() -> None:
    first = HEADERS[0]
    name = "000000000003ba27aa200b1cecaad478d2b00432346c3f1f3986da1afd33e506"
    root = "f3e94742aca4b5ef85488dc37c06c3282295ffec960994b2c0d5ac2a25a95766"
    assert hex_of_hash(first.hash) == name
    assert hex_of_hash(first.merkle_root) == root
    assert (first.version, first.time, first.bits, first.nonce) == (
        1,
        1293623863,
        0x1B04864C,
        274148111,
    )
    assert [one.to_bytes().hex() for one in HEADERS] == RAW


def test_work_is_that_of_the_difficulty() -> None:
    # Difficulty of the epoch as explorers print it; a unit of it takes 2^48 / 0xffff hashes.
    expected = 7 * 14484.1623612254 * 2**48 / 0xFFFF
    assert chain_work(HEADERS) == pytest.approx(expected, rel=1e-12)


def test_refuses_headers_that_are_not_linked() -> None:
    with pytest.raises(ProofError, match="does not follow"):
        chain_work([HEADERS[0], HEADERS[2]])


def test_refuses_a_header_without_its_work() -> None:
    with pytest.raises(ProofError, match="has not the work"):
        check_proof_of_work(replace(HEADERS[0], nonce=1))


# Bitcoin Core, src/test/arith_uint256_tests.cpp, bignum_SetCompact.
@pytest.mark.parametrize(
    ("bits", "target"),
    [
        (0x01123456, 0x12),
        (0x02123456, 0x1234),
        (0x03123456, 0x123456),
        (0x04123456, 0x12345600),
        (0x05009234, 0x92340000),
        (0x20123456, 0x123456 << 232),
    ],
)
def test_targets_of_core(bits: int, target: int) -> None:
    assert target_of_bits(bits, REGTEST_LIMIT) == target


@pytest.mark.parametrize(
    "bits", [0, 0x00123456, 0x01003456, 0x04923456, 0x01FEDCBA, 0xFF123456, 0x1D010000, -1, 1 << 32]
)
def test_refuses_targets_that_are_zero_negative_or_too_easy(bits: int) -> None:
    with pytest.raises(ProofError, match="no target"):
        target_of_bits(bits)


def test_work_of_the_first_blocks() -> None:
    # Chain work of the genesis block of regtest is 2, of the main network 0x100010001.
    assert work_of_target(target_of_bits(0x207FFFFF, REGTEST_LIMIT)) == 2
    assert work_of_target(target_of_bits(0x1D00FFFF)) == 0x100010001


@given(st.binary(min_size=80, max_size=80))
def test_every_80_bytes_are_a_header(raw: bytes) -> None:
    assert parse_header(raw).to_bytes() == raw


@given(st.binary(max_size=200).filter(lambda raw: len(raw) != 80))
def test_no_other_length_is(raw: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_header(raw)


@pytest.mark.parametrize("text", ["", "00", "zz" * 32, "00" * 33, " " + "0" * 63, "00 " * 32])
def test_refuses_hashes_that_are_none(text: str) -> None:
    with pytest.raises(MalformedError):
        hash_of_hex(text)


@pytest.mark.parametrize(
    "header",
    [
        Header(1, bytes(31), bytes(32), 0, 0, 0),
        Header(1, bytes(32), bytes(33), 0, 0, 0),
        Header(1, bytes(32), bytes(32), 1 << 32, 0, 0),
    ],
)
def test_refuses_to_write_what_does_not_fit(header: Header) -> None:
    with pytest.raises(ChainError):
        header.to_bytes()
