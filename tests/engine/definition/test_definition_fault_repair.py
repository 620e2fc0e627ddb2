"""A drawing in the style of the shipped fault repair, and random damage to it: findings or a model, never a crash."""

from __future__ import annotations

import random

from engine.definition.check import check
from tests.engine.definition.checking import CATALOGUE, found, model
from tests.engine.definition.drawings import (
    drawing,
    end,
    exclusive,
    flow,
    parallel,
    service,
    start,
    sub,
    timer,
    user,
)

PHASE = sub(
    "handle",
    [
        start("begin", "开始处置"),
        user("respond", "响应报修", {"sla.stop": "respond"}, candidateGroups="field_engineer", formKey="fc_respond"),
        user("arrive", "到场签到", {"sla.stop": "arrive"}, candidateGroups="field_engineer", formKey="fc_arrive"),
        exclusive("fixable", "现场能修复？"),
        exclusive("go_on"),
        user("repair", "修复故障", {"sla.stop": "repair"}, candidateGroups="field_engineer"),
        end("handled", "处置闭环"),
        parallel("both"),
        user("spare", "启用备件 或临时方案", candidateGroups="dispatcher"),
        end("bridged", "已临时恢复"),
    ],
    [
        "begin -> respond -> arrive -> fixable",
        flow("fixable", "go_on", default=True),
        flow("fixable", "both", "${not repairable_on_site}"),
        "both -> go_on -> repair -> handled",
        "both -> spare -> bridged",
    ],
    name="故障处置",
    properties={"sla.start": "respond,arrive,repair", "sla.from": "${ticket.reported_at}"},
)
FAULT_REPAIR = drawing(
    "fault_repair",
    [
        start("reported", "收到报修", formKey="fault_report"),
        exclusive("reopen"),
        PHASE,
        timer("yellow", "handle", "${sla.next_warn()}", "timeDate", interrupting=False, name="黄灯：将超时"),
        service("note_yellow", "sla.record", "记录黄灯", inputs={"level": "yellow"}),
        end("reminded", "已提醒责任人"),
        timer("red", "handle", "${sla.next_breach()}", "timeDate", interrupting=False, name="红灯：已超时"),
        service("note_red", "sla.record", "记录红灯", inputs={"level": "red"}, outputs={"red": "${result}"}),
        exclusive("undiagnosed", "一级且诊断超时？"),
        user("supervise", "督办超时工单", candidateGroups="dispatcher"),
        end("supervised", "已督办"),
        end("told", "已告知"),
        user("recheck", "复核修复效果", {"separate_from": "repair"}, candidateGroups="dispatcher"),
        exclusive("passed", "复核通过？"),
        end("archived", "已归档"),
    ],
    [
        "reported -> reopen -> handle -> recheck -> passed",
        flow("passed", "archived", "${recheck_ok}"),
        flow("passed", "reopen", default=True),
        "yellow -> note_yellow -> reminded",
        "red -> note_red -> undiagnosed",
        flow("undiagnosed", "told", "${grade.level == 1 && red.clock == 'diagnose'}"),
        flow("undiagnosed", "supervise", default=True),
        "supervise -> supervised",
    ],
    name="故障抢修（FC）",
    lanes={
        "服务值班": ["reported", "reopen", "recheck", "passed", "archived"],
        "技术工程师": [
            "handle",
            "begin",
            "respond",
            "arrive",
            "fixable",
            "go_on",
            "repair",
            "handled",
            "yellow",
            "red",
        ],
        "总部技术团队": ["both", "spare", "bridged"],
        "项目经理": ["note_yellow", "reminded", "note_red", "undiagnosed", "supervise", "supervised", "told"],
    },
    properties={"case.kind": "work_order", "fields": "level,point"},
)


def test_the_drawing_has_no_finding() -> None:
    assert found(FAULT_REPAIR) == []


def test_its_model() -> None:
    process = model(FAULT_REPAIR)
    assert (process.key, process.name) == ("fault_repair", "故障抢修（FC）")
    assert process.business_fields == ("level", "point")
    assert len(process.elements) == 26
    assert process.elements["spare"].lane == "总部技术团队"
    assert process.elements["repair"].lane == "技术工程师"
    assert process.around("repair") == ["handle", "fault_repair"]
    assert process.around("red") == ["fault_repair"]
    assert not process.elements["red"].interrupting
    assert process.elements["note_red"].outputs == {"red": "${result}"}


def test_damaged_files_never_crash_the_check() -> None:
    source = random.Random(7)  # noqa: S311 - repeatable damage, no secret
    refused = 0
    for _ in range(300):
        content = bytearray(FAULT_REPAIR)
        for _ in range(source.randint(1, 6)):
            place = source.randrange(len(content))
            if source.random() < 0.5:
                content[place] = source.randrange(256)
            else:
                del content[place : place + source.randint(1, 80)]
        report = check(bytes(content), CATALOGUE)
        assert (report.model is None) == report.refused
        assert all(finding.message_zh and finding.message_en for finding in report.findings)
        refused += report.refused
    assert refused > 200


def test_swapped_words_never_crash_the_check() -> None:
    source = random.Random(11)  # noqa: S311 - repeatable damage, no secret
    words = sorted(set(FAULT_REPAIR.decode().replace('"', " ").replace("<", " ").replace(">", " ").split()))
    names = [word for word in words if word.isidentifier()]
    codes: set[str] = set()
    for _ in range(600):
        text = FAULT_REPAIR.decode()
        for _ in range(source.randint(1, 3)):
            old, new = source.choice(names), source.choice(names)
            quote = source.choice(['"{}"', "<{} ", " {}="])
            text = text.replace(quote.format(old), quote.format(new), 1)
        report = check(text.encode(), CATALOGUE)
        assert (report.model is None) == report.refused
        codes |= {finding.code for finding in report.findings}
    assert len(codes) > 15
