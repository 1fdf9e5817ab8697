"""The commands on wallets, as a user types them, on a real node with a state's bitcoin on it."""

import json
import threading
import time
import tomllib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kilosat.cli import app

from .chain.secret_samples import SAMPLES
from .regtest.esplora_server import EsploraServer
from .regtest.fixtures import StartNode
from .regtest.scenario_register import WATCHED
from .regtest.told import Told

FILES = {
    "audit.html",
    "audit.json",
    "audit.xlsx",
    "flows.csv",
    "coins.csv",
    "days.csv",
    "announcements.csv",
    "journal.beancount",
    "rotki.csv",
}
ONE_WALLET = """format = 1
[register]
name = "one"
title = "One wallet"
network = "regtest"
[sources.test]
document = "a test"
publisher = "kilosat's tests"
[groups.all]
title = "All"
[entities.one]
title = "One"
group = "all"
addresses_known = "all"
source = "test"
[wallets.one]
title = "One"
entity = "one"
attribution = "owner"
source = "test"
addresses = ["{address}"]
[perimeters.all]
title = "All"
groups = ["all"]
"""
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def called(*words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words])

    return called


@pytest.fixture
def node(told: Told) -> tuple[str, ...]:
    """The options that name the node."""
    return ("--node", told.node.url, "--cookie", str(told.node.cookie))


def refused(result: Result) -> str:
    """What is said of a command that is refused: no traceback, exit code 2."""
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.output


def test_an_audit_says_its_verdict_and_writes_its_files(
    told: Told, run: Run, node: tuple[str, ...], tmp_path: Path
) -> None:
    result = run("audit", told.path, *node, "--perimeter", "state", "--out", "report")
    assert result.exit_code == 0, result.output
    assert {path.name for path in (tmp_path / "report").iterdir()} >= FILES
    stock = sum(told.scenario.books.balance(party) for party in WATCHED)
    record = json.loads((tmp_path / "report" / "audit.json").read_text(encoding="utf-8"))
    assert f'"value": {stock}' in json.dumps(record)
    lines = result.output.splitlines()
    assert lines[0].startswith("All of the state, ")
    assert lines[1].startswith(
        "* Less what is stated as owed to clients, coins in its known wallets grew"
    )
    assert "What could not be known:" in lines
    again = run("audit", told.path, *node, "--out", "report")
    assert again.exit_code == 0
    assert again.output.splitlines()[1] == lines[1]


def test_two_sources_that_agree(told: Told, run: Run, node: tuple[str, ...]) -> None:
    with EsploraServer(told.node) as server:
        result = run("audit", told.path, *node, "--esplora", server.url, "--cross-check")
    assert result.exit_code == 0, result.output
    assert "DIFFERS" not in result.output
    assert "rests on one source" not in result.output
    agreeing = [line for line in result.output.splitlines() if line.startswith("agrees, ")]
    assert len(agreeing) == 2
    assert all("coins of the ledger with those that" in line for line in agreeing)


def test_a_second_source_that_leaves_out_a_wallet_ends_with_2_and_says_what(
    told: Told, run: Run, node: tuple[str, ...]
) -> None:
    """It hides all of the police's coins, in histories, sums and lists of unspent coins alike."""
    police = {coin.address for _, coin in told.scenario.books.made if coin.owner == "police"}
    hidden = [bytes.fromhex(_script(told, address)) for address in police]
    with EsploraServer(told.node) as server:
        server.index.catch_up()
        for script in hidden:
            del server.index.scripts[sha256(script).hexdigest()]
        result = run("audit", told.path, *node, "--esplora", server.url, "--cross-check")
    said = refused(result)
    assert "DIFFERS" in said
    assert "it is not there" in said
    assert "trust no figure" in said.splitlines()[-1]


def _script(told: Told, address: str) -> str:
    return str(told.node.rpc("getaddressinfo", address, wallet="police")["scriptPubKey"])


def test_signatures_go_from_the_challenge_into_an_archive_that_is_verified(
    told: Told, run: Run, node: tuple[str, ...], tmp_path: Path
) -> None:
    asked = run("challenge", told.path, "--wallet", "police", *node)
    assert asked.exit_code == 0, asked.output
    _sign(tmp_path / "controls.toml", told, "police")
    options = ("--archive", "state.archive", "--signatures", "controls.toml")
    packed = run("audit", told.path, *node, "--perimeter", "state", *options)
    assert packed.exit_code == 0, packed.output
    verified = run("verify", "state.archive", "--json")
    assert verified.exit_code == 0, verified.output
    found = json.loads(verified.output)
    assert found["holds"]
    assert {one["outcome"] for one in found["controls"]} == {"proven"}
    assert all(block["true"] for one in found["controls"] for block in one["blocks"])
    repeated = run("audit", told.path, "--from-archive", "state.archive", "--out", "again")
    assert repeated.exit_code == 0, repeated.output
    first, second = (one.output.splitlines()[:10] for one in (packed, repeated))
    assert first == second
    again = run("challenge", told.path, "--wallet", "police", *node)
    assert "controls.toml" in refused(again)


def test_an_archive_with_its_books_is_audited_by_itself(
    told: Told, run: Run, node: tuple[str, ...], tmp_path: Path
) -> None:
    options = ("--perimeter", "state", "--archive", "state.archive", "--books")
    packed = run("audit", told.path, *node, *options)
    assert packed.exit_code == 0, packed.output
    alone = run("audit", "state.archive", "--perimeter", "state", "--out", "alone")
    assert alone.exit_code == 0, alone.output
    assert alone.output.splitlines()[:10] == packed.output.splitlines()[:10]
    assert _values(tmp_path / "alone") == _values(tmp_path / "out")
    beside = run("audit", "state.archive", *node, "--cross-check", "--out", "beside")
    assert beside.exit_code == 0, beside.output
    assert "agrees, state.archive: " in beside.output
    # It was made from this very node.
    assert "rests on one source" in beside.output


def test_an_archive_without_books_says_what_is_not_known(
    told: Told, run: Run, node: tuple[str, ...]
) -> None:
    assert run("audit", told.path, *node, "--archive", "state.archive").exit_code == 0
    alone = run("audit", "state.archive", "--perimeter", "state", "--out", "alone")
    assert alone.exit_code == 0, alone.output
    assert "Less what is stated as owed to clients" not in alone.output
    assert "The register names files that did not come with it" in alone.output
    assert "need" not in refused(run("audit", "state.archive", "--cross-check"))


def _values(folder: Path) -> dict[str, object]:
    record = json.loads((folder / "audit.json").read_text(encoding="utf-8"))
    return {name: one["value"] for name, one in record["figures"].items()}


def _sign(path: Path, told: Told, wallet: str) -> None:
    """What the holder does: sign each message with the key of its address."""
    text = path.read_text(encoding="utf-8")
    for entry in tomllib.loads(text)["control"]:
        words = (entry["address"], entry["message"])
        signature = told.node.rpc("signmessage", *words, wallet=wallet)
        text = text.replace('signature = ""', f'signature = "{signature}"', 1)
    path.write_text(text, encoding="utf-8")


def test_labels_are_written_for_other_wallets(
    told: Told, run: Run, node: tuple[str, ...], tmp_path: Path
) -> None:
    assert run("audit", told.path, *node).exit_code == 0
    ledger = tmp_path / "out" / "scenario.ledger"
    result = run("labels", told.path, "--ledger", ledger, "--out", "labels.jsonl")
    assert result.exit_code == 0, result.output
    lines = (tmp_path / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    refs = {row["ref"] for row in rows}
    assert {coin.address for coin in told.scenario.books.coins_of("treasury")} <= refs


def test_watching_reports_new_blocks_and_reorganisations(
    start_node: StartNode, run: Run, tmp_path: Path
) -> None:
    """A block that pays the wallet comes, and a longer branch takes its place."""
    node = start_node("-blockfilterindex=1", "-rest", zmq=("hashblock",))
    address = node.rpc("getnewaddress", wallet=node.create_wallet("w"))
    (tmp_path / "one.toml").write_text(ONE_WALLET.format(address=address), encoding="utf-8")
    node.mine(3)
    branch = node.mine(2)[0]
    node.rpc("invalidateblock", branch)
    seen = threading.Event()

    def story() -> None:
        assert seen.wait(30)
        node.mine(1, address)
        _wait_for(tmp_path / "out" / "audit.json", '"height": 4')
        node.rpc("reconsiderblock", branch)

    told = threading.Thread(target=story)
    told.start()
    options = ("--node", node.url, "--cookie", node.cookie, "--zmq", node.zmq_address)
    threading.Thread(
        target=lambda: (_wait_for(tmp_path / "out" / "audit.json", '"height": 3'), seen.set())
    ).start()
    result = run("watch", "one.toml", *options, "--every", "0.3", "--rounds", "3")
    told.join()
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    blocks = [line for line in lines if line.startswith("block ")]
    assert blocks == [
        "block 3: 0 new transactions",
        "block 4: 1 new transaction",
        "block 5: 0 new transactions",
    ]
    (at,) = [place for place, line in enumerate(lines) if line.startswith("REORGANISATION")]
    assert "1 block after 3 left the chain" in lines[at]
    assert "1 transaction" in lines[at]
    paid = [one["txid"] for one in node.rpc("listtransactions", wallet="w")]
    assert lines[at + 1] == f"  {paid[0]} is in no block now"
    assert lines[at - 1] == "block 5: 0 new transactions"
    record = json.loads((tmp_path / "out" / "audit.json").read_text(encoding="utf-8"))
    assert record["chain"]["tip"]["height"] == 5
    assert len(record["chain"]["reorganisations"]) == 1


def test_watching_goes_on_while_the_tip_is_lower_or_the_node_is_away(
    start_node: StartNode, run: Run, tmp_path: Path
) -> None:
    """The last block leaves and none takes its place; then the node stops; then it all goes on."""
    node = start_node("-blockfilterindex=1", "-rest")
    address = node.rpc("getnewaddress", wallet=node.create_wallet("w"))
    (tmp_path / "one.toml").write_text(ONE_WALLET.format(address=address), encoding="utf-8")
    node.mine(3)
    last = node.mine(1, address)[0]
    record = tmp_path / "out" / "audit.json"

    def story() -> None:
        _wait_for(record, '"height": 4')
        node.rpc("invalidateblock", last)
        _wait_for(record, '"height": 3')
        node.stop()
        time.sleep(1.0)
        node.start()
        node.mine(2)

    told = threading.Thread(target=story)
    told.start()
    options = ("--node", node.url, "--cookie", node.cookie, "--every", "0.2", "--rounds", "3")
    result = run("watch", "one.toml", *options)
    told.join()
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    heights = [line.partition(":")[0] for line in lines if line.startswith("block ")]
    assert heights[:2] == ["block 4", "block 3"]
    assert [line for line in lines if "REORGANISATION" in line]
    assert [line for line in lines if line.startswith("waiting: ")]
    assert [line for line in lines if line == "the source answers again"]


def _wait_for(path: Path, text: str) -> None:
    """Until a file is there and has a text in it."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if path.exists() and text in path.read_text(encoding="utf-8"):
            return
        time.sleep(0.05)
    raise TimeoutError(f"{path.name} never has {text}")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "say where to read the chain"),
        (("--electrum", "tcp://127.0.0.1:1", "--esplora", "http://127.0.0.1:1"), "keep one"),
        (("--electrum", "tcp://127.0.0.1:1", "--cross-check"), "name a second one"),
        (("--ca-file", "ca.pem", "--from-archive", "a"), "is for --electrum or --esplora"),
        (("--node", "https://127.0.0.1"), "not the address of a node"),
        (("--node", "http://user:word@127.0.0.1:1"), "cannot be reached"),
        (("--cookie", "nowhere/.cookie"), "the cookie cannot be read"),
        (("--electrum", "127.0.0.1"), "tcp://"),
        (("--esplora", "ftp://127.0.0.1"), "https://"),
        (("--from-archive", "nowhere.archive"), "nowhere.archive"),
        (("--books", "--electrum", "tcp://127.0.0.1:1"), "--archive FILE"),
    ],
)
def test_a_source_that_cannot_be_used_is_one_line(
    told: Told, run: Run, words: tuple[str, ...], said: str
) -> None:
    output = refused(run("audit", told.path, *words))
    assert said in output
    assert len(output.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--perimeter", "stat"), "did you mean 'state'"),
        (("--reserve", "wallet:cold"), "no wallet 'cold'"),
        (("--start", "2024-07-01", "--end", "2024-05-01"), "before or when it starts"),
        (("--start", "2024-13-01"), "2024-13-01"),
        (("--until", "999999"), "no block 999999"),
        (("--until", "-5"), "--until"),
        (("--prices", "nowhere.csv"), "nowhere.csv"),
        (("--ledger", "nowhere/at/all.ledger"), "check that the folder exists"),
        (("--signatures", "no.toml", "--archive", "a"), "no.toml"),
    ],
)
def test_what_cannot_be_audited_is_said(
    told: Told, run: Run, node: tuple[str, ...], words: tuple[str, ...], said: str
) -> None:
    assert said in refused(run("audit", told.path, *node, *words))


@pytest.mark.parametrize("kind", ["xprv", "wif-main"])
def test_no_key_enters_by_the_command_line(run: Run, kind: str) -> None:
    output = refused(run("audit", SAMPLES[kind], "--node", "http://u:p@127.0.0.1:1"))
    assert SAMPLES[kind][:12] not in output


def test_a_password_is_not_repeated(told: Told, run: Run) -> None:
    output = refused(run("audit", told.path, "--node", "http://me:swordfish@127.0.0.1:1"))
    assert "swordfish" not in output


def test_a_register_with_errors_says_all_of_them(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("format = 1\n[register]\nname = 'x'\n", encoding="utf-8")
    output = refused(run("audit", "bad.toml", "--node", "http://u:p@127.0.0.1:1"))
    assert len(output.strip().splitlines()) > 1
    assert "bad.toml" in output
