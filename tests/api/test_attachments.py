"""Attachments over HTTP: sent in with everything that can be wrong with them, read under the rights of their case."""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from engine.audit import verify
from engine.files import FileStore
from engine.models import Attachment
from tests import pictures
from tests.api.town import Person, Town
from tests.conftest import T0


def store(town: Town) -> FileStore:
    found: FileStore = town.app.extensions["signalbox"].files
    return found


def send(
    person: Person, content: bytes | None, name: str = "现场.jpg", *, key: str | None = None, **fields: str | int
) -> Any:
    """An upload in a letter of its own; `key`: its Idempotency-Key."""
    boundary = secrets.token_hex(8)
    parts = [(f'name="{field}"', str(value).encode()) for field, value in {"kind": "photo", **fields}.items()]
    if content is not None:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        parts.append((f'name="file"; filename="{quoted}"', content))
    letter = b"".join(
        f"--{boundary}\r\nContent-Disposition: form-data; {about}\r\n\r\n".encode() + value + b"\r\n"
        for about, value in parts
    )
    headers = {"Idempotency-Key": key} if key else {}
    kind = f"multipart/form-data; boundary={boundary}"
    return person.post("/attachments", data=letter + f"--{boundary}--".encode(), content_type=kind, headers=headers)


def count(town: Town) -> int:
    with town.engine.read() as connection:
        return connection.scalar(select(func.count()).select_from(Attachment)) or 0


def test_a_photo_is_taken_in_and_read_again(town: Town) -> None:
    answer = send(town.reporter, pictures.photo())
    assert answer.status_code == 201, answer.text
    sent = answer.json
    assert answer.headers["Location"] == f"/api/v1/attachments/{sent['id']}"
    assert (sent["latitude"], sent["longitude"]) == pytest.approx(pictures.PLACE, abs=1e-5)
    expected = {
        "kind": "photo",
        "name": "现场.jpg",
        "media_type": "image/jpeg",
        "width": 640,
        "height": 480,
        "taken_at": "2026-11-20T01:41:30Z",
        "uploaded_at": "2026-11-20T02:00:00Z",
        "uploader": "Reporter",
        "instance_id": None,
        "has_thumbnail": True,
    }
    assert {name: sent[name] for name in expected} == expected
    assert town.reporter.get(f"/attachments/{sent['id']}").json == sent
    content = town.reporter.get(f"/attachments/{sent['id']}/content")
    assert (content.status_code, content.content_type) == (200, "image/jpeg")
    assert hashlib.sha256(content.data).hexdigest() == sent["sha256"]
    assert len(content.data) == sent["size"]
    assert b"Exif" not in content.data
    small = town.reporter.get(f"/attachments/{sent['id']}/content?size=thumbnail")
    assert Image.open(BytesIO(small.data)).size == (320, 240)


def test_a_content_is_sent_so_that_no_browser_runs_or_shares_it(town: Town) -> None:
    id = send(town.reporter, b"<script>alert(1)</script>", "点位.html", kind="file").json["id"]
    answer = town.reporter.get(f"/attachments/{id}/content")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert "filename*=UTF-8''%E7%82%B9%E4%BD%8D.html.txt" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_who_has_the_bytes_is_not_sent_them_again_but_asked_again(town: Town) -> None:
    id = send(town.reporter, pictures.photo()).json["id"]
    tag = town.reporter.get(f"/attachments/{id}/content").headers["ETag"]
    again = town.reporter.get(f"/attachments/{id}/content", headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert again.headers["Cache-Control"] == "private, no-cache"
    stranger = town.stranger.get(f"/attachments/{id}/content", headers={"If-None-Match": tag})
    assert stranger.status_code == 404


def test_of_no_case_yet_it_is_there_for_its_uploader_alone(town: Town) -> None:
    id = send(town.reporter, pictures.photo()).json["id"]
    for person in (town.owner, town.dispatch, town.auditor, town.stranger):
        for path in (f"/attachments/{id}", f"/attachments/{id}/content"):
            assert person.get(path).status_code == 404
        assert person.delete(f"/attachments/{id}").status_code in (403, 404)
    assert town.reporter.delete(f"/attachments/{id}").status_code == 204
    assert town.reporter.get(f"/attachments/{id}").status_code == 404
    assert count(town) == 0


def test_in_a_case_it_is_there_for_whoever_sees_the_case(town: Town) -> None:
    case = town.start()
    id = send(town.reporter, pictures.photo(), instance_id=case).json["id"]
    for person in (town.reporter, town.owner, town.dispatch, town.auditor):
        items = person.get(f"/instances/{case}/attachments").json["items"]
        assert [(one["id"], one["instance_id"]) for one in items] == [(id, case)]
        assert person.get(f"/attachments/{id}/content").status_code == 200
    for person in (town.stranger, town.rival):
        assert person.get(f"/instances/{case}/attachments").status_code == 404
        assert person.get(f"/attachments/{id}/content").status_code == 404
    answer = town.reporter.delete(f"/attachments/{id}")
    assert (answer.status_code, answer.json["code"]) == (409, "attachment_bound")
    facts = town.owner.get(f"/instances/{case}/history").json["items"][-1]["facts"]
    assert [(fact["type"], fact["attachment"]) for fact in facts] == [("attached", id)]
    with town.engine.read() as connection:
        assert verify(connection, b"h" * 32).damages == ()


def test_the_task_of_the_form_is_asked_for_early(town: Town) -> None:
    case = town.start()
    task = town.dispatch.get(f"/instances/{case}").json["tasks"][0]["id"]
    assert send(town.dispatch, pictures.photo(), task_id=task).json["instance_id"] is None
    assert send(town.stranger, pictures.photo(), task_id=task).status_code == 404
    assert send(town.owner, pictures.photo(), task_id=task).status_code == 403
    assert send(town.dispatch, pictures.photo(), task_id=task, instance_id=case).json["code"] == "invalid"
    assert count(town) == 1


def test_a_photo_of_12_mb_comes_in_small_with_its_place_beside_it(town: Town) -> None:
    content = pictures.encoded(pictures.noise(3700, 2775), quality=95, exif=pictures.exif(offset="+08:00"))
    assert 12_000_000 < len(content) < 15 * 1024 * 1024
    sent = send(town.reporter, content).json
    assert (sent["width"], sent["height"], sent["taken_at"]) == (2560, 1920, "2026-11-20T01:41:30Z")
    assert (sent["latitude"], sent["longitude"]) == pytest.approx(pictures.PLACE, abs=1e-5)
    assert b"Exif" not in store(town).read(sent["sha256"])


def test_time_and_place_of_the_device_stand_in_for_those_of_the_camera(town: Town) -> None:
    plain = pictures.encoded(pictures.scene())
    said = {"taken_at": "2026-11-20T09:55:00", "latitude": "31.5", "longitude": "-121.25"}
    sent = send(town.reporter, plain, **said).json
    assert (sent["taken_at"], sent["latitude"], sent["longitude"]) == ("2026-11-20T01:55:00Z", 31.5, -121.25)


SIXTEEN_MB = b"\xff\xd8\xff" + b"\0" * (16 * 1024 * 1024)


@pytest.mark.parametrize(
    ("content", "fields", "status", "code"),
    [
        (pictures.claiming_png(60_000, 50_000), {}, 422, "photo_too_many_pixels"),
        (pictures.PDF, {}, 422, "photo_kind_refused"),
        (pictures.photo()[:-3000], {}, 422, "photo_unreadable"),
        (b"", {}, 422, "file_empty"),
        (SIXTEEN_MB, {}, 413, "body_too_large"),
        (SIXTEEN_MB[: 15 * 1024 * 1024 + 1], {}, 413, "file_too_large"),
        (pictures.photo(), {"kind": "file"}, 422, "file_kind_refused"),
        (pictures.photo(), {"kind": "signature"}, 422, "photo_kind_refused"),
        (pictures.photo(), {"instance_id": "999999999"}, 404, "not_found"),
        (pictures.photo(), {"task_id": "0" * 32}, 404, "not_found"),
    ],
)
def test_bad_contents_are_refused_in_words_and_nothing_is_kept(
    town: Town, content: bytes, fields: dict[str, str], status: int, code: str
) -> None:
    answer = send(town.reporter, content, "x.jpg", **fields)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert count(town) == 0


def test_a_refusal_speaks_chinese(town: Town) -> None:
    headers = {"Accept-Language": "zh"}
    sent = {"kind": "photo", "file": (BytesIO(pictures.PDF), "x.jpg")}
    answer = town.reporter.post("/attachments", data=sent, headers=headers)
    assert answer.json["detail"] == "图片须为 JPEG、PNG、WEBP 格式；该文件是 PDF 文件。"


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"latitude": "91", "longitude": "1"}, "latitude", "out_of_range"),
        ({"latitude": "31"}, "longitude", "required"),
        ({"latitude": "nan", "longitude": "1"}, "latitude", "not_a_number"),
        ({"latitude": "1e999", "longitude": "1"}, "latitude", "not_a_number"),
        ({"latitude": "1" * 5000, "longitude": "1"}, "latitude", "not_a_number"),
        ({"taken_at": "2026-11-21T10:00:00+08:00"}, "taken_at", "time_impossible"),
        ({"taken_at": "1999-01-01T00:00:00Z"}, "taken_at", "time_out_of_range"),
        ({"taken_at": "0001-01-01T00:00:00+14:00"}, "taken_at", "time_out_of_range"),
        ({"taken_at": "yesterday"}, "taken_at", "not_a_time"),
        ({"kind": "film"}, "kind", "not_a_choice"),
        ({"instance_id": "0"}, "instance_id", "not_a_number"),
        ({"instance_id": "9" * 19}, "instance_id", "not_a_number"),
        ({"instance_id": "９"}, "instance_id", "not_a_number"),
        ({"task_id": "x" * 33}, "task_id", "too_long"),
        ({"owner": "me"}, "owner", "unknown_field"),
    ],
)
def test_bad_fields_are_named(town: Town, fields: dict[str, str], field: str, code: str) -> None:
    answer = send(town.reporter, pictures.encoded(pictures.scene()), **fields)
    assert answer.status_code == 422, answer.text
    assert {name: found[0]["code"] for name, found in answer.json["errors"].items()} == {field: code}
    assert count(town) == 0


def test_what_is_no_upload_is_refused(town: Town) -> None:
    missing = send(town.reporter, None)
    assert (missing.status_code, missing.json["errors"]["file"][0]["code"]) == (422, "required")
    typed = send(town.reporter, None, file="a text")
    assert (typed.status_code, typed.json["errors"]["file"][0]["code"]) == (422, "not_a_file")
    assert town.reporter.post("/attachments", json={"kind": "photo"}).status_code == 415
    long = send(town.reporter, pictures.photo(), task_id="x" * 300_000)
    assert long.status_code == 413
    many = {f"f{number}": "x" for number in range(30)}
    assert send(town.reporter, pictures.photo(), **many).status_code == 413


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../x", "x.jpg"),
        ("a\tb\x7f.jpg", "ab.jpg"),
        ("n" * 5_000 + ".jpg", "n" * 116 + ".jpg"),
        ("..\\..\\boot.ini", "boot.ini.jpg"),
    ],
)
def test_a_name_never_leads_anywhere(town: Town, name: str, kept: str) -> None:
    sent = send(town.reporter, pictures.photo(), name)
    assert sent.json["name"] == kept
    folder = store(town).folder
    assert {path.parent.parent.parent for path in folder.glob("??/??/*")} == {folder}


def test_the_same_request_with_its_key_is_one_upload_whatever_its_boundary(town: Town) -> None:
    first = send(town.reporter, pictures.photo(), key="photo-1")
    again = send(town.reporter, pictures.photo(), key="photo-1")  # the client makes up another boundary
    assert first.json == again.json
    assert count(town) == 1
    other = send(town.reporter, pictures.encoded(pictures.scene()), key="photo-1")
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    elsewhere = send(town.reporter, pictures.photo(), key="photo-1", latitude="1", longitude="1")
    assert elsewhere.json["code"] == "idempotency_key_reused"
    assert send(town.reporter, pictures.photo()).json["id"] != first.json["id"]
    assert len(list(store(town).names())) == 2  # the pixels of all are the same: one photo, one thumbnail


@pytest.mark.rule("R-346")
def test_an_altered_photo_is_not_shown_but_the_mismatch_of_its_hash_is(town: Town) -> None:
    sent = send(town.reporter, pictures.photo()).json
    path = store(town).folder / sent["sha256"][:2] / sent["sha256"][2:4] / sent["sha256"]
    altered = path.read_bytes()[:-40] + b"\0" * 40
    path.write_bytes(altered)
    answer = town.reporter.get(f"/attachments/{sent['id']}/content")
    assert (answer.status_code, answer.json["code"]) == (500, "stored_file_altered")
    assert answer.json["params"] == {"sha256": sent["sha256"], "found": hashlib.sha256(altered).hexdigest()}
    path.unlink()
    answer = town.reporter.get(f"/attachments/{sent['id']}/content")
    assert (answer.status_code, answer.json["code"]) == (500, "stored_file_missing")


def test_an_auditor_may_read_and_not_add(town: Town) -> None:
    answer = send(town.auditor, pictures.photo())
    assert (answer.status_code, answer.json["code"]) == (403, "permission_missing")


def test_the_document_describes_the_upload(town: Town) -> None:
    paths = town.reporter.get("/openapi.json").json["paths"]
    body = paths["/api/v1/attachments"]["post"]["requestBody"]["content"]
    assert list(body) == ["multipart/form-data"]
    assert set(paths["/api/v1/attachments/{attachment_id}"]) >= {"get", "delete"}


def test_a_clock_behind_ours_is_no_matter(town: Town) -> None:
    early = (T0 - timedelta(days=30)).isoformat()
    assert send(town.reporter, pictures.encoded(pictures.scene()), taken_at=early).status_code == 201


def verb(town: Town, *words: str) -> tuple[int, str]:
    done = town.app.test_cli_runner().invoke(args=["files", *words])
    return done.exit_code, done.output


def grow_old(folder: Path, days: float) -> None:
    for path in folder.rglob("*"):
        then = path.stat().st_mtime - days * 86_400
        os.utime(path, (then, then))


def test_verify_names_what_is_altered_or_missing(town: Town) -> None:
    first, second = (send(town.reporter, pictures.photo(**c)).json for c in ({}, {"orientation": 6}))
    assert verb(town, "verify") == (0, "4 contents, 0 damages, 0 files without a row\n")
    folder = store(town).folder
    (folder / first["sha256"][:2] / first["sha256"][2:4] / first["sha256"]).write_bytes(b"altered")
    (folder / second["sha256"][:2] / second["sha256"][2:4] / second["sha256"]).unlink()
    store(town).put(b"of nobody")
    code, output = verb(town, "verify")
    assert (code, output.splitlines()[-1]) == (1, "4 contents, 2 damages, 1 files without a row")
    assert first["sha256"] in output
    assert hashlib.sha256(b"altered").hexdigest() in output
    assert f"attachments: {second['id']}" in output


def test_tidy_lets_go_of_what_nobody_needs_and_of_nothing_else(town: Town) -> None:
    case = town.start()
    loose = send(town.reporter, pictures.photo()).json
    bound = send(town.reporter, pictures.photo(orientation=6), instance_id=case).json
    store(town).put(b"of nobody")
    quiet = "0 uploads discarded, 0 contents and 0 unfinished files removed, 1 files without a row, "
    assert verb(town, "tidy") == (0, quiet + "0 rows without a file\n")
    town.clock.move_to(T0 + timedelta(days=8))
    grow_old(store(town).folder, 8)
    assert verb(town, "tidy") == (
        0,
        "1 uploads discarded, 3 contents and 0 unfinished files removed, "
        "0 files without a row, 0 rows without a file\n",
    )
    assert town.reporter.get(f"/attachments/{loose['id']}").status_code == 404
    assert town.reporter.get(f"/attachments/{bound['id']}/content").status_code == 200
    path = store(town).folder / bound["sha256"][:2] / bound["sha256"][2:4] / bound["sha256"]
    path.unlink()
    code, output = verb(town, "tidy")
    assert (code, f"{bound['sha256']}: 文件丢失" in output) == (1, True)
    assert output.endswith("1 rows without a file\n")
