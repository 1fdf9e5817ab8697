"""The locator names the line of each key, as counted by eye in the text beside it."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilosat.definitions.toml_lines import TomlPath, line_numbers, line_of

DOCUMENT = '''\
# a comment with [brackets] and "quotes
top = 1
[plain]
a = "text with ] and # and = and \\" in it"
b.c.d = 2
"quoted key" = 'C:\\path'
[plain.deep]
x = [1,
  2, # two ] here
  { y = 3, z = "}" },
]
text = """
[not.a.header]
fake = 1 \\"""
"""""
after = 2025-01-31 10:00:00
literal = \'\'\'
[also.not]
\'\'\'
point = { x = 1, inner.y = [4, 5] }
[[rows]]
a = 1
[rows.part]
b = 2
[[rows]]
a = 3
[[rows.nested]]
c = 4
[[rows.nested]]
c = 5
[ spaced . "dotted.key" ]
k=1'''

CASES: list[tuple[TomlPath, int]] = [
    (("top",), 2),
    (("plain",), 3),
    (("plain", "a"), 4),
    (("plain", "b"), 5),
    (("plain", "b", "c", "d"), 5),
    (("plain", "quoted key"), 6),
    (("plain", "deep"), 7),
    (("plain", "deep", "x"), 8),
    (("plain", "deep", "x", 0), 8),
    (("plain", "deep", "x", 1), 9),
    (("plain", "deep", "x", 2, "z"), 10),
    (("plain", "deep", "text"), 12),
    (("plain", "deep", "after"), 16),
    (("plain", "deep", "literal"), 17),
    (("plain", "deep", "point", "inner", "y", 1), 20),
    (("rows",), 21),
    (("rows", 0), 21),
    (("rows", 0, "a"), 22),
    (("rows", 0, "part", "b"), 24),
    (("rows", 1), 25),
    (("rows", 1, "a"), 26),
    (("rows", 1, "nested", 0, "c"), 28),
    (("rows", 1, "nested", 1), 29),
    (("rows", 1, "nested", 1, "c"), 30),
    (("spaced", "dotted.key", "k"), 32),
]


@pytest.mark.parametrize(("path", "line"), CASES)
def test_line_of_each_key(path: TomlPath, line: int) -> None:
    assert line_numbers(DOCUMENT)[path] == line


def test_every_key_of_the_document_is_found_and_no_other() -> None:
    assert set(line_numbers(DOCUMENT)) == set(paths_of(tomllib.loads(DOCUMENT), ()))


def test_windows_line_ends_count_once() -> None:
    lines = line_numbers(DOCUMENT.replace("\n", "\r\n"))
    assert all(lines[path] == line for path, line in CASES)


def test_what_has_no_line_is_found_at_what_is_around_it() -> None:
    lines = line_numbers("[a]\nb = 1\n[c]\n")
    assert line_of(lines, ("a", "missing", 3)) == 1
    assert line_of(lines, ("c", "missing")) == 3
    assert line_of(lines, ("nowhere",)) == 1


@given(st.text(alphabet="[]{}=\"'\\.,#\n\r ab1-", max_size=60))
def test_any_text_is_survived_and_valid_ones_are_complete(text: str) -> None:
    lines = line_numbers(text)
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError):
        return
    assert set(lines) == set(paths_of(document, ()))


def paths_of(value: object, path: TomlPath) -> list[TomlPath]:
    """Every path of a document, by what ``tomllib`` makes of it."""
    parts: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        parts = list(value.items())
    elif isinstance(value, list):
        parts = list(enumerate(value))
    found = [path] if path else []
    for key, part in parts:
        found += paths_of(part, (*path, key))
    return found
