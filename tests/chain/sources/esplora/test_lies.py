"""An Esplora server that lies or leaves things out: a real chain, and answers that are altered."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from tests.regtest.esplora_server import EsploraServer, Reply
from tests.regtest.paid_chain import PaidChain, found_by, tip_of, unspent_at, walk

from kilosat.chain.sources.errors import ReorganisedError, SourceError, UntruthError
from kilosat.chain.sources.port import Watched

from .conftest import Open

FIRST_PAGE, LATER_PAGES = "/txs/chain$", "/txs/chain/"
SCRIPT, COINS = "/scripthash/[0-9a-f]*$", "/utxo$"
Change = Callable[[bytes], bytes]


def of_json(change: Callable[[Any], Any]) -> Change:
    return lambda body: json.dumps(change(json.loads(body))).encode()


def of_text(change: Callable[[str], str]) -> Change:
    return lambda body: change(body.decode()).encode()


def of_last(**changes: Any) -> Change:
    """The last item of a list with other fields."""
    return of_json(lambda items: items and [*items[:-1], {**items[-1], **changes}])


def of_stats(**changes: int) -> Change:
    """Added to the sums over blocks."""

    def change(told: Any) -> Any:
        sums = told["chain_stats"]
        return {
            **told,
            "chain_stats": {**sums, **{key: sums[key] + more for key, more in changes.items()}},
        }

    return of_json(change)


def flipped(text: str, at: int) -> str:
    """Hexadecimal with one bit of a digit turned."""
    return text[:at] + f"{int(text[at], 16) ^ 1:x}" + text[at + 1 :]


def at_height(height: int) -> Change:
    """The first transaction of a list is told to be at another height."""

    def change(items: Any) -> Any:
        if not items:
            return items
        moved = {**items[0], "status": {**items[0]["status"], "block_height": height}}
        return [moved, *items[1:]]

    return of_json(change)


LIES: dict[str, tuple[str, Change, str]] = {
    "half of the first page": (
        FIRST_PAGE,
        of_json(lambda page: page[len(page) // 2 :]),
        "pages end or have a gap",
    ),
    "half of a later page": (
        LATER_PAGES,
        of_json(lambda page: page[len(page) // 2 :]),
        "pages end or have a gap",
    ),
    "the first page only": (LATER_PAGES, lambda _: b"[]", "pages end or have a gap"),
    "no pages": (FIRST_PAGE, lambda _: b"[]", "pages end or have a gap after 0"),
    "a missing transaction": (
        FIRST_PAGE,
        of_json(lambda page: page[:3] + page[4:]),
        "pages end or have a gap",
    ),
    "a transaction twice": (FIRST_PAGE, of_json(lambda page: page[:1] + page), "twice"),
    "a page backwards": (FIRST_PAGE, of_json(lambda page: page[::-1]), "order of the blocks"),
    "above the tip": (FIRST_PAGE, at_height(100_000), "above its tip"),
    "in another block": (FIRST_PAGE, at_height(180), "is not one under the header at height 180"),
    "another transaction": (FIRST_PAGE, of_last(txid="ab" * 32), "no proof|pages end"),
    "more balance": (SCRIPT, of_stats(funded_txo_sum=1), "balance of script"),
    "less balance": (SCRIPT, of_stats(spent_txo_sum=1), "balance of script|more than it had"),
    "more received and spent": (
        SCRIPT,
        of_stats(funded_txo_sum=1, spent_txo_sum=1),
        "to have received",
    ),
    "a negative balance": (SCRIPT, of_stats(spent_txo_sum=10**15), "more than it had"),
    "more transactions": (SCRIPT, of_stats(tx_count=1), "pages end or have a gap"),
    "fewer transactions": (SCRIPT, of_stats(tx_count=-1), "pages end or have a gap"),
    "no coins": (COINS, lambda _: b"[]", "unspent coins"),
    "a larger coin": (COINS, of_last(value=1), "unspent coins"),
    "another coin": (COINS, of_last(vout=77), "unspent coins"),
    "a coin more": (
        COINS,
        of_json(lambda coins: [*coins, *({**one, "vout": 99} for one in coins[:1])]),
        "unspent coins",
    ),
    "a false proof": (
        "/merkleblock-proof$",
        of_text(lambda text: flipped(text, 200)),
        "does not lead to the root|proof",
    ),
    "half a proof": ("/merkleblock-proof$", lambda body: body[:180], "byte"),
    "a proof under another header": (
        "/merkleblock-proof$",
        of_text(lambda text: flipped(text, 20)),
        "is not one under the header",
    ),
    "another transaction's bytes": (
        "/raw$",
        lambda body: body[:-1] + bytes([body[-1] ^ 1]),
        "those of another one|not its own",
    ),
    "cut transactions": ("/raw$", lambda body: body[:-2], "byte"),
    "another header": ("/header$", of_text(lambda text: flipped(text, 8)), "is not that of"),
    "another coinbase": ("/txid/0$", lambda _: b"ab" * 32, "no proof"),
    "a tip without its block": ("/header$", lambda _: b"", "should be"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_told(chain: PaidChain, server: EsploraServer, opened: Open, lie: str) -> None:
    about, change, words = LIES[lie]

    def lying(path: str, reply: Reply) -> Reply:
        if reply.status == 200 and re.search(about, path):
            reply.body = change(reply.body)
        return reply

    source = opened(server.url)
    tip = source.status().tip
    server.alter = lying
    with pytest.raises(SourceError, match=words) as caught:
        next(source.find(chain.watched, 0, tip))
    assert server.url in str(caught.value)
    assert type(caught.value) is (SourceError if words == "should be" else UntruthError)


@pytest.mark.parametrize("about", ["/raw$", "/merkle"])
def test_what_is_listed_and_cannot_be_had(
    about: str, chain: PaidChain, server: EsploraServer, opened: Open
) -> None:
    server.alter = lambda path, reply: Reply(404, b"") if re.search(about, path) else reply
    with pytest.raises(UntruthError, match=r"cannot be had|no proof"):
        next(opened(server.url).find(chain.watched, 0, tip_of(chain.node)))


def test_a_page_that_comes_again_and_again(
    chain: PaidChain, server: EsploraServer, opened: Open
) -> None:
    first: dict[str, bytes] = {}

    def lying(path: str, reply: Reply) -> Reply:
        if "/txs/chain" in path:
            reply.body = first.setdefault(path.split("/txs/")[0], reply.body)
        return reply

    server.alter = lying
    with pytest.raises(UntruthError, match="twice"):
        next(opened(server.url).find(chain.watched, 0, tip_of(chain.node)))


def test_another_block_at_the_last_height(
    chain: PaidChain, server: EsploraServer, opened: Open
) -> None:
    """As the server says that the block is gone, the search ends as after a reorganisation."""
    tip = tip_of(chain.node)
    other = server.index.hashes[tip.height - 1].encode()

    def lying(path: str, reply: Reply) -> Reply:
        if path.endswith(f"/block-height/{tip.height}"):
            reply.body = other
        return reply

    server.alter = lying
    with pytest.raises(ReorganisedError):
        next(opened(server.url).find(chain.watched, 0, tip))


HEADER_LIES: dict[str, Callable[[list[Any]], list[Any]]] = {
    "one left out": lambda page: page[:2] + page[3:],
    "other fields": lambda page: [{**page[0], "nonce": page[0]["nonce"] ^ 1}, *page[1:]],
    "other names": lambda page: [{**page[0], "id": "ab" * 32}, *page[1:]],
    "another block before": lambda page: [
        {**page[0], "previousblockhash": "ab" * 32},
        *page[1:],
    ],
    "backwards": lambda page: page[::-1],
}


@pytest.mark.parametrize("lie", HEADER_LIES)
def test_false_lists_of_headers(
    lie: str, chain: PaidChain, server: EsploraServer, opened: Open
) -> None:
    def lying(path: str, reply: Reply) -> Reply:
        if re.search(r"/blocks/\d+$", path):
            reply.body = json.dumps(HEADER_LIES[lie](json.loads(reply.body))).encode()
        return reply

    server.alter = lying
    with pytest.raises(UntruthError, match=r"header|missing"):
        opened(server.url).headers(20, 30)


def test_an_honest_server_is_believed(
    chain: PaidChain, server: EsploraServer, opened: Open
) -> None:
    """Pages of different lengths are no lie where they are all that the server counts."""

    def changing(path: str, reply: Reply) -> Reply:
        if "/txs/chain" in path:
            page = json.loads(reply.body)
            reply.body = json.dumps(page[: 5 + len(server.asked) % 7]).encode()
        return reply

    server.alter = changing
    tip = tip_of(chain.node)
    for first in (0, 176):
        coins = tuple(unspent_at(chain.node, chain.scripts, first - 1)) if first else ()
        watched = Watched(chain.scripts, coins)
        expected = walk(chain.node, watched, first, tip.height)
        assert found_by(opened(server.url), watched, first, tip) == expected


UNSPENT_LIES = ["no coins", "a larger coin", "a coin more", "more balance", "less balance"]


@pytest.mark.parametrize("lie", UNSPENT_LIES)
def test_coins_that_are_not_the_balance(
    lie: str, chain: PaidChain, server: EsploraServer, opened: Open
) -> None:
    about, change, _ = LIES[lie]

    def lying(path: str, reply: Reply) -> Reply:
        if re.search(about, path):
            reply.body = change(reply.body)
        return reply

    server.alter = lying
    with pytest.raises(UntruthError, match=r"told as .* sats in sum|more than it had"):
        opened(server.url).unspent(chain.scripts)
