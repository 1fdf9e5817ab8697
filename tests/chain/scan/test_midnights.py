"""The last block before a day, against a look at every header."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kilosat.chain.header import Header
from kilosat.chain.scan.midnights import blocks_before
from kilosat.chain.sources.errors import BlocksMissingError
from kilosat.chain.sources.port import BlockRef, SourceStatus

MIDNIGHT = datetime(2024, 5, 2, tzinfo=UTC)


@dataclass
class Told:
    """A source of headers with these times."""

    times: list[int]
    kind: str = "core"
    first: int = 0
    asked: int = 0

    def status(self) -> SourceStatus:
        tip = BlockRef(len(self.times) - 1, bytes(32))
        return SourceStatus(self.kind, "told", "", "regtest", tip)  # type: ignore[arg-type]

    def headers(self, first: int, count: int) -> list[Header]:
        if first < self.first:
            raise BlocksMissingError("not here")
        self.asked += count
        return [
            Header(1, bytes(32), bytes(32), one, 0, 0) for one in self.times[first : first + count]
        ]


def last_before(source: Told, days: tuple[date, ...] = (MIDNIGHT.date(),)) -> dict[date, int]:
    return blocks_before(source, days, len(source.times) - 1)  # type: ignore[arg-type]


def by_looking_at_all(times: list[int], moment: float) -> int:
    return next((height for height, time in enumerate(times) if time >= moment), len(times)) - 1


@given(
    st.integers(-400_000, 400_000),
    st.lists(
        st.tuples(st.integers(60, 3_000), st.integers(-7_000, 7_000)), min_size=1, max_size=300
    ),
)
def test_it_is_what_a_look_at_every_header_gives(start: int, steps: list[tuple[int, int]]) -> None:
    """Blocks minutes apart whose times are up to two hours off."""
    moment, now, times = MIDNIGHT.timestamp(), MIDNIGHT.timestamp() + start, []
    for step, off in steps:
        now += step
        times.append(int(now + off))
    found = last_before(Told(times))
    assert found == {MIDNIGHT.date(): by_looking_at_all(times, moment)}


def test_of_a_long_chain_few_headers_are_read() -> None:
    begin = int(MIDNIGHT.timestamp()) - 600 * 500_000
    source = Told([begin + 600 * height for height in range(700_000)])
    assert last_before(source) == {MIDNIGHT.date(): 499_999}
    assert source.asked < 400


def test_days_before_the_first_and_after_the_last_block() -> None:
    begin = int(MIDNIGHT.timestamp())
    source = Told([begin + 600 * height for height in range(50)])
    days = (MIDNIGHT.date(), MIDNIGHT.date() + timedelta(1))
    assert last_before(source, days) == {days[0]: -1, days[1]: 49}


def test_where_headers_are_not_told_nothing_is() -> None:
    begin = int(MIDNIGHT.timestamp()) - 600 * 300
    times = [begin + 600 * height for height in range(400)]
    assert last_before(Told(times, first=350)) == {}
    assert last_before(Told(times, kind="esplora")) == {}
