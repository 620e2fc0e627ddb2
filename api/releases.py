"""/api/v1/releases: designs handed in by one person and published, all of them or none, by another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires
from api.designs import content_answer
from api.idempotency import act
from api.operations import PREFIX, MachineBlueprint, operation
from api.schemas.created import IdSchema
from api.schemas.people import ReasonBody
from api.schemas.releases import (
    NewReleaseBody,
    PublishedReleaseSchema,
    ReleaseDetailSchema,
    ReleasePage,
    ReleaseQuery,
)
from engine.commands.publish_release import publish_release
from engine.commands.return_release import return_release
from engine.commands.submit_release import submit_release
from engine.commands.withdraw_release import withdraw_release
from engine.errors import EngineError
from engine.queries.release_detail import frozen_content, release_detail
from engine.queries.release_list import release_list
from maintenance.trial.releases import play_release

blueprint = MachineBlueprint("releases", "发布申请: designs that a second person publishes")


@blueprint.get("/releases")
@requires("definition.read")
@operation(blueprint, "Releases of one's organisation, newest first", ReleasePage, query=ReleaseQuery)
def list_releases(query: Mapping[str, Any]) -> Any:
    with house().engine.read() as connection:
        return release_list(connection, current_actor(), **query)


@blueprint.post("/releases")
@requires("definition.edit")
@operation(
    blueprint,
    "Submit designs as they stand; they must pass the check together, and their stories are played",
    IdSchema,
    status=201,
    body=NewReleaseBody,
    refuses=(404, 409),
    repeatable=True,
)
def submit(body: Mapping[str, Any]) -> Any:
    id = act(submit_release, [(one["id"], one["revision"]) for one in body["designs"]], body["note"])
    play_release(house().engine, house().trials, current_actor(), id)
    return {"id": id}, 201, {"Location": f"{PREFIX}/releases/{id}"}


@blueprint.get("/releases/<id:release_id>")
@requires("definition.read")
@operation(blueprint, "One release with what changes in each design", ReleaseDetailSchema, refuses=(404,))
def get_release(release_id: int) -> Any:
    resources, actor = house().engine.resources, current_actor()
    with house().engine.read() as connection:
        two_person = resources.two_person_publish
        detail = release_detail(connection, actor, resources.design_kinds, release_id, two_person=two_person)
    return {**vars(detail.release), **vars(detail), "refusal": _told(detail.refusal)}


@blueprint.get("/releases/<id:release_id>/designs/<id:design_id>/content")
@requires("definition.read")
@operation(blueprint, "The bytes of a design as they were submitted", None, refuses=(404,))
def get_content(release_id: int, design_id: int) -> Response:
    with house().engine.read() as connection:
        held = frozen_content(connection, current_actor(), release_id, design_id)
    return content_answer(held, f"{design_id}-{held.revision}")


@blueprint.post("/releases/<id:release_id>/publish")
@requires("definition.publish")
@operation(
    blueprint,
    "Publish all of it, as somebody who has neither submitted nor edited it",
    PublishedReleaseSchema,
    refuses=(404, 409, 422),
    repeatable=True,
)
def publish(release_id: int) -> Any:
    return {"published": act(publish_release, release_id)}


@blueprint.post("/releases/<id:release_id>/return")
@requires("definition.publish")
@operation(
    blueprint,
    "Return it for a reason; its designs can be worked on",
    None,
    status=204,
    body=ReasonBody,
    refuses=(404, 409),
    repeatable=True,
)
def return_(body: Mapping[str, Any], release_id: int) -> Any:
    act(return_release, release_id, body["reason"])


@blueprint.post("/releases/<id:release_id>/withdraw")
@requires("definition.edit")
@operation(blueprint, "Take back what one has submitted", None, status=204, refuses=(404, 409), repeatable=True)
def withdraw(release_id: int) -> Any:
    act(withdraw_release, release_id)


def _told(refusal: EngineError | None) -> dict[str, str] | None:
    if refusal is None:
        return None
    return {"code": refusal.code, "zh": refusal.message("zh"), "en": refusal.message("en")}
