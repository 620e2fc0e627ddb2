"""/api/v1/packs: the policy packs that judge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.house import house
from accounts.policies import requires
from api.operations import MachineBlueprint, operation
from api.schemas.packs import PackDetailSchema, PackPage, PackQuery
from maintenance.queries.pack_list import pack_detail, pack_list

blueprint = MachineBlueprint("packs", "策略包: the figures that judge")


@blueprint.get("/packs")
@requires("definition.read")
@operation(blueprint, "Published packs, newest first; common to all organisations", PackPage, query=PackQuery)
def list_packs(query: Mapping[str, Any]) -> Any:
    with house().engine.read() as connection:
        return pack_list(connection, **query)


@blueprint.get("/packs/<id:pack_id>")
@requires("definition.read")
@operation(blueprint, "One pack with its stages, its decisions and its text", PackDetailSchema, refuses=(404,))
def get_pack(pack_id: int) -> Any:
    with house().engine.read() as connection:
        found = pack_detail(connection, pack_id)
    return {**vars(found), **vars(found.item)}
