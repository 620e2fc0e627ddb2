"""Signing in and out in words: wrong, locked, displaced, expired; only own paths to go back to; the language."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from engine.authorization import ENGINE
from engine.models import User
from engine.unit_of_work import UnitOfWork
from tests.web.house import PASSWORD, Pages
from web.install import MAX_BODY
from web.signed_out import safe_next


def test_a_wrong_password_is_said_and_the_name_is_kept(pages: Pages) -> None:
    answer = pages.visitor().post("/sign-in", {"username": "dispatcher", "password": "wrong", "next": "/tickets"})
    assert answer.status == 401
    assert answer.text("//*[@role='alert']") == "用户名或口令错误。"
    assert (answer.value("username"), answer.value("next")) == ("dispatcher", "/tickets")
    assert "wrong" not in answer.response.text


def test_a_locked_name_is_told_how_long(pages: Pages) -> None:
    visitor = pages.visitor()
    for _ in range(5):
        answer = visitor.sign_in("dispatcher", "wrong")
    assert (answer.status, answer.response.headers["Retry-After"]) == (429, "60")
    assert answer.text("//*[@role='alert']") == "口令或验证码错误次数过多，该用户名已锁定，请 1 分钟后再试。"
    assert visitor.sign_in("dispatcher").status == 429


def test_whoever_is_not_signed_in_is_led_there_and_back(pages: Pages) -> None:
    visitor = pages.visitor()
    answer = visitor.get("/tickets?state=active")
    assert (answer.status, answer.location) == (303, "/sign-in?next=/tickets%3Fstate%3Dactive")
    assert visitor.get(answer.location).value("next") == "/tickets?state=active"
    form = {"username": "dispatcher", "password": PASSWORD, "next": "/tickets?state=active"}
    assert visitor.post("/sign-in", form).location == "/tickets?state=active"
    assert visitor.get("/sign-in?next=/tickets").location == "/tickets"


def test_nobody_is_sent_to_another_site(pages: Pages) -> None:
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        form = {"username": "dispatcher", "password": PASSWORD, "next": target}
        visitor = pages.visitor()
        assert visitor.post("/sign-in", form).location == "/"
        assert visitor.post("/language", {"language": "en", "next": target}).location == "/"


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/tickets?page=2", "/tickets?page=2"),
        (None, "/"),
        ("", "/"),
        ("tickets", "/"),
        ("https://evil.example/", "/"),
        ("//[", "/"),
        ("http://[", "/"),
        ("//evil.example", "/"),
        ("///evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\\b", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_after_signing_in_one_stays_at_home(target: str | None, path: str) -> None:
    assert safe_next(target) == path


def test_who_sends_too_much_without_signing_in_is_sent_to_sign_in(pages: Pages) -> None:
    answer = pages.visitor().client.post("/report", data={"symptom": "x" * (MAX_BODY + 1)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/report")


def test_the_newer_session_ends_the_older_and_both_are_told(pages: Pages) -> None:
    older, newer = pages.visitor("dispatcher"), pages.visitor()
    told = newer.follow(newer.sign_in("dispatcher"))
    assert told.status == 302 or "已退出：一个账号只能在一处登录" in newer.get("/tasks").text("//*[@class='notices']")
    gone = older.get("/tasks")
    assert gone.location == "/sign-in?next=/tasks"
    assert older.get(gone.location).text("//*[@role='alert']") == (
        "您已退出：该账号已在另一台设备登录。若非本人操作，请立即修改口令。"
    )


def test_a_session_that_was_not_used_is_told_so(pages: Pages) -> None:
    visitor = pages.visitor("dispatcher", "en")
    pages.clock.move_to(pages.clock.now() + timedelta(minutes=31))
    answer = visitor.get(visitor.get("/tasks").location)
    words = "You have been signed out: the session was not used for too long."
    assert answer.text("//*[@role='alert']") == words


def test_a_form_that_was_sent_too_late_is_shown_for_copying(pages: Pages) -> None:
    ticket = pages.dispatched()
    respond, visitor = f"/tasks/{pages.task(ticket, 'respond')}", pages.visitor("field_engineer")
    hidden = {"_form": visitor.get(respond).page.xpath("//input[@name='_form']/@value")[0]}
    pages.clock.move_to(pages.clock.now() + timedelta(minutes=31))
    answer = visitor.post(f"{respond}/complete", hidden | {"responded_how": "phone", "note": "<b>堵车</b>"})
    assert (answer.status, answer.text("//h1")) == (401, "登录已失效，本次提交没有保存")
    assert "长时间未操作，已自动退出，请重新登录。" in answer.text()
    assert "怎么响应的 已电话联系 联系情况 <b>堵车</b>" in answer.text("//dl")
    (link,) = answer.page.xpath("//main//a")
    assert (link.get("href"), link.get("target")) == (f"/sign-in?next={respond}", "_blank")
    for path, form in (
        (f"/tickets/{ticket}/comments", {"comment": "门锁着"}),
        (f"/tickets/{ticket}/cancel", {"reason": "误报"}),
    ):
        assert next(iter(form.values())) in visitor.post(path, form).text("//dl")


def test_nothing_typed_and_words_of_another_site_lead_to_signing_in(pages: Pages) -> None:
    visitor = pages.visitor()
    claim = f"/tasks/{'0' * 32}/claim"
    assert visitor.post(claim).location == f"/sign-in?next={claim.removesuffix('/claim')}"
    foreign = visitor.post("/tickets/1/comments", {"csrf_token": "forged", "comment": "请转账"})
    assert (foreign.status, foreign.location) == (303, "/sign-in?next=/tickets/1")
    assert "请转账" not in foreign.response.text


def test_signing_out(pages: Pages) -> None:
    visitor = pages.visitor("dispatcher")
    assert "已退出登录。" in visitor.follow(visitor.post("/sign-out")).text("//*[@class='notices']")
    assert visitor.get("/tasks").location == "/sign-in?next=/tasks"


def test_an_expired_password_is_changed_first(pages: Pages) -> None:
    pages.engine.run(_age, ENGINE, "dispatcher")
    visitor = pages.visitor()
    answer = visitor.sign_in("dispatcher")
    assert answer.location == "/password?username=dispatcher"
    form = visitor.get(answer.location)
    assert "口令使用已超过 90 天，请先修改口令。" in form.text("//*[@class='notices']")
    assert form.value("username") == "dispatcher"
    sent = {"username": "dispatcher", "password": PASSWORD, "new": "Another lamp 18 at dawn"}
    assert "两次输入的新口令不一致。" in visitor.post("/password", sent | {"again": "x"}).text()
    assert "请换一个口令" in visitor.post("/password", sent | {"new": "short", "again": "short"}).text()
    assert visitor.post("/password", sent | {"again": sent["new"]}).location == "/sign-in"
    assert visitor.sign_in("dispatcher", sent["new"]).status == 303


def test_the_language_is_one_click_and_stays(pages: Pages) -> None:
    visitor = pages.visitor("dispatcher")
    assert visitor.get("/tasks").text("//h1") == "我的任务"
    assert visitor.post("/language", {"language": "en", "next": "/tasks?tab=done"}).location == "/tasks?tab=done"
    assert visitor.get("/tasks").text("//h1") == "My tasks"
    visitor.post("/language", {"language": "xx", "next": "/tasks"})
    assert visitor.get("/tasks").text("//h1") == "My tasks"


def test_a_form_without_its_token_says_how_to_go_on(pages: Pages) -> None:
    visitor = pages.visitor("dispatcher")
    answer = visitor.post("/tickets/1/comments", {"csrf_token": "forged", "comment": "x"})
    assert (answer.status, answer.text("//h1")) == (400, "页面已失效")
    assert answer.links() == ["/tickets/1", "/tasks"]


def test_nul_in_a_name_is_a_wrong_name(pages: Pages) -> None:
    assert pages.visitor().sign_in("nobody\0").status == 401


def _age(uow: UnitOfWork, username: str) -> None:
    old = uow.now - timedelta(days=91)
    uow.connection.execute(update(User).where(User.username == username).values(password_changed_at=old))
