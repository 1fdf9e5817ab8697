"""Brackets and commas of descriptors."""

import re

from kilosat.chain.descriptor_keys import DescriptorError

__all__ = ["arguments", "call", "pair"]

_CALL = re.compile(r"([a-z_]{1,16})\((.*)\)", re.DOTALL)
_CLOSING = {"(": ")", "{": "}", "[": "]", "<": ">"}


def call(text: str) -> tuple[str, str]:
    """Name and inner text of ``name(inner)``.

    Raises:
        DescriptorError: it is no function.
    """
    found = _CALL.fullmatch(text)
    if not found:
        raise DescriptorError("here must stand a function, as in wpkh(...) or addr(...)")
    return found[1], found[2]


def arguments(text: str) -> list[str]:
    """The parts between commas that stand in no brackets.

    Raises:
        DescriptorError: brackets that do not match.

    >>> arguments("2,{a,b},c")
    ['2', '{a,b}', 'c']
    """
    parts, start, waiting = [], 0, []
    for place, character in enumerate(text):
        if character in _CLOSING:
            waiting.append(_CLOSING[character])
        elif character in _CLOSING.values() and (not waiting or waiting.pop() != character):
            raise DescriptorError(f"a bracket '{character}' closes what was not opened")
        elif character == "," and not waiting:
            parts.append(text[start:place])
            start = place + 1
    if waiting:
        raise DescriptorError(f"a closing bracket '{waiting[-1]}' is missing")
    return [*parts, text[start:]]


def pair(text: str) -> tuple[str, str]:
    """Both sides of a branch ``{left,right}``.

    Raises:
        DescriptorError: it is none.
    """
    if not text.endswith("}"):
        raise DescriptorError("a branch of a tree is written {left,right}")
    parts = arguments(text[1:-1])
    if len(parts) != 2:
        raise DescriptorError("a branch of a tree has two sides: {left,right}")
    return parts[0], parts[1]
