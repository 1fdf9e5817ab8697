"""What is typed on the command line may be a private key; no message repeats it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from kilosat.cli import app

from .secret_samples import SAMPLES

WORDS = [
    ["verify", "@@"],
    ["check", "@@"],
    ["@@"],
    ["--@@"],
    ["verify", "some.archive", "@@"],
    ["audit", "el-salvador", "--@@"],
    ["audit", "el-salvador", "--start", "@@"],
    ["audit", "el-salvador", "--end", "@@", "--datadir", "nowhere"],
    ["audit", "el-salvador", "-p", "@@", "--datadir", "nowhere"],
    ["audit", "el-salvador", "--cookie", "@@"],
    ["audit", "@@", "--datadir", "nowhere"],
    ["labels", "el-salvador", "--ledger", "@@"],
    ["treasuries", "--as-of", "@@"],
    ["brief", "@@"],
    ["new", "@@"],
]


@pytest.mark.parametrize("sample", ["wif-main", "xprv", "words-english", "bip38"])
@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_a_key_that_was_typed_is_not_repeated(
    words: list[str], sample: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    secret = SAMPLES[sample]
    result = CliRunner().invoke(app, [word.replace("@@", secret) for word in words])
    assert result.exit_code == 2
    assert "kilosat is watch-only" in result.output
    shown = result.output + repr(result.exception)
    assert not any(secret[at : at + 8] in shown for at in range(len(secret) - 7))


def test_other_messages_stay_as_they_are() -> None:
    unknown = CliRunner().invoke(app, ["chekc", "x"])
    assert unknown.exit_code == 2
    assert "No such command" in unknown.output
    txid = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
    assert txid in CliRunner().invoke(app, ["verify", txid]).output


@pytest.mark.parametrize("header", ["[register]", "[regster]", "register.name = 'x'\n[x]"])
def test_a_register_is_known_by_what_only_registers_have(header: str, tmp_path: Path) -> None:
    """A key in a register whose header is misspelled is not repeated as a value of a blueprint."""
    path = tmp_path / "own.toml"
    secret = SAMPLES["wif-main"]
    path.write_text(f'{header}\nname = "{secret}"\n[groups.x]\ntitle = "x"\n', "utf-8")
    result = CliRunner().invoke(app, ["check", str(path)])
    assert result.exit_code == 2
    assert "the whole file is refused" in result.output
    assert secret[:8] not in result.output


def test_a_register_that_ships_is_checked_by_its_name() -> None:
    result = CliRunner().invoke(app, ["check", "el-salvador"])
    assert result.exit_code == 0
    assert "registers/el-salvador.toml" in result.output
