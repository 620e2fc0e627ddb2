"""What the dialect says, read into the model; and the tree that is handed on: only what runs."""

from __future__ import annotations

from engine.definition.model import TimerModel
from tests.engine.definition.checking import found, model
from tests.engine.definition.drawings import (
    drawing,
    element,
    end,
    exclusive,
    flow,
    manual,
    script,
    service,
    start,
    sub,
    timer,
    user,
)


def _of(node: object, **options: object) -> bytes:
    return drawing("p", [start("s"), node, end("e")], [f"s -> {node.id} -> e"], **options)  # type: ignore[attr-defined, arg-type, list-item]


def test_a_user_task() -> None:
    read = model(
        _of(
            user(
                "a",
                "响应报修",
                assignee="${reporter}",
                candidateUsers="wang,li",
                candidateGroups="dispatcher, field_engineer",
                formKey="fc_respond",
                dueDate="PT2H",
                priority="80",
                properties={"sla.stop": "respond", "colour": "red"},
            )
        )
    ).elements["a"]
    assert (read.kind, read.name, read.scope, read.lane) == ("userTask", "响应报修", "p", None)
    assert (read.assignee, read.candidate_users) == ("${reporter}", "wang,li")
    assert read.candidate_groups == "dispatcher, field_engineer"
    assert (read.form_key, read.due_date, read.priority) == ("fc_respond", "PT2H", "80")
    assert read.properties == {"sla.stop": "respond", "colour": "red"}


def test_a_form_reference_is_a_form_key() -> None:
    assert model(_of(user("a", assignee="x", formRef="fc_arrive"))).elements["a"].form_key == "fc_arrive"


def test_a_start_event_may_have_a_form() -> None:
    content = drawing("p", [start("s", formKey="fault_report"), end("e")], ["s -> e"])
    assert model(content).elements["s"].form_key == "fault_report"


def test_a_service_task() -> None:
    read = model(
        _of(
            service(
                "a",
                "sla.record",
                inputs={"level": "red", "count": "${1 + 1}"},
                outputs={"light": "${result}"},
                resultVariable="recorded",
            )
        )
    ).elements["a"]
    assert read.service == "sla.record"
    assert read.inputs == {"level": "red", "count": "${1 + 1}"}
    assert read.outputs == {"light": "${result}"}
    assert read.result_variable == "recorded"


def test_a_spiff_operator() -> None:
    inner = (
        '<extensionElements><spiffworkflow:serviceTaskOperator id="sla.record" resultVariable="light">'
        '<spiffworkflow:parameters><spiffworkflow:parameter id="level" type="str" value="&quot;red&quot;"/>'
        "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator><spiffworkflow:properties>"
        '<spiffworkflow:property name="sla.stop" value="respond"/></spiffworkflow:properties></extensionElements>'
    )
    read = model(_of(element("serviceTask", "a", inner))).elements["a"]
    assert read.service == "sla.record"
    assert read.inputs == {"level": '${"red"}'}
    assert read.result_variable == "light"
    assert read.properties == {"sla.stop": "respond"}


def test_a_script_task() -> None:
    assert model(_of(script("a", "\n x = 1\n y = x + 1\n"))).elements["a"].script == "x = 1\n y = x + 1"


def test_timers() -> None:
    nodes = [
        start("s"),
        manual("a"),
        timer("t1", "a", "PT4H"),
        timer("t2", "a", "${sla.next_warn()}", kind="timeDate", interrupting=False),
        timer("t3", "a", "R3/PT10M", kind="timeCycle", interrupting=False),
        end("e"),
    ]
    elements = model(drawing("p", nodes, ["s -> a -> e", "t1 -> e", "t2 -> e", "t3 -> e"])).elements
    assert elements["t1"].timer == TimerModel("duration", "PT4H")
    assert elements["t2"].timer == TimerModel("date", "${sla.next_warn()}")
    assert elements["t3"].timer == TimerModel("cycle", "R3/PT10M", repeats=True)
    assert [elements[key].interrupting for key in ("t1", "t2", "t3")] == [True, False, False]
    assert [elements[key].attached_to for key in ("t1", "t2", "t3")] == ["a", "a", "a"]


def test_the_process_and_its_business_fields() -> None:
    read = model(
        _of(manual("a"), name="故障抢修", properties={"case.kind": "work_order", "fields": " level, point ,level"})
    )
    assert (read.key, read.name) == ("p", "故障抢修")
    assert read.process.kind == "process"
    assert read.process.properties["case.kind"] == "work_order"
    assert read.business_fields == ("level", "point")


def test_lanes_are_the_innermost_and_a_node_in_a_sub_process_keeps_its_own() -> None:
    content = drawing(
        "p",
        [
            start("s"),
            sub("phase", [start("s2"), manual("a"), manual("b"), end("e2")], ["s2 -> a -> b -> e2"]),
            timer("red", "phase", "PT1H"),
            timer("own", "phase", "PT1H"),
            end("e"),
        ],
        ["s -> phase -> e", "red -> e", "own -> e"],
    )
    lanes = (
        '<laneSet id="ls"><lane id="unit" name="单位"><flowNodeRef>phase</flowNodeRef><flowNodeRef>b</flowNodeRef>'
        '<childLaneSet id="inner"><lane id="team" name="班组"><flowNodeRef>b</flowNodeRef>'
        "<flowNodeRef>own</flowNodeRef></lane></childLaneSet></lane>"
        '<lane id="nameless"><flowNodeRef>e</flowNodeRef></lane></laneSet>'
    )
    content = content.replace(b'<startEvent id="s">', lanes.encode() + b'<startEvent id="s">')
    elements = model(content).elements
    assert {key: elements[key].lane for key in ("s", "phase", "a", "b", "s2", "red", "own", "e")} == {
        "s": None,
        "phase": "单位",
        "a": "单位",
        "b": "班组",
        "s2": "单位",
        "red": "单位",
        "own": "班组",
        "e": "nameless",
    }


def test_a_lane_that_refers_to_nothing_is_a_remark() -> None:
    content = _of(manual("a"), lanes={"值班": ["a", "gone"]})
    assert found(content) == [("lane_reference_unknown", "lane_0")]
    assert model(content).elements["a"].lane == "值班"


def test_the_tree_holds_only_what_runs() -> None:
    extra = (
        '<collaboration id="pools"><participant id="pool" processRef="p"/></collaboration>'
        '<bpmndi:BPMNDiagram id="dia"><bpmndi:BPMNPlane id="plane" bpmnElement="p"><bpmndi:BPMNShape id="a_di" '
        'bpmnElement="a"><dc:Bounds x="not a number" y="0" width="1" height="1"/></bpmndi:BPMNShape>'
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    )
    content = drawing(
        "p",
        [
            start("s"),
            user("a", assignee="wang", properties={"colour": "red"}),
            exclusive("g"),
            timer("late", "a", "PT1H"),
            element("textAnnotation", "note", "<text>x</text>"),
            end("e"),
        ],
        ["s -> a -> g", flow("g", "e", "${x}"), flow("g", "a", default=True), "late -> e"],
        lanes={"值班": ["a"]},
        executable=None,
        extra=extra,
    )
    tree = model(content).tree
    assert sorted({node.tag.rpartition("}")[2] for node in tree.iter()}) == [
        "boundaryEvent",
        "conditionExpression",
        "definitions",
        "endEvent",
        "exclusiveGateway",
        "process",
        "sequenceFlow",
        "startEvent",
        "timeDuration",
        "timerEventDefinition",
        "userTask",
    ]
    assert tree[0].get("isExecutable") == "true"
    assert [node.text for node in tree.iter("{*}conditionExpression")] == ["${x}"]
    assert {name for node in tree[0].iter() if node is not tree[0] for name in node.attrib} == {
        "id",
        "name",
        "sourceRef",
        "targetRef",
        "default",
        "attachedToRef",
    } - {"name"}


def test_any_prefix_of_the_namespace_is_read() -> None:
    content = (
        b'<x:definitions xmlns:x="http://www.omg.org/spec/BPMN/20100524/MODEL"><x:process id="p" isExecutable="true">'
        b'<x:startEvent id="s"/><x:endEvent id="e"/><x:sequenceFlow id="f" sourceRef="s" targetRef="e"/></x:process>'
        b"</x:definitions>"
    )
    assert found(content) == []
    assert list(model(content).elements) == ["p", "s", "e"]
