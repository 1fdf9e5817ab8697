"""Sentences of the report, as marked text: every number in them is a figure."""

from collections.abc import Iterator
from dataclasses import dataclass

from kilosat.brief.audit.chosen import Chosen
from kilosat.brief.audit.texts import data
from kilosat.brief.labels import listed
from kilosat.brief.marks import fig
from kilosat.chain.audit import Audit
from kilosat.chain.audit.facts import filled

__all__ = ["Said", "chart_words", "head_of", "quantum_words", "scope_words", "verdict_words"]

_HEADS = {
    "stock": "Did it gain coins?",
    "not seen": "What stands in between",
    "came in": "What came from outside",
    "purchases": "How well the purchases are known",
    "returned": "What may have come back",
    "went out": "What left",
    "churn": "What only moved inside",
    "dashboard": "What a dashboard shows",
    "announced": "What was announced",
    "announced as sold": "What was announced as sold",
    "cost": "What it was worth when it came",
    "coins": "How it is kept",
    "signed": "Who showed that they hold keys",
}


@dataclass(frozen=True)
class Said:
    """A sentence of the verdict with its head, both marked text."""

    about: str
    head: str
    text: str


def verdict_words(audit: Audit) -> tuple[Said, ...]:
    """The verdict, most asked for first."""
    return tuple(
        Said(fact.about, head_of(fact.about), filled(fact, fig, data)) for fact in audit.verdict
    )


def head_of(about: str) -> str:
    """What a sentence of the verdict stands under."""
    return _HEADS.get(about, about.capitalize())


def scope_words(audit: Audit, chosen: Chosen) -> tuple[str, ...]:
    """Why the answer depends on the perimeter: one sentence for each that gives another one."""
    own = next((n for n in chosen.perimeters if audit.scopes[n].scope.key == audit.scope.key), None)
    if own is None:
        return ()
    others = [number for number in chosen.perimeters if number != own]
    return tuple(_scope(audit, number, own) for number in others)


def _scope(audit: Audit, number: int, own: int) -> str:
    one, this = audit.scopes[number], audit.scopes[own]
    name, whole = (f"‘{data(scope.title)}’" for scope in (one.scope, this.scope))
    if one.sums == this.sums:
        return f"{name} gives the same sums as {whole}."
    return f"For {name} {_came_in(audit, number)}; for {whole} {_came_in(audit, own)}."


def _came_in(audit: Audit, number: int) -> str:
    """What counts as from outside, and the two parts of it that a border makes or unmakes."""
    sums = audit.scopes[number].sums

    def of(figure: str) -> str:
        return fig(f"perimeters[{number},{figure}]")

    parts = [
        f"{of(figure)} {words}"
        for figure, words in (
            ("transfers_in_sats", "from other wallets of this register"),
            ("unexplained_in_sats", "unexplained"),
        )
        if sums[figure]
    ]
    text = f"{of('came_in_sats')} came from outside"
    return f"{text}, of which {listed(parts)}" if parts else text


def chart_words(audit: Audit) -> str:
    """What the three lines come to."""
    last = f"days[{audit.days[-1].day},"
    return (
        f"By the end {fig(f'{last}announced]')} were announced (sales taken off), a dashboard of "
        f"‘{data(audit.reserve.title)}’ had added {fig(f'{last}dashboard]')}, and the perimeter "
        f"had gained {fig(f'{last}net]')}."
    )


def quantum_words(audit: Audit) -> Iterator[str]:
    """What the chain shows of the keys, and what it means for a split into many addresses."""
    if not audit.coins:
        return
    many = sum(one.sats > 0 for one in audit.addresses) > 1
    yield (
        f"The coins lie under {fig('addresses_with_coins')} "
        f"{'addresses' if many else 'address'}, at most {fig('largest_address_sats')} under one; "
        f"the largest single output holds {fig('largest_coin_sats')}."
    )
    if audit.sums["visible_key_sats"]:
        shown = [
            f"{fig(f'coins_by_exposure[{exposure},sats]')} {words}"
            for exposure, words in (
                ("revealed by a spend", "because an earlier spend from the same address showed it"),
                ("in the output", "because the output itself shows it"),
            )
            if any(coin.exposure == exposure for coin in audit.coins)
        ]
        yield f"The chain shows the public key of {listed(shown)}."
    else:
        yield "The chain shows no public key of any of these coins."
