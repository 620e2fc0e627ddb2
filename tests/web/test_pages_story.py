"""The whole FC story by form posts, from the report over a recurrence to the archive, as people see it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from engine.authorization import ENGINE
from engine.models import ProcessInstance
from tests.web.house import REPORT, Pages, hold_contract, numbers

FOUND = {"cause": "电源适配器损坏", "finding": "无 12 V 输出", "repairable_on_site": "yes"}
FIXED = {"procedure": "更换适配器", "result": "fixed", "replaced": "true"}
FIXED |= {"replacements.row": "0", "replacements.0.new_serial": "SN-9", "replacements.0.trial_result": "passed"}
STEPS = ["核实派单", "响应报修", "到场签到", "诊断故障", "修复故障", "复核修复效果", "总结故障原因"]
CAUSE = {"root_cause": "适配器不耐高温", "improvement": "更换为宽温型号"}


def test_from_report_to_archived(pages: Pages) -> None:
    reporter, desk, engineer = (pages.visitor(name) for name in ("reporter", "dispatcher", "field_engineer"))
    submitted = reporter.post("/report", REPORT | {"device": "SN0011", "contact": "值班室 12"})
    ticket_page = reporter.follow(submitted)
    assert len(numbers(ticket_page.text("//h1"))) == 1
    assert "“核实派单”：待服务值班签收" in ticket_page.text()
    assert "合同时限：响应 今天 10:10 前" in ticket_page.text()
    ticket = int(submitted.location.rpartition("/")[2])
    pages.later(minutes=3)
    done = desk.post(f"/tasks/{pages.task(ticket, 'dispatch')}/complete", {"engineer": "field_engineer"})
    assert done.location == "/tasks"
    here = f"/tasks/{pages.task(ticket, 'respond')}"
    for form, minutes, name, following in (
        ({"responded_how": "phone"}, 4, "响应报修", "到场签到"),
        ({"place": "路口东北角"}, 15, "到场签到", "诊断故障"),
        (FOUND, 30, "诊断故障", "修复故障"),
        (FIXED, 60, "修复故障", None),
    ):
        page = engineer.get(here)
        assert (page.status, page.text("//h1")) == (200, name)
        assert page.text("//li[@aria-current='step']") == name
        pages.later(minutes=minutes)
        engineer = pages.visitor("field_engineer")
        answer = engineer.post(f"{here}/complete", form)
        here = answer.location
        said = engineer.get(here).text("//*[@class='notices']")
        assert (f"“{name}”已办结。下一步：“{following}”。" if following else f"“{name}”已办结。") in said
    assert here == "/tasks"
    _check_observed(pages, ticket)
    pages.later(hours=24)
    recheck = f"/tasks/{pages.task(ticket, 'recheck')}"
    desk = pages.visitor("dispatcher")
    assert desk.post(f"{recheck}/complete", {"recheck_ok": "yes"}).status == 303
    engineer = pages.visitor("field_engineer")
    assert engineer.post(f"/tasks/{pages.task(ticket, 'summary')}/complete", CAUSE).status == 303
    _check_ended(pages, ticket)


def _check_observed(pages: Pages, ticket: int) -> None:
    page = pages.visitor("line_officer").get(f"/tickets/{ticket}")
    assert "当前没有待办：流程在等待时间或消息。" in page.text("//aside")
    assert "“观察期满”：明天 11:52" in page.text("//aside")
    assert [" ".join(one.text_content().split()) for one in page.page.xpath("//ol[@class='steps']/li")] == [
        *(f"{step} （已完成）" for step in STEPS[:5]),
        *STEPS[5:],
    ]


def _check_ended(pages: Pages, ticket: int) -> None:
    page = pages.visitor("line_officer").get(f"/tickets/{ticket}")
    assert page.text("//span[starts-with(@class,'state')]") == "已办结"
    assert [" ".join(one.text_content().split()) for one in page.page.xpath("//ol[@class='steps']/li")] == [
        f"{step} （已完成）" for step in STEPS
    ]
    verdicts = [" ".join(one.text_content().split()) for one in page.page.xpath("//td[@class='verdict']")]
    assert verdicts == ["按时", "按时", "按时", "按时"]
    assert "报修 10:00:00 → 响应 10:07:00，限时 10 分钟，余 3 分钟" in page.text("//ul[@class='arithmetic']")
    happened = page.text("//ol[@class='timeline']")
    for words in (
        "报修人 报修，工单号",
        "决策表“故障等级（FC）”得出：等级：一级（第 1 条）",
        "服务值班 办结“核实派单”",
        "下一步：响应报修，待技术工程师办理",
        "等待“故障复发”",
        "台账：设备 SN0011 更换为 SN-9",
        "工单办结",
    ):
        assert words in happened
    filled = page.text("//details[@class='filled']")
    for words in (
        "派给谁 技术工程师",
        "怎么响应的 已电话联系",
        "处理结果 已修好",
        "更换了设备 是",
        "根本原因 适配器不耐高温",
    ):
        assert words in filled
    cells = page.page.xpath("//table[@class='answer-table']//tr/*/text()")
    table = ["旧设备序列号", "新设备序列号", "试运行结果", "–", "SN-9", "已调试接入，运行正常"]
    assert [cell.strip() for cell in cells] == table
    assert "故障点位 QC001 滨河路东口" in filled
    aside = page.text("//aside")
    assert "联系方式 值班室 12" in aside
    assert "等级 一级" in aside
    assert "FC 5.2（D22 第 1 条）" in page.text("//table[@class='clocks']")


def test_the_report_form_keeps_what_was_typed(pages: Pages) -> None:
    visitor = pages.visitor("reporter")
    answer = visitor.post("/report", REPORT | {"category": "", "symptom": "长" * 501, "occurred_at": "昨天"})
    assert answer.status == 422
    assert answer.errors() == {
        "category": "此项必填。",
        "symptom": "最多 500 个字。",
        "occurred_at": "应填写日期和时间，如 2026-05-01T08:30。",
    }
    assert answer.value("point") == "QC001"
    assert answer.value("symptom").strip() == "长" * 501
    assert answer.value("occurred_at") == "昨天"
    assert pages.visitor("line_officer").get("/tickets").links("//ul[@class='rows']") == []


def test_a_report_sent_twice_is_one_ticket(pages: Pages) -> None:
    visitor = pages.visitor("reporter")
    form = REPORT | {"_key": visitor.get("/report").value("_key")}
    first, second = visitor.post("/report", form), visitor.post("/report", form)
    assert (first.status, first.location) == (303, second.location)
    other = visitor.post("/report", form | {"symptom": "另一处故障"})
    assert other.status == 409
    assert "已经提交过一次" in other.text("//*[@role='alert']")
    assert visitor.post("/report", form | {"symptom": "另一处故障", "_key": other.value("_key")}).status == 303
    with pages.engine.read() as connection:
        assert connection.scalar(select(func.count()).select_from(ProcessInstance)) == 2


def test_a_point_may_stand_in_the_address(pages: Pages) -> None:
    visitor = pages.visitor("reporter")
    page = visitor.get("/report?point=QC001")
    assert page.value("point") == "QC001"
    assert page.value("occurred_at") == "2026-11-20T10:00"
    assert page.page.xpath("//select[@name='device']/option/@value") == ["", "SN0011"]
    assert page.page.xpath("//*[@id='same-point']//a") == []
    assert visitor.get("/report?point=NONE").value("point") == ""
    ticket = pages.report(visitor)
    assert visitor.get("/report?point=QC001").links("//*[@id='same-point']") == [f"/tickets/{ticket}"]
    assert pages.visitor("owner_approver").get("/report?point=QC002").links("//*[@id='same-point']") == []
    assert visitor.get("/report?point=%00&device=%00").status == 200


def test_a_device_of_another_point_is_refused(pages: Pages) -> None:
    answer = pages.visitor("reporter").post("/report", REPORT | {"device": "SN0021"})
    assert (answer.status, answer.errors()) == (422, {"device": "不在可选范围内。"})


def test_staff_of_a_contractor_report_for_their_clients(pages: Pages) -> None:
    desk = pages.visitor("dispatcher")
    assert desk.get("/report").status == 200
    ticket = pages.report(desk)
    assert pages.visitor("line_officer").get(f"/tickets/{ticket}").status == 200
    pages.engine.run(hold_contract, ENGINE, "contractor", "other")
    choice = desk.get("/report")
    assert choice.page.xpath("//form[@data-staff-form]") == []
    assert sorted(choice.links("//nav[@aria-label='业主单位']")) == ["/report?client=client", "/report?client=other"]
    assert desk.get("/report?client=other").page.xpath("//select[@name='point']/option/@value") == [""]
    assert desk.get("/report?client=alien").page.xpath("//form[@data-staff-form]") == []
    assert desk.post("/report", REPORT | {"_client": "nobody"}).status == 422
    assert desk.post("/report", REPORT | {"_client": "client"}).status == 303
    without = desk.post("/report", REPORT | {"_client": "other"})
    assert (without.status, without.text("//*[@role='alert']")) == (404, "找不到该流程，或您无权查看。")
    assert without.value("symptom").strip() == REPORT["symptom"]


def test_who_has_no_client_is_told(pages: Pages) -> None:
    answer = pages.visitor("alien").get("/report")
    assert (answer.status, answer.text("//h1")) == (403, "不能报修")


@pytest.mark.parametrize("role", ["auditor", "operator", "admin", "process_owner"])
def test_who_may_not_report_is_told(pages: Pages, role: str) -> None:
    answer = pages.visitor(role).get("/report")
    assert (answer.status, answer.text("//h1")) == (403, "无权操作")
    assert "您的角色没有此项权限：报修、发起流程。" in answer.text()
