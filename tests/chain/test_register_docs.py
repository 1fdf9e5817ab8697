"""The register that docs/registers.md describes is one that ``kilosat check`` accepts."""

import re
from pathlib import Path
from typing import get_args

from kilosat.chain.register import check_register, read_register
from kilosat.chain.register.schema import WalletEntry
from kilosat.chain.secrets import find_secrets

PAGE = (Path(__file__).parents[2] / "docs" / "registers.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL)
LABEL = '{"type": "addr", "ref": "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "label": "known"}\n'


def test_the_page_s_own_register_can_be_read(tmp_path: Path) -> None:
    toml = "\n".join(text for kind, text in BLOCKS if kind == "toml")
    deposits, payments = (text for kind, text in BLOCKS if text.startswith("date,"))
    path = tmp_path / "ruritania.toml"
    path.write_text(toml, encoding="utf-8")
    (tmp_path / "deposits.csv").write_text(deposits.replace("retail", "treasury"), encoding="utf-8")
    (tmp_path / "payments.csv").write_text(payments, encoding="utf-8")
    (tmp_path / "labels.jsonl").write_text(LABEL, encoding="utf-8")
    errors = [one for one in check_register(path) if one.severity == "error"]
    assert not errors
    register = read_register(path)
    assert register.liabilities[0].sats == 120_050_000_000
    assert register.payments[0].usd == 150_000
    assert register.announcements[0].sats == 150_000_000


def test_the_page_s_own_label_has_a_kind(tmp_path: Path) -> None:
    toml = next(text for kind, text in BLOCKS if kind == "toml")
    path = tmp_path / "ruritania.toml"
    lines = [line for line in toml.splitlines() if not line.startswith(("deposits", "payments"))]
    path.write_text("\n".join(lines), encoding="utf-8")
    (label,) = (text for kind, text in BLOCKS if kind == "json")
    (tmp_path / "labels.jsonl").write_text(label, encoding="utf-8")
    (found,) = read_register(path).labels
    assert (found.label, found.kind) == ("Binfinex", "exchange")


def test_each_script_type_stands_on_the_page() -> None:
    known = get_args(WalletEntry.model_fields["script_type"].annotation)
    assert all(f'`"{one}"`' in PAGE for one in known if one)


def test_no_secret_stands_on_the_page() -> None:
    assert not find_secrets(PAGE)
