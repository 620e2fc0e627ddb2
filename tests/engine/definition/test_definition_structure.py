"""The shape of a drawing: starts, ends, ways, ids, borders, and which of several processes runs."""

from __future__ import annotations

import pytest

from tests.engine.definition.checking import found, model
from tests.engine.definition.drawings import (
    Flow,
    Node,
    body,
    catch,
    declared,
    drawing,
    element,
    end,
    exclusive,
    flow,
    manual,
    parallel,
    start,
    sub,
    timer,
)

S, A, E = start("s"), manual("a"), end("e")
LATE = timer("late", "a", "PT1H")


@pytest.mark.parametrize(
    ("nodes", "flows", "expected"),
    [
        pytest.param([A, E], ["a -> e"], [("no_start_event", "p")], id="no start"),
        pytest.param([S, A], ["s -> a -> a"], [("no_end_event", "p")], id="no end"),
        pytest.param([S, A, E], ["s -> a", "s -> e"], [("no_way_on", "a")], id="dead end"),
        pytest.param([S, E], [], [("no_way_on", "s"), ("unreachable", "e")], id="nothing connected"),
        pytest.param([S, A, E], ["s -> a -> e", "a -> s"], [("start_with_incoming", "s")], id="into the start"),
        pytest.param([S, A, E], ["s -> a -> e -> a"], [("end_with_outgoing", "e")], id="out of the end"),
        pytest.param([S, E], ["s -> e", Flow("s", "x")], [("dangling_flow", "f_s_x")], id="to nowhere"),
        pytest.param([S, E], ["s -> e", Flow("x", "e")], [("dangling_flow", "f_x_e")], id="from nowhere"),
        pytest.param(
            [S, A, E, LATE], ["s -> a -> e", "a -> late -> e"], [("boundary_with_incoming", "late")], id="into a timer"
        ),
        pytest.param([S, A, E, LATE], ["s -> a -> e"], [("boundary_without_outgoing", "late")], id="timer to nowhere"),
        pytest.param(
            [S, E, timer("late", "x", "PT1H")], ["s -> e", "late -> e"], [("boundary_detached", "late")], id="no host"
        ),
        pytest.param(
            [S, exclusive("g"), E, timer("late", "g", "PT1H")],
            ["s -> g -> e", "late -> e"],
            [("boundary_detached", "late")],
            id="timer on a gateway",
        ),
    ],
)
def test_shapes(nodes: list[Node], flows: list[str | Flow], expected: list[tuple[str, str]]) -> None:
    assert found(drawing("p", nodes, flows)) == expected


def test_a_sub_process_needs_what_a_process_needs() -> None:
    empty = sub("phase", [], [])
    assert found(drawing("p", [S, empty, E], ["s -> phase -> e"])) == [
        ("no_start_event", "phase"),
        ("no_end_event", "phase"),
    ]


def test_a_flow_stays_in_its_level() -> None:
    inner = sub("phase", [start("s2"), manual("b"), end("e2")], ["s2 -> b -> e2"])
    crossing = drawing("p", [S, A, inner, E], ["s -> a -> phase -> e", flow("a", "b"), flow("b", "e")])
    assert found(crossing) == [("flow_crosses_border", "f_a_b"), ("flow_crosses_border", "f_b_e")]
    misplaced = drawing("p", [S, inner, E], ["s -> phase -> e", flow("s2", "e2")])
    assert found(misplaced) == [("flow_crosses_border", "f_s2_e2")]


def test_a_boundary_event_stays_at_its_hosts_level() -> None:
    inner = sub("phase", [start("s2"), manual("b"), end("e2")], ["s2 -> b -> e2"])
    content = drawing("p", [S, inner, timer("late", "b", "PT1H"), E], ["s -> phase -> e", "late -> e"])
    assert found(content) == [("boundary_detached", "late")]


def test_what_only_a_timer_reaches_is_reached() -> None:
    assert found(drawing("p", [S, A, LATE, manual("b"), E], ["s -> a -> e", "late -> b -> e"])) == []


def test_what_hangs_behind_a_refused_node_is_not_told_as_well() -> None:
    nodes = [S, element("complexGateway", "g"), A, E]
    assert found(drawing("p", nodes, ["s -> e", "g -> a -> e"])) == [("complex_gateway", "g")]


RESERVED = ["Start", "End", "Root", "StartEventSplit", "StartEventJoin", "a [child]"] + [
    f"a.{tail}" for tail in ("EndJoin", "BoundaryEventSplit", "BoundaryEventJoin", "StartEventSplit", "StartEventJoin")
]


@pytest.mark.parametrize("reserved", RESERVED)
def test_reserved_ids(reserved: str) -> None:
    flows = [Flow("s", reserved, id="f1"), Flow(reserved, "e", id="f2")]
    assert found(drawing("p", [S, manual(reserved), E], flows)) == [("reserved_id", reserved)]


@pytest.mark.parametrize("bad", ["1a", "a b", "a'b", "a]b", "a/b", "-a", "x" * 101])
def test_ids_that_could_break_a_path_or_an_address(bad: str) -> None:
    flows = [Flow("s", bad, id="f1"), Flow(bad, "e", id="f2")]
    assert found(drawing("p", [S, manual(bad), E], flows)) == [("invalid_id", bad)]


@pytest.mark.parametrize("good", ["a", "_a", "Activity_0abc", "派单", "a-b.c", "x" * 100])
def test_ids_that_pass(good: str) -> None:
    assert found(drawing("p", [S, manual(good), E], [Flow("s", good, id="f1"), Flow(good, "e", id="f2")])) == []


def test_ids_are_used_once_across_levels_and_kinds() -> None:
    inner = sub("phase", [start("s2"), manual("a"), end("e2")], ["s2 -> a -> e2"])
    content = drawing("p", [S, A, inner, E], ["s -> a -> phase", Flow("phase", "e", id="s2")])
    assert ("duplicate_id", "a") in found(content)
    assert found(content)[-1] == ("duplicate_id", "s2")


def test_missing_ids() -> None:
    content = (
        drawing("p", [S, A, E], ["s -> a -> e"]).replace(b' id="f_s_a"', b"").replace(b'<endEvent id="e"', b"<endEvent")
    )
    assert found(content) == [
        ("no_end_event", "p"),
        ("no_way_on", "a"),
        ("missing_id", "p"),
        ("missing_id", "p"),
        ("dangling_flow", "f_a_e"),
    ]


def _second(executable: str) -> str:
    return f'<process id="q" isExecutable="{executable}">{body([start("s9"), end("e9")], ["s9 -> e9"])}</process>'


def test_only_one_process_runs() -> None:
    both = drawing("p", [S, E], ["s -> e"], extra=_second("true"))
    assert found(both) == [("several_processes", "q")]
    neither = drawing("p", [S, E], ["s -> e"], executable="false", extra=_second("false"))
    assert found(neither) == [("not_marked_executable", "p"), ("several_processes", "q")]
    other = drawing("p", [S, E, element("task", "x")], ["s -> e"], executable="false", extra=_second("true"))
    assert found(other) == [("process_ignored", "p")]
    assert model(other).key == "q"
    assert set(model(other).elements) == {"q", "s9", "e9"}


def test_a_file_without_a_process() -> None:
    assert found(b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>') == [("no_process", None)]


@pytest.mark.parametrize(("tasks", "expected"), [(298, []), (299, [("too_many_nodes", "p")])])
def test_three_hundred_nodes(tasks: int, expected: list[tuple[str, str]]) -> None:
    chain = " -> ".join(["s", *(f"t{number}" for number in range(tasks)), "e"])
    nodes = [S, *(manual(f"t{number}") for number in range(tasks)), E]
    assert found(drawing("p", nodes, [chain])) == expected


def _diamonds(count: int) -> bytes:
    nodes, flows = [S, E], ["s -> x0"]
    for number in range(count):
        nodes += [parallel(f"x{number}"), manual(f"l{number}"), manual(f"r{number}"), parallel(f"y{number}")]
        flows += [f"x{number} -> l{number} -> y{number}", f"x{number} -> r{number} -> y{number}"]
        flows += [f"y{number} -> " + (f"x{number + 1}" if number + 1 < count else "e")]
    return drawing("p", nodes, flows)


def test_chained_parallel_splits_multiply() -> None:
    assert found(_diamonds(8)) == []
    assert found(_diamonds(9)) == [("parallel_explosion", "x0")]
    assert found(_diamonds(11)) == [("parallel_explosion", "x2")]


def test_splits_that_end_by_themselves_only_add_up() -> None:
    nodes, flows = [S, E], ["s -> x0"]
    for number in range(20):
        nodes += [parallel(f"x{number}"), manual(f"l{number}")]
        flows += [f"x{number} -> l{number} -> e", f"x{number} -> " + (f"x{number + 1}" if number < 19 else "e")]
    assert found(drawing("p", nodes, flows)) == []


def test_very_long_and_looping_drawings_end() -> None:
    count = 4_000
    nodes = [S, E, *(manual(f"t{number}") for number in range(count))]
    chain = " -> ".join(["s", *(f"t{number}" for number in range(count)), "e"])
    back = [Flow(f"t{number}", f"t{number // 2}", id=f"b{number}") for number in range(count)]
    assert found(drawing("p", nodes, [chain, *back]))[0] == ("too_many_nodes", "p")


def _boxes(levels: int) -> bytes:
    inner: Node = manual("a")
    for level in range(levels):
        inner = sub(
            f"box{level}", [start(f"s{level}"), inner, end(f"e{level}")], [f"s{level} -> {inner.id} -> e{level}"]
        )
    return drawing("p", [S, inner, E], [f"s -> {inner.id} -> e"])


def test_sub_processes_fifty_deep() -> None:
    """What the token mover refuses to run is refused when it is published; told once, where it begins."""
    assert found(_boxes(50)) == []
    assert found(_boxes(60)) == [("nested_too_deep", "box9")]


def test_several_starts_of_which_one_is_plain() -> None:
    names = declared(message=["paid"], signal=["storm"])
    typed = [catch("m", "message", "paid", "startEvent"), catch("n", "signal", "storm", "startEvent")]
    flows = ["s -> a -> e", "m -> a", "n -> a"]
    assert found(drawing("p", [S, *typed, A, E], flows, extra=names)) == []
    assert [start.id for start in model(drawing("p", [S, *typed, A, E], flows, extra=names)).starts] == ["s", "m", "n"]
    assert found(drawing("p", [S, start("t"), *typed, A, E], [*flows, "t -> a"], extra=names)) == [
        ("two_start_events", "t")
    ]
    inner = sub("box", [start("bs"), start("bt"), manual("b"), end("be")], ["bs -> b -> be", "bt -> b"])
    assert found(drawing("p", [S, inner, E], ["s -> box -> e"])) == [("two_start_events", "bt")]


@pytest.mark.parametrize(("steps", "expected"), [(199, []), (200, [("too_many_gateways", "p")])])
def test_gateways_that_are_not_drawn_count(steps: int, expected: list[tuple[str, str]]) -> None:
    """Each step turns back to itself: a choice after it and a merge before it."""
    names = [f"t{number}" for number in range(steps)]
    flows: list[str | Flow] = ["s -> t0", *(flow(name, name, "${x}") for name in names)]
    flows += [flow(name, after, default=True) for name, after in zip(names, [*names[1:], "e"], strict=True)]
    assert found(drawing("p", [S, *(manual(name) for name in names), E], flows)) == expected
