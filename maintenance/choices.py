"""What a form offers from the house: people of a group, points, devices; and whether a value may be chosen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, case, or_, select

from engine import attachments
from engine.attachments import Stored
from engine.authorization import ENGINE, Actor
from engine.errors import Invalid
from engine.extensions import Context, FormHead
from engine.models import Membership, Participant, Role, User
from engine.queries.search import contains
from forms.compiler import compile_form
from forms.form import uploads_in
from forms.layout import Choice
from forms.library import FormLibrary
from forms.problems import problem
from maintenance.ledger.columns import DEVICE_KINDS
from maintenance.models import Device, Point
from maintenance.visibility import visible_points

MAX_CHOICES = 500
MAX_FOUND = 20  # answers to one search


class CaseChoices:
    """forms.options.Options for one person, one client and, once it exists, one case. `language`: of devices' kinds."""

    def __init__(
        self,
        connection: Connection,
        actor: Actor,
        organisation_id: int,
        root_id: int | None,
        language: Literal["zh", "en"] = "zh",
    ) -> None:
        self._connection = connection
        self._actor = actor
        self._organisation_id = organisation_id  # the client
        self._root_id = root_id
        self._language = language

    def choices(self, source: str, known: Mapping[str, Any]) -> Sequence[Choice]:
        rows = self._connection.execute(self._query(source, known).limit(MAX_CHOICES))
        return [Choice(value, label) for value, label in rows]

    def search(self, source: str, words: str, known: Mapping[str, Any]) -> Sequence[Choice]:
        """The first MAX_FOUND choices whose number or name contains the words."""
        query = self._query(source, known)
        rows = self._connection.execute(query.where(*contains(words, *query.selected_columns)).limit(MAX_FOUND))
        return [Choice(value, label) for value, label in rows]

    def contains(self, source: str, value: str, known: Mapping[str, Any]) -> bool:
        query = self._query(source, known)
        return self._connection.execute(query.where(query.selected_columns[0] == value)).first() is not None

    def _query(self, source: str, known: Mapping[str, Any]) -> Select[str, str]:
        if source == "points":
            return self._points()
        if source == "devices":
            return self._devices(known)
        return self._people(source.removeprefix("people:"))

    def _points(self) -> Select[str, str]:
        label = Point.code + " " + Point.name
        return select(Point.code, label).where(self._mine(), Point.state == "active").order_by(Point.code)

    def _devices(self, known: Mapping[str, Any]) -> Select[str, str]:
        """Of the chosen point, or of all points where none is chosen yet."""
        words = {key: getattr(kind, self._language) for key, kind in DEVICE_KINDS.items()}
        kind = case(words, value=Device.kind, else_=Device.kind)
        query = (
            select(Device.serial, Device.serial + " " + kind)
            .join(Point, Point.id == Device.point_id)
            .where(self._mine(), Device.state.in_(("active", "faulty")))
            .order_by(Device.serial)
        )
        return query.where(Point.code == known["point"]) if known.get("point") else query

    def _mine(self) -> ColumnElement[bool]:
        return visible_points(Point.__table__, self._actor, self._organisation_id)

    def _people(self, group: str) -> Select[str, str]:
        """Active members of the group in the client's organisation or in one that takes part in the case."""
        part = select(Participant.organisation_id).where(Participant.root_id == self._root_id)
        return (
            select(User.username, User.display_name)
            .join(Membership, Membership.user_id == User.id)
            .join(Role, Role.id == Membership.role_id)
            .where(
                Role.name == group,
                User.active,
                or_(User.organisation_id == self._organisation_id, User.organisation_id.in_(part)),
            )
            .order_by(User.display_name, User.id)
        )


class CaseUploads:
    """forms.uploads.Uploads for one person and, once it exists, one case."""

    def __init__(self, connection: Connection, actor: Actor, root_id: int | None) -> None:
        self._connection, self._actor, self._root_id = connection, actor, root_id

    def usable(self, ids: Collection[str]) -> Mapping[str, Stored]:
        return attachments.usable(self._connection, self._actor, self._root_id, ids)


class CaseForms:
    """engine.extensions.Forms: the form library, asked with the choices and uploads of the running command's case."""

    def __init__(self, library: FormLibrary) -> None:
        self.library = library

    def keys(self) -> frozenset[str]:
        return self.library.keys()

    def read(self, content: bytes) -> FormHead:
        """Raises forms.findings.FormRefused."""
        form = compile_form(content)
        return FormHead(form.key, form.title)

    def validate(
        self, form_key: str | None, data: Mapping[str, Any], known: Mapping[str, Any], context: Context
    ) -> dict[str, Any]:
        """What a valid submission has uploaded belongs to the case from now on.

        A step without a form takes nothing from people: any name could overwrite what the case knows.
        """
        if form_key is not None:
            choices = CaseChoices(context.connection, context.actor, context.organisation_id, context.root_id)
            uploads = CaseUploads(context.connection, context.actor, context.root_id)
            form = self.library.find(context.connection, form_key, context.wordings.get(form_key))
            clean = form.validate(data, known, choices, uploads)
            if ids := uploads_in(form.fields, clean):
                attachments.bind(context, ids)
            return clean
        if data and context.actor is not ENGINE:
            raise Invalid({str(name)[:64]: [problem("unknown_field")] for name in data})
        return dict(data)
