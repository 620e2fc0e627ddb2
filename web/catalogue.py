"""What the editor offers to choose from: roles, forms, services, functions, decisions, clocks of the packs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from accounts.house import house
from accounts.roles import ROLES
from engine.authorization import Actor
from engine.definition.vocabulary import BPMN
from engine.definition.xml import read_document
from engine.definitions import PublishedDefinitionRefused
from engine.expressions.registry import Function
from engine.extensions import Service
from engine.published_forms import FORM
from engine.queries.decision_list import decision_list
from engine.queries.definition_list import definition_content
from engine.queries.design_list import design_list
from engine.queries.form_list import newest_forms_list
from engine.queries.paging import MAX_LIMIT
from engine.queries.published_list import published_list
from forms.form import Form
from maintenance.queries.stages import stage_list
from web.addresses import there
from web.i18n import language

_OWN_FIELDS = ("sla.start", "sla.from", "sla.stop")
"""Properties that have fields of their own in the panel."""
Named = dict[str, Any]


def catalogue(connection: Connection, actor: Actor, base_id: int | None) -> dict[str, Any]:
    """JSON data for the page, in the reader's language. `base_id`: the published version whose ids stay as they are."""
    extensions = house().engine.resources.extensions
    processes = published_list(connection, actor, "process")
    elements = {one.id: _elements(connection, one.id) for one in processes}
    messages = {one.event_name for known in elements.values() for one in known.values() if one.trigger == "message"}
    return {
        "roles": [{"key": role.key, "name": _said(role)} for role in ROLES],
        "forms": _forms(connection, actor),
        "new_form_url": there("/forms"),
        "services": [_service(one) for one in sorted(extensions.services.values(), key=lambda one: one.name)],
        "functions": [_function(one) for one in extensions.functions.all()],
        "decisions": _decisions(connection, actor),
        "processes": [{"key": one.key, "name": one.name} for one in processes],
        "stages": [{"key": stage.key, "name": _said(stage)} for stage in stage_list(connection)],
        "messages": sorted(name for name in messages if name),
        "properties": _properties(),
        "case_kinds": sorted(extensions.case_kinds),
        "locked": _ids(definition_content(connection, actor, base_id)) if base_id is not None else [],
    }


def _said(words: Any) -> str:
    return str(words.zh if language() == "zh" else words.en)


def _elements(connection: Connection, definition_id: int) -> dict[str, Any]:
    """Of a published version; none where this installation can run it no more."""
    try:
        return dict(house().engine.definitions.specification(connection, definition_id).model.elements)
    except PublishedDefinitionRefused:
        return {}


def _ids(content: bytes) -> list[str]:
    """Of the elements of a diagram; its drawing has others."""
    root = read_document(content).root
    nodes = root.iter(f"{{{BPMN}}}*") if root is not None else ()
    return sorted({str(node.get("id")) for node in nodes if node.get("id")})


def _decisions(connection: Connection, actor: Actor) -> list[Named]:
    """Those of the installation's own sources, and those that the organisation has published."""
    sources = house().engine.resources.extensions.decisions
    names = {id: id for source in sources for id in source.ids(connection)}
    for file in decision_list(connection, actor, limit=MAX_LIMIT).items:
        for decision in file.decisions:
            names.setdefault(decision.id, decision.name or decision.id)
    return [{"key": id, "name": name} for id, name in sorted(names.items())]


def _forms(connection: Connection, actor: Actor) -> list[Named]:
    """Those of the installation in the organisation's own wording, and those that are only designed so far."""
    published = {one.key: one.sha256 for one in newest_forms_list(connection, actor)}
    keys = sorted({*house().forms.keys(), *published})
    designs = {one.key: one for one in design_list(connection, actor, kind=FORM, limit=MAX_LIMIT).items}
    found = [_form(house().forms.find(connection, key, published.get(key))) for key in keys]
    begun = [one for key, one in sorted(designs.items()) if key not in keys]
    return found + [
        {"key": one.key, "name": one.name, "url": there(f"/forms/designs/{one.id}"), "fields": []} for one in begun
    ]


def _form(form: Form) -> Named:
    fields = [{"key": item.key, "name": item.label} for item in form.layout.items if item.key]
    return {"key": form.key, "name": form.title, "url": there(f"/forms/{form.key}"), "fields": fields}


def _service(service: Service) -> Named:
    parameters = [{"name": one.name, "words": _said(one), "required": one.required} for one in service.parameters]
    words: Named = {"words": _said(service), "inside": service.inside, "parameters": parameters}
    return {"key": service.name, "name": service.name} | words


def _function(function: Function) -> Named:
    return {"name": f"{function.name}({', '.join(function.names)})", "words": _said(function)}


def _properties() -> list[Named]:
    """What listeners read from the drawing; what each means is written in Chinese only."""
    listeners = house().engine.resources.extensions.listeners.values()
    known = {name: words for listener in listeners for name, words in listener.properties.items()}
    shown = sorted((name, words) for name, words in known.items() if name not in _OWN_FIELDS)
    return [{"key": name, "name": words if language() == "zh" else ""} for name, words in shown]
