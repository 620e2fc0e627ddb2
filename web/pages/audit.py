"""追溯审计: history searched by who, what and when; the filter is the address, and what is found can be taken along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires
from engine.authorization import Actor
from engine.commands.record_history_export import record_history_export
from engine.errors import Invalid
from engine.queries.history_search import Found, FoundRow, HistorySearch, history_search
from engine.queries.paging import MAX_LIMIT
from maintenance.queries.names import at_point
from maintenance.queries.ticket_choices import TicketChoices, ticket_choices
from web import dates
from web.audit_view import audit_rows, export_head, export_rows, named
from web.frame import page
from web.i18n import language
from web.kinds import KINDS, OF_NO_CASE, kind_words
from web.menu import Entry
from web.pages.my_tasks import first_page
from web.period import BadPeriod, days, parse_day
from web.reading import now, reading
from web.sentences import ENGINE
from web.spreadsheet import FORMATS, download
from web.words import _, ngettext

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
ENTRY = Entry("audit", lambda: _("Audit"), "audit.show", "watch", "h", permissions=("history.read",))

VERIFY = "history.verify"
PAGE = 50
MAX_EXPORT = 10_000  # rows
NAMES = ("who", "kind", "from", "to", "number", "process", "point", "words")
MAX_TEXT = 100  # letters


@dataclass(frozen=True)
class _Asked:
    given: dict[str, str]
    wanted: HistorySearch
    errors: list[str]


@blueprint.get("")
@requires("history.read")
def show() -> AnyResponse:
    actor, asked = current_actor(), _asked(request.args)
    try:
        with reading() as connection:
            found = _search(connection, actor, asked.wanted, request.args.get("after"))
            rows = audit_rows(named(connection, found.rows, now()), asked.wanted.types)
            choices = ticket_choices(connection, actor)
    except Invalid as error:
        return first_page(error)
    return page("audit.html", "audit", audit=_view(actor, asked, found, rows, choices))


@blueprint.post("/export")
@requires("history.read")
def export() -> AnyResponse:
    """What the filter finds, at most MAX_EXPORT rows; that it was taken along is written down first."""
    actor, asked = current_actor(), _asked(request.form)
    format = request.form.get("format", "")
    if format not in FORMATS or asked.errors:
        flash(asked.errors[0] if asked.errors else _("Choose CSV or XLSX."), "danger")
        return redirect(_address(asked), 303)
    with reading() as connection:
        rows, complete = _all(connection, actor, asked.wanted)
        lines = export_rows(named(connection, rows, None))
    if not complete:
        lines.append([_("Only the newest %(count)s rows; narrow the filter for the others.", count=len(rows))])
    house().engine.run(record_history_export, actor, len(rows), format, asked.given)
    return download(f"history-{now().astimezone(dates.SHANGHAI):%Y%m%d-%H%M%S}", format, export_head(), lines)


def _asked(address: Mapping[str, str]) -> _Asked:
    given = {name: value for name in NAMES if (value := address.get(name, "").replace("\0", "").strip()[:MAX_TEXT])}
    errors = list[str]()
    try:
        since, until = _instants(given)
    except BadPeriod as error:
        since = until = None
        errors.append(str(error))
    if given.get("kind") not in (None, *KINDS):
        errors.append(_("That kind of event is not known; all kinds are shown."))
    who = given.get("who", "")
    wanted = HistorySearch(
        who=ENGINE if who in (ENGINE, _("The system")) else who,
        types=KINDS.get(given.get("kind", ""), frozenset()),
        since=since,
        until=until,
        case=given.get("number", ""),
        process=given.get("process", ""),
        words=given.get("words", ""),
        at=at_point(given["point"]) if "point" in given else None,
    )
    return _Asked(given, wanted, errors)


def _instants(given: Mapping[str, str]) -> tuple[datetime | None, datetime | None]:
    """From the first moment of one day to the last of another. Raises BadPeriod."""
    first, last = parse_day(given.get("from")), parse_day(given.get("to"))
    return days(first, first).since if first else None, days(last, last).until if last else None


def _search(connection: Connection, actor: Actor, wanted: HistorySearch, after: str | None, limit: int = PAGE) -> Found:
    return history_search(connection, actor, wanted, of_no_case=actor.may(VERIFY), after=after, limit=limit)


def _all(connection: Connection, actor: Actor, wanted: HistorySearch) -> tuple[list[FoundRow], bool]:
    """At most MAX_EXPORT rows, and whether these are all."""
    rows, after = list[FoundRow](), None
    while len(rows) < MAX_EXPORT:
        found = _search(connection, actor, wanted, after, MAX_LIMIT)
        rows += found.rows
        if found.next is None:
            return rows, True
        after = found.next
    return rows[:MAX_EXPORT], False


def _view(
    actor: Actor, asked: _Asked, found: Found, rows: list[dict[str, Any]], choices: TicketChoices
) -> dict[str, Any]:
    kinds = [kind for kind in KINDS if actor.may(VERIFY) or kind not in OF_NO_CASE]
    further = dates.moment(found.searched_to, now(), language()) if found.searched_to else None
    return {
        "action": url_for("audit.show"),
        "given": asked.given,
        "errors": asked.errors,
        "kinds": [(kind, kind_words(kind)) for kind in kinds],
        "processes": list(choices.processes.items()),
        "clear_url": url_for("audit.show") if asked.given else None,
        "rows": rows,
        "further": _("Searched back to %(time)s. Older records may hold more.", time=further) if further else None,
        "next_url": _address(asked, found.next) if found.next else None,
        "first_url": _address(asked) if request.args.get("after") else None,
        "export_url": url_for("audit.export"),
        "max_export": ngettext("at most %(num)s row", "at most %(num)s rows", MAX_EXPORT),
        "verify_url": url_for("verification.show") if actor.may(VERIFY) else None,
    }


def _address(asked: _Asked, after: str | None = None) -> str:
    """Of the page with this filter."""
    parts = asked.given | ({"after": after} if after else {})
    return f"{url_for('audit.show')}?{urlencode(parts)}"
