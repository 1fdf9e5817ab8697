"""The page in Chromium: charts drawn for wide and narrow, a number opened, no network."""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")
READY = "document.querySelectorAll('.live:not([data-ready])').length === 0"


@pytest.fixture
def page() -> Iterator[object]:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: apt-get install chromium")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        yield browser.new_page()
        browser.close()


@pytest.mark.parametrize(("width", "size"), [(1280, {"wide", "narrow"}), (390, {"narrow"})])
def test_opened(page, made, width: int, size: set[str]) -> None:
    messages, requests = [], []
    page.set_viewport_size({"width": width, "height": 900})
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    address = made.json.with_suffix(".html").as_uri()
    page.goto(address)
    page.wait_for_function(READY, timeout=60_000)
    assert messages == []
    assert [url for url in requests if not url.startswith("data:")] == [address]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    sizes = page.evaluate("[...document.querySelectorAll('.live')].map(e => e.dataset.ready)")
    assert set(sizes) == size
    name = "one-btc-a-day/public_result[50 %]"
    page.locator(f"#answer data[data-figure='{name}']").first.click()
    assert page.locator("#panel").get_attribute("data-shows") == name
    assert "present value of all flows" in page.locator("#panel").inner_text()
