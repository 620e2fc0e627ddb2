"""/api/v1/points: the ledger's points, for pickers and for who keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.errors import PermissionMissing
from accounts.house import house
from accounts.people import current_actor, own_organisation
from accounts.policies import requires, signed_in
from api.idempotency import act
from api.local_day import today
from api.operations import PREFIX, MachineBlueprint, operation
from api.schemas.ledger import (
    ChangedSchema,
    CodeSchema,
    OrganisationQuery,
    PagedQuery,
    PointBody,
    PointChangeBody,
    PointEntrySchema,
    PointHistoryPage,
    PointPage,
    PointQuery,
)
from api.schemas.people import ReasonBody
from maintenance.commands.create_point import create_point
from maintenance.commands.retire_point import retire_point
from maintenance.commands.update_point import update_point
from maintenance.queries.clients import client_to_start_for
from maintenance.queries.ledger_entry import point_entry
from maintenance.queries.point_history import point_history
from maintenance.queries.point_search import point_search

blueprint = MachineBlueprint("points", "点位: places with equipment")


@blueprint.get("/points")
@signed_in
@operation(
    blueprint,
    "点位 of one client that one may see; all but the active ones need ledger.read",
    PointPage,
    query=PointQuery,
    refuses=(404,),
)
def list_points(query: dict[str, Any]) -> Any:
    actor, organisation, state = current_actor(), query.pop("organisation"), query.pop("state")
    if state != "active" and not actor.may("ledger.read"):
        raise PermissionMissing("ledger.read")
    with house().engine.read() as connection:
        client = client_to_start_for(connection, actor, organisation, today())
        return point_search(connection, actor, client.id, state=None if state == "any" else state, **query)


@blueprint.post("/points")
@requires("ledger.edit")
@operation(blueprint, "Add a point", CodeSchema, status=201, body=PointBody, refuses=(404,), repeatable=True)
def add_point(body: Mapping[str, Any]) -> Any:
    code = act(create_point, own_organisation(), body)
    return {"code": code}, 201, {"Location": f"{PREFIX}/points/{code}"}


@blueprint.get("/points/<path:code>")
@requires("ledger.read")
@operation(blueprint, "One point with its devices", PointEntrySchema, query=OrganisationQuery, refuses=(404,))
def get_point(query: Mapping[str, Any], code: str) -> Any:
    actor = current_actor()
    with house().engine.read() as connection:
        client = client_to_start_for(connection, actor, query["organisation"], today())
        return point_entry(connection, actor, client.id, code)


@blueprint.patch("/points/<path:code>")
@requires("ledger.edit")
@operation(blueprint, "Change a point; null empties a column", ChangedSchema, body=PointChangeBody, refuses=(404,))
def change_point(body: Mapping[str, Any], code: str) -> Any:
    return {"changed": house().engine.run(update_point, current_actor(), own_organisation(), code, body)}


@blueprint.post("/points/<path:code>/retire")
@requires("ledger.edit")
@operation(
    blueprint, "Retire a point; it is never deleted", None, status=204, body=ReasonBody, refuses=(404,), repeatable=True
)
def retire(body: Mapping[str, Any], code: str) -> Any:
    act(retire_point, own_organisation(), code, body["reason"])


@blueprint.get("/points/<path:code>/history")
@requires("ledger.read")
@operation(
    blueprint, "Changes and tickets of a point, newest first", PointHistoryPage, query=PagedQuery, refuses=(404,)
)
def get_history(query: dict[str, Any], code: str) -> Any:
    actor, organisation = current_actor(), query.pop("organisation")
    with house().engine.read() as connection:
        client = client_to_start_for(connection, actor, organisation, today())
        return point_history(connection, actor, client.id, code, **query)
