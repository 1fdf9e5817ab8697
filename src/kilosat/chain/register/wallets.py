"""Wallets of a register: addresses, descriptors and extended keys, all turned into descriptors."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import partial

from kilosat.chain.descriptor import Descriptor, DescriptorError, parse_descriptors
from kilosat.chain.descriptor_checksum import descriptor_checksum
from kilosat.chain.hd_public import ExtendedKeyError, ExtendedPublicKey
from kilosat.chain.register.guard import report_found
from kilosat.chain.register.model import Wallet
from kilosat.chain.register.named_txids import is_key_behind, public_keys
from kilosat.chain.register.schema import WalletEntry
from kilosat.chain.register.tables import Reading, partly, with_remedy
from kilosat.chain.secrets import SecretError, SecretFound

__all__ = ["read_wallets", "report_keys_of_wallets"]

_LARGEST_GAP = 10_000
_USUAL_GAP = 20
_COPY = "copy it again from where it was published"
_BLANKS = {"title": "", "entity": "", "attribution": "assumed"}
_FORMS = ("addresses", "descriptors", "xpub")
_BARE_X = re.compile(r"(?<![0-9a-fA-F\]])[0-9a-fA-F]{64}(?![0-9a-fA-F])")
"""An x-only key of a ``tr()`` without a key origin before it."""


def read_wallets(entities: Collection[str], reading: Reading) -> dict[str, Wallet]:
    """All ``[wallets.KEY]`` as far as they can be read; scripts in two places are reported."""
    wallets = {}
    for key, (entry, wrong) in partly("wallets", WalletEntry, _BLANKS, reading):
        if "entity" not in wrong:
            reading.known(entry.entity, entities, ("wallets", key, "entity"))
        wallets[key] = _wallet(key, entry, wrong, reading)
    _report_overlaps(wallets, reading)
    return wallets


def _wallet(key: str, entry: WalletEntry, wrong: Collection[str], reading: Reading) -> Wallet:
    path = ("wallets", key)
    _report_form(entry, wrong, path, reading)
    branches = [*_addresses(entry, path, reading), *_descriptors(entry, path, reading)]
    if "script_type" not in wrong:
        branches += _extended(entry, path, reading)
    fields = ("title", "entity", "attribution", "role", "note", "in_use_from", "in_use_to")
    return Wallet(
        key=key,
        branches=tuple(branches),
        gap_limit=entry.gap_limit if 1 <= entry.gap_limit <= _LARGEST_GAP else _USUAL_GAP,
        source=reading.source(entry.source, path),
        line=reading.file.line(*path),
        **{field: getattr(entry, field) for field in fields},
    )


def _report_form(
    entry: WalletEntry, wrong: Collection[str], path: tuple[str, str], reading: Reading
) -> None:
    """Report what does not go together; nothing is lacking where it is only ``wrong``."""
    name = path[1]
    given = [form for form in _FORMS if getattr(entry, form)]
    if not given and not any(form in wrong for form in _FORMS):
        remedy = "add addresses = [...], descriptors = [...] or xpub = ..."
        reading.error(path, f"wallet '{name}' has nothing to watch", remedy)
    if len(given) > 1:
        message = f"wallet '{name}' has {' and '.join(given)}"
        reading.error(path, message, "make one wallet of each")
    if not 1 <= entry.gap_limit <= _LARGEST_GAP:
        message = f"gap_limit = {entry.gap_limit} is impossible"
        reading.error((*path, "gap_limit"), message, f"write 1 to {_LARGEST_GAP:,}; usual is 20")
    if entry.script_type and not entry.xpub and "xpub" not in wrong:
        message = "script_type says nothing without an xpub"
        reading.error((*path, "script_type"), message, "remove it")
    if entry.attribution != "assumed" and not entry.source and "source" not in wrong:
        message = f"wallet '{name}' has attribution '{entry.attribution}' but no source"
        reading.error((*path, "attribution"), message, "add source = ..., or call it assumed")
    if entry.in_use_from and entry.in_use_to and entry.in_use_from > entry.in_use_to:
        message = f"wallet '{name}' was in use until before it was in use"
        reading.error((*path, "in_use_to"), message, "put in_use_from and in_use_to in order")


def _addresses(entry: WalletEntry, path: tuple[str, str], reading: Reading) -> Iterator[Descriptor]:
    for number, address in enumerate(entry.addresses):
        place = (*path, "addresses", number)
        try:
            yield from reading.on_network(partial(parse_descriptors, f"addr({address})"))
        except (DescriptorError, SecretError) as problem:
            reason, remedy = with_remedy(problem, _COPY)
            reason = reason.removeprefix("addr(): ")
            reading.error(place, f"address {number + 1}: {reason}", remedy)


def _descriptors(
    entry: WalletEntry, path: tuple[str, str], reading: Reading
) -> Iterator[Descriptor]:
    for number, text in enumerate(entry.descriptors):
        place = (*path, "descriptors", number)
        try:
            found = reading.on_network(partial(parse_descriptors, text))
        except (DescriptorError, SecretError) as problem:
            reason, remedy = with_remedy(problem, _COPY)
            reading.error(place, f"descriptor {number + 1}: {reason}", remedy)
            continue
        if "#" not in text and _BARE_X.search(text):
            message = f"descriptor {number + 1} has 64 hex digits alone, as private keys have"
            remedy = (
                "write the public key with its first byte (02 or 03), its origin, or a checksum"
            )
            reading.error(place, message, remedy)
            continue
        if "#" not in text:
            message = f"descriptor {number + 1} has no checksum, so that typing errors go unseen"
            reading.note(
                place, message, f"compare it with its source and add #{descriptor_checksum(text)}"
            )
        yield from found


def _extended(
    entry: WalletEntry, path: tuple[str, str], reading: Reading
) -> tuple[Descriptor, ...]:
    """Receiving (0) and change (1) of an account's key, as in BIP 44, 49, 84 and 86."""
    if not entry.xpub:
        return ()
    place = (*path, "xpub")
    try:
        key = ExtendedPublicKey.from_text(entry.xpub)
    except ExtendedKeyError as problem:
        reason, remedy = with_remedy(problem, _COPY)
        reading.error(place, f"xpub: {reason}", remedy)
        return ()
    if key.script_type in ("wsh", "sh(wsh)"):
        message = f"a {key.kind} is one of several keys of a multisignature wallet"
        reading.error(place, message, "write descriptors = [...] with all of them")
        return ()
    kind = entry.script_type or key.script_type
    if not kind:
        message = f"an {key.kind} does not say which addresses are made of it"
        reading.error(place, message, 'add script_type = "pkh", "sh(wpkh)", "wpkh" or "tr"')
        return ()
    if key.script_type and kind != key.script_type:
        message = f"script_type '{kind}' does not fit: a {key.kind} is for {key.script_type}"
        reading.error((*path, "script_type"), message, "remove it, or give the xpub")
        return ()
    closing = ")" * (kind.count("(") + 1)
    opening = kind.replace(")", "") + "("
    text = f"{opening}{key.standard().text}/<0;1>/*{closing}"
    try:
        return reading.on_network(partial(parse_descriptors, text))
    except DescriptorError as problem:
        reading.error(place, f"xpub: {problem}", "give the key of this network")
        return ()


def _report_overlaps(wallets: Mapping[str, Wallet], reading: Reading) -> None:
    """A script in two places would count its coins twice."""
    seen: dict[bytes, str] = {}
    for key, wallet in wallets.items():
        twice = set()
        for watched in wallet.watched():
            if watched.script in seen:
                twice.add(seen[watched.script])
            seen.setdefault(watched.script, key)
        for other in sorted(twice):
            where = "twice" if other == key else f"also in wallet '{other}'"
            message = f"a script of wallet '{key}' stands {where}"
            reading.error(("wallets", key), message, "keep it in one place, or coins count twice")


def report_keys_of_wallets(
    named: Collection[str],
    wallets: Mapping[str, Wallet],
    scripts: Collection[bytes],
    reading: Reading,
) -> None:
    """Refuse what was ``named`` as a transaction but is the private key of a wallet here."""
    branches = [branch for wallet in wallets.values() for branch in wallet.branches]
    keys = {key for branch in branches for key in public_keys(branch.fragment)}
    if any(is_key_behind(txid, scripts, keys) for txid in named):
        kind = "a private key of a wallet of this register, in the place of a transaction"
        report_found(reading.file.label, {SecretFound(kind, 0)}, reading.report)
