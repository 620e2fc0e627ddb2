"""Messages and signals as the API takes them, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from api.fields import Code, Data, Id, StrictSchema, Text
from engine.definition.event_checks import MAX_EVENT_NAME
from engine.outbox import MAX_KEY
from forms.problems import refusal

OUTCOMES = {
    "received": "已送达 a waiting case has received it",
    "started": "已启动 it has started a case",
    "kept": "已留存 it is kept until the case waits for it",
}
PAYLOAD = {"description": "at most 16 KB; a diagram takes from it what it declares"}
ORGANISATION = "key of the client; left out: one's own, or the only one"


class Named(StrictSchema):
    """What a message and a signal have in common."""

    name = Text(MAX_EVENT_NAME, required=True, description="as drawn")
    payload = Data(load_default=dict, metadata=PAYLOAD)

    @validates_schema
    def check_name(self, data: Mapping[str, Any], **_: Any) -> None:
        if not data["name"]:
            raise ValidationError({"name": refusal("required").messages})


class MessageBody(Named):
    instance_id = Id(
        load_default=None, metadata={"description": "the ticket it is for, or one of its called instances"}
    )
    correlation = Text(MAX_KEY, load_default=None, description="what the waiting event names with message.key")
    organisation = Text(60, load_default=None, description=ORGANISATION)
    keep_for = Text(
        100,
        load_default=None,
        description="ISO 8601, at most 31 days: kept so long for a ticket that does not wait yet",
    )

    @validates_schema
    def check_address(self, data: Mapping[str, Any], **_: Any) -> None:
        """One way to say who is meant; only a ticket keeps anything."""
        if data["instance_id"] is not None:
            found = {name: "not_with" for name in ("correlation", "organisation") if data[name] is not None}
        else:
            found = {"keep_for": "only_with"} if data["keep_for"] is not None else {}
        if found:
            raise ValidationError({name: refusal(code, other="instance_id").messages for name, code in found.items()})


class SignalBody(Named):
    pass


class DeliveredSchema(Schema):
    outcome = Code(OUTCOMES, required=True)
    instance_id = fields.Integer(
        required=True, metadata={"description": "who received it, was started, or for whom it is kept"}
    )


class SentSchema(Schema):
    waiting = fields.Integer(required=True, metadata={"description": "events that it is on its way to"})
    started = fields.List(fields.Integer(), required=True, metadata={"description": "cases that it has started"})
