"""A fault on phones of 390 px with two photos and a delay that is applied for and granted; on either database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from engine.authorization import ENGINE
from engine.models import Attachment
from tests.browser.conftest import BOTH, Site
from tests.browser.person import Person
from tests.browser.test_forms import picture
from tests.browser.test_story import summarise
from tests.web.house import numbers
from tests.web.test_pages_deferral import switch_on


@pytest.mark.parametrize("site", BOTH, indirect=True)
def test_a_fault_with_photos_and_a_delay(site: Site, phone: Callable[[str], Person], tmp_path: Path) -> None:
    pages = site.pages
    pages.engine.run(switch_on, ENGINE)
    number = report(phone("reporter"), picture(tmp_path, "night.jpg", (1600, 1200)))
    pages.later(minutes=2)
    desk = phone("dispatcher")
    desk.go("/tasks?tab=candidate")
    desk.open("核实派单")
    desk.page.get_by_label("派给谁").select_option(label="技术工程师")
    desk.press("提交")
    pages.later(minutes=3)
    engineer = phone("field_engineer")
    respond_to_diagnosed(engineer)
    ask_for_a_day(engineer, number)
    grant(phone("owner_approver"), number)
    pages.later(hours=5)  # beyond 14:00, within the deferral
    engineer = phone("field_engineer")
    repair(engineer, picture(tmp_path, "repaired.jpg", (1600, 1200)))
    pages.later(hours=24)
    desk = phone("dispatcher")
    desk.go("/tasks?tab=candidate")
    desk.open("复核修复效果")
    desk.page.get_by_text("修好了", exact=True).click()
    desk.press("提交")
    summarise(phone("field_engineer"))
    archived(phone("reporter"), number)
    with pages.engine.read() as connection:
        kept = connection.scalar(select(func.count()).select_from(Attachment).where(Attachment.root_id.is_not(None)))
    assert kept == 2


def report(reporter: Person, photo: Path) -> str:
    reporter.open("报修", "nav")
    page = reporter.page
    page.get_by_label("故障点位").select_option("QC001")
    page.get_by_text("图像", exact=True).click()
    page.get_by_label("影响有多大").select_option(index=1)
    page.get_by_label("故障现象").fill("夜间画面全黑")
    send(reporter, photo)
    page.get_by_label("联系人和电话").fill("值班室 13812345678")
    reporter.press("报修")
    (number,) = set(numbers(page.locator(".big-number").inner_text()))
    return number


def send(person: Person, photo: Path) -> None:
    with person.page.expect_response("**/api/v1/attachments") as sent:
        person.page.get_by_label("从相册选").set_input_files(photo)
    assert sent.value.status == 201
    expect(person.page.locator("[data-upload] .upload-state")).to_have_text("已上传。")


def respond_to_diagnosed(engineer: Person) -> None:
    page = engineer.page
    engineer.open("响应报修")
    expect(page.get_by_role("link", name="13812345678")).to_have_attribute("href", "tel:13812345678")
    expect(page.locator(".facts img").first).to_be_visible()  # the reporter's photo
    page.get_by_text("已电话联系", exact=True).click()
    engineer.press("提交")
    engineer.press("提交")
    page.get_by_label("故障原因").fill("立杆被撞")
    page.get_by_label("检查经过和结果").fill("基础松动，需吊车")
    page.get_by_text("能", exact=True).click()
    engineer.press("提交")


def ask_for_a_day(engineer: Person, number: str) -> None:
    page = engineer.page
    engineer.go(f"/report/follow?number={number}")
    engineer.open("申请延时")
    page.get_by_label("延时原因").select_option(label="杆件被撞")
    page.get_by_label("情况说明").fill("立杆被撞，吊车明日到")
    page.get_by_label("申请延时到").fill("2026-11-21T18:00")
    engineer.press("提出申请")
    expect(page.locator(".notices")).to_contain_text("已提出申请")


def grant(owner: Person, number: str) -> None:
    """The effect follows the end that is being considered."""
    page = owner.page
    owner.go("/approvals")
    expect(page.locator(".rows")).to_contain_text(number)
    owner.open("杆件被撞")
    granted = page.locator(".verdict-granted").first
    expect(granted).to_contain_text("明天 18:00")
    expect(page.locator(".verdict-refused").first).to_contain_text("今天 14:00")
    page.get_by_text("同意延时", exact=True).click()
    page.get_by_label("同意延时到").fill("2026-11-21T12:30")
    page.get_by_label("同意延时到").blur()
    expect(granted).to_contain_text("明天 12:30")
    owner.check()
    owner.press("提交")


def repair(engineer: Person, photo: Path) -> None:
    page = engineer.page
    engineer.open("修复故障")
    expect(page.locator(".case-title .light")).to_have_text("剩 21 小时 25 分")
    page.get_by_label("做了哪些处理").fill("扶正立杆，加固基础")
    page.get_by_label("处理结果").select_option(label="已修好")
    send(engineer, photo)
    engineer.press("提交")


def archived(reporter: Person, number: str) -> None:
    page = reporter.page
    reporter.go("/report")
    page.get_by_label("凭工单号查进度").fill(number[-5:])
    reporter.press("查进度")
    expect(page.locator(".case-title .state")).to_have_text("已办结")
    expect(page.locator(".case-title .light")).to_have_text("按时")
    reporter.check()
