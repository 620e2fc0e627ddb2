"""/api/v1/devices: the devices of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.house import house
from accounts.people import current_actor, own_organisation
from accounts.policies import requires
from api.idempotency import act
from api.local_day import today
from api.operations import PREFIX, MachineBlueprint, operation
from api.schemas.ledger import (
    ChangedSchema,
    DeviceBody,
    DeviceChangeBody,
    DeviceEntrySchema,
    DevicePage,
    DeviceQuery,
    OrganisationQuery,
    ReplaceBody,
    SerialSchema,
)
from maintenance.commands.create_device import create_device
from maintenance.commands.replace_device import replace_device
from maintenance.commands.update_device import update_device
from maintenance.queries.clients import client_to_start_for
from maintenance.queries.device_list import device_list
from maintenance.queries.ledger_entry import device_entry

blueprint = MachineBlueprint("devices", "设备: what stands at points")


@blueprint.get("/devices")
@requires("ledger.read")
@operation(blueprint, "设备 of one client that one may see, by serial", DevicePage, query=DeviceQuery, refuses=(404,))
def list_devices(query: dict[str, Any]) -> Any:
    actor, organisation = current_actor(), query.pop("organisation")
    with house().engine.read() as connection:
        client = client_to_start_for(connection, actor, organisation, today())
        return device_list(connection, actor, client.id, **query)


@blueprint.post("/devices")
@requires("ledger.edit")
@operation(
    blueprint, "Add a device to a point", SerialSchema, status=201, body=DeviceBody, refuses=(404,), repeatable=True
)
def add_device(body: Mapping[str, Any]) -> Any:
    serial = act(create_device, own_organisation(), body)
    return {"serial": serial}, 201, {"Location": f"{PREFIX}/devices/{serial}"}


@blueprint.get("/devices/<path:serial>")
@requires("ledger.read")
@operation(blueprint, "One device", DeviceEntrySchema, query=OrganisationQuery, refuses=(404,))
def get_device(query: Mapping[str, Any], serial: str) -> Any:
    actor = current_actor()
    with house().engine.read() as connection:
        client = client_to_start_for(connection, actor, query["organisation"], today())
        return device_entry(connection, actor, client.id, serial)


@blueprint.patch("/devices/<path:serial>")
@requires("ledger.edit")
@operation(blueprint, "Change a device; null empties a column", ChangedSchema, body=DeviceChangeBody, refuses=(404,))
def change_device(body: Mapping[str, Any], serial: str) -> Any:
    return {"changed": house().engine.run(update_device, current_actor(), own_organisation(), serial, body)}


@blueprint.post("/devices/<path:serial>/replace")
@requires("ledger.edit")
@operation(blueprint, "Put a new device in its place", SerialSchema, body=ReplaceBody, refuses=(404,), repeatable=True)
def replace(body: Mapping[str, Any], serial: str) -> Any:
    values = {key: body[key] for key in ("model", "warranty_until")}
    return {"serial": act(replace_device, own_organisation(), serial, body["new_serial"], values, body["reason"])}
