"""/api/v1/me: who asks, and what he or she may do."""

from __future__ import annotations

from typing import Any

from accounts.house import house
from accounts.people import current_person
from accounts.policies import signed_in
from api.local_day import today
from api.operations import MachineBlueprint, operation
from api.schemas.people import MeSchema
from maintenance.queries.clients import startable_clients

blueprint = MachineBlueprint("people", "我: who asks")


@blueprint.get("/me")
@signed_in
@operation(blueprint, "Who am I, and what may I do", MeSchema)
def me() -> Any:
    person = current_person()
    actor = person.actor
    with house().engine.read() as connection:
        clients = startable_clients(connection, actor, today()) if actor.may("case.start") else []
    return {
        "id": actor.id,
        "username": actor.name,
        "display_name": actor.display_name,
        "organisation": person.organisation,
        "roles": sorted(actor.roles),
        "permissions": sorted(actor.permissions),
        "clients": clients,
    }
