"""Examples for the OpenAPI document: every member by its name, else by its kind; a body from its members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BY_NAME: Mapping[str, Any] = {
    "id": 128,
    "instance_id": 128,
    "ticket_id": 128,
    "target": 97,
    "seq": 3,
    "number": "FC-20261120-00128",
    "title": "滨河路东口违停抓拍点：夜间画面全黑",
    "definition_key": "fault_repair_fc",
    "process_key": "fault_repair_fc",
    "process_name": "故障抢修（FC）",
    "element_id": "dispatch",
    "decision": "D22_fc_limit",
    "key": "fault_repair_fc",
    "name": "核实派单",
    "organisation": "client",
    "client": "client",
    "contractor": "contractor",
    "contractor_name": "明路交通设施运维公司",
    "username": "dispatcher",
    "display_name": "丁派",
    "password": "Five green lamps",
    "actor": "dispatcher",
    "actor_name": "丁派",
    "assignee": "丁派",
    "started_by": "白小禾",
    "prefix": "sbx_a1b2c3d4",
    "reason": "误报，现场正常",
    "text": "已与路口民警核实现象",
    "task_id": "0123456789abcdef0123456789abcdef",
    "job_id": "0123456789abcdef0123456789abcdef",
    "code": "QC001",
    "point": "QC001",
    "point_code": "QC001",
    "point_name": "滨河路东口违停抓拍点",
    "road": "滨河路",
    "district": "城关",
    "serial": "SN0011",
    "new_serial": "SN9001",
    "kind": "camera",
    "model": "VX-200",
    "contract": "QC-2026-007",
    "pack_key": "FC",
    "latitude": 35.021,
    "longitude": 115.498,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "source": "FC 5.2",
    "scopes": ["case.read", "task.work"],
    "roles": ["dispatcher"],
    "groups": ["dispatcher"],
    "chain": ["contractor_lead", "owner_approver"],
    "permissions": ["case.read", "task.work"],
    "data": {"level": 2},
    "fields": {"level": 1, "category": "image"},
    "inputs": {"level": 2},
    "outputs": {"respond_min": 15, "repair_min": 240},
    "facts": [{"type": "task_completed", "element": "dispatch"}],
    "overrides": {"stages.respond.limit": "PT8M"},
    "next": None,
    "advance": "PT4H",
    "at": "2026-11-20T02:05:00Z",
    "start": {"process": "fault_repair_fc", "by": "reporter", "with": {"point": "QC001"}},
    "starts_on": "2026-01-01",
    "ends_on": "2028-12-31",
    "firmware": "4.2.1",
    "ip": "192.0.2.10",
    "path": "/reset/0123456789abcdefghijklmnopqrstuvwxyzABCDEFG",
    "user_id": 12,
}
"""A member's name -> its value, where the kind allows it. All of it is invented."""

BY_FORMAT = {"date-time": "2026-11-20T02:05:00Z", "date": "2026-11-20", "binary": "…"}
BY_TYPE: Mapping[str, Any] = {"string": "…", "integer": 1, "number": 0.8, "boolean": True, "object": {}, "null": None}

_FITS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}


def example(schemas: Mapping[str, Any], schema: Mapping[str, Any], name: str = "", seen: tuple[str, ...] = ()) -> Any:
    """A value that the schema allows. `schemas`: those that references name; `seen`: those it stands in."""
    if "anyOf" in schema:
        return example(schemas, schema["anyOf"][0], name, seen)
    of = schema.get("$ref", "").rpartition("/")[2]
    found, within = (schemas[of], (*seen, of)) if of else (schema, seen)
    kinds = found.get("type", "object")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    known = BY_NAME.get(name, ...)
    if known is not ... and _fits(found, known, kinds):
        return known
    if "array" in kinds:
        inner = found["items"]
        return [] if inner.get("$ref", "").rpartition("/")[2] in within else [example(schemas, inner, name, within)]
    if found.get("properties"):
        return {key: example(schemas, one, key, within) for key, one in found["properties"].items()}
    return _plain(found, kinds[0])


def _plain(schema: Mapping[str, Any], kind: str) -> Any:
    if "enum" in schema:
        return next(one for one in schema["enum"] if one is not None)
    if "pattern" in schema:
        return BY_NAME["task_id"]
    return schema.get("minimum", BY_FORMAT.get(schema.get("format", ""), BY_TYPE[kind]))


def _fits(schema: Mapping[str, Any], value: Any, kinds: list[str]) -> bool:
    if schema.get("properties") or ("array" in kinds and schema["items"].get("type") != "string"):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    return any(isinstance(value, _FITS[kind]) for kind in kinds) and not (
        isinstance(value, str) and len(value) > schema.get("maxLength", len(value))
    )
