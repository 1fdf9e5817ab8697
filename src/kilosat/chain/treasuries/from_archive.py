"""Coins and signatures of control that an archive proves, as ``kilosat verify`` checks them.

Loads btclib and pandas, which takes a moment, so it is imported by its name.
"""

from datetime import UTC, datetime
from pathlib import Path

from kilosat.chain.archive import Archive, read_archive
from kilosat.chain.archive.enclosed import register_of
from kilosat.chain.archive.heights import heights_are_shown
from kilosat.chain.archive.verification import CheckedControl, Verification
from kilosat.chain.archive.verify import verify_archive
from kilosat.chain.header import hex_of_hash
from kilosat.chain.mainnet_difficulty import Epochs
from kilosat.chain.register import Register
from kilosat.chain.scan.watching import scripts_to_watch
from kilosat.chain.treasuries.errors import TreasuryError
from kilosat.chain.treasuries.perimeter import Chosen, chosen
from kilosat.chain.treasuries.treasury import (
    ControlProof,
    Evidence,
    ShownControl,
    VerifiedCoins,
)

__all__ = ["evidence_in_archive"]

_STILL_UNSPENT = (
    "an archive proves that coins came; that they are still unspent, and that none was left out, "
    "only a search of the chain shows"
)


def evidence_in_archive(
    path: Path, perimeter: str = "", epochs: Epochs | None = None
) -> tuple[Register, Evidence]:
    """The archive's register, and what the archive proves of a perimeter of it.

    ``epochs`` as for ``verify``.

    Raises:
        ArchiveError: the file cannot be read or was altered.
        TreasuryError: a claim of the archive does not hold, it is not shown to be of the main
            network, or nothing can be counted.
    """
    archive = read_archive(path)
    found = verify_archive(archive, epochs)
    if found.failed:
        first = found.failed[0]
        raise TreasuryError(f"{path.name} does not hold ({first.title}: {first.detail})")
    register, check = register_of(archive)
    if register is None:
        raise TreasuryError(f"{path.name}: {check.detail}")
    inside = chosen(register, perimeter)
    _refuse_other_chains(found)
    return register, evidence_of(found, inside, _scripts(archive, inside))


def evidence_of(found: Verification, inside: Chosen, scripts: int) -> Evidence:
    """The coins left and the valid signatures of the wallets inside."""
    keys = {wallet.key for wallet in inside.wallets}
    wallets = [one for one in found.wallets if one.wallet in keys]
    day = datetime.fromtimestamp(found.time, UTC).date()
    height = found.as_of.height if heights_are_shown(found) else None
    coins = VerifiedCoins(
        sats=sum(one.left_sats for one in wallets),
        height=height,
        day=day,
        counted_by="archive",
        file=found.file,
        register=inside.register.name,
        perimeter=inside.title,
        attribution=inside.attribution,
        scripts=scripts,
        unseen=inside.unseen,
        limits=(_STILL_UNSPENT, *_open_height(found), *inside.owed(day)),
    )
    proofs = tuple(
        _proof(one, heights_are_shown(found))
        for one in found.controls
        if one.check.outcome == "proven" and one.control.wallet in keys
    )
    if not proofs:
        return Evidence(coins)
    signed = sum(one.signed_sats for one in wallets)
    return Evidence(coins, ShownControl(signed, proofs, found.file, height, day))


def _refuse_other_chains(found: Verification) -> None:
    """Anybody can make blocks that only claim to be of the main network."""
    if found.is_main_network:
        return
    why = next((one.detail for one in found.checks if one.key == "mainnet"), "nothing shows it")
    raise TreasuryError(
        f"{found.file} is not shown to be of Bitcoin's main network, so no coin of it counts as "
        f"verified: {why}"
    )


def _open_height(found: Verification) -> tuple[str, ...]:
    if heights_are_shown(found):
        return ()
    called = f"the file calls its last block {found.as_of.height:,}"
    return (f"{called}, hash {hex_of_hash(found.as_of.hash)}; nothing in it shows that height",)


def _proof(one: CheckedControl, heights_known: bool) -> ControlProof:
    named = [block.height for block in one.blocks if block.is_true and block.height is not None]
    true = named if heights_known else []
    variant = one.verdict.variant
    kind = "message signature" if variant == "legacy" else f"BIP 322 {variant}"
    return ControlProof(
        one.control.wallet,
        one.control.address,
        kind,
        one.control.day,
        max(true, default=None),
    )


def _scripts(archive: Archive, inside: Chosen) -> int:
    """How many scripts are counted; refused where the archive was not searched for all of them."""
    paid = {out.script for one in archive.transactions for out in one.transaction.outputs}
    wanted = {one.script for one in scripts_to_watch(inside.wallets, paid)}
    missing = len(wanted - set(archive.said.scripts))
    if missing:
        raise TreasuryError(
            f"{archive.name} was not searched for {missing:,} of the {len(wanted):,} scripts of "
            "its register: what they hold is not known"
        )
    return len(wanted)
