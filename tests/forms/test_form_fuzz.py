"""A thousand mutated form files and a thousand mutated submissions: a form, a clean value, or a typed refusal."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import Invalid
from forms.compiler import compile_form
from forms.findings import FINDINGS, FormRefused
from forms.library import SHIPPED
from forms.problems import PROBLEMS
from tests.forms.small_forms import form_bytes

YES_NO = [{"label": "是", "value": "yes"}, {"label": "否", "value": "no"}]
COLUMNS = [
    {"type": "textfield", "id": "c1", "key": "serial", "label": "序列号", "validate": {"required": True}},
    {"type": "checklist", "id": "c2", "key": "faults", "label": "问题", "values": YES_NO},
    {"type": "number", "id": "c3", "key": "n", "label": "数量", "conditional": {"hide": '${not ("yes" in faults)}'}},
]
ALL_KINDS: list[dict[str, Any]] = [
    {"type": "checkbox", "id": "box", "key": "box", "label": "勾"},
    {"type": "number", "id": "count", "key": "count", "label": "数", "validate": {"min": 0, "max": 9}},
    {"type": "checklist", "id": "many", "key": "many", "label": "多选", "values": YES_NO},
    {"type": "filepicker", "id": "photos", "key": "photos", "label": "照片", "properties": {"kind": "photo"}},
    {"type": "filepicker", "id": "files", "key": "files", "label": "文件", "accept": ".pdf", "multiple": True},
    {"type": "filepicker", "id": "signed", "key": "signed", "label": "签名", "properties": {"kind": "signature"}},
    {"type": "textfield", "id": "place", "key": "place", "label": "位置", "properties": {"kind": "location"}},
    {"type": "datetime", "id": "at", "key": "at", "dateLabel": "时间", "subtype": "datetime"},
    {"type": "radio", "id": "pick", "key": "pick", "label": "选", "values": YES_NO},
    {"type": "dynamiclist", "id": "rows", "path": "rows", "label": "表格", "components": COLUMNS},
    {
        "type": "textarea",
        "id": "note",
        "key": "note",
        "label": "说明",
        "conditional": {"hide": "${count > 3 or rows == null}"},
    },
]
SUBMISSION: dict[str, Any] = {
    "box": True,
    "count": 5,
    "many": ["yes"],
    "photos": ["a" * 32],
    "files": ["b" * 32, "c" * 32],
    "signed": "d" * 32,
    "place": {"latitude": 32.05, "longitude": 118.78, "accuracy": 9},
    "at": "2026-05-01T08:30",
    "pick": "no",
    "rows": [{"serial": "S1", "faults": ["yes"], "n": 3}, {"serial": "S2"}],
    "note": "x",
}
STRANGE: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 1e308, float("inf"), float("nan"), 10**400, "", " ", "\0", "\ud800", "x" * 5000),
    *([], {}, [[]], [{}], [None], {"a": {"b": {}}}, "${a}", "{{a}}", "required", "photo", ["a"] * 300, "a" * 32),
    *({"latitude": "x"}, {"kind": "photo"}, [{"type": "dynamiclist"}], {"hide": "${" + "(" * 60 + "a}"}, {"": ""}),
]


NAMES = ["components", "path", "validate", "properties", "extra", "\0", "n"]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, name or index) in it."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        container = waiting.pop()
        names = list(container) if isinstance(container, dict) else range(len(container))
        found += [(container, name) for name in names]
        waiting += [container[name] for name in names if isinstance(container[name], dict | list)]
    return found


def mutate(value: Any, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 4)):
        container, name = chance.choice(places(value))
        how = chance.randrange(4)
        if how == 0:
            del container[name]
        elif how == 1 and isinstance(container, dict):
            container[chance.choice(NAMES)] = deepcopy(container[name])
        elif how == 2:
            container[name] = deepcopy(chance.choice([inner[key] for inner, key in places(value)]))
        else:
            container[name] = deepcopy(chance.choice(STRANGE))
        if not value:
            return


SOURCES = [path.read_bytes() for path in sorted(SHIPPED.glob("*/*.form.json"))] + [form_bytes(*ALL_KINDS)]
WHOLE = compile_form(form_bytes(*ALL_KINDS))


@settings(max_examples=1000, deadline=None, database=None)
@given(st.sampled_from(SOURCES), st.randoms(use_true_random=False))
def test_a_mutated_form_is_compiled_or_refused_with_findings(source: bytes, chance: random.Random) -> None:
    raw = json.loads(source)
    mutate(raw, chance)
    try:
        key, codes = compile_form(json.dumps(raw).encode("utf-8", "surrogatepass")).key, set[str]()
    except FormRefused as refused:
        key, codes = None, {finding.code for finding in refused.findings}
    assert codes or key == raw["id"]
    assert codes <= FINDINGS.keys()


@settings(max_examples=1000, deadline=None, database=None)
@given(st.randoms(use_true_random=False))
def test_a_mutated_submission_comes_back_clean_or_is_refused(chance: random.Random) -> None:
    data = json.loads(json.dumps(SUBMISSION))
    mutate(data, chance)
    try:
        clean, codes = WHOLE.validate(data, {}), set[str]()
    except Invalid as refused:
        clean, codes = {}, {problem["code"] for found in refused.fields.values() for problem in found}
    assert clean or codes
    assert codes <= PROBLEMS.keys()
    assert json.loads(json.dumps(clean, allow_nan=False)) == clean
    assert not clean or WHOLE.validate(clean, {}) == clean


def test_what_is_mutated_is_right_before() -> None:
    shown = {key: value for key, value in SUBMISSION.items() if key != "note"}
    assert WHOLE.validate(SUBMISSION, {}) == shown | {"at": "2026-05-01T00:30:00+00:00"}
