"""One brief of Pakistan for all tests of this folder."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kilosat.brief import write_brief
from kilosat.brief.ahead import weighed
from kilosat.definitions import find_blueprint, find_country, read_economy, read_plan
from kilosat.definitions.price_history import read_price_history
from kilosat.prospects import Settings, prospect
from kilosat.study import Study, study

PATHS = 300
"""Few, and no more than the search for break-even points walks, so that both see the same."""

CHROMIUM = Path("/usr/bin/chromium")


VOID = {"meta", "link", "br", "img", "image", "input", "hr"}
HIDDEN = {"script", "style", "svg", "head"}


class Reader(HTMLParser):
    """Texts outside of figures, labels, drawings and scripts; figures by name; addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[tuple[str, bool]] = []
        self.loose: list[str] = []
        self.figures: list[tuple[str, str, bool]] = []
        self.anchors: set[str] = set()
        self.links: set[str] = set()
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if "data-figure" in known:
            value, usd = known.get("value"), "data-in" in known
            self.figures.append((known["data-figure"] or "", value or "", usd))
        if known.get("id"):
            self.anchors.add(known["id"] or "")
        if tag == "a" and (known.get("href") or "").startswith("#"):
            self.links.add((known["href"] or "")[1:])
        elif tag != "a":
            self.loaded += [known[k] or "" for k in ("src", "href") if known.get(k)]
        skipped = tag in HIDDEN or "data-figure" in known or "data-label" in known
        if tag not in VOID:
            self.stack.append((tag, skipped))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(skipped for _, skipped in self.stack):
            self.loose.append(data)


@dataclass(frozen=True)
class Written:
    """A study, its files, and what was said on the way."""

    study: Study
    html: Path
    json: Path
    xlsx: Path
    steps: tuple[str, ...]


@pytest.fixture(scope="session")
def forward_study(pakistan_study: Study) -> Study:
    """Pakistan's blueprint, looked at forward too."""
    country, blueprint = pakistan_study.country, pakistan_study.blueprint
    known = prospect(
        read_economy(find_country("pakistan")),
        read_plan(find_blueprint("surplus-2000mw")),
        read_price_history(),
        pakistan_study.market,
        Settings(paths=PATHS),
        country,
        blueprint,
    )
    return study(country, blueprint, pakistan_study.market, graph=weighed(known.graph))


@pytest.fixture(scope="session")
def written(forward_study: Study, tmp_path_factory: pytest.TempPathFactory) -> Written:
    steps: list[str] = []
    folder = tmp_path_factory.mktemp("brief") / "out"
    html, json, xlsx = write_brief(forward_study, folder, steps.append)
    return Written(forward_study, html, json, xlsx, tuple(steps))


@pytest.fixture(scope="session")
def html(written: Written) -> str:
    return written.html.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def read_page() -> Callable[[str], Reader]:
    def read(text: str) -> Reader:
        made = Reader()
        made.feed(text)
        return made

    return read


@pytest.fixture(scope="session")
def loose_texts(read_page: Callable[[str], Reader]) -> Callable[[str], list[str]]:
    return lambda text: read_page(text).loose


@pytest.fixture
def page(written: Written) -> Iterator[object]:
    """The brief in a headless browser, with every request and message noted."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: apt-get install chromium")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    flags += ["--disable-component-update", "--disable-sync", "--no-first-run"]
    with api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        opened = browser.new_page(viewport={"width": 1280, "height": 900})
        yield opened
        browser.close()
