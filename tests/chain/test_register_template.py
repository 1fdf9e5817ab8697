"""``kilosat new register`` writes what ``kilosat check`` accepts, whatever the name."""

import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kilosat.chain.register import read_register
from kilosat.chain.register.guard import report_secrets_of_file
from kilosat.cli import app
from kilosat.definitions.findings import Report

from .secret_samples import SAMPLES

# The last ones are words of seeds (BIP 39), as are many words of the template's own comments.
NAMES = ["Ruritania", "El Salvador", "Côte d'Ivoire", "日本", "Turkey", "State", "Exchange Company"]


@pytest.fixture(params=NAMES)
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    result = CliRunner().invoke(app, ["new", "register", request.param, "--into", str(tmp_path)])
    assert result.exit_code == 0, result.output
    (path,) = tmp_path.iterdir()
    return path


def test_the_template_passes_the_check(written: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(written)])
    assert result.exit_code == 0, result.output
    assert "seed" not in result.output


def test_so_it_does_when_its_comments_are_taken_in_use(written: Path) -> None:
    """A newcomer takes the marks off the two examples and writes an address of his own."""
    lines = written.read_text("utf-8").splitlines()
    start = lines.index("# [[labels]]")
    used = [
        line.removeprefix("# ") if "=" in line or line.startswith("# [") else line
        for line in lines[start:]
    ]
    text = "\n".join(lines[:start] + used).replace(
        'address = "..."', 'address = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"'
    )
    written.write_text(text.replace("daily_to = 2025-02-28", "daily_to = 2025-02-01"), "utf-8")
    assert len(read_register(written).announcements) == 2
    assert tomllib.loads(text)["labels"][0]["kind"] == "exchange"


@pytest.mark.parametrize("kind", ["register", "country"])
@pytest.mark.parametrize("sample", ["wif-main", "xprv", "words-english", "hex", "bip38"])
def test_a_secret_in_the_name_is_refused_before_anything_is_written(
    kind: str, sample: str, tmp_path: Path
) -> None:
    secret = SAMPLES[sample]
    for words in ([secret, "--into", str(tmp_path)], ["x", "--into", str(tmp_path / secret)]):
        result = CliRunner().invoke(app, ["new", kind, *words])
        assert result.exit_code == 2
        assert "kilosat is watch-only" in result.output
        assert not any(secret[at : at + 8] in result.output for at in range(len(secret) - 7))
    assert not any(tmp_path.iterdir())


def test_a_field_that_is_commented_out_is_no_word_of_a_seed(tmp_path: Path) -> None:
    """Three of these twelve words stand only because fields are called so."""
    path, report = tmp_path / "a.toml", Report()
    words = "pool other person company exchange wallet purchase document example"
    path.write_text(f'# kind = "{words}"\n# source = ""\n# title = ""\n', "utf-8")
    assert not report_secrets_of_file(path, report)
    path.write_text(f"# kind {words} source title\n", "utf-8")
    assert report_secrets_of_file(path, report)
