"""A thousand mutated decision files and random cells: findings or a table that answers with typed errors only."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.decisions.cells import parse_cell
from engine.decisions.check import compile_decisions
from engine.decisions.errors import DecisionError, DecisionsRefused
from engine.decisions.evaluation import evaluate
from engine.definition.findings import Finding
from engine.errors import SignalboxError
from engine.expressions.budget import MAX_STEPS, Run
from tests.engine.decisions.tables import LANGUAGE, decision, file, literal, report, table
from tests.engine.decisions.test_reading import CAMUNDA

SEEDS = [
    CAMUNDA.encode(),
    *(path.read_bytes() for path in sorted((Path(__file__).parents[3] / "bpmn" / "packs" / "fc").glob("*.dmn"))),
    file(
        decision(
            table(["a: number", "t = 'x'"], ["level | 3"], ['[1..5) ; "x","y" => 1', "not(2) ; - => a + 1"], "FIRST"),
            "p",
        ),
        decision(literal("if level = 1 then [level] else 0"), "q", ["p"]),
        decision(
            table(["q", "d: date"], ['x = "a","b"'], ['- ; < date("2026-01-01") => "a"'], "OUTPUT ORDER"), "r", ["q"]
        ),
    ),
]
SCRAPS = [
    *(
        b"<",
        b">",
        b'"',
        b"'",
        b"&",
        b"&amp;",
        b"not(",
        b"..",
        b"[",
        b"]",
        b"(",
        b")",
        b",",
        b"-",
        b"null",
        b"None",
        b"?",
    ),
    *(
        b"UNIQUE",
        b"ANY",
        b"PRIORITY",
        b"COLLECT",
        b'aggregation="SUM"',
        b"OUTPUT ORDER",
        b"integer",
        b"string",
        b"boolean",
    ),
    *(b"<text>", b"</text>", b"<rule>", b"</rule>", b"<inputEntry>", b"<output name='z'/>", b"__class__", b"${", b"}"),
    *(
        b"true",
        b"1e9",
        b"99999999999999999999",
        b'date("2026-01-01")',
        b'duration("PT1H")',
        b"if a then b else c",
        b"=",
    ),
    *(b"<!DOCTYPE a>", b"\x00", b"\xff", "等级".encode(), b"<context/>", b"<decision id='z'/>", b"#q", b"id='p'"),
]
CELLS = [
    b"-",
    b"",
    b"1",
    b"2",
    b"true",
    b"> 1",
    b"[1..2]",
    b'"a"',
    b'"a","x"',
    b"null",
    b"a",
    b"not(1)",
    b"level + 1",
    b"t",
]
VALUES: list[Any] = [None, True, False, 0, 1, 2, -1.5, 10**12, "", "a", "x", "2026-01-01", [1], ["x"], {"a": 1}]
DATA_NAMES = ("a", "t", "q", "d", "level", "cameras", "system_down", "local_point_fault", "b", "c")


def mutated(chance: random.Random) -> bytes:
    content = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randint(1, 4)):
        at, length = chance.randrange(len(content)), chance.choice((0, 0, 1, 2, 5, 30))
        kind = chance.random()
        if kind < 0.5:
            content[at : at + length] = chance.choice(SCRAPS)
        elif kind < 0.7:
            content[at : at + length] = b""
        elif kind < 0.85:
            start = chance.randrange(len(content))
            content[at:at] = content[start : start + chance.randint(1, 200)]
        else:
            content[at] = chance.randrange(256)
    return bytes(content)


def within_texts(chance: random.Random) -> bytes:
    """A file that stays XML: only the texts of cells and the values of attributes change."""
    content = chance.choice(SEEDS)
    parts = content.split(b"<text>")
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(1, len(parts))
        some = [chance.choice(SCRAPS) for _ in range(chance.randint(1, 4))]
        scraps = b" ".join(some) if chance.random() < 0.3 else chance.choice(CELLS)
        escaped = scraps.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b"\x00", b"").replace(b"\xff", b"")
        _, end, rest = parts[at].partition(b"</text>")
        parts[at] = escaped + end + rest
    content = b"<text>".join(parts)
    if chance.random() < 0.3:
        policy = chance.choice((b"ANY", b"FIRST", b"PRIORITY", b"COLLECT", b"RULE ORDER", b"OUTPUT ORDER", b"X"))
        content = content.replace(b"UNIQUE", policy).replace(b"FIRST", policy)
    return content


@pytest.mark.parametrize("mutate", [mutated, within_texts])
def test_mutated_files_are_answered(mutate: Any) -> None:
    chance = random.Random(1120)  # noqa: S311
    counted = {"refused": 0, "accepted": 0, "answers": 0, "errors": 0}
    for _ in range(600):
        content = mutate(chance)
        found = report(content)
        assert all(type(one) is Finding and one.message_zh and one.message_en for one in found.findings)
        counted["refused" if found.file is None else "accepted"] += 1
        try:
            compiled = compile_decisions(content, LANGUAGE)
        except DecisionsRefused:
            continue
        for one in compiled.decisions.values():
            for _ in range(4):
                data = {name: chance.choice(VALUES) for name in DATA_NAMES if chance.random() < 0.9}
                try:
                    evaluate(one, data).as_fact()
                    counted["answers"] += 1
                except DecisionError:
                    counted["errors"] += 1
    assert min(counted.values()) > 25, counted


PIECES = st.one_of(
    st.sampled_from(
        ["<", "<=", ">", ">=", "=", "[", "]", "(", ")", "..", ",", "-", "not(", "null", "true", '"a"', "1", "2.5"]
    ),
    st.sampled_from(
        ["a", "a.b", 'date("', 'duration("PT1H")', "date and time(", '"', "\\", "in", "?", "__class__", "\n", "。"]
    ),
    st.text(max_size=3),
)


@settings(max_examples=1_000, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES, max_size=12).map(" ".join), st.sampled_from(VALUES))
def test_random_cells(text: str, value: Any) -> None:
    try:
        holds = parse_cell(text, LANGUAGE).holds(value, Run({"a": {"b": 1}}, None, 0, MAX_STEPS))
    except SignalboxError:
        return
    assert type(holds) is bool
