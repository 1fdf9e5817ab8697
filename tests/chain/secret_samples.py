"""Secrets that anybody may know: published examples, one of each kind that must be refused."""

from base64 import b64encode
from functools import cache
from importlib.resources import files

from kilosat.chain.base58check import decode_base58check, encode_base58check

# BIP 32, test vector 1: the master key in both forms.
XPRV = (
    "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPG"
    "JxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi"
)
HEX_KEY = "e8f32e723decf4051aefac8e2c93c9c5b214313817cdb01a1494b917c8436b35"

# SLIP 132, version bytes of private keys.
PRIVATE_VERSIONS = {
    "yprv": "049d7878",
    "zprv": "04b2430c",
    "Yprv": "0295b005",
    "Zprv": "02aa7a99",
    "tprv": "04358394",
    "uprv": "044a4e28",
    "vprv": "045f18bc",
    "Uprv": "024285b5",
    "Vprv": "02575048",
}

LANGUAGES = (
    "chinese_simplified",
    "chinese_traditional",
    "czech",
    "english",
    "french",
    "italian",
    "japanese",
    "korean",
    "portuguese",
    "spanish",
)


def wif(key: bytes, *, mainnet: bool, compressed: bool) -> str:
    return encode_base58check((b"\x80" if mainnet else b"\xef") + key + b"\x01" * compressed)


def with_version(version: str) -> str:
    return encode_base58check(bytes.fromhex(version) + decode_base58check(XPRV)[4:])


@cache
def words(language: str) -> tuple[str, ...]:
    path = files("kilosat").joinpath("data", "bip39", f"{language}.txt")
    return tuple(path.read_text(encoding="utf-8").split())


def some_words(language: str, count: int = 12) -> str:
    separator = "\u3000" if language == "japanese" else " "
    return separator.join(words(language)[7 + 83 * number] for number in range(count))


SAMPLES: dict[str, str] = {
    "xprv": XPRV,
    **{name: with_version(version) for name, version in PRIVATE_VERSIONS.items()},
    "no-version": with_version("01020304"),
    "xprv-cut": XPRV[:60],
    "wif-main": "L4rK1yDtCWekvXuE6oXD9jCYfFNV2cWRpVuPLBcCU2z8TrisoyY1",  # BIP 380
    "wif-main-long": "5KYZdUEo39z3FPrtuX2QbbwGnNP5zTd7yyr2SC1j299sBCnWjss",  # BIP 380
    "wif-test": wif(bytes.fromhex(HEX_KEY), mainnet=False, compressed=True),
    "wif-test-long": wif(bytes.fromhex(HEX_KEY), mainnet=False, compressed=False),
    "wif-mistyped": "L4rK1yDtCWekvXuE6oXD9jCYfFNV2cWRpVuPLBcCU2z8TrisoyY2",
    "hex": HEX_KEY,
    "hex-0x": f"0x{HEX_KEY.upper()}",
    # BIP 39's vector of "abandon ... about" with the passphrase TREZOR: the seed.
    "hex-seed": "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a698"
    "7599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04",
    "minikey": "S6c56bnXQiBjk9mqSYE7ykVQ7NzrRy",  # Bitcoin wiki, "Mini private key format"
    "minikey-short": "SzavMBLoXU6kDrqtUVmffv",  # as above, Casascius series 1
    "bip38": "6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg",  # BIP 38
    "codex32": "ms10testsxxxxxxxxxxxxxxxxxxxxxxxxxx4nzvca9cmczlw",  # BIP 93
    "nsec": "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5",  # NIP 19
    "signing-wpkh": f"wpkh([d34db33f/84h/0h/0h]{XPRV}/0/*)",
    "signing-tr": "tr(L4rK1yDtCWekvXuE6oXD9jCYfFNV2cWRpVuPLBcCU2z8TrisoyY1)",
    "signing-multi": f"sh(sortedmulti(1,{XPRV}/0/*,03{'ab' * 32}))",
    **{f"words-{language}": some_words(language) for language in LANGUAGES},
    "words-24": some_words("english", 24),
    "words-upper": some_words("english").upper(),
    "words-commas": some_words("english").replace(" ", ", "),
    "words-numbered": " ".join(f"{n}. {w}" for n, w in enumerate(some_words("english").split(), 1)),
    "words-of-four": " ".join(word[:4] for word in some_words("english").split()),
    "words-misspelled": some_words("english").replace(words("english")[7 + 83 * 5], "qqqqqqq"),
    "words-zero": "abandon " * 11 + "about",
    "words-chinese-together": "的的的的的的的的的的的在",  # all-zero entropy, as abandon ... about
    "slip39": " ".join(words("slip39")[3 + 40 * n] for n in range(20)),
    "words-electrum-old": " ".join(words("electrum_old")[31 + 97 * n] for n in range(12)),
    "codex32-share": "MS12NAMEA320ZYXWVUTSRQPNMLKJHGFEDCAXRPP870HKKQRM",  # BIP 93, vector 2
    "codex32-long": "MS100C8VSM32ZXFGUHPCHTLUPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZYGSFJD6AN074RXVCEMLH"
    "8WU3TK925ACDEFGHJKLMNPQRSTUVWXY06FHPV80UNDVARHRAK",  # BIP 93, vector 5
    "ncryptsec": "ncryptsec1qgg9947rlpvqu76pj5ecreduf9jxhselq2nae2kghhvd5g7dgjtcxfqtd67p9m0w57lspw8"
    "gsq6yphnm8623nsl8xn9j4jdzz84zm3frztj3z7s35vpzmqf6ksu8r89qk5z2zxfmu5gv8th8wclt0h4p",  # NIP 49
    "base64": b64encode(bytes.fromhex(HEX_KEY)).decode(),
    "base64-seed": b64encode(bytes.fromhex(HEX_KEY) * 2).decode(),
    "decimal": str(int(HEX_KEY, 16)),
    "hex-wif": f"80{HEX_KEY}01",
    "hex-xprv": decode_base58check(XPRV).hex(),
    "hex-bytes": " ".join(HEX_KEY[at : at + 2] for at in range(0, 64, 2)),
    "hex-colons": ":".join(HEX_KEY[at : at + 4] for at in range(0, 64, 4)),
    "raw": f"raw({HEX_KEY})",
    "link": f"https://mempool.space/tx/{HEX_KEY}",
    # SeedQR, numbers of the words from 0 on.
    "seed-qr": "".join(f"{7 + 83 * number:04d}" for number in range(12)),
    "ur": "ur:crypto-seed/oeadgdstaslplabghydrpfmkbggufgludprfgmaotpiecffltnlpqdenos",  # BCR 2020-6
}
