"""报修: the start form of a fault, for the client whose point it is; open tickets of the same point are shown first."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires
from engine.attachments import TooManyAttachments
from engine.authorization import Actor
from engine.calendar import SHANGHAI
from engine.commands.run_once import IdempotencyKeyReused, run_once
from engine.commands.start_instance import start_instance
from engine.errors import Conflict, InstanceNotActive, InstanceSuspended, Invalid, NotFound, SignalboxError
from forms.form import Form
from forms.layout import Layout
from maintenance.choices import CaseChoices, CaseUploads
from maintenance.commands.report_again import AnotherPoint, report_again
from maintenance.queries.clients import Client, startable_clients
from maintenance.queries.points_near import points_near
from maintenance.queries.ticket_marks import open_steps
from maintenance.queries.work_order import open_on_point
from maintenance.work_orders import NoContract, NoPack
from web.attachments import UPLOAD
from web.failures import home, message
from web.fields import Drawing, defaults, drawn, form_errors, words_of
from web.filled import Names, typed
from web.frame import counted, page
from web.i18n import language
from web.kept import handed_in, kept_as, only_shown
from web.menu import Entry
from web.once import KEY, fingerprint, new_key, posted_key
from web.posted import posted
from web.reading import now, reading
from web.search import found
from web.shown_form import form_of_start, hidden, layout_of
from web.words import _

blueprint = Blueprint("report", __name__)
ENTRY = Entry("report", lambda: _("Report a fault"), "report.show", "work", "r", permissions=("case.start",))

PROCESS, FORM = "fault_repair_fc", "fault_report"
CLIENT = "_client"
"""Hidden input: the client's key."""
TICKET = "_ticket"
"""The button of an open ticket: its id."""
GONE = (AnotherPoint, Conflict, InstanceNotActive, InstanceSuspended, NotFound, TooManyAttachments)
"""Nothing can be added to the ticket that was chosen: the form stays, to be handed in as a report of its own."""


@blueprint.get("/report")
@requires("case.start")
def show() -> Response:
    """?point=CODE chooses a point, as the code on its pole does; ?client=KEY a client, for staff of a contractor."""
    return _page(current_actor(), request.args.get("client", ""), None, new_key())


@blueprint.post("/report")
@requires("case.start")
def submit() -> AnyResponse:
    actor, key, client_key = current_actor(), posted_key(), request.form.get(CLIENT, "")
    with reading() as connection:
        client = _chosen(_clients(connection, actor), client_key)
        values = posted(layout_of(_start_form(connection, client)))
    if client is None:
        return _page(actor, client_key, values, key, 422)
    if only_shown():
        return _page(actor, client_key, values, key)
    print_of = fingerprint([client.id, values])
    try:
        started = house().engine.run(run_once, actor, key, print_of, start_instance, client.id, PROCESS, values)
    except Invalid as error:
        return _page(actor, client_key, values, key, 422, invalid=error)
    except IdempotencyKeyReused:
        return _page(actor, client_key, values, new_key(), 409, errors=[_reused()])
    except (Conflict, NotFound, NoContract, NoPack) as error:
        return _page(actor, client_key, values, key, error.status, errors=[_words(error)])
    answer = redirect(url_for("reported.show", instance_id=started["instance_id"]), 303)
    return handed_in(answer, actor, _copy(client))


@blueprint.post("/report/same")
@requires("case.start", "comment.write")
def same() -> AnyResponse:
    """It is the fault of an open ticket: what was filled in goes there, words and photos at once."""
    actor, key, client_key = current_actor(), posted_key(), request.form.get(CLIENT, "")
    ticket = request.form.get(TICKET, 0, type=int)
    with reading() as connection:
        client = _chosen(_clients(connection, actor), client_key)
        layout = layout_of(_start_form(connection, client))
    values = posted(layout)
    if client is None or not 0 < ticket < 2**63:
        abort(404)
    point, words, photos = str(values.get("point") or ""), _told(layout, values), list(values.get("photos") or [])
    print_of = fingerprint([ticket, point, words, photos])
    try:
        house().engine.run(run_once, actor, key, print_of, report_again, ticket, point, words, photos)
    except Invalid as error:
        told = [word for said in words_of(error).values() for word in said]
        return _page(actor, client_key, values, key, 422, errors=told)
    except IdempotencyKeyReused:
        return _page(actor, client_key, values, new_key(), 409, errors=[_reused()])
    except GONE as error:
        return _page(actor, client_key, values, key, 409, errors=[_words(error), _("Report it as a fault of its own.")])
    flash(_("Added to this ticket. No new ticket was made."), "success")
    return handed_in(redirect(url_for("ticket.show", instance_id=ticket), 303), actor, _copy(client))


@blueprint.get("/report/near")
@requires("case.start")
def near() -> Response:
    """?latitude=&longitude=&client=KEY: {"items": [{"value", "label", "far"}]}, the nearest points; nothing is kept."""
    actor = current_actor()
    latitude, longitude = _degrees("latitude", 90), _degrees("longitude", 180)
    with reading() as connection:
        client = _chosen(_clients(connection, actor), request.args.get("client", ""))
        if client is None:
            abort(404)
        found_near = points_near(connection, actor, client.id, latitude, longitude)
    items = [{"value": one.code, "label": f"{one.code} {one.name}", "far": f"{one.metres} m"} for one in found_near]
    return jsonify(items=items)


@blueprint.get("/report/choices/<key>")
@requires("case.start")
def search(key: str) -> Response:
    """?q=WORDS&client=KEY: choices of a field for its search box."""
    actor = current_actor()
    with reading() as connection:
        client = _chosen(_clients(connection, actor), request.args.get("client", ""))
        if client is None:
            abort(404)
        layout = layout_of(_start_form(connection, client))
        return found(layout, key, CaseChoices(connection, actor, client.id, None, language()), {})


def _page(
    actor: Actor,
    client_key: str,
    values: dict[str, Any] | None,
    key: str,
    status: int = 200,
    *,
    invalid: Invalid | None = None,
    errors: list[str] | None = None,
) -> Response:
    """`values`: as they were sent; None: the page is opened."""
    with reading() as connection:
        offered = _clients(connection, actor)
        client = _chosen(offered, client_key)
        shown = _start_form(connection, client)
        values = _begun(layout_of(shown)) if values is None else values
        form = _form(connection, actor, client, shown, values, key, invalid, errors or []) if client else None
        same = _same_point(connection, actor, client, values.get("point"))
    if not offered:
        return _no_client()
    view = {
        "title": layout_of(shown).title,
        "intro": "" if form else _("For which client do you report?"),
        "clients": [_client_entry(one, client) for one in offered] if len(offered) > 1 else [],
        "same": same,
        "same_url": url_for("report.same"),
        "near_url": url_for("report.near", client=client.key if client else None),
        "follow_url": url_for("reported.follow"),
        "form": form,
        "back_url": url_for("my_tasks.task_list"),
    }
    return page("report.html", "report", status, report=view)


def _form(
    connection: Connection,
    actor: Actor,
    client: Client,
    shown: Form | None,
    values: dict[str, Any],
    key: str,
    invalid: Invalid | None,
    errors: list[str],
) -> dict[str, Any]:
    layout, options = layout_of(shown), CaseChoices(connection, actor, client.id, None, language())
    drawing = Drawing(
        options,
        uploads=CaseUploads(connection, actor, None),
        refused=invalid,
        refresh={"point": url_for("report.show", client=client.key)},
        search=url_for("report.search", client=client.key, key="KEY"),
    )
    return {
        "action": url_for("report.submit"),
        "fields": drawn(layout, values, drawing),
        "upload_url": UPLOAD,
        "hidden": {**hidden(shown), KEY: key, CLIENT: client.key},
        "known": {},
        "errors": [*errors, *form_errors(layout, invalid)],
        "submit_label": _("Report"),
        "draft_url": None,
        "draft_at": None,
        "keep": kept_as(actor, _copy(client)),
    }


def _start_form(connection: Connection, client: Client | None) -> Form | None:
    """The client's; where none is chosen, or it has not published the process, the installation's."""
    found = form_of_start(connection, client.id, PROCESS) if client else None
    return found or house().forms.form(FORM)


def _begun(layout: Layout) -> dict[str, Any]:
    """What the form holds when it is opened: defaults, the present time, and what the address says."""
    sent = {item.key: text for item in layout.items if item.key and (text := request.args.get(item.key))}
    return {"occurred_at": now().isoformat(timespec="minutes"), **defaults(layout), **sent}


def _clients(connection: Connection, actor: Actor) -> list[Client]:
    """For whom this person may report today."""
    return startable_clients(connection, actor, now().astimezone(SHANGHAI).date())


def _chosen(offered: list[Client], key: str) -> Client | None:
    """The client asked for, or the only one there is."""
    if len(offered) == 1:
        return offered[0]
    return next((client for client in offered if client.key == key), None)


def _client_entry(one: Client, chosen: Client | None) -> dict[str, Any]:
    return {"name": one.name, "url": url_for("report.show", client=one.key), "chosen": one == chosen}


def _same_point(connection: Connection, actor: Actor, client: Client | None, point: Any) -> list[dict[str, Any]]:
    """Tickets in progress on the chosen point that this person may see."""
    if client is None or not isinstance(point, str) or "\0" in point:
        return []
    tickets = open_on_point(connection, actor, client.id, point)
    steps = open_steps(connection, [one.id for one in tickets])
    return [
        {
            "id": one.id,
            "url": url_for("ticket.show", instance_id=one.id),
            "no": one.number,
            "title": one.title,
            "at": one.started_at,
            "where": counted(steps[one.id]),
        }
        for one in tickets
    ]


def _told(layout: Layout, values: dict[str, Any]) -> str:
    """What was filled in, as a comment on the ticket that is there already."""
    left_out = ("point", "photos", "channel", "occurred_at")
    said = typed(layout, {key: value for key, value in values.items() if key not in left_out}, Names())
    lines = [f"{one['label']}: {one['value']}" for one in said if one["value"]]
    return "\n".join([_("The same fault was reported again."), *lines])


def _copy(client: Client) -> str:
    return f"report.{client.id}"


def _degrees(name: str, most: float) -> float:
    """A coordinate of the address, WGS 84; 404 for what is none."""
    value = request.args.get(name, type=float)
    if value is None or not -most <= value <= most:
        abort(404)
    return value


def _reused() -> str:
    return _("This form has been handed in once already. If it is another fault, send it again.")


def _no_client() -> Response:
    return message(
        _("You cannot report a fault"),
        _("Your organisation is no client and holds no client's contract."),
        next=[_("Ask your administrator to enter the contract.")],
        code="no_client",
        status=403,
        actions=[home()],
    )


def _words(error: SignalboxError) -> str:
    return error.message(language())
