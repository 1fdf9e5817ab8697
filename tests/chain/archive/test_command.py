"""``kilosat verify``: what it prints, and how it ends."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kilosat.chain.archive.encoding import archive_bytes
from kilosat.cli import app
from kilosat.cli.app import USER_ERROR

from .conftest import Told


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["verify", *map(str, arguments)])


def test_an_honest_archive(told_story: Told) -> None:
    result = run(told_story.path)
    assert result.exit_code == 0
    assert result.stdout.startswith("story.kilosat: nothing in it is contradicted")
    for words in ("4 transactions", "held 34.00000000 BTC", "still unspent", "Merkle proofs"):
        assert words in result.stdout
    assert result.stdout.endswith("\n")
    assert not result.stdout.endswith("\n\n")


def test_as_json(told_story: Told) -> None:
    result = run(told_story.path, "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["file"], found["holds"], found["main_network"]) == ("story.kilosat", True, False)
    assert {one["wallet"]: one["left_sats"] for one in found["wallets"]} == told_story.story.held
    assert result.stdout.isascii()


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_an_untrue_one_ends_with_two(
    told_story: Told, options: tuple[str, ...], tmp_path: Path
) -> None:
    control = replace(told_story.archive.controls[0], message="I hold all of it")
    path = tmp_path / "forged.kilosat"
    path.write_bytes(archive_bytes(replace(told_story.archive, controls=(control,))))
    result = run(path, *options)
    assert result.exit_code == USER_ERROR == 2
    if options:
        found = json.loads(result.stdout)
        assert (found["holds"], found["proven"], found["wallets"]) == (False, [], [])
    else:
        first, _, rest = result.stdout.partition("\n")
        assert first == (
            "forged.kilosat: NOT TRUE. 1 of its claims does not hold, so believe nothing in it."
        )
        assert "does not fit this message and address" in rest
        assert "Proven\n" not in result.stdout


def test_a_damaged_file(told_story: Told, tmp_path: Path) -> None:
    path = tmp_path / "damaged.kilosat"
    raw = told_story.raw
    path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    result = run(path)
    assert (result.exit_code, result.stdout) == (USER_ERROR, "")
    words = "the signatures of control are not the bytes that were written"
    assert result.stderr.startswith(f"damaged.kilosat: {words}")
    path.write_bytes(raw[:-1])
    assert "the file ends within the signatures of control" in run(path).stderr
    path.write_bytes(raw + b"\n")
    assert "1 bytes stand behind the end of the archive" in run(path).stderr


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("text.toml", "text.toml: the file does not begin as an archive of kilosat does"),
        ("empty", "empty: the file does not begin as an archive of kilosat does"),
        ("missing.kilosat", "missing.kilosat: it cannot be read (no such file or directory)"),
        ("folder", "folder: it cannot be read (is a directory)"),
    ],
)
def test_what_is_no_archive(name: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "text.toml").write_text("format = 1\n", encoding="utf-8")
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()
    result = run(tmp_path / name)
    assert (result.exit_code, result.stdout) == (USER_ERROR, "")
    assert result.stderr == f"{words}\n"


def test_an_archive_of_a_later_format(told_story: Told, tmp_path: Path) -> None:
    raw = told_story.raw
    path = tmp_path / "later.kilosat"
    path.write_bytes(raw[:8] + b"\2\0" + raw[10:])
    result = run(path)
    assert result.exit_code == USER_ERROR
    assert "the archive is of version 2, and this program reads version 1" in result.stderr
