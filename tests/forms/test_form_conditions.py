"""Conditions: the JSON form, its limits, and that the browser's meaning and the server's are the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import Invalid
from forms.compiler import compile_form
from forms.conditions import NotSupported, leaves, negate, parse
from forms.form import Form
from forms.layout import Condition
from tests.forms.small_forms import form_bytes

TICKED = {name: {"name": name, "is": True} for name in "abc"}


def holds_in_browser(condition: Condition, values: dict[str, object]) -> bool:
    """The meaning that the page's script gives to a JSON condition: strict equality of type and value."""
    if "all" in condition:
        return all(holds_in_browser(part, values) for part in condition["all"])
    if "any" in condition:
        return any(holds_in_browser(part, values) for part in condition["any"])
    value = values.get(condition["name"])
    if isinstance(value, str):
        value = value.strip() or None
    literal = condition["is"] if "is" in condition else condition["is_not"]
    same = value == literal and isinstance(value, bool) is isinstance(literal, bool)
    return same is ("is" in condition)


@pytest.mark.parametrize(
    ("source", "condition"),
    [
        ("${replaced}", {"name": "replaced", "is": True}),
        ("${not replaced}", {"name": "replaced", "is_not": True}),
        ("${!replaced}", {"name": "replaced", "is_not": True}),
        ('${ok == "no"}', {"name": "ok", "is": "no"}),
        ("${ ok eq 'no' }", {"name": "ok", "is": "no"}),
        ("${n != -1.5}", {"name": "n", "is_not": -1.5}),
        ("${n ne 3}", {"name": "n", "is_not": 3}),
        ("${ok == null}", {"name": "ok", "is": None}),
        ("${a == true}", {"name": "a", "is": True}),
        ("${a and b or c}", {"any": [{"all": [TICKED["a"], TICKED["b"]]}, TICKED["c"]]}),
        ("${a && (b || c)}", {"all": [TICKED["a"], {"any": [TICKED["b"], TICKED["c"]]}]}),
        ('${not (a and b == "x")}', {"any": [{"name": "a", "is_not": True}, {"name": "b", "is_not": "x"}]}),
        ('${b == "a and b"}', {"name": "b", "is": "a and b"}),
    ],
)
def test_the_json_form_of_a_condition(source: str, condition: Condition) -> None:
    assert parse(source) == condition


@pytest.mark.parametrize(
    "source",
    [
        "replaced",
        "=replaced",
        '=ok = "no"',
        "${}",
        "${a > 'x'}",
        "${a > null}",
        "${3 < a}",
        "${a.b == 1}",
        "${a == b}",
        "${1 == a}",
        "${now()}",
        "${open('x')}",
        "${not a == b}",
        "${not a == 1}",
        "${not not a}",
        "${a == 1 == 2}",
        "${a in []}",
        "${a in 'x'}",
        "${a in ['x',]}",
        "${a in b}",
        "${3 in a}",
        "${a in [" + ", ".join("1" * 51) + "]}",
        "${not a in ['x']}",
        "${a == ['x']}",
        "${a b}",
        "${a and}",
        "${(a}",
        "${a)}",
        '${a == "x\\"y"}',
        "${_a}",
        "${a == 1e5}",
        "${empty a}",
        "${a} ${b}",
        "${" + "(" * 11 + "a" + ")" * 11 + "}",
        "${" + " or ".join(["a"] * 200) + "}",
    ],
)
def test_what_a_browser_cannot_evaluate_is_not_supported(source: str) -> None:
    with pytest.raises(NotSupported):
        parse(source)


def test_negation_and_leaves() -> None:
    condition = parse('${a and (b == "x" or c != 2)}')
    assert negate(negate(condition)) == condition
    assert [leaf["name"] for leaf in leaves(condition)] == ["a", "b", "c"]


YES_NO = [{"label": "是", "value": "yes"}, {"label": "否", "value": "no"}]
FIELDS = (
    {"type": "checkbox", "id": "box", "key": "box", "label": "勾"},
    {"type": "radio", "id": "pick", "key": "pick", "label": "选", "values": YES_NO},
    {"type": "number", "id": "count", "key": "count", "label": "数"},
    {"type": "textfield", "id": "words", "key": "words", "label": "字"},
)
SUBMITTED = st.fixed_dictionaries(
    {"box": st.booleans()},
    optional={
        "pick": st.sampled_from(["yes", "no", ""]),
        "count": st.sampled_from([0, 1, 1.0, 2.5, -3]),
        "words": st.sampled_from(["", "  ", "a", " a ", "b", "0", "true"]),
    },
)
KNOWN = st.fixed_dictionaries({}, optional={"level": st.sampled_from([None, 1, 2])})
ATOMS = st.sampled_from(
    (
        *("box", "not box", "!box", "box == true", "box != false", "box == null"),
        *('pick == "yes"', 'pick != "no"', "pick == null", "level == 1", "level != 1", "level == null"),
        *("count == 1", "count != 2.5", "count == 0", "count != null"),
        *("words == 'a'", 'words != "true"', "words eq '0'"),
    )
)
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" and ", " or ", " && ", " || "]), inner).map("".join),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"not ({text})"),
    ),
    max_leaves=8,
).filter(lambda text: len(text) <= 400)


def is_refused(form: Form, data: dict[str, object], known: dict[str, object]) -> bool:
    try:
        form.validate(data, known)
    except Invalid as error:
        return error.fields.keys() == {"need"}
    return False


@settings(max_examples=400, deadline=None, database=None)
@given(EXPRESSIONS, SUBMITTED, KNOWN)
def test_browser_and_server_agree(source: str, submitted: dict[str, object], known: dict[str, object]) -> None:
    try:
        parse("${" + source + "}")
    except NotSupported:
        assert source.count("(") > 10
        return
    expression = "${" + source + "}"
    last = {"type": "textfield", "id": "last", "key": "last", "label": "末", "conditional": {"hide": expression}}
    need = {"type": "textfield", "id": "need", "key": "need", "label": "需", "properties": {"requiredIf": expression}}
    form = compile_form(form_bytes(*FIELDS, last, need))
    shown = form.layout.items[-2].show_when
    required = form.layout.items[-1].required_when
    assert shown is not None
    assert required is not None
    values = known | submitted
    assert ("last" in form.validate(submitted | {"last": "x", "need": "x"}, known)) is holds_in_browser(shown, values)
    assert is_refused(form, submitted | {"last": "x"}, known) is holds_in_browser(required, values)
