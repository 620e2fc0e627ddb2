"""The positive list: what is on it passes, and everything else is refused where it stands, under its own name."""

from __future__ import annotations

import pytest

from tests.engine.definition.checking import found, report
from tests.engine.definition.drawings import (
    Node,
    drawing,
    element,
    end,
    exclusive,
    flow,
    manual,
    parallel,
    script,
    service,
    several,
    start,
    sub,
    timer,
    user,
)


def _with(node: Node, *more: Node) -> bytes:
    """The node between a start and an end."""
    return drawing("p", [start("s"), node, *more, end("e")], [f"s -> {node.id} -> e"])


def test_everything_on_the_list_passes_without_a_remark() -> None:
    content = drawing(
        "p",
        [
            start("s"),
            user("a", assignee="wang"),
            manual("b"),
            script("c", "x = 1"),
            service("d", "sla.record", inputs={"level": "red"}),
            exclusive("g"),
            parallel("split"),
            parallel("join"),
            sub("phase", [start("s2"), user("h", assignee="wang"), end("e2", terminate=True)], ["s2 -> h -> e2"]),
            timer("yellow", "phase", "${sla.next_warn()}", kind="timeDate", interrupting=False),
            timer("red", "a", "PT4H"),
            end("e"),
            end("e3"),
            element("textAnnotation", "note", "<text>说明</text>"),
            element("association", "link", sourceRef="note", targetRef="a"),
            element("group", "box"),
        ],
        [
            "s -> a -> b -> c -> d -> g",
            flow("g", "split", "${x > 1}"),
            flow("g", "e", default=True),
            "split -> phase -> join -> e",
            flow("split", "join"),
            "yellow -> e3",
            flow("red", "e3"),
        ],
        extra='<collaboration id="pools"><participant id="pool" processRef="p"/></collaboration>',
    )
    assert found(content) == []


@pytest.mark.parametrize("kind", ["task", "transaction", "callChoreography", "subConversation", "implicitThrowEvent"])
def test_an_element_that_is_not_on_the_list(kind: str) -> None:
    assert found(_with(element(kind, "x"))) == [("element_not_in_profile", "x")]


@pytest.mark.parametrize(
    ("kind", "code"), [("complexGateway", "complex_gateway"), ("adHocSubProcess", "ad_hoc_subprocess")]
)
def test_an_element_with_a_code_of_its_own(kind: str, code: str) -> None:
    assert found(_with(element(kind, "x"))) == [(code, "x")]


# Element -> the event definitions that it may have. Written out here, so that nobody widens the list by accident.
TRIGGERS = ["", "message", "timer", "signal", "error", "escalation", "conditional", "cancel", "terminate"]
ALLOWED = {
    "startEvent": ["", "message", "timer", "signal"],
    "intermediateCatchEvent": ["message", "timer", "signal"],
    "intermediateThrowEvent": ["", "message", "signal", "escalation"],
    "boundaryEvent": ["message", "timer", "signal", "error", "escalation"],
    "endEvent": ["", "message", "signal", "error", "escalation", "terminate"],
}
BARE = {"message": ["event_name_missing"], "signal": ["event_name_missing"], "timer": ["timer_missing"]}
THROWN = {"error": ["event_code_missing", "error_not_caught"], "escalation": ["event_code_missing"]}


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("kind", ALLOWED)
def test_events(kind: str, trigger: str) -> None:
    """Without a name or time, which is another finding, and comes only where the event itself may stand."""
    if trigger in ALLOWED[kind]:
        expected = BARE.get(trigger, [])
        if kind in {"endEvent", "intermediateThrowEvent"}:
            expected = THROWN.get(trigger, expected)
    else:
        expected = ["element_not_in_profile"]
    assert found(_event(kind, trigger)) == [(code, "x") for code in expected]


@pytest.mark.parametrize("trigger", [trigger for trigger in TRIGGERS if trigger])
def test_a_sub_process_begins_plainly(trigger: str) -> None:
    inner = sub("phase", [_typed("startEvent", trigger), manual("b"), end("e2")], ["x -> b -> e2"])
    assert found(_with(inner)) == [("element_not_in_profile", "x")]


def _typed(kind: str, trigger: str, **attributes: str) -> Node:
    return element(kind, "x", f"<{trigger}EventDefinition/>" if trigger else "", **attributes)


def _event(kind: str, trigger: str) -> bytes:
    if kind == "startEvent":
        return drawing("p", [_typed(kind, trigger), manual("a"), end("e")], ["x -> a -> e"])
    if kind == "endEvent":
        return drawing("p", [start("s"), manual("a"), _typed(kind, trigger)], ["s -> a -> x"])
    if kind == "boundaryEvent":
        nodes = [start("s"), manual("a"), _typed(kind, trigger, attachedToRef="a"), end("e")]
        return drawing("p", nodes, ["s -> a -> e", "x -> e"])
    return _with(_typed(kind, trigger))


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (element("endEvent", "x", "<linkEventDefinition/>"), [("link_event", "x")]),
        (element("endEvent", "x", "<compensateEventDefinition/>"), [("compensation", "x")]),
        (
            element("endEvent", "x", "<messageEventDefinition/><signalEventDefinition/>"),
            [("several_event_definitions", "x"), ("event_name_missing", "x")],
        ),
        (element("endEvent", "x", "<eventDefinitionRef>y</eventDefinitionRef>"), [("element_not_in_profile", "x")]),
    ],
)
def test_other_ends(node: Node, expected: list[tuple[str, str]]) -> None:
    assert found(drawing("p", [start("s"), user("a", assignee="wang"), node], ["s -> a -> x"])) == expected


def test_compensation() -> None:
    assert found(_with(element("scriptTask", "x", "<script>a = 1</script>", isForCompensation="true"))) == [
        ("compensation", "x")
    ]


def test_an_event_sub_process_and_its_typed_start() -> None:
    inner = '<startEvent id="m"><messageEventDefinition/></startEvent><endEvent id="n"/><sequenceFlow id="f" '
    inner += 'sourceRef="m" targetRef="n"/>'
    nodes = [start("s"), end("e"), element("subProcess", "x", inner, triggeredByEvent="true")]
    assert found(drawing("p", nodes, ["s -> e"])) == [("event_subprocess", "x"), ("element_not_in_profile", "m")]


def test_what_stands_in_a_refused_sub_process_is_looked_at_too() -> None:
    inner = '<scriptTask id="x" startQuantity="2"><script>a = open("b")</script></scriptTask>'
    assert found(_with(element("transaction", "t", inner))) == [
        ("element_not_in_profile", "t"),
        ("token_quantity", "x"),
        ("script_invalid", "x"),
    ]


@pytest.mark.parametrize(
    ("node", "where"),
    [
        (element("scriptTask", "x", "<script>a = 1</script><script>a = 2</script>"), "x"),
        (several(manual("x"), cardinality="2", until="a"), "x"),
        (element("manualTask", "x", "<extensionElements/><extensionElements/>"), "x"),
    ],
)
def test_a_part_is_written_once(node: Node, where: str) -> None:
    if "completionCondition" in node.inner:
        part = "<completionCondition>a</completionCondition>"
        node = Node(node.kind, node.id, node.attributes, node.inner.replace(part, part * 2))
    assert found(_with(node)) == [("part_twice", where)]


def test_a_flow_has_one_condition() -> None:
    nodes = [start("s"), exclusive("g"), manual("a"), end("e")]
    content = drawing("p", nodes, ["s -> g", flow("g", "a", "${x}"), flow("g", "e", default=True), "a -> e"])
    part = b'<conditionExpression xsi:type="tFormalExpression">${x}</conditionExpression>'
    assert found(content.replace(part, part * 2)) == [("part_twice", "f_g_a")]


def test_a_part_that_a_task_may_not_have() -> None:
    assert found(_with(element("manualTask", "x", '<ioSpecification id="part"/>'))) == [
        ("element_not_in_profile", "part")
    ]


@pytest.mark.parametrize("kind", ["multiInstanceLoopCharacteristics", "standardLoopCharacteristics"])
def test_a_gateway_or_event_runs_once(kind: str) -> None:
    """What is amiss with a part is told at the element that has it."""
    for around in ("exclusiveGateway", "intermediateThrowEvent"):
        assert found(_with(element(around, "x", f'<{kind} id="part"/>'))) == [("element_not_in_profile", "x")]


@pytest.mark.parametrize("kind", ["dataObject", "dataObjectReference", "property", "resourceRole"])
def test_other_parts_of_a_process(kind: str) -> None:
    assert found(drawing("p", [start("s"), element(kind, "x"), end("e")], ["s -> e"])) == [
        ("element_not_in_profile", "x")
    ]


def test_foreign_elements_are_not_bpmn() -> None:
    extra = '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="x"/><import namespace="n" location="l"/>'
    assert found(drawing("p", [start("s"), end("e")], ["s -> e"], extra=extra)) == [
        ("element_not_in_profile", None),
        ("element_not_in_profile", None),
    ]


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"startQuantity": "2"}, "token_quantity"),
        ({"completionQuantity": "0"}, "token_quantity"),
        ({"isForCompensation": "1"}, "attribute_value"),
        ({"instantiate": "true"}, "unknown_attribute"),
    ],
)
def test_attributes_that_bend_a_token(attributes: dict[str, str], code: str) -> None:
    assert found(_with(element("manualTask", "x", **attributes))) == [(code, "x")]


def test_quantities_of_one_are_what_every_tool_writes() -> None:
    assert found(_with(element("manualTask", "x", startQuantity="1", completionQuantity="1"))) == []


@pytest.mark.parametrize("value", ["1", "0", "TRUE", " false"])
def test_whether_a_timer_interrupts_is_never_guessed(value: str) -> None:
    late = element(
        "boundaryEvent",
        "x",
        "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
        attachedToRef="a",
        cancelActivity=value,
    )
    nodes = [start("s"), user("a", assignee="wang"), late, end("e")]
    assert found(drawing("p", nodes, ["s -> a -> e", "x -> e"])) == [("attribute_value", "x")]


@pytest.mark.parametrize("attribute", ["class", "delegateExpression", "expression"])
def test_foreign_service_calls(attribute: str) -> None:
    node = element("serviceTask", "x", **{f"camunda:{attribute}": "org.example.Call"})
    assert found(_with(node)) == [("unsupported_attribute", "x")]


@pytest.mark.parametrize(
    "attribute", ["asyncBefore", "asyncAfter", "exclusive", "jobPriority", "candidateStarterGroups", "inventedHere"]
)
def test_extension_attributes_that_would_change_how_it_runs(attribute: str) -> None:
    node = element("userTask", "x", **{"camunda:assignee": "wang", f"camunda:{attribute}": "1"})
    assert found(_with(node)) == [("unsupported_attribute", "x")]


def test_an_attribute_of_ours_on_the_wrong_element() -> None:
    assert found(_with(element("manualTask", "x", **{"camunda:assignee": "wang"}))) == [("unsupported_attribute", "x")]


EXTENSIONS = [
    ('<camunda:taskListener class="x" event="create"/>', "unsupported_extension"),
    ('<camunda:executionListener class="x" event="start"/>', "unsupported_extension"),
    ("<camunda:formData/>", "unsupported_extension"),
    ("<camunda:inputOutput/>", "unsupported_extension"),
    ("<camunda:failedJobRetryTimeCycle>R3/PT1M</camunda:failedJobRetryTimeCycle>", "unsupported_extension"),
    ("<spiffworkflow:preScript>x = 1</spiffworkflow:preScript>", "unsupported_extension"),
    ("<spiffworkflow:allowGuest/>", "unsupported_extension"),
    ('<f:in xmlns:f="http://flowable.org/bpmn"/>', "unsupported_extension"),
    ("<zeebe:taskDefinition/>", "unknown_extension"),
    ('<o:thing xmlns:o="urn:other"/>', "unknown_extension"),
]


@pytest.mark.parametrize(("inner", "code"), EXTENSIONS)
def test_extension_elements(inner: str, code: str) -> None:
    node = element("userTask", "x", f"<extensionElements>{inner}</extensionElements>", **{"camunda:assignee": "wang"})
    assert found(_with(node)) == [(code, "x")]


def test_a_mapping_is_a_plain_text() -> None:
    inner = (
        '<extensionElements><camunda:inputOutput><camunda:inputParameter name="level">'
        '<camunda:script scriptFormat="groovy">1</camunda:script></camunda:inputParameter></camunda:inputOutput>'
        "</extensionElements>"
    )
    node = element("serviceTask", "x", inner, **{"camunda:type": "external", "camunda:topic": "sla.record"})
    assert found(_with(node)) == [("missing_parameter", "x"), ("unsupported_extension", "x")]


def test_harmless_extensions_are_not_worth_a_word() -> None:
    content = drawing("p", [start("s"), user("x", assignee="wang"), end("e")], ["s -> x -> e"])
    content = content.replace(
        b'isExecutable="true"', b'isExecutable="true" camunda:historyTimeToLive="P3Y" bioc:fill="#fff"'
    )
    assert found(content.replace(b'id="p"', b'id="p" camunda:versionTag="1"')) == []


def test_what_has_no_effect_yet_is_a_remark() -> None:
    result = report(_with(user("x", assignee="wang", followUpDate="P1D")))
    assert [(one.code, one.severity) for one in result.findings] == [("ignored_attribute", "remark")]
    assert result.model is not None


def test_the_kind_is_named_in_both_languages() -> None:
    (finding,) = report(_with(element("intermediateCatchEvent", "x", "<conditionalEventDefinition/>"))).findings
    assert finding.message_zh == "暂不支持条件中间捕获事件。"
    assert finding.message_en == "Not yet part of the profile: conditional intermediate catch event."


def test_a_hostile_number_of_findings_is_cut_off() -> None:
    nodes = [start("s"), end("e"), *(element("property", f"x{number}") for number in range(1_500))]
    codes = [code for code, _ in found(drawing("p", nodes, ["s -> e"]))]
    assert codes == ["element_not_in_profile"] * 1_000 + ["too_many_findings"]


def test_the_same_finding_is_told_once() -> None:
    lane_of_nothing = drawing("p", [start("s"), end("e")], ["s -> e"], lanes={"值班": ["gone"] * 1_500})
    assert found(lane_of_nothing) == [("lane_reference_unknown", "lane_0")]
