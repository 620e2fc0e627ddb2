"""Changes of the shipped fault repair, told in words: every kind of change people make, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definition.change_words import LONGEST, MOST
from engine.definition.comparison import compare
from engine.definition.xml import read_document
from tests.engine.definition.drawings import drawing, end, start, user

PATH = Path("bpmn/fault_repair_fc/fault_repair_fc.bpmn")
OLD = PATH.read_bytes()
TEXT = OLD.decode()
UNCHANGED = {
    "other quotation marks": TEXT.replace("<?xml version='1.0' encoding='UTF-8'?>", ""),
    "another tool": TEXT.replace(
        'exporter="Signalbox" exporterVersion="0.1.0"', 'exporter="bpmn-js" exporterVersion="9"'
    ),
    "defaults that are written out": TEXT.replace("<bpmn:userTask ", '<bpmn:userTask isForCompensation="false" '),
    "other blanks": re.sub(r"\n\s*<", "<", TEXT),
    "another prefix": TEXT.replace("bpmn:", "b:").replace("xmlns:bpmn=", "xmlns:b="),
    "another encoding": TEXT.replace("UTF-8", "UTF-16", 1),
    "a comment": TEXT.replace("<bpmn:process ", "<!-- why --><bpmn:process "),
    "ids of events and labels": TEXT.replace('id="yellow_when"', 'id="other_id"').replace("_label", "_other_label"),
}


def changed(*replaced: tuple[str, str]) -> bytes:
    """The shipped diagram with each text replaced once."""
    text = TEXT
    for old, new in replaced:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode()


def told(new: bytes, old: bytes = OLD) -> list[tuple[str, str]]:
    return [(change.zh, change.en) for change in compare(old, new)]


ONE_CHANGE = {
    "role": (
        (
            'camunda:candidateGroups="dispatcher" camunda:formKey="fc_dispatch"',
            'camunda:candidateGroups="contractor_lead" camunda:formKey="fc_dispatch"',
        ),
        ("changed", "dispatch", "candidateGroups", "dispatcher", "contractor_lead"),
        "用户任务“核实派单”：候选组由“dispatcher”改为“contractor_lead”",
        "User task “核实派单”: candidate groups changed from “dispatcher” to “contractor_lead”",
    ),
    "timer": (
        ("${sla.next_warn()}", "${sla.next_breach()}"),
        ("changed", "yellow", "timer", "${sla.next_warn()}", "${sla.next_breach()}"),
        "定时边界事件“黄灯：将超时”：定时由“${sla.next_warn()}”改为“${sla.next_breach()}”",
        "Timer boundary event “黄灯：将超时”: timer changed from “${sla.next_warn()}” to “${sla.next_breach()}”",
    ),
    "interrupting": (
        ('attachedToRef="handle" cancelActivity="false"', 'attachedToRef="handle"'),
        ("changed", "yellow", "cancelActivity", "否", None),
        "定时边界事件“黄灯：将超时”：是否中断所附着的活动“否”被删去",
        "Timer boundary event “黄灯：将超时”: interrupting “no” taken away",
    ),
    "form": (
        ('camunda:formKey="fc_arrive"', 'camunda:formKey="fc_arrive_photo"'),
        ("changed", "arrive", "formKey", "fc_arrive", "fc_arrive_photo"),
        "用户任务“到场签到”：表单由“fc_arrive”改为“fc_arrive_photo”",
        "User task “到场签到”: form changed from “fc_arrive” to “fc_arrive_photo”",
    ),
    "name": (
        ('name="核实派单"', 'name="派单"'),
        ("changed", "dispatch", "name", "核实派单", "派单"),
        "用户任务“核实派单”更名为“派单”",
        "User task “核实派单” renamed to “派单”",
    ),
    "condition": (
        ("${level == 1 &amp;&amp; repairable_on_site == 'no'}", "${level == 1}"),
        ("changed", "f_fixable_spare", "condition", "${level == 1 && repairable_on_site == 'no'}", "${level == 1}"),
        "顺序流“备件”（要做哪些？ → 启用备件 或临时方案）：条件由"
        "“${level == 1 && repairable_on_site == 'no'}”改为“${level == 1}”",
        "Sequence flow “备件” (要做哪些？ → 启用备件 或临时方案): condition changed from "
        "“${level == 1 && repairable_on_site == 'no'}” to “${level == 1}”",
    ),
    "property": (
        ('name="sla.stop" value="arrive"', 'name="sla.stop" value="arrive,diagnose"'),
        ("changed", "arrive", "property:sla.stop", "arrive", "arrive,diagnose"),
        "用户任务“到场签到”：属性“sla.stop”由“arrive”改为“arrive,diagnose”",
        "User task “到场签到”: property “sla.stop” changed from “arrive” to “arrive,diagnose”",
    ),
    "new property": (
        (
            '<camunda:property name="sla.stop" value="arrive"/>',
            '<camunda:property name="sla.stop" value="arrive"/><camunda:property name="task.detail" value="带工具"/>',
        ),
        ("changed", "arrive", "property:task.detail", None, "带工具"),
        "用户任务“到场签到”：属性“task.detail”设为“带工具”",
        "User task “到场签到”: property “task.detail” set to “带工具”",
    ),
    "property of the process": (
        ('name="case.prefix" value="FC"', 'name="case.prefix" value="GZ"'),
        ("changed", "fault_repair_fc", "property:case.prefix", "FC", "GZ"),
        "流程“故障抢修（FC）”：属性“case.prefix”由“FC”改为“GZ”",
        "Process “故障抢修（FC）”: property “case.prefix” changed from “FC” to “GZ”",
    ),
    "default flow": (
        ('default="f_undiagnosed_nothing_new"', 'default="f_undiagnosed_support"'),
        ("changed", "undiagnosed", "default", "没有", "一级诊断"),
        "排他网关“新超时是哪种？”：默认去向由“没有”改为“一级诊断”",
        "Exclusive gateway “新超时是哪种？”: default flow changed from “没有” to “一级诊断”",
    ),
    "message": (
        ('name="fault.recurred"', 'name="fault.again"'),
        ("changed", "recurred", "message", "fault.recurred", "fault.again"),
        "消息中间捕获事件“故障复发”：消息由“fault.recurred”改为“fault.again”",
        "Message intermediate catch event “故障复发”: message changed from “fault.recurred” to “fault.again”",
    ),
    "mapping": (
        ("${payload.note}", "${payload.text}"),
        ("changed", "recurred", "output:recurrence_note", "${payload.note}", "${payload.text}"),
        "消息中间捕获事件“故障复发”：输出“recurrence_note”由“${payload.note}”改为“${payload.text}”",
        "Message intermediate catch event “故障复发”: output “recurrence_note” changed from "
        "“${payload.note}” to “${payload.text}”",
    ),
    "service": (
        ('camunda:topic="ticket.count_recurrence"', 'camunda:topic="ticket.count"'),
        ("changed", "count", "topic", "ticket.count_recurrence", "ticket.count"),
        "服务任务“登记复发”：服务由“ticket.count_recurrence”改为“ticket.count”",
        "Service task “登记复发”: service changed from “ticket.count_recurrence” to “ticket.count”",
    ),
    "decision": (
        ('camunda:decisionRef="D21_fc_level"', 'camunda:decisionRef="D99_level"'),
        ("changed", "grade", "decisionRef", "D21_fc_level", "D99_level"),
        "规则任务“判定故障等级”：决策由“D21_fc_level”改为“D99_level”",
        "Business rule task “判定故障等级”: decision changed from “D21_fc_level” to “D99_level”",
    ),
    "target of a flow": (
        ('sourceRef="dispatch" targetRef="respond"', 'sourceRef="dispatch" targetRef="arrive"'),
        ("changed", "f_dispatch_respond", "targetRef", "响应报修", "到场签到"),
        "顺序流“核实派单 → 响应报修”：去向由“响应报修”改为“到场签到”",
        "Sequence flow “核实派单 → 响应报修”: target changed from “响应报修” to “到场签到”",
    ),
    "name of a flow": (
        ('<bpmn:sequenceFlow id="f_fixable_spare" name="备件"', '<bpmn:sequenceFlow id="f_fixable_spare" name="缺件"'),
        ("changed", "f_fixable_spare", "name", "备件", "缺件"),
        "顺序流“要做哪些？ → 启用备件 或临时方案”：名称由“备件”改为“缺件”",
        "Sequence flow “要做哪些？ → 启用备件 或临时方案”: name changed from “备件” to “缺件”",
    ),
    "lane renamed": (
        ('id="lane_head" name="总部技术团队"', 'id="lane_head" name="技术支援"'),
        ("changed", "lane_head", "name", "总部技术团队", "技术支援"),
        "泳道“总部技术团队”更名为“技术支援”",
        "Lane “总部技术团队” renamed to “技术支援”",
    ),
    "note": (
        ("五个时钟都从报修起算", "各时钟都从报修起算"),
        ("changed", "clock_note", "text", "五个时钟都从报修起算，\n先到先亮灯。", "各时钟都从报修起算，\n先到先亮灯。"),
        "文本注释“clock_note”：文字由“五个时钟都从报修起算，\n先到先亮灯。”改为“各时钟都从报修起算，\n先到先亮灯。”",
        "Text annotation “clock_note”: text changed from "
        "“五个时钟都从报修起算，\n先到先亮灯。” to “各时钟都从报修起算，\n先到先亮灯。”",
    ),
}


@pytest.mark.parametrize("name", ONE_CHANGE)
def test_one_change_is_one_sentence(name: str) -> None:
    replaced, expected, zh, en = ONE_CHANGE[name]
    (change,) = compare(OLD, changed(replaced))
    assert (change.how, change.element_id, change.what, change.before, change.after) == expected
    assert (change.zh, change.en) == (zh, en)


def test_a_node_that_moves_to_another_lane() -> None:
    lane = '<bpmn:lane id="lane_field" name="技术工程师">'
    reference = "<bpmn:flowNodeRef>dispatch</bpmn:flowNodeRef>"
    assert told(changed((reference, ""), (lane, lane + reference))) == [
        (
            "用户任务“核实派单”：泳道由“服务值班”改为“技术工程师”",
            "User task “核实派单”: lane changed from “服务值班” to “技术工程师”",
        )
    ]


ADDED = changed(
    (
        '<bpmn:sequenceFlow id="f_dispatch_respond" sourceRef="dispatch" targetRef="respond"/>',
        '<bpmn:userTask id="check" name="复核派单" camunda:candidateGroups="dispatcher"/>'
        '<bpmn:sequenceFlow id="f_dispatch_respond" sourceRef="dispatch" targetRef="check"/>'
        '<bpmn:sequenceFlow id="f_check_respond" sourceRef="check" targetRef="respond"/>',
    )
)


def test_a_task_between_two_others() -> None:
    """Its bare new flow goes without saying: the sentence names both neighbours."""
    assert told(ADDED) == [
        (
            "新增用户任务“复核派单”（在“核实派单”之后、“响应报修”之前）",
            "Added user task “复核派单” (after “核实派单”, before “响应报修”)",
        ),
        (
            "顺序流“核实派单 → 响应报修”：去向由“响应报修”改为“复核派单”",
            "Sequence flow “核实派单 → 响应报修”: target changed from “响应报修” to “复核派单”",
        ),
    ]
    assert [(change.how, change.element_kind) for change in compare(OLD, ADDED)] == [
        ("added", "userTask"),
        ("changed", "sequenceFlow"),
    ]


def test_a_task_that_is_taken_out() -> None:
    assert told(OLD, ADDED) == [
        (
            "顺序流“核实派单 → 复核派单”：去向由“复核派单”改为“响应报修”",
            "Sequence flow “核实派单 → 复核派单”: target changed from “复核派单” to “响应报修”",
        ),
        (
            "删除用户任务“复核派单”（原在“核实派单”之后、“响应报修”之前）",
            "Removed user task “复核派单” (it stood after “核实派单”, before “响应报修”)",
        ),
    ]


def test_a_new_flow_with_a_condition_is_told_and_a_boundary_event_names_its_host() -> None:
    new = changed(
        (
            '<bpmn:sequenceFlow id="f_begin_dispatch"',
            '<bpmn:boundaryEvent id="late" name="等太久" attachedToRef="dispatch"><bpmn:timerEventDefinition>'
            "<bpmn:timeDuration>PT4H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
            '<bpmn:endEvent id="gone" name="作废"/>'
            '<bpmn:sequenceFlow id="f_late_gone" name="过时" sourceRef="late" targetRef="gone"/>'
            '<bpmn:sequenceFlow id="f_begin_dispatch"',
        )
    )
    assert [zh for zh, _ in told(new)] == [
        "新增定时边界事件“等太久”（在“核实派单”上）",
        "新增结束事件“作废”（在“等太久”之后）",
        "新增顺序流“过时”（等太久 → 作废）",
    ]


def test_another_kind_of_task_is_another_element() -> None:
    new = TEXT.replace('<bpmn:userTask id="spare"', '<bpmn:manualTask id="spare"')
    at = new.index('<bpmn:manualTask id="spare"')
    new = new[:at] + new[at:].replace("</bpmn:userTask>", "</bpmn:manualTask>", 1)
    assert [(change.how, change.element_kind) for change in compare(OLD, new.encode())] == [
        ("added", "manualTask"),
        ("removed", "userTask"),
    ]


def test_what_only_moved_comes_last_and_its_flows_are_not_told() -> None:
    found = re.search(r'bpmnElement="dispatch">\s*<dc:Bounds x="(\d+)"', TEXT)
    assert found is not None
    moved = found[0].replace(found[1], str(int(found[1]) + 40))
    assert told(changed((found[0], moved))) == [("用户任务“核实派单”移动了位置", "User task “核实派单” was moved")]
    both = compare(OLD, changed((found[0], moved), ('name="响应报修"', 'name="响应"')))
    assert [(change.how, change.what) for change in both] == [("changed", "name"), ("moved", "position")]
    written = changed((found[0], found[0].replace(found[1], f"{found[1]}.00")))
    assert compare(OLD, written) == ()


@pytest.mark.parametrize("name", UNCHANGED)
def test_what_means_the_same_is_no_change(name: str) -> None:
    encoding = "utf-16" if name == "another encoding" else "utf-8"
    new = UNCHANGED[name].encode(encoding)
    assert new != OLD
    assert read_document(new).root is not None
    assert compare(OLD, new) == ()


def test_of_a_file_that_cannot_be_read_it_says_so() -> None:
    assert told(b"<nothing") == [
        ("新文件无法读取，不能逐项比较", "The new file cannot be read: nothing can be compared")
    ]
    assert told(OLD, b"") == [("旧文件无法读取，不能逐项比较", "The old file cannot be read: nothing can be compared")]
    assert told(b"a", b"b") == [
        ("新旧文件都无法读取，不能逐项比较", "Neither file can be read: nothing can be compared")
    ]
    assert told(b"a", b"a") == []


def test_long_texts_are_cut_and_many_changes_counted() -> None:
    (change,) = compare(OLD, changed(('name="核实派单"', f'name="{"长" * 5_000}"')))
    assert len(change.zh) < 5_100
    (change,) = compare(OLD, changed(('value="work_order"', f'value="{"x" * 5_000}"')))
    assert change.zh.endswith(f"{'x' * LONGEST}…”")
    assert len(change.after or "") == 10 * LONGEST + 1
    many = [user(f"t{number}", assignee="a") for number in range(MOST + 2)]
    changes = compare(drawing("p", [start("s"), end("e")], []), drawing("p", [start("s"), end("e"), *many], []))
    assert len(changes) == MOST + 1
    assert changes[-1].zh == "另有 2 处改动未列出"


PIECES = sorted(set(re.findall(r'"([^"<>&]{1,40})"', TEXT)))


@st.composite
def diagrams(draw: st.DrawFn) -> bytes:
    """The shipped diagram with some of its texts exchanged, cut away or doubled."""
    text = TEXT
    for _ in range(draw(st.integers(0, 6))):
        old, new = draw(st.sampled_from(PIECES)), draw(st.sampled_from([*PIECES, "", "新", "x y"]))
        places = [found.start() for found in re.finditer(re.escape(f'"{old}"'), text)]
        if places:
            at = draw(st.sampled_from(places))
            text = text[:at] + f'"{new}"' + text[at + len(old) + 2 :]
    return text.encode()


@settings(deadline=None, max_examples=60)
@given(diagrams(), diagrams())
def test_comparing_never_raises_and_a_diagram_is_itself(one: bytes, other: bytes) -> None:
    assert compare(one, one) == ()
    readable = read_document(one).root is not None and read_document(other).root is not None
    changes = compare(one, other)
    if not readable:
        assert changes == () if one == other else changes[0].what == "file"
    for change in changes:
        assert change.zh
        assert change.en
        assert "None" not in change.zh


@settings(deadline=None, max_examples=40)
@given(st.binary(max_size=200), diagrams())
def test_nor_for_any_bytes(noise: bytes, diagram: bytes) -> None:
    for changes in (compare(noise, diagram), compare(diagram, noise)):
        assert [change.what for change in changes] == ["file"]
