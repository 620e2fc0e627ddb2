"""Published definitions ready to run: checked once at publishing, built once a version and process, shared by all."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, null, select

from engine import nouns
from engine.definition.check import Catalogue, Report, check
from engine.definition.model import ProcessModel
from engine.errors import NotFound
from engine.expressions.language import Language
from engine.extensions import Extensions
from engine.models import ProcessDefinition
from engine.published_forms import newest_forms, wordings
from engine.published_names import PublishedNames
from engine.spiff.builder import Specification, build
from engine.statements import ONE, Statement

_NO_TIME: ColumnElement[Any] = null()
_definition = ProcessDefinition.__table__


class Definitions:
    """The cache of built specifications, and the check with everything this installation knows."""

    def __init__(self, extensions: Extensions, language: Language) -> None:
        self._extensions = extensions
        self._language = language
        self._built: dict[int, Specification] = {}
        self._lock = threading.Lock()

    def check(self, content: bytes) -> Report:
        """All findings of a diagram as it stands; its model when there is no error."""
        return check(content, self.catalogue())

    def check_for(
        self, connection: Connection, organisation_id: int, content: bytes, designed_forms: frozenset[str] = frozenset()
    ) -> Report:
        """With the forms of the organisation; and whether it has published what the diagram calls and decides by.

        `designed_forms`: keys of forms that could be published together with it.
        """

        def calls(definition_id: int) -> frozenset[str]:
            try:
                return self.model(connection, definition_id).calls
            except PublishedDefinitionRefused:  # it runs no more
                return frozenset()

        published = PublishedNames(connection, organisation_id, self._extensions.decisions, calls)
        forms = newest_forms(connection, organisation_id)
        catalogue = replace(self._catalogue_with(forms), designed_forms=designed_forms, published=published)
        return check(content, catalogue)

    def catalogue(self) -> Catalogue:
        """What a diagram may refer to here."""
        extensions = self._extensions
        return Catalogue(
            language=self._language,
            rearming=frozenset(one.name for one in extensions.functions.all() if one.rearms),
            services=extensions.services,
            form_keys=extensions.forms.keys() if extensions.forms else frozenset(),
            groups=extensions.groups,
            listeners=extensions.listeners,
            case_kinds=extensions.case_kinds,
        )

    def specification(self, connection: Connection, definition_id: int) -> Specification:
        """The built definition; raises NotFound. A published version never changes, so it is never evicted."""
        found = self._built.get(definition_id)
        if found is not None:
            return found
        with self._lock:
            if definition_id not in self._built:
                self._built[definition_id] = build(*self._read(connection, definition_id))
            return self._built[definition_id]

    def adopt(self, definition_id: int, built: Specification) -> None:
        """Take over what another engine has built of the same bytes."""
        with self._lock:
            self._built[definition_id] = built

    def model(self, connection: Connection, definition_id: int) -> ProcessModel:
        """As `specification` has it, and nothing is kept: the version may be one that this transaction takes back.

        Raises NotFound, PublishedDefinitionRefused.
        """
        found = self._built.get(definition_id)
        return found.model if found is not None else self._read(connection, definition_id)[0]

    def _read(self, connection: Connection, definition_id: int) -> tuple[ProcessModel, dict[str, str]]:
        """The model of a published version, and the wordings of its forms."""
        columns = (_definition.c.content, _definition.c.forms)
        row = connection.execute(select(*columns).where(_definition.c.id == definition_id)).one_or_none()
        if row is None:
            raise NotFound(what=nouns.DEFINITION)
        report = check(row.content, self._catalogue_with(row.forms))
        if report.model is None:
            raise PublishedDefinitionRefused(definition_id, report)
        return report.model, wordings(connection, row.forms)

    def _catalogue_with(self, forms: Collection[str]) -> Catalogue:
        """Of the installation, and forms that are published."""
        known = self.catalogue()
        return replace(known, form_keys=known.form_keys | set(forms))


@cache
def _newest(present: ColumnElement[Any]) -> Statement:
    """`present`: the time, read with it."""
    query = select(_definition.c.id, _definition.c.name, _definition.c.version, present.label("present"))
    one = (_definition.c.organisation_id == bindparam("organisation_id"), _definition.c.key == bindparam("key"))
    return Statement(query.where(*one).order_by(_definition.c.version.desc()).limit(ONE))


def newest(connection: Connection, organisation_id: int, key: str, present: ColumnElement[Any] = _NO_TIME) -> Any:
    """Id, name, version and `present` of the newest version of a process; None: there is no such process."""
    return _newest(present).one_or_none(connection, {"organisation_id": organisation_id, "key": key})


class PublishedDefinitionRefused(RuntimeError):
    """A stored definition no longer passes the check: a service or form it needs is not installed."""

    def __init__(self, definition_id: int, report: Report) -> None:
        super().__init__(f"definition {definition_id}: " + "; ".join(f.message_en for f in report.errors))
