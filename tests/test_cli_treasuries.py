"""The treasuries command as a user meets it."""

import csv
import io
import json
import re
from datetime import date
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

from kilosat.chain.register import read_register
from kilosat.cli import app
from kilosat.definitions import find_register

from .chain.treasuries.proofs import (
    PaidChain,
    coinbase_payout,
    register_text,
    write_archive_of_real_block,
    write_fallen_epochs,
    write_forged_archive,
    write_ledger,
)

runner = CliRunner()
BTC = 100_000_000
PAID = 5 * BTC + 1


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    register = read_register(find_register("el-salvador"))
    story = PaidChain()
    story.pay(register.wallets["reserve-2025"].watched()[3].script, PAID)
    return write_ledger(tmp_path_factory.mktemp("sv") / "sv.ledger", register, story)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "real.archive"
    return write_archive_of_real_block(path, register_text("reserve", "Georgia"))


@pytest.fixture
def in_a_fallen_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the one real block at hand is work enough."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("KILOSAT_DATA", str(write_fallen_epochs(folder)))


def said(words: list[str]) -> str:
    result = runner.invoke(app, ["treasuries", *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def told(words: list[str]) -> dict:
    return json.loads(said([*words, "--json"]))


def test_the_table_as_text() -> None:
    text = said(["--as-of", "2026-04-30"])
    for word in ("Strategy", "762,099", "United States", "verified: unknown", "Not added"):
        assert word in text


@pytest.mark.parametrize(
    ("as_of", "holder", "stated", "within"),
    [
        # Q3 2025 10-Q: 11,542.16 BTC, "FV $1.320B"; 6-K Q4 2025: "2,139 BTC ($187.1M)".
        ("2025-09-30", "trump-media", 1.320e9, 0.01),
        ("2025-12-31", "sequans", 187.1e6, 0.01),
    ],
)
def test_worth_is_what_the_holder_itself_stated(
    as_of: str, holder: str, stated: float, within: float
) -> None:
    record = told(["--as-of", as_of, "--holder", holder])
    [row] = record["holders"]
    assert row["figures"]["value_usd"]["value"] == pytest.approx(stated, rel=within)
    assert record["price"]["as_of"] == as_of


def test_governments_were_worth_what_was_published() -> None:
    """cryptocoverage.co, 2025-07-30: 517,296 BTC worth 61 billion USD."""
    record = told(["--as-of", "2025-07-30", "--kind", "government"])
    worth = sum(row["figures"]["value_usd"]["value"] for row in record["holders"])
    assert round(worth / 1e9) == 61
    assert [one["kind"] for one in record["totals"]] == ["government"]


def test_history_of_a_holder() -> None:
    text = said(["--history", "bhutan", "--as-of", "2026-04-30"])
    assert "Bhutan: 10 reports to 2026-03-09" in text
    assert "13,295" in text
    record = told(["--history", "bhutan"])
    assert len(record["holders"][0]["history"]) == 10


def test_files_are_written_and_their_paths_said(tmp_path: Path) -> None:
    text = said(["--as-of", "2026-04-30", "--out", str(tmp_path / "new")])
    names = {"treasuries.csv", "treasuries-history.csv", "treasuries.json", "treasuries.xlsx"}
    assert {path.name for path in (tmp_path / "new").iterdir()} == names
    assert all(str(tmp_path / "new" / name) in text for name in names)
    with (tmp_path / "new" / "treasuries.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["holder"] == "Strategy"


def test_files_and_json_have_what_was_asked_for(tmp_path: Path) -> None:
    said(["--holder", "bhutan", "--out", str(tmp_path)])
    rows = list(csv.DictReader(io.StringIO((tmp_path / "treasuries.csv").read_text("utf-8"))))
    assert [row["holder"] for row in rows] == ["Bhutan"]


def test_coins_of_a_ledger(ledger: Path) -> None:
    words = ["--ledger", str(ledger), "--register", "el-salvador", "--holder", "el-salvador"]
    [row] = told(words)["holders"]
    assert row["verified"]["sats"] == PAID
    assert row["verified"]["file"] == "sv.ledger"
    assert row["figures"]["verified_share"]["value"] == pytest.approx(PAID / (7560 * BTC))
    assert "5.00000001 BTC after block" in " ".join(said(words).split())


@pytest.mark.usefixtures("in_a_fallen_world")
def test_coins_and_signatures_of_an_archive(archive: Path) -> None:
    payout = coinbase_payout()[1]
    [row] = told(["--archive", str(archive), "--holder", "georgia"])["holders"]
    assert row["verified"]["sats"] == payout
    assert row["verified"]["counted_by"] == "archive"
    assert [one["kind"] for one in row["proofs"]] == ["BIP 322 simple"]
    assert "control: 1 valid signature" in said(["--archive", str(archive)])
    [row] = told(["--archive", str(archive), "-p", "mine", "--of", "uae", "--holder", "uae"])[
        "holders"
    ]
    assert (row["verified"]["sats"], row["proofs"]) == (payout, [])


@pytest.mark.usefixtures("in_a_fallen_world")
def test_ledger_and_archive_together(ledger: Path, archive: Path) -> None:
    """Coins from the ledger, signatures from the archive, here for one and the same holder."""
    words = ["--ledger", str(ledger), "--register", "el-salvador", "--archive", str(archive)]
    [row] = told([*words, "--of", "bhutan", "--holder", "bhutan"])["holders"]
    assert (row["verified"]["sats"], row["verified"]["counted_by"]) == (PAID, "ledger")
    assert len(row["proofs"]) == 1
    record = told(words)
    verified = {one["key"] for one in record["holders"] if one["verified"]}
    assert verified == {"el-salvador", "georgia"}


def test_an_archive_that_anybody_could_make_counts_nowhere(tmp_path: Path) -> None:
    """The real block 1 called block 990,000: 50 BTC that cost nothing to claim."""
    path = write_forged_archive(tmp_path / "forged.archive", 990_000)
    words = ["treasuries", "--archive", str(path), "--out", str(tmp_path / "out"), "--json"]
    result = runner.invoke(app, words)
    assert result.exit_code == 2
    assert "forged.archive does not hold (Bitcoin's main network" in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_the_table_says_through_whom_a_ledger_was_filled(ledger: Path) -> None:
    words = ["--ledger", str(ledger), "--register", "el-salvador", "--holder", "el-salvador"]
    [row] = told(words)["holders"]
    assert "filled through the keeper's own node (core); one source alone" in row["limits"]
    assert "filled through the keeper's own node (core); one source" in " ".join(
        said(words).split()
    )


def test_nobody_can_type_a_verified_number() -> None:
    result = runner.invoke(app, ["treasuries", "--verified", "bhutan=1@1"])
    assert result.exit_code == 2
    assert "No such option" in result.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--holder", "el-savador"], "did you mean 'el-salvador'?"),
        (["--history", "strategi"], "did you mean 'strategy'?"),
        (["--kind", "goverment"], "did you mean 'government'?"),
        (["--kind", "fund"], "no fund or ETF is in the list"),
        (["--as-of", "2025-02-30"], "'2025-02-30' is not a day"),
        (["--as-of", "2008-01-03"], "there is no report by 2008-01-03"),
        (["--as-of", "2999-01-01"], "2999-01-01 has not come yet"),
        (["--holder", "bhutan", "--kind", "company"], "keep one"),
        (["--register", "el-salvador"], "--register is for --ledger"),
        (["--ledger", "LEDGER"], "--ledger needs --register"),
        (["--perimeter", "all"], "neither is given"),
        (["--of", "bhutan"], "neither is given"),
        (["--archive", "ARCHIVE", "--height", "5"], "--height is for --ledger"),
        (["--ledger", "LEDGER", "--register", "el-savador"], "did you mean 'el-salvador'?"),
        (["--ledger", "LEDGER", "--register", "el-salvador", "-p", "resrve"], "'reserve'"),
        (["--ledger", "LEDGER", "--register", "el-salvador", "--height", "999"], "scan further"),
        (["--ledger", "LEDGER", "--register", "OTHER"], "did not look for 2 of the 2 scripts"),
        (["--ledger", "LEDGER", "--register", "REGTEST"], "is of regtest"),
        (["--ledger", "TESTNET", "--register", "el-salvador"], "is a ledger of testnet"),
        (["--ledger", "TEXT", "--register", "el-salvador"], "is no ledger of kilosat"),
        (["--ledger", "MISSING", "--register", "el-salvador"], "is not there"),
        (["--archive", "TEXT"], "TEXT"),
        (["--archive", "MISSING"], "MISSING"),
        (["--archive", "ARCHIVE"], "not shown to be of Bitcoin's main network"),
        (
            ["--ledger", "LEDGER", "--register", "el-salvador", "--of", "atlantis"],
            "is not a holder",
        ),
        (["--out", "TEXT"], "cannot be written"),
        (["--out", "TEXT/below"], "cannot be written"),
        (["--out", "TAKEN"], "cannot be written (Is a directory)"),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_code_2(
    tmp_path: Path, ledger: Path, archive: Path, words: list[str], message: str
) -> None:
    _prepare(tmp_path, ledger, archive)
    placed = [_placed(word, tmp_path) for word in words]
    result = runner.invoke(app, ["treasuries", *placed])
    assert result.exit_code == 2, result.output
    assert message in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert not isinstance(result.exception, ValueError | OSError)


def _prepare(folder: Path, ledger: Path, archive: Path) -> None:
    (folder / "TEXT").write_text("nothing of the kind", encoding="utf-8")
    (folder / "OTHER").write_text(register_text(), encoding="utf-8")
    (folder / "REGTEST").write_text(register_text(network="regtest"), encoding="utf-8")
    (folder / "TAKEN" / "treasuries.xlsx").mkdir(parents=True)
    (folder / "LEDGER").write_bytes(ledger.read_bytes())
    (folder / "ARCHIVE").write_bytes(archive.read_bytes())
    register = read_register(find_register("el-salvador"))
    write_ledger(folder / "TESTNET", register, PaidChain(), "testnet")


def _placed(word: str, folder: Path) -> str:
    return str(folder / word) if word.split("/")[0].isupper() else word


def test_a_secret_on_the_command_line_is_not_repeated(ledger: Path) -> None:
    """The key of the BIP 32 documents' first test vector, which everybody knows."""
    key = (
        "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU"
        "3TGtRBeJgk33yuGBxrMPHi"
    )
    result = runner.invoke(app, ["treasuries", "--ledger", str(ledger), "--register", key])
    assert result.exit_code == 2
    assert key[:20] not in result.output


def test_the_price_is_that_of_the_day_or_the_last_before() -> None:
    record = told(["--holder", "bhutan"])
    assert date.fromisoformat(record["price"]["as_of"]) <= date.fromisoformat(record["as_of"])


def test_every_command_and_option_of_the_page_exists() -> None:
    page = (Path(__file__).parents[1] / "docs" / "treasuries.md").read_text("utf-8")
    group = typer.main.get_command(app)
    lines = re.findall(r"^kilosat .*$", page, re.MULTILINE)
    lines += re.findall(r"`(kilosat [^`]*)`", page)
    assert len(lines) > 10
    for line in lines:
        words = line.partition("#")[0].split()[1:]
        command = group.commands[words.pop(0)]  # type: ignore[attr-defined]
        if inner := getattr(command, "commands", None):
            command = inner[words.pop(0)]
        known = {name for parameter in command.params for name in parameter.opts}
        assert {word for word in words if word.startswith("-")} <= known, line


def test_every_option_of_the_command_is_on_the_page() -> None:
    page = (Path(__file__).parents[1] / "docs" / "treasuries.md").read_text("utf-8")
    command = typer.main.get_command(app).commands["treasuries"]  # type: ignore[attr-defined]
    long = [name for one in command.params for name in one.opts if name.startswith("--")]
    assert [name for name in long if name not in page and name != "--help"] == []
