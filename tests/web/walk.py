"""Every page there is, from the routes themselves: a city with one of each thing, and the addresses of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select, update
from werkzeug.routing import Rule

from engine.authorization import ENGINE
from engine.commands.create_design import create_design
from engine.commands.discard_design import discard_design
from engine.commands.link_cases import link_cases
from engine.commands.publish_form import publish_form
from engine.commands.save_design import save_design
from engine.commands.submit_release import submit_release
from engine.commands.suspend_instance import suspend_instance
from engine.models import UserTask
from engine.published_forms import FORM
from engine.unit_of_work import UnitOfWork
from forms.library import SHIPPED
from maintenance.models import Contract
from tests.web.house import Pages, Visitor
from tests.web.walk_designs import designed
from web.install import PAGES

ROLES = (
    "reporter",
    "dispatcher",
    "field_engineer",
    "contractor_lead",
    "line_officer",
    "owner_approver",
    "process_owner",
    "auditor",
    "operator",
    "admin",
)
DEFERRAL = {"_key": "k" * 20, "reason": "pole_hit", "explanation": "立杆被撞断", "requested_until": "2026-11-21T18:00"}
QUERIES = {
    "my_tasks.task_list": ("tab=open", "tab=candidate", "tab=done", "tab=started", "q=zz"),
    "tickets.ticket_list": ("", "state=cancelled&q=zz"),
    "report.show": ("", "point=QC001"),
    "report.search": ("client=client&q=QC",),
    "report.near": ("client=client&latitude=35.05&longitude=115.54",),
    "comparison.of_versions": ("old=2&new=3", "old=2&new=x"),
}
"""Endpoint -> queries worth a page of their own; without an entry the address alone."""


@dataclass
class City:
    """`fillings`: name of a route's parameter, or (endpoint, name) where that is not enough -> its values."""

    pages: Pages
    fillings: dict[str | tuple[str, str], list[str]] = field(default_factory=dict)

    def addresses(self) -> Iterator[tuple[str, str]]:
        """(endpoint, path with query) of everything that web's blueprints answer to GET.

        Raises LookupError naming the routes that have a parameter nothing is known for.
        """
        own = {group.blueprint.name for group in PAGES}
        rules = [rule for rule in self.pages.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
        mine = [rule for rule in rules if rule.endpoint.split(".")[0] in own]
        unknown = [rule.rule for rule in mine if any(self._values(rule, name) is None for name in rule.arguments)]
        if unknown:
            raise LookupError(f"tests/web/walk.py knows no values for {unknown}: add them to `fillings`")
        for rule in mine:
            for path in self._paths(rule):
                for query in QUERIES.get(rule.endpoint, ("",)):
                    yield rule.endpoint, f"{path}?{query}" if query else path

    def _values(self, rule: Rule, name: str) -> list[str] | None:
        return self.fillings.get((rule.endpoint, name), self.fillings.get(name))

    def _paths(self, rule: Rule) -> list[str]:
        chosen: list[dict[str, str]] = [{}]
        for name in sorted(rule.arguments):
            chosen = [one | {name: value} for one in chosen for value in self._values(rule, name) or []]
        adapter = self.pages.app.url_map.bind("")
        return [adapter.build(rule.endpoint, one) for one in chosen]


def settle(pages: Pages) -> City:
    """Tickets that run, wait for a deferral, are cancelled, suspended and done in part; tasks of each state."""
    run = pages.engine.run
    run(_allow_deferrals, ENGINE)
    deferred, visitor = pages.dispatched(), pages.visitor("contractor_lead")
    applied = visitor.post(f"/tickets/{deferred}/deferral", DEFERRAL)
    assert applied.status == 303, applied.text()
    visitor.post(f"/tickets/{deferred}/comments", {"comment": "备件明早到货"})
    working = pages.dispatched()
    _respond(pages, working)
    fresh = pages.report(pages.visitor("reporter"))
    cancelled, suspended = pages.report(pages.visitor("reporter")), pages.report(pages.visitor("reporter"))
    assert pages.visitor("dispatcher").post(f"/tickets/{cancelled}/cancel", {"reason": "重复报修"}).status == 303
    claimed = pages.visitor("dispatcher").post(f"/tasks/{pages.task(fresh, 'dispatch')}/claim")
    assert claimed.status == 303, claimed.text()
    run(link_cases, ENGINE, fresh, suspended, "duplicate")
    run(suspend_instance, ENGINE, suspended, "等待批复")
    pages.later(minutes=40)
    tickets = [str(one) for one in (deferred, working, fresh, cancelled, suspended)]
    fillings: dict[str | tuple[str, str], list[str]] = {
        "instance_id": tickets,
        ("deferral.show", "instance_id"): [str(working)],
        "task_id": _one_task_of_each_kind(pages),
        ("report.search", "key"): ["point"],
        ("task.search", "key"): ["engineer"],
        ("form.show", "key"): ["fc_repair", "fc_recheck"],
    }
    designs = _form_designs(pages)
    fillings |= {(f"form_design.{name}", "design_id"): designs for name in ("show", "download")}
    fillings |= designed(pages) | {("password_reset.show_reset", "token"): [_reset_link(pages), "no-such-link"]}
    return City(pages, fillings)


def _reset_link(pages: Pages) -> str:
    """The token of a link by which the administrator lets somebody choose a new password."""
    answer = pages.visitor("admin").post("/reset-requests", {"username": "reporter"})
    return answer.text("//p[starts-with(@class, 'secret')]").rpartition("/")[2]


def _form_designs(pages: Pages) -> list[str]:
    """One that can be published, one with findings, one that cannot be read, one submitted, kept beside and ended.

    A form is published, too.
    """
    run, owner = pages.engine.run, pages.actor("process_owner", "process_owner")
    shipped = (SHIPPED / "fault_repair_fc" / "fc_recheck.form.json").read_bytes()
    wrong = shipped.replace(b'"validate"', b'"vallidate"')
    run(publish_form, ENGINE, pages.client_id, shipped)
    made = [
        run(create_design, owner, pages.client_id, FORM, content=content)
        for content in (shipped.replace(b'"no"', b'"not"'), wrong, b"{", shipped + b" ", shipped)
    ]
    run(submit_release, owner, [(made[3].id, 1)], "")
    beside = run(save_design, owner, made[1].id, 7, shipped + b"  ")
    run(discard_design, owner, made[4].id)
    return [str(id) for id in (*(one.id for one in made), beside.id)]


def _respond(pages: Pages, ticket: int) -> None:
    engineer: Visitor = pages.visitor("field_engineer")
    path = f"/tasks/{pages.task(ticket, 'respond')}"
    answer = engineer.post(f"{path}/complete", {"responded_how": "phone"})
    assert answer.status == 303, answer.errors()


def _allow_deferrals(uow: UnitOfWork) -> None:
    uow.connection.execute(update(Contract).values(overrides={"deferral": {"enabled": True}}))


def _one_task_of_each_kind(pages: Pages) -> list[str]:
    """The newest of each element, state, and whether somebody has claimed it."""
    query = select(UserTask.id, UserTask.element_id, UserTask.state, UserTask.assignee_id).order_by(UserTask.created_at)
    with pages.engine.read() as connection:
        rows = connection.execute(query).all()
    return sorted({(row.element_id, row.state, row.assignee_id is None): row.id for row in rows}.values())
