"""Random and mutated bodies: only typed refusals, never a 5xx."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.town import Town

NAMES = st.sampled_from(
    (
        *("data", "definition_key", "organisation", "reason", "text", "task_id"),
        *("point", "symptom", "category", "occurred_at", "engineer", "note"),
        *("", "__class__", "_form", "文"),
    )
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["P1", "fault_repair_fc", "engineer", "client", "image", "2026-11-20T09:50", "\0", "\ud800", "${1}"]
    ),
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=12
)
BODIES = st.one_of(
    st.dictionaries(NAMES, VALUES, max_size=5),
    st.fixed_dictionaries({"data": st.dictionaries(NAMES, VALUES, max_size=6)}),
    st.fixed_dictionaries({"text": LEAVES}),
    st.fixed_dictionaries({"definition_key": st.just("fault_repair_fc"), "data": st.dictionaries(NAMES, VALUES)}),
    VALUES,
)


def mutated(body: Any, cuts: list[tuple[int, bytes]]) -> bytes:
    """The body as JSON with some bytes replaced."""
    text = json.dumps(body).encode()
    for place, piece in cuts:
        at = place % (len(text) + 1)
        text = text[:at] + piece + text[at + len(piece) :]
    return text


CUTS = st.lists(st.tuples(st.integers(0, 10_000), st.binary(min_size=1, max_size=3)), max_size=2)


def test_no_body_makes_a_server_error(town: Town) -> None:
    case = f"/instances/{town.start()}"
    task = f"/tasks/{town.dispatch.get('/tasks?tab=candidate').json['items'][0]['id']}"
    targets = (
        ("post", "/instances"),
        ("post", f"{case}/comments"),
        ("post", f"{task}/complete"),
        ("put", f"{task}/draft"),
        ("post", f"{task}/claim"),
        ("post", "/definitions/check"),
    )
    seen: set[int] = set()

    @settings(max_examples=1_000, derandomize=True, database=None, deadline=None)
    @given(st.sampled_from(targets), BODIES, CUTS, st.sampled_from(["application/json", "application/xml"]))
    def send(target: tuple[str, str], body: Any, cuts: list[tuple[int, bytes]], content_type: str) -> None:
        method, path = target
        person = town.drawer if path.startswith("/definitions") else town.dispatch
        kind = content_type if path.startswith("/definitions") else "application/json"
        answer = getattr(person, method)(path, data=mutated(body, cuts), content_type=kind)
        seen.add(answer.status_code)
        assert answer.status_code < 500
        if answer.status_code >= 400:
            assert answer.content_type == "application/problem+json"
            assert answer.json["status"] == answer.status_code

    send()
    assert {200, 400, 422} <= seen
