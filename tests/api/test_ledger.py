"""The ledger at the machine doors: lists, entries, changes, history, tables in and out."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from sqlalchemy import select

from engine.models import HistoryEvent
from maintenance.ledger.export import XLSX_TYPE
from tests.api.test_command_line import flask
from tests.api.town import Person, Town
from tests.maintenance.ledger_files import DEVICE_HEADINGS, POINT_HEADINGS, city, csv_of, xlsx_of

CSV = "text/csv"


def bring(who: Person, content: bytes, query: str = "", kind: str = CSV, **headers: str) -> Any:
    return who.post(f"/ledger/import{query}", data=content, content_type=kind, headers=headers)


def test_a_point_from_its_beginning_to_its_end(town: Town) -> None:
    body = {
        "code": "D/1",
        "name": "人民路口",
        "latitude": 35.02,
        "longitude": 115.5,
        "key_site": True,
        "contract": "HT-1",
    }
    made = town.owner.post("/points", json=body)
    assert (made.status_code, made.json, made.headers["Location"]) == (201, {"code": "D/1"}, "/api/v1/points/D/1")
    device = {"serial": "00123", "point": "D/1", "kind": "camera", "ip": "10.0.0.8", "installed_on": "2026-03-01"}
    assert town.owner.post("/devices", json=device).status_code == 201
    shown = town.auditor.get("/points/D/1").json
    assert {key: shown[key] for key in body} == body
    assert (shown["contractor"], [one["serial"] for one in shown["devices"]]) == ("contractor", ["00123"])
    entry = town.owner.get("/devices/00123").json
    assert (entry["installed_on"], entry["point_name"], "ip" in entry) == ("2026-03-01", "人民路口", False)
    assert town.owner.patch("/points/D/1", json={"road": "人民路", "key_site": None}).json == {
        "changed": ["key_site", "road"]
    }
    replaced = town.owner.post("/devices/00123/replace", json={"new_serial": "00124", "reason": "雷击"})
    assert replaced.json == {"serial": "00124"}
    refused = town.owner.post("/points/D/1/retire", json={"reason": "改造"})
    assert (refused.status_code, refused.json["errors"]["state"][0]["code"]) == (422, "ledger_devices_remain")
    assert town.owner.patch("/devices/00124", json={"state": "retired"}).status_code == 200
    assert town.owner.post("/points/D/1/retire", json={"reason": "改造"}).status_code == 204
    assert town.owner.get("/points?search=D/1").json["items"] == []
    assert [p["state"] for p in town.owner.get("/points?search=D/1&state=any").json["items"]] == ["retired"]
    told = town.dispatch.get("/points/D/1/history?limit=100").json["items"]
    assert sorted((one["act"], one["device"] or "") for one in told) == [
        ("changed", ""),
        ("created", ""),
        ("created", "00123"),
        ("created", "00124"),
        ("replaced", "00123"),
        ("retired", ""),
        ("retired", "00124"),
    ]
    created = next(one for one in told if one["act"] == "created" and one["device"] == "00123")
    assert (created["changes"]["ip"], created["by"], created["source"]) == ([None, "•••"], "Owner", "manual")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "code", "ledger_required"),
        ({"code": "X", "name": "x", "colour": "red"}, "colour", "unknown_field"),
        ({"code": "X", "name": "x" * 201}, "name", "too_long"),
        ({"code": 1, "name": "x"}, "code", "not_text"),
        ({"code": "X", "name": "x", "latitude": "35"}, "latitude", "not_a_number"),
        ({"code": "X", "name": "x", "latitude": 91.0, "longitude": 170.0}, "latitude", "ledger_latitude"),
        ({"code": "X", "name": "x", "latitude": 115.5, "longitude": 35.0}, "latitude", "ledger_coordinates_swapped"),
        ({"code": "X", "name": "x", "installed_on": "gestern"}, "installed_on", "ledger_date"),
        ({"code": "X", "name": "x", "state": "broken"}, "state", "ledger_choice"),
        ({"code": "P1", "name": "x"}, "code", "ledger_exists"),
        ({"code": "X", "name": "x", "contract": "HT-404"}, "contract", "ledger_no_contract"),
    ],
)
def test_what_is_wrong_with_a_point_is_told_per_field(body: Any, field: str, code: str, quiet_town: Town) -> None:
    answer = quiet_town.owner.post("/points", json=body)
    assert (answer.status_code, answer.json["errors"][field][0]["code"]) == (422, code)


def test_a_table_is_previewed_brought_in_and_taken_out(town: Town) -> None:
    content = xlsx_of(
        {"点位": [POINT_HEADINGS, ("P9", "=人民路口")], "设备": [DEVICE_HEADINGS, ("00123", "P1", "相机", "")]}
    )
    refused = bring(town.owner, content, kind=XLSX_TYPE)
    assert (refused.status_code, refused.json["code"], refused.json["params"]) == (422, "ledger_refused", {"count": 1})
    assert refused.json["rows"] == [
        {
            "sheet": "点位",
            "row": 2,
            "column": "点位名称",
            "value": None,
            "code": "ledger_formula",
            "zh": "单元格是公式：请粘贴为数值",
            "en": "the cell is a formula: paste it as a value",
            "message": "点位, row 2, column “点位名称”: the cell is a formula: paste it as a value",
        }
    ]
    content = xlsx_of(
        {"点位": [POINT_HEADINGS, ("P9", "人民路口")], "设备": [DEVICE_HEADINGS, ("00123", "P1", "相机", "")]}
    )
    counted = {"new": 1, "changed": 0, "unchanged": 0}
    key = {"Idempotency-Key": "one"}
    foreseen = bring(town.owner, content, "?dry_run=true", XLSX_TYPE, **key)
    assert (foreseen.status_code, foreseen.json["dry_run"], foreseen.json["points"]) == (200, True, counted)
    assert town.owner.get("/points/P9").status_code == 404
    done = bring(town.owner, content, "", XLSX_TYPE, **key)
    assert done.json == {**foreseen.json, "dry_run": False}
    assert bring(town.owner, content, "", XLSX_TYPE, **key).json == done.json  # the first answer again
    assert bring(town.owner, content, "", XLSX_TYPE).json["points"] == {"new": 0, "changed": 0, "unchanged": 1}
    town.owner.patch("/devices/00123", json={"ip": "10.0.0.8"})
    for path, kind in (
        ("/ledger/export.xlsx", XLSX_TYPE),
        ("/ledger/export.csv?of=points", CSV),
        ("/ledger/export.csv?of=devices", CSV),
    ):
        out = town.owner.get(path)
        assert (out.status_code, out.mimetype) == (200, kind)
        assert bring(town.owner, out.data, "?dry_run=true", kind).json["changes"] == []
    exported = [row for row in csv.DictReader(io.StringIO(out.data.decode("utf-8-sig")))]
    assert [row["IP地址"] for row in exported if row["设备序列号"] == "00123"] == ["10.0.0.8"]
    assert "IP地址" not in town.dispatch.get("/ledger/export.csv?of=devices").data.decode("utf-8-sig")
    with town.engine.read() as connection:
        facts = list(connection.scalars(select(HistoryEvent.facts).where(HistoryEvent.command == "record_export")))
    assert ['"restricted":true' in one for one in facts] == [True, False, True, False]
    assert town.owner.get("/ledger/template.xlsx").data[:2] == b"PK"


def test_bad_bodies_of_an_import(quiet_town: Town) -> None:
    owner = quiet_town.owner
    assert bring(owner, b"x", kind="application/json").status_code == 415
    assert bring(owner, b"x" * (8 * 1024 * 1024 + 1)).status_code == 413
    assert bring(owner, b"x" * (5 * 1024 * 1024 + 1)).json["rows"][0]["code"] == "ledger_too_large"
    assert bring(owner, b"").json["rows"][0]["code"] == "ledger_empty"
    assert bring(owner, b"%PDF-1.4", kind=XLSX_TYPE).json["rows"][0]["code"] == "ledger_not_a_table"
    assert bring(owner, b"x", "?dry_run=perhaps").status_code == 422
    gbk = bring(owner, csv_of(("点位编号", "点位名称"), [("G1", "人民路口")]).decode().encode("gbk"), "?dry_run=1")
    assert gbk.json["changes"][0]["fields"]["name"] == [None, "人民路口"]


def test_other_cities_ledgers_are_not_there(town: Town) -> None:
    bring(town.stranger, csv_of(("点位编号", "点位名称"), [("S1", "x")]))
    for path in ("/points/S1", "/points/S1/history", "/devices/SN-S1"):
        assert (town.owner.get(path).status_code, town.dispatch.get(path).status_code) == (404, 404)
    for path in ("/points", "/devices", "/ledger/export.csv", "/ledger/export.xlsx", "/points/S1/history"):
        assert town.dispatch.get(f"{path}?organisation=other_client").status_code == 404
        assert town.rival.get(f"{path}?organisation=client").status_code == 404
    assert town.owner.patch("/points/S1", json={"road": "x"}).status_code == 404
    assert [d["serial"] for d in town.dispatch.get("/devices").json["items"]] == ["SN1", "SN2", "SN3"]
    assert town.reporter.get("/points?state=retired").json["code"] == "permission_missing"


def test_lists_filter_sort_and_page(town: Town) -> None:
    bring(town.owner, city(30, 40), kind=XLSX_TYPE)
    devices = town.owner.get("/devices?point=DW-00003&kind=camera").json["items"]
    assert [one["serial"] for one in devices] == ["00000003", "00000033"]
    walked = list[str]()
    mark: str | None = ""
    while mark is not None:
        page = town.owner.get(f"/points?road=示例路&sort=-code&limit=7{mark}").json
        walked = [*walked, *(p["code"] for p in page["items"])]
        mark = f"&after={page['next']}" if page["next"] else None
    assert walked == [f"DW-{n:05}" for n in range(29, -1, -1)]
    assert town.owner.get("/points?after=nonsense").status_code == 422
    assert town.owner.get("/devices?search=VX-200 00039").json["items"][0]["point_code"] == "DW-00009"
    assert len(town.owner.get("/points?contract=HT-1").json["items"]) == 3


def test_the_command_line_brings_in_and_takes_out(town: Town, tmp_path: Any) -> None:
    table, bad = tmp_path / "city.xlsx", tmp_path / "bad.csv"
    table.write_bytes(city(5, 9))
    bad.write_bytes("设备序列号,点位编号,设备类型\nSN1,P404,相机".encode())
    where = ("--organisation", "client")
    assert flask(town.app, "ledger", "import", str(table), *where, "--dry-run").output == (
        "points: 5 new, 0 changed, 0 unchanged\ndevices: 9 new, 0 changed, 0 unchanged\n"
    )
    assert flask(town.app, "ledger", "import", str(table), *where).exit_code == 0
    refused = flask(town.app, "ledger", "import", str(bad), *where)
    assert refused.exit_code == 1
    assert refused.output.startswith(
        "ledger_no_point 第 2 行，列“点位编号”：台账和本文件中都没有这个点位 / row 2, column"
    )
    out = tmp_path / "out.xlsx"
    assert flask(town.app, "ledger", "export", str(out), *where).output == "points 8\tdevices 12\n"
    assert flask(town.app, "ledger", "import", str(out), *where).output == (
        "points: 0 new, 0 changed, 8 unchanged\ndevices: 0 new, 0 changed, 12 unchanged\n"
    )
    assert flask(town.app, "ledger", "export", str(tmp_path / "x.txt"), *where).exit_code == 1
    assert flask(town.app, "ledger", "import", str(out), "--organisation", "nobody").exit_code == 1
    assert flask(town.app, "ledger", "template", str(tmp_path / "t.xlsx")).exit_code == 0
    terms = (
        "--name",
        "运维",
        "--contractor",
        "contractor",
        "--pack",
        "FC",
        "--from",
        "2026-01-01",
        "--to",
        "2026-12-31",
    )
    assert flask(town.app, "contract", "create", "HT-9", *where, *terms).exit_code == 0
    again = flask(town.app, "contract", "create", "HT-9", *where, *terms)
    assert (again.exit_code, "number: " in again.output) == (1, True)
