"""One fault on phones of 390 px, from 报修 over a recurrence to 归档."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Site
from tests.browser.person import Person
from tests.web.house import numbers


def test_a_fault_goes_from_report_to_the_archive(site: Site, phone: Callable[[str], Person]) -> None:
    number = report(phone("reporter"))
    site.pages.later(minutes=2)
    desk = phone("dispatcher")
    dispatch(desk)
    site.pages.later(minutes=3)
    work(phone("field_engineer"))
    recur(desk, number)
    dispatch(desk)
    work_again(phone("field_engineer"))
    site.pages.later(hours=24)
    desk = phone("dispatcher")
    desk.go("/tasks?tab=candidate")
    desk.open("复核修复效果")
    desk.page.get_by_text("修好了", exact=True).click()
    desk.press("提交")
    summarise(phone("field_engineer"))
    desk.go("/tasks?tab=done")
    desk.open("复核修复效果")
    desk.open(number)
    expect(desk.page.locator(".case-title .state")).to_have_text("已办结")
    expect(desk.page.locator(".case-title .light")).to_have_text("按时")
    expect(desk.page.locator("td.verdict")).to_have_text(["按时"] * 8)
    expect(desk.page.locator(".clocks caption").first).to_contain_text("第 1 次复发")
    desk.page.locator(".timeline summary").first.click()
    expect(desk.page.locator(".timeline")).to_contain_text("“已归档”")
    desk.check()


def dispatch(desk: Person) -> None:
    desk.go("/tasks?tab=candidate")
    desk.open("核实派单")
    desk.page.get_by_label("派给谁").select_option(label="技术工程师")
    desk.press("提交")


def recur(desk: Person, number: str) -> None:
    """The desk notes on the ticket's page that the fault came back; an empty note is not sent."""
    desk.go(f"/tickets?q={number}")
    desk.open(number)
    page = desk.page
    note = page.get_by_label("看到了什么")
    page.get_by_role("button", name="故障复发").click()
    expect(note).to_be_focused()
    desk.check()
    note.fill("夜里又黑屏")
    desk.press("故障复发")
    expect(page.locator(".timeline")).to_contain_text("夜里又黑屏")
    expect(page.get_by_role("button", name="故障复发")).to_have_count(0)


def work_again(engineer: Person) -> None:
    page = engineer.page
    form = page.locator("[data-staff-form]")
    engineer.open("响应报修")
    form.get_by_text("已电话联系").click()
    engineer.press("提交")
    engineer.press("提交")
    form.get_by_label("故障原因").fill("接头进水")
    form.get_by_label("检查经过和结果").fill("接头锈蚀")
    form.get_by_text("能", exact=True).click()
    engineer.press("提交")
    form.get_by_label("做了哪些处理").fill("更换接头")
    form.get_by_label("处理结果").select_option(label="已修好")
    engineer.press("提交")
    expect(page).to_have_url(re.compile("/tasks$"))


def summarise(engineer: Person) -> None:
    engineer.open("总结故障原因")
    engineer.page.get_by_label("根本原因").fill("接头不防水")
    engineer.page.get_by_label("改进措施").fill("换防水接头")
    engineer.press("提交")


def report(reporter: Person) -> str:
    """The 工单号 of a fault reported on a phone. The list of devices follows the point."""
    reporter.open("报修", "nav")
    page = reporter.page
    page.get_by_label("故障点位").select_option("QC002")
    expect(page.get_by_label("故障设备").locator("option")).to_have_count(2)
    expect(page.get_by_label("故障设备")).to_contain_text("SN0021")
    page.get_by_label("故障点位").select_option("QC001")
    expect(page.get_by_label("故障设备")).to_contain_text("SN0011")
    page.get_by_text("图像", exact=True).click()
    page.get_by_label("影响有多大").select_option(index=1)
    page.get_by_label("故障现象").fill("夜间画面全黑，" + "白天也有横纹，" * 12)
    reporter.press("报修")
    (number,) = set(numbers(page.locator("h1").inner_text()))
    expect(page.locator(".big-number")).to_have_text(number)
    return number


def work(engineer: Person) -> None:
    """Respond, arrive, diagnose, repair; a draft outlives a reload, a missing answer is said before sending."""
    page = engineer.page
    engineer.open("响应报修")
    page.get_by_text("已电话联系").click()
    engineer.press("提交")
    engineer.press("提交")
    page.get_by_label("故障原因").fill("电源适配器损坏")
    expect(page.locator("#draft-state")).to_contain_text("草稿已保存")
    page.reload()
    engineer.check()
    expect(page.get_by_label("故障原因")).to_have_value("电源适配器损坏")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#errors-finding")).to_have_text("此项必填。")
    page.get_by_label("检查经过和结果").fill("无 12 V 输出")
    page.get_by_text("能", exact=True).click()
    engineer.press("提交")
    expect(page.get_by_label("新设备序列号")).to_be_hidden()
    page.get_by_label("做了哪些处理").fill("更换适配器")
    page.get_by_label("处理结果").select_option(label="已修好")
    page.get_by_label("更换了设备").check()
    page.get_by_label("旧设备序列号").fill("SN0011")
    page.get_by_label("新设备序列号").fill("SN-9")
    page.get_by_label("试运行结果").select_option(label="已调试接入，运行正常")
    engineer.press("提交")
    expect(page).to_have_url(re.compile("/tasks$"))
