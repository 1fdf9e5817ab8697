"""Acceptance: a byte that is flipped anywhere in headers, proofs, transactions or signatures shows.

In two ways: in the file as it is, where the container's hashes catch it; and by an adversary who
makes those hashes anew, where what the file says must contradict itself.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from kilosat.chain.archive import ArchiveError, write_archive
from kilosat.chain.archive.container import section_bounds, unpack
from kilosat.chain.archive.encoding import read_archive_bytes
from kilosat.chain.archive.verify import verify_archive

from ..fake_chain import FakeSource
from .conftest import Told
from .forging import NO_EPOCHS, repacked
from .stories import scanned, write_books

COMMITTED = ("meta", "head", "txns", "prnt", "ctrl")
"""Sections of which the chain or a signature bears out every byte."""
STATED = {
    "said": (b'"route":"by hand"', b'"route":"by hind"'),
    "regi": (b"A small story", b"A smell story"),
    "labl": (b"An exchange", b"Mr exchange"),
    "depo": (b"12.5,", b"12.6,"),
    "paym": (b"invoice 17", b"invoice 18"),
}
"""Sections that are somebody's word, and how to alter that word."""
LABELS = b'{"type":"addr","ref":"bcrt1qexample","label":"An exchange"}\n'


@dataclass
class Tally:
    """Positions tried, and those that nothing showed."""

    tried: dict[str, int] = field(default_factory=dict)
    missed: dict[str, list[int]] = field(default_factory=dict)

    def note(self, section: str, place: int, shown: bool) -> None:
        self.tried[section] = self.tried.get(section, 0) + 1
        if not shown:
            self.missed.setdefault(section, []).append(place)


@pytest.fixture(scope="module")
def raw(short_story: Told, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small archive of which no section is empty."""
    folder = tmp_path_factory.mktemp("flipped")
    (folder / "labels.jsonl").write_bytes(LABELS)
    register = write_books(folder)
    chain = short_story.story.chain
    source = FakeSource(chain)
    coins = {coin.txid for coin in short_story.archive.said.spent}
    # What is spent is proven by its parents in part, and in part stated.
    parents = {
        one.txid: one.to_bytes()
        for block in chain.blocks[:3]
        for one in block.transactions
        if one.txid in coins
    }
    assert len(parents) < len(coins)
    with scanned(source, register) as ledger:
        write_archive(
            folder / "a",
            ledger,
            source,
            register,
            short_story.controls,
            labels_file=folder / "labels.jsonl",
            with_books=True,
            parents=parents,
            unspent=source.unspent(ledger.scripts()),
        )
    found = (folder / "a").read_bytes()
    assert all(unpack(found).values())
    return found


def flipped(raw: bytes, place: int, mask: int) -> bytes:
    return raw[:place] + bytes([raw[place] ^ mask]) + raw[place + 1 :]


def is_refused(raw: bytes) -> bool:
    try:
        read_archive_bytes(raw)
    except ArchiveError:
        return True
    return False


def is_untrue(raw: bytes) -> bool:
    """Refused, or read and called untrue by ``verify``."""
    try:
        return bool(verify_archive(read_archive_bytes(raw), NO_EPOCHS).failed)
    except ArchiveError:
        return True


def test_the_archive_is_true_before_anything_is_flipped(raw: bytes) -> None:
    assert not is_untrue(raw)
    assert repacked(raw) == raw


def test_every_byte_of_the_file_as_it_is(raw: bytes) -> None:
    """All positions, also of the container's own table, each with another flip."""
    assert len(raw) > 6_000
    chance = random.Random(1)
    changed = ((at, flipped(raw, at, chance.randint(1, 255))) for at in range(len(raw)))
    assert [at for at, other in changed if not is_refused(other)] == []


def test_every_length_but_the_right_one_is_refused(raw: bytes) -> None:
    assert [length for length in range(len(raw)) if not is_refused(raw[:length])] == []
    assert is_refused(raw + b"\0")


def positions(raw: bytes, count: int, chance: random.Random) -> Iterator[tuple[str, int]]:
    """Of each committed section all positions, or so many of them."""
    for section in COMMITTED:
        length = len(unpack(raw)[section])
        yield from ((section, at) for at in chance.sample(range(length), min(count, length)))


def repacked_flips(raw: bytes, places: Iterator[tuple[str, int]], chance: random.Random) -> Tally:
    sections, tally = unpack(raw), Tally()
    for section, at in places:
        content = flipped(sections[section], at, chance.randint(1, 255))
        tally.note(section, at, is_untrue(repacked(raw, **{section: content})))
    return tally


def test_a_thousand_bytes_flipped_by_somebody_who_repacks(raw: bytes) -> None:
    chance = random.Random(2)
    tally = repacked_flips(raw, positions(raw, 300, chance), chance)
    assert tally.missed == {}
    assert sum(tally.tried.values()) >= 1_000
    assert set(tally.tried) == set(COMMITTED)


@pytest.mark.soak
def test_every_byte_flipped_in_several_ways_by_somebody_who_repacks(raw: bytes) -> None:
    chance = random.Random(3)
    tally = Tally()
    for _ in range(4):
        found = repacked_flips(raw, positions(raw, len(raw), chance), chance)
        assert found.missed == {}
        tally.tried |= found.tried
    bounds = section_bounds(raw)
    assert tally.tried == {one: bounds[one][1] - bounds[one][0] for one in COMMITTED}


def test_what_is_somebody_s_word_can_be_altered_by_somebody_who_repacks(raw: bytes) -> None:
    """``docs/archive-format.md`` says so: only the hash of the whole file guards these."""
    for section, (old, new) in STATED.items():
        content = unpack(raw)[section]
        assert content.count(old) == 1
        forged = repacked(raw, **{section: content.replace(old, new)})
        assert not is_untrue(forged)
        assert read_archive_bytes(forged).fingerprint != read_archive_bytes(raw).fingerprint
