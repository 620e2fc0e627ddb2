"""A part of a page that cannot be fetched: the list stays as it was, and one place says what happened."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Site
from tests.browser.person import Person

REFUSALS = {
    "the server broke": (500, None, "系统出错"),
    "a gateway answered": (502, "<html><body><h1>Bad Gateway</h1></body></html>", "收到的应答无法显示"),
    "nobody answered": (0, None, "没有收到应答"),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_the_list_stays_and_the_frame_says_why(
    site: Site, desk: Callable[[str], Person], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    site.pages.report(site.pages.visitor("reporter"))
    officer = desk("dispatcher")
    officer.go("/tasks?tab=candidate")
    page, (status, body, words) = officer.page, REFUSALS[what]
    place, rows = page.locator("[data-part-failed]"), page.locator("#task-list .row-item")
    expect(place).to_be_hidden()
    if body is None and status:
        monkeypatch.setattr("web.pages.my_tasks.read_tasks", broken)
    else:
        page.route("**/tasks?*", lambda route: answer(route, status, body))
    page.evaluate("document.getElementById('task-list').dispatchEvent(new CustomEvent('refresh'))")
    expect(place).to_be_visible()
    expect(place).to_contain_text(words)
    expect(rows).to_have_count(1)
    expect(page.locator("h1")).to_have_count(1)
    heal(page, monkeypatch)
    page.evaluate("document.getElementById('task-list').dispatchEvent(new CustomEvent('refresh'))")
    expect(place).to_be_hidden()
    expect(rows).to_have_count(1)


def test_who_was_signed_out_meanwhile_is_led_to_the_door(site: Site, desk: Callable[[str], Person]) -> None:
    officer = desk("dispatcher")
    officer.go("/tasks?tab=candidate")
    site.pages.visitor("dispatcher")  # one account, one browser
    with officer.page.expect_navigation(url=re.compile(r"/sign-in\?next=")):
        officer.page.evaluate("document.getElementById('task-list').dispatchEvent(new CustomEvent('refresh'))")
    expect(officer.page.locator("h1")).to_have_text("登录 Signalbox")


def test_a_page_says_that_the_network_is_gone(desk: Callable[[str], Person]) -> None:
    officer = desk("dispatcher")
    officer.go("/report")
    gone = officer.page.locator("[data-offline]")
    officer.page.get_by_label("故障现象").fill("黑屏")
    officer.context.set_offline(True)
    expect(gone).to_be_visible()
    expect(officer.page.get_by_label("故障现象")).to_have_value("黑屏")
    officer.context.set_offline(False)
    expect(gone).to_be_hidden()


def broken(*_: object, **__: object) -> None:
    raise ZeroDivisionError


def answer(route: Route, status: int, body: str | None) -> None:
    if status:
        route.fulfill(status=status, body=body, content_type="text/html")
    else:
        route.abort()


def heal(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    page.unroute_all()
