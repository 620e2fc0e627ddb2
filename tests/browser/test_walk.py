"""A line officer walks through every page at a desk of 1440 px, by mouse and by keys, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from engine.authorization import ENGINE
from tests.browser.conftest import Site
from tests.browser.person import Person
from tests.web.house import rename

LONG = "全长三百米的路段夜间补光灯整体不亮且与平台时钟相差四十秒" * 6
UNBROKEN = "https://platform.example/" + "x" * 180


def test_every_page_at_a_desk(site: Site, desk: Callable[[str], Person]) -> None:
    pages = site.pages
    pages.engine.run(rename, ENGINE, "field_engineer", "姓名很长的现场技术工程师兼驻场负责人甲")
    ticket = pages.dispatched()
    reporter = pages.visitor("reporter")
    other = pages.report(reporter, symptom=LONG, contact=UNBROKEN[:50])
    pages.visitor("contractor_lead").post(f"/tickets/{other}/comments", {"comment": UNBROKEN})
    pages.later(minutes=40)
    officer = desk("line_officer")
    for path in ("/tasks?tab=candidate", "/tasks?tab=done", "/tasks?tab=started", "/tasks?q=nothing", "/report"):
        officer.go(path)
    walk_lists(officer)
    look_at_ticket(officer, other)
    officer.go(f"/tasks/{pages.task(ticket, 'respond')}")
    expect(officer.page.locator(".claim")).to_contain_text("姓名很长的现场技术工程师兼驻场负责人甲 正在办理。")
    officer.go("/report?point=QC001")
    expect(officer.page.locator("#same-point a")).to_have_count(2)
    change_language(officer)
    assert len(officer.visited) > 12


def walk_lists(officer: Person) -> None:
    """j goes to the next row and Enter opens it; the search of tasks needs no button; the filter is the address."""
    page = officer.page
    officer.go("/tickets")
    page.keyboard.press("j")
    expect(page.locator("[data-row]").first).to_be_focused()
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    officer.check()
    officer.go("/tickets")
    page.get_by_label("状态").select_option("completed")
    officer.press("筛选")
    expect(page).to_have_url(re.compile("state=completed"))
    expect(page.locator(".empty")).to_contain_text("没有符合条件的工单")
    officer.open("清除筛选")
    officer.go("/tasks?tab=candidate")
    page.keyboard.press("/")
    page.keyboard.type("zz")
    expect(page).to_have_url(re.compile("q=zz"))
    expect(page.locator("#task-list")).to_contain_text("没有找到")


def look_at_ticket(officer: Person, ticket: int) -> None:
    page = officer.page
    officer.go(f"/tickets/{ticket}")
    for summary in page.locator("main details > summary").all():
        if summary.is_visible():
            summary.click()
    officer.check()
    expect(page.locator(".timeline-late").first).to_contain_text("红灯：")
    expect(page.locator(".arithmetic").first).to_contain_text("限时 10 分钟，依据 FC 5.2")


def change_language(officer: Person) -> None:
    page = officer.page
    with page.expect_navigation():
        page.get_by_role("button", name="English").click()
    officer.check()
    officer.go("/tickets")
    expect(page.locator("h1")).to_have_text("Tickets")
    with page.expect_navigation():
        page.get_by_role("button", name="中文").click()
    officer.check()
    page.locator("details.account summary").click()
    with page.expect_navigation():
        page.get_by_role("button", name="退出登录").click()
    officer.check()
    expect(page.locator(".notices")).to_contain_text("已退出登录。")
