"""On which line each key of a TOML text stands; ``tomllib`` gives values without their places."""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from contextlib import suppress

__all__ = ["TomlPath", "line_numbers", "line_of"]

TomlPath = tuple[str | int, ...]
"""Keys, and indices into arrays, from the top of the document: ``("sources", "ppp", "as_of")``."""

_BLANK = re.compile(r"(?:[ \t\r\n,]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]*")
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?""""{0,2}', re.DOTALL),
    re.compile(r"'''.*?''''{0,2}", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)


def line_numbers(text: str) -> Mapping[TomlPath, int]:
    """Line, from 1, of every table, key and array element of a TOML ``text``.

    The text is one that ``tomllib`` accepts. Where it is not, what was found until then is
    returned.

    >>> line_numbers("a = 1\\n[b]\\nc.d = 2")
    {('a',): 1, ('b',): 2, ('b', 'c'): 3, ('b', 'c', 'd'): 3}
    """
    scanner = _Scanner(text)
    with suppress(ValueError, RecursionError):
        scanner.scan()
    return scanner.lines


def line_of(lines: Mapping[TomlPath, int], path: TomlPath) -> int:
    """Line of ``path``, or of the nearest thing around it that has one; 1 for the document."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Scanner:
    """Walks over a valid document; it recognises just enough to know where each key stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[TomlPath, int] = {}
        self._elements: dict[TomlPath, int] = {}
        self._newlines = [found.start() for found in re.finditer("\n", text)]

    def scan(self) -> None:
        table: TomlPath = ()
        while not self._done_after(_BLANK):
            if self._take("[["):
                table = self._array_table(self._key())
                self._expect("]]")
            elif self._take("["):
                table = self._resolved(self._key())
                self._mark(table)
                self._expect("]")
            else:
                self._pair(table)

    def _pair(self, table: TomlPath) -> None:
        line, key = self._line(), self._key()
        self._expect("=")
        for length in range(1, len(key) + 1):
            self.lines.setdefault((*table, *key[:length]), line)
        self._value((*table, *key))

    def _value(self, path: TomlPath) -> None:
        self._skip(_SPACE)
        if self._take("["):
            for index in self._until("]"):
                self._mark((*path, index))
                self._value((*path, index))
        elif self._take("{"):
            for _ in self._until("}"):
                self._pair(path)
        else:
            self._skip(self._string_here() or _SCALAR)

    def _until(self, end: str) -> "_Elements":
        return _Elements(self, end)

    def _array_table(self, key: tuple[str, ...]) -> TomlPath:
        parent = (*self._resolved(key[:-1]), key[-1])
        index = self._elements.get(parent, -1) + 1
        self._elements[parent] = index
        self._mark((*parent, index))
        return (*parent, index)

    def _resolved(self, key: tuple[str, ...]) -> TomlPath:
        """The key of a header as a path: into the last element of each array of tables."""
        path: TomlPath = ()
        for part in key:
            path = (*path, part)
            if path in self._elements:
                path = (*path, self._elements[path])
        return path

    def _mark(self, path: TomlPath) -> None:
        line = self._line()
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], line)
        # A table that was first met through one of its parts is found at its own header.
        self.lines[path] = line

    def _key(self) -> tuple[str, ...]:
        parts = [self._simple_key()]
        while self._take("."):
            parts.append(self._simple_key())
        return tuple(parts)

    def _simple_key(self) -> str:
        self._skip(_SPACE)
        if pattern := self._string_here():
            start = self.at
            self._skip(pattern)
            return str(tomllib.loads(f"key = {self.text[start : self.at]}")["key"])
        found = _BARE_KEY.match(self.text, self.at)
        if not found:
            raise ValueError("no key here")
        self.at = found.end()
        return found.group()

    def _string_here(self) -> re.Pattern[str] | None:
        if self.text[self.at : self.at + 1] not in ("'", '"'):
            return None
        return next((p for p in _STRINGS if p.match(self.text, self.at)), None)

    def _line(self) -> int:
        return bisect_right(self._newlines, self.at) + 1

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()

    def _done_after(self, pattern: re.Pattern[str]) -> bool:
        self._skip(pattern)
        return self.at >= len(self.text)

    def _take(self, mark: str) -> bool:
        self._skip(_SPACE)
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def _expect(self, mark: str) -> None:
        if not self._take(mark):
            raise ValueError(f"no {mark} here")


class _Elements:
    """Counts the elements of an array or an inline table until its closing bracket."""

    def __init__(self, scanner: _Scanner, end: str) -> None:
        self._scanner, self._end, self._next = scanner, end, 0

    def __iter__(self) -> "_Elements":
        return self

    def __next__(self) -> int:
        if self._scanner._done_after(_BLANK) or self._scanner._take(self._end):
            raise StopIteration
        self._next += 1
        return self._next - 1
