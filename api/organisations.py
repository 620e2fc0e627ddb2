"""/api/v1/organisations: contractors, carriers and power units, for administrators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.commands.create_organisation import create_organisation
from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires
from accounts.queries.organisation_list import organisation_list
from api.idempotency import act
from api.operations import MachineBlueprint, operation
from api.schemas.accounts import OrganisationBody, OrganisationListQuery, OrganisationPage
from api.schemas.created import IdSchema

blueprint = MachineBlueprint("organisations", "单位: clients, contractors, carriers, power units")


@blueprint.get("/organisations")
@requires("user.admin")
@operation(
    blueprint,
    "One's own organisation and those that are no clients, by key",
    OrganisationPage,
    query=OrganisationListQuery,
)
def list_organisations(query: Mapping[str, Any]) -> Any:
    with house().engine.read() as connection:
        return organisation_list(connection, current_actor(), **query)


@blueprint.post("/organisations")
@requires("user.admin")
@operation(
    blueprint,
    "Add an organisation that is no client; clients are made at the server",
    IdSchema,
    status=201,
    body=OrganisationBody,
    refuses=(409,),
    repeatable=True,
)
def add_organisation(body: Mapping[str, Any]) -> Any:
    return {"id": act(create_organisation, body["key"], body["name"], body["kind"])}, 201
