"""The official vectors of BIP 322, and the signatures of Bitcoin Core's own tests."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kilosat.chain.control import Variant

DATA = Path(__file__).parent / "data"
VARIANTS: dict[str, Variant] = {
    "simple": "simple",
    "full": "full",
    "proof_of_funds": "proof of funds",
}

# bitcoin/bitcoin, src/test/util_tests.cpp, message_verify (MIT): of an address that is the hash of
# a key, by the signature of before BIP 322.
LEGACY = (
    (
        "Trust no one",
        "15CRxFdyRpGZLW9w8HnHvVduizdL5jKNbs",
        "IPojfrX2dfPnH26UegfbGQQLrdK844DlHq5157/P6h57WyuS/Qsl+h/WSVGDF4MUi4rWSswW38oimDYfNNUBUOk=",
    ),
    (
        "Trust me",
        "11canuhp9X2NocwCq7xNrQYTmUgZAnLK3",
        "IIcaIENoYW5jZWxsb3Igb24gYnJpbmsgb2Ygc2Vjb25kIGJhaWxvdXQgZm9yIGJhbmtzIAaHRtbCeDZINyavx14=",
    ),
)


@dataclass(frozen=True)
class Signed:
    """A signature that is valid, of which variant, and the vector it is from."""

    message: str
    address: str
    signature: str
    variant: Variant
    vector: Any

    def __str__(self) -> str:
        return f"{self.variant} {self.vector['type']}"


@cache
def vectors(name: str) -> Any:
    return json.loads((DATA / f"{name}-test-vectors.json").read_text("utf-8"))


def valid() -> list[Signed]:
    return [
        Signed(one["message"], one["address"], signature, variant, one)
        for name in ("basic", "generated")
        for section, variant in VARIANTS.items()
        for one in vectors(name).get(section, [])
        for signature in one["bip322_signatures"]
    ]


def refused() -> list[Any]:
    return [one for name in ("basic", "generated") for one in vectors(name)["error"]]
