"""Private keys and seeds, found so that they can be refused; nothing here keeps or repeats them.

What is found says its kind and its place. Errors, their ``repr`` and their causes hold no part of
the text that was looked at.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from kilosat.chain.base58check import Base58Error, decode_base58check
from kilosat.chain.errors import ChainError
from kilosat.chain.hd_public import is_point
from kilosat.chain.mnemonic_words import find_mnemonics
from kilosat.chain.secret_forms import find_written_forms

__all__ = ["SecretError", "SecretFound", "find_secrets", "refuse_secrets"]

_BASE58 = "1-9A-HJ-NP-Za-km-z"
_PATTERNS = (
    (
        # Its start is enough where a word begins; these letters also stand in some addresses.
        "an extended private key (xprv)",
        re.compile(
            f"(?<![0-9A-Za-z])[xyztuvYZUV]prv[{_BASE58}]{{8,}}|[xyztuvYZUV]prv[{_BASE58}]{{100}}"
        ),
    ),
    (
        "an encrypted private key (BIP 38)",
        re.compile(f"(?<![0-9A-Za-z])6P[{_BASE58}]{{56}}(?![0-9A-Za-z])"),
    ),
    ("a private key of Nostr (nsec)", re.compile(r"nsec1[02-9ac-hj-np-z]{20,}", re.IGNORECASE)),
    ("a seed (codex32, BIP 93)", re.compile(r"\b(?:ms|cl)1[02-9ac-hj-np-z]{45,}", re.I)),
    ("a private key (PEM)", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY")),
)
_WIF_SHAPE = re.compile(
    f"(?<![0-9A-Za-z])(?:[59][{_BASE58}]{{50}}|[KLc][{_BASE58}]{{51}})(?![0-9A-Za-z])"
)
_WIF_START = re.compile(f"[59KLc](?=[{_BASE58}]{{50}})")
_BIP38_START = re.compile(f"6P(?=[{_BASE58}]{{56}})")
_BIP38_PREFIXES = (b"\x01\x42", b"\x01\x43")
_PUBLIC = re.compile(f"[xyztuvYZUV]pub[{_BASE58}]{{107}}")
_LONG = re.compile(f"[{_BASE58}]{{107,112}}")
_MINIKEY = re.compile(
    f"(?<![0-9A-Za-z])S(?:[{_BASE58}]{{29}}|[{_BASE58}]{{25}}|[{_BASE58}]{{21}})(?![0-9A-Za-z])"
)
_HEX = re.compile(r"(?<![0-9a-fA-F])(?:[0-9a-fA-F]{64}|[0-9a-fA-F]{128})(?![0-9a-fA-F])")
_TXIDS = re.compile(r"""\btxids\s*=\s*\[(?:\s*["'][0-9a-fA-F]{64}["']\s*,)*\s*["']$""")
_TAPROOT = re.compile(r"""\btr\((?:[^\s"'#]*[,(\]])?$""")
_BLOCK = re.compile(r"/block/$")
_WORK = "0" * 8
"""Of mainnet's first difficulty on, each block's hash begins with these; a key does by chance of
one in 4,294,967,296."""
_LOOKED_BACK = 40_000
_HASH_DIGITS = 64
_SEPARATORS = re.compile(r"""[\s"'`,;:._|/\\#-]+""")


class SecretError(ChainError):
    """A private key or a seed where only public things may stand."""


@dataclass(frozen=True)
class SecretFound:
    """That a secret of a kind begins on a line (from 1); never the secret."""

    kind: str
    line: int


def refuse_secrets(text: str, where: str) -> None:
    """Do nothing if there is no secret in ``text``.

    Raises:
        SecretError: there is one; the message says ``where`` and of which kind.
    """
    found = find_secrets(text)
    if found:
        raise SecretError(
            f"{where} holds {found[0].kind}; kilosat is watch-only and takes public keys only: "
            "remove it, and move its coins if others may have seen it"
        )


def find_secrets(text: str, *, hex_is_public: bool = False) -> list[SecretFound]:
    """Every secret in ``text``, by line; ``hex_is_public`` where hashes are named."""
    text = _PUBLIC.sub(_masked, text)
    places = [
        (found.start(), kind) for kind, pattern in _PATTERNS for found in pattern.finditer(text)
    ]
    places += [(at, "a private key (WIF)") for at in _wif(text)]
    places += [(at, "an encrypted private key (BIP 38)") for at in _bip38(text)]
    places += [(at, "an extended private key") for at in _unknown_versions(text)]
    places += [(at, "a private key (minikey)") for at in _minikeys(text)]
    places += [(at, "seed words (mnemonic)") for at in find_mnemonics(text)]
    places += find_written_forms(text)
    places += [
        (at, f"{digits} hex digits, which may be a private key or a seed")
        for at, digits in _hex_keys(text, hex_is_public)
    ]
    found = {SecretFound(kind, text.count("\n", 0, at) + 1) for at, kind in places}
    return sorted(found or set(_spaced_out(text)), key=lambda secret: (secret.line, secret.kind))


def _masked(found: re.Match[str]) -> str:
    """Stars for an extended public key, whose letters may chance to look like the start of a key.

    Its checksum must be right, and its key be public.
    """
    payload = _payload(found.group())
    is_public = len(payload) == 78 and payload[45] in (2, 3)
    return "*" * len(found.group()) if is_public else found.group()


def _wif(text: str) -> Iterator[int]:
    # A WIF with a typing error is still nearly a key: its shape alone is enough.
    yield from (found.start() for found in _WIF_SHAPE.finditer(text))
    yield from _checked(text, _WIF_START, (51, 52), _is_wif)


def _is_wif(payload: bytes) -> bool:
    compressed = len(payload) == 34 and payload[-1] == 1
    return payload[0] in (0x80, 0xEF) and (len(payload) == 33 or compressed)


def _bip38(text: str) -> Iterator[int]:
    return _checked(text, _BIP38_START, (58,), lambda data: data[:2] in _BIP38_PREFIXES)


def _unknown_versions(text: str) -> Iterator[int]:
    """Extended keys whose version bytes nobody registered, but whose key is private."""
    return _checked(text, _LONG, range(107, 113), lambda data: len(data) == 78 and data[45] == 0)


def _checked(
    text: str,
    start: re.Pattern[str],
    lengths: range | tuple[int, ...],
    wanted: Callable[[bytes], bool],
) -> Iterator[int]:
    """Where a Base58Check text begins that is wanted, even in the middle of other letters."""
    for found in start.finditer(text):
        for length in lengths:
            candidate = text[found.start() : found.start() + length]
            if len(candidate) == length and wanted(_payload(candidate)):
                yield found.start()


def _payload(candidate: str) -> bytes:
    try:
        return decode_base58check(candidate) or bytes(1)
    except Base58Error:
        return bytes(1)


def _minikeys(text: str) -> Iterator[int]:
    """Keys of Casascius coins: one in 256 texts of their shape is one."""
    for found in _MINIKEY.finditer(text):
        if sha256(found.group().encode() + b"?").digest()[0] == 0:
            yield found.start()


def _hex_keys(text: str, hex_is_public: bool) -> Iterator[tuple[int, int]]:
    for found in _HEX.finditer(text):
        digits = len(found.group())
        if digits != _HASH_DIGITS or not (hex_is_public or _is_public(text, found)):
            yield found.start(), digits


def _is_public(text: str, found: re.Match[str]) -> bool:
    """Whether 64 hex digits stand where public things do, and can be what is due there."""
    before = text[max(0, found.start() - _LOOKED_BACK) : found.start()]
    if _TAPROOT.search(before):
        # Half of all private keys are no x of the curve, and are known by that.
        return is_point(b"\x02" + bytes.fromhex(found.group()))
    if _BLOCK.search(before):
        return found.group().startswith(_WORK)
    return bool(_TXIDS.search(before))


def _spaced_out(text: str) -> Iterator[SecretFound]:
    """Keys that are written in groups or broken over lines; their line cannot be told."""
    together = _SEPARATORS.sub("", text)
    if any(True for _ in _checked(together, _WIF_START, (51, 52), _is_wif)):
        yield SecretFound("a private key (WIF), written in parts", 1)
    if any(True for _ in _bip38(together)):
        yield SecretFound("an encrypted private key (BIP 38), written in parts", 1)
    if re.search(f"[xyztuvYZUV]prv[{_BASE58}]{{100}}", together):
        yield SecretFound("an extended private key (xprv), written in parts", 1)
