"""工单: everything that happened, in words; what each reader may see; names and texts of people are never markup."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from accounts.roles import ROLES
from engine.authorization import ENGINE
from engine.commands.cancel_instance import cancel_instance
from engine.models import Attachment, Incident, ProcessInstance
from engine.unit_of_work import UnitOfWork
from maintenance.queries.ticket_clocks import ticket_clocks
from tests.web.house import Pages, rename, text

PROBE = "\"><script>alert(1)</script>'{{7*7}}"


def words(pages: Pages, ticket: int, language: str = "zh-CN", name: str = "line_officer") -> list[str]:
    """The entries of the timeline without their times, newest first."""
    answer = pages.visitor(name, language).get(f"/tickets/{ticket}")
    return [text(one) for one in answer.page.xpath("//div[contains(@class,'timeline-words')]")]


def test_a_ticket_opens_for_whoever_may_see_it(pages: Pages) -> None:
    ticket = pages.dispatched()
    for role in sorted(role.key for role in ROLES):
        answer = pages.visitor(role).get(f"/tickets/{ticket}")
        seen = role != "admin"
        assert (answer.status, len(answer.page.xpath("//td[@class='verdict']"))) == ((200, 4) if seen else (404, 0))
        may_cancel = role in {"dispatcher", "contractor_lead", "owner_approver"}
        assert bool(answer.page.xpath(f"//form[@action='/tickets/{ticket}/cancel']")) == may_cancel, role
        may_comment = seen and role not in {"auditor", "process_owner", "operator"}
        assert bool(answer.page.xpath(f"//form[@action='/tickets/{ticket}/comments']")) == may_comment, role


def test_left_alone_it_turns_yellow_red_and_is_escalated(pages: Pages) -> None:
    ticket = pages.report(pages.visitor("reporter"))
    for minutes in (8, 2, 10):
        pages.later(minutes=minutes)
    assert words(pages, ticket) == [
        "红灯： “响应”仍未完成，升级督办至业主单位（第 1 级）",
        "红灯： “响应”已超时，已告知项目经理",
        "黄灯： “响应”将超时",
        f"报修人 报修，工单号 FC-20261120-{ticket:05}",
    ]
    assert words(pages, ticket, "en")[:3] == [
        "Red: “Respond” is still overdue: escalated to owner (step 1)",
        "Red: “Respond” is overdue; contractor lead informed",
        "Yellow: “Respond” is nearly due",
    ]
    page = pages.visitor("line_officer").get(f"/tickets/{ticket}")
    assert "红灯 已超 10 分" in page.text("//div[@class='case-title']")
    waiting = [text(one) for one in page.page.xpath("//div[@class='open-task']//div[@class='soft']")]
    assert waiting == [
        "待服务值班签收今天 10:00 起",
        "待项目经理签收今天 10:10 起",
        "待业主单位签收今天 10:20 起",
    ]
    desk = pages.visitor("dispatcher", "en")
    desk.post(f"/tasks/{pages.task(ticket, 'dispatch')}/claim")
    opened = desk.get(f"/tickets/{ticket}")
    assert text(opened.page.xpath("//div[@class='open-task']//div[@class='soft']")[0]) == "服务值班since Today 10:00"


def test_a_reader_without_history_sees_the_progress_only(pages: Pages) -> None:
    ticket = pages.dispatched()
    pages.visitor("field_engineer").post(f"/tasks/{pages.task(ticket, 'respond')}/complete", {"responded_how": "phone"})
    page = pages.visitor("reporter").get(f"/tickets/{ticket}")
    entries = [text(one) for one in page.page.xpath("//div[contains(@class,'timeline-words')]")]
    assert entries[:2] == ["技术工程师 办结“响应报修”", "服务值班 办结“核实派单”"]
    assert len(entries) == 3
    assert page.page.xpath("//ol[@class='timeline']//details") == []
    assert page.text("//details[@class='filled']/summary") == "故障报修报修人 · 今天 10:00"
    assert page.text("//td[@class='verdict']") == "按时 剩 30 分 剩 2 小时 剩 4 小时"


@pytest.mark.parametrize("back", [0.1, 1])
def test_a_step_back_of_the_clock_loses_no_stop_and_no_void(pages: Pages, back: float) -> None:
    pages.later(seconds=0.5)
    stopped, cancelled = pages.dispatched(), pages.dispatched()
    pages.later(seconds=-back)
    path = f"/tasks/{pages.task(stopped, 'respond')}/complete"
    assert pages.visitor("field_engineer").post(path, {"responded_how": "phone"}).status == 303
    pages.engine.run(cancel_instance, ENGINE, cancelled, "误报")
    pages.later(days=1)
    with pages.engine.read() as connection:
        respond = ticket_clocks(connection, stopped, pages.clock.now())[0].state
        void = {clock.state.state for clock in ticket_clocks(connection, cancelled, pages.clock.now())}
    assert (respond.verdict, respond.stopped_at, void) == ("met", respond.started_at, {"void"})


def test_comment_and_cancel(pages: Pages) -> None:
    ticket = pages.dispatched()
    lead = pages.visitor("contractor_lead")
    path = f"/tickets/{ticket}"
    assert "留言已记入履历。" in lead.follow(lead.post(f"{path}/comments", {"comment": "已到备件库"})).text("//body")
    assert lead.post(f"{path}/comments", {"comment": "  "}).status == 422
    refused = lead.post(f"{path}/cancel", {"reason": " " * 3})
    assert (refused.status, refused.text("//*[@id='reason-errors']")) == (422, "请填写 1 至 500 字。")
    too_long = lead.post(f"{path}/cancel", {"reason": "长" * 501})
    assert too_long.value("reason").strip() == "长" * 501
    page = lead.follow(lead.post(f"{path}/cancel", {"reason": "重复报修"}))
    assert page.text("//span[starts-with(@class,'state')]") == "已撤销"
    assert "原因：重复报修" in page.text("//div[@class='case-head']")
    assert words(pages, ticket)[:2] == ["项目经理 撤销了工单", "项目经理 留言"]
    assert lead.get(path).page.xpath("//form[contains(@action,'cancel')]") == []
    again = lead.post(f"{path}/cancel", {"reason": "再次"})
    assert (again.status, again.text("//h1")) == (409, "工单已结束")


def test_a_foreign_ticket_is_not_there(pages: Pages) -> None:
    """Foreign and missing answer alike; who lacks the permission is told so before a ticket is looked for."""
    ticket = pages.dispatched()
    for name, lacking in (("stranger", {"/cancel"}), ("alien", set()), ("admin", {"/comments", "/cancel"})):
        visitor = pages.visitor(name)
        for number in (ticket, 999_999):
            for verb in ("", "/comments", "/cancel"):
                path = f"/tickets/{number}{verb}"
                answer = visitor.post(path, {"comment": "x", "reason": "x"}) if verb else visitor.get(path)
                assert answer.status == (403 if verb in lacking else 404), path
                assert "FC-2026" not in answer.text()
        assert visitor.get(f"/tasks/{pages.task(ticket, 'respond')}").status == 404


def test_no_such_ticket(pages: Pages) -> None:
    visitor = pages.visitor("dispatcher")
    for number in ("0", "9223372036854775808", "9" * 30, "x", "-1", "1.0"):
        answer = visitor.get(f"/tickets/{number}")
        assert (answer.status, answer.text("//h1")) == (404, "没有找到")


def test_text_of_people_is_never_markup(pages: Pages) -> None:
    reporter = pages.visitor("reporter")
    ticket = pages.report(reporter, symptom=PROBE, contact=PROBE)
    desk = pages.visitor("dispatcher")
    desk.post(f"/tickets/{ticket}/comments", {"comment": PROBE})
    pages.engine.run(rename, ENGINE, "dispatcher", PROBE)
    task = pages.task(ticket, "dispatch")
    bad = {"engineer": PROBE, "note": PROBE * 40, PROBE: PROBE}
    paths = [f"/tickets/{ticket}", f"/tasks/{task}", "/tasks?tab=candidate", f"/tasks?q={PROBE}", "/tickets"]
    answers = [desk.get(path) for path in [*paths, "/report?point=QC001", f"/sign-in?next={PROBE}"]]
    answers += [
        desk.post(f"/tasks/{task}/complete", bad),
        desk.post(f"/tickets/{ticket}/cancel", {"reason": PROBE * 99}),
    ]
    answers += [pages.visitor().sign_in(PROBE), reporter.post("/report", {"symptom": PROBE * 20})]
    for answer in answers:
        scripts = answer.page.xpath("//script")
        assert all(script.get("src") and not script.text for script in scripts)
        assert "<script>alert" not in answer.response.text
        assert "49" not in answer.response.text.partition("alert(1)")[2][:40]
    assert "alert(1)" in answers[0].text("//h1")
    assert PROBE in answers[0].text("//ol[@class='timeline']")


def test_an_incident_is_said(pages: Pages) -> None:
    ticket = pages.dispatched()
    pages.engine.run(_fail, ENGINE, ticket)
    page = pages.visitor("line_officer").get(f"/tickets/{ticket}")
    assert page.text("//*[@role='alert']") == "流程在“黄灯：将超时”处无法继续（no_pack），需运行管理员处理。"


def test_an_ended_ticket_tells_missed_limits(pages: Pages) -> None:
    ticket = pages.report(pages.visitor("reporter"))
    pages.later(minutes=31)
    desk = pages.visitor("dispatcher")
    desk.post(f"/tasks/{pages.task(ticket, 'dispatch')}/complete", {"engineer": "field_engineer"})
    engineer = pages.visitor("field_engineer")
    engineer.post(f"/tasks/{pages.task(ticket, 'respond')}/complete", {"responded_how": "phone"})
    page = engineer.get(f"/tickets/{ticket}")
    assert page.text("//td[@class='verdict']") == "红灯 超 21 分 红灯 已超 1 分 剩 1 小时 29 分 剩 3 小时 29 分"
    pages.engine.run(_end, ENGINE, ticket)
    assert "红灯 2 项超时" in pages.visitor("line_officer").get("/tickets").text("//ul[@class='rows']")


def _fail(uow: UnitOfWork, ticket: int) -> None:
    query = select(ProcessInstance.organisation_id).where(ProcessInstance.id == ticket)
    where = {"organisation_id": uow.connection.scalar(query), "root_id": ticket, "instance_id": ticket}
    what = {"job_id": "0" * 32, "element_id": "yellow", "code": "no_pack", "message": "x", "created_at": uow.now}
    uow.connection.execute(insert(Incident).values(where | what))


def _end(uow: UnitOfWork, ticket: int) -> None:
    uow.connection.execute(update(ProcessInstance).where(ProcessInstance.id == ticket).values(state="completed"))


def test_a_late_ticket_says_why_at_first_sight(pages: Pages) -> None:
    ticket = pages.dispatched()
    reader = pages.visitor("line_officer")
    assert reader.get(f"/tickets/{ticket}").page.xpath("//section[@id='why-late']") == []
    pages.later(minutes=12, seconds=5)
    said = reader.get(f"/tickets/{ticket}").text("//section[@id='why-late']")
    for words in (
        "“响应”超时 2 分 5 秒",
        "报修今天 10:00:00",
        "应于今天 10:10:00限时 10 分钟，FC 5.2",
        "仍未完成，已到今天 10:12:05",
    ):
        assert words in said, said
    assert "责任单位运维单位" in said
    assert "“响应”超时 2 分 5 秒" in pages.visitor("reporter").get(f"/tickets/{ticket}").text(
        "//section[@id='why-late']"
    )


def test_the_diagram_is_of_the_case_s_own_version(pages: Pages) -> None:
    ticket = pages.dispatched()
    reader = pages.visitor("line_officer")
    figure = reader.get(f"/tickets/{ticket}").page.xpath("//figure[@data-viewer]")[0]
    assert figure.get("data-active") == '["respond"]'
    assert {"dispatch", "reported"} <= set(json.loads(figure.get("data-passed")))
    answer = reader.client.get(figure.get("data-source"))
    assert (answer.status_code, answer.content_type) == (200, "application/xml")
    assert b'id="fault_repair_fc"' in answer.get_data()
    for other in ("stranger", "alien"):
        assert pages.visitor(other).get(figure.get("data-source")).status == 404
    assert pages.visitor("reporter").get(figure.get("data-source")).status == 403
    assert pages.visitor("reporter").get(f"/tickets/{ticket}").page.xpath("//figure[@data-viewer]") == []


def test_photos_stand_together_with_both_times_and_the_place(pages: Pages) -> None:
    ticket = pages.dispatched()
    pages.engine.run(_add_photo, pages.actor("field_engineer", "field_engineer"), ticket)
    reader = pages.visitor("line_officer")
    (photo,) = reader.get(f"/tickets/{ticket}").page.xpath("//section[@id='photos']//li")
    facts = [text(one) for one in photo.xpath(".//dt | .//dd")]
    assert facts[:4] == ["拍摄", "今天 09:58:07", "收到", "今天 10:00:00"]
    assert facts[4:] == ["位置", "纬度 35.85000，经度 115.50000", "上传人", "技术工程师"]
    assert photo.xpath(".//img/@alt") == [PROBE]
    assert pages.visitor("reporter").get(f"/tickets/{ticket}").page.xpath("//section[@id='photos']") == []


def _add_photo(uow: UnitOfWork, ticket: int) -> None:
    file = {"id": "a" * 32, "kind": "photo", "name": PROBE, "media_type": "image/jpeg", "size": 9, "sha256": "0" * 64}
    known = {"taken_at": uow.now - timedelta(seconds=113), "latitude": 35.85, "longitude": 115.5}
    where = {"root_id": ticket, "uploaded_at": uow.now, "uploaded_by": uow.actor.id}
    uow.connection.execute(insert(Attachment).values(**file, **known, **where))
