"""试算: a decision of a design is made over typed values; nothing is stored, so that it is read with GET."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for

from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires
from engine import nouns
from engine.decisions.errors import DecisionError, DecisionsRefused
from engine.decisions.evaluation import Evaluation, evaluate
from engine.decisions.table import Decision, DecisionFile, Table
from engine.decisions.types import shown
from engine.errors import NotFound, SignalboxError
from engine.expressions.errors import ExpressionError
from engine.queries.design_detail import design_content
from web.i18n import language
from web.reading import reading
from web.words import _

blueprint = Blueprint(
    "decision_trial", __name__, url_prefix="/processes/designs/<int(max=9223372036854775807):design_id>"
)
MAX_VALUE = 500  # characters of a typed value
_NUMBERS = frozenset({"number", "integer", "long", "double"})


@blueprint.get("/try")
@requires("definition.read")
def box(design_id: int) -> str:
    """The part of the page: a field for each name that the decision asks for, and what it answers."""
    with reading() as connection:
        held = design_content(connection, current_actor(), design_id)
    if held.kind != "decision":
        raise NotFound(what=nouns.DECISION)
    try:
        file = house().engine.resources.decisions.compile(held.content)
    except DecisionsRefused:
        return render_template("_decision_trial.html", trial=None)
    view: dict[str, Any] = {"url": url_for("decision_trial.box", design_id=design_id), "asked": "go" in request.args}
    return render_template("_decision_trial.html", trial=view | _tried(file))


def _tried(file: DecisionFile) -> dict[str, Any]:
    chosen = file.decisions.get(request.args.get("decision", "")) or next(iter(file.decisions.values()), None)
    if chosen is None:
        return {"decisions": [], "chosen": None, "fields": [], "result": None, "error": None}
    asked = _asked(chosen)
    typed = {name: request.args.get(f"value.{name}", "")[:MAX_VALUE] for name in asked}
    made, error = _made(chosen, {name: _value(typed[name], asked[name]) for name in asked})
    return {
        "decisions": [{"id": one.id, "name": one.name or one.id} for one in file.decisions.values()],
        "chosen": chosen.id,
        "fields": [{"name": name, "type": asked[name], "value": typed[name]} for name in asked],
        "result": _result(made) if made else None,
        "error": error,
    }


def _asked(decision: Decision) -> dict[str, str]:
    """Name -> type of what the decision and those it requires ask for; what those give is not asked."""
    found: dict[str, str] = {}
    given = {name for one in decision.required for name in one.logic.names}
    for one in (decision, *decision.required):
        inputs = one.logic.inputs if isinstance(one.logic, Table) else ()
        for column in inputs:
            for name in sorted(column.expression.names):
                plain = column.drawn.text.strip() == name
                found.setdefault(name, column.drawn.type_ref if plain else "")
        if not isinstance(one.logic, Table):
            found |= {name: "" for name in sorted(one.logic.expression.names)}
    return {name: type_ref for name, type_ref in found.items() if name not in given}


def _value(text: str, type_ref: str) -> Any:
    """What was typed as its column reads it; an empty field is null."""
    text = text.strip()
    if not text:
        return None
    if text in ("true", "false") and type_ref != "string":
        return text == "true"
    if type_ref in _NUMBERS or not type_ref:
        try:
            return int(text) if text.lstrip("-").isdigit() and len(text) < 19 else float(text)
        except ValueError:
            return text
    return text


def _made(decision: Decision, data: Mapping[str, Any]) -> tuple[Evaluation | None, str | None]:
    if "go" not in request.args:
        return None, None
    try:
        return evaluate(decision, data), None
    except (DecisionError, ExpressionError) as error:
        return None, error.message(language()) if isinstance(error, SignalboxError) else str(error)


def _result(made: Evaluation) -> dict[str, Any]:
    rules = ", ".join(str(hit.number) for hit in made.rules)
    return {
        "outputs": [{"label": name, "value": shown(value)} for name, value in made.outputs.items()],
        "rules": _("Rule %(rules)s", rules=rules) if rules else _("No rule hits."),
    }
