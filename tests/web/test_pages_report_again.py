"""报修 in 60 seconds: open tickets first, points near by, the number afterwards, progress by number."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from engine.authorization import ENGINE
from engine.models import Attachment, ProcessInstance
from tests.web.house import REPORT, Pages, numbers
from tests.web.test_pages_fields import photo
from tests.web.test_pages_point import place

MORE = {"point": "QC001", "symptom": "现在全黑了", "contact": "值班室 12"}


def cases(pages: Pages) -> int:
    with pages.engine.read() as connection:
        return connection.scalar(select(func.count()).select_from(ProcessInstance)) or 0


def test_the_same_fault_goes_to_its_ticket_with_words_and_photos(pages: Pages) -> None:
    ticket = pages.report(pages.visitor("reporter"))
    officer = pages.visitor("line_officer")
    page = officer.get("/report?point=QC001")
    (button,) = page.page.xpath("//*[@id='same-point']//button")
    assert (button.get("formaction"), button.get("name"), button.get("value")) == (
        "/report/same",
        "_ticket",
        str(ticket),
    )
    assert button.get("formnovalidate") is not None
    assert "核实派单" in page.text("//*[@id='same-point']")
    uploaded = photo(officer)
    form = MORE | {"_ticket": str(ticket), "_key": page.value("_key"), "photos": uploaded}
    for _ in range(2):  # pressed twice, it is added once
        answer = officer.post("/report/same", form)
        assert (answer.status, answer.location) == (303, f"/tickets/{ticket}")
    assert cases(pages) == 1
    shown = officer.get(f"/tickets/{ticket}").text()
    assert shown.count("同一故障再次报修。") == 1
    assert "故障现象: 现在全黑了" in shown
    assert "联系人和电话: 值班室 12" in shown
    with pages.engine.read() as connection:
        assert connection.scalar(select(Attachment.root_id).where(Attachment.id == uploaded)) == ticket


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"point": "QC002"}, 409, "该工单不在您选择的点位上。"),
        ({"_ticket": "999"}, 409, "请按新的故障报修。"),
        ({"photos": "0" * 32}, 422, "有照片已失效，请删除后重新选择。"),
        ({"symptom": "长" * 2001}, 422, "请填写 1 至 2000 字。"),
    ],
)
def test_what_cannot_be_added_is_said_and_stays(pages: Pages, changes: dict[str, str], status: int, words: str) -> None:
    ticket = pages.report(pages.visitor("reporter"))
    officer = pages.visitor("line_officer")
    answer = officer.post("/report/same", MORE | {"_ticket": str(ticket)} | changes)
    assert answer.status == status
    assert words in answer.text("//*[@data-refusal]")
    assert answer.value("symptom").strip() == (MORE | changes)["symptom"]
    assert "同一故障" not in officer.get(f"/tickets/{ticket}").text("//ol[@class='timeline']")


def test_a_ticket_that_has_ended_takes_nothing_more(pages: Pages) -> None:
    ticket = pages.report(pages.visitor("reporter"))
    pages.visitor("contractor_lead").post(f"/tickets/{ticket}/cancel", {"reason": "误报"})
    answer = pages.visitor("line_officer").post("/report/same", MORE | {"_ticket": str(ticket)})
    assert answer.status == 409
    assert "请按新的故障报修。" in answer.text("//*[@data-refusal]")


def test_nothing_is_added_to_a_foreign_ticket(pages: Pages) -> None:
    ticket = pages.report(pages.visitor("line_officer"))
    form = MORE | {"_ticket": str(ticket)}
    assert pages.visitor("reporter").post("/report/same", form).status == 409  # sees only own tickets
    assert pages.visitor("stranger").post("/report/same", form).status == 409
    assert pages.visitor("alien").post("/report/same", form).status == 404
    assert "同一故障" not in pages.visitor("line_officer").get(f"/tickets/{ticket}").text()


def test_points_near_by_nearest_first(pages: Pages) -> None:
    pages.engine.run(place, ENGINE, "QC001", latitude=32.0512, longitude=118.7789)
    pages.engine.run(place, ENGINE, "QC002", latitude=32.0521, longitude=118.7789)
    reporter = pages.visitor("reporter")
    found = reporter.get("/report/near?client=client&latitude=32.0522&longitude=118.7789").response.json
    assert found == {
        "items": [
            {"value": "QC002", "label": "QC002 长宁街西口", "far": "11 m"},
            {"value": "QC001", "label": "QC001 滨河路东口", "far": "111 m"},
        ]
    }
    far = reporter.get("/report/near?client=client&latitude=33&longitude=118.7789").response.json
    assert far == {"items": []}
    for wrong in ("latitude=91&longitude=0", "latitude=x&longitude=0", "latitude=nan&longitude=0", "longitude=0"):
        assert reporter.get(f"/report/near?{wrong}").status == 404
    assert pages.visitor("alien").get("/report/near?client=client&latitude=32&longitude=118").status == 404


def test_the_number_stands_large_and_says_what_comes_next(pages: Pages) -> None:
    visitor = pages.visitor("reporter")
    page = visitor.follow(visitor.post("/report", REPORT))
    (number,) = numbers(page.text("//*[contains(@class,'big-number')]"))
    assert page.page.xpath("//button/@data-copy") == [number]
    assert "“核实派单”：待服务值班签收" in page.text()
    assert "合同时限：响应 今天 10:10 前、到场 今天 10:30 前" in page.text()
    ticket = page.response.request.path.rpartition("/")[2]
    assert pages.visitor("stranger").get(f"/report/sent/{ticket}").status == 404


def test_progress_by_number_for_who_may_see_it(pages: Pages) -> None:
    visitor = pages.visitor("reporter")
    ticket, other = pages.report(visitor), pages.report(visitor, point="QC002")
    with pages.engine.read() as connection:
        number = connection.scalar(select(ProcessInstance.business_key).where(ProcessInstance.id == ticket)) or ""
    assert "/report/follow" in visitor.get("/report").page.xpath("//form[@role='search']/@action")
    for asked in (number, number.lower(), number[-5:]):
        assert visitor.get(f"/report/follow?number={asked}").location == f"/tickets/{ticket}"
    several = visitor.get("/report/follow?number=FC-")
    assert set(several.links("//main//ul")) == {f"/tickets/{ticket}", f"/tickets/{other}"}
    for nobody in ("stranger", "alien"):
        answer = pages.visitor(nobody).get(f"/report/follow?number={number}")
        assert f"没有找到工单号为“{number}”的工单。" in answer.text("//*[@role='alert']")
        assert answer.value("number") == number
    assert visitor.get("/report/follow?number=%00").status == 200
    assert visitor.get("/report/follow").page.xpath("//main//*[@role='alert']") == []
