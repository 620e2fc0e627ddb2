"""One FC fault in a test, told shortly: reported at a time, its steps done at times of day, asked what it says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from engine.authorization import ENGINE, Actor
from engine.calendar import SHANGHAI
from engine.commands.complete_task import complete_task
from engine.commands.deliver_message import deliver_message
from engine.commands.start_instance import start_instance
from engine.errors import Invalid
from engine.models import ProcessInstance, UserTask
from engine.queries.history import history
from engine.worker import live_until
from maintenance.clocks.fold import ClockState
from maintenance.models import WorkOrder
from maintenance.queries.ticket_clocks import ClockItem, ticket_clocks
from maintenance.stories import Stage

IMPACTS = {1: "system_down", 2: "local_point_fault", 3: "slight"}
"""Level -> an effect that the table D21 grades so."""

STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "dispatch": ("dispatcher", {"engineer": "field_engineer"}),
    "respond": ("field_engineer", {"responded_how": "phone"}),
    "arrive": ("field_engineer", {}),
    "diagnose": ("field_engineer", {"cause": "雷击", "finding": "主板烧毁", "repairable_on_site": "yes"}),
    "repair": ("field_engineer", {"procedure": "更换主板", "result": "fixed"}),
    "recheck": ("dispatcher", {"recheck_ok": "yes"}),
    "summary": ("field_engineer", {"root_cause": "未接地", "improvement": "补做接地"}),
}
"""Element id -> who does it, and the least that its form wants."""


class Fault:
    """A ticket in the hands of a test. Times are of the day of the report unless a day is given."""

    def __init__(self, stage: Stage, at: str, level: int = 1, **report: Any) -> None:
        self.stage = stage
        self.began = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
        stage.clock.move_to(self.began)
        happened = (self.began - timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M")
        form = {"point": "QC001", "category": "image", "impact": IMPACTS[level], "symptom": "黑屏"}
        form |= {"occurred_at": happened, **report}
        run, reporter = stage.engine.run, stage.people["reporter"]
        self.id = run(start_instance, reporter, stage.organisation_id, "fault_repair_fc", form).instance_id

    def moment(self, time: str, day: int = 0) -> datetime:
        """That time of day, so many days after the report."""
        return datetime.fromisoformat(f"{self.began.date()}T{time}").replace(tzinfo=SHANGHAI) + timedelta(days=day)

    def wait(self, time: str, day: int = 0) -> None:
        """Until then, with a worker that runs."""
        live_until(self.stage.engine, self.stage.clock, self.moment(time, day))

    def do(self, element: str, **changes: Any) -> None:
        """The step as people do it now; `changes`: other answers in its form."""
        role, form = STEPS[element]
        self.complete(element, self.stage.people[role], {**form, **changes})

    def complete(self, element: str, actor: Actor, form: Mapping[str, Any]) -> None:
        self.stage.engine.run(complete_task, actor, self.task(element), form)

    def through(self, last: str, **changes: Any) -> None:
        """All steps of the handling up to this one, now; `changes`: answers in the last form."""
        handling = ("dispatch", "respond", "arrive", "diagnose", "repair")
        for element in handling[: handling.index(last)]:
            self.do(element)
        self.do(last, **changes)

    def recur(self, note: str = "又黑屏") -> None:
        desk, client = self.stage.people["dispatcher"], self.stage.organisation_id
        self.stage.engine.run(deliver_message, desk, client, "fault.recurred", {"note": note}, case_id=self.id)

    def refused(self, element: str, **changes: Any) -> dict[str, list[str]]:
        """Field -> codes of what is wrong with this submission."""
        return codes(lambda: self.do(element, **changes))

    # -- what it says --------------------------------------------------------------------------------------------

    def task(self, element: str) -> str:
        """The id of the open step."""
        return str(self.rows(select(UserTask.id).filter_by(root_id=self.id, element_id=element, state="open"))[0][0])

    def tasks(self) -> list[str]:
        return sorted(row[0] for row in self.rows(select(UserTask.element_id).filter_by(root_id=self.id, state="open")))

    def clocks(self) -> list[ClockItem]:
        with self.stage.engine.read() as connection:
            return ticket_clocks(connection, self.id, self.stage.clock.now())

    def clock(self, stage: str) -> ClockState:
        """Of the present round. KeyError if there is none."""
        return {item.key: item.state for item in self.clocks()}[stage]

    def verdicts(self) -> dict[str, str]:
        return {item.key: item.state.verdict for item in self.clocks()}

    def order(self) -> Any:
        return self.rows(select(WorkOrder.__table__).filter_by(instance_id=self.id))[0]

    def instance(self) -> Any:
        columns = (ProcessInstance.state, ProcessInstance.fields)
        return self.rows(select(*columns).where(ProcessInstance.id == self.id))[0]

    def facts(self) -> list[dict[str, Any]]:
        """All that was told, in order; `seq` says in which command."""
        with self.stage.engine.read() as connection:
            items = history(connection, ENGINE, self.id).items
        return [{**fact, "seq": item.seq} for item in items for fact in item.facts]

    def rows(self, query: Any) -> list[Any]:
        with self.stage.engine.read() as connection:
            return list(connection.execute(query))


def codes(act: Any) -> dict[str, list[str]]:
    """Field -> codes of what is refused; nothing is refused: {}."""
    try:
        act()
    except Invalid as invalid:
        return {key: [problem["code"] for problem in found] for key, found in invalid.fields.items()}
    return {}
