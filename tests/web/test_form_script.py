"""The browser's conditions mean what the server's mean: src/conditions.js and the expression language, side by side."""

from __future__ import annotations

import json
import shutil
import subprocess
from itertools import product

from forms.conditions import LANGUAGE, holds, parse
from forms.layout import Condition
from tests.web.frame import WEB

SOURCES = [
    "${a}",
    "${not a}",
    '${b == "x"}',
    '${b != "x"}',
    "${b == null}",
    "${b != null}",
    "${c == 3}",
    "${c != 3}",
    "${c == 1.5}",
    '${a and b == "x" or c == 3}',
    '${not (a and (b == "x" or c == null))}',
]
ORDERED = ["${c < 3}", "${c <= 1.5}", "${c > 0}", "${c >= 3 and not a}", "${not (c < 3)}", "${c lt 3 or c ge 3}"]
LISTED = [
    '${b in ["x", "z"]}',
    '${b not in ["x", "z"]}',
    "${c in [1.5, 0, null]}",
    "${a in [true]}",
    '${"x" in d}',
    '${"x" not in d}',
    '${not ("x" in d or b == "x")}',
    "${d == null}",
    "${d != null}",
]
STRANGE: list[object] = [None, "", "  ", " x ", "3", 3, 3.0, 1.5, -1, 0, True, False, [], ["x"], ["y", "x"], ["xy"], {}]
A: list[object] = [True, False, None]
B: list[object] = ["x", "y", None]
C: list[object] = [3, 1.5, 0, None]

SCRIPT = """
import { holds } from '%s';
import { readFileSync } from 'node:fs';
const { conditions, cases } = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(cases.map((values) => conditions.map((c) => holds(c, (name) => values[name])))));
"""


def in_browser(conditions: list[Condition], cases: list[dict[str, object]]) -> object:
    """What the script answers: a row of truths for each case."""
    node = shutil.which("node")
    assert node, "Node >= 20.19 is needed: it builds the front end and runs this script"
    script = SCRIPT % (WEB / "frontend" / "src" / "conditions.js").as_uri()
    asked = json.dumps({"conditions": conditions, "cases": cases})
    command = [node, "--input-type=module", "--eval", script]
    answer = subprocess.run(command, input=asked, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(answer.stdout)


def test_both_sides_agree_on_every_case() -> None:
    cases: list[dict[str, object]] = [{"a": a, "b": b, "c": c} for a, b, c in product(A, B, C)]
    expressions = [LANGUAGE.compile(source) for source in SOURCES]
    expected = [[bool(e.evaluate({name: values[name] for name in e.names})) for e in expressions] for values in cases]
    assert in_browser([parse(source) for source in SOURCES], cases) == expected


def test_order_and_lists_are_the_language_s_where_it_knows_the_values() -> None:
    cases: list[dict[str, object]] = [
        {"a": a, "b": b, "c": c, "d": d} for a, b, c, d in product(A, B, C, (["x"], ["y"]))
    ]
    sources = [*ORDERED, *LISTED]
    numbered = [case for case in cases if case["c"] is not None and case["a"] is not None]
    expressions = [LANGUAGE.compile(source) for source in sources[: len(ORDERED)] + LISTED[:2] + LISTED[4:]]
    told = [parse(source) for source in sources[: len(ORDERED)] + LISTED[:2] + LISTED[4:]]
    expected = [[bool(e.evaluate({name: case[name] for name in e.names})) for e in expressions] for case in numbered]
    assert [[holds(condition, case) for condition in told] for case in numbered] == expected
    assert in_browser(told, numbered) == expected


def test_both_sides_agree_on_values_of_any_type() -> None:
    conditions = [parse(source) for source in (*SOURCES, *ORDERED, *LISTED)]
    cases: list[dict[str, object]] = [dict.fromkeys("abcd", value) for value in STRANGE]
    cases += [
        {"a": a, "b": b, "c": c, "d": d}
        for a, b, c, d in zip(STRANGE, STRANGE[3:], STRANGE[5:], STRANGE[9:], strict=False)
    ]
    expected = [[holds(condition, case) for condition in conditions] for case in cases]
    assert in_browser(conditions, cases) == expected
    assert {truth for row in expected for truth in row} == {True, False}


def test_nothing_is_neither_below_nor_above() -> None:
    cases: list[dict[str, object]] = [{}, {"c": ""}, {"c": "1"}, {"c": True}]
    conditions = [parse("${c < 3}"), parse("${c >= 3}"), parse("${not (c < 3)}")]
    assert in_browser(conditions, cases) == [[False, False, True]] * 4


def test_blank_text_is_no_value_and_types_are_kept_apart() -> None:
    conditions = [parse("${b == null}"), parse('${b == "x"}'), parse("${c == 3}")]
    cases: list[dict[str, object]] = [{"b": "  "}, {"b": " x "}, {}, {"b": "3", "c": "3"}]
    assert in_browser(conditions, cases) == [
        [True, False, False],
        [False, True, False],
        [True, False, False],
        [False, False, False],
    ]


SENDING = """
const listeners = [];
const refusal = { remove() { refusal.gone = true; } };
const part = (more) => ({ dataset: {}, classList: { toggle() {} }, setAttribute() {}, removeAttribute() {},
  addEventListener() {}, querySelectorAll: () => [], querySelector: () => null, closest: () => null, ...more });
const errors = part({ closest: () => field });
const field = part({ querySelectorAll: (asked) => (asked === '[data-errors]' ? [errors] : []) });
const wrong = part({ name: 'serial', willValidate: true, checkValidity: () => %s, closest: () => field,
  validity: { valueMissing: true } });
const form = part({ elements: [wrong], matches: () => false, dataset: { missing: 'Please fill this in.' },
  addEventListener: (type, listener) => { if (type === 'submit') listeners.push(listener); },
  querySelector: (asked) => (asked === '[data-refusal]' ? refusal : null) });
globalThis.document = part({ querySelectorAll: (asked) => (asked === 'form[data-staff-form]' ? [form] : []) });
globalThis.window = globalThis;
globalThis.addEventListener = () => {};
await import('%s');
const event = { preventDefault() { event.stopped = true; } };
listeners.forEach((listener) => listener(event));
process.stdout.write(JSON.stringify([Boolean(event.stopped), Boolean(refusal.gone), errors.textContent ?? null]));
"""


def sending(valid: str) -> object:
    """[the form was kept back, the server's refusal was taken away, what stands beside the field]"""
    node = shutil.which("node")
    assert node, "Node >= 20.19 is needed: it builds the front end and runs this script"
    script = SENDING % (valid, (WEB / "frontend" / "src" / "staff-form.js").as_uri())
    command = [node, "--input-type=module", "--eval", script]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)


def test_a_form_kept_back_shows_no_older_refusal_of_the_server() -> None:
    assert sending("false") == [True, True, "Please fill this in."]
    assert sending("true") == [False, False, None]
