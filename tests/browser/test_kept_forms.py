"""Nothing typed is lost: an expired session, another person here, signing out, a task taken, going back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect

from tests.browser.conftest import Site
from tests.browser.person import Person
from tests.web.house import PASSWORD

KEPT = "JSON.stringify(Object.keys(localStorage).filter((name) => name.startsWith('signalbox.form.')))"


def kept(person: Person) -> list[str]:
    found: list[str] = json.loads(person.page.evaluate(KEPT))
    return found


def wait_until_kept(person: Person) -> None:
    """A moment after the last key; the policy of the page lets no text be waited for."""
    for _ in range(100):
        if kept(person):
            return
        person.page.wait_for_timeout(50)
    raise AssertionError("nothing was kept")


def sign_in_again(person: Person, username: str) -> None:
    person.page.get_by_label("用户名").fill(username)
    person.page.get_by_label("口令").fill(PASSWORD)
    person.press("登录")


def expire(site: Site) -> None:
    site.pages.clock.move_to(site.pages.clock.now() + timedelta(minutes=31))


def forgive(person: Person) -> None:
    """The browser logs every answer of 4xx; here they are what is tested."""
    assert all("status of 4" in one for one in person.complaints), person.complaints
    person.complaints.clear()


def test_a_form_outlives_its_session(site: Site, phone: Callable[[str], Person]) -> None:
    ticket = site.pages.dispatched()
    engineer = phone("field_engineer")
    path = f"/tasks/{site.pages.task(ticket, 'respond')}"
    engineer.go(path)
    page = engineer.page
    expire(site)
    page.get_by_text("已电话联系", exact=True).click()
    page.get_by_label("联系情况").fill("值班员说门锁着")
    expect(page.locator("#draft-state")).to_contain_text("登录已失效")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("h1")).to_have_text("登录已失效，本次提交没有保存")
    expect(page.locator("main")).to_contain_text("值班员说门锁着")
    forgive(engineer)
    engineer.go(f"/sign-in?next={path}")
    sign_in_again(engineer, "engineer2")  # somebody else on the same phone
    engineer.go(path)
    assert "值班员说门锁着" not in page.locator("body").inner_text()
    engineer.context.clear_cookies()
    engineer.go(f"/sign-in?next={path}")
    sign_in_again(engineer, "field_engineer")
    offer = page.locator("[data-kept]")
    expect(offer).to_contain_text("没有提交，本浏览器已保存")
    engineer.press("恢复填写")
    expect(page.get_by_label("联系情况")).to_have_value("值班员说门锁着")
    expect(offer).to_be_hidden()
    engineer.press("提交")
    expect(page.locator(".notices")).to_contain_text("“响应报修”已办结")
    assert kept(engineer) == []


def test_a_report_half_typed_is_offered_again_and_can_be_thrown_away(
    site: Site, phone: Callable[[str], Person]
) -> None:
    reporter = phone("reporter")
    page = reporter.page
    reporter.go("/report")
    page.get_by_label("故障现象").fill("半句话")
    wait_until_kept(reporter)
    reporter.go("/report")
    reporter.press("恢复填写")
    expect(page.get_by_label("故障现象")).to_have_value("半句话")
    reporter.go("/report")
    page.get_by_role("button", name="丢弃").click()
    expect(page.locator("[data-kept]")).to_be_hidden()
    assert kept(reporter) == []
    reporter.go("/report")
    expect(page.locator("[data-kept]")).to_be_hidden()


def test_signing_out_leaves_nothing_behind(site: Site, phone: Callable[[str], Person]) -> None:
    reporter = phone("reporter")
    page = reporter.page
    reporter.go("/report")
    page.get_by_label("故障现象").fill("半句话")
    wait_until_kept(reporter)
    page.locator("details.menu summary").last.click()
    with page.expect_navigation():
        page.get_by_role("button", name="退出登录").click()
    assert kept(reporter) == []


def test_a_task_taken_while_the_form_was_open(site: Site, phone: Callable[[str], Person]) -> None:
    ticket = site.pages.report(site.pages.visitor("reporter"))
    path = f"/tasks/{site.pages.task(ticket, 'dispatch')}"
    desk = phone("dispatcher")
    desk.go(path)
    other = site.pages.visitor("dispatcher2")
    other.post(f"{path}/claim")
    desk.page.get_by_label("派给谁").select_option(label="第二工程师")
    expect(desk.page.locator("#draft-state")).to_contain_text("第二值班")
    desk.page.get_by_role("button", name="提交").click()
    expect(desk.page.locator("main")).to_contain_text("第二工程师")
    expect(desk.page.locator("main")).to_contain_text("本浏览器也保存了这些内容")
    forgive(desk)
    other.post(f"{path}/unclaim")
    desk.go(path)
    desk.press("恢复填写")
    expect(desk.page.get_by_label("派给谁")).to_have_value("engineer2")
    desk.press("提交")
    assert kept(desk) == []


def test_back_after_completing_says_that_it_is_done(site: Site, phone: Callable[[str], Person]) -> None:
    ticket = site.pages.dispatched()
    engineer = phone("field_engineer")
    engineer.go(f"/tasks/{site.pages.task(ticket, 'respond')}")
    engineer.page.get_by_text("已电话联系", exact=True).click()
    engineer.press("提交")
    engineer.page.go_back()
    expect(engineer.page.locator("main")).to_contain_text("您已办结该任务")
    expect(engineer.page.locator("[data-staff-form]")).to_have_count(0)


def test_live_refresh_keeps_focus_and_place(site: Site, phone: Callable[[str], Person]) -> None:
    reporter = site.pages.visitor("reporter")
    for _ in range(14):
        site.pages.report(reporter)
    desk = phone("dispatcher")
    desk.go("/tasks?tab=candidate")
    page = desk.page
    rows = page.locator("[data-row]")
    expect(rows).to_have_count(14)
    rows.nth(9).focus()
    page.evaluate("window.scrollTo(0, 700)")
    place, focused = page.evaluate("window.scrollY"), page.evaluate("document.activeElement.id")
    assert place > 300
    site.pages.report(reporter, symptom="新来的一张")
    with page.expect_response(re.compile("/tasks")):
        page.evaluate("document.getElementById('task-list').dispatchEvent(new CustomEvent('refresh'))")
    expect(rows).to_have_count(15)
    assert page.evaluate("document.activeElement.id") == focused
    assert page.evaluate("window.scrollY") == place
    expect(page.locator(".row-item").first).to_contain_text("剩")
