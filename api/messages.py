"""/api/v1/messages and /signals: what happens outside, told to the cases that wait for it or are started by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.house import house
from accounts.people import current_actor, own_organisation
from accounts.policies import requires
from api.idempotency import act
from api.local_day import today
from api.operations import MachineBlueprint, operation
from api.schemas.messages import DeliveredSchema, MessageBody, SentSchema, SignalBody
from engine.commands.deliver_message import deliver_message
from engine.commands.send_signal import send_signal
from maintenance.queries.clients import client_to_start_for

blueprint = MachineBlueprint("messages", "消息和信号: what waits for them, and what they start")


@blueprint.post("/messages")
@requires("message.send")
@operation(
    blueprint,
    "Bring a message to the one event that waits for it, or start the process that begins with it",
    DeliveredSchema,
    body=MessageBody,
    refuses=(404, 409),
    repeatable=True,
)
def send_message(body: Mapping[str, Any]) -> Any:
    return act(
        deliver_message,
        _client(body["organisation"]) if body["instance_id"] is None else None,
        body["name"],
        body["payload"],
        case_id=body["instance_id"],
        correlation=body["correlation"],
        kept_for=body["keep_for"],
    )


@blueprint.post("/signals")
@requires("message.send")
@operation(
    blueprint,
    "Tell a signal to every case of one's own organisation that waits for it, and start what begins with it",
    SentSchema,
    body=SignalBody,
    refuses=(404, 409),
    repeatable=True,
)
def signal(body: Mapping[str, Any]) -> Any:
    return act(send_signal, own_organisation(), body["name"], body["payload"])


def _client(key: str | None) -> int:
    with house().engine.read() as connection:
        return client_to_start_for(connection, current_actor(), key, today()).id
