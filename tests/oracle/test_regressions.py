"""What the oracle has found, each on its own."""

from __future__ import annotations

from typing import Any, cast

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from engine.commands.complete_task import complete_task
from engine.engine import Engine
from engine.models import UserTask
from tests.engine.conftest import engine as engine
from tests.engine.conftest import postgresql as postgresql
from tests.engine.definition.drawings import (
    Flows,
    Node,
    boundary,
    declared,
    drawing,
    element,
    end,
    exclusive,
    flow,
    inclusive,
    parallel,
    script,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.engine.drawings import ONE_STEP
from tests.engine.spiff.cases import Run
from tests.factories import actor, deploy, facts, fetch, open_tasks, open_ticket


def test_after_a_commit_that_failed_the_next_command_passes(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk or a cut connection: nothing of the command is left, not even its lock."""
    deploy(engine, ONE_STEP)
    ticket = open_ticket(engine, "one_step").instance_id
    task = open_tasks(engine, ticket)["a"]
    dialect = cast(Any, engine.database.engine.dialect)

    def fail(connection: Any) -> None:
        if not engine.database.is_sqlite:
            connection.driver_connection.close()
        raise dialect.dbapi.OperationalError("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(dialect, "do_commit", fail)
        with pytest.raises(OperationalError):
            engine.run(complete_task, actor("clerk1"), task, {})
    assert open_tasks(engine, ticket) == {"a": task}
    engine.run(complete_task, actor("clerk1"), task, {})
    assert facts(engine, ticket)[-1] == ("instance_completed", None)


def test_an_inclusive_join_takes_one_token_of_each_flow() -> None:
    """The timer's token comes along the same flow as its host's: none is swallowed, both go on."""
    nodes = [
        start("s"),
        inclusive("o"),
        *(user(one) for one in "abz"),
        timer("t", "a", "PT1H", interrupting=False),
        exclusive("m"),
        inclusive("j"),
        end("e"),
    ]
    ways: Flows = [
        "s -> o",
        flow("o", "a", "${true}"),
        flow("o", "b", "${true}"),
        "a -> m -> j",
        "t -> m",
        "b -> j -> z -> e",
    ]
    run = Run(drawing("p", nodes, ways), saving=True)
    run.fire("t").at("a", "b")
    run.do("a").at("b")
    run.do("b").at("z", "z")
    run.do("z", "z").ended()


def beside_a_step(part: Node) -> Run:
    """`part` and the steps x, y side by side in a box, whose timer starts a branch that sees what both have come to."""
    inside = [start("bs"), parallel("split"), part, user("x"), user("y"), parallel("join"), end("be")]
    box = sub("box", inside, [f"bs -> split -> {part.id} -> join -> be", "split -> x -> y -> join"])
    nodes = [start("s"), box, timer("t", "box", "PT1H", interrupting=False), user("look"), end("f"), end("e")]
    return Run(drawing("p", nodes, ["s -> box -> e", "t -> look -> f"]), saving=True)


def test_what_a_sub_process_has_changed_last_is_the_latest() -> None:
    """Not what it was when it began: the later branch's change counts."""
    inner = sub("inner", [start("is"), user("i"), user("k"), end("ie")], ["is -> i -> k -> ie"])
    run = beside_a_step(inner).do("x", v="x").do("i", v="i").fire("t")
    assert run.data("look")["v"] == "i"
    run = beside_a_step(inner).do("i", v="i").do("x", v="x").fire("t")
    assert run.data("look")["v"] == "x"


def test_what_a_repeated_activity_has_changed_last_is_the_latest() -> None:
    several = (
        "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    repeated = Node("userTask", "i", {}, several)
    run = beside_a_step(repeated).do("x", v="x").do("i", v="i").fire("t")
    assert run.data("look")["v"] == "i"
    run = beside_a_step(repeated).do("i", v="i").do("x", v="x").fire("t")
    assert run.data("look")["v"] == "x"


def test_of_parallel_runs_the_one_that_changed_last_is_the_latest() -> None:
    several = (
        "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    inner = sub("inner", [start("is"), user("i"), user("k"), end("ie")], ["is -> i -> k -> ie"])
    run = beside_a_step(Node("subProcess", "inner", {}, inner.inner + several))
    second = run.task("i", 1).task_id
    run.execution.advance(second, {"v": "second"})
    run.do("i", v="first").fire("t")
    assert run.data("look")["v"] == "first"


@pytest.mark.parametrize("interrupting", [True, False])
def test_who_throws_an_escalation_goes_on_when_the_caller_has_heard_of_it(engine: Engine, interrupting: bool) -> None:
    """Where the call ends by it, nothing behind the throw is done any more."""
    names = declared(escalation=["late"])
    inside = [
        start("is"),
        user("a", candidateGroups="desk"),
        throw("x", "escalation", "late"),
        script("after", "v = 1"),
    ]
    called = drawing(
        "called",
        [*inside, user("b", candidateGroups="desk"), end("ie")],
        ["is -> a -> x -> after -> b -> ie"],
        extra=names,
    )
    call = element("callActivity", "call", calledElement="called")
    border = boundary("k", "call", "escalation", "late", interrupting)
    nodes = [start("s"), call, border, user("c", candidateGroups="desk"), end("f"), end("e")]
    deploy(engine, called)
    deploy(engine, drawing("calling", nodes, ["s -> call -> e", "k -> c -> f"], extra=names))
    ticket = open_ticket(engine, "calling").instance_id
    (task,) = fetch(engine, select(UserTask.id).where(UserTask.state == "open"))
    engine.run(complete_task, actor("clerk1"), task.id, {})
    done = [where for what, where in facts(engine, ticket) if what == "element_completed"]
    assert done == (["s", "is", "x", "k"] if interrupting else ["s", "is", "x", "k", "after"])
    tasks = select(UserTask.element_id).where(UserTask.state == "open").order_by(UserTask.element_id)
    assert [row.element_id for row in fetch(engine, tasks)] == (["c"] if interrupting else ["b", "c"])
