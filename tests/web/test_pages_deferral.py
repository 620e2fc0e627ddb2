"""申请延时 in the browser: the button, the form, the review, and what the ticket's page tells afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from engine.authorization import ENGINE
from engine.unit_of_work import UnitOfWork
from maintenance.models import Contract
from tests.web.house import Pages

FORM = {"_key": "k" * 20, "reason": "pole_hit", "explanation": "立杆被撞断", "requested_until": "2026-11-21T18:00"}


def switch_on(uow: UnitOfWork) -> None:
    uow.connection.execute(update(Contract).values(overrides={"deferral": {"enabled": True}}))


@pytest.fixture
def ticket(pages: Pages) -> int:
    pages.engine.run(switch_on, ENGINE)
    return pages.dispatched()


def test_a_deferral_from_the_button_to_the_new_due_time(pages: Pages, ticket: int) -> None:
    leader, owner, address = pages.visitor("contractor_lead"), pages.visitor("owner_approver"), f"/tickets/{ticket}"
    assert f"{address}/deferral" in leader.get(address).links()
    for other in (owner, pages.visitor("dispatcher")):
        assert f"{address}/deferral" not in other.get(address).links()
    form = leader.get(f"{address}/deferral")
    assert (form.status, "修复" in form.text()) == (200, True)
    refused = leader.post(f"{address}/deferral", FORM | {"reason": "staff_shortage"})
    assert (refused.status, refused.errors()) == (422, {"reason": "人员不足不得延时（BZ 第十二条）。"})
    assert refused.value("explanation").strip() == "立杆被撞断"
    applied = leader.follow(leader.post(f"{address}/deferral", FORM))
    assert "已提出申请" in applied.text("//body")
    assert "暂不能申请延时：本工单已有一项延时申请待审核，不能重复申请。" in applied.text()
    assert "申请延时到 明天 18:00:00：杆件被撞" in applied.text()
    assert leader.get(f"{address}/deferral").status == 409

    task = owner.get(f"/tasks/{pages.task(ticket, 'review')}")
    assert "立杆被撞断" in task.text()  # what was applied for stands beside the form
    path = f"/tasks/{pages.task(ticket, 'review')}/complete"
    late = owner.post(path, {"decision": "approve", "granted_until": "2026-11-22T18:00"})
    assert late.errors() == {"granted_until": "批准的终点不得晚于申请的 2026-11-21 18:00。"}
    assert owner.post(path, {"decision": "approve", "granted_until": "2026-11-21T18:00"}).status == 303
    page = leader.get(address).text()
    assert "“修复”到期时间由 今天 14:00:00 顺延到 明天 18:00:00" in page
    assert "10:00:00 起 4 小时，计入暂停与延期，应于 2026-11-21 18:00:00 前完成" in page
    assert "“延时审批”已结束" in page


def test_nobody_is_offered_what_the_contract_does_not_know(pages: Pages) -> None:
    ticket = pages.dispatched()
    leader = pages.visitor("contractor_lead")
    assert f"/tickets/{ticket}/deferral" not in leader.get(f"/tickets/{ticket}").links()
    assert leader.get(f"/tickets/{ticket}/deferral").status == 409
    answer = leader.post(f"/tickets/{ticket}/deferral", FORM)
    assert (answer.status, "合同没有约定延时" in answer.text()) == (422, True)


def test_a_foreign_ticket_is_not_there(pages: Pages, ticket: int) -> None:
    for who in ("stranger", "alien"):
        visitor: Any = pages.visitor(who)
        assert visitor.get(f"/tickets/{ticket}/deferral").status == 404
        assert visitor.post(f"/tickets/{ticket}/deferral", FORM).status == 404
