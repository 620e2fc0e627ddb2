"""On paper: A4 in the reader's language, headed with what it is, when and by whom; no menus, no buttons."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.person import Person
from tests.web.walk import settle

HIDDEN = (".top", ".foot", ".skip", ".keys-list", ".notices", ".back", ".toolbar", ".tabs", ".comment-form")
HIDDEN_TOO = (".danger-zone", ".no-print", "main button", ".row-action")


def test_pages_print_as_paper(site: Site, desk: Callable[[str], Person]) -> None:
    city = settle(site.pages)
    lead = desk("contractor_lead")
    page = lead.page
    for endpoint, path in city.addresses():
        if endpoint not in ("ticket.show", "task.show", "deferral.show", "tickets.ticket_list", "my_tasks.task_list"):
            continue
        lead.go(path)
        title = page.title().removesuffix(" · Signalbox")
        page.emulate_media(media="print")
        look(page, title)
        page.emulate_media(media="screen")


def look(page: Page, title: str) -> None:
    head = page.locator(".print-head")
    expect(head).to_be_visible()
    expect(head).to_contain_text(title)
    expect(head).to_contain_text("数据截至 2026-11-20 10:40 · 打印人 项目经理")
    shown = [each for each in (*HIDDEN, *HIDDEN_TOO) if page.locator(f"{each}:visible").count()]
    assert shown == [], page.url
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(255, 255, 255)"


def test_what_is_folded_is_printed_and_folded_again(site: Site, desk: Callable[[str], Person]) -> None:
    ticket = site.pages.dispatched()
    lead = desk("contractor_lead")
    lead.go(f"/tickets/{ticket}")
    page = lead.page
    arithmetic = page.locator(".clocks .arithmetic").first
    expect(arithmetic).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(arithmetic).to_be_visible()
    expect(page.locator("[data-printed]")).to_contain_text("打印时间 20")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(arithmetic).to_be_hidden()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
