"""Files that somebody made to do harm: ``ArchiveError``, never anything else, in bounded memory."""

import json
import random
import tracemalloc
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kilosat.chain.archive import ArchiveError, read_archive
from kilosat.chain.archive.container import MAGIC, MOST_BYTES, SECTIONS, pack, unpack
from kilosat.chain.archive.encoding import read_archive_bytes
from kilosat.chain.archive.verify import verify_archive
from kilosat.chain.transaction import OutPoint, Transaction, TxInput, TxOutput

from .conftest import Told
from .forging import NO_EPOCHS, repacked

NAMES = [spec.name for spec in SECTIONS]


def refusal(raw: bytes) -> str:
    """Why it does not read, empty if it does; then it can also be verified, whatever it says."""
    try:
        archive = read_archive_bytes(raw)
    except ArchiveError as refused:
        return str(refused)
    verify_archive(archive, NO_EPOCHS)
    return ""


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=600), st.booleans())
def test_random_bytes(raw: bytes, begins_well: bool) -> None:
    assert refusal(MAGIC + raw if begins_well else raw)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), st.binary(max_size=300)))
def test_random_sections_in_a_container_that_is_right(sections: dict[str, bytes]) -> None:
    assert refusal(pack(dict.fromkeys(NAMES, b"") | sections))


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(NAMES), st.randoms(use_true_random=False))
def test_mangled_sections_in_a_container_that_is_right(
    short_story: Told, name: str, chance: random.Random
) -> None:
    content = bytearray(unpack(short_story.raw)[name])
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(content) + 1)
        to = min(len(content), at + chance.choice([1, 4, 32, 36, 80, 300]))
        match chance.randrange(4):
            case 0:
                content[at:at] = content[at:to]
            case 1:
                del content[at:to]
            case 2:
                content[at:to] = chance.randbytes(to - at)
            case _:
                content[at:to] = chance.choice([b"\0", b"\xff", b"[", b"9"]) * (to - at)
    # Whether it reads depends on what was hit; anything but a refusal in plain words fails here.
    assert refusal(repacked(short_story.raw, **{name: bytes(content)})).isprintable()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_json_of_other_values(short_story: Told, data: st.DataObject) -> None:
    """Any value anywhere in the sections of JSON."""
    name = data.draw(st.sampled_from(["meta", "said", "ctrl"]))
    value = json.loads(unpack(short_story.raw)[name])
    place = value
    while isinstance(place, dict | list) and place and data.draw(st.booleans()):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        inner, key = place, data.draw(st.sampled_from(keys))
        place = inner[key]
    if place is not value:
        inner[key] = data.draw(JSON)
    else:
        value = data.draw(JSON)
    written = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    assert refusal(repacked(short_story.raw, **{name: written})).isprintable()


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 5_000,
        b'{"as_of":{"hash":"\\ud800","height":0},"network":"mainnet"}',
        b'{"as_of":{"hash":"' + b"00" * 32 + b'","height":1e3},"network":"mainnet"}',
        b'{"as_of":{"hash":"' + b"00" * 32 + b'","height":NaN},"network":"mainnet"}',
        b'{"as_of":{"hash":"' + b"00" * 32 + b'","height":true},"network":"mainnet"}',
        b'{"as_of":{"hash":"' + b"00" * 32 + b'","height":0},"network":"mainnet","x":1}',
        b' {"as_of":{"hash":"' + b"00" * 32 + b'","height":0},"network":"mainnet"}',
        b'{"network":"mainnet","as_of":{"hash":"' + b"00" * 32 + b'","height":0}}',
    ],
    ids=range(10),
)
def test_json_that_is_not_in_its_one_form(short_story: Told, content: bytes) -> None:
    with pytest.raises(ArchiveError):
        read_archive_bytes(repacked(short_story.raw, meta=content))


def _many(section: bytes) -> bytes:
    return b'{"counts":[' + b",".join([section] * 200_000) + b"]}"


BOMBS = {
    "empty objects": {"said": _many(b"{}")},
    "wrong numbers": {"said": _many(b'{"height":"x","transactions":0}')},
    "unknown keys": {
        "said": b"{" + b",".join(b'"%06x":0' % number for number in range(60_000)) + b"}"
    },
    "many inputs": {
        "txns": (bytes(9) + (1 << 20).to_bytes(4, "little") + bytes(4) + b"\xfe\0\0\0\1")
        + bytes(1 << 20)
    },
    "many transactions": {"prnt": (60).to_bytes(4, "little") * 60_000},
    "headers": {"head": bytes(80 * 10_000 + 4)},
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_memory_stays_in_proportion_to_the_file(short_story: Told, bomb: str) -> None:
    raw = repacked(short_story.raw, **BOMBS[bomb])
    tracemalloc.start()
    try:
        with pytest.raises(ArchiveError):
            read_archive_bytes(raw)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 60 * len(raw)


def test_transactions_take_memory_in_proportion_to_the_file(short_story: Told) -> None:
    """The least transactions that there are: of each byte becomes more than of any other."""
    parents = b"".join(
        (60).to_bytes(4, "little")
        + Transaction(
            1, (TxInput(OutPoint(number.to_bytes(32, "big"), 0), b"", 0),), (TxOutput(0, b""),), 0
        ).to_bytes()
        for number in range(5_000)
    )
    raw = repacked(short_story.raw, prnt=parents)
    tracemalloc.start()
    try:
        with pytest.raises(ArchiveError):
            read_archive_bytes(raw)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 60 * len(raw)


def test_a_section_that_claims_more_than_the_format_allows_is_not_looked_for() -> None:
    for spec in SECTIONS:
        contents = dict.fromkeys(NAMES, b"")
        raw = bytearray(pack(contents))
        entry = 12 + 44 * NAMES.index(spec.name)
        raw[entry + 4 : entry + 12] = (spec.most_bytes + 1).to_bytes(8, "little")
        raw[452:484] = sha256(raw[:452]).digest()
        with pytest.raises(ArchiveError, match="that the format allows"):
            read_archive_bytes(bytes(raw))
    assert MOST_BYTES < 1 << 29


def test_a_register_that_is_nested_without_end(short_story: Told) -> None:
    row = b"{a" + b".a" * 90 + b" = [\n"
    for register, words in (
        (b"[a" + b".a" * 5_000 + b"]", "too many dots"),
        (b"x = [" + row * 20 + b"]}" * 20 + b"]", "nested too deeply"),
        (b"a = " + b"[" * 50_000, "nested too deeply"),
        (b"[a" + b".a" * 90 + b"]", "is not a section here"),
    ):
        archive = read_archive_bytes(repacked(short_story.raw, regi=register))
        (check,) = verify_archive(archive, NO_EPOCHS).failed
        assert check.key == "register"
        assert words in check.detail


def test_devices_and_pipes_are_not_read_to_their_end() -> None:
    with pytest.raises(ArchiveError, match="does not begin as an archive"):
        read_archive(Path("/dev/zero"))
    with pytest.raises(ArchiveError, match="does not begin as an archive"):
        read_archive(Path("/dev/null"))


def test_names_that_are_none_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    for path in (tmp_path, tmp_path / "missing", tmp_path / "empty", Path("a\0b"), Path("x" * 999)):
        with pytest.raises(ArchiveError, match=r"."):
            read_archive(path)
