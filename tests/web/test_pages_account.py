"""我的账号 and what leads to it: codes, links, leaks; each ends in a page that says what happened and how to go on."""

from __future__ import annotations

from base64 import b32decode
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from accounts.context import EXTENSION
from accounts.one_time_codes import code_at
from engine.authorization import ENGINE
from tests.web.house import PASSWORD, Pages, Visitor, give_role

NEW = "Another lamp 18 at dawn"
ALERT = "//main//*[@role='alert']"


def secret_of(offer: Any) -> bytes:
    return b32decode(offer.text("//*[@class='secret']").replace(" ", ""))


def set_up(pages: Pages, visitor: Visitor) -> tuple[bytes, list[str]]:
    """Through the pages, as a person does it."""
    offer = visitor.follow(visitor.post("/account/second-factor", {"password": PASSWORD}))
    secret = secret_of(offer)
    done = visitor.post("/account/second-factor/confirm", {"code": code_at(secret, pages.clock.now())})
    assert (done.status, done.text("//h1")) == (200, "请保存恢复码")
    return secret, [code.text for code in done.page.xpath("//ol[@class='recovery']//code")]


def test_setting_up_and_signing_in_with_codes(pages: Pages) -> None:
    visitor = pages.visitor("dispatcher")
    assert visitor.get("/account").text("//h2[.='登录方式']/following::ul[1]/li[2]") == "动态验证码 未开启 绑定"
    refused = visitor.post("/account/second-factor", {"password": "wrong"})
    assert (refused.status, refused.text(ALERT)) == (401, "用户名或口令错误。")
    offer = visitor.follow(visitor.post("/account/second-factor", {"password": PASSWORD}))
    (picture,) = offer.page.xpath("//img[@class='qr']/@src")
    assert picture.startswith("data:image/svg+xml;charset=utf-8,%3Csvg")
    assert offer.links()[0].startswith("otpauth://totp/Signalbox:dispatcher?")
    assert visitor.get("/account/second-factor").text("//*[@class='secret']") == offer.text("//*[@class='secret']")
    wrong = visitor.post("/account/second-factor/confirm", {"code": "12345"})
    assert (wrong.status, wrong.text("//h1")) == (401, "绑定动态验证码")
    assert wrong.text(ALERT) == "验证码错误、已使用或已过期，请等待下一个验证码再试。"
    _, codes = set_up(pages, visitor)
    assert len(set(codes)) == 10
    pages.clock.move_to(pages.clock.now() + timedelta(seconds=30))
    answer = visitor.post("/sign-in", {"username": "dispatcher", "password": PASSWORD, "next": "/tickets"})
    assert answer.location == "/sign-in/code?next=/tickets"
    step = visitor.follow(answer)
    assert step.text("//h1") == "输入验证码"
    assert set(step.page.xpath("//main//input[@name='next']/@value")) == {"/tickets"}
    assert visitor.get("/tickets").location == "/sign-in?next=/tickets"
    bad = visitor.post("/sign-in/code", {"code": "000000", "next": "/tickets"})
    assert (bad.status, bad.text("//h1")) == (401, "输入验证码")
    assert visitor.post("/sign-in/code", {"code": codes[0], "next": "/tickets"}).location == "/tickets"
    shown = visitor.get("/account").text()
    assert "已开启 剩余恢复码 9 个" in shown
    assert "验证码错误 127.0.0.1" in shown


def test_a_step_that_took_too_long_leads_back_to_the_password(pages: Pages) -> None:
    visitor = pages.visitor("dispatcher")
    set_up(pages, visitor)
    visitor.sign_in("dispatcher")
    pages.clock.move_to(pages.clock.now() + timedelta(minutes=6))
    for ask in (visitor.get, visitor.post):
        answer = ask("/sign-in/code")
        assert answer.location.startswith("/sign-in?next=/")
        notice = visitor.get(answer.location).text("//*[@class='notices']")
        assert "距离输入口令时间过长，或本次验证已使用，请重新登录。" in notice
    assert pages.visitor().get("/sign-in/second-factor").location.startswith("/sign-in?")


def test_turning_it_off(pages: Pages) -> None:
    visitor = pages.visitor("dispatcher")
    set_up(pages, visitor)
    assert visitor.post("/account/second-factor/off", {"password": "wrong"}).status == 401
    done = visitor.follow(visitor.post("/account/second-factor/off", {"password": PASSWORD}))
    assert "动态验证码已关闭，今后只用口令登录。" in done.text("//*[@class='notices']")
    assert visitor.sign_in("dispatcher").location == "/"


def test_an_offer_that_is_over_begins_again(pages: Pages) -> None:
    visitor = pages.visitor("dispatcher")
    visitor.post("/account/second-factor", {"password": PASSWORD})
    pages.clock.move_to(pages.clock.now() + timedelta(minutes=11))
    answer = visitor.follow(visitor.post("/account/second-factor/confirm", {"code": "000000"}))
    assert "二维码已失效，请重新开始绑定。" in answer.text("//*[@class='notices']")
    assert answer.value("password") == ""


@pytest.fixture
def strict(pages: Pages) -> Pages:
    """Dispatchers must have a second factor."""
    here = pages.app.extensions[EXTENSION]
    factors = replace(here.factors, roles=frozenset({"dispatcher"}))
    pages.app.extensions[EXTENSION] = replace(here, factors=factors)
    return pages


def test_who_must_have_codes_is_led_to_set_them_up_before_anything_else(strict: Pages) -> None:
    visitor = strict.visitor()
    answer = visitor.post("/sign-in", {"username": "dispatcher", "password": PASSWORD, "next": "/tickets"})
    assert answer.location == "/sign-in/second-factor?next=/tickets"
    offer = visitor.get(answer.location)
    assert "您的角色必须使用动态验证码登录，请先绑定。" in offer.text("//*[@class='notices']")
    assert offer.value("next") == "/tickets"
    assert visitor.get("/tasks").location == "/sign-in?next=/tasks"
    assert visitor.post("/sign-in/second-factor", {"code": "1", "next": "/tickets"}).status == 401
    typed = {"code": code_at(secret_of(offer), strict.clock.now()), "next": "/tickets"}
    done = visitor.post("/sign-in/second-factor", typed)
    assert (done.text("//h1"), done.links()) == ("请保存恢复码", ["/tickets"])
    assert visitor.get("/tasks").status == 200
    state = visitor.get("/account/second-factor")
    assert "您的角色必须使用动态验证码，不能关闭。" in state.text()
    assert state.page.xpath("//button[@formaction]") == []
    kept = visitor.post("/account/second-factor/off", {"password": PASSWORD})
    assert (kept.status, kept.text(ALERT)) == (403, "您的角色必须使用动态验证码，可以重新绑定，不能关闭。")


def test_who_forgot_asks_and_gets_a_link(pages: Pages) -> None:
    pages.engine.run(give_role, ENGINE, "line_officer", "admin")
    visitor = pages.visitor()
    assert visitor.get("/sign-in").links()[-1] == "/forgot"
    texts = {visitor.post("/forgot", {"username": name}).text() for name in ("reporter", "nobody-here", "dispatcher")}
    assert len(texts) == 1
    assert "如果该账号存在，已通知其单位的管理员。" in texts.pop()
    officer = pages.visitor("line_officer")
    assert "/reset-requests" in officer.get("/account").links()
    listed = officer.get("/reset-requests")
    assert "报修" in listed.text("//ul[@class='lines']")
    assert "dispatcher" not in listed.text()  # of another organisation
    issued = officer.post("/reset-requests", {"username": "reporter"})
    assert issued.status == 200, issued.text()
    address = issued.text("//*[contains(@class, 'secret')]/code")
    assert address.startswith("http://localhost/reset/")
    assert "没有待处理的申请" in issued.text()
    path = address.removeprefix("http://localhost")
    assert "reporter" in visitor.get(path).text("//*[@class='entrance-head']")
    for new, again, words in ((NEW, "x", "两次输入的新口令不一致。"), (PASSWORD, PASSWORD, "最近 5 次")):
        assert words in visitor.post(path, {"new": new, "again": again}).text(ALERT)
    done = visitor.follow(visitor.post(path, {"new": NEW, "again": NEW}))
    assert "口令已修改" in done.text("//*[@class='notices']")
    over = visitor.get(path)
    assert (over.status, over.text("//h1"), over.links()) == (404, "链接已失效", ["/forgot", "/sign-in"])
    assert visitor.post(path, {"new": NEW, "again": NEW}).status == 404
    assert visitor.sign_in("reporter", NEW).location == "/"


@pytest.mark.parametrize(("username", "status"), [("nobody-here", 404), ("dispatcher", 404), ("line_officer", 422)])
def test_a_link_that_is_not_issued_is_said(pages: Pages, username: str, status: int) -> None:
    pages.engine.run(give_role, ENGINE, "line_officer", "admin")
    officer = pages.visitor("line_officer")
    answer = officer.post("/reset-requests", {"username": username})
    assert (answer.status, answer.value("username")) == (status, username)
    assert answer.text(ALERT)
    assert answer.page.xpath("//*[contains(@class, 'secret')]") == []


def test_who_is_no_administrator_sees_no_requests(pages: Pages) -> None:
    visitor = pages.visitor("dispatcher")
    assert visitor.get("/reset-requests").status == 403
    assert "/reset-requests" not in visitor.get("/account").links()


def test_too_many_requests_are_told_to_wait(pages: Pages) -> None:
    visitor = pages.visitor()
    for _ in range(30):
        visitor.post("/forgot", {"username": "x"})
    answer = visitor.post("/forgot", {"username": "reporter"})
    assert (answer.status, answer.response.headers["Retry-After"]) == (429, "900")
    assert answer.value("username") == "reporter"


def test_the_account_says_who_i_am_and_where(pages: Pages) -> None:
    phone = pages.visitor()
    phone.headers["User-Agent"] = "Mozilla/5.0 (Linux; Android 14) Chrome/131.0 Mobile Safari/537.36"
    phone.sign_in("dispatcher", "wrong")
    phone.sign_in("dispatcher")
    shown = phone.get("/account")
    assert "用户名dispatcher" in shown.text("//dl[@class='facts']")
    assert "服务值班" in shown.text("//dl[@class='facts']")
    assert shown.text("//h2[.='当前登录']/following::ul[1]").startswith(
        "Chrome · Android 本机 127.0.0.1 · 今天 10:00 起"
    )
    lines = [shown.text(f"(//ol[@class='sign-ins'])[1]/li[{n}]") for n in (1, 2)]
    assert sorted(lines) == ["今天 10:00 口令错误 127.0.0.1", "今天 10:00 登录成功 Chrome · Android 127.0.0.1仍在线"]
    assert "/account" in shown.links("//header")
    pages.visitor("dispatcher")
    ended = phone.get("/account")
    assert ended.location == "/sign-in?next=/account"


def test_sessions_are_ended_from_another_device(pages: Pages) -> None:
    here = pages.app.extensions[EXTENSION]
    pages.app.extensions[EXTENSION] = replace(here, settings=replace(here.settings, single_session=False))
    first, second, third, other = (pages.visitor(name) for name in (*["dispatcher"] * 3, "reporter"))
    page = third.get("/account")
    first_id, second_id = page.page.xpath("//input[@name='session']/@value")[::-1]
    assert page.text("//button[contains(., '结束其他登录')]")
    assert other.post("/account/end-session", {"session": first_id}).status == 404
    assert other.post("/account/end-session", {"session": "x"}).status == 404
    done = third.follow(third.post("/account/end-session", {"session": first_id}))
    assert "该登录已结束。" in done.text("//*[@class='notices']")
    assert first.get(first.get("/tasks").location).text(ALERT).startswith("您已退出：这次登录已在另一台设备")
    assert second.get("/tasks").status == 200
    done = third.follow(third.post("/account/end-others"))
    assert "已结束其他 1 处登录。" in done.text("//*[@class='notices']")
    assert (second.get("/tasks").status, third.get("/tasks").status) == (303, 200)
    assert second_id not in third.get("/account").page.xpath("//input[@name='session']/@value")
    done = third.follow(third.post("/account/end-others"))
    assert "没有其他处的登录。" in done.text("//*[@class='notices']")


def test_a_leak_closes_everything_and_asks_for_a_new_password(pages: Pages) -> None:
    visitor = pages.visitor("dispatcher")
    refused = visitor.post("/account/leaked", {"password": "wrong"})
    assert (refused.status, refused.text("//h1")) == (401, "我的账号")
    assert refused.text("//section[contains(@class, 'leak')]//*[@role='alert']") == "用户名或口令错误。"
    answer = visitor.post("/account/leaked", {"password": PASSWORD})
    assert answer.location.startswith("/reset/")
    form = visitor.get(answer.location)
    assert "所有登录、API 密钥和原口令均已失效" in form.text("//*[@class='notices']")
    assert pages.visitor().sign_in("dispatcher").status == 401
    assert visitor.post(answer.location, {"new": NEW, "again": NEW}).location == "/sign-in"
    assert visitor.sign_in("dispatcher", NEW).location == "/"


def test_passwords_typed_after_the_session_are_not_shown(pages: Pages) -> None:
    visitor = pages.visitor("dispatcher")
    visitor.get("/account")
    pages.clock.move_to(pages.clock.now() + timedelta(minutes=31))
    for path in ("/account/leaked", "/account/second-factor", "/account/second-factor/off"):
        answer = visitor.post(path, {"password": "typed secret"})
        assert (answer.status, "typed secret" in answer.response.text) == (303, False)
        page = {"/account/leaked": "/account"}.get(path, "/account/second-factor")
        assert answer.location == f"/sign-in?next={page}"
