"""A register of wallets to start from: complete, commented, and without errors."""

import json
from pathlib import Path

from kilosat.chain.secrets import refuse_secrets

__all__ = ["write_register_template"]

_EXAMPLE = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
"""The address of the first block's coins: public since 2009, and nobody's to spend."""

_TEXT = """\
# {name}: wallets and what is said of them. Everything in this file is an example that
# `kilosat check` accepts: replace it. Only what is public belongs here: a file with a private key
# or a seed anywhere in it is refused as a whole.
format = 1

[register]
name = {key}
title = {title}
network = "mainnet"          # mainnet, testnet, signet, regtest
# deposits = "deposits.csv"  # coins owed to clients: date, entity, btc, source
# payments = "payments.csv"  # what was paid for coins: date, entity, btc, usd, kind, source
# labels_file = "labels.jsonl"  # labels of another wallet program (BIP 329)

# Each document once; the rest refers to it by its key.
[sources.example-document]
document = "Where the addresses are published"
publisher = "Who published them"
address = "https://example.org/addresses"

# Groups nest: an audit of the outer one counts coins between the inner ones as moved, not as come.
[groups.state]
title = "All public wallets"

[groups.treasury]
title = "Treasury"
parent = "state"

[groups.retail]
title = "Retail wallet of the state"
parent = "state"

# Whoever holds wallets. Name also those of whom no address is known: the audit says so.
[entities.treasury]
title = "Treasury"
group = "treasury"
addresses_known = "some"     # all, some or none
source = "example-document"

[entities.retail]
title = "Retail wallet"
group = "retail"
addresses_known = "none"
source = "example-document"

# Wallets: addresses = [...], or descriptors = [...] with their checksums, or xpub = "..." with
# script_type = "pkh", "sh(wpkh)", "wpkh" or "tr" (a ypub or zpub says it itself).
[wallets.reserve]
title = "Reserve"
entity = "treasury"
attribution = "third-party"  # signature, owner, filing, third-party or assumed
source = "example-document"
addresses = ["{address}"]

# A perimeter is whatever counts as inside. The first one is the audit's own.
[perimeters.all]
title = "All public wallets"
groups = ["state"]

[perimeters.reserve]
title = "The reserve alone"
groups = ["treasury"]

# Addresses outside, and who is behind them: an exchange's is evidence of a purchase.
# [[labels]]
# address = "..."
# label = "Hot wallet of an exchange"
# kind = "exchange"          # or: pool, custodian, state, company, person, other
# source = "example-document"

# What was said: purchases, sales, seizures. With the amount as text, so that none is rounded.
# [[announcements]]
# date = 2025-01-31
# daily_to = 2025-02-28        # only where it was said of every day up to this one
# entity = "treasury"
# kind = "purchase"          # or: mined, seizure, sale, donation, transfer, other
# btc = "1.5"
# text = "one and a half bitcoin today"
# txids = []                 # where they are known
# source = "example-document"
"""


def write_register_template(folder: Path, name: str) -> Path:
    """Write ``NAME.toml`` into a folder and return its path.

    Raises:
        FileExistsError: it is there already.
        SecretError: the name holds a private key or a seed; nothing was written.
        ValueError: the name has no letter or digit.
    """
    refuse_secrets(name, "the name")
    key = "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
    if not key:
        raise ValueError("a name has letters or digits")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{key}.toml"
    quoted = json.dumps(name, ensure_ascii=False)
    title = json.dumps(f"Bitcoin of {name}", ensure_ascii=False)
    text = _TEXT.format(name=quoted, key=json.dumps(key), title=title, address=_EXAMPLE)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    return path
