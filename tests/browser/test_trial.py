"""A process owner tries a process at a desk: reports, lets hours pass, sees red, keeps the story and plays it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect
from sqlalchemy import func, select

from engine.models import ProcessDefinition, ProcessInstance
from tests.browser.conftest import Site
from tests.browser.person import Person


def test_an_owner_tries_a_process_until_it_is_red(site: Site, desk: Callable[[str], Person]) -> None:
    with site.pages.engine.read() as connection:
        query = select(ProcessDefinition.id).where(ProcessDefinition.key == "fault_repair_fc")
        path = f"/processes/definitions/{connection.scalar(query)}/trial"
    owner = desk("process_owner")
    owner.go(path)
    page = owner.page
    page.get_by_role("button", name="发起", exact=True).click()
    expect(page.locator("#errors-symptom")).to_have_text("此项必填。")
    page.get_by_label("故障点位").select_option("QC001")
    page.get_by_text("图像", exact=True).click()
    page.get_by_label("影响有多大").select_option("system_down")
    page.get_by_label("故障现象").fill("夜间画面全黑")
    page.get_by_label("故障现象").press("Tab")
    owner.press("发起")
    expect(page.locator(".trial-steps .chosen")).to_contain_text("核实派单")
    press_jump(owner, "到下一个定时")
    expect(page.locator(".trial-now")).to_contain_text("2026-11-20 10:08:00")
    page.get_by_label("交代事项").fill("带备用电源")
    press_jump(owner, "+1 小时")
    expect(page.get_by_label("交代事项")).to_have_value("带备用电源")
    expect(page.locator(".clocks .light-late").first).to_contain_text("红灯")
    expect(page.locator(".timeline")).to_contain_text("“响应”已超时，已告知项目经理")
    page.get_by_label("派给谁").select_option("field_engineer")
    owner.press("提交")
    expect(page.locator(".trial-figure figcaption")).to_contain_text("响应报修")
    page.locator("summary", has_text="存为用例").click()
    page.get_by_label("用例名称").fill("一小时无人响应")
    owner.press("保存用例")
    expect(page.locator(".notices")).to_contain_text("已保存用例“一小时无人响应”。")
    owner.press("全部播放")
    expect(page.locator("#stories .light-ok")).to_have_text("符合")
    with site.pages.engine.read() as connection:
        assert connection.scalar(select(func.count()).select_from(ProcessInstance)) == 0


def press_jump(person: Person, words: str) -> None:
    """A button of the time bar; some say more than these words."""
    with person.page.expect_navigation():
        person.page.locator(".trial-time").get_by_role("button", name=words).click()
    person.check()
