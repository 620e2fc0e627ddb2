"""参与单位: who takes part, since when and why; a task for a partner's person lets the partner in, and nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Select, literal, select

from engine.clock import ManualClock
from engine.commands.claim_task import claim_task
from engine.commands.complete_task import complete_task
from engine.engine import Engine
from engine.errors import NotFound
from engine.models import Organisation
from engine.queries.participants import ParticipantItem, participants
from tests.conftest import T0
from tests.engine.definition.drawings import drawing, end, start, user
from tests.engine.queries.scene import set_scene
from tests.factories import CLIENT, CONTRACTOR, actor, deploy, fetch, open_tasks, open_ticket, told


def partners(client_id: int, now: datetime) -> Select[Any]:
    """The contractor works for the client, and for nobody else."""
    organisation = Organisation.__table__
    return select(organisation.c.id).where(organisation.c.id == CONTRACTOR, literal(client_id) == CLIENT)


@pytest.fixture
def partnered(engine: Engine) -> Engine:
    engine.extensions.partners = partners
    return engine


def two_steps(**attributes: Any) -> bytes:
    nodes = [start("s"), user("a", candidateGroups="desk"), user("b", **attributes), end("e")]
    return drawing("p", nodes, ["s -> a -> b -> e"])


@pytest.mark.parametrize("attributes", [{"assignee": "fitter"}, {"candidateUsers": "clerk2, fitter, foreman"}])
def test_a_partner_that_gets_a_task_takes_part_from_then_on(
    partnered: Engine, clock: ManualClock, attributes: dict[str, str]
) -> None:
    deploy(partnered, two_steps(**attributes))
    ticket = open_ticket(partnered, "p").instance_id
    with partnered.read() as connection, pytest.raises(NotFound):
        participants(connection, actor("fitter"), ticket)
    clock.move_to(T0 + timedelta(minutes=5))
    partnered.run(complete_task, actor("clerk1"), open_tasks(partnered, ticket)["a"], {})
    with partnered.read() as connection:
        assert participants(connection, actor("fitter"), ticket) == [
            ParticipantItem(f"单位{CLIENT}", "raised", T0),
            ParticipantItem(f"单位{CONTRACTOR}", "task", T0 + timedelta(minutes=5)),
        ]
    added = [fact for fact in told(partnered, ticket)[-1].facts if fact["type"] == "participant_added"]
    assert added == [{"type": "participant_added", "organisation": CONTRACTOR, "reason": "task"}]
    if "candidateUsers" in attributes:
        partnered.run(claim_task, actor("fitter"), open_tasks(partnered, ticket)["b"])


@pytest.mark.parametrize("name", ["outsider", "stranger"])
def test_people_of_others_stay_unknown(partnered: Engine, name: str) -> None:
    deploy(partnered, two_steps(assignee=name, candidateGroups="desk"))
    ticket = open_ticket(partnered, "p").instance_id
    partnered.run(complete_task, actor("clerk1"), open_tasks(partnered, ticket)["a"], {})
    assert told(partnered, ticket)[-1].facts[-1]["unknown"] == [name]
    with partnered.read() as connection:
        assert len(participants(connection, actor("clerk1"), ticket)) == 1
        with pytest.raises(NotFound):
            participants(connection, actor(name), ticket)


def test_only_who_sees_the_case_sees_who_takes_part(engine: Engine) -> None:
    scene = set_scene(engine)
    with engine.read() as connection:
        for who in ("clerk1", "fitter"):
            assert [item.reason for item in participants(connection, actor(who), scene.shared)] == [
                "raised",
                "contract",
            ]
        for who in ("outsider", "stranger", "reporter", "helper"):
            with pytest.raises(NotFound):
                participants(connection, actor(who), scene.shared)
    assert len(fetch(engine, select(Organisation.id))) == 4
