"""Bad input: refused field by field, in words, with nothing changed and the draft kept."""

from __future__ import annotations

from typing import Any

import pytest

from engine.json_text import MAX_DEPTH, MalformedJson, read_json
from tests.api.town import REPORT, Town

BAD_JSON = {
    "nothing": b"",
    "no json": b"{",
    "two values": b"{} {}",
    "not utf-8": b'{"a": "\xff"}',
    "utf-16": '{"a": 1}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a name twice": b'{"data": {}, "data": {"a": 1}}',
    "a name twice inside": b'{"data": {"a": 1, "\\u0061": 2}}',
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": -Infinity}',
    "a number beyond floats": b'{"a": 1e999}',
    "a number beyond 64 bits": b'{"a": 9223372036854775808}',
    "a number of 5000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "U+0000": b'{"a": "\\u0000"}',
    "a lone surrogate": b'{"a": "\\ud800"}',
    "a lone surrogate as name": b'{"\\udfff": 1}',
    "21 lists": b"[" * 21 + b"]" * 21,
    "100,000 lists": b"[" * 100_000,
    "100,000 objects": b'{"a":' * 100_000,
    "single quotes": b"{'a': 1}",
    "a comment": b"{} // no",
}


@pytest.mark.parametrize("body", BAD_JSON.values(), ids=BAD_JSON.keys())
def test_what_is_not_plain_json_is_refused(body: bytes, quiet_town: Town) -> None:
    with pytest.raises(MalformedJson):
        read_json(body)
    answer = quiet_town.dispatch.post("/instances", data=body, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (400, "malformed_json")


def test_plain_json_is_read_as_it_is() -> None:
    assert read_json('{"文": ["😀", 1, -1.5, null, true, {"": 9223372036854775807}]}'.encode()) == {
        "文": ["😀", 1, -1.5, None, True, {"": 2**63 - 1}]
    }
    deep: Any = read_json(b"[" * MAX_DEPTH + b"1" + b"]" * MAX_DEPTH)
    for _ in range(MAX_DEPTH):
        (deep,) = deep
    assert deep == 1


def test_an_unknown_key_and_a_text_of_1_mb_are_told_per_field_and_the_draft_stays(town: Town) -> None:
    town.start()
    task = f"/tasks/{town.dispatch.get('/tasks?tab=candidate').json['items'][0]['id']}"
    town.dispatch.put(f"{task}/draft", json={"data": {"note": "草稿"}})

    answer = town.dispatch.post(
        f"{task}/complete", json={"data": {"engineer": "engineer", "note": "x" * 1024 * 1024, "colour": "red"}}
    )
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json["errors"] == {
        "note": [
            {
                "code": "too_long",
                "zh": "最多 500 个字。",
                "en": "At most 500 characters.",
                "message": "At most 500 characters.",
            }
        ],
        "colour": [
            {
                "code": "unknown_field",
                "zh": "表单没有这一项。",
                "en": "The form has no such field.",
                "message": "The form has no such field.",
            }
        ],
    }
    shown = town.dispatch.get(task).json
    assert (shown["state"], shown["draft"]) == ("open", {"note": "草稿"})

    huge = town.dispatch.put(f"{task}/draft", json={"data": {"note": "x" * 1024 * 1024}})
    assert (huge.status_code, huge.json["code"]) == (422, "draft_too_large")
    assert town.dispatch.get(task).json["draft"] == {"note": "草稿"}


def test_a_report_with_wrong_fields_starts_nothing(town: Town) -> None:
    data = {**REPORT, "point": "P9", "symptom": "", "occurred_at": "yesterday", "x": 1}
    answer = town.reporter.post("/instances", json={"definition_key": "fault_repair_fc", "data": data})
    assert answer.status_code == 422
    codes = {field: [one["code"] for one in found] for field, found in answer.json["errors"].items()}
    assert codes == {
        "point": ["not_a_choice"],
        "symptom": ["required"],
        "occurred_at": ["not_a_time"],
        "x": ["unknown_field"],
    }
    assert town.dispatch.get("/instances").json["items"] == []


BODIES: list[tuple[Any, dict[str, list[str]]]] = [
    ({}, {"definition_key": ["required"], "data": ["required"]}),
    ([], {"_form": ["not_an_object"]}),
    ("text", {"_form": ["not_an_object"]}),
    ({"definition_key": "x", "data": {}, "more": 1}, {"more": ["unknown_field"]}),
    ({"definition_key": 1, "data": []}, {"definition_key": ["not_text"], "data": ["not_an_object"]}),
    ({"definition_key": None, "data": None}, {"definition_key": ["required"], "data": ["required"]}),
    ({"definition_key": "x" * 101, "data": {}}, {"definition_key": ["too_long"]}),
    ({"definition_key": "a\u0007", "data": {}}, {"definition_key": ["bad_character"]}),
    ({"definition_key": "x", "data": {}, "organisation": 5}, {"organisation": ["not_text"]}),
]


@pytest.mark.parametrize(("body", "codes"), BODIES)
def test_a_body_is_judged_whole(body: Any, codes: dict[str, list[str]], quiet_town: Town) -> None:
    answer = quiet_town.reporter.post("/instances", json=body)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert {field: [one["code"] for one in found] for field, found in answer.json["errors"].items()} == codes


QUERIES = [
    ("/instances?limit=0", {"limit": ["too_small"]}),
    ("/instances?limit=101", {"limit": ["too_large"]}),
    ("/instances?limit=" + "9" * 5000, {"limit": ["too_large"]}),
    ("/instances?limit=ten", {"limit": ["not_a_number"]}),
    ("/instances?state=open", {"state": ["not_a_choice"]}),
    ("/instances?limti=5", {"limti": ["unknown_field"]}),
    ("/instances?mine=perhaps", {"mine": ["not_yes_or_no"]}),
    ("/instances?search=%00", {"search": ["bad_character"]}),
    ("/instances?search=" + "x" * 101, {"search": ["too_long"]}),
    ("/instances?after=x", {"after": ["cursor"]}),
    ("/instances?after=WzE4NDQ2NzQ0MDczNzA5NTUxNjE1XQ", {"after": ["cursor"]}),  # [2**64 - 1]
    ("/instances?after=" + "x" * 301, {"after": ["too_long"]}),
    ("/instances?after=WyJ4Il0", {"after": ["cursor"]}),  # ["x"]
    ("/tasks?after=WyIyMDI2LTAxLTAxIiwieCJd", {"after": ["cursor"]}),  # ["2026-01-01", "x"]: no zone
    ("/tasks?tab=all", {"tab": ["not_a_choice"]}),
    ("/points?after=WyJcdTAwMDAiXQ", {"after": ["cursor"]}),  # ["\u0000"]
    ("/definitions?key=%07", None),
]


@pytest.mark.parametrize(("path", "codes"), QUERIES)
def test_a_query_is_judged_too(path: str, codes: dict[str, list[str]] | None, quiet_town: Town) -> None:
    person = quiet_town.drawer if codes is None else quiet_town.dispatch
    answer = person.get(path)
    assert answer.status_code == 422
    found = {field: [one["code"] for one in problems] for field, problems in answer.json["errors"].items()}
    assert found == (codes or {"key": ["bad_character"]})


@pytest.mark.parametrize(
    "path",
    [
        "/instances/0",
        "/instances/-1",
        "/instances/1.5",
        "/instances/99999999999999999999",
        "/instances/abc",
        "/tasks/1",
        "/tasks/" + "A" * 32,
        "/tasks/" + "a" * 33,
        "/definitions/x/content",
    ],
)
def test_what_cannot_be_an_id_is_no_address(path: str, quiet_town: Town) -> None:
    answer = quiet_town.dispatch.get(path)
    assert (answer.status_code, answer.json["code"]) == (404, "no_such_address")


def test_the_largest_id_is_looked_for(quiet_town: Town) -> None:
    for person, path in (
        (quiet_town.dispatch, "/instances/9223372036854775807"),
        (quiet_town.drawer, "/definitions/9223372036854775807"),
        (quiet_town.drawer, "/definitions/9223372036854775807/content"),
    ):
        answer = person.get(path)
        assert (answer.status_code, answer.json["code"]) == (404, "not_found"), path


def test_a_body_beyond_the_limit_is_not_read(quiet_town: Town) -> None:
    body = b'{"definition_key": "' + b"x" * 1280 * 1024 + b'"}'
    answer = quiet_town.reporter.post("/instances", data=body, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_a_body_of_another_type_is_refused(content_type: str | None, quiet_town: Town) -> None:
    answer = quiet_town.reporter.post("/instances", data=b"{}", content_type=content_type)
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_media_type")
    assert answer.json["params"] == {"expected": "application/json"}
