"""Words for keys: fuels, verdicts, choices. What is not known is shown as it is written."""

from collections.abc import Mapping

__all__ = [
    "CHOICES",
    "FLOOR_WORDS",
    "TEST_WORDS",
    "VERDICT_WORDS",
    "fuel_in_text",
    "fuel_label",
    "listed",
    "test_words",
]

_ACRONYM = 3
_FUELS = {
    "hydro": "Hydro",
    "nuclear": "Nuclear",
    "local_coal": "Local coal",
    "imported_coal": "Imported coal",
    "local_gas": "Local gas",
    "rlng": "Imported gas (RLNG)",
    "rfo": "Furnace oil",
    "bagasse": "Bagasse",
    "iran_import": "Imports from Iran",
    "wind": "Wind",
    "solar": "Solar",
}

TEST_WORDS: Mapping[str, tuple[str, str, str]] = {
    "incremental cost": (
        "Does it pay what it causes?",
        "floor",
        "Fuel, other variable cost and the connection. Below it, others pay for the new load.",
    ),
    "stand-alone cost": (
        "Does it pay no more than a plant of its own would cost?",
        "ceiling",
        "Above it, the new load would pay for others.",
    ),
    "others' bill": (
        "Does everybody else's bill not rise?",
        "floor",
        "What the load causes and does not pay, others pay; what it pays above that relieves them.",
    ),
    "supply of others": (
        "Does nobody else lose supply?",
        "limit",
        "Unserved energy of firm customers must not rise.",
    ),
    "market-economy operator": (
        "Would a private owner sell at this price?",
        "floor",
        "As the first, with the connection earning a private cost of capital.",
    ),
    "market-economy operator, evidence": (
        "Was the price found in a market?",
        "rule",
        "An open tender, or private parties on equal terms: evidence that no model can give.",
    ),
    "price gap, purchase price": (
        "Is it at least the average wholesale price?",
        "floor",
        "Energy and capacity as bought by distributors, before distribution.",
    ),
    "price gap, full cost recovery": (
        "Is it at least the average retail cost?",
        "floor",
        "All cost of supply to an average customer, distribution and losses included.",
    ),
    "accepted band, price": (
        "Is it at least the price the lender accepted?",
        "floor",
        "The tariff of the incremental package.",
    ),
    "accepted band, energy": (
        "Does it fit the energy the lender accepted?",
        "limit",
        "The new load alone, held against the whole width of the package's band.",
    ),
    "accepted band, open to all": (
        "Is it open to every industry alike?",
        "rule",
        "The package is; an offer to one sector is not.",
    ),
}
"""The question that each test asks, its kind, and what it means."""

FLOOR_WORDS: Mapping[str, str] = {
    "incremental cost": "Incremental cost",
    "market-economy operator": "Private owner",
    "accepted band, price": "Accepted package",
    "price gap, purchase price": "Wholesale price",
    "price gap, full cost recovery": "Full retail cost",
}

VERDICT_WORDS: Mapping[str, tuple[str, str]] = {
    "holds": ("yes", "\u2713"),
    "fails": ("no", "\u2717"),
    "unknown": ("unknown", "?"),
    "invest": ("come and invest", "\u2713"),
    "invest in part": ("some invest", "\u25d0"),
    "run": ("run if already there", "\u25d0"),
    "run in part": ("some run if already there", "\u25d4"),
    "stay away": ("stay away", "\u2717"),
}

CHOICES: Mapping[str, str] = {
    "firm": "firm: served like any customer",
    "interruptible": "interruptible: dropped first when reserve is short",
    "surplus-only": "surplus only: served when the marginal cost is at most its tariff",
    "flat": "one rate for all hours",
    "seasonal": "a rate by season",
    "time-of-use": "a rate by hour of the day",
    "marginal-plus-adder": "marginal cost of the hour plus an adder",
    "incremental-package": "the rate of the accepted incremental package",
}


def test_words(test: str) -> tuple[str, str, str]:
    """Question, kind and meaning of a test; an unknown one speaks for itself."""
    return TEST_WORDS.get(test, (test, "rule", ""))


def fuel_label(key: str) -> str:
    """A fuel's name.

    >>> fuel_label("rfo"), fuel_label("tidal_power")
    ('Furnace oil', 'Tidal power')
    >>> fuel_label("lng")
    'LNG'
    """
    unknown = key.upper() if len(key) <= _ACRONYM else key.replace("_", " ").capitalize()
    return _FUELS.get(key, unknown)


def fuel_in_text(key: str) -> str:
    """A fuel's name inside a sentence.

    >>> fuel_in_text("rlng"), fuel_in_text("lng")
    ('imported gas (RLNG)', 'LNG')
    """
    label = fuel_label(key)
    return label if label.isupper() else label[:1].lower() + label[1:]


def listed(items: list[str], last: str = "and") -> str:
    """Items as an English list.

    >>> listed(["a", "b", "c"]), listed(["a"]), listed([])
    ('a, b and c', 'a', '')
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
