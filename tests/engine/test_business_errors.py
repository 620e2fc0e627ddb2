"""Services that report an error on purpose: the diagram catches it by its code, or it is told in their words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.clock import ManualClock
from engine.commands.retry_job import retry_job
from engine.database import Database
from engine.engine import Engine
from engine.extensions import BusinessError, Call, Context, Service
from engine.models import Incident
from engine.worker import drain, live_until
from tests.conftest import T0
from tests.engine.called import Outside, calling_engine, jobs
from tests.engine.definition.drawings import Node, drawing, end, service, start, user
from tests.engine.events import all_tasks, cases, declared, event
from tests.factories import actor, deploy, everything, facts, fetch, open_ticket


def refuse(context: Context, /, **_: Any) -> None:
    raise BusinessError("no_spare", "没有备件")


REFUSES = Service("test.refuse", refuse, zh="拒绝", en="refuse")


@pytest.fixture
def outside() -> Outside:
    return Outside()


@pytest.fixture
def engine(database: Database, clock: ManualClock, outside: Outside) -> Engine:
    return calling_engine(database, clock, outside, REFUSES)


def guarded(topic: str, *codes: str) -> bytes:
    """A service with an error event for each code on its border; "" catches any."""
    nodes: list[Node] = [start("s"), service("x", topic), user("a", candidateGroups="desk"), end("e")]
    flows = ["s -> x -> a -> e"]
    for number, code in enumerate(codes):
        variables: dict[str, Any] = {"errorCodeVariable": "code", "errorMessageVariable": "words"}
        nodes.append(event("boundaryEvent", f"b{number}", "error", code, host="x", **variables))
        nodes += [user(f"mend{number}", candidateGroups="desk"), end(f"f{number}")]
        flows.append(f"b{number} -> mend{number} -> f{number}")
    named = declared(error=" ".join(code for code in codes if code))
    return drawing("guarded", nodes, flows, properties={"fields": "code,words"}, extra=named)


WAYS = [(("no_spare",), "mend0"), (("",), "mend0"), (("", "no_spare"), "mend1"), (("other", ""), "mend1")]


@pytest.mark.parametrize(("codes", "strikes"), WAYS)
def test_inside_the_error_event_that_names_the_code_catches_it(
    engine: Engine, codes: tuple[str, ...], strikes: str
) -> None:
    deploy(engine, guarded("test.refuse", *codes))
    ticket = open_ticket(engine, "guarded").instance_id
    assert list(all_tasks(engine, ticket)) == [strikes]
    assert cases(engine, ticket)[0].fields == {"code": "no_spare", "words": "服务报告了业务错误“no_spare”：没有备件。"}
    assert ("element_completed", "x") not in facts(engine, ticket)


@pytest.mark.parametrize("codes", [(), ("other",)])
def test_inside_and_not_caught_the_command_is_refused_in_the_services_words(
    engine: Engine, codes: tuple[str, ...]
) -> None:
    deploy(engine, guarded("test.refuse", *codes))
    before = everything(engine)
    with pytest.raises(BusinessError) as refused:
        open_ticket(engine, "guarded")
    assert (refused.value.error, refused.value.message("en")) == (
        "no_spare",
        "The service reported the error “no_spare”: 没有备件.",
    )
    assert everything(engine) == before


@pytest.mark.parametrize(("codes", "strikes"), WAYS)
def test_outside_the_error_event_that_names_the_code_catches_it(
    engine: Engine, outside: Outside, codes: tuple[str, ...], strikes: str
) -> None:
    def answer(call: Call) -> Any:
        raise BusinessError("no_spare", "没有备件")

    outside.answer = answer
    deploy(engine, guarded("test.call", *codes))
    ticket = open_ticket(engine, "guarded").instance_id
    assert drain(engine) == 1
    assert list(all_tasks(engine, ticket)) == [strikes]
    assert cases(engine, ticket)[0].fields["code"] == "no_spare"
    assert (jobs(engine), fetch(engine, select(Incident.id)), len(outside.calls)) == ([], [], 1)


def test_outside_and_not_caught_it_is_tried_again_and_becomes_an_incident(
    engine: Engine, clock: ManualClock, outside: Outside
) -> None:
    def answer(call: Call) -> Any:
        raise BusinessError("no_spare", "没有备件")

    outside.answer = answer
    deploy(engine, guarded("test.call", "other"))
    ticket = open_ticket(engine, "guarded").instance_id
    live_until(engine, clock, T0 + timedelta(minutes=5))
    (incident,) = fetch(engine, select(Incident.__table__))
    assert (incident.code, incident.root_id, len(outside.calls)) == ("business_error", ticket, 3)
    assert "没有备件" in incident.message
    outside.answer = lambda call: {}
    engine.run(retry_job, actor("chief"), incident.job_id, "已补货")
    assert drain(engine) == 1
    assert list(all_tasks(engine, ticket)) == ["a"]
