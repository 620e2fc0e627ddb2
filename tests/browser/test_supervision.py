"""A supervisor looks back: from the board to a late ticket, why it is late to the second, its chain, its diagram."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Site
from tests.browser.person import Person


def late_ticket(site: Site) -> int:
    """Responded to at 10:13:00; due at 10:10:00."""
    pages = site.pages
    ticket = pages.dispatched()
    pages.later(minutes=13)
    path = f"/tasks/{pages.task(ticket, 'respond')}/complete"
    assert pages.visitor("field_engineer").post(path, {"responded_how": "phone"}).status == 303
    pages.report(pages.visitor("reporter"))
    return ticket


def test_a_supervisor_finds_out_why(site: Site, desk: Callable[[str], Person]) -> None:
    late_ticket(site)
    auditor = desk("auditor")
    page = auditor.page
    auditor.open("看板", within="nav")
    expect(page.locator(".tile-share")).to_contain_text("1 项超时")
    page.get_by_text("以表格查看同样的数字").click()
    expect(page.locator(".trend-card tbody tr")).to_have_count(30)
    auditor.open(re.compile("^1 项超时$"))
    expect(page.locator("[data-tickets]")).to_have_text("1 张工单、1 项计时")
    expect(page.locator("[data-clock]")).to_contain_text("超 3 分")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    auditor.check()
    why = page.locator("#why-late")
    expect(why).to_contain_text("“响应”超时 3 分")
    for words in ("今天 10:00:00", "今天 10:10:00", "今天 10:13:00", "限时 10 分钟，FC 5.2", "运维单位"):
        expect(why).to_contain_text(words)
    auditor.press("校验证据链")
    expect(page.locator("#chain")).to_contain_text("证据链完好。")
    figure = page.locator("#diagram figure")
    expect(page.locator("#diagram .where-list")).to_contain_text("现在在 督办超时工单、到场签到")
    assert figure.get_attribute("data-active") == '["supervise", "arrive"]'
    assert figure.get_attribute("data-late") == '["respond"]'
    answer = page.evaluate(f"fetch('{figure.get_attribute('data-source')}').then((one) => one.text())")
    assert 'id="fault_repair_fc"' in answer


def test_a_search_an_export_and_all_chains(site: Site, desk: Callable[[str], Person]) -> None:
    late_ticket(site)
    auditor = desk("auditor")
    page = auditor.page
    auditor.open("追溯审计", within="nav")
    page.get_by_label("事件").select_option("lights")
    auditor.press("查找")
    expect(page).to_have_url(re.compile("kind=lights"))
    expect(page.locator(".audit-row").first).to_contain_text("“响应”已超时")
    with page.expect_download() as taken:
        page.get_by_role("button", name="XLSX").click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    auditor.go("/audit")
    auditor.open("校验履历")
    auditor.press("开始校验")
    expect(page.locator(".verdict-good")).to_contain_text("履历完好")
    auditor.check()


def test_the_pages_of_supervisors_on_a_phone(site: Site, phone: Callable[[str], Person]) -> None:
    ticket = late_ticket(site)
    officer = phone("line_officer")
    for path in (
        "/board",
        "/board?period=today",
        "/audit",
        "/audit?kind=work",
        "/tickets?light=red",
        f"/tickets/{ticket}",
    ):
        officer.go(path)
    expect(officer.page.locator("#why-late")).to_be_visible()
    expect(officer.page.locator("#diagram")).to_be_hidden()
