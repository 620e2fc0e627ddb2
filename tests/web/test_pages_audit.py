"""追溯审计: search by who, what, when and where; export; verification that names what was touched; who sees what."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from engine.authorization import ENGINE
from engine.queries import history_search, verification
from tests.web.house import Answer, Pages, Visitor, rename

FORMULA = '=HYPERLINK("http://evil";"x")'


def rows(answer: Answer) -> list[str]:
    return [" ".join(row.text_content().split()) for row in answer.page.xpath("//li[@class='audit-row']")]


def found(visitor: Visitor, query: str) -> list[str]:
    answer = visitor.get(f"/audit?{query}")
    assert answer.status == 200, answer.text()
    return rows(answer)


def worked(pages: Pages) -> int:
    """A ticket of QC001 with a comment, and one of QC002."""
    ticket = pages.dispatched()
    pages.visitor("contractor_lead").post(f"/tickets/{ticket}/comments", {"comment": "钥匙在门卫处"})
    pages.report(pages.visitor("reporter"), point="QC002", device="", symptom="灯不亮")
    return ticket


def test_a_search_by_each_thing(pages: Pages) -> None:
    ticket = worked(pages)
    auditor = pages.visitor("auditor")
    (comment,) = found(auditor, "kind=comments")
    assert comment.startswith("10:00:00 项目经理 项目经理 留言钥匙在门卫处")
    assert f"/tickets/{ticket}" in auditor.get("/audit?kind=comments").links("//ol[@class='audit-rows']")
    assert len(found(auditor, "kind=report")) == 2
    assert len(found(auditor, "who=项目经理&kind=comments")) == 1
    assert found(auditor, "who=项目经理&kind=work") == []
    assert len(found(auditor, "words=门卫")) == 1
    assert found(auditor, "words=commented") == []  # the word of the machine is nobody's words
    assert len(found(auditor, "point=QC002")) == 1
    assert len(found(auditor, "point=长宁街")) == 1
    number = auditor.get(f"/tickets/{ticket}").text("//h1//span[@class='number']")
    assert len(found(auditor, f"number={number}")) == 3
    assert len(found(auditor, "process=fault_repair_fc")) == 4
    assert len(found(auditor, "from=2026-11-20&to=2026-11-20&kind=comments")) == 1
    assert found(auditor, "to=2026-11-19&kind=comments") == []
    assert found(auditor, "from=2026-11-21&kind=comments") == []
    assert "派单" in found(auditor, "kind=work&number=" + number)[0]


def test_events_of_no_case_are_for_who_may_verify(pages: Pages) -> None:
    auditor, officer = pages.visitor("auditor"), pages.visitor("line_officer")
    assert any("责任民警 登录，来自 127.0.0.1" in row and "不属于案件" in row for row in found(auditor, "kind=sign_in"))
    assert found(officer, "kind=sign_in") == []
    assert found(pages.visitor("stranger"), "") == []
    assert "登录与退出" not in officer.get("/audit").text("//select[@name='kind']")
    foreign = pages.visitor("auditor")
    assert not any("外人" in row for row in found(foreign, "kind=sign_in"))


def test_who_does_not_see_every_case_finds_own_ones_only(pages: Pages) -> None:
    worked(pages)
    assert found(pages.visitor("alien"), "") == []
    assert len(found(pages.visitor("contractor_lead"), "kind=report")) == 2
    assert pages.visitor("reporter").get("/audit").status == 403


def test_pages_and_a_bounded_stretch(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that looks through few rows says how far it came, and goes on there until all is seen."""
    worked(pages)
    monkeypatch.setattr(history_search, "STRETCH", 3)
    monkeypatch.setattr(history_search, "SAME_MOMENT", 1)
    auditor = pages.visitor("auditor")
    answer, seen, steps = auditor.get("/audit?kind=report"), list[str](), 0
    while True:
        seen += rows(answer)
        following = answer.page.xpath("//a[@rel='next']/@href")
        if not following:
            break
        assert "已查到" in answer.text("//p[@role='status']")
        answer, steps = auditor.get(following[0]), steps + 1
        assert steps < 100
    assert (len(seen), steps > 3) == (2, True)
    assert auditor.get("/audit?after=nonsense&kind=report").status == 303


@pytest.mark.parametrize("query", ["from=soon", "kind=nonsense"])
def test_a_bad_filter_is_told(pages: Pages, query: str) -> None:
    answer = pages.visitor("auditor").get(f"/audit?{query}")
    assert (answer.status, len(answer.page.xpath("//main//div[@role='alert']"))) == (200, 1)


def test_an_export_is_escaped_and_recorded(pages: Pages) -> None:
    ticket = worked(pages)
    lead, auditor = pages.visitor("contractor_lead"), pages.visitor("auditor")
    lead.post(f"/tickets/{ticket}/comments", {"comment": FORMULA})
    pages.engine.run(rename, ENGINE, "contractor_lead", "=1+1")
    answer = auditor.post("/audit/export", {"format": "csv", "kind": "comments"})
    assert answer.response.headers["Content-Disposition"].endswith('.csv"')
    table = list(csv.reader(io.StringIO(answer.response.get_data().decode("utf-8-sig"))))
    assert table[0][:4] == ["时间", "办理人", "工单号", "事件"]
    assert [row[0] for row in table[1:]] == ["2026-11-20 10:00:00"] * 2
    assert FORMULA in table[1][3]
    assert table[1][1] == "'=1+1"
    answer = auditor.post("/audit/export", {"format": "xlsx", "words": "HYPERLINK"})
    sheet: Any = load_workbook(io.BytesIO(answer.response.get_data())).active
    assert sheet.max_row == 2
    assert not any(str(cell.value).startswith("=") for row in sheet.iter_rows() for cell in row)
    told = found(auditor, "kind=export")
    assert "监督检查 导出履历 1 行（XLSX），筛选条件：words=HYPERLINK" in told[0]
    assert "监督检查 导出履历 2 行（CSV），筛选条件：kind=comments" in told[1]
    assert auditor.post("/audit/export", {"format": "exe"}).status == 303


def verify(visitor: Visitor) -> Answer:
    """Step by step, as the page does it."""
    answer = visitor.post("/audit/verification")
    while answer.page.xpath("//input[@name='progress']"):
        answer = visitor.post(
            "/audit/verification", {"progress": answer.page.xpath("//input[@name='progress']/@value")[0]}
        )
    return answer


def touch(pages: Pages, statement: str) -> None:
    """Somebody with the database in hand: the guards are taken off first."""
    with pages.engine.database.writing.begin() as connection:
        if connection.dialect.name == "sqlite":
            names = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'history_event'"
            for name in connection.execute(text(names)).scalars().all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("ALTER TABLE history_event DISABLE TRIGGER ALL"))
        connection.execute(text(statement))


def test_whole_history_verifies_in_steps(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    worked(pages)
    monkeypatch.setattr(verification, "CASES", 1)
    monkeypatch.setattr(verification, "EVENTS", 3)
    auditor = pages.visitor("auditor")
    assert "2 个案件" in auditor.get("/audit/verification").text()
    first = auditor.post("/audit/verification")
    assert "已校验 1 / 2 个案件" in first.text("//p[@role='status']")
    answer = verify(auditor)
    assert "履历完好" in answer.text("//div[@role='status']")
    assert "2 个案件" in answer.text("//div[@role='status']")
    assert "监督检查 校验全部可见履历" in found(auditor, "kind=export")[0]
    forged = auditor.post("/audit/verification", {"progress": "forged"})
    assert "已校验 1 / 2 个案件" in forged.text("//p[@role='status']")


def test_what_was_touched_is_named(pages: Pages) -> None:
    ticket = worked(pages)
    auditor = pages.visitor("auditor")
    assert "证据链完好。" in auditor.post(f"/tickets/{ticket}/verification").text("//section[@id='chain']")
    touch(pages, f"UPDATE history_event SET actor_name = 'nobody' WHERE root_id = {ticket} AND seq = 2")  # noqa: S608
    touch(pages, f"DELETE FROM history_event WHERE root_id = {ticket + 1}")  # noqa: S608
    said = verify(auditor).text("//section[@id='verification']")
    assert "发现 2 处损坏" in said
    number = auditor.get(f"/tickets/{ticket}").text("//h1//span[@class='number']")
    assert f"{number} 第 2 条" in said
    assert "内容与封签不符" in said
    assert "末尾缺少记录" in said
    chain = auditor.post(f"/tickets/{ticket}/verification").text("//section[@id='chain']")
    assert "发现 1 处损坏" in chain
    assert "内容与封签不符" in chain
    assert pages.visitor("line_officer").post(f"/tickets/{ticket}/verification").status == 403
