"""The OpenAPI document: whole, consistent, and naming every route of /api/v1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.summaries import ZH
from tests.api.schema_check import mistakes
from tests.api.town import Town

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document(quiet_town: Town) -> dict[str, Any]:
    answer = quiet_town.reporter.get("/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json
    return found


def test_who_asks_again_gets_the_same(quiet_town: Town, document: dict[str, Any]) -> None:
    assert quiet_town.reporter.get("/openapi.json").json == document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any], list[dict[str, Any]]]]:
    """(method, path, operation, parameters of the path)."""
    for path, item in document["paths"].items():
        for method, one in item.items():
            if method in METHODS:
                yield method, path, one, item.get("parameters", [])


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_the_document_names_every_route(document: dict[str, Any], quiet_town: Town) -> None:
    routes = {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in quiet_town.app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in rule.methods or ()
        if method.lower() in METHODS
    }
    assert {(method, path) for method, path, _, _ in operations(document)} == routes
    assert len(routes) == 99


def test_the_document_is_openapi_3_1_with_sound_references(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert set(document["info"]) >= {"title", "version", "description", "license"}
    for reference in set(references(document)):
        found: Any = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        assert found


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    for method, path, one, above in operations(document):
        where = f"{method} {path}"
        assert one["summary"], where
        assert set(one["tags"]) <= tags, where
        assert {"401", "403", "default"} <= set(one["responses"]), where
        assert any(status.startswith("2") for status in one["responses"]), where
        assert ("404" in one["responses"]) >= ("{" in path), where
        if "requestBody" in one or (path.startswith("/api/v1/definitions") and method == "post"):
            assert {"413", "415", "422"} <= set(one["responses"]), where
        named = {p["name"] for p in [*above, *one.get("parameters", [])] if "name" in p and p["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path)), where


def test_refusals_are_problem_json(document: dict[str, Any]) -> None:
    for name, response in document["components"]["responses"].items():
        assert list(response["content"]) == ["application/problem+json"], name
        schema = response["content"]["application/problem+json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Problem"}, name


def test_posts_that_change_something_take_an_idempotency_key(document: dict[str, Any]) -> None:
    keyed = {
        path
        for method, path, one, _ in operations(document)
        if {"$ref": "#/components/parameters/IDEMPOTENCY_KEY"} in one.get("parameters", [])
    }
    posts = {path for method, path, _, _ in operations(document) if method == "post"}
    nothing_stored = {
        *(f"/api/v1/{path}" for path in ("definitions/check", "decisions/check", "decisions/{definition_id}/evaluate")),
        *(f"/api/v1/{path}/trial" for path in ("definitions/{definition_id}", "designs/{design_id}")),
    }
    # an answer that is kept would keep the secret
    secrets_inside = {"/api/v1/users", "/api/v1/api-keys", "/api/v1/users/{user_id}/reset-link"}
    assert posts - keyed == nothing_stored | secrets_inside
    assert keyed <= posts


def test_every_query_of_a_list_is_named(document: dict[str, Any]) -> None:
    named = {
        path.removeprefix("/api/v1/"): {p["name"] for p in one.get("parameters", []) if p.get("in") == "query"}
        for method, path, one, _ in operations(document)
        if method == "get"
    }
    assert {path: names for path, names in named.items() if names} == {
        "attachments/{attachment_id}/content": {"size"},
        "definitions": {"key", "after", "limit"},
        "instances": {"state", "key", "search", "mine", "suspended", "field.<name>", "sort", "after", "limit"},
        "instances/{instance_id}/activities": {"outcome", "after", "limit"},
        "instances/{instance_id}/trace": {"after"},
        "decisions": {"key", "after", "limit"},
        "designs": {"kind", "key", "ended", "after", "limit"},
        "designs/{design_id}/comparison": {"with"},
        "releases": {"state", "after", "limit"},
        "stories": {"key"},
        "packs": {"key", "after", "limit"},
        "contracts": {"on", "after", "limit"},
        "organisations": {"kind", "after", "limit"},
        "users": {"search", "after", "limit"},
        "reset-requests": {"after", "limit"},
        "api-keys": {"after", "limit"},
        "jobs": {"state", "kind", "late", "after", "limit"},
        "incidents": {"resolved", "after", "limit"},
        "instances/{instance_id}/history": {"after", "limit"},
        "points": {
            *("search", "organisation", "state", "district", "road", "contract", "key_site", "sort"),
            *("after", "limit"),
        },
        "points/{code}": {"organisation"},
        "points/{code}/history": {"organisation", "after", "limit"},
        "devices": {"search", "organisation", "state", "kind", "point", "after", "limit"},
        "devices/{serial}": {"organisation"},
        "ledger/export.csv": {"organisation", "district", "of"},
        "ledger/export.xlsx": {"organisation", "district"},
        "tasks": {"tab", "case_id", "search", "field.<name>", "sort", "after", "limit"},
    }


def test_codes_are_listed_with_their_meaning(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["Task"]["properties"]["state"]["enum"] == ["open", "completed", "cancelled"]
    assert "待办" in schemas["Task"]["properties"]["state"]["description"]
    assert schemas["Clock"]["properties"]["verdict"]["enum"] == ["pending", "met", "breached", "void"]
    task = document["paths"]["/api/v1/tasks"]["get"]["parameters"]
    tab = next(parameter for parameter in task if parameter["name"] == "tab")
    assert tab["schema"]["enum"] == ["mine", "candidate", "done"]
    assert schemas["Instance"]["properties"]["ended_at"] == {"type": ["string", "null"], "format": "date-time"}


def test_every_answer_has_the_documented_members(document: dict[str, Any], quiet_town: Town) -> None:
    for path, name in (("/me", "Me"), ("/points", "PointPage"), ("/instances", "InstancePage"), ("/tasks", "TaskPage")):
        assert set(quiet_town.dispatch.get(path).json) == set(document["components"]["schemas"][name]["properties"])


def test_the_page_for_developers_lists_every_route(document: dict[str, Any]) -> None:
    page = Path("docs/developer/api.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `([A-Z]+) (/api/v1/[^`]+)`", page, re.MULTILINE))
    assert listed == {(method.upper(), path) for method, path, _, _ in operations(document)}


def test_every_operation_says_who_may_call_it_and_does_so_in_chinese(
    document: dict[str, Any], quiet_town: Town
) -> None:
    for method, path, one, _ in operations(document):
        assert one["x-needs"] in ("public", "signed-in") or {"key", "zh", "en"} <= set(one["x-needs"][0]), path
        assert one["x-summary-zh"], (method, path)
        assert re.search("[\u4e00-\u9fff]", one["x-summary-zh"]), (method, path)
    assert document["paths"]["/api/v1/contracts"]["post"]["x-needs"] == [
        {"key": "contract.edit", "zh": "登记合同", "en": "write down contracts"}
    ]
    ids = [one["operationId"] for _, _, one, _ in operations(document)]
    assert len(set(ids)) == len(ids)


def test_every_group_is_called_in_both_languages(document: dict[str, Any]) -> None:
    tags = {tag["name"]: (tag["x-zh"], tag["description"]) for tag in document["tags"]}
    assert tags["api_instances"] == ("工单", "Running and ended cases")
    assert tags["api_deferrals"] == ("延时", "Applications to defer a ticket")
    assert {one["tags"][0] for _, _, one, _ in operations(document)} <= set(tags)
    for zh, en in tags.values():
        assert re.fullmatch("[\u4e00-\u9fff]+", zh), zh
        assert re.fullmatch("[A-Z][ -~]+", en), en


def test_summaries_are_of_operations_that_exist(document: dict[str, Any]) -> None:
    named = {f"{method.upper()} {path.removeprefix('/api/v1')}" for method, path, _, _ in operations(document)}
    assert set(ZH) - named == {"GET /test/clock", "POST /test/clock"}  # in test mode


def test_every_example_is_what_its_schema_allows(document: dict[str, Any]) -> None:
    schemas, seen = document["components"]["schemas"], 0
    for method, path, one, _ in operations(document):
        good = [answer for status, answer in one["responses"].items() if status.startswith("2")]
        for part in (one.get("requestBody", {}), *good):
            media = part.get("content", {}).get("application/json")
            if media and media.get("schema"):
                assert mistakes(schemas, media["schema"], media["example"]) == [], (method, path)
                seen += 1
    assert seen > 70
