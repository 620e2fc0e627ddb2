"""Every route × every role × own, foreign and missing object: none undeclared, none wrong.

The table below is written by hand and knows nothing of the decorators: a route that is added, opened or closed by
mistake makes this test fail.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from accounts.commands.create_api_key import create_api_key
from accounts.commands.create_organisation import create_organisation
from accounts.policies import declarations
from accounts.roles import BY_KEY, ROLES
from engine.authorization import ENGINE
from engine.commands.publish_decisions import publish_decisions
from engine.errors import Invalid
from maintenance.commands.create_device import create_device
from maintenance.commands.create_point import create_point
from maintenance.packs.load import shipped_tables
from tests.api.town import REPORT, Person, Town
from tests.stage import CLIENT_SIDE

PUBLIC, SIGNED_IN = "public", "signed in"
MISSING_CASE, MISSING_TASK = 999_999_999, "0" * 32
ADMITTED = {200, 201, 204, 302, 303, 400, 409, 415, 422}  # past the door: done, or refused for what was sent


@dataclass(frozen=True)
class Door:
    """What a route asks for. `subject`: whose object stands in its address."""

    needs: str  # PUBLIC, SIGNED_IN or a permission
    subject: str = ""  # "", "case", "task", "attachment", "job", "point", "device", or one of those with a number
    personal: bool = False  # besides the permission, one must be named by the task: 403 else
    hidden: bool = False  # … or 404: what only who fills in the form is shown


DOORS: dict[tuple[str, str], Door] = {
    ("GET", "/healthz"): Door(PUBLIC),
    ("GET", "/readyz"): Door(PUBLIC),
    ("GET", "/static/<path:filename>"): Door(PUBLIC),
    ("GET", "/sign-in"): Door(PUBLIC),
    ("POST", "/sign-in"): Door(PUBLIC),
    ("POST", "/sign-out"): Door(SIGNED_IN),
    ("GET", "/password"): Door(PUBLIC),
    ("POST", "/password"): Door(PUBLIC),
    ("POST", "/language"): Door(PUBLIC),
    ("GET", "/"): Door(SIGNED_IN),
    ("GET", "/tasks"): Door(SIGNED_IN),
    ("GET", "/tasks/<task_id>"): Door(SIGNED_IN, "task"),
    ("POST", "/tasks/<task_id>/claim"): Door("task.work", "task", personal=True),
    ("POST", "/tasks/<task_id>/unclaim"): Door("task.work", "task", personal=True),
    ("POST", "/tasks/<task_id>/complete"): Door("task.work", "task", personal=True),
    ("POST", "/tasks/<task_id>/draft"): Door("task.work", "task", personal=True),
    ("PUT", "/tasks/<task_id>/draft"): Door("task.work", "task", personal=True),
    ("POST", "/tasks/<task_id>/comments"): Door("comment.write", "task"),
    ("GET", "/report"): Door("case.start"),
    ("GET", "/report/choices/<key>"): Door("case.start"),
    ("GET", "/tasks/<task_id>/choices/<key>"): Door("task.work", "task", personal=True, hidden=True),
    ("POST", "/report"): Door("case.start"),
    ("GET", "/tickets"): Door(SIGNED_IN),
    ("GET", "/board"): Door("case.read"),
    ("GET", "/audit"): Door("history.read"),
    ("POST", "/audit/export"): Door("history.read"),
    ("GET", "/audit/verification"): Door("history.verify"),
    ("POST", "/audit/verification"): Door("history.verify"),
    ("POST", "/tickets/<int(max=9223372036854775807):instance_id>/verification"): Door("history.verify", "case"),
    ("GET", "/tickets/<int(max=9223372036854775807):instance_id>/diagram.bpmn"): Door("case.read", "case"),
    ("GET", "/tickets/<int(max=9223372036854775807):instance_id>"): Door(SIGNED_IN, "case"),
    ("POST", "/tickets/<int(max=9223372036854775807):instance_id>/comments"): Door("comment.write", "case"),
    ("POST", "/tickets/<int(max=9223372036854775807):instance_id>/cancel"): Door("case.cancel", "case"),
    ("POST", "/tickets/<int(max=9223372036854775807):instance_id>/messages"): Door("message.send", "case"),
    ("GET", "/tickets/<int(max=9223372036854775807):instance_id>/deferral"): Door("case.start", "case"),
    ("POST", "/tickets/<int(max=9223372036854775807):instance_id>/deferral"): Door("case.start", "case", personal=True),
    ("GET", "/api/v1/openapi.json"): Door(SIGNED_IN),
    ("GET", "/api/v1/me"): Door(SIGNED_IN),
    ("GET", "/api/v1/points"): Door(SIGNED_IN),
    ("POST", "/api/v1/points"): Door("ledger.edit"),
    ("GET", "/api/v1/points/<path:code>"): Door("ledger.read", "point"),
    ("PATCH", "/api/v1/points/<path:code>"): Door("ledger.edit", "point"),
    ("POST", "/api/v1/points/<path:code>/retire"): Door("ledger.edit", "point"),
    ("GET", "/api/v1/points/<path:code>/history"): Door("ledger.read", "point"),
    ("GET", "/api/v1/devices"): Door("ledger.read"),
    ("POST", "/api/v1/devices"): Door("ledger.edit"),
    ("GET", "/api/v1/devices/<path:serial>"): Door("ledger.read", "device"),
    ("PATCH", "/api/v1/devices/<path:serial>"): Door("ledger.edit", "device"),
    ("POST", "/api/v1/devices/<path:serial>/replace"): Door("ledger.edit", "device"),
    ("POST", "/api/v1/ledger/import"): Door("ledger.edit"),
    ("GET", "/api/v1/ledger/export.csv"): Door("ledger.read"),
    ("GET", "/api/v1/ledger/export.xlsx"): Door("ledger.read"),
    ("GET", "/api/v1/ledger/template.xlsx"): Door("ledger.read"),
    ("GET", "/api/v1/definitions"): Door("definition.read"),
    ("POST", "/api/v1/definitions"): Door("definition.publish"),
    ("POST", "/api/v1/definitions/check"): Door("definition.read"),
    ("GET", "/api/v1/definitions/<id:definition_id>"): Door("definition.read", "definition"),
    ("GET", "/api/v1/definitions/<id:definition_id>/content"): Door("definition.read", "definition"),
    ("GET", "/api/v1/instances"): Door(SIGNED_IN),
    ("POST", "/api/v1/instances"): Door("case.start"),
    ("GET", "/api/v1/instances/<id:instance_id>"): Door(SIGNED_IN, "case"),
    ("POST", "/api/v1/instances/<id:instance_id>/cancel"): Door("case.cancel", "case"),
    ("POST", "/api/v1/instances/<id:instance_id>/comments"): Door("comment.write", "case"),
    ("GET", "/api/v1/instances/<id:instance_id>/history"): Door("history.read", "case"),
    ("GET", "/api/v1/instances/<id:instance_id>/activities"): Door(SIGNED_IN, "case"),
    ("GET", "/api/v1/instances/<id:instance_id>/clocks"): Door(SIGNED_IN, "case"),
    ("GET", "/api/v1/instances/<id:instance_id>/deferrals"): Door(SIGNED_IN, "case"),
    ("POST", "/api/v1/instances/<id:instance_id>/deferrals"): Door("case.start", "case", personal=True),
    ("POST", "/api/v1/instances/<id:instance_id>/suspend"): Door("case.suspend", "case"),
    ("POST", "/api/v1/instances/<id:instance_id>/resume"): Door("case.suspend", "case"),
    ("GET", "/api/v1/instances/<id:instance_id>/links"): Door(SIGNED_IN, "case"),
    ("POST", "/api/v1/instances/<id:instance_id>/links"): Door("case.link", "case"),
    ("POST", "/api/v1/instances/<id:instance_id>/links/remove"): Door("case.link", "case"),
    ("GET", "/api/v1/instances/<id:instance_id>/attachments"): Door(SIGNED_IN, "case"),
    ("POST", "/api/v1/attachments"): Door("attachment.add"),
    ("GET", "/api/v1/attachments/<task_id:attachment_id>"): Door(SIGNED_IN, "attachment"),
    ("GET", "/api/v1/attachments/<task_id:attachment_id>/content"): Door(SIGNED_IN, "attachment"),
    ("DELETE", "/api/v1/attachments/<task_id:attachment_id>"): Door("attachment.add", "attachment"),
    ("GET", "/api/v1/tasks"): Door(SIGNED_IN),
    ("GET", "/api/v1/tasks/<task_id:task_id>"): Door(SIGNED_IN, "task"),
    ("POST", "/api/v1/tasks/<task_id:task_id>/claim"): Door("task.work", "task", personal=True),
    ("POST", "/api/v1/tasks/<task_id:task_id>/unclaim"): Door("task.work", "task", personal=True),
    ("POST", "/api/v1/tasks/<task_id:task_id>/complete"): Door("task.work", "task", personal=True),
    ("PUT", "/api/v1/tasks/<task_id:task_id>/draft"): Door("task.work", "task", personal=True),
    ("POST", "/api/v1/jobs/<task_id:job_id>/retry"): Door("job.retry", "job"),
    ("GET", "/api/v1/jobs"): Door("job.retry"),
    ("GET", "/api/v1/incidents"): Door("job.retry"),
    ("GET", "/api/v1/instances/<id:instance_id>/trace"): Door(SIGNED_IN, "case"),
    ("GET", "/api/v1/decisions"): Door("definition.read"),
    ("POST", "/api/v1/decisions"): Door("definition.publish"),
    ("POST", "/api/v1/decisions/check"): Door("definition.read"),
    ("GET", "/api/v1/decisions/<id:definition_id>"): Door("definition.read", "decision"),
    ("GET", "/api/v1/decisions/<id:definition_id>/content"): Door("definition.read", "decision"),
    ("POST", "/api/v1/decisions/<id:definition_id>/evaluate"): Door("definition.read", "decision"),
    ("GET", "/api/v1/packs"): Door("definition.read"),
    ("GET", "/api/v1/packs/<id:pack_id>"): Door("definition.read", "pack"),
    ("GET", "/api/v1/contracts"): Door("ledger.read"),
    ("POST", "/api/v1/contracts"): Door("contract.edit"),
    ("GET", "/api/v1/organisations"): Door("user.admin"),
    ("POST", "/api/v1/organisations"): Door("user.admin"),
    ("GET", "/api/v1/users"): Door("user.admin"),
    ("POST", "/api/v1/users"): Door("user.admin"),
    ("GET", "/api/v1/api-keys"): Door(SIGNED_IN),
    ("POST", "/api/v1/api-keys"): Door(SIGNED_IN),
    ("POST", "/api/v1/api-keys/<id:key_id>/revoke"): Door(SIGNED_IN, "key"),
    ("GET", "/api-docs"): Door(SIGNED_IN),
    ("POST", "/api/v1/messages"): Door("message.send"),
    ("POST", "/api/v1/signals"): Door("message.send"),
}


BODIES: dict[str, Any] = {
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
        if subject == "key":
            return self.at_home and not self.contractor and "user.admin" in self.permissions
        if subject in ("definition", "decision"):
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
        return ADMITTED | {404} | ({403} if visitor.role in OUTSIDE else set())
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


ROWS = {"decision": _decision, "pack": _pack, "key": _key}


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
        "<id:key_id>": definition,
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
    body = next((body for end, body in BODIES.items() if path.endswith(end)), None)
    if body and "target" in body:
        body = {**body, "target": case}
    return client.open(path, method=method, headers=headers, json=body if method != "GET" else None).status_code
