"""A reader that was written from ``docs/archive-format.md`` alone, without kilosat's own code."""

import hashlib
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .conftest import Told


def twice(raw: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(raw).digest()).digest()


def printed(digest: bytes) -> str:
    return digest[::-1].hex()


@dataclass
class Record:
    height: int
    place: int
    siblings: list[bytes]
    raw: bytes

    def root(self, count: int) -> bytes:
        node, place, width, siblings = twice(self.raw), self.place, count, list(self.siblings)
        while width > 1:
            if place % 2:
                node = twice(siblings.pop(0) + node)
            elif place + 1 < width:
                node = twice(node + siblings.pop(0))
            else:
                node = twice(node + node)
            place, width = place // 2, (width + 1) // 2
        assert not siblings
        return node

    def inputs(self) -> list[tuple[bytes, int]]:
        """Outpoints; the story's transactions have less than 253 inputs, and short scripts."""
        at, found = 5, []
        for _ in range(self.raw[4]):
            found.append(
                (self.raw[at : at + 32], int.from_bytes(self.raw[at + 32 : at + 36], "little"))
            )
            at += 36 + 1 + self.raw[at + 36] + 4
        return found

    def outputs(self) -> list[tuple[int, bytes]]:
        at, found = 5, []
        for _ in range(self.raw[4]):
            at += 36 + 1 + self.raw[at + 36] + 4
        count, at = self.raw[at], at + 1
        for _ in range(count):
            (sats,), size = struct.unpack_from("<Q", self.raw, at), self.raw[at + 8]
            found.append((sats, self.raw[at + 9 : at + 9 + size]))
            at += 9 + size
        return found


def sections(raw: bytes) -> dict[str, bytes]:
    assert raw[:8].hex() == "894b5341520d0a1a"
    assert struct.unpack_from("<HH", raw, 8) == (1, 10)
    assert hashlib.sha256(raw[:452]).digest() == raw[452:484]
    found, at = {}, 484
    for number in range(10):
        name, length, digest = struct.unpack_from("<4sQ32s", raw, 12 + 44 * number)
        found[name.decode()] = raw[at : at + length]
        assert hashlib.sha256(found[name.decode()]).digest() == digest
        at += length
    assert at == len(raw)
    return found


def records(raw: bytes) -> Iterator[Record]:
    at = 0
    while at < len(raw):
        height, place, siblings = struct.unpack_from("<IIB", raw, at)
        at += 9
        path = [raw[at + 32 * number : at + 32 * (number + 1)] for number in range(siblings)]
        at += 32 * siblings
        (length,) = struct.unpack_from("<I", raw, at)
        yield Record(height, place, path, raw[at + 4 : at + 4 + length])
        at += 4 + length


def test_the_page_is_enough_to_check_headers_and_proofs(told_story: Told) -> None:
    found = sections(told_story.raw)
    meta, said = json.loads(found["meta"]), json.loads(found["said"])
    first, head = struct.unpack_from("<I", found["head"])[0], found["head"][4:]
    headers = [head[at : at + 80] for at in range(0, len(head), 80)]
    for before, header in pairwise(headers):
        assert header[4:36] == twice(before)
    for header in headers:
        bits = int.from_bytes(header[72:76], "little")
        target = (bits & 0x7FFFFF) << 8 * ((bits >> 24) - 3)
        assert int.from_bytes(twice(header), "little") <= target
    assert printed(twice(headers[-1])) == meta["as_of"]["hash"]
    assert first + len(headers) - 1 == meta["as_of"]["height"]
    counts = {one["height"]: one["transactions"] for one in said["counts"]}
    listed = list(records(found["txns"]))
    assert len(listed) == 4
    for one in listed:
        assert one.root(counts[one.height]) == headers[one.height - first][36:68]


def test_the_page_is_enough_to_make_the_fingerprint_and_the_sums(told_story: Told) -> None:
    found = sections(told_story.raw)
    said: Any = json.loads(found["said"])
    first, head = struct.unpack_from("<I", found["head"])[0], found["head"][4:]
    scripts = {bytes.fromhex(one) for one in said["scripts"]}
    coins = {
        (bytes.fromhex(one["txid"])[::-1], one["index"]): (
            one["sats"],
            bytes.fromhex(one["script"]),
        )
        for one in said["spent"]
    }
    digest = hashlib.sha256(b"kilosat ledger 1")
    for one in records(found["txns"]):
        block = twice(head[80 * (one.height - first) :][:80])
        digest.update(struct.pack("<I32sI32s", one.height, block, one.place, twice(one.raw)))
        for number, outpoint in enumerate(one.inputs()):
            sats, script = coins.pop(outpoint, (0, b""))
            if script in scripts:
                digest.update(struct.pack("<IQI", number, sats, len(script)) + script)
        for number, output in enumerate(one.outputs()):
            coins[twice(one.raw), number] = output
    assert digest.hexdigest() == said["ledger"] == told_story.ledger
    left = sum(sats for sats, script in coins.values() if script in scripts)
    assert left == sum(told_story.story.held.values())
    assert left == sum(one["sats"] for one in said["unspent"][0]["coins"])


def test_json_is_in_the_form_that_the_page_says(told_story: Told) -> None:
    found = sections(told_story.raw)
    for name in ("meta", "said", "ctrl"):
        value = json.loads(found[name])
        assert json.dumps(value, sort_keys=True, separators=(",", ":")).encode() == found[name]
    said = json.loads(found["said"])
    assert sorted(said) == ["counts", "ledger", "scripts", "sources", "spent", "unspent"]
    assert set(said["sources"][0]) == {"kind", "name", "notes", "route", "software"}
    assert set(said["spent"][0]) == {"index", "sats", "script", "txid"}
    (control, *_) = json.loads(found["ctrl"])["controls"]
    assert set(control) == {"address", "message", "signature", "wallet"}
    assert found["regi"] == told_story.register.read_bytes()
