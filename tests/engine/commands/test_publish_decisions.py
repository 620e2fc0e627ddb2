"""Publishing decision files: versions by bytes, one file for each decision, and finding a decision by its id."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from sqlalchemy import select

from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.publish_decisions import PublishedFile, publish_decisions
from engine.decisions.errors import DecisionsRefused
from engine.decisions.evaluation import evaluate
from engine.engine import Engine
from engine.errors import Forbidden, NotFound
from engine.models import DecisionDefinition, HistoryEvent, PublishedDecision
from engine.published_decisions import FoundDecision
from tests.engine.decisions.tables import decision, file, literal, one, table
from tests.factories import CLIENT, OTHER_CLIENT, actor, everything, fetch, without_second_person

FIRST = file(decision(table(["n"], ["x"], ["> 5 => 1", "<= 5 => 2"])), decision(literal("x + 1"), "e", ["d"], "y"))
SECOND = FIRST.replace(b"<text>1</text>", b"<text>7</text>")
FC = sorted((Path(__file__).parents[3] / "bpmn" / "packs" / "fc").glob("*.dmn"))


def publish(engine: Engine, content: bytes, organisation_id: int = CLIENT) -> PublishedFile:
    return engine.run(publish_decisions, ENGINE, organisation_id, content)


def find(engine: Engine, decision_id: str, organisation_id: int = CLIENT) -> FoundDecision:
    with engine.read() as connection:
        return engine.decisions.find(connection, organisation_id, decision_id)


def test_the_same_bytes_are_no_new_version_and_new_bytes_are_the_next(engine: Engine) -> None:
    first = publish(engine, FIRST)
    assert (first.key, first.version, first.is_new, first.decisions) == ("file", 1, True, ("d", "e"))
    before = everything(engine)
    again = publish(engine, FIRST)
    assert (again.definition_id, again.version, again.is_new) == (first.definition_id, 1, False)
    assert everything(engine) == before
    assert [publish(engine, content).version for content in (SECOND, FIRST)] == [2, 3]


def test_a_decision_is_found_in_the_newest_version_and_compiled_once(engine: Engine) -> None:
    publish(engine, FIRST)
    old = find(engine, "e")
    assert evaluate(old.decision, {"n": 6}).outputs == {"y": 2}
    assert find(engine, "e").decision is old.decision
    published = publish(engine, SECOND)
    new = find(engine, "e")
    assert (new.definition_id, new.key, new.version) == (published.definition_id, "file", 2)
    assert evaluate(new.decision, {"n": 6}).outputs == {"y": 8}
    with engine.read() as connection:  # a case that keeps its version
        kept = engine.decisions.file(connection, old.definition_id)
        assert kept.decisions["e"] is old.decision


def test_a_decision_that_the_newest_version_dropped_is_gone(engine: Engine) -> None:
    publish(engine, FIRST)
    publish(engine, one(["n"], ["x"], ["> 5 => 1"]))
    assert find(engine, "d").version == 2
    with pytest.raises(NotFound, match="There is no such decision"):
        find(engine, "e")


def test_decisions_belong_to_one_organisation(engine: Engine) -> None:
    publish(engine, FIRST)
    with pytest.raises(NotFound):
        find(engine, "d", OTHER_CLIENT)
    assert publish(engine, SECOND, OTHER_CLIENT).version == 1
    assert find(engine, "d").version == 1
    assert find(engine, "d").definition_id != find(engine, "d", OTHER_CLIENT).definition_id


def test_a_decision_belongs_to_one_file(engine: Engine) -> None:
    publish(engine, FIRST)
    before = everything(engine)
    with pytest.raises(DecisionsRefused) as refused:
        publish(engine, FIRST.replace(b"id='file'", b"id='other'"))
    assert [(found.code, found.element_id) for found in refused.value.findings] == [
        ("decision_elsewhere", "d"),
        ("decision_elsewhere", "e"),
    ]
    assert everything(engine) == before
    publish(engine, FIRST.replace(b"id='file'", b"id='other'"), OTHER_CLIENT)
    publish(engine, file(decision(literal("1"), "another")))  # the file gives its decisions up
    assert publish(engine, FIRST.replace(b"id='file'", b"id='other'")).is_new
    assert find(engine, "d").key == "other"


def test_what_is_stored_is_what_came(engine: Engine, clock: ManualClock) -> None:
    published = without_second_person(engine).run(publish_decisions, actor("chief"), CLIENT, FIRST)
    table_ = DecisionDefinition.__table__
    row = fetch(engine, select(table_).where(table_.c.id == published.definition_id))[0]
    assert (row.organisation_id, row.key, row.version, row.name, row.content) == (CLIENT, "file", 1, "file", FIRST)
    assert (row.published_at, row.published_by) == (clock.now(), actor("chief").id)
    held = sorted(map(tuple, fetch(engine, select(PublishedDecision.__table__))))
    assert held == [(published.definition_id, "d", "D"), (published.definition_id, "e", "E")]
    event = fetch(engine, select(HistoryEvent.__table__))[0]
    assert orjson.loads(event.facts) == [
        {
            "type": "decisions_published",
            "definition": published.definition_id,
            "key": "file",
            "version": 1,
            "sha256": row.sha256,
            "decisions": ["d", "e"],
        }
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (one(["n"], ["x"], ["> 5 => 1", "> 6 => 2"]), "rules_overlap"),
        (one(["n"], ["x"], ["> 5 => lne(n)"]), "decision_expression"),
    ],
)
def test_what_is_refused_stores_nothing_and_tells_every_finding(engine: Engine, content: bytes, code: str) -> None:
    before = everything(engine)
    with pytest.raises(DecisionsRefused) as refused:
        publish(engine, content)
    assert code in [found.code for found in refused.value.findings]
    assert everything(engine) == before


def test_publishing_needs_the_permission(engine: Engine) -> None:
    with pytest.raises(Forbidden, match=r"definition\.publish"):
        engine.run(publish_decisions, actor("clerk1"), CLIENT, FIRST)


def test_the_shipped_tables_can_be_published(engine: Engine) -> None:
    assert [publish(engine, path.read_bytes()).decisions for path in FC] == [("D21_fc_level",), ("D22_fc_limit",)]
    assert evaluate(find(engine, "D22_fc_limit").decision, {"level": 2}).outputs["arrive_min"] == 60
