"""A verification for people (plain text) and for programs (a dictionary that is JSON)."""

from datetime import UTC, datetime
from typing import Any

from kilosat.chain.archive.heights import heights_are_shown
from kilosat.chain.archive.verification import Check, CheckedControl, Verification
from kilosat.chain.header import hex_of_hash
from kilosat.chain.sources.printable import printable

__all__ = ["verification_json", "verification_text"]

_MARKS = {"proven": "proven", "not proven": "open", "failed": "FAILED"}
_LONGEST_LINE = 2_000


def verification_text(verification: Verification) -> str:
    """What was checked, in plain words for a terminal; the verdict comes first."""
    parts = [_verdict(verification)]
    if verification.failed:
        parts.append(_checks("Not true", verification.failed))
    else:
        parts.append(_listed("Proven", verification.proven))
        parts.append(_listed("Not proven, by this file or any other", verification.not_proven))
    legend = "Checks (proven: follows from the file; open: nothing in the file shows it)"
    parts.append(_checks(legend, verification.checks))
    return "\n\n".join(parts) + "\n"


def verification_json(verification: Verification) -> dict[str, Any]:
    """The same for programs; amounts in satoshis, hashes as people print them."""
    return {
        "file": verification.file,
        "sha256": verification.fingerprint,
        "network": verification.network,
        "first_height": verification.first_height,
        "as_of": {
            "height": verification.as_of.height,
            "hash": hex_of_hash(verification.as_of.hash),
            "time": datetime.fromtimestamp(verification.time, UTC).isoformat(),
        },
        "work_hashes": str(verification.work),
        "holds": not verification.failed,
        "main_network": verification.is_main_network,
        "checks": [
            {"key": one.key, "title": one.title, "outcome": one.outcome, "detail": one.detail}
            for one in verification.checks
        ],
        "wallets": [vars(one) for one in verification.wallets],
        "controls": [_control(one) for one in verification.controls],
        "proven": list(verification.proven),
        "not_proven": list(verification.not_proven),
    }


def _verdict(verification: Verification) -> str:
    name = printable(verification.file)
    if verification.failed:
        count = len(verification.failed)
        claims = "1 of its claims does" if count == 1 else f"{count} of its claims do"
        return f"{name}: NOT TRUE. {claims} not hold, so believe nothing in it."
    day = datetime.fromtimestamp(verification.time, UTC).date()
    place = f"as of block {verification.as_of.height:,} of {day}"
    if not heights_are_shown(verification):
        place = f"as of a block of {day}, called {verification.as_of.height:,} by the file"
    if verification.is_main_network:
        return f"{name}: HOLDS, {place}, on Bitcoin's main network."
    return (
        f"{name}: nothing in it is contradicted, {place}, BUT IT IS NOT SHOWN TO BE BITCOIN'S MAIN "
        "NETWORK: see 'Bitcoin's main network' below before you believe it."
    )


def _checks(title: str, checks: tuple[Check, ...]) -> str:
    width = max(len(mark) for mark in _MARKS.values())
    lines = [
        f"  {_MARKS[one.outcome]:<{width}}  {printable(one.title, _LONGEST_LINE)}: "
        f"{printable(one.detail, _LONGEST_LINE)}"
        for one in checks
    ]
    return "\n".join([title, *lines])


def _listed(title: str, sentences: tuple[str, ...]) -> str:
    lines = [f"  - {printable(sentence, _LONGEST_LINE)}" for sentence in sentences]
    return "\n".join([title, *lines])


def _control(one: CheckedControl) -> dict[str, Any]:
    return {
        "wallet": one.control.wallet,
        "address": one.control.address,
        "message": one.control.message,
        "signature": one.control.signature,
        "outcome": one.check.outcome,
        "detail": one.check.detail,
        "verdict": one.verdict.outcome,
        "variant": one.verdict.variant,
        "blocks": [
            {
                "hash": hex_of_hash(block.hash),
                "stated_height": block.stated_height,
                "height": block.height,
                "true": block.is_true,
            }
            for block in one.blocks
        ],
        "coins": [
            {
                "txid": hex_of_hash(coin.outpoint.txid),
                "index": coin.outpoint.index,
                "sats": coin.sats,
                "script": coin.script.hex(),
            }
            for coin in one.verdict.coins
        ],
    }
