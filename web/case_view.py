"""What the pages of a task and of a ticket share: the case with its history, forms, clocks and steps, read at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from accounts.house import house
from engine.authorization import Actor
from engine.definition.model import ProcessModel
from engine.models import ProcessInstance
from engine.queries.history import HistoryItem, whole_history
from engine.queries.instance_detail import InstanceDetail, instance_detail
from forms.layout import Item
from maintenance.ledger.columns import DEVICE_KINDS
from maintenance.queries.ticket_clocks import ClockItem, ticket_clocks
from maintenance.queries.work_order import WorkOrderItem, work_order
from web import filled, steps
from web.filled import FilledForm, Names
from web.frame import listed
from web.i18n import language
from web.phones import with_phones
from web.reading import now
from web.words import _, ngettext

STATES = {"active": "active", "completed": "ended", "cancelled": "cancelled"}
"""State of a case -> the word the templates know."""


@dataclass(frozen=True)
class CaseView:
    """One case, read in one go. Instants are UTC."""

    detail: InstanceDetail
    model: ProcessModel
    items: list[HistoryItem]  # oldest first
    forms: list[FilledForm]
    names: Names
    clocks: list[ClockItem]
    order: WorkOrderItem | None

    @property
    def id(self) -> int:
        return self.detail.instance.id

    @property
    def organisation_id(self) -> int:
        """The client."""
        return self.detail.organisation_id

    @property
    def active(self) -> bool:
        return self.detail.instance.state == "active"

    def steps(self) -> list[dict[str, str]]:
        """Where the case stands (_parts.steps)."""
        open_now = {task.element_id for task in self.detail.tasks}
        done = [form.element_id for form in self.forms if form.element_id and form.beside is None]
        return steps.steps(self.model, open_now, done, ended=self.detail.instance.state == "completed")

    def known(self, instance_id: int) -> dict[str, Any]:
        """What an instance of the case knows from forms: one beside the ticket only its own, the others the rest."""
        beside = {form.beside for form in self.forms}
        wanted = instance_id if instance_id in beside else None
        return filled.merged([form for form in self.forms if form.beside == wanted])

    def answers(self, form: FilledForm) -> list[dict[str, Any]]:
        return filled.answers(form, self.names)

    def forms_for(self, actor: Actor) -> list[dict[str, Any]]:
        """The forms as filled (_parts.filled_forms), newest first. Who may not read history sees his or her own."""
        seen = [form for form in reversed(self.forms) if actor.may("history.read") or form.username == actor.name]
        return [
            {
                "task_id": form.task_id,
                "beside": form.beside,
                "title": filled.title_of(form),
                "who": form.who,
                "at": form.at,
                "facts": self.answers(form),
            }
            for form in seen
        ]

    def reported_pictures(self) -> list[dict[str, Any]]:
        """Pairs {label, value} of what was photographed for the report."""
        told = self.answers(self.forms[0]) if self.forms else []
        return [fact for fact in told if isinstance(fact["value"], filled.Pictures)]

    def context(self) -> list[dict[str, Any]]:
        """Pairs {label, value} that say what the case is about."""
        instance = self.detail.instance
        if self.order is None:
            return [
                {"label": _("Title"), "value": instance.title},
                {"label": _("Started by"), "value": instance.started_by},
                {"label": _("Started"), "value": instance.started_at},
            ]
        report = self.forms[0].data if self.forms else {}
        level = instance.fields.get("level")
        grade = [{"label": _("Level"), "value": level_words(level)}] if level else []
        layout = self.forms[0].layout if self.forms else None
        items = {item.key: item for item in layout.items if item.key} if layout else {}
        return [*grade, *_order_facts(self.order, report, items)]


def level_words(level: Any) -> str:
    """How bad a fault is, 1 the worst, as the regulations count it."""
    known = {1: _("Level 1"), 2: _("Level 2"), 3: _("Level 3"), 4: _("Level 4")}
    return known.get(level, str(level))


def case_view(connection: Connection, actor: Actor, root_id: int) -> CaseView:
    """Raises NotFound, also for a case the actor may not see."""
    detail = instance_detail(connection, actor, root_id)
    here = house()
    definition_id = connection.scalar(select(ProcessInstance.definition_id).where(ProcessInstance.id == root_id)) or 0
    model = here.engine.definitions.specification(connection, definition_id).model
    items = whole_history(connection, actor, root_id)
    forms = filled.with_layouts(connection, here.forms, filled.filled_forms(items, start_form(model)))
    order = work_order(connection, root_id)
    names = filled.names_in(connection, forms, order.organisation_id if order else None)
    names = replace(names, files=filled.file_names(items))
    clocks = ticket_clocks(connection, root_id, now())
    return CaseView(detail, model, items, forms, names, clocks, order)


def start_form(model: ProcessModel) -> str | None:
    """The form key of the process's start event."""
    starts = (e for e in model.elements.values() if e.kind == "startEvent" and e.scope == model.key)
    return next((element.form_key for element in starts), None)


def comments(items: list[HistoryItem]) -> list[dict[str, Any]]:
    """What people said about the case, oldest first."""
    return [
        {"who": item.actor_name, "at": item.at, "text": fact["text"]}
        for item in items
        for fact in item.facts
        if fact["type"] == "commented"
    ]


def _order_facts(order: WorkOrderItem, report: Mapping[str, Any], items: Mapping[str, Item]) -> list[dict[str, Any]]:
    def worded(key: str, value: Any) -> Any:
        return filled.in_words(items[key], value, Names()) if key in items else value

    key_site = _("key point") if order.key_site else ""
    device = listed([part for part in (order.device, _device_kind(order.device_kind)) if part])
    reporter = listed([part for part in (order.reporter, order.reporter_organisation) if part])
    pairs: list[tuple[str, Any]] = [
        (_("Point"), " · ".join(part for part in (order.point_name, order.point_code, key_site) if part)),
        (_("Device"), device),
        (_("Category"), worded("category", order.category)),
        (_("Symptom"), order.symptom),
        (_("Happened"), order.occurred_at),
        (_("Reported"), order.reported_at),
        (_("Reporter"), reporter),
        (_("Contact"), with_phones(report.get("contact"))),
        (_("Channel"), worded("channel", order.channel)),
        (_("Contract"), order.contract),
        (_("Contractor"), order.contractor),
    ]
    facts: list[dict[str, Any]] = [{"label": label, "value": value} for label, value in pairs if value]
    if order.recurrences:
        times = ngettext(
            "%(num)s time within its observation", "%(num)s times within its observation", order.recurrences
        )
        facts.append({"label": _("Recurred"), "value": times})
    if order.chargeable:
        facts.append({"label": _("Charge"), "value": order.charge.zh if language() == "zh" else order.charge.en})
    return facts


def _device_kind(kind: str | None) -> str | None:
    words = DEVICE_KINDS.get(kind or "")
    return kind if words is None else words.zh if language() == "zh" else words.en
