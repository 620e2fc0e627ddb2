"""派警台: the queue, the crew's load, several tickets given away at once, and what each refusal leaves behind."""

from __future__ import annotations

from engine.authorization import ENGINE
from engine.commands.suspend_instance import suspend_instance
from forms.layout import Choice, Item, Layout
from forms.library import FormLibrary
from tests.web.house import Answer, Pages, Visitor
from web.assigning import Assigning, assigning

CREW = "//ul[@class='crew']"


def give(desk: Visitor, *tasks: str, person: str = "field_engineer", **more: str) -> Answer:
    form = {"form": "fc_dispatch", "person": person, **more}
    return Answer(
        desk.client.post(
            "/dispatch", data={"csrf_token": desk.token(), "task": list(tasks), **form}, headers=desk.headers
        )
    )


def test_the_queue_is_due_first_and_says_what_and_where(pages: Pages) -> None:
    reporter = pages.visitor("reporter")
    pages.report(reporter, impact="partial_function_fault", symptom="画面偶尔抖动", point="QC002")
    pages.report(reporter)
    answer = pages.visitor("dispatcher").get("/dispatch")
    rows = [
        " ".join(row.text_content().split()) for row in answer.page.xpath("//main//li[contains(@class,'row-item')]")
    ]
    assert ["夜间画面全黑" in row for row in rows] == [True, False]
    assert "一级 · 滨河路东口" in rows[0]
    assert "剩 10 分" in rows[0]
    assert "长宁街西口" in rows[1]
    assert answer.text("//h2[@id='waiting']") == "待派工单 2"
    assert answer.links("//div[@class='page-head']") == ["/report?channel=hotline"]
    assert pages.visitor("dispatcher").get("/report?channel=hotline").value("channel") == "hotline"


def test_the_crew_is_told_with_its_load_the_least_busy_first(pages: Pages) -> None:
    pages.dispatched()
    pages.dispatched()
    pages.later(minutes=11)
    pages.report(pages.visitor("reporter"))
    crew = pages.visitor("dispatcher").get("/dispatch").page.xpath(f"{CREW}//label")
    words = [" ".join(one.text_content().split()) for one in crew]
    assert [one.split()[0] for one in words] == ["第二工程师", "技术工程师"]
    assert "空闲" in words[0]
    assert "超时 2 件" in words[1]
    assert "在办 2 件 · 最早 今天 10:10 到期" in words[1]


def test_several_tickets_go_to_one_person_at_once(pages: Pages) -> None:
    reporter, desk = pages.visitor("reporter"), pages.visitor("dispatcher")
    tickets = [pages.report(reporter), pages.report(reporter, symptom="第二处")]
    tasks = [pages.task(ticket, "dispatch") for ticket in tickets]
    answer = desk.follow(give(desk, *tasks, person="engineer2", note="带梯子"))
    assert "已把 2 件工单派给第二工程师。" in answer.text("//div[@class='notices']")
    assert "没有待派的工单" in answer.text()
    for ticket in tickets:
        task = pages.task(ticket, "respond")
        assert "带梯子" in pages.visitor("engineer2").get(f"/tasks/{task}").text()


def test_what_one_ticket_refuses_does_not_hold_up_the_others(pages: Pages) -> None:
    reporter, desk = pages.visitor("reporter"), pages.visitor("dispatcher")
    gone, free = pages.report(reporter), pages.report(reporter, symptom="第二处")
    first, second = pages.task(gone, "dispatch"), pages.task(free, "dispatch")
    assert give(pages.visitor("dispatcher2"), first).status == 303
    answer = give(desk, first, second)
    assert answer.status == 409
    told = answer.text("//div[@id='dispatch-errors']")
    assert told.startswith("FC-20261120-")
    assert "任务已不是待办" in told
    assert "已把 1 件工单派给技术工程师。" in answer.text("//div[@class='notices']")
    assert pages.task(free, "respond")


def test_nothing_ticked_nobody_chosen_and_a_person_who_may_not(pages: Pages) -> None:
    desk, ticket = pages.visitor("dispatcher"), pages.report(pages.visitor("reporter"))
    task = pages.task(ticket, "dispatch")
    answer = give(desk, person="")
    assert answer.status == 422
    assert answer.text("//div[@id='dispatch-errors']") == "请勾选要派出的工单。请选择派给谁。"
    answer = give(desk, task, person="stranger", note="记得带梯子")
    assert answer.status == 409
    assert "不在可选范围内" in answer.text("//div[@id='dispatch-errors']")
    assert answer.value("note").strip() == "记得带梯子"
    assert answer.page.xpath(f"//input[@value='{task}']/@checked")
    assert give(desk, "0" * 32).status == 409
    assert pages.task(ticket, "dispatch") == task


def test_only_dispatchers_and_only_their_own_queue(pages: Pages) -> None:
    ticket = pages.report(pages.visitor("reporter"))
    task = pages.task(ticket, "dispatch")
    assert pages.visitor("field_engineer").get("/dispatch").status == 403
    assert "/dispatch" not in pages.visitor("field_engineer").get("/tasks").links("//nav")
    alien = pages.visitor("alien")
    answer = alien.get("/dispatch")
    assert "没有待派的工单" in answer.text()
    assert answer.text(CREW) == ""
    assert give(alien, task).status == 409
    assert pages.task(ticket, "dispatch") == task


def test_a_suspended_ticket_waits_for_nobody(pages: Pages) -> None:
    ticket = pages.report(pages.visitor("reporter"))
    pages.engine.run(suspend_instance, ENGINE, ticket, "核对合同")
    assert "没有待派的工单" in pages.visitor("dispatcher").get("/dispatch").text()


def test_which_forms_name_a_person_and_nothing_more() -> None:
    person = Item("select", "p", "engineer", "派给谁", required=True, options="people:field_engineer")
    note = Item("textarea", "n", "note", "交代", max_length=500)
    needed = Item("textfield", "t", "reason", "理由", required=True)
    fixed = Item("select", "p", "engineer", "派给谁", required=True, choices=(Choice("a", "甲"),))
    points = Item("select", "p", "point", "点位", required=True, options="points")
    assert assigning(Layout("f", "派单", (person, note))) == Assigning(
        "f", "派单", "field_engineer", "engineer", "note", 500
    )
    assert assigning(Layout("f", "派单", (person,))) == Assigning("f", "派单", "field_engineer", "engineer", None, None)
    for other in ((person, needed), (fixed,), (points,), ()):
        assert assigning(Layout("f", "派单", other)) is None
    library = FormLibrary.load()
    assert [key for key in sorted(library.keys()) if assigning(library.layout(key))] == ["fc_dispatch"]
