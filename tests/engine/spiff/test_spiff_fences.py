"""What of SpiffWorkflow must not be reached, and what of a specification must be shared."""

from __future__ import annotations

import builtins
import threading
from typing import Any

import pytest
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.event_definitions import timer as stock_timer
from SpiffWorkflow.bpmn.specs.mixins import ParallelGatewayMixin
from SpiffWorkflow.bpmn.util.event import EventManager
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from engine.spiff.builder import build
from engine.spiff.events import EventGateway, ReceiveTask, ToldEvent
from engine.spiff.inclusive import InclusiveGateway
from engine.spiff.repeating import Repeated
from engine.spiff.specs import (
    CallActivity,
    DecisionTask,
    EndJoin,
    ExclusiveGateway,
    HostJoin,
    ParallelGateway,
    ScriptTask,
    SendTask,
    ServiceTask,
    SubProcess,
)
from engine.spiff.throwing import EndEvent, ThrowEvent
from engine.spiff.trial import trial_start
from engine.spiff.workflow import Token, flows
from tests.engine.spiff import event_shapes, shapes
from tests.engine.spiff.cases import OUTSIDE, Run, Told, model, specification, workflow

SHAPES = {**shapes.ALL, **event_shapes.ALL}

OURS = {EndEvent, ThrowEvent, EventGateway, ExclusiveGateway, InclusiveGateway, ParallelGateway, Repeated, ReceiveTask}
OURS |= {CallActivity, DecisionTask, ScriptTask, SendTask, ServiceTask, SubProcess}
STOCK = {"UserTask", "ManualTask", "StartEvent", "BoundaryEvent", "IntermediateCatchEvent"}


def play(content: Any) -> list[tuple[str, str]]:
    """A fixed story over a shape: fire every timer twice, do what is open, one round more, to the end."""
    told = Told(**{event_shapes.OUTSIDE: lambda _: OUTSIDE})
    run = Run(content, {"again": True, "next_due": None, "n": 0}, saving=True, told=told)
    firings = 0
    for step in range(60):
        if run.execution.ended:
            break
        events = run.waiting()
        if events and (firings < 6 or not run.open()):
            firings += 1
            run.fire(events[step % len(events)])
        elif run.working():
            run.finish(run.busy_elements()[0])
        else:
            run.do(run.open()[0], again=step < 12)
    run.ended()
    return run.told.log


def forbidden(*_: Any, **__: Any) -> Any:
    raise AssertionError("reached")


@pytest.mark.parametrize("key", SHAPES)
def test_no_interpreter_and_no_clock_is_reached(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PythonScriptEngine, "__init__", forbidden)
    monkeypatch.setattr(stock_timer, "datetime", forbidden)
    for stock in (EventManager, BpmnWorkflow):  # an event goes nowhere but where the engine sends it
        monkeypatch.setattr(stock, "catch", forbidden)
    checked = model(SHAPES[key])
    trial_start(checked)
    with monkeypatch.context() as fence:  # pytest needs them back before it reports a failure
        for name in ("eval", "exec", "compile"):
            fence.setattr(builtins, name, forbidden)
        play(build(checked))


@pytest.mark.parametrize("key", SHAPES)
def test_every_task_is_ours_and_every_spec_is_known(key: str) -> None:
    spec = specification(SHAPES[key])
    for scope in (spec.process, *spec.scopes.values()):
        for task_spec in scope.task_specs.values():
            kind = type(task_spec)
            if task_spec.bpmn_id:
                assert kind in OURS or kind.__name__ in STOCK
            assert not isinstance(task_spec, ParallelGatewayMixin) or kind is ParallelGateway
            assert not isinstance(task_spec, BoundaryEventJoin) or kind is HostJoin
            if kind.__name__ in {"BoundaryEvent", "IntermediateCatchEvent", "ReceiveTask"}:
                assert type(task_spec.event_definition) is ToldEvent
        assert type(scope.end) is EndJoin
        assert scope.task_specs[scope.end.name] is scope.end


@pytest.mark.parametrize("saving", [False, True], ids=["live", "saved"])
def test_no_stock_task_gets_into_a_tree(saving: bool) -> None:
    run = Run(shapes.TICKET, {"again": False, "next_due": None}, saving=saving).fire("red").do("p1", "p2")
    for flow in flows(workflow(run.execution)):
        assert {type(task) for task in flow.tasks.values()} == {Token}


def test_a_specification_is_shared_by_threads() -> None:
    """Eight threads run cases of every shape on the same specifications; each sees what a single one sees."""
    specs = {key: specification(content) for key, content in SHAPES.items()}
    expected = {key: play(spec) for key, spec in specs.items()}
    barrier = threading.Barrier(8)
    failures: list[BaseException] = []

    def work() -> None:
        barrier.wait()
        try:
            for _ in range(3):
                for key, spec in specs.items():
                    assert play(spec) == expected[key]
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {key: play(spec) for key, spec in specs.items()} == expected


def test_a_specification_does_not_grow_with_its_cases() -> None:
    spec = specification(shapes.TICKET)
    before = shape_of(spec)
    for _ in range(5):
        play(spec)
    assert shape_of(spec) == before


def shape_of(spec: Any) -> list[Any]:
    return [
        (
            name,
            list(task_spec._inputs),
            list(task_spec._outputs),
            task_spec.completed_event.n_subscribers(),
            task_spec.data,
        )
        for scope in (spec.process, *spec.scopes.values())
        for name, task_spec in scope.task_specs.items()
    ]
