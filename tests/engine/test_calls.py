"""Called processes: cases of their own below the same ticket, which begin, end, fail and vanish with their call."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from engine.authorization import ENGINE
from engine.calls import MAX_CALLS, CalledProcessUnknown, TooManyCalls
from engine.clock import ManualClock
from engine.commands.complete_task import complete_task
from engine.commands.resume_instance import resume_instance
from engine.commands.suspend_instance import suspend_instance
from engine.database import Database
from engine.engine import Engine
from engine.errors import InstanceSuspended, NotFound
from engine.models import ProcessDefinition, UserTask
from engine.queries.task_detail import task_detail
from engine.queries.task_list import task_list
from engine.spiff.errors import ExecutionLimit
from engine.unit_of_work import UnitOfWork
from engine.worker import drain
from tests.conftest import T0
from tests.engine.definition.drawings import (
    drawing,
    end,
    exclusive,
    flow,
    parallel,
    script,
    service,
    start,
    timer,
    user,
)
from tests.engine.events import (
    DEEP,
    PARALLEL,
    SENDER,
    all_tasks,
    call,
    cases,
    child,
    done,
    parent,
    states,
)
from tests.engine.together import sound
from tests.factories import (
    CLIENT,
    CONTRACTOR,
    actor,
    deploy,
    everything,
    facts,
    fetch,
    open_ticket,
    told,
)

# -- begin and end -------------------------------------------------------------------------------------------------


def test_the_parent_waits_and_the_end_of_the_child_completes_it_in_the_same_command(engine: Engine) -> None:
    deploy(engine, child())
    deploy(
        engine,
        parent(call("c", "child", into={"given": "note"}, out={"brought": "found"}), properties={"fields": "brought"}),
    )
    ticket = open_ticket(engine, "parent", {"note": "x"}).instance_id
    root, called = cases(engine, ticket)
    assert (root.id, root.parent_id, called.parent_id, called.root_id) == (ticket, None, ticket, ticket)
    assert (called.business_key, called.title, called.organisation_id) == (None, "child", root.organisation_id)
    (task,) = fetch(engine, select(UserTask.__table__))
    assert (task.element_id, task.instance_id, task.root_id) == ("work", called.id, ticket)
    done(engine, ticket, "work", {"found": 7})
    assert states(engine, ticket) == ["active", "completed"]
    assert list(all_tasks(engine, ticket)) == ["after"]
    assert cases(engine, ticket)[0].fields == {"brought": 7}
    assert cases(engine, ticket)[1].execution is None
    (started, ended) = told(engine, ticket)
    assert [(fact["type"], fact.get("element"), fact.get("instance")) for fact in started.facts] == [
        ("instance_started", None, None),
        ("participant_added", None, None),
        ("element_completed", "s", None),
        ("call_started", "c", called.id),
        ("element_completed", "s", called.id),
        ("task_created", "work", called.id),
    ]
    assert (started.facts[3]["key"], started.facts[3]["version"]) == ("child", 1)
    assert [(fact["type"], fact.get("element"), fact.get("instance")) for fact in ended.facts] == [
        ("task_completed", "work", called.id),
        ("element_completed", "e", called.id),
        ("element_completed", "c", None),
        ("call_completed", None, called.id),
        ("task_created", "after", None),
    ]
    assert sound(engine)


def test_only_what_is_mapped_goes_in_and_comes_back(engine: Engine) -> None:
    deploy(
        engine,
        child(
            nodes=[
                start("s"),
                script("look", "seen = given\nsecret = 1"),
                user("work", candidateGroups="desk"),
                end("e"),
            ],
            flows=["s -> look -> work -> e"],
        ),
    )
    deploy(
        engine,
        parent(
            call("c", "child", into={"given": "note"}, out={"brought": "seen"}),
            properties={"fields": "note,brought,secret,seen"},
        ),
    )
    ticket = open_ticket(engine, "parent", {"note": "x"}).instance_id
    done(engine, ticket, "work")
    assert cases(engine, ticket)[0].fields == {"note": "x", "brought": "x"}


def test_all_variables_go_in_and_come_back_where_the_drawing_says_so(engine: Engine) -> None:
    deploy(engine, child(nodes=[start("s"), script("add", "sum = note + 1"), end("e")], flows=["s -> add -> e"]))
    deploy(engine, parent(call("c", "child", everything=True), properties={"fields": "sum"}))
    ticket = open_ticket(engine, "parent", {"note": 4}).instance_id
    assert list(all_tasks(engine, ticket)) == ["after"]  # without human steps it returns at once
    assert states(engine, ticket) == ["active", "completed"]
    assert cases(engine, ticket)[0].fields == {"sum": 5}


def test_the_called_process_is_bound_when_it_begins_to_its_newest_version(engine: Engine) -> None:
    deploy(engine, child())
    deploy(engine, parent(call("c", "child")))
    first = open_ticket(engine, "parent").instance_id
    deploy(
        engine, child(nodes=[start("s"), user("other", candidateGroups="desk"), end("e")], flows=["s -> other -> e"])
    )
    second = open_ticket(engine, "parent").instance_id
    assert (list(all_tasks(engine, first)), list(all_tasks(engine, second))) == (["work"], ["other"])


def test_three_levels_deep(engine: Engine) -> None:
    deploy(engine, child("lowest"))
    deploy(engine, parent(call("c", "lowest", out={"found": "found"}), key="middle"))
    deploy(engine, parent(call("c", "middle", out={"found": "found"}), key="top", properties={"fields": "found"}))
    ticket = open_ticket(engine, "top").instance_id
    top, middle, lowest = cases(engine, ticket)
    assert (middle.parent_id, lowest.parent_id, lowest.root_id) == (top.id, middle.id, ticket)
    done(engine, ticket, "work", {"found": "deep"})
    assert states(engine, ticket) == ["active", "active", "completed"]
    done(engine, ticket, "after")
    assert states(engine, ticket) == ["active", "completed", "completed"]
    assert cases(engine, ticket)[0].fields == {"found": "deep"}
    done(engine, ticket, "after")
    assert states(engine, ticket) == ["completed"] * 3
    assert facts(engine, ticket)[-1] == ("instance_completed", None)
    assert sound(engine)


def test_a_call_in_a_loop_is_a_new_case_each_round(engine: Engine) -> None:
    deploy(engine, child())
    nodes = [start("s"), exclusive("again"), call("c", "child", out={"more": "more"}), exclusive("x"), end("e")]
    ways = [flow("x", "again", "${more}"), flow("x", "e", default=True)]
    deploy(engine, drawing("looped", nodes, ["s -> again -> c -> x", *ways]))
    ticket = open_ticket(engine, "looped").instance_id
    for more in (True, True, False):
        done(engine, ticket, "work", {"more": more})
    assert states(engine, ticket) == ["completed"] * 4
    assert len({row.parent_task_id for row in cases(engine, ticket)[1:]}) == 3


SEQUENTIAL = PARALLEL.replace("Characteristics ", 'Characteristics isSequential="true" ')


def test_a_parallel_call_has_a_child_for_each_run(engine: Engine) -> None:
    deploy(
        engine,
        child(
            nodes=[start("s"), user("work", candidateGroups="desk", properties={"task.detail": "${which}"}), end("e")],
            flows=["s -> work -> e"],
        ),
    )
    deploy(engine, parent(call("c", "child", into={"which": "item"}, repeat=PARALLEL)))
    ticket = open_ticket(engine, "parent", {"items": ["甲", "乙", "丙"]}).instance_id
    tasks = fetch(engine, select(UserTask.__table__).order_by(UserTask.name))
    assert [task.name for task in tasks] == ["work（丙）", "work（乙）", "work（甲）"]
    assert len({task.instance_id for task in tasks}) == 3
    for task in tasks:
        assert "after" not in all_tasks(engine, ticket)
        engine.run(complete_task, actor("clerk1"), task.id, {})
    assert list(all_tasks(engine, ticket)) == ["after"]
    assert states(engine, ticket) == ["active", *["completed"] * 3]


def test_a_sequential_call_has_one_child_after_the_other(engine: Engine) -> None:
    deploy(engine, child())
    deploy(engine, parent(call("c", "child", repeat=SEQUENTIAL)))
    ticket = open_ticket(engine, "parent", {"items": [1, 2]}).instance_id
    assert states(engine, ticket) == ["active", "active"]
    done(engine, ticket, "work")
    assert states(engine, ticket) == ["active", "completed", "active"]
    done(engine, ticket, "work")
    assert list(all_tasks(engine, ticket)) == ["after"]


def test_a_hundred_parallel_calls_that_return_at_once(engine: Engine) -> None:
    deploy(engine, child(nodes=[start("s"), end("e")], flows=["s -> e"]))
    deploy(engine, parent(call("c", "child", repeat=PARALLEL)))
    ticket = open_ticket(engine, "parent", {"items": list(range(100))}).instance_id
    assert states(engine, ticket).count("completed") == 100
    assert list(all_tasks(engine, ticket)) == ["after"]


def test_two_calls_side_by_side(engine: Engine) -> None:
    deploy(engine, child())
    deploy(engine, child("third", [start("s"), user("other", candidateGroups="desk"), end("e")], ["s -> other -> e"]))
    nodes = [start("s"), parallel("f"), call("c", "child"), call("d", "third"), parallel("j"), end("e")]
    deploy(engine, drawing("both", nodes, ["s -> f -> c -> j -> e", "f -> d -> j"]))
    ticket = open_ticket(engine, "both").instance_id
    done(engine, ticket, "work")
    assert states(engine, ticket) == ["active", "completed", "active"]
    done(engine, ticket, "other")
    assert states(engine, ticket) == ["completed"] * 3


# -- what is refused -----------------------------------------------------------------------------------------------


def bypass(engine: Engine, content: bytes) -> None:
    """Store a version that publishing would have refused."""

    def store(uow: UnitOfWork) -> None:
        report = uow.resources.definitions.check(content)
        assert report.model is not None
        values = {
            "organisation_id": CLIENT,
            "key": report.model.key,
            "version": 9,
            "name": report.model.name,
            "content": content,
            "sha256": hashlib.sha256(content).hexdigest(),
            "published_at": T0,
        }
        uow.connection.execute(insert(ProcessDefinition), values)

    engine.run(store, ENGINE)


def test_a_process_that_calls_itself_ends_at_fifty_levels(engine: Engine) -> None:
    """Nothing is left of the start."""
    bypass(engine, parent(call("c", "self"), key="self"))
    before = everything(engine)
    with pytest.raises(TooManyCalls) as refused:
        open_ticket(engine, "self")
    assert refused.value.message("en") == "Processes call each other more than 50 deep."
    assert everything(engine) == before


def test_fifty_calls_within_each_other_are_allowed(engine: Engine) -> None:
    deploy(engine, child("level50"))
    for level in range(49, -1, -1):
        deploy(engine, child(f"level{level}", [start("s"), call("c", f"level{level + 1}"), end("e")], ["s -> c -> e"]))
    ticket = open_ticket(engine, "level0").instance_id
    assert states(engine, ticket) == ["active"] * 51
    done(engine, ticket, "work")
    assert states(engine, ticket) == ["completed"] * 51


def test_a_process_that_is_not_published_refuses_the_command(engine: Engine) -> None:
    bypass(engine, parent(call("c", "nowhere")))
    before = everything(engine)
    with pytest.raises(CalledProcessUnknown):
        open_ticket(engine, "parent")
    assert everything(engine) == before


def test_a_circle_of_calls_that_end_at_once_is_stopped(engine: Engine) -> None:
    deploy(engine, child(nodes=[start("s"), end("e")], flows=["s -> e"]))
    nodes = [
        start("s"),
        user("a", candidateGroups="desk"),
        exclusive("again"),
        call("c", "child"),
        exclusive("x"),
        end("e"),
    ]
    ways = [flow("x", "e", "${stop == 1}"), flow("x", "again", default=True)]
    deploy(engine, drawing("round", nodes, ["s -> a -> again -> c -> x", *ways]))
    ticket = open_ticket(engine, "round", {"stop": 0}).instance_id
    before = everything(engine)
    with pytest.raises(ExecutionLimit):
        done(engine, ticket, "a")
    assert everything(engine) == before
    assert MAX_CALLS == 1_000


# -- who sees it, and when it rests -----------------------------------------------------------------------------------


def test_a_childs_task_is_seen_by_who_may_see_the_ticket(engine: Engine) -> None:
    deploy(
        engine, child(nodes=[start("s"), user("work", candidateGroups="fitters"), end("e")], flows=["s -> work -> e"])
    )
    invited = service("invite", "test.invite", inputs={"organisation": f"${{{CONTRACTOR}}}"})
    nodes = [start("s"), invited, call("c", "child"), end("e")]
    deploy(engine, drawing("shared_call", nodes, ["s -> invite -> c -> e"]))
    ticket = open_ticket(engine, "shared_call").instance_id
    task = all_tasks(engine, ticket)["work"]
    with engine.read() as connection:
        (item,) = task_list(connection, actor("fitter"), "candidate").items
        assert (item.id, item.root_id, item.number) == (task, ticket, cases(engine, ticket)[0].business_key)
        assert task_detail(connection, actor("fitter"), task).id == task
        for stranger in ("outsider", "stranger"):
            assert task_list(connection, actor(stranger), "candidate").items == []
    with pytest.raises(NotFound):
        engine.run(complete_task, actor("outsider"), task, {})
    engine.run(complete_task, actor("fitter"), task, {})
    assert states(engine, ticket) == ["completed", "completed"]


def test_in_a_suspended_ticket_the_children_wait_too(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, DEEP)
    deploy(engine, parent(call("c", "child")))
    ticket = open_ticket(engine, "parent").instance_id
    engine.run(suspend_instance, SENDER, ticket, "等一等")
    with pytest.raises(InstanceSuspended):
        done(engine, ticket, "work")
    clock.move_to(T0 + timedelta(hours=2))
    assert drain(engine) == 0
    engine.run(resume_instance, SENDER, ticket, "继续")
    assert drain(engine) == 1
    assert list(all_tasks(engine, ticket)) == []


def test_timers_of_the_whole_ticket_are_asked_again_when_its_clocks_move(
    database: Database, clock: ManualClock
) -> None:
    """In the child's own command, and in the parent's."""
    from tests.engine.timed import Hand, reevaluate, timed_engine, waiting

    hand = Hand()
    hand.answers["t"] = (T0 + timedelta(hours=1)).isoformat()
    engine = timed_engine(database, clock, hand)
    watched = [
        start("s"),
        user("work", candidateGroups="desk"),
        timer("t", "work", "${test.answer('t')}", "timeDate"),
        end("e"),
        end("f"),
    ]
    deploy(engine, child(nodes=watched, flows=["s -> work -> e", "t -> f"]))
    over = [timer("over", "c", "${test.answer('t')}", "timeDate"), end("f")]
    deploy(engine, parent(call("c", "child"), *over, flows=["over -> f"]))
    ticket = open_ticket(engine, "parent").instance_id
    root, called = cases(engine, ticket)
    for hours, instance_id in ((2, root.id), (3, called.id)):
        hand.answers["t"] = (T0 + timedelta(hours=hours)).isoformat()
        reevaluate(engine, instance_id)
        assert waiting(engine) == [T0 + timedelta(hours=hours)] * 2
