"""/api/v1/jobs: what an operator does about engine incidents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.policies import requires
from api.idempotency import act
from api.operations import MachineBlueprint, operation
from api.schemas.people import ReasonBody
from engine.commands.retry_job import retry_job

blueprint = MachineBlueprint("jobs", "作业: timers and their failures")


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
