"""/api/v1/me and /api/v1/points: who asks, and what pickers offer."""

from __future__ import annotations

from typing import Any

from accounts.house import house
from accounts.people import current_actor, current_person
from accounts.policies import signed_in
from api.local_day import today
from api.operations import MachineBlueprint, operation
from api.schemas.people import MeSchema, PointPage, PointQuery
from maintenance.queries.clients import client_to_start_for, startable_clients
from maintenance.queries.point_search import point_search

blueprint = MachineBlueprint("people", "who asks, and what pickers offer")


@blueprint.get("/me")
@signed_in
@operation(blueprint, "Who am I, and what may I do", MeSchema)
def me() -> Any:
    person = current_person()
    actor = person.actor
    with house().engine.read() as connection:
        clients = startable_clients(connection, actor, today(connection)) if actor.may("case.start") else []
    return {
        "id": actor.id,
        "username": actor.name,
        "display_name": actor.display_name,
        "organisation": person.organisation,
        "roles": sorted(actor.roles),
        "permissions": sorted(actor.permissions),
        "clients": clients,
    }


@blueprint.get("/points")
@signed_in
@operation(blueprint, "点位 of one client by code, for pickers", PointPage, query=PointQuery, refuses=(404,))
def list_points(query: dict[str, Any]) -> Any:
    actor, organisation = current_actor(), query.pop("organisation")
    with house().engine.read() as connection:
        client = client_to_start_for(connection, actor, organisation, today(connection))
        return point_search(connection, actor, client.id, **query)
