"""/api/v1/instances/…/links: cases that belong together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires, signed_in
from api.idempotency import act
from api.operations import MachineBlueprint, operation
from api.schemas.links import LinkBody, LinksSchema, UnlinkBody
from engine.commands.link_cases import link_cases
from engine.commands.unlink_cases import unlink_cases
from engine.queries.case_links import case_links

blueprint = MachineBlueprint("links", "关联: cases that belong together")


@blueprint.get("/instances/<id:instance_id>/links")
@signed_in
@operation(blueprint, "The related cases one may see, oldest link first", LinksSchema, refuses=(404,))
def get_links(instance_id: int) -> Any:
    with house().engine.read() as connection:
        return {"items": case_links(connection, current_actor(), instance_id)}


@blueprint.post("/instances/<id:instance_id>/links")
@requires("case.link")
@operation(
    blueprint,
    "Link a case, the source, with another one of the same client, the target",
    None,
    status=204,
    body=LinkBody,
    refuses=(404, 409),
    repeatable=True,
)
def link(body: Mapping[str, Any], instance_id: int) -> Any:
    act(link_cases, instance_id, body["target"], body["kind"])


@blueprint.post("/instances/<id:instance_id>/links/remove")
@requires("case.link")
@operation(
    blueprint,
    "Take back a link, seen from its source; history keeps it",
    None,
    status=204,
    body=UnlinkBody,
    refuses=(404, 409),
    repeatable=True,
)
def unlink(body: Mapping[str, Any], instance_id: int) -> Any:
    act(unlink_cases, instance_id, body["target"], body["kind"], body["reason"])
