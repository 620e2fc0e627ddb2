"""Conditions: the JSON form, its limits, and that the browser's meaning and the server's are the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import Invalid
from forms.compiler import compile_form
from forms.conditions import LANGUAGE, NotSupported, holds, leaves, literals, negate, parse
from forms.form import Form
from forms.layout import Condition
from tests.forms.small_forms import form_bytes

TICKED = {name: {"name": name, "is": True} for name in "abc"}


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
        ("${n < 3}", {"name": "n", "below": 3}),
        ("${n le 3}", {"name": "n", "at_most": 3}),
        ("${n > -1.5}", {"name": "n", "above": -1.5}),
        ("${n ge 3}", {"name": "n", "at_least": 3}),
        ("${not (n < 3)}", {"not": {"name": "n", "below": 3}}),
        ('${b in ["x", "y"]}', {"name": "b", "in": ["x", "y"]}),
        ('${b not in ["x"]}', {"not": {"name": "b", "in": ["x"]}}),
        ('${"x" in b}', {"name": "b", "has": "x"}),
        ('${not ("x" not in b)}', {"name": "b", "has": "x"}),
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
    condition = parse('${not (n < 3 or "x" in d) and b in [1, null]}')
    assert negate(negate(condition)) == condition
    assert [literals(leaf) for leaf in leaves(condition)] == [[3], ["x"], [1, None]]


YES_NO = [{"label": "是", "value": "yes"}, {"label": "否", "value": "no"}]
FIELDS = (
    {"type": "checkbox", "id": "box", "key": "box", "label": "勾"},
    {"type": "radio", "id": "pick", "key": "pick", "label": "选", "values": YES_NO},
    {"type": "number", "id": "count", "key": "count", "label": "数"},
    {"type": "textfield", "id": "words", "key": "words", "label": "字"},
    {"type": "checklist", "id": "many", "key": "many", "label": "多", "values": YES_NO},
)
SUBMITTED = st.fixed_dictionaries(
    {"box": st.booleans()},
    optional={
        "pick": st.sampled_from(["yes", "no", ""]),
        "count": st.sampled_from([0, 1, 1.0, 2.5, -3]),
        "words": st.sampled_from(["", "  ", "a", " a ", "b", "0", "true"]),
        "many": st.sampled_from([[], ["yes"], ["no", "yes"]]),
    },
)
KNOWN = st.fixed_dictionaries({}, optional={"level": st.sampled_from([None, 1, 2])})
ATOMS = st.sampled_from(
    (
        *("box", "not box", "!box", "box == true", "box != false", "box == null"),
        *('pick == "yes"', 'pick != "no"', "pick == null", "level == 1", "level != 1", "level == null"),
        *("count == 1", "count != 2.5", "count == 0", "count != null"),
        *("words == 'a'", 'words != "true"', "words eq '0'", "words in ['a', 'b']", "words not in ['0']"),
        *(
            "count < 1",
            "count >= 1",
            "count gt 0",
            "count le 2.5",
            "count in [1, 2.5]",
            "level > 1",
            "level in [1, null]",
        ),
        *("'yes' in many", "'no' not in many", "many == null", "pick in ['yes']"),
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
    assert ("last" in form.validate(submitted | {"last": "x", "need": "x"}, known)) is holds(shown, values)
    assert is_refused(form, submitted | {"last": "x"}, known) is holds(required, values)


KINDS_OF_VALUE: dict[str, list[Any]] = {
    "box": [True, False],
    "count": [-3, 0, 1, 2.5],
    "words": ["a", "b"],
    "many": [["yes"], ["no", "yes"]],
}


@settings(max_examples=300, deadline=None, database=None)
@given(EXPRESSIONS, st.fixed_dictionaries({name: st.sampled_from(values) for name, values in KINDS_OF_VALUE.items()}))
def test_where_every_value_is_there_it_is_the_meaning_of_the_expression_language(
    source: str, values: dict[str, object]
) -> None:
    values |= {"pick": "yes", "level": 2}
    try:
        condition = parse("${" + source + "}")
    except NotSupported:
        return
    expression = LANGUAGE.compile("${" + source + "}")
    assert holds(condition, values) is bool(expression.evaluate({name: values[name] for name in expression.names}))
