"""/api/v1/attachments: photos, files and signatures, sent in, read and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from flask import Response, request, send_file

from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires, signed_in
from api.idempotency import act
from api.operations import PREFIX, MachineBlueprint, operation
from api.schemas.attachments import AttachmentList, AttachmentSchema, ContentQuery, UploadParts
from engine.commands.add_attachment import add_attachment
from engine.commands.discard_attachment import discard_attachment
from engine.files import MAX_BYTES
from engine.queries.attachments import attachment_content, attachment_detail, attachments
from engine.uploads import receive

MAX_BODY = 16 * 1024 * 1024
"""Bytes of a request: a file of 15 MB and what stands around it."""

blueprint = MachineBlueprint("attachments", "附件: photos, files and signatures", max_body=MAX_BODY)


@blueprint.post("/attachments")
@requires("attachment.add")
@operation(
    blueprint,
    "Upload a photo, a file or a signature; a photo is re-encoded and keeps its time and place as fields",
    AttachmentSchema,
    status=201,
    parts=UploadParts,
    refuses=(404, 409, 503),
    repeatable=True,
)
def upload(parts: Mapping[str, Any]) -> Any:
    file = parts["file"]
    content = file.stream.read(MAX_BYTES + 1)
    said = {name: parts[name] for name in ("taken_at", "latitude", "longitude")}
    received = receive(house().files, parts["kind"], file.filename or "", content, **said)
    added = act(add_attachment, received, parts["task_id"], parts["instance_id"])
    return _detail(added["id"]), 201, {"Location": f"{PREFIX}/attachments/{added['id']}"}


@blueprint.get("/attachments/<task_id:attachment_id>")
@signed_in
@operation(blueprint, "One attachment, without its bytes", AttachmentSchema, refuses=(404,))
def get_attachment(attachment_id: str) -> Any:
    return _detail(attachment_id)


@blueprint.get("/attachments/<task_id:attachment_id>/content")
@signed_in
@operation(
    blueprint,
    "The stored bytes, proved by their hash; 304 for who has them already (If-None-Match)",
    None,
    query=ContentQuery,
    refuses=(404, 500),
)
def get_content(query: Mapping[str, Any], attachment_id: str) -> Response:
    with house().engine.read() as connection:
        found = attachment_content(connection, current_actor(), attachment_id, thumbnail=query["size"] == "thumbnail")
    if request.if_none_match.contains(found.sha256):
        answer = Response(status=304)
        answer.set_etag(found.sha256)
    else:
        content = BytesIO(house().files.read(found.sha256))
        answer = send_file(
            content,
            found.media_type,
            as_attachment=True,
            download_name=found.name,
            conditional=False,
            etag=found.sha256,
        )
    # a browser may keep it, and must ask each time whether it may still show it
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@blueprint.delete("/attachments/<task_id:attachment_id>")
@requires("attachment.add")
@operation(
    blueprint, "Take back an upload of one's own that belongs to no case yet", None, status=204, refuses=(404, 409)
)
def discard(attachment_id: str) -> Any:
    act(discard_attachment, attachment_id)


@blueprint.get("/instances/<id:instance_id>/attachments")
@signed_in
@operation(blueprint, "The attachments of a case, oldest first; at most 500", AttachmentList, refuses=(404,))
def list_attachments(instance_id: int) -> Any:
    with house().engine.read() as connection:
        return {"items": attachments(connection, current_actor(), instance_id)}


def _detail(attachment_id: str) -> Any:
    with house().engine.read() as connection:
        return attachment_detail(connection, current_actor(), attachment_id)
