"""The ledger in the database: all or nothing, in few statements, by its keepers only, every change told for good."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from engine.audit import verify
from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.start_instance import start_instance
from engine.database import Database
from engine.errors import Forbidden, Invalid, NotFound
from maintenance.commands.create_contract import ContractTerms, create_contract
from maintenance.commands.create_device import create_device
from maintenance.commands.create_point import create_point
from maintenance.commands.import_ledger import import_ledger
from maintenance.commands.replace_device import replace_device
from maintenance.commands.retire_point import retire_point
from maintenance.commands.update_device import update_device
from maintenance.commands.update_point import update_point
from maintenance.ledger.export import to_csv, to_xlsx
from maintenance.ledger.preview import Preview, ledger_preview
from maintenance.ledger.table import read_table
from maintenance.models import Contract, LedgerEvent, Point
from maintenance.queries.ledger_rows import ledger_rows
from maintenance.queries.point_history import point_history
from maintenance.queries.point_search import point_search
from maintenance.stories import Stage
from tests.engine.statements import counted
from tests.maintenance.ledger_files import DEVICE_HEADINGS, POINT_HEADINGS, city, xlsx_of
from tests.maintenance.ledger_stage import bring, counts, devices, events, fetch, refused
from tests.stage import stage

REPORT = {
    "point": "QC001",
    "category": "image",
    "impact": "system_down",
    "symptom": "黑屏",
    "occurred_at": "2026-11-20T09:50",
}
UNCHANGED = {"new": 0, "changed": 0, "unchanged": 1}


@pytest.fixture
def here(database: Database, clock: ManualClock) -> Stage:
    """One point QC001 with the camera SN0011, under the contract HT-1."""
    return stage(database, clock)


def test_an_import_adds_changes_and_leaves_alone(here: Stage) -> None:
    content = xlsx_of(
        {
            "点位": [
                POINT_HEADINGS,
                ("P1", "人民路口", "人民路", 35, 115.5, "是", date(2026, 3, 1)),
                ("QC001", "滨河路东口"),
            ],
            "设备": [DEVICE_HEADINGS, ("00123", "P1", "相机", "VX"), ("SN0011", "P1", "camera", None)],
        }
    )
    before = counts(here)
    done = bring(here, content)
    assert (done.points, done.devices) == (
        {"new": 1, "changed": 0, "unchanged": 1},
        {"new": 1, "changed": 1, "unchanged": 0},
    )
    assert [(c["subject"], c["key"], c["act"], c["row"]) for c in done.changes] == [
        ("point", "P1", "created", 2),
        ("device", "00123", "created", 2),
        ("device", "SN0011", "moved", 3),
    ]
    assert done.changes[2]["fields"] == {"point": ["QC001", "P1"]}
    assert [a - b for a, b in zip(counts(here), before, strict=True)] == [1, 1, 4, 1]  # a move is told at both points
    again = bring(here, content)
    assert (again.points["unchanged"], again.devices["unchanged"], again.changes) == (2, 2, [])
    assert [a - b for a, b in zip(counts(here), before, strict=True)] == [1, 1, 4, 1]


def test_one_bad_row_keeps_everything_out(here: Stage) -> None:
    before = counts(here)
    rows = [(f"N{n}", "QC001", "相机", "") for n in range(50)]
    assert refused(
        here, devices(*rows, ("N7", "QC001", "相机", ""), ("x", "P404", "相机", ""), ("", "QC001", "", ""))
    ) == [
        ("ledger_required", 54, "设备序列号", None),
        ("ledger_required", 54, "设备类型", None),
        ("ledger_repeated", 52, "设备序列号", "N7"),
        ("ledger_no_point", 53, "点位编号", "P404"),
    ]
    assert counts(here) == before


def test_rows_are_compared_with_the_ledger_and_each_other(here: Stage) -> None:
    assert refused(here, "点位编号,点位名称,合同编号,纬度\nP1,a,HT-404,35".encode()) == [
        ("ledger_coordinates_half", 2, "longitude", None),
        ("ledger_no_contract", 2, "合同编号", "HT-404"),
    ]
    assert refused(here, "点位编号,点位名称,状态\nQC001,滨河路东口,已停用".encode()) == [
        ("ledger_devices_remain", 2, "状态", "QC001")
    ]
    assert refused(here, "设备序列号,点位编号,设备类型,状态\nSN0011,QC001,相机,已更换".encode()) == [
        ("ledger_replaced", 2, "状态", None)
    ]
    both = xlsx_of(
        {
            "点位": [("点位编号", "点位名称", "状态"), ("QC001", "滨河路东口", "已停用")],
            "设备": [("设备序列号", "点位编号", "设备类型", "状态"), ("SN0011", "QC001", "相机", "已停用")],
        }
    )
    assert [change["act"] for change in bring(here, both).changes] == ["retired", "retired"]
    assert refused(here, devices(("N1", "QC001", "相机", ""))) == [("ledger_point_retired", 2, "点位编号", "QC001")]


def test_a_missing_column_stays_and_a_blank_cell_empties(here: Stage) -> None:
    bring(here, "点位编号,点位名称,道路,合同编号\nQC001,滨河路东口,滨河路,HT-1".encode())
    done = bring(here, "点位编号,点位名称,道路,状态,重点点位\nQC001,新名,,,".encode())
    assert done.changes[0]["fields"] == {"name": ["滨河路东口", "新名"], "road": ["滨河路", None]}
    (row,) = fetch(here, select(Point.name, Point.road, Point.state, Point.key_site, Contract.number).join(Contract))
    assert tuple(row) == ("新名", None, "active", False, "HT-1")


def test_a_preview_says_the_same_and_writes_nothing(here: Stage) -> None:
    table = read_table(city(30, 60))
    before = counts(here)
    with here.engine.read() as connection, counted(here.engine.database) as sent:
        foreseen = ledger_preview(connection, here.organisation_id, table)
    assert not [one for one in sent if not one.startswith("SELECT")]
    assert counts(here) == before
    assert here.engine.run(import_ledger, ENGINE, here.organisation_id, table) == foreseen
    assert (foreseen.points["new"], foreseen.devices["new"]) == (30, 60)


def test_2000_rows_take_a_bounded_number_of_statements(here: Stage) -> None:
    table = read_table(city(500, 1_500))
    with counted(here.engine.database) as sent:
        here.engine.run(import_ledger, ENGINE, here.organisation_id, table)
    assert len(sent) == 10, sent  # 2,000 rows asked for, written in pages of a thousand, told in ten facts at once
    changed = read_table(city(500, 1_500))
    for part in changed.parts.values():
        for row in part.rows:
            row.values["installed_on"] = date(2026, 4, 1)
    with counted(here.engine.database) as sent:
        done = here.engine.run(import_ledger, ENGINE, here.organisation_id, changed)
    assert (done.points["changed"], done.devices["changed"]) == (500, 1_500)
    assert len(sent) <= 20, sent


def test_what_is_exported_is_imported_unchanged(here: Stage) -> None:
    bring(here, city(3, 7))
    bring(here, "点位编号,点位名称,合同编号\n'=P+1,'@路口,HT-1".encode())
    here.engine.run(update_device, ENGINE, here.organisation_id, "00000001", {"ip": "10.0.0.8", "firmware": "-1.2"})
    with here.engine.read() as connection:
        sheets = ledger_rows(connection, ENGINE, here.organisation_id, restricted=True)
    for content in (to_xlsx(sheets), *(to_csv(sheet) for sheet in sheets)):
        done = bring(here, content)
        assert (done.points["new"], done.points["changed"], done.devices["new"]) == (0, 0, 0)
        assert done.changes == []
        assert done.points["unchanged"] + done.devices["unchanged"] in (13, 5, 8)


def test_two_imports_at_the_same_moment_are_one_after_the_other(here: Stage) -> None:
    table, done, ready = read_table(city(40, 80)), list[Preview](), threading.Barrier(2)

    def work() -> None:
        ready.wait()
        done.append(here.engine.run(import_ledger, ENGINE, here.organisation_id, table))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.points["new"] for one in done) == [0, 40]
    assert sorted(one.devices["unchanged"] for one in done) == [0, 80]
    assert len(fetch(here, select(LedgerEvent.id))) == 120


def test_only_keepers_of_this_very_ledger_change_it(here: Stage) -> None:
    table = read_table(devices(("N1", "QC001", "相机", "")))
    run, client = here.engine.run, here.organisation_id
    for role in ("reporter", "auditor", "dispatcher", "contractor_lead"):
        with pytest.raises(Forbidden):
            run(import_ledger, here.people[role], client, table)
    contractor = here.people["dispatcher"].organisation_id
    assert contractor is not None
    for organisation in (contractor, 999_999):
        with pytest.raises(NotFound):
            run(import_ledger, here.people["owner_approver"], organisation, table)
    with pytest.raises(NotFound):
        run(import_ledger, ENGINE, contractor, table)
    assert run(import_ledger, here.people["line_officer"], client, table).devices["new"] == 1


def test_single_points_and_devices_by_hand(here: Stage) -> None:
    run, keeper, client = here.engine.run, here.people["owner_approver"], here.organisation_id
    assert run(create_point, keeper, client, {"code": " P1 ", "name": "人民路口", "contract": "HT-1"}) == "P1"
    assert run(create_device, keeper, client, {"serial": "00123", "point": "P1", "kind": "camera"}) == "00123"
    for command, values, expected in (
        (create_point, {"code": "P1", "name": "x"}, {"code": "ledger_exists"}),
        (create_point, {"name": "x", "contract": "?"}, {"code": "ledger_required"}),
        (
            create_device,
            {"serial": "1", "point": "?", "kind": "ship"},
            {"kind": "ledger_choice", "point": "ledger_no_point"},
        ),
    ):
        with pytest.raises(Invalid) as caught:
            run(command, keeper, client, values)
        assert {key: found[0]["code"] for key, found in caught.value.fields.items()} == expected
    assert run(update_point, keeper, client, "P1", {"road": "人民路", "name": "人民路口"}) == ["road"]
    assert run(update_point, keeper, client, "P1", {"road": "人民路"}) == []
    with pytest.raises(NotFound):
        run(update_point, keeper, client, "P404", {"road": "x"})
    with pytest.raises(Invalid):
        run(retire_point, keeper, client, "P1", "路口改造")  # a device in use stands there
    run(update_device, keeper, client, "00123", {"state": "retired"})
    run(retire_point, keeper, client, "P1", "路口改造")
    assert fetch(here, select(Point.state).where(Point.code == "P1")) == [("retired",)]
    told = fetch(here, select(LedgerEvent.act, LedgerEvent.source, LedgerEvent.reason).order_by(LedgerEvent.id))
    assert [tuple(row) for row in told] == [
        ("created", "manual", ""),
        ("created", "manual", ""),
        ("changed", "manual", ""),
        ("retired", "manual", ""),
        ("retired", "manual", "路口改造"),
    ]


def test_everything_is_told_in_the_sealed_history(here: Stage) -> None:
    bring(here, city(250, 10))
    told = events(here)
    assert [(fact["source"], len(fact["changes"])) for fact in told] == [("import", 200), ("import", 60)]
    sealed = [(change["key"], change["fields"]) for fact in told for change in fact["changes"]]
    kept = fetch(here, select(LedgerEvent.changes).order_by(LedgerEvent.id))
    assert [fields for _, fields in sealed] == [row.changes for row in kept]
    with here.engine.read() as connection:
        assert verify(connection, here.engine.resources.history_key).damages == ()
    for change in ("UPDATE ledger_event SET reason = 'x'", "DELETE FROM ledger_event"):
        with pytest.raises(DBAPIError, match="append-only"), here.engine.database.writing.begin() as connection:
            connection.execute(text(change))


def test_the_history_of_a_point_holds_its_changes_and_its_tickets(here: Stage, clock: ManualClock) -> None:
    run, client, keeper = here.engine.run, here.organisation_id, here.people["owner_approver"]

    def later() -> None:
        clock.move_to(clock.now().replace(minute=clock.now().minute + 1))

    run(update_point, keeper, client, "QC001", {"road": "滨河路"})
    later()
    ticket = run(start_instance, here.people["reporter"], client, "fault_repair_fc", REPORT)
    later()
    run(update_device, keeper, client, "SN0011", {"ip": "10.0.0.8"})
    later()
    run(replace_device, keeper, client, "SN0011", "SN0012", {}, "雷击")
    with here.engine.read() as connection, counted(here.engine.database) as sent:
        page = point_history(connection, keeper, client, "QC001")
    assert len(sent) == 2  # is the point there, and everything of it
    assert sorted((e.kind, e.act, e.device or "") for e in page.items) == [
        ("ledger", "changed", ""),
        ("ledger", "changed", "SN0011"),
        ("ledger", "created", "SN0012"),
        ("ledger", "replaced", "SN0011"),
        ("ticket", "active", ""),
    ]
    changed = page.items[2]
    assert (changed.device, changed.changes, changed.by) == ("SN0011", {"ip": [None, "•••"]}, "业主单位")
    assert page.items[3].ticket_id == ticket.instance_id
    walked, after = list[Any](), None
    with here.engine.read() as connection:
        while True:
            part = point_history(connection, keeper, client, "QC001", after=after, limit=2)
            walked, after = [*walked, *part.items], part.next
            if after is None:
                break
        assert walked == page.items
        seen = point_history(connection, here.people["auditor"], client, "QC001").items
        own = point_history(connection, here.people["head_office"], client, "QC001").items
        with pytest.raises(NotFound):
            point_history(connection, here.people["dispatcher"], 999_999, "QC001")
    assert (len(seen), len(own)) == (5, 5)  # the contractor takes part in the ticket


def test_a_contract_is_checked_before_it_is_written(here: Stage) -> None:
    terms = ContractTerms("HT-2", "运维合同", "contractor", "FC", date(2026, 1, 1), date(2028, 12, 31))
    run, client, keeper = here.engine.run, here.organisation_id, here.people["owner_approver"]
    contract_id = run(create_contract, keeper, client, terms)
    assert fetch(here, select(Contract.number).where(Contract.id == contract_id)) == [("HT-2",)]
    wrong = ContractTerms("HT-1", "", "client", "?", date(2026, 1, 2), date(2026, 1, 1))
    with pytest.raises(Invalid) as caught:
        run(create_contract, keeper, client, wrong)
    assert set(caught.value.fields) == {"number", "name", "contractor", "pack_key", "ends_on"}
    figures = ContractTerms("HT-3", "x", "contractor", "FC", date(2026, 1, 1), date(2026, 1, 2), {"stages.x.limit": 1})
    with pytest.raises(Invalid) as caught:
        run(create_contract, keeper, client, figures)
    assert [found["code"] for found in caught.value.fields["overrides"]] == ["pack_unknown_key"]
    for role in ("line_officer", "contractor_lead", "reporter"):
        with pytest.raises(Forbidden):
            run(create_contract, here.people[role], client, terms)


def test_points_are_found_by_several_words_sorted_and_paged(here: Stage) -> None:
    bring(here, city(1_200, 1))
    keeper, client = here.people["owner_approver"], here.organisation_id
    with here.engine.read() as connection:
        found = [p.code for p in point_search(connection, keeper, client, search="示例路 1007").items]
        assert found == ["DW-01007"]
        assert [p.code for p in point_search(connection, keeper, client, search="滨河 东口").items] == ["QC001"]
        walked, after = list[Any](), None
        while True:
            page = point_search(connection, keeper, client, sort="-name", after=after, limit=100, state=None)
            walked, after = [*walked, *(p.name for p in page.items)], page.next
            if after is None:
                break
        with counted(here.engine.database) as sent:
            point_search(connection, keeper, client, search="没有 这样 的")
    assert len(walked) == 1_201
    assert len(set(walked)) == 1_201
    assert len(sent) == 1
