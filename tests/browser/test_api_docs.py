"""The API's page at a desk and on a phone: every group is drawn, routes open, the search narrows."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.person import OVERFLOW, Person


def _walk(person: Person) -> None:
    page = person.page
    person.open("接口文档", "footer")
    groups, routes = page.locator(".api-group"), page.locator(".api-route")
    expect(groups).to_have_count(21)
    expect(routes).to_have_count(99)
    page.get_by_label("搜索接口").fill("contract.edit")
    expect(page.locator(".api-route:visible")).to_have_count(1)
    page.locator(".api-route:visible summary").first.click()
    shown = page.locator(".api-route[open]")
    expect(shown).to_contain_text("登记合同")
    expect(shown).to_contain_text("Write down a contract of one's organisation")
    expect(shown.locator("h3")).to_have_text(["谁可以调用", "参数", "请求体", "应答", "拒绝"])
    shown.get_by_text("示例").first.click()
    expect(shown.locator("pre").first).to_contain_text('"number"')
    assert page.evaluate(OVERFLOW) <= 0
    page.get_by_label("搜索接口").fill("no such route")
    expect(page.get_by_text("没有符合的接口。")).to_be_visible()
    person.check()


def test_the_api_explains_itself_at_a_desk(desk: Callable[[str], Person]) -> None:
    _walk(desk("line_officer"))


def test_the_api_explains_itself_on_a_phone(phone: Callable[[str], Person]) -> None:
    _walk(phone("reporter"))
