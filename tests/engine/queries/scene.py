"""A scene for queries: cases of two clients, one shared with a contractor, one raised by a reporter."""

from __future__ import annotations

from dataclasses import dataclass

from engine.engine import Engine
from tests.engine.drawings import ONE_STEP, SHARED, TWO_STEPS
from tests.factories import OTHER_CLIENT, deploy, open_tasks, open_ticket


@dataclass(frozen=True)
class Scene:
    """Case ids and the id of each one's open task."""

    own: int  # of the client alone, raised by clerk1
    shared: int  # of the client, the contractor takes part, raised by clerk1
    reported: int  # of the client, raised by the reporter
    foreign: int  # of another client
    tasks: dict[int, str]


def set_scene(engine: Engine) -> Scene:
    for content in (ONE_STEP, SHARED, TWO_STEPS):
        deploy(engine, content)
    deploy(engine, ONE_STEP, OTHER_CLIENT)
    own = open_ticket(engine, "one_step").instance_id
    shared = open_ticket(engine, "shared").instance_id
    reported = open_ticket(engine, "two_steps", {"note": "灯坏"}, by="reporter").instance_id
    foreign = open_ticket(engine, "one_step", by="stranger", organisation_id=OTHER_CLIENT).instance_id
    tasks = {case: next(iter(open_tasks(engine, case).values())) for case in (own, shared, reported, foreign)}
    return Scene(own, shared, reported, foreign, tasks)
