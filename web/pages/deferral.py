"""申请延时: the application for a deferral of a ticket. Its review is an ordinary task."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires
from engine.authorization import Actor
from engine.commands.run_once import IdempotencyKeyReused, run_once
from engine.commands.start_beside import start_beside
from engine.definitions import newest
from engine.errors import Conflict, Forbidden, InstanceNotActive, InstanceSuspended, Invalid, NotFound
from engine.starting import require_starter
from forms.form import Form
from maintenance.choices import CaseChoices, CaseUploads
from maintenance.deferral_application import (
    PROCESS,
    DeferralNotAgreed,
    DeferralPending,
    NothingToDefer,
    contract_terms,
)
from maintenance.queries.deferral_offer import deferral_offer
from web.attachments import UPLOAD
from web.case_view import CaseView, case_view
from web.fields import Drawing, defaults, drawn, form_errors
from web.frame import page
from web.i18n import language
from web.kept import handed_in, kept_as, only_shown
from web.lights import clock_bar
from web.once import KEY, fingerprint, new_key, posted_key
from web.posted import posted
from web.reading import now, reading
from web.shown_form import form_of_start, hidden
from web.words import _

blueprint = Blueprint("deferral", __name__, url_prefix="/tickets/<int(max=9223372036854775807):instance_id>/deferral")

FORM = "delay_apply"
STAYS = (Conflict, DeferralNotAgreed, DeferralPending, Forbidden, InstanceNotActive, InstanceSuspended, NothingToDefer)
"""Refused, and the form stays as it was sent."""


def offer(connection: Connection, actor: Actor, case: CaseView) -> dict[str, Any] | None:
    """The button of the ticket's page: {url, why_not: text or ""}; None for who may not apply, or where no contract
    knows of deferrals."""
    if not (case.active and actor.may("case.start") and _is_starter(connection, actor, case)):
        return None
    if contract_terms(connection, case.id) is None:
        return None
    refused = deferral_offer(connection, case.id, now())
    url = url_for("deferral.show", instance_id=case.id)
    return {"url": url, "why_not": refused.message(language()) if refused else ""}


@blueprint.get("")
@requires("case.start")
def show(instance_id: int) -> Response:
    return _page(instance_id, None, new_key())


@blueprint.post("")
@requires("case.start")
def submit(instance_id: int) -> AnyResponse:
    key, actor = posted_key(), current_actor()
    with reading() as connection:
        form = _start_form(connection, case_view(connection, actor, instance_id))
    values = posted(form.layout)
    if only_shown():
        return _page(instance_id, values, key)
    asked = fingerprint([instance_id, values])
    try:
        house().engine.run(run_once, actor, key, asked, start_beside, instance_id, PROCESS, values)
    except Invalid as error:
        return _page(instance_id, values, key, 422, invalid=error)
    except IdempotencyKeyReused:
        words = _("This form has been handed in once already. If it is another application, send it again.")
        return _page(instance_id, values, new_key(), 409, errors=[words])
    except STAYS as error:
        return _page(instance_id, values, key, error.status, errors=[error.message(language())])
    flash(_("Applied. The clocks run on until the client has decided."), "success")
    answer = redirect(url_for("ticket.show", instance_id=instance_id), 303)
    return handed_in(answer, current_actor(), f"deferral.{instance_id}")


def _page(
    instance_id: int,
    values: dict[str, Any] | None,
    key: str,
    status: int = 200,
    *,
    invalid: Invalid | None = None,
    errors: list[str] | None = None,
) -> Response:
    """`values`: as they were sent; None: the page is opened."""
    actor = current_actor()
    with reading() as connection:
        case = case_view(connection, actor, instance_id)
        shown = _start_form(connection, case)
        layout = shown.layout
        values = defaults(layout) if values is None else values
        if not errors and not invalid and (refused := _refused(connection, actor, case)):
            errors, status = [refused], 409
        client = case.order.organisation_id if case.order else 0
        choices = CaseChoices(connection, actor, client, case.id, language())
        uploads = CaseUploads(connection, actor, case.id)
        fields = drawn(layout, values, Drawing(choices, uploads=uploads, refused=invalid))
    form = {
        "action": url_for("deferral.submit", instance_id=case.id),
        "fields": fields,
        "upload_url": UPLOAD,
        "hidden": {**hidden(shown), KEY: key},
        "known": {},
        "errors": [*(errors or []), *form_errors(layout, invalid)],
        "submit_label": _("Apply"),
        "draft_url": None,
        "draft_at": None,
        "keep": kept_as(actor, f"deferral.{case.id}"),
    }
    view = {
        "title": layout.title,
        "no": case.detail.instance.number,
        "subject": case.order.symptom if case.order else case.detail.instance.title,
        "clocks": [clock_bar(clock, now()) for clock in case.clocks if clock.state.state == "running"],
        "form": form,
        "back_url": url_for("ticket.show", instance_id=case.id),
    }
    return page("deferral.html", "tickets", status, deferral=view)


def _start_form(connection: Connection, case: CaseView) -> Form:
    """The client's; where it has not published the process, the installation's."""
    return form_of_start(connection, case.organisation_id, PROCESS) or house().forms.form(FORM)


def _refused(connection: Connection, actor: Actor, case: CaseView) -> str:
    """Why the form would be refused whatever stands in it, or ""."""
    found = offer(connection, actor, case)
    if found is None:
        return DeferralNotAgreed().message(language()) if case.active else _("The ticket is not in progress any more.")
    return str(found["why_not"])


def _is_starter(connection: Connection, actor: Actor, case: CaseView) -> bool:
    """Whether the process is published for the ticket's client, and open to this person's roles."""
    client = case.order.organisation_id if case.order else None
    definition = newest(connection, client, PROCESS) if client is not None else None
    if definition is None:
        return False
    try:
        require_starter(actor, house().engine.definitions.specification(connection, definition.id).model)
    except (Forbidden, NotFound):
        return False
    return True
