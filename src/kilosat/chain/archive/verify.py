"""Checking an archive offline: what it proves, what it does not, and what in it is not true."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from kilosat.chain.archive.chain_checks import check_chain
from kilosat.chain.archive.control_checks import (
    check_controls_of,
    signed_scripts,
)
from kilosat.chain.archive.enclosed import check_books, check_labels, register_of
from kilosat.chain.archive.files import read_archive
from kilosat.chain.archive.heights import heights_are_shown
from kilosat.chain.archive.holdings import holdings_of, wallet_proofs
from kilosat.chain.archive.mainnet import check_mainnet, height_is_known
from kilosat.chain.archive.model import Archive
from kilosat.chain.archive.statement_checks import check_statements
from kilosat.chain.archive.verification import (
    Check,
    CheckedControl,
    Verification,
    WalletProof,
)
from kilosat.chain.control import when_signed
from kilosat.chain.header import hex_of_hash
from kilosat.chain.mainnet_difficulty import Epochs, read_mainnet_epochs
from kilosat.chain.sources.printable import printable
from kilosat.quantities import SATS_PER_BTC

__all__ = ["NEVER_PROVEN", "verify", "verify_archive"]

NEVER_PROVEN = (
    "that the coins are still unspent: a later block, or a transaction that was left out, may "
    "have spent them",
    "that nothing was left out: a Merkle proof shows what is in a block, never what is not",
    "that nobody else holds the keys, or that the signer was not forced or paid to sign",
    "that nothing is owed on the coins, and that they are not pledged or held for others",
    "whose the wallets are: that is the word of the register and its sources",
    "announcements, labels, and what the source stated of other people's coins",
    "that the blocks follow all rules of the network: nodes check that, and the work of blocks on "
    "top of them is the sign that they did",
)
"""What no archive can show, whatever is in it."""
_SHOWN_OF_MESSAGE = 500


def verify(path: Path, epochs: Epochs | None = None) -> Verification:
    """Check an archive file; needs no network.

    ``epochs`` is the main network's difficulty, the shipped series where it is not given.

    Raises:
        ArchiveError: the file cannot be read, is no archive, or is damaged.
    """
    return verify_archive(read_archive(path), epochs)


def verify_archive(archive: Archive, epochs: Epochs | None = None) -> Verification:
    """Check an archive that was read; never raises for what is in it."""
    work, checks = _chain(archive, epochs or read_mainnet_epochs())
    wallets: tuple[WalletProof, ...] = ()
    controls: tuple[CheckedControl, ...] = ()
    register, check = register_of(archive)
    checks += [check, check_labels(archive), check_books(archive)]
    if register is not None:
        holdings = holdings_of(archive, register)
        controls = check_controls_of(archive, holdings)
        checks += [*check_statements(archive, holdings), *(one.check for one in controls)]
        wallets = wallet_proofs(archive, register, holdings, signed_scripts(archive, controls))
    found = Verification(
        file=archive.name,
        fingerprint=archive.fingerprint,
        network=archive.network,
        first_height=archive.first_height,
        as_of=archive.as_of,
        time=archive.headers[-1].time,
        work=work,
        checks=tuple(checks),
        wallets=wallets,
        controls=controls,
        proven=(),
        not_proven=NEVER_PROVEN,
    )
    if found.failed:
        return replace(found, wallets=())
    return replace(found, proven=tuple(_proven(found, archive)))


def _chain(archive: Archive, epochs: Epochs) -> tuple[int, list[Check]]:
    """The work of the headers, and the checks that need no register."""
    chain = check_chain(archive)
    checks = {one.key: one for one in chain.checks}
    mainnet = check_mainnet(archive, epochs)
    sound = all(one.outcome != "failed" for one in (mainnet, *chain.checks))
    heights = checks["heights"]
    if sound and heights.outcome == "not proven" and height_is_known(archive, epochs):
        detail = "the difficulty changes where the main network's did"
        checks["heights"] = replace(heights, outcome="proven", detail=detail)
    if not sound and mainnet.outcome == "proven":
        detail = "the checks above failed, so that it says nothing"
        mainnet = replace(mainnet, outcome="not proven", detail=detail)
    return chain.work, [_file(archive), *checks.values(), mainnet]


def _file(archive: Archive) -> Check:
    detail = (
        "undamaged. Who alters it on purpose makes its hashes anew, so compare its SHA-256 with "
        f"the one that its publisher states: {archive.fingerprint}"
    )
    return Check("file", "The file", "proven", detail)


def _proven(found: Verification, archive: Archive) -> Iterator[str]:
    """Sentences that follow from the file; of chains other than the main network they say so."""
    chain = "the main network"
    if not found.is_main_network:
        chain = f"a chain called {archive.network} that is not shown to be the main network"
    yield (
        f"{_count(len(archive.transactions), 'transaction is', 'transactions are')} in blocks of "
        f"{chain}, {_reach(found)} took {found.work:.4g} hashes of work"
    )
    paid = [one for one in found.wallets if one.transactions]
    for wallet in paid:
        yield _held(wallet)
    if len(paid) > 1:
        total = sum(one.left_sats for one in paid)
        yield f"all wallets together held {_btc(total)} BTC after that block, in the same sense"
    for one in found.controls:
        if one.check.outcome == "proven":
            yield (
                f"whoever can spend from {printable(one.control.address, 100)} signed "
                f"{_quoted(one.control.message)}; {_when(found, one)}"
            )


def _reach(found: Verification) -> str:
    """The last block; its hash alone is beyond doubt where nothing shows its height."""
    moment = f"{datetime.fromtimestamp(found.time, UTC):%Y-%m-%d %H:%M} UTC"
    block = hex_of_hash(found.as_of.hash)
    if heights_are_shown(found):
        headers = f"the headers from block {found.first_height:,} on"
        return f"up to block {found.as_of.height:,} of {moment} ({block}); {headers}"
    headers = _count(found.as_of.height - found.first_height + 1, "header", "headers")
    called = f"called block {found.as_of.height:,} by the file"
    return f"up to the block {block} of {moment}, {called}; its {headers}"


def _when(found: Verification, one: CheckedControl) -> str:
    words = when_signed(one.blocks)
    if any(block.is_true for block in one.blocks) and not heights_are_shown(found):
        words += " (a height that nothing here shows: go by the hash)"
    return words


def _held(wallet: WalletProof) -> str:
    text = (
        f"{printable(wallet.title, 80)} held {_btc(wallet.left_sats)} BTC after that block, as far "
        f"as these transactions go: {_btc(wallet.received_sats)} BTC came in (change to itself "
        f"counts each time) and {_btc(wallet.spent_sats)} BTC went out, in "
        f"{_count(wallet.transactions, 'transaction', 'transactions')}"
    )
    if wallet.signed_sats:
        text += f"; {_btc(wallet.signed_sats)} BTC of it at addresses that signed a message here"
    return text


def _quoted(message: str) -> str:
    shown = f"'{printable(message, _SHOWN_OF_MESSAGE)}'"
    if len(message) > _SHOWN_OF_MESSAGE:
        shown += f" (cut off; the whole message has {len(message):,} characters, see --json)"
    return shown


def _count(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"


def _btc(sats: int) -> str:
    return f"{sats // SATS_PER_BTC:,}.{sats % SATS_PER_BTC:08d}"
