"""Every fact that commands write into a case's history has a sentence in both languages; unknown ones are shown."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from engine.queries.history import HistoryItem
from tests.tree import dotted, parse, product_modules
from web.sentences import WORDS, Told
from web.timeline import sentence, timeline

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LATER = (AT + timedelta(minutes=10)).isoformat()
WRITTEN_BY_NAME = {"sla_warned", "sla_breached", "sla_escalated", "instance_completed", "instance_cancelled"}
WRITTEN_BY_NAME |= {"call_completed", "call_cancelled"}

FACTS: dict[str, dict[str, Any]] = {
    "instance_started": {"key": "k", "number": "FC-1", "data": {}},
    "participant_added": {"organisation": 2, "reason": "contract"},
    "work_order_opened": {"point": "QC001", "contract": "HT-1", "chargeable": True},
    "clock_started": {
        "clock": "respond",
        "clock_name": "响应",
        "at": LATER,
        "due": LATER,
        "limit": "PT10M",
        "source": "x",
    },
    "clock_stopped": {"clock": "respond", "clock_name": "响应", "verdict": "met", "due": LATER, "elapsed": "PT7M"},
    "clock_voided": {"clock": "respond", "clock_name": "响应", "reason": "工单已撤销"},
    "element_completed": {"element": "e", "name": "步骤", "kind": "exclusiveGateway"},
    "element_cancelled": {"element": "e", "name": "", "kind": "userTask"},
    "task_created": {"element": "e", "name": "派单", "task": "t", "groups": ["dispatcher"], "unknown": ["ghost"]},
    "task_claimed": {"element": "e", "name": "派单", "task": "t", "assignee": "wang"},
    "task_unclaimed": {"element": "e", "name": "派单", "task": "t"},
    "task_completed": {"element": "e", "name": "派单", "task": "t", "form": "f", "data": {}},
    "timer_armed": {"element": "e", "name": "黄灯", "due": LATER},
    "timer_retimed": {"element": "e", "name": "黄灯", "before": LATER, "due": LATER},
    "timer_disarmed": {"element": "e", "name": "黄灯"},
    "timer_fired": {"element": "e", "name": "黄灯", "due": LATER},
    "sla_warned": {"clock": "respond", "at": AT.isoformat(), "escalate_to": None, "step": 0},
    "sla_breached": {"clock": "respond", "at": AT.isoformat(), "escalate_to": "contractor_lead", "step": 0},
    "sla_escalated": {"clock": "respond", "at": AT.isoformat(), "escalate_to": "owner_approver", "step": 1},
    "deferral_applied": {"reason": "pole_hit", "requested_until": LATER, "lodged_at": LATER, "clocks": ["respond"]},
    "deferral_granted": {"clocks": ["respond"], "until": LATER},
    "deferral_refused": {},
    "clock_extended": {"clock": "respond", "before": AT.isoformat(), "due": LATER, "remark": "cleared"},
    "breach_final": {"clock": "respond"},
    "task_retimed": {"element": "e", "name": "修复", "task": "t", "before": None, "due": LATER},
    "commented": {"text": "好"},
    "device_replaced": {"old": "SN1", "new": "SN2", "source": "ticket", "reason": "", "changes": []},
    "cancel_requested": {"reason": "重复"},
    "instance_completed": {},
    "instance_cancelled": {},
    "instance_suspended": {"reason": "等批复"},
    "instance_resumed": {"reason": "批复到了"},
    "case_linked": {"kind": "duplicate", "target": 7},
    "case_unlinked": {"kind": "parent", "source": 7, "reason": "记错了"},
    "service_requested": {"element": "e", "name": "通知", "job": "j"},
    "job_failed": {"element": "e", "job": "j", "kind": "service", "attempt": 1, "code": "conflict"},
    "incident_raised": {"element": "e", "job": "j", "attempt": 3, "code": "no_pack"},
    "job_retried": {"element": "e", "job": "j", "reason": "已修复"},
    "decision_made": {
        "element": "e",
        "made": {"name": "故障等级（FC）", "outputs": {"level": 2, "area": None}, "rules": [2], "rule_ids": ["r"]},
    },
    "call_started": {"element": "e", "name": "延时审批", "instance": 7, "key": "delay_approval", "version": 1},
    "call_completed": {"instance": 7},
    "call_cancelled": {"instance": 7},
    "event_awaited": {"element": "e", "name": "故障复发", "kind": "message", "event": "fault.recurred"},
    "event_received": {"element": "e", "name": "故障复发", "data": {"recurrence_note": "又黑屏"}},
    "event_thrown": {"element": "e", "name": "通知物业", "kind": "message", "event": "notify"},
    "error_raised": {"element": "e", "error": "E1", "text": ""},
    "escalation_not_caught": {"element": "e", "escalation": "too_late"},
    "message_kept": {"event": "fault.recurred", "until": LATER},
    "message_expired": {"element": "e", "event": "fault.recurred"},
    "fault_recurred": {"recurrences": 2, "round": 3},
    "attached": {"attachment": "a", "file": "现场.jpg", "kind": "photo", "sha256": "0", "size": 9},
}
TOLD = Told({"wang": "王强"}, {2: "运维一队"}, {"respond": "响应"})


def item(*facts: dict[str, Any], actor: str = "wang", minutes: int = 0) -> HistoryItem:
    return HistoryItem(1, AT + timedelta(minutes=minutes), actor, "王强", "command", list(facts), "")


def written() -> Iterator[str]:
    """The types that product code gives to `fact(…)`."""
    for path in product_modules():
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] == "fact":
                yield from (a.value for a in node.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str))


def test_every_fact_has_a_sentence() -> None:
    types = set(written()) | WRITTEN_BY_NAME
    assert len(types) > 20
    assert sorted(types - set(WORDS)) == []
    assert sorted(set(WORDS) - types) == []
    assert sorted(set(WORDS) - set(FACTS)) == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("type_", sorted(FACTS))
def test_a_sentence_is_whole_in_both_languages(app: Flask, type_: str, language: str) -> None:
    with app.test_request_context("/", headers={"Cookie": f"signalbox_language={language}"}):
        words = sentence(item({"type": type_, **FACTS[type_]}), {"type": type_, **FACTS[type_]}, TOLD)
    assert words
    assert "%(" not in words
    assert "None" not in words
    assert any("一" <= letter <= "鿿" for letter in words) or language == "en"


def test_words_of_some(app: Flask) -> None:
    def said(type_: str, actor: str = "wang", minutes: int = 0) -> str:
        fact = {"type": type_, **FACTS[type_]}
        return sentence(item(fact, actor=actor, minutes=minutes), fact, TOLD)

    with app.test_request_context("/"):
        assert said("participant_added") == "运维一队参与本工单：合同约定"
        assert said("clock_started") == "“响应”开始计时：限时 10 分钟，应于 今天 10:10:00 前完成"
        assert said("clock_stopped") == "“响应”停止计时：按时，用时 7 分钟"
        assert said("element_completed") == "经过：排他网关“步骤”"
        assert said("task_created") == "下一步：派单，待服务值班办理（查无此人：ghost）"
        assert said("task_claimed", actor="engine") == "系统 签收“派单”"
        assert said("sla_breached") == "“响应”已超时，已告知项目经理"
        assert said("sla_breached", minutes=30) == "“响应”已超时，已告知项目经理（自 今天 10:00:00）"
        assert said("deferral_applied") == "申请延时到 今天 10:10:00：杆件被撞"
        assert said("clock_extended") == "“响应”到期时间由 今天 10:00:00 顺延到 今天 10:10:00，其间的超时撤销"
        assert said("decision_made") == "决策表“故障等级（FC）”得出：等级：二级、area = –（第 2 条）"
        assert said("event_received") == "王强 报告“故障复发”"
        assert said("fault_recurred") == "第 2 次复发：工单重新打开，时限重新计时"
        assert said("work_order_opened") == "点位 QC001，合同 HT-1；服务期外，需收费"


def test_an_unknown_fact_is_shown_plainly(app: Flask) -> None:
    fact = {"type": "weather_changed", "to": "<rain>"}
    with app.test_request_context("/"):
        (entry,) = timeline([item(fact)], TOLD, whole=True)
        assert timeline([item(fact)], TOLD, whole=False) == []
    assert entry["words"] == "weather_changed: to=<rain>"


def test_a_row_becomes_entries_with_what_went_with_them(app: Flask) -> None:
    row = item(
        {"type": "task_completed", **FACTS["task_completed"]},
        {"type": "timer_armed", **FACTS["timer_armed"]},
        {"type": "task_created", **FACTS["task_created"]},
        {"type": "instance_completed"},
    )
    with app.test_request_context("/"):
        entries = timeline([row, item({"type": "commented", "text": "谢谢"}, minutes=1)], TOLD, whole=True)
    assert [(e["words"], e["detail"], len(e["more"]), e["tone"]) for e in entries] == [
        ("王强 留言", "谢谢", 0, "comment"),
        ("工单办结", "", 0, ""),
        ("王强 办结“派单”", "下一步：派单，待服务值班办理（查无此人：ghost）", 1, ""),
    ]


def test_a_level_is_said_in_words_and_other_outputs_by_their_names(app: Flask) -> None:
    def said(language: str, **outputs: Any) -> str:
        fact = {"type": "decision_made", "made": {"name": "D21", "outputs": outputs, "rules": []}}
        with app.test_request_context("/", headers={"Cookie": f"signalbox_language={language}"}):
            return sentence(item(fact), fact, TOLD)

    assert said("zh", level=1) == "决策表“D21”得出：等级：一级"
    assert said("en", level=1) == "Table “D21” decided: level: 1"
    assert said("zh", level=7) == "决策表“D21”得出：等级：7"
    assert said("zh", level=None) == "决策表“D21”得出：level = –"
    assert said("zh", level=[1, 2]) == "决策表“D21”得出：level = [1, 2]"
    assert said("zh", respond_min=10) == "决策表“D21”得出：respond_min = 10"


def test_a_gateway_without_a_name_tells_no_line(app: Flask) -> None:
    passed = {"type": "element_completed", "element": "again", "name": "", "kind": "exclusiveGateway"}
    row = item({"type": "task_completed", **FACTS["task_completed"]}, passed, {**passed, "name": "还要再修吗"})
    event = {**passed, "element": "late", "kind": "boundaryEvent"}
    with app.test_request_context("/"):
        (entry,) = timeline([row], TOLD, whole=True)
        assert timeline([item(passed)], TOLD, whole=True) == []
        assert [one["words"] for one in timeline([item(event)], TOLD, whole=True)] == ["经过：边界事件“late”"]
    assert (entry["words"], entry["more"]) == ("王强 办结“派单”", ["经过：排他网关“还要再修吗”"])
