"""Client deposits and payments beside a register, and no secret in any field beside it."""

import json
import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kilosat.chain.register import Register, check_register, read_register
from kilosat.definitions.findings import DefinitionError

from .secret_samples import HEX_KEY, SAMPLES, some_words

TXID = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
ADDRESS = "bc1q34aq5drpuwy3wgl9lhup9892qp6svr8ldzyy7c"

REGISTER = """\
format = 1

[register]
name = "test"
title = "A register with books"
deposits = "deposits.csv"
payments = "payments.csv"
labels_file = "labels.jsonl"

[sources.ledger]
document = "General ledger"
publisher = "Office"

[groups.country]
title = "Country"

[entities.office]
title = "Office"
group = "country"
addresses_known = "all"

[wallets.cold]
title = "Cold"
entity = "office"
attribution = "assumed"
addresses = ["32ixEdVJWo3kmvJGMTZq5jAQVZZeuwnqzo"]

[perimeters.all]
title = "All"
groups = ["country"]
"""
DEPOSITS = """\
date,entity,btc,source,reference
2025-06-30,office,12.5,ledger,page 4
2025-03-31,office,0.00000001,Quarterly statement of the trust,
"""
PAYMENTS = f"""\
date,entity,kind,sats,usd,reference,txid,source
2025-02-24,office,purchase,700000000,665000.50,invoice 7,{TXID},ledger
2025-02-25,office,sale,100,,,,https://example.org/receipt
"""
LABELS = json.dumps({"type": "addr", "ref": ADDRESS, "label": "An exchange"}) + "\n"


def written(folder: Path, deposits: str = DEPOSITS, payments: str = PAYMENTS) -> Path:
    (folder / "deposits.csv").write_text(deposits, encoding="utf-8")
    (folder / "payments.csv").write_text(payments, encoding="utf-8")
    (folder / "labels.jsonl").write_text(LABELS, encoding="utf-8")
    path = folder / "register.toml"
    path.write_text(REGISTER, encoding="utf-8")
    return path


def read(folder: Path, **files: str) -> Register:
    return read_register(written(folder, **files))


def test_deposits_are_balances_by_date(tmp_path: Path) -> None:
    first, second = read(tmp_path).liabilities
    assert (first.date, first.entity, first.sats) == (date(2025, 3, 31), "office", 1)
    assert (second.date, second.sats, second.reference) == (
        date(2025, 6, 30),
        1_250_000_000,
        "page 4",
    )
    assert first.source
    assert first.source.document == "Quarterly statement of the trust"
    assert second.source
    assert second.source.publisher == "Office"
    assert first.reference == "line 3"


def test_payments_are_read_exactly(tmp_path: Path) -> None:
    register = read(tmp_path)
    bought, sold = register.payments
    assert (bought.kind, bought.sats, bought.usd) == ("purchase", 700_000_000, 665_000.5)
    assert (sold.kind, sold.sats, sold.usd, sold.txid) == ("sale", 100, None, "")
    assert bought.txid == TXID
    assert TXID[:8] not in repr(register)
    assert sold.source
    assert sold.source.address == "https://example.org/receipt"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("2025-06-30", "2025-06-31", "deposits.csv:2: column 'date': here must stand a day"),
        ("2025-06-30", "30.06.2025", "write it as 2025-01-31"),
        ("office,12.5", "offce,12.5", "did you mean 'office'?"),
        ("12.5", "12.123456789", "more than eight decimals"),
        ("12.5", "-12.5", "btc is no number of coins"),
        ("12.5", '"12,5"', "btc is no number of coins"),
        ("12.5", "1e3", "btc is no number of coins"),
        ("12.5", "1250000000", "if these are satoshis, name it sats"),
        ("12.5", "", "btc is no number of coins"),
        ("btc", "sats", "satoshis are whole numbers; if these are coins, name it btc"),
        ("btc", "amount", "the amounts have no unit; name one column btc"),
        ("btc,source", "btc,sats,source", "the amounts have two units"),
        ("date,", "dates,", "'dates' is not a column of this table; did you mean 'date'?"),
        ("reference", "date", "column 'date' is there twice"),
        ("source,reference", "reference,reference", "column 'source' is missing"),
        ("ledger", "ledgr", "did you mean 'ledger'?"),
        ("ledger", "", "an amount needs a source"),
        ("ledger", "salary", "one word is no document, and no key of the sources; write a key of"),
        ("12.5", "-12.5", "an amount is never negative; write it without the sign"),
        ("2025-03-31", "2025-06-30", "has a balance on this day already"),
        (",page 4", "", "the row has 4 cells where the header has 5"),
        ("page 4", '"page 4', "this is not CSV"),
        (",", ";", "columns are not separated by commas"),
    ],
)
def test_faults_of_deposits(old: str, new: str, found: str, tmp_path: Path) -> None:
    assert old in DEPOSITS
    count = -1 if old == "," else 1
    path = written(tmp_path, deposits=DEPOSITS.replace(old, new, count))
    errors = [str(one) for one in check_register(path) if one.severity == "error"]
    assert any(found in one for one in errors), errors


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("purchase", "purchas", "payments.csv:2: column 'kind': 'purchas' is no kind of payment"),
        ("665000.50", "665.000,50", "the row has 9 cells"),
        ("665000.50", '"665,000.50"', "without thousands"),
        ("665000.50", "-1", "an amount of at least zero"),
        ("700000000", "7.5", "satoshis are whole numbers"),
        ("700000000", "2100000000000001", "more than 21 million BTC"),
        (TXID, TXID[:-1], "column 'txid': the transaction is not written as expected"),
        (TXID, TXID.upper(), "64 hex digits in lower case"),
    ],
)
def test_faults_of_payments(old: str, new: str, found: str, tmp_path: Path) -> None:
    path = written(tmp_path, payments=PAYMENTS.replace(old, new, 1))
    errors = [str(one) for one in check_register(path) if one.severity == "error"]
    assert any(found in one for one in errors), errors
    assert TXID[:12].casefold() not in str(errors).casefold()


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        DEPOSITS.replace("12.5", "much").replace("2025-03-31", "soon"),
        PAYMENTS.replace("purchase", "gift"),
    )
    with pytest.raises(DefinitionError) as raised:
        read_register(path)
    places = [(f.file.rpartition("/")[2], f.line) for f in raised.value.findings]
    assert places == [("deposits.csv", 2), ("deposits.csv", 3), ("payments.csv", 2)]


def test_a_price_that_no_market_had_is_noted(tmp_path: Path) -> None:
    notes = read(tmp_path, payments=PAYMENTS.replace("700000000", "700")).notes
    assert any("95,000,071,429" in str(note) and "check both units" in str(note) for note in notes)


# --- no private key can enter -------------------------------------------------------------------


def places() -> dict[str, tuple[str, str]]:
    """Each field of each file beside the register, with ``@@`` in it: file and its text."""
    found = {}
    for name, text in (("deposits.csv", DEPOSITS), ("payments.csv", PAYMENTS)):
        rows = [line.split(",") for line in text.splitlines()]
        for number, row in enumerate(rows):
            for place in range(len(row)):
                changed = [list(cells) for cells in rows]
                changed[number][place] = '"@@"'
                lines = "\n".join(",".join(cells) for cells in changed) + "\n"
                found[f"{name}:{number + 1}:{rows[0][place]}"] = (name, lines)
        found[f"{name}:end"] = (name, f"{text}@@\n")
        found[f"{name}:quote"] = (name, f'{text}"@@\n')
    for key in ("type", "ref", "label", "origin", "spendable", "colour", "heights"):
        record: dict[str, object] = {"type": "addr", "ref": ADDRESS, "label": "x", key: "@@"}
        found[f"labels:{key}"] = ("labels.jsonl", json.dumps(record) + "\n")
    for kind in ("tx", "input", "pubkey", "xpub"):
        record = {"type": kind, "ref": "@@", "label": "x"}
        found[f"labels:{kind}-ref"] = ("labels.jsonl", json.dumps(record) + "\n")
    deep = {"type": "addr", "ref": ADDRESS, "rate": {"USD": ["@@"]}}
    found["labels:deep"] = ("labels.jsonl", json.dumps(deep) + "\n")
    key = {"type": "addr", "ref": ADDRESS, "label": "x", "@@": 1}
    found["labels:key"] = ("labels.jsonl", json.dumps(key) + "\n")
    found["labels:not-json"] = ("labels.jsonl", f"{LABELS}# @@\n")
    return found


PLACES = places()
WHERE_TRANSACTIONS_STAND = ("payments.csv:2:txid", "payments.csv:3:txid", "labels:tx-ref")


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_secret_in_any_field_beside_the_register_is_refused_and_not_repeated(
    kind: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    secret = SAMPLES[kind]
    caplog.set_level(logging.DEBUG)
    for place, (name, template) in PLACES.items():
        if kind == "hex" and place in WHERE_TRANSACTIONS_STAND:
            continue  # see the test below
        path = written(tmp_path)
        (tmp_path / name).write_text(template.replace("@@", secret), encoding="utf-8")
        before = {one.name for one in tmp_path.iterdir()}
        with pytest.raises(DefinitionError) as raised:
            read_register(path)
        shown = "".join(_shown(raised.value)) + caplog.text + str(capsys.readouterr())
        assert not any(secret[at : at + 8] in shown for at in range(len(secret) - 7)), place
        assert {one.name for one in tmp_path.iterdir()} == before


def _shown(error: DefinitionError) -> Iterator[str]:
    """All that an error shows: text, repr, causes, and the locals of kilosat's own frames."""
    assert error.__cause__ is None
    assert error.__context__ is None
    yield f"{error} {error!r} {error.args!r} {error.findings!r}"
    traceback = error.__traceback__
    while traceback:
        if "kilosat" in traceback.tb_frame.f_globals.get("__name__", ""):
            yield repr(traceback.tb_frame.f_locals)
        traceback = traceback.tb_next


@pytest.mark.parametrize("place", WHERE_TRANSACTIONS_STAND)
def test_a_key_in_the_place_of_a_transaction_enters_but_is_never_shown(
    place: str, tmp_path: Path
) -> None:
    name, template = PLACES[place]
    path = written(tmp_path)
    (tmp_path / name).write_text(template.replace("@@", HEX_KEY), encoding="utf-8")
    register = read_register(path)
    assert HEX_KEY[:8] not in f"{register!r} {register.notes} {register.payments}"


@pytest.mark.parametrize("column", ["source", "reference"])
def test_seed_words_one_in_each_row_are_found(column: str, tmp_path: Path) -> None:
    words = some_words("english").split()
    rows = [f"2025-01-{day + 1:02d},office,1,{{}},{{}}" for day in range(len(words))]
    cells = [("ledger", word) if column == "reference" else (word, "") for word in words]
    table = [row.format(*cell) for row, cell in zip(rows, cells, strict=True)]
    text = "date,entity,btc,source,reference\n" + "\n".join(table) + "\n"
    found = str(check_register(written(tmp_path, deposits=text))[0])
    if column == "reference":
        assert "seed words" in found
    assert not any(word in found for word in words if len(word) > 7)


def test_seed_words_one_in_each_label_are_found(tmp_path: Path) -> None:
    path = written(tmp_path)
    lines = [
        json.dumps({"type": "addr", "ref": ADDRESS, "label": word})
        for word in some_words("english").split()
    ]
    (tmp_path / "labels.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert "seed words" in str(check_register(path)[0])


@pytest.mark.parametrize("name", ["deposits.csv", "payments.csv", "labels.jsonl"])
@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x00" * 40, b"[" * 9000, b"\n\n", b","])
def test_any_bytes_give_findings(name: str, content: bytes, tmp_path: Path) -> None:
    path = written(tmp_path)
    (tmp_path / name).write_bytes(content)
    assert any(one.severity == "error" for one in check_register(path))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize("name", ["deposits.csv", "labels.jsonl"])
def test_encodings_hide_nothing(name: str, encoding: str, tmp_path: Path) -> None:
    path = written(tmp_path)
    (tmp_path / name).write_bytes(f"{SAMPLES['wif-main']}\n".encode(encoding))
    found = str(check_register(path))
    assert "the whole file is refused" in found
    assert SAMPLES["wif-main"][:8] not in found
