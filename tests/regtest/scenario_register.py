"""What an auditor of the scenario is given: the register, and the clients' deposits beside it."""

import json
from pathlib import Path

from .scenario import Scenario

LABELLED = {"exchange": "exchange", "pool": "pool"}
WATCHED = {"treasury": "office", "mine": "office", "retail": "retail", "police": "police"}
OWED_BTC = 9
"""Five deposits of two coins, and one coin paid back."""


def write_register(scenario: Scenario, folder: Path) -> Path:
    """The register of the story as a file; private keys stay in the node's wallets."""
    day = scenario.now.date().isoformat()
    rows = ["date,entity,btc,source", f"{day},retail,{OWED_BTC},clients' statement"]
    (folder / "deposits.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "payments.csv").write_text("\n".join(_payments(scenario)) + "\n", encoding="utf-8")
    path = folder / "register.toml"
    parts = [_HEAD, *_wallets(scenario), *_labels(scenario), *_announcements(scenario)]
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def descriptors(scenario: Scenario, party: str) -> list[str]:
    """Public descriptors of a wallet, receiving and change, of the one kind that it uses."""
    listed = scenario.node.rpc("listdescriptors", False, wallet=party)["descriptors"]
    return [one["desc"] for one in listed if one["desc"].startswith("wpkh(")]


def _payments(scenario: Scenario) -> list[str]:
    """The retail wallet's own books: what clients brought and took, by transaction."""
    day = scenario.now.date().isoformat()
    return ["date,entity,kind,sats,source,txid"] + [
        f"{day},retail,{move.why},{abs(move.sats)},books of the retail wallet,{move.txid}"
        for move in scenario.books.moves
        if move.party == "client" and move.why.startswith("client")
    ]


def _wallets(scenario: Scenario) -> list[str]:
    return [
        f"[wallets.{party}]\ntitle = '{party.title()}'\nentity = '{entity}'\n"
        "attribution = 'owner'\nsource = 'script'\n"
        f"descriptors = {json.dumps(descriptors(scenario, party))}\n"
        for party, entity in WATCHED.items()
    ]


def _labels(scenario: Scenario) -> list[str]:
    found = []
    for party, kind in LABELLED.items():
        known = {coin.address for _, coin in scenario.books.made if coin.owner == party}
        found += [
            f"[[labels]]\naddress = '{address}'\nlabel = '{party} {number}'\n"
            f"kind = '{kind}'\nsource = 'script'\n"
            for number, address in enumerate(sorted(known))
        ]
    return found


def _announcements(scenario: Scenario) -> list[str]:
    found = []
    for one in scenario.announcements:
        lines = [f"{key} = '{one[key]}'" for key in ("entity", "kind", "text", "btc")]
        if "txid" in one:
            lines.append(f"txids = ['{one['txid']}']")
        day = f"date = {one['date']}"
        found.append("\n".join(["[[announcements]]", day, *lines, "source = 'script'", ""]))
    return found


_HEAD = """format = 1

[register]
name = "scenario"
title = "A state's bitcoin, on a chain made for tests"
network = "regtest"
deposits = "deposits.csv"
payments = "payments.csv"

[sources.script]
document = "the script of the scenario"
publisher = "kilosat's tests"

[groups.state]
title = "The state"

[groups.treasury]
title = "Treasury"
parent = "state"

[groups.retail]
title = "Retail wallet of the state"
parent = "state"

[groups.law]
title = "Law enforcement"
parent = "state"

[entities.office]
title = "Bitcoin Office"
group = "treasury"
addresses_known = "all"
source = "script"

[entities.retail]
title = "Retail wallet"
group = "retail"
addresses_known = "all"
source = "script"

[entities.police]
title = "Police"
group = "law"
addresses_known = "all"
source = "script"

[perimeters.state]
title = "All of the state"
groups = ["state"]

[perimeters.treasury]
title = "The treasury alone"
groups = ["treasury"]

[perimeters.reserve-wallet]
title = "The reserve wallet alone"
wallets = ["treasury"]
"""
