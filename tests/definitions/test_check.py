"""``check`` answers with all findings at once, and whatever the bytes it never raises."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kilosat.definitions import (
    DefinitionError,
    Finding,
    check,
    list_blueprints,
    list_countries,
    list_registers,
    read_blueprint,
    read_country,
)

ATLANTIS = Path(__file__).parents[1] / "atlantis"
FILES = sorted(path.name for path in ATLANTIS.iterdir() if path.suffix in (".toml", ".csv"))


def test_atlantis_has_no_findings(atlantis: Path) -> None:
    assert check(atlantis) == []
    assert check(str(atlantis / "country.toml")) == []
    assert check(atlantis / "blueprint.toml") == []


@pytest.mark.parametrize("name", [*list_countries(), *list_blueprints()])
def test_what_is_shipped_has_no_errors(name: str) -> None:
    assert [finding for finding in check(name) if finding.severity == "error"] == []


def test_all_findings_come_at_once(atlantis: Path, spoil: Callable[..., int]) -> None:
    """Seven slips in four files; each is told, by file and line."""
    slips = [
        ("country.toml", "hourly_is_synthetic =", "hourly_is_syntetic ="),
        ("country.toml", "value = 9\n", 'value = "9"\n'),
        ("country.toml", 'unit = "GW"', 'unit = "GWh"'),
        ("plants.csv", "AT5,Kumari,oil,200", "AT5,Kumari,oil,-200"),
        ("plants.csv", "AT6,Old Kumari,oil", "AT6,Old Kumari,gas"),
        ("hydro.csv", "0.56,10", "0.56,30"),
        ("hourly.csv", "2025-01-31 12:00,900,150\n", ""),
    ]
    expected = [(f"atlantis/{file}", spoil(file, old, new)) for file, old, new in slips]
    with pytest.raises(DefinitionError) as caught:
        read_country(atlantis)
    errors = [finding for finding in caught.value.findings if finding.severity == "error"]
    assert sorted((error.file, error.line) for error in errors) == sorted(expected)
    assert check(atlantis) == list(caught.value.findings)
    assert str(caught.value).count("\n") == len(caught.value.findings) - 1


def test_several_slips_in_one_section(atlantis: Path, spoil: Callable[..., int]) -> None:
    spoil("blueprint.toml", '"interruptible"', '"never"')
    spoil("blueprint.toml", '"flat"', '"steep"')
    spoil("blueprint.toml", 'ownership = "private"', "ownership = 3")
    spoil("blueprint.toml", 'title = "', 'titel = "')
    spoil("blueprint.toml", 'unit = "MW"', 'unit = "MWh"')
    assert len([f for f in check(atlantis / "blueprint.toml") if f.severity == "error"]) == 5


def test_a_finding_reads_as_a_line_of_a_compiler() -> None:
    error = Finding("pakistan/country.toml", 12, "'tarif' is unknown", "did you mean 'tariff'?")
    note = Finding("pakistan/country.toml", 0, "source 'a' is not used", severity="note")
    assert str(error) == "pakistan/country.toml:12: 'tarif' is unknown; did you mean 'tariff'?"
    assert str(note) == "pakistan/country.toml: note: source 'a' is not used"


def test_an_unused_source_is_noted(atlantis: Path, spoil: Callable[..., int]) -> None:
    text = '[sources.third]\ndocument = "d"\npublisher = "p"\n\n[sources.second-report]'
    line = spoil("country.toml", "[sources.second-report]", text)
    findings = check(atlantis)
    assert [(f.severity, f.line) for f in findings] == [("note", line)]
    assert "'third' is not used" in str(findings[0])
    assert read_country(atlantis).notes == tuple(findings)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"a = 1\nb = \xff", ":2: the text is not UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not UTF-8"),
        (b"just words", "not TOML"),
        (b"a = " + b"[" * 50_000, "nested too deeply"),
        (b"a = " + b"9" * 10_000, "not TOML"),
        (b"a = 1\na = 2", ":2: this key or section is written twice"),
        (
            b"blueprint = 3\nchoices = []\nvalues = 7\nsources = 1\ntariff_periods = 1.5",
            "[blueprint]",
        ),
    ],
)
def test_a_file_that_is_no_definition(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "some.toml"
    path.write_bytes(content)
    findings = check(path)
    assert any(words in str(finding) for finding in findings), findings
    with pytest.raises(DefinitionError):
        read_blueprint(path)
    with pytest.raises(DefinitionError):
        read_country(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("format = 2\n", "has no section [country], [blueprint] or [register]"),
        ("# nothing but words\n", "has no section [country], [blueprint] or [register]"),
        ('[project]\nname = "x"\n', "has no section [country], [blueprint] or [register]"),
        ('format = 2\n[register]\nname = "x"\n', "this is a register of wallets"),
    ],
)
def test_a_file_of_no_kind_gets_one_message(content: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "some.toml"
    path.write_text(content, encoding="utf-8")
    (finding,) = check(path)
    assert words in finding.message
    assert finding.remedy


def test_a_misspelled_header_is_still_judged_by_what_it_was_meant_to_be(tmp_path: Path) -> None:
    path = tmp_path / "some.toml"
    path.write_text("[bluprint]\n", encoding="utf-8")
    assert any("did you mean 'blueprint'?" in finding.remedy for finding in check(path))


def test_an_unknown_name_is_told_what_ships_by_kind() -> None:
    (finding,) = check("nowhere-at-all")
    for kind, names in (
        ("countries", list_countries()),
        ("blueprints", list_blueprints()),
        ("registers", list_registers()),
    ):
        assert f"{kind} {', '.join(names)}" in finding.remedy


def test_a_place_that_is_no_definition(tmp_path: Path, atlantis: Path) -> None:
    assert "has no country.toml" in str(check(tmp_path)[0])
    assert "there is no such file" in str(check(tmp_path / "nowhere")[0])
    assert "cannot be checked alone" in str(check(atlantis / "plants.csv")[0])
    assert "there is no such file" in str(check("nul\0byte")[0])
    assert "there is no such file" in str(check("x" * 5000)[0])
    assert len(check("")) == 1
    (atlantis / "country.toml").unlink()
    (atlantis / "country.toml").mkdir()
    assert "is a folder" in str(check(atlantis)[0])


def test_a_misspelled_name_is_answered_with_the_nearest() -> None:
    (finding,) = check("pakistn")
    assert "did you mean 'pakistan'?" in str(finding)
    assert "surplus-2000mw" in str(finding)


SNIPPETS = [
    *("nan", "-1", "1e999", "9" * 400, "true", '"', "'''", "[", "]]", "{", "=", ",", "\n", "\0"),
    *(
        "\\",
        "#",
        "é",
        "\u2028",
        "[[values]]",
        "[values]\n",
        "[country]\n",
        "a.b = 1\n",
        "[tables.x]\n",
    ),
    *(
        "2025-01-31",
        "0001-01-01",
        "9999-12-31",
        "10:00:00",
        "months = [13]\n",
        "[[tariff_periods]]\n",
    ),
]


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, bytes]:
    """A file of Atlantis with a few pieces cut out, doubled or overwritten."""
    name = draw(st.sampled_from(FILES))
    data = (ATLANTIS / name).read_bytes()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = start + draw(st.sampled_from([0, 0, 1, 3, 20, 200]))
        piece = draw(st.sampled_from(SNIPPETS).map(str.encode) | st.binary(max_size=8))
        data = data[:start] + piece + data[end:]
    return name, data


@settings(max_examples=50, deadline=None, derandomize=True)
@given(mutations())
def test_mutated_files_never_raise(mutation: tuple[str, bytes]) -> None:
    holds_for_mutated(*mutation)


@pytest.mark.soak
@settings(max_examples=3000, deadline=None)
@given(mutations())
def test_mutated_files_never_raise_in_the_long_run(mutation: tuple[str, bytes]) -> None:
    holds_for_mutated(*mutation)


def holds_for_mutated(name: str, data: bytes) -> None:
    """What is read and what is found wrong agree, and nothing else happens."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(shutil.copytree(ATLANTIS, Path(place) / "atlantis"))
        (folder / name).write_bytes(data)
        definition = folder / "blueprint.toml" if name == "blueprint.toml" else folder
        findings = check(definition)
        # Either it is read, or what was found wrong is what stops it: never anything else.
        read = read_blueprint if name == "blueprint.toml" else read_country
        if any(finding.severity == "error" for finding in findings):
            with pytest.raises(DefinitionError):
                read(definition)
        else:
            read(definition)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_random_bytes_never_raise(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as place:
        for name in ("country.toml", "other.toml", "table.csv", "no-ending"):
            (Path(place) / name).write_bytes(data)
            assert check(Path(place) / name)
        assert check(place)
