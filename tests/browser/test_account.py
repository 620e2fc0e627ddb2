"""An account on a phone of 390 px: an authenticator is set up, codes sign in, a link replaces a forgotten password."""

from __future__ import annotations

import re
from base64 import b32decode
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import expect

from accounts.one_time_codes import code_at
from engine.authorization import ENGINE
from tests.browser.conftest import Site
from tests.browser.person import Person
from tests.web.house import PASSWORD, give_role

NEW = "Another lamp 18 at dawn"


def test_an_account_on_a_phone(site: Site, phone: Callable[[str], Person]) -> None:
    site.pages.engine.run(give_role, ENGINE, "contractor_lead", "admin")
    engineer = phone("field_engineer")
    engineer.page.locator("details.account summary").click()
    engineer.open("我的账号", "header")
    expect(engineer.page.locator(".own-account")).to_contain_text("Chrome · Linux")
    secret, recovery = set_up(site, engineer)
    sign_in_with_code(site, engineer, secret)
    sign_in_with_recovery(engineer, recovery)
    address = forget(engineer, phone)
    engineer.go(urlsplit(address).path)
    engineer.page.get_by_label("新口令", exact=True).fill(NEW)
    engineer.page.get_by_label("再次输入新口令").fill(NEW)
    engineer.press("设置口令")
    expect(engineer.page.locator(".notices")).to_contain_text("口令已修改")
    type_password(engineer, NEW)
    expect(engineer.page.locator("h1")).to_have_text("输入验证码")
    assert {"/account", "/account/second-factor", "/sign-in/code?next=/", "/forgot"} <= set(engineer.visited)


def set_up(site: Site, engineer: Person) -> tuple[bytes, str]:
    """The secret as the page spells it, and one of the recovery codes."""
    page = engineer.page
    engineer.open("绑定")
    page.get_by_label("请再次输入口令").fill(PASSWORD)
    engineer.press("绑定")
    picture = page.locator("img.qr")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth") > 150
    expect(page.get_by_role("link", name="就在本手机：在应用中打开")).to_have_attribute(
        "href", re.compile("^otpauth://totp/Signalbox:field_engineer")
    )
    secret = b32decode(page.locator(".secret").inner_text().replace(" ", ""))
    page.get_by_label("6 位验证码").fill(code_at(secret, site.pages.clock.now()))
    engineer.press("确认绑定")
    codes = page.locator(".recovery code").all_inner_texts()
    assert len(set(codes)) == 10
    engineer.open("已保存好")
    expect(page.locator(".own-account")).to_contain_text("剩余恢复码 10 个")
    return secret, codes[6]


def sign_in_with_code(site: Site, engineer: Person, secret: bytes) -> None:
    leave(engineer)
    site.pages.later(seconds=30)
    type_password(engineer, PASSWORD)
    expect(engineer.page.get_by_label("6 位验证码")).to_be_focused()
    engineer.page.keyboard.type(code_at(secret, site.pages.clock.now()))
    engineer.press("登录")
    expect(engineer.page.locator("h1")).to_have_text("我的任务")


def sign_in_with_recovery(engineer: Person, code: str) -> None:
    leave(engineer)
    type_password(engineer, PASSWORD)
    engineer.page.get_by_text("手机不在身边？使用恢复码").click()
    engineer.page.get_by_label("恢复码", exact=True).fill(code)
    engineer.press("用恢复码登录")
    engineer.go("/account")
    expect(engineer.page.locator(".own-account")).to_contain_text("剩余恢复码 9 个")


def forget(engineer: Person, phone: Callable[[str], Person]) -> str:
    """The link that an administrator of the organisation issues, on another phone."""
    leave(engineer)
    engineer.open("忘记口令？")
    engineer.page.get_by_label("用户名").fill("field_engineer")
    engineer.press("通知管理员")
    engineer.open("返回登录")
    lead = phone("contractor_lead")
    lead.go("/account")
    lead.open("打开")
    lead.press("为 技术工程师 签发链接")
    address: str = lead.page.locator(".secret").inner_text()
    return address


def leave(person: Person) -> None:
    person.page.locator("details.account summary").click()
    with person.page.expect_navigation():
        person.page.get_by_role("button", name="退出登录").click()
    person.check()


def type_password(person: Person, password: str) -> None:
    person.page.get_by_label("用户名").fill("field_engineer")
    person.page.get_by_label("口令").fill(password)
    person.press("登录")
