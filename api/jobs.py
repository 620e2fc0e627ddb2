"""/api/v1/jobs and /api/v1/incidents: what waits, what has failed, and what an operator does about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires
from api.idempotency import act
from api.operations import MachineBlueprint, operation
from api.schemas.jobs import IncidentPage, IncidentQuery, JobPage, JobQuery
from api.schemas.people import ReasonBody
from engine.commands.retry_job import retry_job
from engine.queries.incident_list import incident_list
from engine.queries.job_list import job_list

blueprint = MachineBlueprint("jobs", "作业与引擎异常: timers, calls and their failures")


@blueprint.get("/jobs")
@requires("job.retry")
@operation(blueprint, "Jobs of cases one may see, in the order in which workers take them", JobPage, query=JobQuery)
def list_jobs(query: Mapping[str, Any]) -> Any:
    engine = house().engine
    with engine.read() as connection:
        return job_list(connection, current_actor(), engine.resources.clock.now(connection), **query)


@blueprint.get("/incidents")
@requires("job.retry")
@operation(blueprint, "What the engine could not do, newest first", IncidentPage, query=IncidentQuery)
def list_incidents(query: Mapping[str, Any]) -> Any:
    with house().engine.read() as connection:
        return incident_list(connection, current_actor(), **query)


@blueprint.post("/jobs/<task_id:job_id>/retry")
@requires("job.retry")
@operation(
    blueprint,
    "Let a failed job run again at once, with a reason",
    None,
    status=204,
    body=ReasonBody,
    refuses=(404, 409),
    repeatable=True,
)
def retry(body: Mapping[str, Any], job_id: str) -> Any:
    act(retry_job, job_id, body["reason"])
