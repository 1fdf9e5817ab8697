"""Signatures of control in an archive: judged, and matched with its wallets, blocks and coins."""

from kilosat.chain.address import AddressError, script_from_address
from kilosat.chain.archive.holdings import Holdings
from kilosat.chain.archive.model import Archive
from kilosat.chain.archive.verification import Check, CheckedControl
from kilosat.chain.control import (
    Control,
    NamedBlock,
    ShownCoin,
    SignatureVerdict,
    named_blocks,
    when_signed,
)
from kilosat.chain.control.file import mask_public_hashes
from kilosat.chain.control.signature import covered_form, verify_signature
from kilosat.chain.header import hex_of_hash
from kilosat.chain.secrets import find_secrets
from kilosat.chain.sources.printable import printable

__all__ = ["check_controls_of", "signed_scripts"]


def check_controls_of(archive: Archive, holdings: Holdings) -> tuple[CheckedControl, ...]:
    """Judge every signature of the archive."""
    return tuple(
        _checked(control, f"control {number}", archive, holdings)
        for number, control in enumerate(archive.controls, start=1)
    )


def signed_scripts(archive: Archive, controls: tuple[CheckedControl, ...]) -> frozenset[bytes]:
    """Scripts with a valid signature: of the addresses, and of coins in proofs of funds."""
    found = set()
    for one in controls:
        if one.check.outcome == "proven":
            found.add(script_from_address(one.control.address, archive.network))
            found |= {coin.script for coin in one.verdict.coins}
    return frozenset(found)


def _checked(control: Control, key: str, archive: Archive, holdings: Holdings) -> CheckedControl:
    title = f"Signature for {printable(control.address, 100)} of {printable(control.wallet, 40)}"
    if _holds_secret(control, archive):
        withheld = Control("", "", "", "")
        verdict = SignatureVerdict("invalid", None, "it holds a private key or seed")
        check = Check(key, "Signature", "failed", f"{verdict.reason}, and is not looked at")
        return CheckedControl(withheld, verdict, (), check)
    verdict = verify_signature(control.message, control.address, control.signature)
    blocks = named_blocks(control.message, archive.heights)
    wrong = _wrong(control, verdict, archive, holdings)
    if wrong:
        check = Check(key, title, "failed", wrong)
    elif verdict.outcome == "inconclusive":
        reason = f"the rules of today cannot judge it: {verdict.reason}"
        check = Check(key, title, "not proven", reason)
    else:
        check = Check(key, title, "proven", _told(verdict, blocks, holdings))
    return CheckedControl(control, verdict, blocks, check)


def _holds_secret(control: Control, archive: Archive) -> bool:
    texts = (control.wallet, control.address, control.message, control.signature)
    return any(find_secrets(mask_public_hashes(text, archive.network)) for text in texts)


def _wrong(
    control: Control, verdict: SignatureVerdict, archive: Archive, holdings: Holdings
) -> str:
    """Why it proves nothing; empty if it may."""
    if verdict.outcome == "invalid":
        return f"it does not fit this message and address: {verdict.reason}"
    try:
        script = script_from_address(control.address, archive.network)
    except AddressError as problem:
        return f"the address cannot be used: {problem}"
    if holdings.wallets.get(script) != control.wallet:
        return "the address is not of the wallet of the register that the archive names for it"
    if covered_form(control.message, control.address, control.signature) != control.signature:
        return "it holds bytes that nothing signed bears out"
    return _wrong_coin(verdict.coins, archive)


def _wrong_coin(coins: tuple[ShownCoin, ...], archive: Archive) -> str:
    """A coin that a proof of funds shows with another amount or script than the chain has."""
    for coin in coins:
        outputs = archive.proven_outputs.get(coin.outpoint.txid)
        if outputs is None:
            continue
        held = archive.spent_output(coin.outpoint)
        if held is None or (held.value_sats, held.script) != (coin.sats, coin.script):
            name = f"{hex_of_hash(coin.outpoint.txid)}:{coin.outpoint.index}"
            return f"it shows coin {name} with another amount or script than the chain has"
    return ""


def _told(verdict: SignatureVerdict, blocks: tuple[NamedBlock, ...], holdings: Holdings) -> str:
    parts = [f"valid ({verdict.variant})", when_signed(blocks)]
    if verdict.lock_time or verdict.sequence:
        parts.append(
            f"made as a spend with lock time {verdict.lock_time} and sequence {verdict.sequence}: "
            "the script may ask for one, and then the key cannot spend before it"
        )
    if verdict.coins:
        left = sum(coin.outpoint in holdings.left for coin in verdict.coins)
        spent = sum(coin.outpoint in holdings.made for coin in verdict.coins) - left
        parts.append(
            f"signs for {len(verdict.coins)} coins besides: {left} are in the archive and unspent "
            f"there, {spent} are spent there, of the others nothing is known here"
        )
    return "; ".join(parts)
