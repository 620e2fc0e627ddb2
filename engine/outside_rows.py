"""Jobs of outside calls: one a waiting token, written with its inputs as it starts, dropped as it goes on or away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import insert

from engine.case_rows import Owner
from engine.job_rows import drop_jobs
from engine.models import Job
from engine.outside import bounded_text
from engine.spiff.behaviour import Place
from engine.spiff.execution import StartedService


class OutsideRows:
    """The outside calls of one instance."""

    def __init__(self, case: Owner) -> None:
        self._case = case
        self._known: set[str] = set()
        self._asked: dict[str, str] = {}  # task id -> inputs, of calls that began in this command

    def loaded(self, services: Iterable[StartedService]) -> None:
        self._known = {service.task_id for service in services}

    def ask(self, place: Place, inputs: Mapping[str, Any]) -> None:
        """A token has come to an outside service. Raises ServiceDataTooLarge, NotPlainData."""
        self._asked[place.task_id] = bounded_text(inputs)

    def save(self, started: list[StartedService]) -> None:
        gone = self._known - {service.task_id for service in started}
        if gone:
            drop_jobs(self._case.work, gone)
        for service in started:
            if service.task_id not in self._known:
                self._add(service)

    def _add(self, service: StartedService) -> None:
        case, now = self._case, self._case.work.now
        row = {
            "id": service.task_id,
            "organisation_id": case.organisation_id,
            "instance_id": case.id,
            "root_id": case.root_id,
            "kind": "service",
            "element_id": service.element.id,
            "state": "waiting",
            "armed_at": now,
            "due_at": now,
            "run_at": now,
            "firings": 0,
            "attempts": 0,
            "inputs": self._asked[service.task_id],
        }
        case.work.connection.execute(insert(Job), row)
        case.fact("service_requested", service.element, job=service.task_id)
