"""Sentences of the verdict about what was announced."""

from collections.abc import Iterator, Mapping

from kilosat.chain.audit.facts import Fact

__all__ = ["announced", "sold"]


def announced(sums: Mapping[str, int], holders_have_others: bool) -> Iterator[Fact]:
    """What was announced as bought, mined, seized or given, and what of it was found.

    ``holders_have_others``: wallets of those who announced it lie outside the perimeter.
    """
    if not sums["announced_sats"]:
        return
    text = "{announced_sats} were announced as bought, mined, seized or given"
    seen, missing = sums["announced_and_seen_sats"], sums["announced_not_seen_sats"]
    how = "by transaction, or by about that amount within days"
    if not missing:
        text += f": coins from outside were found for all of them, {how}."
    elif not seen:
        text += ": no coins from outside were found for any of them in these wallets."
    else:
        text += (
            f": coins from outside were found for {{announced_and_seen_sats}}, {how}, and none in"
            " these wallets for {announced_not_seen_sats}."
        )
    if missing and holders_have_others:
        text += " Its holders have wallets outside this perimeter too."
    yield Fact("announced", text + _instead(sums))


def sold(sums: Mapping[str, int]) -> Iterator[Fact]:
    """What was announced as sold."""
    if not sums["announced_sold_sats"]:
        return
    text = "{announced_sold_sats} were announced as sold: "
    if sums["announced_sold_not_seen_sats"]:
        text += "no coins that left were found for {announced_sold_not_seen_sats}."
    else:
        text += "coins that left were found for all of them."
    yield Fact("announced as sold", text)


def _instead(sums: Mapping[str, int]) -> str:
    """What else is known of coins that were announced and not seen."""
    text = ""
    if sums["announced_and_moved_sats"]:
        text += (
            " For {announced_and_moved_sats} of these, such coins only moved between wallets of the"
            " register."
        )
    if sums["announced_early_sats"]:
        text += " {announced_early_sats} of these were announced before any coin came to them."
    return text
