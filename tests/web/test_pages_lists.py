"""我的任务 and 工单: what stands in which tab, counts, search, state, further pages, the part that htmx fetches."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from accounts.roles import BY_KEY, ROLES
from tests.web.house import Pages

PATHS = ("/tasks", "/tasks?tab=candidate", "/tasks?tab=done", "/tasks?tab=started", "/tickets", "/tickets?state=active")


MENU = {
    "/tasks": None,
    "/dispatch": "task.dispatch",
    "/report": "case.start",
    "/tickets": "case.read",
    "/board": "case.read",
    "/audit": "history.read",
    "/processes": "definition.read",
    "/forms": "definition.read",
    "/reset-requests": "user.admin",
}
"""Entry -> the permission that it needs."""


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_list_opens_for_every_role(pages: Pages, language: str) -> None:
    pages.dispatched()
    for role in sorted(role.key for role in ROLES):
        visitor = pages.visitor(role, language)
        for path in PATHS:
            answer = visitor.get(path)
            assert (answer.status, len(answer.page.xpath("//h1"))) == (200, 1), path
        may = {path for path, needed in MENU.items() if needed is None or needed in BY_KEY[role].permissions}
        assert set(answer.links("//nav")) == may, role


def test_home_is_the_place_of_one_s_work(pages: Pages) -> None:
    assert pages.visitor("reporter").get("/").location == "/tasks?tab=started"
    assert pages.visitor("dispatcher").get("/").location == "/tasks?tab=open"
    pages.report(pages.visitor("reporter"))
    assert pages.visitor("dispatcher").get("/").location == "/tasks?tab=candidate"
    pages.dispatched()
    assert pages.visitor("field_engineer").get("/").location == "/tasks?tab=open"
    assert pages.visitor("auditor").get("/").location == "/tickets"
    assert pages.visitor("admin").get("/").location == "/tasks?tab=started"
    assert "账号与接口密钥在服务器的命令行上管理" in pages.visitor("admin").get("/tasks").text("//div[@class='empty']")
    assert "您可以查看的工单在“工单”页。" in pages.visitor("auditor").get("/tasks").text("//div[@class='empty']")
    assert pages.visitor().get("/").location == "/sign-in?next=/"


def test_a_task_walks_through_the_tabs(pages: Pages) -> None:
    ticket = pages.report(pages.visitor("reporter"))
    task = pages.task(ticket, "dispatch")
    desk = pages.visitor("dispatcher")
    answer = desk.get("/tasks?tab=candidate")
    assert answer.text("//ul[@class='tabs']") == "待办 0 待签 1 已办 0 我发起"
    assert "核实派单" in answer.text("//ul[@class='rows']")
    assert "夜间画面全黑" in answer.text("//ul[@class='rows']")
    assert "滨河路东口" in answer.text("//ul[@class='rows']")
    assert "剩 10 分" in answer.text("//ul[@class='rows']")
    assert answer.text("//div[@class='row-who soft']") == "待服务值班签收今天 10:00 起"
    assert desk.post(f"/tasks/{task}/claim").location == f"/tasks/{task}"
    answer = desk.get("/tasks")
    assert answer.text("//ul[@class='tabs']") == "待办 1 待签 0 已办 0 我发起"
    assert answer.text("//div[@class='row-who soft']") == "服务值班"
    assert answer.text("//nav//a[1]").startswith("我的任务1 项待办")
    desk.post(f"/tasks/{task}/complete", {"engineer": "field_engineer"})
    answer = desk.get("/tasks?tab=done")
    assert "按时" in answer.text("//ul[@class='rows']")
    started = pages.visitor("reporter").get("/tasks?tab=started")
    assert f"/tickets/{ticket}" in started.links("//ul[@class='rows']")
    assert "响应报修" in started.text("//ul[@class='rows']")


def test_remaining_time_has_the_colour_of_its_clock(pages: Pages) -> None:
    """Yellow at 8 of 10 minutes, red one second after 10: the task's light is its clock's."""
    pages.dispatched()
    engineer = pages.visitor("field_engineer")
    seen = []
    for seconds in (0, 479, 1, 120, 1):
        pages.later(seconds=seconds)
        light = engineer.get("/tasks").page.xpath("//ul[@class='rows']//span[starts-with(@class,'light')]")[0]
        seen.append((light.get("class"), " ".join(light.text_content().split())))
    assert seen == [
        ("light light-ok", "剩 10 分"),
        ("light light-ok", "剩 2 分"),
        ("light light-warn", "黄灯 剩 2 分"),
        ("light light-warn", "黄灯 剩不到 1 分"),
        ("light light-late", "红灯 已超不到 1 分"),
    ]


def test_search_finds_by_number_point_and_task(pages: Pages) -> None:
    ticket = pages.dispatched()
    engineer = pages.visitor("field_engineer")
    for words in ("夜间", f"{ticket:05}", "响应"):
        assert "响应报修" in engineer.get(f"/tasks?q={words}").text("//ul[@class='rows']"), words
    nothing = engineer.get("/tasks?q=%25%00<b>")
    assert nothing.text("//h2") == "没有找到“%<b>”"
    assert nothing.page.xpath("//main//b") == []
    assert nothing.value("q") == "%<b>"


def test_pages_follow_each_other_without_gap_or_repeat(pages: Pages) -> None:
    reporter = pages.visitor("reporter")
    tickets = [pages.report(reporter, symptom=f"故障{number}") for number in range(23)]
    seen, path = [], "/tickets?state=active"
    officer = pages.visitor("line_officer")
    while path:
        answer = officer.get(path)
        assert answer.value("state") == "active"
        seen += [int(link.rpartition("/")[2]) for link in answer.links("//ul[@class='rows']")]
        path = next(iter(answer.page.xpath("//a[@rel='next']/@href")), "")
    assert seen == tickets[::-1]
    desk = pages.visitor("dispatcher")
    first = desk.get("/tasks?tab=candidate")
    following = first.page.xpath("//a[@rel='next']/@href")[0]
    assert parse_qs(urlsplit(following).query)["tab"] == ["candidate"]
    assert len(first.links("//ul[@class='rows']")) + len(desk.get(following).links("//ul[@class='rows']")) == 23


@pytest.mark.parametrize("path", ["/tasks?tab=open", "/tasks?tab=started", "/tickets?state=active"])
def test_a_page_mark_that_is_not_ours_leads_to_the_first_page(pages: Pages, path: str) -> None:
    visitor = pages.visitor("dispatcher")
    for mark in ("x", "bnVsbA", "%00", "WyJ4IiwgInkiXQ", "A" * 500):
        answer = visitor.get(f"{path}&after={mark}")
        assert (answer.status, answer.location) == (303, path), mark
        assert "该页已失效，已回到第一页。" in visitor.get(path).text("//*[@class='notices']")


def test_tickets_are_filtered_by_state(pages: Pages) -> None:
    reporter, lead = pages.visitor("reporter"), pages.visitor("contractor_lead")
    kept, gone = pages.report(reporter), pages.report(reporter)
    lead.post(f"/tickets/{gone}/cancel", {"reason": "重复报修"})
    found = {state: lead.get(f"/tickets?state={state}").links("//ul[@class='rows']") for state in STATES}
    assert found == {
        "active": [f"/tickets/{kept}"],
        "cancelled": [f"/tickets/{gone}"],
        "completed": [],
        "nonsense": [f"/tickets/{gone}", f"/tickets/{kept}"],
    }
    assert "没有符合条件的工单" in lead.get("/tickets?state=completed").text()


STATES = ("active", "cancelled", "completed", "nonsense")


def test_other_organisations_see_nothing(pages: Pages) -> None:
    pages.dispatched()
    for name in ("stranger", "alien", "admin"):
        visitor = pages.visitor(name)
        assert visitor.get("/tickets").links("//ul[@class='rows']") == []
        assert visitor.get("/tasks?tab=candidate").links("//ul[@class='rows']") == []
