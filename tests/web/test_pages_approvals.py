"""审批: who finds which application, evidence beside effect, and that the effect is what the engine then does."""

from __future__ import annotations

from sqlalchemy import select

from engine.authorization import ENGINE
from maintenance.models import SlaClock
from tests.web.house import Answer, Pages, Visitor, give_role, text
from tests.web.test_pages_deferral import FORM, switch_on

REVIEW = {"decision": "approve", "granted_until": "2026-11-21T18:00"}


def apply(pages: Pages, ticket: int, **changes: str) -> None:
    answer = pages.visitor("contractor_lead").post(f"/tickets/{ticket}/deferral", FORM | changes)
    assert answer.status == 303, answer.text()


def waiting(pages: Pages) -> int:
    pages.engine.run(switch_on, ENGINE)
    ticket = pages.dispatched()
    apply(pages, ticket)
    return ticket


def sides(page: Answer) -> list[list[str]]:
    """Per clock: its name, and due time with verdict now, if granted, if refused."""
    return [
        [text(clock.xpath("h3")[0]), *(text(side) for side in clock.xpath("div/div"))]
        for clock in page.page.xpath("//section[@class='verdict']")
    ]


def review(pages: Pages, ticket: int) -> str:
    return f"/tasks/{pages.task(ticket, 'review')}"


def test_the_effect_of_both_decisions_to_the_minute(pages: Pages) -> None:
    """Reported at 10:00, to be repaired by 14:00 (FC 5.2, 一级)."""
    ticket = waiting(pages)
    owner = pages.visitor("owner_approver")
    page = owner.get(review(pages, ticket))
    assert sides(page)[0] == [
        "修复",
        "现在到期 今天 14:00 剩 4 小时",
        "同意后 明天 18:00 剩 1 天 8 小时 顺延 1 天 4 小时",
        "不同意 今天 14:00 剩 4 小时",
    ]
    assert "情况说明 立杆被撞断" in page.text("//section[contains(@class,'decision')]")
    pages.later(hours=4, minutes=42, seconds=20)
    late = pages.visitor("owner_approver").get(review(pages, ticket))
    assert sides(late)[0] == [
        "修复",
        "现在到期 今天 14:00 红灯 超时 42 分（暂定）",
        "同意后 明天 18:00 剩 1 天 3 小时 顺延 1 天 4 小时",
        "不同意 今天 14:00 红灯 超 42 分",
    ]
    assert "不同意：现在的暂定超时随即成立。" in late.text()


def test_the_engine_does_what_was_shown(pages: Pages) -> None:
    ticket = waiting(pages)
    owner = pages.visitor("owner_approver")
    path = review(pages, ticket)
    shown = owner.get(path).page.xpath("//div[contains(@class,'verdict-granted')]//time/@datetime")
    assert owner.post(f"{path}/complete", REVIEW).status == 303
    with pages.engine.read() as connection:
        clocks = connection.execute(select(SlaClock).where(SlaClock.root_id == ticket).order_by(SlaClock.id)).all()
    moved = {
        clock._mapping["due_at"].isoformat()
        for clock in clocks
        if clock._mapping["key"] in ("repair", "same_day_close")
    }
    assert set(shown) == {"2026-11-21T18:00:00+08:00"}
    assert moved == {"2026-11-21T10:00:00+00:00"}


def test_a_refusal_does_what_was_shown(pages: Pages) -> None:
    ticket = waiting(pages)
    pages.later(hours=5)
    owner = pages.visitor("owner_approver")
    form = {"decision": "refuse", "decision_note": "备件应常备"}
    assert owner.post(f"{review(pages, ticket)}/complete", form).status == 303
    page = owner.get(f"/tickets/{ticket}")
    assert "红灯 已超 1 小时" in page.text("//table[@class='clocks']")
    assert "暂定" not in page.text("//td[@class='verdict']")


def test_another_end_is_reckoned_before_it_is_granted(pages: Pages) -> None:
    ticket = waiting(pages)
    owner, path = pages.visitor("owner_approver"), review(pages, ticket)
    part = owner.get(f"{path}/effect?granted_until=2026-11-20T20:30")
    assert sides(part)[0][2] == "同意后 今天 20:30 剩 10 小时 30 分 顺延 6 小时 30 分"
    assert "申请到 明天 18:00" in part.text("//div[@id='effect']")
    for odd in ("", "never", "2026-13-40T99:99", "9999-12-31T00:00", "%00"):
        assert "同意后 明天 18:00" in owner.get(f"{path}/effect?granted_until={odd}").text("//div[@id='effect']")
    for other in ("dispatcher", "stranger", "contractor_lead"):
        assert pages.visitor(other).get(f"{path}/effect").status == 404
    respond = f"/tasks/{pages.task(ticket, 'respond')}"
    assert pages.visitor("field_engineer").get(f"{respond}/effect").status == 404


def test_a_late_application_leaves_its_gap_late(pages: Pages) -> None:
    pages.engine.run(switch_on, ENGINE)
    ticket = pages.dispatched()
    pages.later(hours=4, minutes=30)
    apply(pages, ticket)
    page = pages.visitor("owner_approver").get(review(pages, ticket))
    assert sides(page)[0][2] == "同意后 明天 18:00 红灯 超 30 分 顺延 1 天 4 小时 申请前已经超时的部分不撤销。"


def test_earlier_deferrals_stand_beside_the_new_one(pages: Pages) -> None:
    ticket = waiting(pages)
    owner = pages.visitor("owner_approver")
    owner.post(f"{review(pages, ticket)}/complete", REVIEW)
    pages.later(hours=1)
    apply(pages, ticket, _key="n" * 20, reason="no_spare_part", requested_until="2026-11-23T18:00")
    shown = pages.visitor("owner_approver").get(review(pages, ticket)).text("//section[contains(@class,'decision')]")
    assert "今天 10:00 · 杆件被撞 · 已同意 至 明天 18:00 业主单位" in shown
    assert "原因 缺备件" in shown


def test_the_list_holds_what_one_may_decide_due_first(pages: Pages) -> None:
    later = waiting(pages)
    pages.later(hours=1)
    engineer = pages.visitor("line_officer")
    first = pages.report(engineer, impact="large_area_offline")
    desk = pages.visitor("dispatcher")
    desk.post(f"/tasks/{pages.task(first, 'dispatch')}/complete", {"engineer": "field_engineer"})
    apply(pages, first, _key="m" * 20, requested_until="2026-11-22T12:00")
    owner = pages.visitor("owner_approver")
    page = owner.get("/approvals")
    assert page.links("//ul[@class='rows']") == [review(pages, later), review(pages, first)]
    assert "杆件被撞 · 至 明天 18:00" in page.text("//ul[@class='rows']")
    assert "/approvals" in owner.get("/tasks").links("//ul[@class='tabs']")
    assert "审批 2" in owner.get("/tasks").text("//ul[@class='tabs']")
    owner.post(f"{review(pages, later)}/claim")
    assert "业主单位 已签收" in owner.get("/approvals").text()
    owner.post(f"{review(pages, later)}/complete", REVIEW)
    assert owner.get("/approvals").links("//ul[@class='rows']") == [review(pages, first)]


def test_nobody_decides_on_what_is_not_his(pages: Pages) -> None:
    ticket = waiting(pages)
    for other in ("contractor_lead", "dispatcher", "stranger", "alien", "field_engineer"):
        visitor: Visitor = pages.visitor(other)
        assert visitor.get("/approvals").links("//ul[@class='rows']") == []
        assert "/approvals" not in visitor.get("/tasks").links("//ul[@class='tabs']")
    assert "没有待您审批的申请" in pages.visitor("dispatcher").get("/approvals").text()
    assert pages.visitor("auditor").get("/approvals").status == 403
    pages.engine.run(give_role, ENGINE, "contractor_lead", "owner_approver")
    assert pages.visitor("contractor_lead").get("/approvals").links("//ul[@class='rows']") == []
    assert pages.visitor("owner_approver").get("/approvals").links("//ul[@class='rows']") == [review(pages, ticket)]
