"""Which scripts of a register's wallets to look for, given those that were used."""

from collections.abc import Collection, Iterable, Iterator

from kilosat.chain.register.model import Wallet, WatchedScript

__all__ = ["scripts_to_watch"]


def scripts_to_watch(
    wallets: Iterable[Wallet], used: Collection[bytes]
) -> tuple[WatchedScript, ...]:
    """Scripts of all branches, at least the gap limit beyond the highest child that was used.

    As many children again as were used are watched beyond that: each new one has to be searched
    for from the first block on, and so the number of searches grows with the logarithm.
    """
    return tuple(one for wallet in wallets for one in _of_wallet(wallet, used))


def _of_wallet(wallet: Wallet, used: Collection[bytes]) -> Iterator[WatchedScript]:
    ahead: dict[int, int] = {}
    while True:
        watched = wallet.watched(ahead)
        highest = _highest_used(watched, used)
        wanted = {branch: 2 * child + 1 for branch, child in highest.items()}
        if wanted == ahead:
            yield from watched
            return
        ahead = wanted


def _highest_used(watched: Iterable[WatchedScript], used: Collection[bytes]) -> dict[int, int]:
    highest: dict[int, int] = {}
    for one in watched:
        if one.script in used:
            highest[one.branch] = max(one.index, highest.get(one.branch, 0))
    return highest
