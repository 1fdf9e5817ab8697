"""Reading all tables of a country: which files, their rows, and where the rows come from."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

from kilosat.definitions.csv_table import CsvTable, empty_frame, read_csv
from kilosat.definitions.findings import Report, did_you_mean, nearest
from kilosat.definitions.schema import TableEntry
from kilosat.definitions.sections import read_section, salvage, subsections
from kilosat.definitions.table_specs import TABLES, TableSpec, profile_column
from kilosat.definitions.text_file import TomlFile
from kilosat.definitions.values import SourceBook, provenance_problem
from kilosat.provenance import Quality, Source, Sourced, worst_quality

__all__ = ["USER_HOURLY", "named_tables", "read_tables", "sourced_tables", "user_source"]

USER_HOURLY = "user-hourly"
"""Key of the source that stands for an hourly file given by the user."""


def read_tables(
    file: TomlFile, folder: Path, hourly: Path | None, book: SourceBook, report: Report
) -> Mapping[str, CsvTable]:
    """All tables that can be read, by name."""
    raw = subsections(file, "tables", report)
    _report_names(file, raw, hourly, report)
    tables: dict[str, CsvTable] = {}
    for spec in TABLES:
        if spec.name == "hourly" and hourly is not None:
            # The country's own entry is left alone, so its source is not called unused.
            _named(file, folder, spec, raw, book, Report())
            path: Path | None = hourly
        else:
            path = _named(file, folder, spec, raw, book, report)
        if path is None:
            continue
        fuels = tables.get("fuels")
        table = read_csv(
            path, _with_profiles(spec, fuels), report, open_ended=_is_open(spec, fuels)
        )
        if table:
            tables[spec.name] = table
            if path is not hourly:
                _report_provenance(file, spec, table, _entry(raw, spec.name), book, report)
    return tables


def named_tables(file: TomlFile) -> frozenset[str]:
    """The tables that a country names, a misspelled one by the name that was meant."""
    raw = file.raw.get("tables")
    names = [spec.name for spec in TABLES]
    found = [nearest(str(name), names) for name in raw] if isinstance(raw, dict) else []
    return frozenset(name for name in found if name)


def sourced_tables(
    file: TomlFile, tables: Mapping[str, CsvTable], hourly: Path | None, book: SourceBook
) -> dict[str, Sourced]:
    """The tables of a country without errors, each with where it comes from."""
    result = {}
    for spec in TABLES:
        table = tables.get(spec.name)
        if table is None:
            result[spec.name] = Sourced(
                empty_frame(spec), "", "assumed", assumption=spec.absent, file=file.label, line=1
            )
        elif spec.name == "hourly" and hourly is not None:
            result[spec.name] = Sourced(
                table.frame, "", "reported", user_source(hourly), file=table.label, line=1
            )
        else:
            entry = TableEntry.model_validate(file.raw["tables"][spec.name])
            result[spec.name] = _sourced(table, entry, book)
    return result


def user_source(hourly: Path) -> Source:
    """The source that stands for the user's own file."""
    document = f"hourly series given by the user, file {hourly.name}"
    return Source(USER_HOURLY, document, "the user")


def _report_names(
    file: TomlFile, raw: Mapping[str, object], hourly: Path | None, report: Report
) -> None:
    names = [spec.name for spec in TABLES]
    meant = named_tables(file)
    for name in raw:
        if name not in names:
            line = file.line("tables", name)
            remedy = did_you_mean(name, names)
            report.error(file.label, line, f"'{name}' is not a table that is known here", remedy)
    for spec in TABLES:
        if spec.name in meant or (spec.name == "hourly" and hourly is not None):
            continue
        line = file.line("tables")
        if spec.required:
            message = f"table '{spec.name}' is missing ({spec.meaning})"
            report.error(file.label, line, message, f"add [tables.{spec.name}] with its file")
        elif spec.name == "reported_generation":
            report.note(file.label, line, spec.absent, f"add [tables.{spec.name}] if it is known")


def _named(
    file: TomlFile,
    folder: Path,
    spec: TableSpec,
    raw: Mapping[str, object],
    book: SourceBook,
    report: Report,
) -> Path | None:
    """The file of a table, with the errors of its entry reported."""
    if spec.name not in raw:
        return None
    path = ("tables", spec.name)
    entry = read_section(TableEntry, raw[spec.name], file, path, report)
    salvaged = salvage(TableEntry, raw[spec.name])
    source = entry.source if entry else salvaged.get("source", "")
    if source and not book.knows(source):
        report.error(file.label, file.line(*path, "source"), *book.unknown(source))
    name = entry.file if entry else salvaged.get("file")
    if name is None:
        return None
    line = file.line(*path, "file")
    if not _stays_inside(name):
        message = f"file '{name}' lies outside the country's folder"
        report.error(file.label, line, message, "put the file beside country.toml")
        return None
    try:
        exists = (folder / name).exists()
    except (OSError, ValueError):
        exists = False
    if not exists:
        remedy = did_you_mean(name, sorted(found.name for found in folder.glob("*.csv")))
        report.error(file.label, line, f"file '{name}' is not there", remedy)
        return None
    return folder / name


def _stays_inside(name: str) -> bool:
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    outside = posix.is_absolute() or windows.is_absolute() or bool(windows.drive)
    return not outside and ".." not in (*posix.parts, *windows.parts)


def _with_profiles(spec: TableSpec, fuels: CsvTable | None) -> TableSpec:
    if spec.name != "hourly" or fuels is None or not fuels.has("fuel", "role"):
        return spec
    profiles = fuels.frame.loc[fuels.frame["role"] == "profile", "fuel"]
    names = [profile_column(fuel) for fuel in dict.fromkeys(profiles) if fuel]
    return spec.with_numbers(names, "available output of this fuel of role profile")


def _is_open(spec: TableSpec, fuels: CsvTable | None) -> bool:
    return spec.name == "hourly" and (fuels is None or not fuels.has("fuel", "role"))


def _entry(raw: Mapping[str, object], name: str) -> TableEntry | None:
    try:
        return TableEntry.model_validate(raw.get(name))
    except (ValueError, OverflowError, RecursionError):
        return None


def _row_provenance(table: CsvTable, entry: TableEntry) -> list[tuple[str, Quality, str]]:
    """Source key, quality and assumption of each row, the table's where the row is silent."""
    rows = zip(*(table.frame[name] for name in ("source", "quality", "assumption")), strict=True)
    return [
        (source or entry.source, quality or entry.quality, assumption or entry.assumption)
        for source, quality, assumption in rows
    ]


def _report_provenance(
    file: TomlFile,
    spec: TableSpec,
    table: CsvTable,
    entry: TableEntry | None,
    book: SourceBook,
    report: Report,
) -> None:
    rows: list[tuple[str, Quality, str]] = []
    if has_rows := table.has("source", "quality", "assumption"):
        for line, key in zip(table.lines, table.frame["source"], strict=True):
            if key and not book.knows(key):
                report.cell(table.label, line, "source", key, *book.unknown(key))
        rows = _row_provenance(table, entry) if entry else []
    silent = not has_rows
    for place, (key, quality, assumption) in enumerate(rows):
        problem = provenance_problem(quality, bool(key), assumption)
        if problem and not any(table.frame.loc[place, ["source", "quality", "assumption"]]):
            silent = True
        elif problem:
            message, remedy = problem
            line = table.lines[place]
            report.cell(table.label, line, "quality", quality, f"the row {message}", remedy)
    # Rows that leave it all to the table are one finding, at the table.
    if entry and silent:
        problem = provenance_problem(entry.quality, bool(entry.source), entry.assumption)
        if problem:
            line = file.line("tables", spec.name, "quality")
            report.error(file.label, line, f"table '{spec.name}' {problem[0]}", problem[1])


def _sourced(table: CsvTable, entry: TableEntry, book: SourceBook) -> Sourced:
    """A table as known as its least known row."""
    quality, assumption = entry.quality, entry.assumption
    rows: list[tuple[str, Quality, str]] = []
    if table.has("source", "quality", "assumption"):
        rows = _row_provenance(table, entry)
        quality = worst_quality([row[1] for row in rows])
    if quality == "assumed" and not assumption:
        assumption = _assumed_rows(rows)
    sources = [book.entries.get(key) for key, _, _ in rows if key]
    return Sourced(
        value=table.frame,
        unit="",
        quality=quality,
        source=book.entries.get(entry.source) or next(iter(filter(None, sources)), None),
        assumption=assumption,
        as_of=entry.as_of,
        where=entry.where,
        note=entry.note,
        file=table.label,
        line=1,
        row_sources=tuple(dict.fromkeys(source for source in sources if source)),
    )


def _assumed_rows(rows: list[tuple[str, Quality, str]]) -> str:
    assumed = [assumption for _, quality, assumption in rows if quality == "assumed"]
    different = list(dict.fromkeys(assumed))
    text = f"{len(assumed)} of {len(rows)} rows are assumed: {'; '.join(different[:2])}"
    return f"{text}; and {len(different) - 2} other assumptions" if len(different) > 2 else text
