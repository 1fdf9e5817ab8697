"""Text that a server sent, made fit for a terminal and for a message of one line."""

__all__ = ["printable"]

_MOST = 200


def printable(text: object, most: int = _MOST) -> str:
    """The text without what would steer a terminal, cut after ``most`` characters.

    >>> printable("busy" + chr(27) + "[2J")
    'busy\N{REPLACEMENT CHARACTER}[2J'
    """
    shown = str(text)[: most + 1]
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)
    return clean if len(clean) <= most else f"{clean[:most]}..."
