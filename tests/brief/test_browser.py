"""The page in Chromium: charts drawn, numbers opened, nothing asked of the network."""

import pytest

pytestmark = pytest.mark.browser

READY = "document.querySelectorAll('.live:not([data-ready])').length === 0"


def opened(page, written, width: int):
    messages, requests = [], []
    page.set_viewport_size({"width": width, "height": 900})
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(written.html.as_uri())
    page.wait_for_function(READY, timeout=60_000)
    return messages, [url for url in requests if not url.startswith("data:")]


def test_desktop(page, written) -> None:
    messages, requests = opened(page, written, 1280)
    assert messages == []
    assert requests == [written.html.as_uri()]
    drawn = page.locator(".live canvas, .live svg").count()
    assert drawn == page.locator(".live").count() > 8

    number = page.locator("#answer data[data-figure='full_incremental_cost']").first
    number.click()
    panel = page.locator("#panel")
    assert panel.is_visible()
    text = panel.inner_text()
    assert "incremental cost + connection cost" in text
    assert "Sources" in text
    assert "Also rests on these assumptions" in text
    panel.get_by_role("button", name="Incremental cost:").first.click()
    assert panel.get_attribute("data-shows") == "incremental_cost"
    page.keyboard.press("Escape")
    assert not panel.is_visible()


def test_phone(page, written) -> None:
    messages, _ = opened(page, written, 390)
    assert messages == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    sizes = page.evaluate("[...document.querySelectorAll('.live')].map(e => e.dataset.ready)")
    assert set(sizes) == {"narrow"}


def test_print_shows_the_still_pictures(page, written) -> None:
    opened(page, written, 1280)
    page.emulate_media(media="print")
    assert page.locator(".still").first.is_visible()
    assert not page.locator(".live").first.is_visible()
    assert len(page.pdf(prefer_css_page_size=True)) > 100_000
