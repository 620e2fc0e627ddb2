"""What stands around a ticket on its pages: suspended and why, linked tickets, who takes part."""

from __future__ import annotations

from engine.authorization import ENGINE
from engine.commands.link_cases import link_cases
from engine.commands.resume_instance import resume_instance
from engine.commands.suspend_instance import suspend_instance
from tests.web.house import Pages


def test_a_suspended_ticket_says_so_on_its_pages(pages: Pages) -> None:
    case = pages.report(pages.visitor("reporter"))
    dispatcher = pages.visitor("dispatcher")
    ticket = dispatcher.get(f"/tickets/{case}")
    task = next(href for href in ticket.links() if "/tasks/" in href)
    assert "已挂起" not in ticket.text()
    pages.engine.run(suspend_instance, ENGINE, case, "等待批复")
    assert "已挂起：等待批复" in dispatcher.get(f"/tickets/{case}").text()
    page = dispatcher.get(task)
    assert "已挂起：等待批复" in page.text()
    assert page.page.xpath("//main//form[contains(@action, '/claim')]") == []
    refused = dispatcher.post(f"{task}/claim")
    assert refused.status == 409
    assert "工单已挂起" in refused.text()
    pages.engine.run(resume_instance, ENGINE, case, "批复到了")
    assert "已挂起" not in dispatcher.get(task).text()
    told = dispatcher.get(f"/tickets/{case}").text()
    assert "挂起了工单" in told
    assert "恢复了工单" in told
    assert "等待批复" in told


def test_related_tickets_and_who_takes_part(pages: Pages) -> None:
    one, two = pages.report(pages.visitor("reporter")), pages.report(pages.visitor("reporter"))
    pages.engine.run(link_cases, ENGINE, one, two, "duplicate")
    dispatcher = pages.visitor("dispatcher")
    first, second = dispatcher.get(f"/tickets/{one}"), dispatcher.get(f"/tickets/{two}")
    assert "重复于" in first.text("//section[@id='links']")
    assert "重复工单" in second.text("//section[@id='links']")
    assert first.links("//section[@id='links']") == [f"/tickets/{two}"]
    assert "关联了工单：重复于" in first.text()
    assert "合同约定" in first.text("//section[@id='participants']")
    english = pages.visitor("dispatcher", "en").get(f"/tickets/{one}")
    assert "duplicate of" in english.text("//section[@id='links']")
