"""Walks the OpenAPI document: generated right and wrong requests of three roles never break a door, and every answer
is as documented."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine.clock import ManualClock
from tests import databases
from tests.api.schema_check import mistakes
from tests.api.test_openapi import operations
from tests.api.town import Person, Town, build_town
from tests.conftest import T0

ROLES = {"dispatch": "contractor", "owner": "client", "operator": "client"}
NASTY: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**63, 1e308, "", " ", "x" * 5_000, "\0", "\u202e", "%00", "0" * 32),
    *("<script>", "${1+1}", "' OR 1=1 --", "2026-02-30", [], {}, [[[]]], {"a": {"b": []}}),
)
ROUNDS = 4  # of each operation and role


@pytest.fixture(scope="module")
def generated_town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town of its own: what is generated may well be done."""
    folder = tmp_path_factory.mktemp("generated")
    town = build_town(databases.sqlite_copy(sqlite_template, folder), ManualClock(T0), folder / "files")
    town.add_person("generated-admin", "client", "admin")
    yield town
    town.engine.database.dispose()


class Generator:
    """Values for schemas, right or wrong, the same in every run."""

    def __init__(self, document: Mapping[str, Any], ids: Mapping[str, Any], seed: int) -> None:
        self.schemas = document["components"]["schemas"]
        self.document = document
        self.ids = ids
        self.rng = random.Random(seed)  # noqa: S311 -- the same requests in every run

    def resolved(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in value:
            found: Any = self.document
            for part in value["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            value = found
        return value

    def right(self, schema: Mapping[str, Any], name: str = "") -> Any:
        """A value that the schema allows; ids are mostly those of things that exist."""
        found = self.resolved(schema)
        kinds = found.get("type", "object")
        kind = self.rng.choice(kinds) if isinstance(kinds, list) else kinds
        if name in self.ids and self.rng.random() < 0.8:
            return self.ids[name]
        if "enum" in found:
            return self.rng.choice(found["enum"])
        if kind == "object":
            needed = found.get("required", [])
            members = found.get("properties", {})
            return {
                key: self.right(one, key) for key, one in members.items() if key in needed or self.rng.random() < 0.5
            }
        if kind == "array":
            return [self.right(found["items"], name) for _ in range(self.rng.randrange(3))]
        low, high = found.get("minimum", 1), min(found.get("maximum", 50), 10_000)
        plain: dict[str, Callable[[], Any]] = {
            "integer": lambda: self.rng.randint(int(low), int(high)),
            "number": lambda: self.rng.uniform(low, high),
            "boolean": lambda: self.rng.random() < 0.5,
            "string": lambda: self._text(found),
            "null": lambda: None,
        }
        return plain[kind]()

    def _text(self, schema: Mapping[str, Any]) -> str:
        if schema.get("format") in ("date", "date-time"):
            return "2026-11-20" if schema["format"] == "date" else "2026-11-20T02:00:00Z"
        if "pattern" in schema:
            return "".join(self.rng.choice("0123456789abcdef") for _ in range(32))
        words = self.rng.choice(("滨河路", "x", "FC-1", "Ünïcode ☃", "a b"))
        return words[: schema.get("maxLength", len(words))]

    def spoiled(self, schema: Mapping[str, Any]) -> Any:
        """A right value with one thing wrong, or something else altogether."""
        value = self.right(schema)
        if not isinstance(value, dict) or self.rng.random() < 0.2:
            return self.rng.choice(NASTY)
        key = self.rng.choice([*value, "unknown"]) if value else "unknown"
        return {**value, key: self.rng.choice(NASTY)}


def sent(
    generator: Generator, person: Person, place: tuple[str, str], operation: Mapping[str, Any], wrong: bool
) -> TestResponse:
    """One request; `place`: method and path with its parameters."""
    method, path = place
    rng, query, headers = generator.rng, {}, {}
    for parameter in operation["all_parameters"]:
        one = generator.resolved(parameter)
        value = rng.choice(NASTY) if wrong and rng.random() < 0.3 else generator.right(one["schema"], one["name"])
        text = str(value)
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", "".join(c for c in text if c.isalnum() or c in "-_") or "0")
        elif one["in"] == "query" and rng.random() < 0.5:
            query[one["name"].replace("<name>", "level")] = text
        elif one["in"] == "header" and rng.random() < 0.3:
            headers[one["name"]] = "".join(c for c in text if c.isascii() and c.isprintable())
    settings: dict[str, Any] = {"query_string": query, "headers": headers}
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        schema = content["application/json"]["schema"]
        settings["json"] = generator.spoiled(schema) if wrong else generator.right(schema)
    elif content:
        kind = rng.choice(list(content))
        settings |= {"data": rng.choice((b"", b"<a/>", b"\xff\xfe", b"code,name\n1,2\n")), "content_type": kind}
    answer: TestResponse = getattr(person, method)(path.removeprefix("/api/v1"), **settings)
    return answer


def undocumented(generator: Generator, operation: Mapping[str, Any], answer: TestResponse, spoilt: bool) -> list[str]:
    """What of an answer the document does not say."""
    status = str(answer.status_code)
    if answer.status_code >= 500:
        return [f"{status}: {answer.text[:200]}"]
    if answer.status_code == 405 and spoilt:
        return []  # an id that no database could hold is no address of ours
    if status not in operation["responses"]:
        return [f"{status} is not documented: {answer.request.path[:80]} {answer.text[:200]}"]
    content = generator.resolved(operation["responses"][status]).get("content", {})
    if not content:
        return []
    media = content.get(answer.mimetype)
    if media is None:
        return [f"{status}: {answer.mimetype} instead of {list(content)}"]
    return mistakes(generator.schemas, media["schema"], answer.json)


@pytest.mark.parametrize("role", ROLES)
def test_no_generated_request_breaks_a_door(role: str, generated_town: Town) -> None:
    town = generated_town
    document = town.owner.get("/openapi.json").json
    case = town.start()
    ids = {
        "instance_id": case,
        "task_id": town.dispatch.get(f"/instances/{case}").json["tasks"][0]["id"],
        "definition_id": town.drawer.get("/definitions").json["items"][0]["id"],
        "pack_id": town.drawer.get("/packs").json["items"][0]["id"],
        "code": "P1",
        "serial": "SN1",
        "organisation": "client",
    }
    generator, person = Generator(document, ids, seed=len(role)), getattr(town, role)
    wrong, count, good = [], 0, 0
    for method, path, operation, above in operations(document):
        if path.endswith(("/revoke", "/cancel")):
            continue  # the key in use, and the case that others are asked about
        parameters = [*above, *operation.get("parameters", [])]
        for turn in range(ROUNDS):
            spoil = turn % 2 == 1
            answer = sent(generator, person, (method, path), {**operation, "all_parameters": parameters}, spoil)
            count, good = count + 1, good + (answer.status_code < 300)
            wrong += [f"{method} {path}: {one}" for one in undocumented(generator, operation, answer, spoil)]
    assert wrong == []
    assert count >= 200
    assert good >= 40
