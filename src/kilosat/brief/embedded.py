"""What a page carries inside itself: style, script, data. It asks the network for nothing."""

import json
from importlib.resources import files

from markupsafe import Markup

__all__ = ["as_json", "static_text"]


def static_text(name: str) -> str:
    """A file of the package's static folder."""
    return (files("kilosat.brief") / "static" / name).read_text(encoding="utf-8")


def as_json(data: object) -> Markup:
    """JSON that can stand inside a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c"))
