"""任务办理 at a pole: where it is, whom to call, what was reported on the point in 90 days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from engine.authorization import ENGINE
from engine.unit_of_work import UnitOfWork
from maintenance.models import Point, WorkOrder
from maintenance.queries.case_point import case_point, point_record
from tests.web.house import Pages
from web.phones import Telephones, with_phones


def place(uow: UnitOfWork, /, code: str, **values: Any) -> None:
    uow.connection.execute(update(Point).where(Point.code == code).values(**values))


def age(uow: UnitOfWork, ticket: int, by: timedelta) -> None:
    """It was reported so much earlier."""
    order = update(WorkOrder).where(WorkOrder.instance_id == ticket)
    uow.connection.execute(order.values(reported_at=uow.now - by))


def test_the_task_says_how_to_get_there_and_whom_to_call(pages: Pages) -> None:
    known = {"latitude": 32.0512, "longitude": 118.7789, "pole": "G7", "road": "滨河路"}
    pages.engine.run(place, ENGINE, "QC001", **known, power_unit="城东供电所 025-84401234")
    ticket = pages.report(pages.visitor("reporter"), contact="值班室张工 138 1234 5678")
    desk = pages.visitor("dispatcher")
    page = desk.get(f"/tasks/{pages.task(ticket, 'dispatch')}")
    links = [str(link) for link in page.page.xpath("//aside//a/@href")]
    assert "tel:13812345678" in links
    assert "tel:02584401234" in links
    assert any(link.startswith("geo:32.051200,118.778900?q=32.051200,118.778900(") for link in links)
    (copied,) = page.page.xpath("//*[@id='point']//@data-copy")
    assert copied == "32.051200,118.778900"
    assert "滨河路 · 杆号 G7" in page.text("//*[@id='point']")


def test_a_point_without_a_place_offers_no_way(pages: Pages) -> None:
    ticket = pages.dispatched()
    page = pages.visitor("field_engineer").get(f"/tasks/{pages.task(ticket, 'respond')}")
    assert page.page.xpath("//a[starts-with(@href,'geo:')]") == []
    assert "近 90 天首次报修" in page.text("//*[@id='point']")


def test_earlier_reports_of_90_days_are_counted_and_listed(pages: Pages) -> None:
    reporter = pages.visitor("reporter")
    old = pages.report(reporter, symptom="很久以前")
    pages.engine.run(age, ENGINE, old, timedelta(days=90, seconds=1))
    first = pages.report(pages.visitor("reporter"), symptom="白天偏色", device="SN0011")
    pages.visitor("contractor_lead").post(f"/tickets/{first}/cancel", {"reason": "误报"})
    second = pages.report(pages.visitor("reporter"), symptom="夜里无图")
    elsewhere = pages.report(pages.visitor("reporter"), point="QC002")
    third = pages.report(pages.visitor("reporter"), symptom="又黑了")
    page = pages.visitor("dispatcher").get(f"/tasks/{pages.task(third, 'dispatch')}")
    told = page.text("//*[@id='point']")
    assert "近 90 天第 3 次（共 3 次）" in told
    assert page.links("//*[@id='point']") == [f"/tickets/{second}", f"/tickets/{first}"]
    assert "夜里无图" in told
    assert "SN0011 · 误报" in told
    assert f"/tickets/{old}" not in page.links()
    assert f"/tickets/{elsewhere}" not in page.links()
    earlier = pages.visitor("dispatcher").get(f"/tasks/{pages.task(second, 'dispatch')}")
    assert "近 90 天第 2 次（共 3 次）" in earlier.text("//*[@id='point']")


def test_a_reporter_s_record_holds_only_own_tickets(pages: Pages) -> None:
    pages.report(pages.visitor("line_officer"), symptom="别人报的")
    own = pages.report(pages.visitor("reporter"), symptom="自己报的")
    with pages.engine.read() as connection:
        point = case_point(connection, own)
        assert point is not None
        since = pages.clock.now().replace(year=2020)
        mine = point_record(connection, pages.actor("reporter", "reporter"), point.id, own, since)
        all_of_it = point_record(connection, pages.actor("line_officer", "line_officer"), point.id, own, since)
    assert (mine.count, mine.position, mine.others) == (1, 1, [])
    assert (all_of_it.count, all_of_it.position, [one.symptom for one in all_of_it.others]) == (2, 2, ["别人报的"])


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("13812345678", ["13812345678"]),
        ("李工 138-1234-5678 或 025 84401234", ["13812345678", "02584401234"]),
        ("+86 13812345678", ["+8613812345678"]),
        ("400-800-1234", ["4008001234"]),
        ("值班室 12", []),
        ("SN 138123456789", []),
        ("<b>110</b>", []),
    ],
)
def test_numbers_in_words_can_be_called(text: str, numbers: list[str]) -> None:
    found = with_phones(text)
    calls = found.calls if isinstance(found, Telephones) else []
    assert [number for _, number in calls if number] == numbers
    assert "".join(words for words, _ in calls) == (text if numbers else "")
