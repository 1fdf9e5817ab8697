"""Writes figures: as HTML that can be opened up, and as plain text for JSON and XLSX."""

from typing import Any

from markupsafe import Markup, escape

from kilosat.brief.catalogue import Catalogue, Entry, base_of
from kilosat.brief.marks import Mention, written
from kilosat.brief.numbers import as_number, shown, unit_words

__all__ = ["Writer", "anchor", "in_usd"]

_CENTS = "US cents/kWh"
_QUALITY_HINT = {
    "reported": "reported",
    "derived": "calculated",
    "modelled": "rests on a model",
    "assumed": "assumed",
}


def anchor(name: str) -> str:
    """The address of a figure's entry in the appendix."""
    return f"about-{base_of(name)}"


def in_usd(value: float, unit: str, currency: str, rate: float) -> tuple[float, str]:
    """A value in US dollars; per kWh in US cents.

    >>> in_usd(28.0, "PKR/kWh", "PKR", 280.0)
    (10.0, 'US cents/kWh')
    >>> in_usd(280.0, "bn PKR", "PKR", 280.0)
    (1.0, 'bn USD')
    """
    if unit == f"{currency}/kWh":
        return 100.0 * value / rate, _CENTS
    return value / rate, unit.replace(currency, "USD")


class Writer:
    """Writes names as numbers, and keeps the catalogue informed of what was printed."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.currency = catalogue.graph.currency
        self._rate = float(catalogue.graph.value("exchange_rate"))

    def n(self, name: str, **flags: bool) -> Markup:
        """A figure as HTML: the one place that puts a number into the page."""
        return self.html_figure(Mention(name, **flags))

    def html(self, text: str) -> Markup:
        """A marked text as HTML."""
        return Markup(written(text, self.html_figure, self.html_label, lambda t: str(escape(t))))

    def plain(self, text: str) -> str:
        """A marked text as plain text."""
        return written(text, self._plain_figure, str, str)

    def html_label(self, text: str) -> Markup:
        """A text from data (a title, a date, a class), marked as such."""
        return Markup("<span data-label>{}</span>").format(text)

    def html_figure(self, mention: Mention) -> Markup:
        """A mention as HTML, its unit beside it."""
        entry = self.catalogue.print(mention.name)
        text, unit, value = self._parts(entry, mention)
        raw = as_number(value)
        also = Markup(' data-in="USD"') if mention.usd else Markup("")
        number = Markup(
            '<a class="fig q-{}" href="#{}" title="{}: {}"><data class="figure" data-figure="{}"'
            ' value="{}"{}>{}</data></a>'
        ).format(
            entry.quality,
            anchor(entry.name),
            entry.label,
            _QUALITY_HINT[entry.quality],
            entry.name,
            "" if raw is None and isinstance(value, float) else (value if raw is None else raw),
            also,
            text,
        )
        if mention.bare or not unit or raw is None:
            return number
        return number + Markup("&nbsp;") + Markup('<span class="unit">{}</span>').format(unit)

    def _plain_figure(self, mention: Mention) -> str:
        entry = self.catalogue.print(mention.name)
        text, unit, value = self._parts(entry, mention)
        return text if mention.bare or not unit or as_number(value) is None else f"{text} {unit}"

    def _decimals(self, entry: Entry, number: float | None, unit: str) -> int | None:
        if unit == _CENTS:
            return 1
        if number is None or unit != entry.unit or unit == "1":
            return None
        return self.catalogue.places(entry.name)

    def _parts(self, entry: Entry, mention: Mention) -> tuple[str, str, Any]:
        value, unit = entry.value, entry.unit
        number = as_number(value)
        if mention.usd and number is not None:
            value, unit = in_usd(number, unit, self.currency, self._rate)
            number = value
        if mention.size and number is not None:
            number = abs(number)
        shown_value = value if number is None else number
        places = self._decimals(entry, number, unit)
        return shown(shown_value, unit, places, mention.signed), unit_words(unit), value
