"""What browser tests ask for: the product behind a real server on 127.0.0.1, and people with browsers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from engine.clock import ManualClock
from tests.browser.install import MISSING, find
from tests.browser.person import Person
from tests.conftest import T0, fresh_database
from tests.web.house import Pages, open_pages
from web.install import STATIC

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


BOTH = ("browser-sqlite", "browser-postgresql")
"""For a story that runs on each database: @pytest.mark.parametrize("site", BOTH, indirect=True)."""


@dataclass
class Site:
    """The served product; tests may act on it beside the browser."""

    pages: Pages
    address: str


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = find()
    if program is None:
        pytest.fail(MISSING)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(params=["browser"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """The product on a manual clock and a fresh database, SQLite unless BOTH are asked for, served by threads as the
    real server does."""
    if not (STATIC / "dist" / "manifest.json").is_file():
        pytest.fail("the front end is not built: run `make setup`")
    kind = request.param.partition("-")[2] or "sqlite"
    with open_pages(fresh_database(kind, request, tmp_path), ManualClock(T0)) as pages:
        server = make_server("127.0.0.1", 0, pages.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Site(pages, f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Callable[[str], Person]]:
    """phone("reporter"): that person, signed in on a phone of 390 px."""
    yield from _people(browser, site, PHONE, touch=True)


@pytest.fixture
def desk(browser: Browser, site: Site) -> Iterator[Callable[[str], Person]]:
    """desk("line_officer"): that person, signed in at a desk of 1440 px."""
    yield from _people(browser, site, DESK, touch=False)


def _people(browser: Browser, site: Site, size: dict[str, int], *, touch: bool) -> Iterator[Callable[[str], Person]]:
    contexts = []

    def signed_in(username: str) -> Person:
        context = browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            has_touch=touch,
            is_mobile=touch,
        )
        contexts.append(context)
        return Person(context, site.address).sign_in(username)

    yield signed_in
    for context in contexts:
        context.close()
