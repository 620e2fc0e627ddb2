"""派警台 in a browser: ticks and words survive the list's own refresh; keys tick; on a phone everything is in reach."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Site
from tests.browser.person import Person


def test_a_dispatcher_gives_two_tickets_away(site: Site, desk: Callable[[str], Person]) -> None:
    pages, reporter = site.pages, site.pages.visitor("reporter")
    tickets = [pages.report(reporter, symptom=words) for words in ("第一处", "第二处")]
    dispatcher = desk("dispatcher")
    dispatcher.go("/dispatch")
    page = dispatcher.page
    page.keyboard.press("j")
    page.keyboard.press("Space")
    ticked = page.locator("#queue input:checked").get_attribute("id")
    page.get_by_label("第二工程师").check()
    page.get_by_label("交代事项").fill("带梯子")
    pages.report(reporter, symptom="第三处")
    page.locator("#queue").dispatch_event("refresh")
    expect(page.locator("#queue .rows")).to_contain_text("第三处")
    expect(page.locator("#queue input:checked")).to_have_count(1)
    expect(page.locator(f"#{ticked}")).to_be_checked()
    expect(page.get_by_label("交代事项")).to_have_value("带梯子")
    page.get_by_label("第一处").check()
    page.get_by_label("第二处").check()
    dispatcher.press("派出勾选的工单")
    expect(page.locator(".notices")).to_contain_text("已把 2 件工单派给第二工程师。")
    expect(page.locator("#queue .row-item")).to_have_count(1)
    assert all(pages.task(ticket, "respond") for ticket in tickets)


def test_on_a_phone(site: Site, phone: Callable[[str], Person]) -> None:
    site.pages.report(site.pages.visitor("reporter"))
    dispatcher = phone("dispatcher")
    dispatcher.go("/dispatch")
    dispatcher.page.get_by_label("夜间画面全黑").check()
    dispatcher.page.get_by_label("技术工程师", exact=False).first.check()
    dispatcher.press("派出勾选的工单")
    expect(dispatcher.page.locator("main")).to_contain_text("没有待派的工单")
