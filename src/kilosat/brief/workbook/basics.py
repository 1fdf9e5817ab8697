"""Sheets of what is known: the answer, inputs, figures, sources."""

from kilosat.brief.catalogue import Catalogue, Entry, base_of
from kilosat.brief.contents import Contents
from kilosat.brief.numbers import as_number
from kilosat.brief.workbook.book import Book
from kilosat.brief.workbook.formulas import FORMULAS, filled

__all__ = ["answer_sheet", "figures_sheet", "inputs_sheet", "sources_sheet"]


def answer_sheet(book: Book, contents: Contents) -> None:
    """The sentences of the answer, what they are about, and the warning about synthetic hours."""
    study, writer = contents.study, contents.writer
    country, blueprint = study.country, study.blueprint
    sheet = book.sheet("Answer", [("Question", 30), ("Answer", 120)], blueprint.title)
    rows = [(one.question, writer.plain(one.text)) for one in contents.sentences]
    rows += [
        ("Is the window open?", writer.plain(contents.window_words)),
        ("Who pays and who gains?", writer.plain(contents.money_words)),
        *_ahead(contents),
        ("Country", country.name),
        ("Period, end not included", f"{country.period_start} to {country.period_end}"),
        ("Blueprint", blueprint.summary),
        ("Bitcoin market of", study.market.day.isoformat()),
        ("Written by", f"kilosat {contents.version}"),
    ]
    if country.hourly_is_synthetic:
        rows.append(("Hourly demand is SYNTHETIC", country.hourly_note))
    for question, text in rows:
        sheet.write(0, question)
        sheet.write(1, text)
        sheet.end_row()


def _ahead(contents: Contents) -> list[tuple[str, str]]:
    """What the look forward says, or why there is none."""
    ahead, plain = contents.ahead, contents.writer.plain
    if ahead.missing:
        return [("What of the years ahead?", plain(ahead.missing))]
    questions = {
        "ceiling": "What tariff could a mine bear?",
        "state": "What does the state keep and risk?",
        "coverage": "How far can the forecasts be trusted?",
    }
    return [(question, plain(ahead.words[key])) for key, question in questions.items()]


def inputs_sheet(book: Book, contents: Contents) -> None:
    """All inputs with their value and where it comes from."""
    columns = [
        ("Input", 28),
        ("Meaning", 44),
        ("Value", 14),
        ("Unit", 14),
        ("Quality", 10),
        ("As of", 12),
        ("What is assumed", 56),
        ("Note", 44),
        ("Sources (see sheet Sources)", 30),
        ("Written at", 30),
    ]
    note = "Change a value here and the formulas of Figures and Tests follow; the runs do not."
    sheet = book.sheet("Inputs", columns, note)
    for name, sourced in contents.study.graph.inputs.items():
        entry = contents.catalogue.entry(name)
        value = entry.value if isinstance(entry.value, str) else as_number(entry.value)
        cells = [entry.name, entry.meaning, "", entry.unit, entry.quality, sourced.as_of or ""]
        cells += [entry.assumption, entry.note, ", ".join(entry.sources), entry.place]
        for column, cell in enumerate(cells):
            sheet.write(column, cell)
        sheet.write(2, "table or list" if value is None else value, entry.unit)
        if as_number(value) is not None:
            sheet.place(name, 2)
        sheet.end_row()


def figures_sheet(book: Book, contents: Contents) -> None:
    """All printed figures; those that are simple arithmetic as formulas."""
    columns = [
        ("Figure", 42),
        ("Label", 42),
        ("Value", 16),
        ("Unit", 14),
        ("Quality", 10),
        ("Formula in words", 44),
        ("Meaning", 60),
        ("Reference", 36),
        ("Rests on sources", 50),
    ]
    note = "Values are those of the study. Cells with a formula follow the sheet Inputs."
    sheet = book.sheet("Figures", columns, note)
    catalogue = contents.catalogue
    entries = _printed(catalogue)
    first = sheet.row
    for entry in entries:
        sheet.place(entry.name, 2)
        sheet.end_row()
    sheet.row = first
    for entry in entries:
        sources = ", ".join(catalogue.sources_below(base_of(entry.name)))
        cells = [entry.name, entry.label, "", entry.unit, entry.quality]
        cells += [entry.formula, entry.meaning, entry.reference, sources]
        for column, cell in enumerate(cells):
            sheet.write(column, cell)
        formula = filled(FORMULAS.get(entry.name, "{}"), book.places)
        if formula and entry.name in FORMULAS:
            sheet.formula(2, formula, entry.value, entry.unit)
        else:
            sheet.write(2, entry.value, entry.unit)
        sheet.end_row()


def _printed(catalogue: Catalogue) -> list[Entry]:
    """Printed figures and the scalar figures below them, whole numbers first, then cells."""
    names = dict.fromkeys(
        one.name for name in list(catalogue.printed) for one in catalogue.below(base_of(name))
    ) | dict.fromkeys(catalogue.printed)
    entries = [
        catalogue.entry(name) for name in names if base_of(name) not in catalogue.graph.inputs
    ]
    plain = [e for e in entries if as_number(e.value) is not None or isinstance(e.value, str)]
    return sorted(plain, key=lambda entry: "[" in entry.name)


def sources_sheet(book: Book, catalogue: Catalogue) -> None:
    """All sources with their address."""
    columns = [
        ("Key", 22),
        ("Publisher", 34),
        ("Document", 60),
        ("Where in it", 30),
        ("As of", 12),
        ("Address", 60),
        ("Licence", 24),
        ("Note", 60),
    ]
    sheet = book.sheet("Sources", columns, "Sources, listed once and referred to by key")
    for key, source in catalogue.sources.items():
        cells = [key, source.publisher, source.document, source.where, source.as_of or ""]
        for column, cell in enumerate([*cells, source.address, source.licence, source.note]):
            sheet.write(column, cell)
        sheet.end_row()
