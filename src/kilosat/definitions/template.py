"""A template of a country: small, complete, commented, and without errors in ``kilosat check``."""

from collections.abc import Iterator
from pathlib import Path

from kilosat.definitions.country import COUNTRY_FILE
from kilosat.definitions.table_specs import TABLES, TableSpec
from kilosat.definitions.template_marks import PLACEHOLDER
from kilosat.definitions.value_specs import COUNTRY_VALUES, ECONOMY_VALUES, ValueSpec

__all__ = ["write_country_template"]

_CODE = "XYZ"
_SOURCE = "example-document"
_DAYS = ("2025-01-01", "2025-01-02")
_END = "2025-01-03"
_DEMAND_MW = (180, 220, 260)
"""Demand of night, day and evening: eight hours each."""
_SOLAR_MW = (0, 30, 0)

_HEADER = f"""\
# {{name}}: facts about its power system, each with a source. Everything in this file is an
# example that `kilosat check` accepts: replace it. A number that nobody has printed may stay, with
# quality = "assumed" and an assumption in words. Paths are relative to this file.
format = 1

[country]
name = {{quoted}}
code = "{_CODE}"                 # ISO 3166, three letters
currency = "{_CODE}"             # ISO 4217; every amount of local money below is in it
utc_offset = "+00:00"        # of the local time in the hourly table
period_start = {_DAYS[0]}    # first day of the tables; take one calendar year
period_end = {_END}      # first day that no longer belongs to them
hourly_is_synthetic = true   # false where hourly demand was measured
hourly_note = "example: three levels of demand a day"

# Each document once; values, tables and rows of tables refer to it by its key.
[sources.{_SOURCE}]
document = "Title of the document"
publisher = "Who published it"
address = "https://example.org/document.pdf"
as_of = 2025-01-31           # optional: date of what it says
where = "table 1"            # optional: page or table
licence = ""                 # optional

# Values. quality is one of
#   reported  printed in the source          derived   computed from printed numbers
#   modelled  result of a model              assumed   nobody's number: say what you assume
# Any unit that measures the same will do: 2 % or 0.02 of unit "1"; {_CODE}/kWh or {_CODE}/MWh.
"""

_ECONOMY_HEADER = """
# The economy: what a reserve is held against. `kilosat compare` and `kilosat replay` need these two
# before all; the brief of a load can do without them.
"""

_TABLES_HEADER = """
# Tables: CSV files (UTF-8, commas, points for decimals) beside this one. source, quality and
# assumption given here hold for each row that does not give its own.
"""

_ROWS: dict[str, tuple[str, ...]] = {
    "fuels": (
        "gas,thermal,false,0.4,1,,,,",
        "hydro,hydro,false,0,0,,,,",
        "solar,profile,false,0,0,,,,",
        "imports,must-take,false,0,1,,,,",
    ),
    "plants": (
        "P1,Example gas plant,gas,200,operating,8,,,,,",
        "P2,Example peaking plant,gas,100,operating,12,14,,,,",
        "P3,Example reserve plant,gas,50,standby,15,,,,,",
        "P4,Example dam,hydro,50,operating,0,,,,,",
        "P5,Example solar park,solar,40,operating,0,,,,,",
        "P6,Example border line,imports,20,operating,7,,,,,",
    ),
    "availability": ("2025-01,gas,0.9,0,,,,", "2025-01,imports,1,1,,,,"),
    "hydro": ("Example dam,2025-01,50,1.2,10,,,,",),
    "reported_generation": (
        "2025-01,gas,7.6,9,,,,",
        "2025-01,hydro,1.2,,,,,",
        "2025-01,solar,0.48,,,,,",
        "2025-01,imports,0.96,7,,,,",
    ),
    "storage": ("Example battery,10,10,40,0.95,0.95",),
}


def write_country_template(folder: Path, name: str) -> list[Path]:
    """Write a template of the country ``name`` into ``folder`` and return the files written.

    Raises:
        FileExistsError: ``folder`` is there already and not empty.
        ValueError: ``name`` is empty or cannot be printed.
    """
    if not name.strip() or not name.isprintable():
        raise ValueError("a country needs a name that can be printed")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} exists already")
    folder.mkdir(parents=True, exist_ok=True)
    texts = {COUNTRY_FILE: "".join(_country_text(name))}
    texts |= {f"{spec.name}.csv": _csv_text(spec) for spec in TABLES if _is_written(spec)}
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8", newline="\n")
    return [folder / file for file in texts]


def _is_written(spec: TableSpec) -> bool:
    """Storage is rare: its section is there as a comment only."""
    return spec.name != "storage"


def _country_text(name: str) -> Iterator[str]:
    quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    yield _HEADER.format(name=name, quoted=quoted)
    for spec in COUNTRY_VALUES:
        yield _value_text(spec)
    yield _ECONOMY_HEADER
    for spec in ECONOMY_VALUES:
        if spec.example:
            yield _value_text(spec)
    yield _TABLES_HEADER
    for table in TABLES:
        yield _table_text(table)


def _value_text(spec: ValueSpec) -> str:
    unit = spec.written_in or spec.in_currency(_CODE)
    scale = 100.0 if unit == "%" else 1.0
    bounds = spec.bounds.words("" if unit == "1" else f" {unit}", scale)
    source = f'source = "{_SOURCE}"\n' if spec is COUNTRY_VALUES[0] else ""
    return (
        f"\n# {spec.meaning}; {bounds}\n"
        f"[values.{spec.name}]\n"
        f"value = {spec.example:g}\n"
        f'unit = "{unit}"\n'
        f'quality = "assumed"\n{source}'
        f'assumption = "{PLACEHOLDER}"\n'
    )


def _table_text(spec: TableSpec) -> str:
    lines = [f"{spec.meaning}{'' if spec.required else ' (this table may be left out)'}"]
    lines += [f"  {column.name}: {column.meaning}" for column in spec.columns]
    if spec.name == "hourly":
        lines.append("  FUEL_mw, for each fuel of role profile: its available output")
    section = (
        f"[tables.{spec.name}]\n"
        f'file = "{spec.name}.csv"\n'
        f'quality = "assumed"\n'
        f'assumption = "{PLACEHOLDER}"\n'
    )
    if not _is_written(spec):
        example = [",".join(spec.names), *_ROWS[spec.name]]
        lines += ["  for example:", *(f"    {row}" for row in example)]
        section = "".join(f"# {line}\n" for line in section.splitlines())
    return "\n" + "".join(f"# {line}\n" for line in lines) + section


def _csv_text(spec: TableSpec) -> str:
    if spec.name == "hourly":
        return "\n".join([",".join((*spec.names, "solar_mw")), *_hourly_rows()]) + "\n"
    return "\n".join([",".join(spec.names), *_ROWS[spec.name]]) + "\n"


def _hourly_rows() -> Iterator[str]:
    for day in _DAYS:
        for hour in range(24):
            block = hour // 8
            yield f"{day} {hour:02d}:00,{_DEMAND_MW[block]},{_SOLAR_MW[block]}"
