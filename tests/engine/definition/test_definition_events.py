"""Events have names that can be found, gateways wait for events, errors end what they strike."""

from __future__ import annotations

import pytest

from tests.engine.definition.checking import found, model, report
from tests.engine.definition.drawings import (
    Node,
    again,
    boundary,
    catch,
    declared,
    drawing,
    element,
    end,
    events,
    extensions,
    manual,
    receive,
    send,
    service,
    several,
    start,
    sub,
    throw,
    timer,
)

NAMES = declared(message=["paid"], signal=["storm"], error=["no_spare"], escalation=["late"])
S, E, A = start("s"), end("e"), manual("a")


def line(*nodes: Node, extra: str = NAMES) -> bytes:
    """start, the nodes, end."""
    return drawing("p", [S, *nodes, E], [" -> ".join(["s", *(node.id for node in nodes), "e"])], extra=extra)


def codes(*nodes: Node, extra: str = NAMES) -> list[tuple[str, str | None]]:
    return found(line(*nodes, extra=extra))


@pytest.mark.parametrize(
    ("node", "name", "trigger"),
    [
        (catch("x", "message", "paid"), "paid", "message"),
        (catch("x", "signal", "storm"), "storm", "signal"),
        (throw("x", "message", "paid"), "paid", "message"),
        (throw("x", "escalation", "late"), "late", "escalation"),
        (send("x", "message_paid"), "paid", "message"),
        (receive("x", "message_paid"), "paid", "message"),
        (receive("x", "tns:message_paid"), "paid", "message"),
    ],
)
def test_what_an_event_refers_to_is_read(node: Node, name: str, trigger: str) -> None:
    assert codes(node) == []
    read = model(line(node)).elements["x"]
    assert (read.event_name, read.trigger) == (name, trigger)


@pytest.mark.parametrize(
    ("written", "name"),
    [('errorCode=" e1 " name="Broken"', "e1"), ('name="Broken"', "Broken"), ('errorCode="" name="B"', "B")],
)
def test_a_code_counts_before_a_name(written: str, name: str) -> None:
    nodes = [S, A, boundary("x", "a", "error", "e"), E]
    content = drawing("p", nodes, ["s -> a -> e", "x -> e"], extra=f'<error id="error_e" {written}/>')
    assert model(content).elements["x"].event_name == name


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_a_name_is_needed(kind: str) -> None:
    bare = element("intermediateCatchEvent", "x", f"<{kind}EventDefinition/>")
    nameless = f'<{kind} id="{kind}_n"/>'
    assert codes(bare) == [("event_name_missing", "x")]
    assert codes(catch("x", kind, "n"), extra=nameless) == [("event_name_missing", "x")]
    assert codes(catch("x", kind, "gone")) == [("event_reference_unknown", "x")]


@pytest.mark.parametrize("task", ["sendTask", "receiveTask"])
def test_a_message_task_needs_its_message(task: str) -> None:
    assert codes(element(task, "x")) == [("event_name_missing", "x")]
    assert codes(element(task, "x", messageRef="gone")) == [("event_reference_unknown", "x")]


def test_a_send_task_may_name_a_service_instead() -> None:
    called = {"camunda:type": "external", "camunda:topic": "sla.record"}
    inputs = extensions({"level": "red"})
    assert codes(element("sendTask", "x", inputs, **called)) == []
    definition = '<messageEventDefinition camunda:type="external" camunda:topic="sla.record"/>'
    assert codes(element("intermediateThrowEvent", "x", inputs + definition)) == []
    assert codes(element("sendTask", "x", **{**called, "camunda:topic": "sla.recrd"})) == [("unknown_service", "x")]


@pytest.mark.parametrize(("kind", "what"), [("error", "no_spare"), ("escalation", "late")])
def test_what_is_thrown_has_a_code(kind: str, what: str) -> None:
    remark = [("error_not_caught", "x")] if kind == "error" else []
    bare = drawing("p", [S, A, throw("x", kind, "", "endEvent")], ["s -> a -> x"], extra=NAMES)
    assert found(bare) == [("event_code_missing", "x"), *remark]
    coded = drawing("p", [S, A, throw("x", kind, what, "endEvent")], ["s -> a -> x"], extra=NAMES)
    assert found(coded) == remark
    nameless = drawing(
        "p", [S, A, throw("x", kind, "n", "endEvent")], ["s -> a -> x"], extra=f'<{kind} id="{kind}_n"/>'
    )
    assert found(nameless) == [("event_code_missing", "x"), *remark]


@pytest.mark.parametrize("kind", ["error", "escalation"])
def test_who_catches_may_leave_the_code_open(kind: str) -> None:
    content = drawing("p", [S, A, boundary("x", "a", kind), E], ["s -> a -> e", "x -> e"])
    assert found(content) == []
    assert model(content).elements["x"].event_name is None


@pytest.mark.parametrize("name", ["${order}", "pay-${no}", "#{order}"])
def test_a_name_is_no_expression(name: str) -> None:
    message = f'<message id="message_m" name="{name}"/>'
    assert codes(catch("x", "message", "m"), extra=message) == [("event_name_expression", "x")]


def test_a_name_is_bounded() -> None:
    fits, longer = (f'<message id="message_m" name="{"n" * length}"/>' for length in (100, 101))
    assert codes(catch("x", "message", "m"), extra=fits) == []
    assert codes(catch("x", "message", "m"), extra=longer) == [("event_name_too_long", "x")]


def test_an_error_interrupts() -> None:
    beside = drawing(
        "p", [S, A, boundary("x", "a", "error", "no_spare", False), E], ["s -> a -> e", "x -> e"], extra=NAMES
    )
    assert found(beside) == [("error_not_interrupting", "x")]
    beside = drawing(
        "p", [S, A, boundary("x", "a", "escalation", "late", False), E], ["s -> a -> e", "x -> e"], extra=NAMES
    )
    assert found(beside) == []


@pytest.mark.parametrize(
    ("on", "code", "caught"),
    [("outer", "no_spare", True), ("inner", "no_spare", True), ("outer", "", True), ("beside", "no_spare", False)],
)
def test_an_error_that_nobody_catches_is_a_remark(on: str, code: str, caught: bool) -> None:
    inner = sub("inner", [start("is"), throw("x", "error", "no_spare", "endEvent")], ["is -> x"])
    after, catches = manual("b"), boundary("k", on, "error", code)
    within = [start("os"), inner, end("oe")] + ([catches, end("ke")] if on == "inner" else [])
    outer = sub("outer", within, ["os -> inner -> oe"] + (["k -> ke"] if on == "inner" else []))
    nodes = [S, outer, manual("beside"), after, E] + ([catches] if on != "inner" else [])
    flows = ["s -> outer -> beside -> b -> e"] + (["k -> b"] if on != "inner" else [])
    result = report(drawing("p", nodes, flows, extra=NAMES))
    assert [(one.code, one.severity) for one in result.findings] == ([] if caught else [("error_not_caught", "remark")])


# -- the gateway that waits ---------------------------------------------------------------------------------------

M, T = catch("m", "message", "paid"), catch("t", "timer", "PT1H")


def gateway(*behind: Node, more: tuple[Node, ...] = (), flows: tuple[str, ...] = ()) -> list[tuple[str, str | None]]:
    ways = [f"g -> {node.id} -> e" for node in behind]
    return found(drawing("p", [S, events("g"), *behind, *more, E], ["s -> g", *ways, *flows], extra=NAMES))


def test_several_timers_and_a_receive_task_may_be_waited_for() -> None:
    assert gateway(M, T, catch("t2", "timer", "PT2H"), receive("r", "message_paid")) == []


def test_a_gateway_waits_for_two_things() -> None:
    assert gateway(M) == [("event_gateway_alone", "g")]


@pytest.mark.parametrize("node", [manual("x"), end("x"), throw("x"), events("x"), service("x", "sla.record")])
def test_only_what_waits_may_follow(node: Node) -> None:
    ways = ["g -> m -> e", "g -> x"] + ([] if node.kind == "endEvent" else ["x -> e"])
    codes = [one for one in found(drawing("p", [S, events("g"), M, node, E], ["s -> g", *ways], extra=NAMES))]
    assert ("event_gateway_target", "x") in codes


def test_what_is_waited_for_is_entered_from_the_gateway_alone() -> None:
    assert gateway(M, T, more=(A,), flows=("s -> a -> m",)) == [("event_gateway_target", "m")]


@pytest.mark.parametrize(
    "behind",
    [
        several(receive("r", "message_paid"), cardinality="2"),
        again(receive("r", "message_paid"), maximum="2"),
        receive("r", "message_paid"),
    ],
)
def test_a_receive_task_behind_the_gateway_is_a_mere_wait(behind: Node) -> None:
    more, flows = ((timer("late", "r", "PT1H"),), ("late -> e",)) if "Characteristics" not in behind.inner else ((), ())
    assert gateway(behind, T, more=more, flows=flows) == [("event_gateway_receive_task", "r")]


@pytest.mark.parametrize(("attribute", "value"), [("instantiate", "true"), ("eventGatewayType", "Parallel")])
def test_a_gateway_that_starts_cases_is_refused(attribute: str, value: str) -> None:
    nodes = [S, element("eventBasedGateway", "g", **{attribute: value}), M, T, E]
    flows = ["s -> g -> m -> e", "g -> t -> e"]
    assert found(drawing("p", nodes, flows, extra=NAMES)) == [("attribute_value", "g")]


# -- the properties of a message ----------------------------------------------------------------------------------


def with_properties(node: Node, **properties: str) -> Node:
    named = {f"message.{name}": value for name, value in properties.items()}
    return Node(node.kind, node.id, node.attributes, extensions(properties=named) + node.inner)


@pytest.mark.parametrize(
    ("node", "properties", "expected"),
    [
        (throw("x", "message", "paid"), {"key": "${order}", "ttl": "P1D"}, []),
        (throw("x", "message", "paid"), {"ttl": "${hours}"}, []),
        (throw("x", "message", "paid"), {"ttl": "a day"}, ["timer_invalid"]),
        (throw("x", "message", "paid"), {"ttl": "-P1D"}, ["timer_invalid"]),
        (throw("x", "message", "paid"), {"kye": "${order}"}, ["unknown_property"]),
        (throw("x", "message", "paid"), {"key": "${open('x')}"}, ["expression_invalid"]),
        (catch("x", "message", "paid"), {"key": "${order}"}, []),
        (catch("x", "message", "paid"), {"ttl": "P1D"}, ["unknown_property"]),
        (catch("x", "signal", "storm"), {"key": "${order}"}, ["unknown_property"]),
        (manual("x"), {"key": "${order}"}, ["unknown_property"]),
    ],
)
def test_properties_of_a_message(node: Node, properties: dict[str, str], expected: list[str]) -> None:
    assert codes(with_properties(node, **properties)) == [(code, "x") for code in expected]


def test_a_near_property_is_offered() -> None:
    (finding,) = report(line(with_properties(throw("x", "message", "paid"), kye="1"))).findings
    assert finding.message_en.endswith("Did you mean “message.key”?")
