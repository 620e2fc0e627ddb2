"""Cases beside a ticket: their lock and number, who may start them, and their end with the ticket's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.audit import verify
from engine.clock import ManualClock
from engine.commands.cancel_instance import OnlyTheTicket, cancel_instance
from engine.commands.complete_task import complete_task
from engine.commands.start_beside import NotBeside, start_beside
from engine.commands.start_instance import start_instance
from engine.commands.suspend_instance import suspend_instance
from engine.database import Database
from engine.engine import Engine
from engine.errors import Forbidden, InstanceNotActive, InstanceSuspended, Invalid, NotFound, SeparationOfDuties
from engine.expressions.registry import Function
from engine.extensions import CaseKind, Context, Service
from engine.models import Job, ProcessInstance, UserTask
from engine.starting import OnlyBeside
from tests.conftest import T0
from tests.engine.definition.drawings import Node, drawing, end, service, start, timer, user
from tests.engine.drawings import ONE_STEP, TWO_STEPS
from tests.engine.statements import counted
from tests.factories import CLIENT, KEY, actor, deploy, fetch, new_engine, open_city, open_tasks, open_ticket, told

DUE = {"at": T0 + timedelta(hours=1)}
"""What the function `test.due` answers; the service `test.move` sets it."""


def opened(context: Context, data: Mapping[str, Any]) -> dict[str, Any]:
    assert context.instance_id != context.root_id
    return {"asked_by": context.actor.name}


def move(context: Context, /, **_: Any) -> None:
    DUE["at"] = T0 + timedelta(hours=5)
    context.reevaluate_timers()


def approval(**more: Any) -> bytes:
    properties = {"case.kind": "approval", "case.title": "${note} 的审批"}
    nodes: list[Node] = [
        start("s", "申请", formKey="note"),
        user("review", "审核", candidateGroups="chiefs", properties={"separate_from": "s"}),
        service("move", "test.move"),
        end("e"),
    ]
    return drawing("approval", nodes, ["s -> review -> move -> e"], name="审批", properties=properties, **more)


WATCHED = drawing(
    "watched",
    [
        start("s"),
        user("a", "办理", candidateGroups="desk", dueDate="${test.due()}"),
        timer("late", "a", "${test.due()}", "timeDate"),
        user("b", candidateGroups="desk"),
        end("done"),
        end("missed"),
    ],
    ["s -> a -> b -> done", "late -> missed"],
)


@pytest.fixture
def engine(database: Database, clock: ManualClock) -> Engine:
    DUE["at"] = T0 + timedelta(hours=1)
    due = Function("test.due", lambda context: DUE["at"], "到期", "due", needs_context=True)
    engine = new_engine(database, clock, functions=(due,), services=(Service("test.move", move, zh="移动", en="move"),))
    engine.extensions.add_case_kind(CaseKind("approval", opened, beside=True))
    open_city(engine)
    for content in (ONE_STEP, TWO_STEPS, WATCHED, approval()):
        deploy(engine, content)
    return engine


def beside(engine: Engine, ticket: int, by: str = "clerk1", key: str = "approval", note: Any = "加时") -> int:
    return engine.run(start_beside, actor(by), ticket, key, {"note": note}).instance_id


def states(engine: Engine) -> dict[int, str]:
    return {id_: state for id_, state in fetch(engine, select(ProcessInstance.id, ProcessInstance.state))}


def test_it_shares_the_ticket_and_ends_by_itself(engine: Engine) -> None:
    ticket = open_ticket(engine, "one_step")
    started = engine.run(start_beside, actor("clerk1"), ticket.instance_id, "approval", {"note": "加时"})
    assert (started.business_key, started.title) == (ticket.business_key, "加时 的审批")
    row = fetch(engine, select(ProcessInstance).where(ProcessInstance.id == started.instance_id))[0]
    assert (row.root_id, row.parent_id, row.parent_task_id) == (ticket.instance_id, ticket.instance_id, None)
    assert (row.business_key, row.started_by) == (None, actor("clerk1").id)
    engine.run(complete_task, actor("chief"), open_tasks(engine, started.instance_id)["review"], {})
    assert states(engine) == {ticket.instance_id: "active", started.instance_id: "completed"}
    facts = [f for item in told(engine, ticket.instance_id) for f in item.facts if f.get("instance")]
    assert {f["instance"] for f in facts} == {started.instance_id}
    assert (facts[0]["type"], facts[0]["process"], facts[0]["form"], facts[0]["data"]) == (
        "instance_started", "审批", "note", {"note": "加时"},
    )  # fmt: skip
    engine.run(complete_task, actor("clerk1"), open_tasks(engine, ticket.instance_id)["a"], {})
    assert states(engine)[ticket.instance_id] == "completed"
    with engine.read() as connection:
        assert verify(connection, KEY).damages == ()


def test_it_ends_with_its_ticket(engine: Engine) -> None:
    done, cancelled, other = (open_ticket(engine, "one_step").instance_id for _ in range(3))
    approvals = [beside(engine, ticket) for ticket in (done, done, cancelled, other)]
    engine.run(complete_task, actor("clerk1"), open_tasks(engine, done)["a"], {})
    engine.run(cancel_instance, actor("chief"), cancelled, "误报")
    found = states(engine)
    assert [found[one] for one in approvals] == ["cancelled", "cancelled", "cancelled", "active"]
    assert (found[done], found[cancelled], found[other]) == ("completed", "cancelled", "active")
    query = select(UserTask.instance_id, UserTask.state).where(UserTask.element_id == "review")
    assert dict(fetch(engine, query.order_by(UserTask.instance_id))) == dict(
        zip(approvals, ["cancelled", "cancelled", "cancelled", "open"], strict=True)
    )
    reasons = fetch(engine, select(ProcessInstance.end_reason).where(ProcessInstance.id.in_(approvals[:3])))
    assert {row.end_reason for row in reasons} == {"工单已结束"}
    with engine.read() as connection:
        assert verify(connection, KEY).damages == ()


def test_what_it_moves_moves_the_tickets_timers_and_due_dates_too(engine: Engine) -> None:
    ticket = open_ticket(engine, "watched").instance_id
    review = open_tasks(engine, beside(engine, ticket))["review"]
    engine.run(complete_task, actor("chief"), review, {})
    five = T0 + timedelta(hours=5)
    assert fetch(engine, select(Job.due_at, Job.run_at).where(Job.root_id == ticket)) == [(five, five)]
    assert fetch(engine, select(UserTask.due_at).where(UserTask.instance_id == ticket)) == [(five,)]
    last = [fact for fact in told(engine, ticket)[-1].facts if fact["type"].endswith("_retimed")]
    assert [(fact["type"], fact["due"]) for fact in last] == [
        ("task_retimed", five.isoformat()),
        ("timer_retimed", five.isoformat()),
    ]


def test_who_has_started_it_may_not_review_it(engine: Engine) -> None:
    ticket = open_ticket(engine, "one_step").instance_id
    review = open_tasks(engine, beside(engine, ticket, by="chief"))["review"]
    with pytest.raises(SeparationOfDuties) as refused:
        engine.run(complete_task, actor("chief"), review, {})
    assert refused.value.params["element"] == "申请"
    engine.run(complete_task, actor("foreman", organisation_id=CLIENT), review, {})


def test_only_on_a_running_ticket_that_one_may_see(engine: Engine) -> None:
    ticket = open_ticket(engine, "one_step").instance_id
    approval_id = beside(engine, ticket)
    for by, on in (("stranger", ticket), ("outsider", ticket), ("clerk1", approval_id), ("clerk1", 10**15)):
        with pytest.raises(NotFound):
            beside(engine, on, by=by)
    with pytest.raises(Forbidden):
        engine.run(start_beside, actor("clerk1", permissions=frozenset({"case.read"})), ticket, "approval", {})
    with pytest.raises(Invalid):
        beside(engine, ticket, note=7)
    with pytest.raises(NotFound):
        beside(engine, ticket, key="nothing")
    engine.run(suspend_instance, actor("chief", permissions=frozenset({"case.suspend", "case.read"})), ticket, "查")
    with pytest.raises(InstanceSuspended):
        beside(engine, ticket)
    over = open_ticket(engine, "one_step").instance_id
    engine.run(cancel_instance, actor("chief"), over, "误报")
    with pytest.raises(InstanceNotActive):
        beside(engine, over)
    assert len(states(engine)) == 3


def test_kinds_keep_to_their_side(engine: Engine) -> None:
    ticket = open_ticket(engine, "one_step").instance_id
    with pytest.raises(NotBeside):
        beside(engine, ticket, key="two_steps")
    with pytest.raises(OnlyBeside):
        engine.run(start_instance, actor("clerk1"), CLIENT, "approval", {"note": "x"})
    with pytest.raises(OnlyTheTicket):
        engine.run(cancel_instance, actor("chief"), beside(engine, ticket), "x")


def test_only_the_groups_of_the_drawing_start_it(engine: Engine) -> None:
    limited = approval().replace(
        b'name="\xe5\xae\xa1\xe6\x89\xb9"', b'name="A" camunda:candidateStarterGroups="fitters"'
    )
    deploy(engine, limited)
    ticket = open_ticket(engine, "one_step").instance_id
    with pytest.raises(Forbidden):
        beside(engine, ticket)
    fitter = actor("fitter", organisation_id=CLIENT)
    engine.run(start_beside, fitter, ticket, "approval", {"note": "x"})


def test_a_ticket_alone_pays_nothing_for_it(engine: Engine) -> None:
    ticket = open_ticket(engine, "one_step").instance_id
    task = open_tasks(engine, ticket)["a"]
    with counted(engine.database) as sent:
        engine.run(complete_task, actor("clerk1"), task, {})
    alone = len(sent)
    ticket = open_ticket(engine, "one_step").instance_id
    beside(engine, ticket)
    with counted(engine.database) as sent:
        engine.run(complete_task, actor("clerk1"), open_tasks(engine, ticket)["a"], {})
    assert alone == (4 if engine.database.is_sqlite else 2), alone
    assert len(sent) > alone
