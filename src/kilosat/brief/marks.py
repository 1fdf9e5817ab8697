"""Text with marks in it: sentences are written once and come out as HTML or as plain text.

A figure is written ``fig("incremental_cost")`` inside an f-string, and a text from a user's file
``quoted(text)``. Nothing else in a sentence may carry a digit.

>>> text = f"It costs {fig('incremental_cost')} in {quoted('Atlantis')}."
>>> written(text, lambda mention: mention.name.upper(), str, str)
'It costs INCREMENTAL_COST in Atlantis.'
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Mention", "fig", "quoted", "written"]

_OPEN, _CLOSE, _BAR = "\u27e6", "\u27e7", "\u00a6"
_QUOTE, _UNQUOTE = "\u27ea", "\u27eb"
_MARK = re.compile(f"{_OPEN}(.*?){_CLOSE}|{_QUOTE}(.*?){_UNQUOTE}", re.DOTALL)


@dataclass(frozen=True)
class Mention:
    """A figure in a sentence and how it is to be written.

    ``bare`` leaves the unit out, ``usd`` writes it in US dollars (US cents per kWh), ``size``
    drops the sign, ``signed`` writes a plus.
    """

    name: str
    bare: bool = False
    usd: bool = False
    size: bool = False
    signed: bool = False


def fig(
    name: str, *, bare: bool = False, usd: bool = False, size: bool = False, signed: bool = False
) -> str:
    """The mark of a figure, for use inside a sentence."""
    flags = {"bare": bare, "usd": usd, "size": size, "signed": signed}
    return _OPEN + _BAR.join([name, *(flag for flag, on in flags.items() if on)]) + _CLOSE


def quoted(text: object) -> str:
    """The mark of a text that comes from data: a title, a date, a label."""
    return f"{_QUOTE}{text}{_UNQUOTE}"


def written(
    text: str,
    figure: Callable[[Mention], str],
    label: Callable[[str], str],
    plain: Callable[[str], str],
) -> str:
    """The text with its marks replaced; what stands between them goes through ``plain``."""
    parts, end = [], 0
    for match in _MARK.finditer(text):
        parts.append(plain(text[end : match.start()]))
        if match.group(1) is not None:
            name, *flags = match.group(1).split(_BAR)
            parts.append(figure(Mention(name, **dict.fromkeys(flags, True))))
        else:
            parts.append(label(match.group(2)))
        end = match.end()
    return "".join([*parts, plain(text[end:])])
