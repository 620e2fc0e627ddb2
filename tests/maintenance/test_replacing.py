"""A broken device is replaced: by hand, or by a ticket when its task completes, in the same transaction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.complete_task import complete_task
from engine.commands.publish_definition import publish_definition
from engine.commands.start_instance import start_instance
from engine.database import Database
from engine.definition.model import ElementModel
from engine.errors import Invalid, NotFound
from engine.models import UserTask
from engine.queries.history import history
from maintenance.commands.replace_device import replace_device
from maintenance.ledger.repairs import WORDS, check_replacements
from maintenance.models import Device, LedgerEvent
from maintenance.queries.point_history import point_history
from maintenance.stories import Stage
from tests.engine.definition.drawings import drawing, end, service, start, user
from tests.maintenance.ledger_files import DEVICE_HEADINGS, xlsx_of
from tests.maintenance.ledger_stage import bring, counts, events, fetch
from tests.stage import stage

REPORT = {"point": "QC001", "category": "image", "symptom": "黑屏", "occurred_at": "2026-11-20T09:50"}
UNCHANGED = {"new": 0, "changed": 0, "unchanged": 1}


@pytest.fixture
def here(database: Database, clock: ManualClock) -> Stage:
    """One point QC001 with the camera SN0011, under the contract HT-1."""
    return stage(database, clock)


@pytest.mark.rule("R-344")
def test_a_replacement_without_a_new_serial_is_an_error(here: Stage) -> None:
    before = counts(here)
    with pytest.raises(Invalid) as caught:
        here.engine.run(replace_device, ENGINE, here.organisation_id, "SN0011", "", {})
    assert {key: found[0]["code"] for key, found in caught.value.fields.items()} == {"new_serial": "ledger_required"}
    assert counts(here) == before


def test_a_replaced_device_points_to_its_successor(here: Stage) -> None:
    run, client = here.engine.run, here.organisation_id
    assert run(replace_device, ENGINE, client, "SN0011", "SN0012", {"model": "VX-300"}) == "SN0012"
    run(replace_device, ENGINE, client, "SN0011", "SN0012", {})  # said twice: nothing more
    rows = fetch(
        here, select(Device.serial, Device.state, Device.kind, Device.model, Device.replaced_by_id).order_by(Device.id)
    )
    successor = fetch(here, select(Device.id).where(Device.serial == "SN0012"))[0][0]
    assert [tuple(row) for row in rows] == [
        ("SN0011", "replaced", "camera", None, successor),
        ("SN0012", "active", "camera", "VX-300", None),
    ]
    assert len(events(here)) == 1
    for old, new, code in (
        ("SN0011", "SN0013", "ledger_not_in_use"),
        ("SN0012", "SN0011", "ledger_exists"),
        ("SN0012", " @SUM(A1)", "ledger_formula"),
        ("SN0012", "SN0012", "ledger_exists"),
        ("", "SN0014", "ledger_required"),
    ):
        with pytest.raises(Invalid) as caught:
            run(replace_device, ENGINE, client, old, new, {})
        assert [found[0]["code"] for found in caught.value.fields.values()] == [code]
    with pytest.raises(NotFound):
        run(replace_device, ENGINE, client, "SN404", "SN0014", {})


REPLACING = drawing(
    "replacing",
    [
        start("s"),
        user("say", candidateGroups="field_engineer"),
        service("swap", "ledger.replace", inputs={"old_serial": "${old}", "new_serial": "${new}"}),
        end("e"),
    ],
    ["s -> say -> swap -> e"],
    properties={"case.kind": "work_order", "case.prefix": "T"},
)


@pytest.fixture
def repair(here: Stage) -> tuple[int, str]:
    """A ticket at QC001 whose only step says what was replaced: its id and the task."""
    run, client = here.engine.run, here.organisation_id
    run(publish_definition, ENGINE, client, REPLACING)
    ticket = run(start_instance, ENGINE, client, "replacing", {**REPORT, "occurred_at": None}).instance_id
    (task,) = fetch(here, select(UserTask.id).where(UserTask.instance_id == ticket))[0]
    return ticket, task


def test_a_ticket_replaces_a_device_when_its_task_completes(here: Stage, repair: tuple[int, str]) -> None:
    ticket, task = repair
    here.engine.run(complete_task, ENGINE, task, {"old": "SN0011", "new": "SN0012"})
    assert fetch(here, select(Device.state).order_by(Device.id)) == [("replaced",), ("active",)]
    told = fetch(here, select(LedgerEvent.act, LedgerEvent.source, LedgerEvent.root_id).order_by(LedgerEvent.id))
    assert [tuple(row) for row in told] == [("created", "ticket", ticket), ("replaced", "ticket", ticket)]
    with here.engine.read() as connection:
        items = history(connection, ENGINE, ticket).items
        lines = point_history(connection, ENGINE, here.organisation_id, "QC001").items
    (fact,) = [fact for item in items for fact in item.facts if fact["type"] == "device_replaced"]
    assert (fact["old"], fact["new"], [c["key"] for c in fact["changes"]]) == ("SN0011", "SN0012", ["SN0012", "SN0011"])
    assert {line.number for line in lines} == {lines[0].number}  # the ticket, and both changes under its number
    assert events(here) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("SN0011", "", {"new_serial": "ledger_required"}),
        ("SN0011", "=HYPERLINK(1)", {"new_serial": "ledger_formula"}),
        ("SN0011", "SN0011", {"new_serial": "ledger_exists"}),
        ("ELSEWHERE", "SN0012", {"old_serial": "ledger_elsewhere"}),
    ],
)
def test_a_refused_replacement_leaves_the_task_open(
    here: Stage, repair: tuple[int, str], old: str, new: str, problem: dict[str, str]
) -> None:
    device = ("ELSEWHERE", "P1", "相机", "")
    both: dict[str, Any] = {"点位": [("点位编号", "点位名称"), ("P1", "a")], "设备": [DEVICE_HEADINGS, device]}
    bring(here, xlsx_of(both))
    before = counts(here)
    with pytest.raises(Invalid) as caught:
        here.engine.run(complete_task, ENGINE, repair[1], {"old": old, "new": new})
    assert {key: found[0]["code"] for key, found in caught.value.fields.items()} == problem
    assert counts(here) == before
    assert fetch(here, select(UserTask.state).where(UserTask.id == repair[1])) == [("open",)]


@pytest.mark.parametrize(
    ("kind", "case_kind", "codes"),
    [
        ("userTask", "work_order", []),
        ("userTask", "deferral", ["replacement_without_work_order"]),
        ("serviceTask", "work_order", ["replacement_outside_task"]),
        ("subProcess", "", ["replacement_outside_task", "replacement_without_work_order"]),
    ],
)
def test_a_drawing_replaces_devices_at_a_user_task_of_a_work_order(kind: str, case_kind: str, codes: list[str]) -> None:
    process = ElementModel(id="p", kind="process", name="P", scope="p", properties={"case.kind": case_kind})
    step = ElementModel(id="s", kind=kind, name="修复", scope="p", properties={"ledger.replace": "rows"})
    found = check_replacements({one.id: one for one in (process, step)})
    assert [(one.code, one.element_id) for one in found] == [(code, "s") for code in codes]
    assert all("修复" in one.message_zh and "修复" in one.message_en for one in found)


def test_every_code_of_a_drawing_is_explained_to_owners() -> None:
    page = (Path(__file__).parents[2] / "docs" / "owner" / "ledger.md").read_text(encoding="utf-8")
    assert [code for code in WORDS if f"### {code}\n" not in page] == []
