"""What tests of trials share: the stage of stories, its trials, and the drawing of fault repair."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import func, select

from accounts.cast import CAST
from engine.clock import ManualClock
from engine.database import Database
from engine.models import Base
from maintenance.stories import Stage
from maintenance.trial.answer import Answer, answer
from maintenance.trial.script import read_script
from maintenance.trial.trials import Scene, Trials
from tests.stage import SHIPPED, stage

FAULT = (SHIPPED / "fault_repair_fc" / "fault_repair_fc.bpmn").read_bytes()
REPORT = {
    "point": "QC001",
    "category": "image",
    "impact": "system_down",
    "symptom": "夜间画面全黑",
    "occurred_at": "2026-11-20T09:50",
}
START = {"process": "fault_repair_fc", "by": "reporter", "with": REPORT}
AT = "2026-11-20T10:00:00+08:00"
DISPATCHED = {"complete": {"task": "dispatch", "by": "dispatcher", "with": {"engineer": "field_engineer"}}}


class House:
    """The real house, in which trials are held."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.stage: Stage = stage(database, clock)
        self.engine = self.stage.engine
        self.client_id = self.stage.organisation_id
        self.trials = Trials(self.engine, CAST)

    @contextmanager
    def play(self, *steps: dict[str, Any], content: bytes = FAULT, **told: Any) -> Iterator[Scene]:
        story = {"at": AT, "start": START, "steps": list(steps)} | told
        with self.trials.play(self.client_id, content, read_script(story)) as scene:
            yield scene

    def answer(self, *steps: dict[str, Any], content: bytes = FAULT, **told: Any) -> Answer:
        with self.play(*steps, content=content, **told) as scene:
            return answer(scene)

    def rows(self) -> dict[str, int]:
        """Table -> how many rows the real database has."""
        with self.engine.read() as connection:
            tables = Base.metadata.sorted_tables
            return {one.name: connection.scalar(select(func.count()).select_from(one)) or 0 for one in tables}
