"""The stage of stories and engine tests: one client, one contractor, one person in each role, a point, a contract."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from accounts.roles import GROUPS, ROLES
from engine.authorization import ENGINE, Actor
from engine.clock import ManualClock
from engine.commands.publish_definition import publish_definition
from engine.database import Database
from engine.engine import Engine
from engine.expressions.functions import STANDARD
from engine.extensions import Extensions
from engine.models import Membership, Organisation, Role, User
from engine.unit_of_work import UnitOfWork
from forms.library import FormLibrary
from maintenance.commands.publish_pack import publish_pack
from maintenance.install import install
from maintenance.models import Contract, Device, Point
from maintenance.packs.load import shipped, shipped_tables
from maintenance.stories import Stage

KEY = b"history key of the tests, 32 byte"
CLIENT_SIDE = {"reporter", "line_officer", "owner_approver", "auditor", "process_owner", "operator", "admin"}
SHIPPED = Path(__file__).parents[1] / "bpmn"


def extensions() -> Extensions:
    """Everything the product plugs in."""
    found = Extensions(groups=dict(GROUPS))
    for function in STANDARD:
        found.functions.add(function)
    install(found, FormLibrary.load())
    return found


def stage(database: Database, clock: ManualClock, overrides: dict[str, Any] | None = None) -> Stage:
    """`overrides`: single figures of the contract. Every person's sign-in name is the role's key."""
    engine = Engine(database, clock, extensions(), history_key=KEY)
    people = engine.run(_settle, ENGINE, overrides or {})
    engine.run(publish_pack, ENGINE, shipped("FC"), shipped_tables("FC"))
    client = people["reporter"].organisation_id
    assert client is not None
    for diagram in sorted(SHIPPED.glob("*/*.bpmn")):
        engine.run(publish_definition, ENGINE, client, diagram.read_bytes())
    return Stage(engine, clock, people, client)


def _settle(uow: UnitOfWork, overrides: dict[str, Any]) -> dict[str, Actor]:
    run = uow.connection.execute
    client = run(
        insert(Organisation).values(key="client", name="业主", kind="client").returning(Organisation.id)
    ).scalar_one()
    contractor = run(
        insert(Organisation).values(key="contractor", name="运维单位", kind="contractor").returning(Organisation.id)
    ).scalar_one()
    people = {}
    for role in ROLES:
        organisation = client if role.key in CLIENT_SIDE else contractor
        values = {"name": role.key, "description": role.zh, "permissions": sorted(role.permissions)}
        role_id = run(insert(Role).values(values).returning(Role.id)).scalar_one()
        person = {"organisation_id": organisation, "username": role.key, "display_name": role.zh}
        account = {"active": True, "fs_uniquifier": role.key, "created_at": uow.now}
        user_id = run(insert(User).values(**person, **account).returning(User.id)).scalar_one()
        run(insert(Membership).values(user_id=user_id, role_id=role_id))
        keys = frozenset({role.key})
        people[role.key] = Actor(user_id, role.key, organisation, role.zh, keys, keys, role.permissions)
    period = {"starts_on": date(2026, 1, 1), "ends_on": date(2028, 12, 31)}
    parties = {"organisation_id": client, "contractor_id": contractor}
    contract = {"number": "HT-1", "name": "运维合同", "pack_key": "FC", "overrides": overrides}
    contract_id = run(insert(Contract).values(**parties, **contract, **period).returning(Contract.id)).scalar_one()
    point = {"organisation_id": client, "code": "QC001", "name": "滨河路东口", "contract_id": contract_id}
    point_id = run(insert(Point).values(point).returning(Point.id)).scalar_one()
    run(insert(Device).values(organisation_id=client, point_id=point_id, serial="SN0011", kind="camera"))
    return people
