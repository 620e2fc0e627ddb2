"""The keys of every page: listed, followed, quiet while somebody types, and switched off by who does not want them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import BOTH, Site
from tests.browser.person import Person

MARKED = """(() => {
  const here = document.activeElement;
  const marks = [getComputedStyle(here), getComputedStyle(here, '::after')];
  return here === document.body || marks.some((style) => style.outlineStyle !== 'none' || style.boxShadow !== 'none');
})()"""
"""Whether one sees where the focus is."""


def test_the_list_opens_by_its_key_and_gives_focus_back(desk: Callable[[str], Person]) -> None:
    page = officer_at_tickets(desk)
    keys = page.get_by_role("dialog", name="键盘")
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    expect(keys.locator("dd")).to_have_text(
        [
            *("本列表", "跳到搜索框", "关闭打开的内容", "下一条、上一条", "打开"),
            *("我的任务", "报修", "工单", "看板", "追溯审计", "流程", "表单"),
        ]
    )
    expect(keys.get_by_role("button", name="关闭")).to_be_focused()
    page.keyboard.press("g")
    page.keyboard.press("t")  # not while the list is open
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(page.locator("[data-row]").first).to_be_focused()
    expect(page).to_have_url(re.compile("/tickets$"))


@pytest.mark.parametrize("site", BOTH, indirect=True)
def test_g_and_a_letter_lead_to_another_page(desk: Callable[[str], Person]) -> None:
    page = officer_at_tickets(desk)
    page.keyboard.press("g")
    expect(page.locator("[data-keys-said]")).to_contain_text("前往 · T 我的任务 · R 报修 · W 工单 · B 看板")
    page.keyboard.press("x")
    expect(page.locator("[data-keys-said]")).to_be_empty()
    for letter, address in (("t", "/tasks"), ("r", "/report"), ("w", "/tickets")):
        page.keyboard.press("g")
        with page.expect_navigation():
            page.keyboard.press(letter)
        expect(page).to_have_url(re.compile(f"{address}$"))


def test_who_types_is_left_alone(desk: Callable[[str], Person]) -> None:
    page = officer_at_tickets(desk)
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("gt?/j")
    expect(page.get_by_role("searchbox")).to_have_value("gt?/j")
    expect(page.locator("dialog")).to_be_hidden()


def test_the_keys_can_be_switched_off(desk: Callable[[str], Person]) -> None:
    page = officer_at_tickets(desk)
    page.get_by_role("button", name="键盘").click()
    page.get_by_label("在此浏览器使用这些快捷键").uncheck()
    page.get_by_role("button", name="关闭").click()
    page.reload()
    page.keyboard.press("j")
    expect(page.locator("[data-row]").first).not_to_be_focused()
    page.get_by_role("button", name="键盘").click()
    expect(page.get_by_label("在此浏览器使用这些快捷键")).not_to_be_checked()
    page.get_by_label("在此浏览器使用这些快捷键").check()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("[data-row]").first).to_be_focused()


def test_everything_is_reached_by_tab_and_seen(site: Site, desk: Callable[[str], Person]) -> None:
    """The first stop leads past the menu; each stop has an outline or a ring."""
    page = officer_at_tickets(desk)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    for _ in range(14):
        assert page.evaluate(MARKED), page.evaluate("document.activeElement.outerHTML")
        page.keyboard.press("Tab")


def officer_at_tickets(desk: Callable[[str], Person]) -> Page:
    officer = desk("line_officer")
    officer.go("/report")
    page = officer.page
    page.get_by_label("故障点位").select_option("QC001")
    page.get_by_text("图像", exact=True).click()
    page.get_by_label("影响有多大").select_option(index=1)
    page.get_by_label("故障现象").fill("黑屏")
    officer.press("报修")
    officer.go("/tickets")
    return page
