"""Every route × every role × own, foreign and missing object: none undeclared, none wrong.

The table in tests/api/doors.py is written by hand and knows nothing of the decorators: a route that is added, opened or
closed by mistake makes this test fail.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from accounts.commands.create_api_key import create_api_key
from accounts.commands.create_organisation import create_organisation
from accounts.policies import declarations
from accounts.roles import BY_KEY, ROLES
from engine.authorization import ENGINE
from engine.commands.publish_decisions import publish_decisions
from engine.errors import Invalid
from engine.models import Design
from engine.unit_of_work import UnitOfWork
from maintenance.commands.create_device import create_device
from maintenance.commands.create_point import create_point
from maintenance.models import Story
from maintenance.packs.load import shipped_tables
from tests.api.doors import DOORS, PUBLIC, SIGNED_IN, SUBJECT, Door
from tests.api.town import REPORT, Person, Town
from tests.stage import CLIENT_SIDE

MISSING_CASE, MISSING_TASK = 999_999_999, "0" * 32
ADMITTED = {200, 201, 204, 302, 303, 400, 409, 415, 422, 428}  # past the door: done, or refused for what was sent


BODIES: dict[str, Any] = {
    "/trial": {"at": "2026-11-20T10:00"},
    "/stories": {"key": "visited", "name": "x", "story": {"at": "2026-11-20T10:00"}},
    "/instances": {"definition_key": "fault_repair_fc", "data": REPORT},
    "/cancel": {"reason": "x"},
    "/retry": {"reason": "x"},
    "/suspend": {"reason": "x"},
    "/resume": {"reason": "x"},
    "/links": {"target": "the case itself", "kind": "parent"},
    "/remove": {"target": "the case itself", "kind": "parent", "reason": "x"},
    "/comments": {"text": "x"},
    "/messages": {"name": "nobody waits"},
    "/signals": {"name": "nobody waits"},
    "/complete": {"data": {}},
    "/deferrals": {"data": {"reason": "pole_hit", "explanation": "x", "requested_until": "2026-11-21T18:00"}},
    "/draft": {"data": {}},
    "/retire": {"reason": "x"},
    "/replace": {"new_serial": ""},
    "/points": {},
    "/devices": {},
    "SN-LONE": {"firmware": "x"},
    "LONE": {"road": "x"},
    "NONE": {},
    "/contracts": {},
    "/organisations": {},
    "/users": {},
    "/api-keys": {},
    "/evaluate": {"data": {}},
    "/designs": {"kind": "process", "key": "x"},
    "/rebase": {"base_id": 1},
    "/releases": {"designs": []},
    "/return": {"reason": "x"},
}
"""What is sent to the machine doors, well formed: the answer then tells of the door, not of the letter."""


@dataclass(frozen=True)
class Visitor:
    """A person of one role, at home with the case or in another city."""

    role: str
    permissions: frozenset[str]
    person: Person
    at_home: bool
    contractor: bool

    def sees(self, subject: str, *, own: bool) -> bool:
        """Whether an object of the case's city is there for this person at all."""
        if not own:
            return False
        if subject in ("point", "device"):
            return self.at_home
        if subject == "pack":
            return True  # common to all
        if subject in ("key", "user"):
            return self.at_home and not self.contractor and "user.admin" in self.permissions
        if subject in ("definition", "decision", "story", "design", "form design", "release"):
            return self.at_home and not self.contractor  # definitions belong to the client
        return self.at_home and "case.read" in self.permissions  # nobody here raised the case or works on it


def test_every_route_is_in_the_table_and_declared(quiet_town: Town) -> None:
    declared = declarations(quiet_town.app)
    assert {(method, path) for path, _, method in declared} == set(DOORS)
    assert [place for place, policy in declared.items() if policy is None] == []


def test_nobody_who_is_not_signed_in_passes_a_door(quiet_town: Town) -> None:
    wrong = []
    for (method, path), door in DOORS.items():
        status = _send(quiet_town.app.test_client(), method, _address(path, MISSING_CASE, MISSING_TASK, 1), None)
        ok = status not in (401, 403) if door.needs == PUBLIC else _turned_away(path, method, status)
        if not ok or status >= 500:
            wrong.append((method, path, status))
    assert wrong == []


@pytest.mark.parametrize("role", [role.key for role in ROLES])
def test_each_role_passes_just_the_doors_it_may(role: str, quiet_town: Town) -> None:
    town, wrong = quiet_town, []
    town.engine.run(_tidy, ENGINE)
    for visitor in _visitors(town, role):
        for (method, path), door in DOORS.items():
            for own in (True, False):
                case, task, definition = _objects(town, own=own) if door.subject else (0, "", 0)
                if door.subject == "attachment" and own:
                    task = _attachment(town, case)
                if own and door.subject in ROWS:
                    definition = ROWS[door.subject](town)
                address = _address(path, case, task, definition)
                status = _send(town.app.test_client(), method, address, visitor.person, case)
                wanted = _wanted(door, visitor, own=own)
                if status not in wanted:
                    place = "at home" if visitor.at_home else "elsewhere"
                    wrong.append(
                        (visitor.role, place, method, path, "own" if own else "missing", status, sorted(wanted))
                    )
    assert wrong == []


OUTSIDE = {"network_unit", "power_unit"}
"""Roles of organisations that have no contract with any client."""


def _wanted(door: Door, visitor: Visitor, *, own: bool) -> set[int]:
    if door.needs not in (PUBLIC, SIGNED_IN) and door.needs not in visitor.permissions:
        return {403}
    if door.needs == PUBLIC:
        return {*ADMITTED, 401, 404, 429}  # also a sign-in that failed
    if not door.subject:
        # an address without an object: a static file, a client one has no contract with; 403: one has no client at all
        refused = {401, 429} if door.password else {403} if visitor.role in OUTSIDE else set()
        return ADMITTED | {404} | refused
    if door.subject == "job" or not visitor.sees(door.subject, own=own):
        return {404}
    if door.hidden:
        return {404}  # the form of a task of others, and a field it does not have
    return {403, *ADMITTED} if door.personal else ADMITTED


def _turned_away(path: str, method: str, status: int) -> bool:
    if path.startswith("/api/") or method not in ("GET", "HEAD"):
        return status in (302, 303, 400, 401)  # 400: no proof against forged requests
    return status in (302, 303)


def _visitors(town: Town, role: str) -> list[Visitor]:
    permissions = next(one.permissions for one in ROLES if one.key == role)
    kinds = BY_KEY[role].kinds
    contractor = role not in CLIENT_SIDE
    found = []
    for at_home, city in ((True, ""), (False, "other_")):
        kind = ("contractor" if contractor else "client") if kinds & {"client", "contractor"} else min(kinds)
        organisation = f"{city}{kind}"
        if organisation not in town.ids:  # a carrier or a power unit: at home nowhere, it has no contract
            town.ids[organisation] = town.engine.run(create_organisation, ENGINE, organisation, organisation, kind)
        at_home = at_home and kind in ("client", "contractor")
        person = town.add_person(f"visiting-{city}{role}".replace("_", "-"), organisation, role)
        found.append(Visitor(role, permissions, person, at_home, contractor))
    return found


def _objects(town: Town, *, own: bool) -> tuple[int, str, int]:
    """A case of the city with its open task and the definition; or what does not exist."""
    if not own:
        return MISSING_CASE, MISSING_TASK, MISSING_CASE
    for command, of in ((create_point, {"name": "x"}), (create_device, {"point": "LONE", "kind": "camera"})):
        with suppress(Invalid):  # another role's turn has made it
            town.engine.run(command, ENGINE, town.ids["client"], {"code": "LONE", "serial": "SN-LONE", **of})
    case = town.start()
    task = town.dispatch.get(f"/instances/{case}").json["tasks"][0]["id"]
    definition = town.drawer.get("/definitions").json["items"][0]["id"]
    return case, task, definition


def _decision(town: Town) -> int:
    """A decision file of the city, published once."""
    file = shipped_tables("FC")[0]
    return town.engine.run(publish_decisions, ENGINE, town.ids["client"], file).definition_id


def _pack(town: Town) -> int:
    id_: int = town.drawer.get("/packs").json["items"][0]["id"]
    return id_


def _key(town: Town) -> int:
    """Another key of somebody of the city, which may be revoked; none of the visitors is its owner."""
    user_id: int = town.drawer.get("/me").json["id"]
    return town.engine.run(create_api_key, ENGINE, user_id, "to be revoked", ["definition.read"], 1).id


def _user(town: Town) -> int:
    """Somebody of the city who is none of the visitors."""
    user_id: int = town.drawer.get("/me").json["id"]
    return user_id


def _design(town: Town) -> int:
    """A design of its own for each who comes."""
    id_: int = town.drawer.post("/designs", json={"kind": "process", "key": "visited"}).json["id"]
    return id_


def _tidy(uow: UnitOfWork) -> None:
    """An organisation has room for so many designs and stories; each door takes one."""
    ended = {"ended_at": uow.now, "ended_how": "discarded"}
    uow.connection.execute(update(Design).where(Design.ended_at.is_(None)).values(ended))
    uow.connection.execute(delete(Story))


def _form_design(town: Town) -> int:
    body = {"kind": "form", "key": "visited_form", "name": "visited"}
    id_: int = town.drawer.post("/designs", json=body).json["id"]
    return id_


def _release(town: Town) -> int:
    """Of a design that publishes what is published already, submitted by somebody else than the visitors."""
    base = {"kind": "process", "base_id": town.drawer.get("/definitions").json["items"][0]["id"]}
    chosen = {"id": town.drawer.post("/designs", json=base).json["id"], "revision": 1}
    id_: int = town.drawer.post("/releases", json={"designs": [chosen]}).json["id"]
    SUBMITTED[id_] = chosen["id"]
    return id_


def _story(town: Town) -> int:
    """A story of its own for each who comes."""
    STORIES.append(len(STORIES))
    body = {"key": "visited", "name": f"visited {len(STORIES)}", "story": {"at": "2026-11-20T10:00"}}
    id_: int = town.drawer.post("/stories", json=body).json["id"]
    return id_


STORIES: list[int] = []
SUBMITTED: dict[int, int] = {}
"""Release -> its design."""


ROWS = {
    "decision": _decision,
    "pack": _pack,
    "key": _key,
    "user": _user,
    "design": _design,
    "form design": _form_design,
    "release": _release,
    "story": _story,
}


def _attachment(town: Town, case: int) -> str:
    """A file of the case; none of the visitors has uploaded it."""
    sent = {"kind": "file", "instance_id": case, "file": (BytesIO(b"x"), "x.txt")}
    id: str = town.dispatch.post("/attachments", data=sent).json["id"]
    return id


def _address(path: str, case: int, task: str, definition: int) -> str:
    values: dict[str, Any] = {
        "<task_id>": task,
        "<task_id:task_id>": task,
        "<task_id:job_id>": task,
        "<task_id:attachment_id>": task,
        "<int(max=9223372036854775807):instance_id>": case,
        "<id:instance_id>": case,
        "<id:definition_id>": definition,
        "<id:pack_id>": definition,
        "<id:design_id>": SUBMITTED.get(definition, definition) if "<id:release_id>" in path else definition,
        "<id:release_id>": definition,
        "<id:story_id>": definition,
        SUBJECT: definition,
        "<id:key_id>": definition,
        "<id:user_id>": definition,
        "<token>": "none",
        "<int(max=9223372036854775807):design_id>": definition,
        "<int(max=9223372036854775807):release_id>": definition,
        "<path:filename>": "none.css",
        "<key>": "none",
    }
    lone = "LONE" if case != MISSING_CASE else "NONE"  # a point of no other test, with one device
    values |= {"<path:code>": lone, "<path:serial>": f"SN-{lone}"}
    for name, value in values.items():
        path = path.replace(name, str(value))
    return path


def _send(client: FlaskClient, method: str, path: str, person: Person | None, case: int = MISSING_CASE) -> int:
    headers = {"Authorization": f"Bearer {person.key}"} if person else {}
    if not path.startswith("/api/"):
        return client.open(path, method=method, headers=headers, data={"text": "x", "reason": "x"}).status_code
    if path.endswith("/import"):
        return client.open(path, method=method, headers=headers, data=b"x", content_type="text/csv").status_code
    if path.endswith("/content") and method == "PUT":
        headers["If-Match"] = '"1"'
        return client.put(path, headers=headers, data=b"x", content_type="text/xml").status_code
    body = next((body for end, body in BODIES.items() if path.endswith(end)), None)
    if body and "target" in body:
        body = {**body, "target": case}
    return client.open(path, method=method, headers=headers, json=body if method != "GET" else None).status_code
