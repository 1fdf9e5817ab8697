"""A chain made by arithmetic: blocks at even steps, difficulty by the rule of Bitcoin Core."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from kilosat.market.difficulty import difficulty_of_target, next_bits, target_of_bits

GENESIS = 1231006505  # 2009-01-03T18:15:05Z
SECONDS = (540, 500, 560, 620, 480, 600)
"""Seconds from block to block in each epoch."""
TIP = 11_000
SUBSIDY = 50 * 10**8
LAST_PRICE_DAY = 39


def _times() -> list[int]:
    times = [GENESIS]
    for height in range(1, TIP + 1):
        times.append(times[-1] + SECONDS[height // 2016])
    return times


TIMES = _times()
FIRST_DAY = date(2009, 1, 3)
NOW = datetime.fromtimestamp(TIMES[-1] + 60, UTC)


def _bits() -> list[int]:
    bits = [0x1C7FFFFF]
    for epoch in range(TIP // 2016):
        first, last = TIMES[epoch * 2016], TIMES[epoch * 2016 + 2015]
        bits.append(next_bits(bits[-1], first, last))
    return bits


BITS = _bits()
DIFFICULTIES = [difficulty_of_target(target_of_bits(one)) for one in BITS]


def fees(height: int) -> int:
    return 1_000_000 + 977 * (height % 13)


def median_time(height: int) -> int:
    span = sorted(TIMES[max(height - 10, 0) : height + 1])
    return span[len(span) // 2]


def block_hash(height: int) -> str:
    return f"{height:064x}"


def heights_of(day: date) -> list[int]:
    start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    return [h for h, time in enumerate(TIMES) if start <= time < start + 86400]


def answer(method: str, params: list[Any]) -> Any:
    """What an honest node says."""
    if method == "getblockchaininfo":
        tip = {"blocks": TIP, "headers": TIP, "mediantime": median_time(TIP)}
        return tip | {"chain": "main", "initialblockdownload": False, "pruned": False}
    if method == "getblockhash":
        return block_hash(params[0])
    height = params[0] if method == "getblockstats" else int(params[0], 16)
    times = {"height": height, "time": TIMES[height], "mediantime": median_time(height)}
    if method == "getblockheader":
        return times | {"hash": block_hash(height), "bits": f"{BITS[height // 2016]:08x}"}
    sums = {"subsidy": SUBSIDY, "totalfee": fees(height)}
    return times | sums | {"blockhash": block_hash(height)}


def write_base(folder: Path, known_days: int = 30, last_day: int = 45) -> None:
    """Tables as they stood on an earlier day: counts to a day, difficulty a little beyond."""
    folder.mkdir(parents=True, exist_ok=True)
    days = [FIRST_DAY + timedelta(days=n) for n in range(last_day + 1)]
    rows = ["date,blocks,difficulty_mean,subsidy_btc,fees_btc"]
    for number, day in enumerate(days):
        heights = heights_of(day)
        paid = sum(map(fees, heights)) / 1e8
        sums = (
            f"{len(heights)},{{}},{50 * len(heights)},{paid:.4f}"
            if number < known_days
            else ",{},,"
        )
        rows.append(f"{day},{sums.format(f'{mean_difficulty(day):.10g}')}")
    (folder / "network_history.csv").write_text("\n".join(rows) + "\n", "utf-8")
    write_epochs(folder)
    closes = [f"{day},{close(n):.2f}" for n, day in enumerate(days[: LAST_PRICE_DAY + 1])]
    (folder / "btc_usd_daily.csv").write_text("\n".join(["date,close_usd", *closes, ""]), "utf-8")
    head = "date,difficulty_mean,hashprice_subsidy_only_usd_per_phs_day,hashprice_usd_per_phs_day"
    priced = [f"{day},1,1,1" for day in days[:20]]
    (folder / "network_daily.csv").write_text("\n".join([head, *priced, ""]), "utf-8")


def write_epochs(
    folder: Path, source_of_last: str = "derived_from_targets_anchored_at_start"
) -> None:
    rows = ["epoch,start_height,start_time_utc,start_time_source,difficulty"]
    for epoch in range(4):
        shift = 3600 if epoch == 3 and source_of_last != "header" else 0
        start = datetime.fromtimestamp(TIMES[epoch * 2016] + shift, UTC)
        source = source_of_last if epoch == 3 else "header"
        difficulty = f"{float(DIFFICULTIES[epoch]):.10g}"
        rows.append(f"{epoch},{epoch * 2016},{start:%Y-%m-%dT%H:%M:%SZ},{source},{difficulty}")
    (folder / "difficulty_epochs.csv").write_text("\n".join(rows) + "\n", "utf-8")


def mean_difficulty(day: date) -> float:
    """Difficulty over a day, split at the one second at which an epoch may begin."""
    start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    begun = [0, *(TIMES[epoch * 2016] for epoch in range(1, len(BITS)))]
    inside = [max(n for n, b in enumerate(begun) if b <= s) for s in (start, start + 86399)]
    if inside[0] == inside[1]:
        return float(DIFFICULTIES[inside[0]])
    share = (begun[inside[1]] - start) / 86400
    before, after = (float(DIFFICULTIES[n]) for n in inside)
    return share * before + (1 - share) * after


def close(number: int) -> float:
    """A price that moves some per cent every day, to and fro."""
    return 1000.0 * (1.02 + 0.001 * (number % 5)) ** (1 if number % 2 else 2) + number


def prices_csv(first: int, last: int, factor: float = 1.0) -> str:
    days = range(first, last + 1)
    rows = [f"{FIRST_DAY + timedelta(days=n)},{close(n) * factor:.2f}" for n in days]
    return "\n".join(["date,close", *rows, ""])
