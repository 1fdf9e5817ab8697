"""Whether anything in an archive shows the heights that it states."""

from kilosat.chain.archive.verification import Verification

__all__ = ["heights_are_shown"]


def heights_are_shown(found: Verification) -> bool:
    """Whether the check of heights found them proven: no header tells its own."""
    return any(one.key == "heights" and one.outcome == "proven" for one in found.checks)
