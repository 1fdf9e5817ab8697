"""Texts of users in files for spreadsheets, which take some for formulas."""

__all__ = ["unformulated"]

_WIDE = ("\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The signs = + - @ in full width, which spreadsheets of East Asia read as the plain ones."""
_STARTS = ("=", "+", "-", "@", "\t", "\r", *_WIDE)


def unformulated(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula: an apostrophe before what might be.

    >>> unformulated("=1+1"), unformulated("bought 5")
    ("'=1+1", 'bought 5')
    """
    return f"'{text}" if text.startswith(_STARTS) else text
