"""Texts that users, files and servers brought, made fit for a page, a cell or a line."""

from kilosat.brief.marks import quoted

__all__ = ["MOST", "clean", "data", "one_line", "web_address"]

MOST = 300
_JOINERS = "\u200c\u200d"
_MARKS = str.maketrans({"\u27e6": "[", "\u27e7": "]", "\u27ea": "<", "\u27eb": ">", "\u00a6": "|"})


def clean(text: object, most: int = MOST) -> str:
    """The text on one line, without what steers a terminal, turns the direction of writing or
    reads as a mark of ours; cut after ``most`` characters.

    >>> clean("one" + chr(10) + "two" + chr(0x202E) + "x")
    'one two\N{REPLACEMENT CHARACTER}x'
    >>> clean("a long one", 6)
    'a lon…'
    """
    whole = str(text)
    if len(whole) <= most and whole.isascii() and whole.isprintable():
        return " ".join(whole.split())
    head = whole[: 4 * most]
    line = "".join(" " if letter.isspace() else _shown(letter) for letter in head)
    line = " ".join(line.translate(_MARKS).split())
    cut = len(line) > most or len(head) < len(whole)
    return f"{line[: most - 1].rstrip()}…" if cut else line


def _shown(letter: str) -> str:
    harmless = letter.isprintable() or letter in _JOINERS
    return letter if harmless else "\N{REPLACEMENT CHARACTER}"


def data(text: object, most: int = MOST) -> str:
    """The mark of a text from data, cleaned."""
    return quoted(clean(text, most))


def one_line(text: object) -> str:
    """The whole text without line breaks and control characters, for files that hold it all."""
    return clean(text, 32_000)


def web_address(text: str) -> str:
    """The address if a click on it opens a page and nothing else, otherwise nothing.

    >>> web_address("https://example.org/a"), web_address("javascript:alert(1)")
    ('https://example.org/a', '')
    """
    shown = clean(text, 2_000)
    return shown if shown.startswith(("https://", "http://")) and " " not in shown else ""
