"""/api/v1/instances/<id>/deferrals: apply for a deferral of a running ticket, and what became of the applications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires, signed_in
from api.idempotency import act
from api.operations import PREFIX, MachineBlueprint, operation
from api.schemas.deferrals import ApplyBody, DeferralsSchema
from api.schemas.instances import StartedSchema
from engine.commands.start_beside import start_beside
from engine.queries.instance_detail import instance_detail
from maintenance.deferral_application import PROCESS
from maintenance.queries.deferrals import deferrals

blueprint = MachineBlueprint("deferrals", "延时: applications to defer a ticket")


@blueprint.post("/instances/<id:instance_id>/deferrals")
@requires("case.start")
@operation(
    blueprint,
    "Apply for a deferral; its review is an ordinary task",
    StartedSchema,
    status=201,
    body=ApplyBody,
    refuses=(404, 409),
    repeatable=True,
)
def apply(body: Mapping[str, Any], instance_id: int) -> Any:
    started = act(start_beside, instance_id, PROCESS, body["data"])
    return started, 201, {"Location": f"{PREFIX}/instances/{instance_id}/deferrals"}


@blueprint.get("/instances/<id:instance_id>/deferrals")
@signed_in
@operation(blueprint, "The applications of a ticket, oldest first", DeferralsSchema, refuses=(404,))
def list_deferrals(instance_id: int) -> Any:
    with house().engine.read() as connection:
        root_id = instance_detail(connection, current_actor(), instance_id).root_id
        return {"items": deferrals(connection, root_id)}
