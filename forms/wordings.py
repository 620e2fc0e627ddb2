"""Published forms, compiled once and shared: found by the SHA-256 of their bytes, the same in every database."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace

from sqlalchemy import Connection, select

from engine.models import FormDefinition
from forms.compiler import compile_form
from forms.findings import UnknownForm
from forms.form import Form

MAX_KEPT = 500  # compiled forms; the one that was not asked for longest goes first


class Wordings:
    """The cache of compiled published forms."""

    def __init__(self) -> None:
        self._compiled: OrderedDict[str, Form] = OrderedDict()
        self._lock = threading.Lock()

    def form(self, connection: Connection, wording: str) -> Form:
        """The form whose bytes have this SHA-256. The database is asked once. Raises UnknownForm."""
        with self._lock:
            found = self._compiled.get(wording)
            if found is not None:
                self._compiled.move_to_end(wording)
                return found
        query = select(FormDefinition.content).where(FormDefinition.sha256 == wording).limit(1)
        content = connection.scalar(query)
        if content is None:
            raise UnknownForm(form=wording)
        compiled = replace(compile_form(content), wording=wording)
        with self._lock:
            self._compiled[wording] = compiled
            while len(self._compiled) > MAX_KEPT:
                self._compiled.popitem(last=False)
        return compiled
