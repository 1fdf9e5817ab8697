"""The shipped closes, read once, and writing of small price files."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from kilosat.definitions.price_history import PriceHistory, read_price_history

Write = Callable[..., Path]


@pytest.fixture(scope="session")
def shipped() -> PriceHistory:
    return read_price_history()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write rows below a header; without rows, four good days."""

    def put(*rows: str, header: str = "date,close") -> Path:
        good = [f"{date(2025, 1, 1) + timedelta(days=n)},{100 + n}" for n in range(4)]
        path = tmp_path / "prices.csv"
        path.write_text("\n".join([header, *(rows or good)]) + "\n", "utf-8")
        return path

    return put
