"""The world of a trial: an invented city with everything an organisation has published, and the process on trial.

It is built once for the same bytes and kept as an image of its database, of which each answer gets a copy.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from engine.authorization import ENGINE, Actor
from engine.clock import ManualClock
from engine.commands.publish_decisions import publish_decisions
from engine.commands.publish_definition import publish_definition
from engine.database import MemoryDatabase
from engine.definition.findings import DesignRefused, Finding
from engine.definition.model import ProcessModel
from engine.definition.xml import read_document
from engine.definitions import PublishedDefinitionRefused
from engine.engine import Engine
from engine.extensions import Extensions
from engine.models import Base, FormDefinition, ProcessDefinition
from engine.release_rows import ORDER
from engine.spiff.builder import Specification
from engine.triggers import replace_triggers
from engine.unit_of_work import UnitOfWork
from maintenance.commands.publish_pack import publish_pack
from maintenance.models import Contract, Device, Point, PolicyPack
from maintenance.packs.load import load
from maintenance.packs.resolve import resolve
from maintenance.trial import material as materials
from maintenance.trial.cast import Part, settle
from maintenance.trial.material import Material

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # when the invented city was set up; everything in it is older than any trial
HISTORY_KEY = b"history of a trial: nobody believes it"
PERIOD = {"starts_on": date(2000, 1, 1), "ends_on": date(2199, 12, 31)}
POINTS = (("QC001", "滨河路东口"), ("QC002", "长宁街西口"))
DEVICES = (("QC001", "SN0011", "camera"), ("QC001", "SN0012", "signal"), ("QC002", "SN0021", "camera"))


@dataclass(frozen=True)
class Startable:
    """A process that people of the city may start."""

    key: str
    name: str
    form_key: str | None
    wording: str | None  # of the form, if it is a published one: SHA-256
    by: tuple[str, ...]  # roles
    beside: bool  # only beside a ticket that runs


@dataclass(frozen=True)
class World:
    """An invented city, ready to be copied."""

    image: bytes  # of its database
    engine: Engine  # over that database; what it has built serves every copy
    people: Mapping[str, Actor]  # by role
    client_id: int
    process: ProcessModel  # on trial
    definition_id: int
    startable: tuple[Startable, ...]  # that on trial first
    findings: tuple[Finding, ...]  # remarks about the process on trial


@dataclass(frozen=True)
class Plan:
    """What a world is made of beside what is published. Two equal plans make the same world."""

    taken: Material
    content: bytes  # of the process on trial
    beside: tuple[tuple[str, bytes], ...] = ()  # kind and bytes of designs that would be published with it


def build(connection: Connection, real: Engine, extensions: Extensions, cast: tuple[Part, ...], plan: Plan) -> World:
    """`connection`: of the real engine, to read what is published. Raises DefinitionRefused."""
    database = MemoryDatabase()
    try:
        database.create(Base.metadata)
        engine = Engine(database, ManualClock(EPOCH), extensions, history_key=HISTORY_KEY)
        client_id, people = engine.run(_found, ENGINE, cast, plan.taken.pack_key, _is_contracted(plan.content))
        engine.run(publish_pack, ENGINE, *materials.pack(connection, plan.taken))
        for file in materials.decisions(connection, plan.taken):
            engine.run(publish_decisions, ENGINE, client_id, file)
        rows = materials.processes(connection, plan.taken)
        engine.run(_copy, ENGINE, client_id, FormDefinition, materials.forms(connection, plan.taken, rows))
        engine.run(_copy, ENGINE, client_id, ProcessDefinition, rows)
        others = _adopted(connection, real, engine, rows)
        _publish(engine, client_id, plan.beside)
        published = engine.run(publish_definition, ENGINE, client_id, plan.content)
        with engine.read() as reading:
            tried = engine.definitions.specification(reading, published.definition_id)
        built = [tried, *(one for one in others if one.model.key != tried.model.key)]
        startable = tuple(found for one in built if (found := _startable(one, extensions, people.values(), client_id)))
        id_, remarks = published.definition_id, published.findings
        return World(database.image(), engine, people, client_id, tried.model, id_, startable, remarks)
    finally:
        database.dispose()


def begin(uow: UnitOfWork, world: World, overrides: Mapping[str, Any]) -> None:
    """In a copy of the world, at the moment at which a trial begins: the contract's figures hold, start events wait.

    Raises PackRefused.
    """
    content = uow.connection.execute(select(PolicyPack.content)).scalar_one()
    resolve(load(content.encode()), overrides)
    uow.connection.execute(update(Contract).values(overrides=dict(overrides)))
    if any(start.trigger for start in world.process.starts):
        replace_triggers(uow, world.client_id, world.definition_id, world.process)


def _is_contracted(content: bytes) -> bool:
    """Whether cases of the process are of a kind, and so under a contract. Its forms may not be known yet."""
    root = read_document(content).root
    return root is None or any(one.get("name") == "case.kind" for one in root.iter("{*}property"))


def _found(uow: UnitOfWork, cast: tuple[Part, ...], pack_key: str, contracted: bool) -> tuple[int, dict[str, Actor]]:
    """The city: its people, one contract for each contractor, carrier and power unit, points and devices."""
    organisations, people = settle(uow, cast, contracted=contracted)
    client, run = organisations["client"], uow.connection.execute
    contracts = {
        kind: run(insert(Contract).values(_contract(client, kind, other, pack_key)).returning(Contract.id)).scalar_one()
        for kind, other in organisations.items()
        if kind != "client"
    }
    points = {}
    for code, name in POINTS:
        place = {"organisation_id": client, "code": code, "name": name, "contract_id": contracts["contractor"]}
        points[code] = run(insert(Point).values(place).returning(Point.id)).scalar_one()
    for point, serial, kind in DEVICES:
        run(insert(Device).values(organisation_id=client, point_id=points[point], serial=serial, kind=kind))
    return client, people


def _contract(client_id: int, kind: str, contractor_id: int, pack_key: str) -> dict[str, Any]:
    parties = {"organisation_id": client_id, "contractor_id": contractor_id}
    return {**parties, **PERIOD, "number": f"SP-{kind}", "name": "试跑合同", "pack_key": pack_key, "overrides": {}}


def _copy(uow: UnitOfWork, client_id: int, model: type[Base], rows: Sequence[Mapping[Any, Any]]) -> None:
    """Published rows as they are; what starts processes by itself stays behind."""
    if rows:
        kept = [{**row, "organisation_id": client_id, "published_by": None} for row in rows]
        uow.connection.execute(insert(model), kept)


def _adopted(
    connection: Connection, real: Engine, engine: Engine, rows: Sequence[Mapping[Any, Any]]
) -> list[Specification]:
    """What the real engine has built of these processes serves the world, too; one that runs no more is left out."""
    adopted = []
    for row in rows:
        try:
            built = real.definitions.specification(connection, row["id"])
        except PublishedDefinitionRefused:
            continue
        engine.definitions.adopt(row["id"], built)
        adopted.append(built)
    return adopted


def _publish(engine: Engine, client_id: int, beside: Sequence[tuple[str, bytes]]) -> None:
    """Those that others refer to first; what is refused is tried again after the others, and left out in the end."""
    waiting = sorted(beside, key=lambda one: ORDER.index(one[0]))
    while waiting:
        refused = [one for one in waiting if not _published(engine, client_id, *one)]
        if len(refused) == len(waiting):
            return
        waiting = refused


def _published(engine: Engine, client_id: int, kind: str, content: bytes) -> bool:
    def publish(uow: UnitOfWork) -> None:
        uow.resources.design_kinds[kind].publish(uow, client_id, content)

    try:
        engine.run(publish, ENGINE)
    except DesignRefused:
        return False
    return True


def _startable(
    built: Specification, extensions: Extensions, people: Collection[Actor], client_id: int
) -> Startable | None:
    """None: it has no plain start event, or nobody may start it."""
    model = built.model
    start = next((one for one in model.starts if not one.trigger), None)
    kind = extensions.case_kinds.get(model.process.properties.get("case.kind", ""))
    starters = {group.strip() for group in (model.process.candidate_groups or "").split(",")} - {""}
    by = tuple(
        actor.name
        for actor in people
        if actor.may("case.start")
        and (not starters or starters & actor.groups)
        and (kind is not None or actor.organisation_id == client_id)
    )
    if start is None or not by:
        return None
    wording = built.wordings.get(start.form_key or "")
    return Startable(model.key, model.name, start.form_key, wording, by, kind is not None and kind.beside)
