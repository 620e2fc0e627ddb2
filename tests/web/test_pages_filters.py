"""我的任务 narrowed by point, level and process: the filter is the address, and goes along from tab to tab."""

from __future__ import annotations

import pytest

from engine.authorization import ENGINE
from tests.web.house import Pages
from tests.web.test_pages_approvals import apply
from tests.web.test_pages_deferral import switch_on


@pytest.fixture
def two(pages: Pages) -> list[str]:
    """The dispatcher's two offered tasks: level 1 on QC001, level 3 on QC002."""
    reporter = pages.visitor("reporter")
    tickets = [pages.report(reporter), pages.report(reporter, point="QC002", impact="slight")]
    return [f"/tasks/{pages.task(ticket, 'dispatch')}" for ticket in tickets]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", [0, 1]),
        ("&point=QC002", [1]),
        ("&point=qc00", [0, 1]),
        ("&point=滨河", [0]),
        ("&point=nowhere", []),
        ("&point=%25", []),
        ("&point=%00", [0, 1]),
        ("&level=1", [0]),
        ("&level=3", [1]),
        ("&level=9", [0, 1]),
        ("&level=1&point=QC002", []),
        ("&process=fault_repair_fc", [0, 1]),
        ("&process=delay_approval", []),
        ("&q=长宁&level=3", [1]),
        ("&q=长宁&level=1", []),
    ],
)
def test_the_address_is_the_filter(pages: Pages, two: list[str], asked: str, found: list[int]) -> None:
    page = pages.visitor("dispatcher").get(f"/tasks?tab=candidate{asked}")
    assert page.links("//ul[@class='rows']") == [two[number] for number in found]
    if not found:
        assert page.text("//div[@class='empty']//h2") == "没有符合筛选条件的任务"


def test_the_filter_goes_along(pages: Pages, two: list[str]) -> None:
    page = pages.visitor("dispatcher").get("/tasks?tab=candidate&point=QC002&level=3")
    assert page.value("point") == "QC002"
    assert page.value("level") == "3"
    assert page.links("//ul[@class='tabs']")[0] == "/tasks?tab=open&point=QC002&level=3"
    (area,) = page.page.xpath("//*[@id='task-list']")
    assert area.get("hx-get") == "/tasks?tab=candidate&point=QC002&level=3"
    assert page.page.xpath("//details[@class='filters-box']/@open") != []
    assert page.text("//ul[@class='tabs']") == "待办 0 待签 2 已办 0 我发起"  # of the whole tabs


def test_tickets_one_has_raised_are_narrowed_as_well(pages: Pages, two: list[str]) -> None:
    reporter = pages.visitor("reporter")
    assert len(reporter.get("/tasks?tab=started").links("//ul[@class='rows']")) == 2
    assert "长宁街西口" in reporter.get("/tasks?tab=started&point=QC002").text("//ul[@class='rows']")
    assert len(reporter.get("/tasks?tab=started&level=1").links("//ul[@class='rows']")) == 1


def test_processes_are_offered_where_there_are_several(pages: Pages) -> None:
    pages.engine.run(switch_on, ENGINE)
    ticket = pages.dispatched()
    owner = pages.visitor("owner_approver")
    assert owner.get("/tasks").page.xpath("//select[@name='process']") == []
    apply(pages, ticket)
    review = f"/tasks/{pages.task(ticket, 'review')}"
    page = owner.get("/tasks?tab=candidate&process=delay_approval")
    assert page.links("//ul[@class='rows']") == [review]
    assert page.value("process") == "delay_approval"


def test_levels_nobody_knows_find_nothing(pages: Pages) -> None:
    assert pages.visitor("alien").get("/tasks?tab=candidate&level=1").status == 200
