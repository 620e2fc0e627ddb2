"""Rule tasks: made as published now, told with their version, mapped, never “the first” of two."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.complete_task import complete_task
from engine.commands.publish_decisions import publish_decisions
from engine.decisions.errors import MappingRefused, NotUnique
from engine.decisions.table import Decision
from engine.engine import Engine
from engine.extensions import DecisionSource
from engine.models import Incident
from engine.worker import live_until
from tests.conftest import T0
from tests.engine.decisions.tables import compiled, decision, file, table
from tests.engine.definition.drawings import Node, drawing, element, end, extensions, start, timer, user
from tests.engine.events import all_tasks, cases
from tests.factories import CLIENT, actor, deploy, everything, fetch, open_ticket, told

LEVEL = table(["n: number"], ["level: string", "hours: number"], ['< 10 => "low" ; 24', '>= 10 => "high" ; 4'])
ONE = table(["n: number"], ["level: string"], ['> 0 => "low"'])
BOTH = table(["n: number"], ["level: string"], ['> low => "low"', '> high => "high"'])  # what it holds, only data say
ALL = table(["n: number"], ["level: string"], ['> 0 => "low"', '> 5 => "high"'], "COLLECT")


def publish(engine: Engine, logic: str, id_: str = "grade", key: str = "levels") -> None:
    engine.run(publish_decisions, ENGINE, CLIENT, file(decision(logic, id_), key=key))


def rule(id: str = "r", decision_id: str = "grade", inner: str = "", **attributes: str) -> Node:
    named = {f"camunda:{name}": value for name, value in {"decisionRef": decision_id, **attributes}.items()}
    return element("businessRuleTask", id, inner, **named)


def ruled(task: Node, fields: str = "level,hours,found", first: bool = False) -> bytes:
    nodes = [start("s"), *([user("first", candidateGroups="desk")] if first else []), task]
    nodes += [user("a", candidateGroups="desk"), end("e")]
    return drawing("ruled", nodes, [" -> ".join(node.id for node in nodes)], properties={"fields": fields})


def decided(engine: Engine, ticket: int) -> dict[str, Any]:
    (fact,) = [fact for item in told(engine, ticket) for fact in item.facts if fact["type"] == "decision_made"]
    return fact


def test_outputs_replace_and_history_says_which_version_decided(engine: Engine) -> None:
    publish(engine, LEVEL)
    deploy(engine, ruled(rule()))
    ticket = open_ticket(engine, "ruled", {"n": 12, "level": "old", "hours": 1}).instance_id
    assert cases(engine, ticket)[0].fields == {"level": "high", "hours": 4}
    fact = decided(engine, ticket)
    assert (fact["element"], fact["file"], fact["version"], len(fact["sha256"])) == ("r", "levels", 1, 64)
    assert (fact["made"]["decision"], fact["made"]["rules"], fact["made"]["inputs"]) == ("grade", [2], {"n": 12})


def test_no_hit_replaces_by_null(engine: Engine) -> None:
    publish(engine, table(["n: number"], ["level: string"], ['> 5 => "high"']))
    deploy(engine, ruled(rule()))
    ticket = open_ticket(engine, "ruled", {"n": 1, "level": "old"}).instance_id
    assert cases(engine, ticket)[0].fields == {"level": None}


def test_a_running_case_takes_the_newest_version_when_the_decision_is_made(engine: Engine) -> None:
    publish(engine, LEVEL)
    deploy(engine, ruled(rule(), first=True))
    ticket = open_ticket(engine, "ruled", {"n": 1}).instance_id
    publish(engine, LEVEL.replace("24", "48"))
    engine.run(complete_task, actor("clerk1"), all_tasks(engine, ticket)["first"], {})
    assert cases(engine, ticket)[0].fields["hours"] == 48
    assert decided(engine, ticket)["version"] == 2


def test_two_unique_hits_refuse_the_command(engine: Engine) -> None:
    publish(engine, BOTH)
    deploy(engine, ruled(rule(), first=True))
    ticket = open_ticket(engine, "ruled", {"n": 9, "low": 0, "high": 5}).instance_id
    before = everything(engine)
    with pytest.raises(NotUnique) as refused:
        engine.run(complete_task, actor("clerk1"), all_tasks(engine, ticket)["first"], {})
    assert refused.value.message("zh") == "决策“GRADE”只允许命中一条规则，但规则 1、2 同时命中。"
    assert everything(engine) == before


def test_two_unique_hits_behind_a_timer_become_an_incident(engine: Engine, clock: ManualClock) -> None:
    publish(engine, BOTH)
    nodes = [start("s"), user("a", candidateGroups="desk"), timer("t", "a", "PT1M"), rule(), end("e"), end("f")]
    deploy(engine, drawing("timed", nodes, ["s -> a -> e", "t -> r -> f"]))
    ticket = open_ticket(engine, "timed", {"n": 9, "low": 0, "high": 5}).instance_id
    live_until(engine, clock, T0 + timedelta(minutes=10))
    (incident,) = fetch(engine, select(Incident.__table__))
    assert (incident.code, incident.element_id, incident.root_id) == ("decision_not_unique", "t", ticket)
    assert list(all_tasks(engine, ticket)) == ["a"]


def test_the_input_mapping_is_for_the_decision_alone(engine: Engine) -> None:
    publish(engine, LEVEL)
    deploy(engine, ruled(rule(inner=extensions({"n": "${count * 2}"})), fields="level,hours,n"))
    ticket = open_ticket(engine, "ruled", {"count": 6, "n": 1}).instance_id
    assert cases(engine, ticket)[0].fields == {"level": "high", "hours": 4, "n": 1}


@pytest.mark.parametrize(
    ("logic", "mapping", "found"),
    [
        (ONE, "singleEntry", "low"),
        (LEVEL, "singleResult", {"level": "low", "hours": 24}),
        (ALL, "collectEntries", ["low", "high"]),
        (ALL, "resultList", [{"level": "low"}, {"level": "high"}]),
        (LEVEL, "resultList", [{"level": "low", "hours": 24}]),
    ],
)
def test_the_result_variable_holds_what_the_mapping_says(engine: Engine, logic: str, mapping: str, found: Any) -> None:
    publish(engine, logic)
    deploy(engine, ruled(rule(resultVariable="found", mapDecisionResult=mapping)))
    ticket = open_ticket(engine, "ruled", {"n": 7, "level": "old"}).instance_id
    assert cases(engine, ticket)[0].fields == {"level": "old", "found": found}


@pytest.mark.parametrize(
    ("logic", "mapping"), [(LEVEL, "singleEntry"), (ALL, "singleResult"), (LEVEL, "collectEntries")]
)
def test_a_result_that_does_not_fit_its_mapping_is_refused(engine: Engine, logic: str, mapping: str) -> None:
    publish(engine, logic)
    deploy(engine, ruled(rule(resultVariable="found", mapDecisionResult=mapping)))
    with pytest.raises(MappingRefused):
        open_ticket(engine, "ruled", {"n": 7})


def test_a_source_decides_before_what_is_published(engine: Engine) -> None:
    """A ticket's own pack, say: history names the source, which tells its version itself."""
    publish(engine, LEVEL)
    own = compiled(file(decision(LEVEL.replace("4", "3"), "grade")), "grade")

    def find(context: Any, decision_id: str) -> Decision | None:
        return own if decision_id == "grade" else None

    engine.extensions.decisions.append(DecisionSource("pack", find, lambda connection: {"grade"}))
    deploy(engine, ruled(rule()))
    ticket = open_ticket(engine, "ruled", {"n": 12}).instance_id
    assert cases(engine, ticket)[0].fields["hours"] == 3
    fact = decided(engine, ticket)
    assert (fact["source"], "version" in fact) == ("pack", False)
