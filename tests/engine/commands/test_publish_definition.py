"""Publishing: versions by bytes, per organisation, and nothing stored of what is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import orjson
import pytest
from sqlalchemy import select

from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.publish_definition import DefinitionRefused, publish_definition
from engine.database import Database
from engine.engine import Engine
from engine.errors import Forbidden
from engine.models import HistoryEvent, ProcessDefinition
from engine.spiff.errors import ExecutionLimit
from tests.engine.definition.drawings import drawing, end, parallel, start, user
from tests.engine.drawings import ONE_STEP
from tests.factories import (
    CLIENT,
    OTHER_CLIENT,
    actor,
    deploy,
    everything,
    fetch,
    new_engine,
    open_city,
    open_tasks,
    open_ticket,
    without_second_person,
)


def changed(number: int) -> bytes:
    return ONE_STEP.replace("办理".encode(), f"办理{number}".encode())


def test_the_same_bytes_are_no_new_version_and_new_bytes_are_the_next(engine: Engine) -> None:
    first = deploy(engine, ONE_STEP)
    assert (first.key, first.version, first.is_new) == ("one_step", 1, True)
    before = everything(engine)
    again = deploy(engine, ONE_STEP)
    assert (again.definition_id, again.version, again.is_new) == (first.definition_id, 1, False)
    assert everything(engine) == before
    second = deploy(engine, changed(2))
    assert (second.version, second.is_new) == (2, True)
    assert second.definition_id != first.definition_id


def test_older_bytes_published_again_are_a_version_of_their_own(engine: Engine) -> None:
    assert [deploy(engine, content).version for content in (ONE_STEP, changed(2), ONE_STEP)] == [1, 2, 3]


def test_what_is_stored_is_what_came(engine: Engine, clock: ManualClock) -> None:
    published = without_second_person(engine).run(publish_definition, actor("chief"), CLIENT, ONE_STEP)
    table = ProcessDefinition.__table__
    row = fetch(engine, select(table).where(table.c.id == published.definition_id))[0]
    assert (row.organisation_id, row.key, row.version, row.name) == (CLIENT, "one_step", 1, "one_step")
    assert (row.content, row.published_at, row.published_by) == (ONE_STEP, clock.now(), actor("chief").id)
    event = fetch(engine, select(HistoryEvent.__table__))[0]
    assert (event.organisation_id, event.root_id, event.seq, event.actor_name) == (CLIENT, None, None, "chief")
    assert orjson.loads(event.facts) == [
        {
            "type": "definition_published",
            "definition": published.definition_id,
            "key": "one_step",
            "version": 1,
            "sha256": row.sha256,
        }
    ]


@pytest.mark.parametrize("content", [b"", b"no xml", ONE_STEP.replace(b'targetRef="e"', b'targetRef="nowhere"')])
def test_what_is_refused_stores_nothing_and_tells_every_finding(engine: Engine, content: bytes) -> None:
    before = everything(engine)
    with pytest.raises(DefinitionRefused) as refused:
        deploy(engine, content)
    assert refused.value.findings
    assert refused.value.params["count"] == sum(f.severity == "error" for f in refused.value.findings) > 0
    assert everything(engine) == before


def test_a_drawing_whose_prediction_explodes_is_refused(engine: Engine) -> None:
    """Each split and join by itself is within the profile; together they are predicted as 3 to the 5th paths."""
    nodes, flows = [start("s"), end("e")], ["s -> f0", "j4 -> e"]
    for level in range(5):
        nodes += [parallel(f"f{level}"), parallel(f"j{level}")]
        flows += [f"j{level - 1} -> f{level}"] if level else []
        for side in "abc":
            steps = [f"u{level}{side}{number}" for number in range(6)]
            nodes += [user(step, candidateGroups="desk") for step in steps]
            flows.append(" -> ".join([f"f{level}", *steps, f"j{level}"]))
    content = drawing("explosion", nodes, flows)
    before = everything(engine)
    with pytest.raises(ExecutionLimit) as refused:
        deploy(engine, content)
    assert refused.value.params["limit"] == 2_000
    assert everything(engine) == before


def test_definitions_belong_to_one_organisation(engine: Engine) -> None:
    own, other = deploy(engine, ONE_STEP), deploy(engine, ONE_STEP, OTHER_CLIENT)
    assert (own.version, other.version, other.is_new) == (1, 1, True)
    assert own.definition_id != other.definition_id
    assert deploy(engine, changed(2), OTHER_CLIENT).version == 2
    started = open_ticket(engine, "one_step")
    assert engine.run(publish_definition, ENGINE, CLIENT, ONE_STEP).version == 1
    assert list(open_tasks(engine, started.instance_id)) == ["a"]


def test_running_cases_keep_their_version(engine: Engine) -> None:
    deploy(engine, ONE_STEP)
    old = open_ticket(engine, "one_step")
    deploy(engine, ONE_STEP.replace(b'"a"', b'"renamed"'))
    new = open_ticket(engine, "one_step")
    assert list(open_tasks(engine, old.instance_id)) == ["a"]
    assert list(open_tasks(engine, new.instance_id)) == ["renamed"]


def test_publishing_needs_the_permission(engine: Engine) -> None:
    with pytest.raises(Forbidden, match=r"definition\.publish"):
        engine.run(publish_definition, actor("clerk1"), CLIENT, ONE_STEP)


def test_two_publish_at_the_same_moment(postgresql: Database, clock: ManualClock) -> None:
    """Both read "no version yet"; the second meets the unique key, is run again, and becomes the next version."""
    engine = new_engine(postgresql, clock)
    open_city(engine)
    barrier = Barrier(4)

    def publish(number: int) -> int:
        barrier.wait()
        return deploy(engine, changed(number)).version

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(publish, range(4))) == [1, 2, 3, 4]
