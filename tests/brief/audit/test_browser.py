"""The page in Chromium: charts drawn, values under the pointer, numbers opened, no network."""

import pytest

from kilosat.chain.audit import coins_text

pytestmark = pytest.mark.browser

READY = "document.querySelectorAll('.live:not([data-ready])').length === 0"
CENTRE = (
    "document.querySelector('#chart-three-lines .live')"
    ".scrollIntoView({behavior: 'instant', block: 'center'})"
)


def opened(page, made, width: int):
    messages, requests = [], []
    page.set_viewport_size({"width": width, "height": 900})
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(made.files["audit.html"].as_uri())
    page.wait_for_function(READY, timeout=60_000)
    return messages, [url for url in requests if not url.startswith("data:")]


def test_desktop(page, made) -> None:
    messages, requests = opened(page, made, 1280)
    assert messages == []
    assert requests == [made.files["audit.html"].as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.locator(".live svg").count() == page.locator(".live").count() == 3
    # A reader who stops after one screen has the answer.
    answer = page.locator("#verdict data[data-figure='public_stock_at_end_sats']").first
    assert answer.bounding_box()["y"] < 900
    answer.click()
    panel = page.locator("#panel").inner_text()
    assert coins_text(made.done.audit.sums["public_stock_at_end_sats"]) in panel
    assert "stock at the end - owed to clients at the end" in panel
    assert "Sources" in panel


def test_values_of_a_day_stand_under_the_pointer(page, made) -> None:
    opened(page, made, 1280)
    page.evaluate(CENTRE)
    box = page.locator("#chart-three-lines .live").bounding_box()
    x, y = box["x"] + 0.99 * box["width"], box["y"] + 60
    page.mouse.move(x - 5, y)
    page.mouse.move(x, y)
    page.wait_for_function("document.querySelector('#vg-tooltip-element.visible') !== null")
    told = page.locator("#vg-tooltip-element").inner_text()
    last = made.done.audit.days[-1]
    assert str(last.day) in told
    for sats in (last.net_change, last.dashboard, last.announced):
        assert coins_text(sats).removesuffix(" BTC") in told


def test_a_transaction_is_short_and_copied_whole(page, made) -> None:
    opened(page, made, 1280)
    cell = page.locator("table.flows .hash").first
    whole = cell.get_attribute("title")
    assert cell.bounding_box()["width"] < 120
    copied = cell.evaluate(
        "e => { getSelection().selectAllChildren(e); return getSelection().toString(); }"
    )
    assert copied == whole


def test_phone(page, made) -> None:
    messages, _ = opened(page, made, 390)
    assert messages == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    sizes = page.evaluate("[...document.querySelectorAll('.live')].map(e => e.dataset.ready)")
    assert set(sizes) == {"narrow"}
    # A table that is too wide says so by a shadow, and keeps its first column when it is moved.
    wide = page.locator("#perimeters .scroll").first
    assert wide.evaluate("e => e.scrollWidth > e.clientWidth")
    assert "gradient" in wide.evaluate("e => getComputedStyle(e).backgroundImage")
    assert "scroll" in wide.evaluate("e => getComputedStyle(e).backgroundAttachment")
    name, number = wide.locator("tr.total > *").nth(0), wide.locator("tr.total > *").nth(1)
    before = name.bounding_box()["x"], number.bounding_box()["x"]
    wide.evaluate("e => { e.scrollLeft = 100; }")
    after = name.bounding_box()["x"], number.bounding_box()["x"]
    assert (after[0], after[1]) == (before[0], before[1] - 100)


def test_print_shows_the_still_pictures(page, made) -> None:
    opened(page, made, 1280)
    page.emulate_media(media="print")
    assert page.locator(".still").first.is_visible()
    assert not page.locator(".live").first.is_visible()
    assert len(page.pdf(prefer_css_page_size=True)) > 50_000


def test_on_paper_a_transaction_is_whole(page, made) -> None:
    opened(page, made, 700)
    page.emulate_media(media="print")
    assert not page.get_by_text("point at one to see it whole").is_visible()
    for table in ("flows", "said", "coins"):
        cell = page.locator(f"table.{table} .hash").last
        whole = cell.get_attribute("title")
        # The letters after the first few have a size, and nothing says that more follows.
        assert cell.evaluate("e => parseFloat(getComputedStyle(e.lastElementChild).fontSize)") > 6
        assert cell.evaluate("e => getComputedStyle(e, '::after').content") == "none"
        assert cell.inner_text() == whole
        box = cell.bounding_box()
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 700, table
