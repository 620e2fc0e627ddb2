"""Publishing: what a diagram calls and decides by must be published, and calls make no circle."""

from __future__ import annotations

from typing import Any

import pytest

from engine.authorization import ENGINE
from engine.commands.publish_decisions import publish_decisions
from engine.commands.publish_definition import DefinitionRefused
from engine.decisions.table import Decision
from engine.engine import Engine
from engine.extensions import DecisionSource
from tests.engine.decisions.tables import decision, file, table
from tests.engine.definition.drawings import Node, drawing, element, end, parallel, start
from tests.engine.events import call, child, parent
from tests.factories import CLIENT, OTHER_CLIENT, deploy, everything


def rule(id: str, decision_id: str) -> Node:
    return element("businessRuleTask", id, **{"camunda:decisionRef": decision_id})


def deciding(*ids: str) -> bytes:
    rules = [rule(f"r{number}", id) for number, id in enumerate(ids)]
    return drawing("deciding", [start("s"), *rules, end("e")], [" -> ".join(["s", *(one.id for one in rules), "e"])])


def refused(engine: Engine, content: bytes, organisation_id: int = CLIENT) -> list[tuple[str, str | None, str]]:
    """Code, element and English words of each error; nothing was stored."""
    before = everything(engine)
    with pytest.raises(DefinitionRefused) as refusal:
        deploy(engine, content, organisation_id)
    assert everything(engine) == before
    return [(f.code, f.element_id, f.message_en) for f in refusal.value.findings if f.severity == "error"]


def test_a_called_process_must_be_published_in_the_same_organisation(engine: Engine) -> None:
    content = parent(call("c", "child"))
    words = "The called process “child” is not published; publish it first."
    assert refused(engine, content) == [("called_process_unknown", "c", words)]
    deploy(engine, child(), OTHER_CLIENT)
    assert refused(engine, content) == [("called_process_unknown", "c", words)]
    deploy(engine, child())
    deploy(engine, content)


def test_a_near_name_is_offered(engine: Engine) -> None:
    deploy(engine, child("delay_approval"))
    ((_, _, words),) = refused(engine, parent(call("c", "delay_aproval")))
    assert words.endswith(" Did you mean “delay_approval”?")


def test_a_process_does_not_call_itself(engine: Engine) -> None:
    (finding,) = refused(engine, parent(call("c", "parent")))
    assert finding == ("call_cycle", "c", "The processes call each other in a circle: parent → parent.")


def test_a_circle_through_newest_versions_is_named_whole(engine: Engine) -> None:
    deploy(engine, child("low"))
    deploy(engine, parent(call("c", "low"), key="middle"))
    deploy(engine, parent(call("c", "middle"), key="top"))
    (finding,) = refused(engine, parent(call("back", "top"), key="low"))
    assert finding == ("call_cycle", "back", "The processes call each other in a circle: low → top → middle → low.")
    deploy(engine, child("middle"))  # the newest version calls nothing any more
    deploy(engine, parent(call("back", "top"), key="low"))


def test_a_decision_must_be_published_or_known_to_a_source(engine: Engine) -> None:
    deploy(engine, deciding())
    found = refused(engine, deciding("level", "pack_level"))
    assert [(code, element) for code, element, _ in found] == [("decision_unknown", "r0"), ("decision_unknown", "r1")]
    levels = file(decision(table(["n: number"], ["out: string"], ['- => "one"']), "level"))
    engine.run(publish_decisions, ENGINE, CLIENT, levels)
    assert [element for _, element, _ in refused(engine, deciding("level", "pack_level"))] == ["r1"]
    assert len(refused(engine, deciding("level"), OTHER_CLIENT)) == 1

    def unknown(*_: Any) -> Decision | None:
        return None

    engine.extensions.decisions.append(DecisionSource("pack", unknown, lambda connection: {"pack_level"}))
    deploy(engine, deciding("level", "pack_level"))


def test_all_findings_come_at_once_with_the_others(engine: Engine) -> None:
    nodes = [start("s"), parallel("f"), call("c", "nowhere"), rule("r", "nothing"), element("task", "t"), end("e")]
    found = refused(engine, drawing("many", nodes, ["s -> f -> c -> r -> t -> e"]))
    assert [code for code, _, _ in found] == ["called_process_unknown", "decision_unknown", "element_not_in_profile"]
