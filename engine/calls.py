"""Call activities: the called process is a case of its own below the same ticket; its end completes the call."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine.case import Case
from engine.definitions import newest
from engine.errors import EngineError
from engine.models import ProcessInstance
from engine.spiff.errors import ErrorNotCaught
from engine.spiff.raising import Raised
from engine.work import Work

MAX_NESTING = 50
"""Calls within each other."""


class CalledProcessUnknown(EngineError):
    """“{element}” calls the process “{key}”, which is not published."""

    code, status = "called_process_unknown", 422
    zh = "“{element}”调用的流程“{key}”没有发布。"


class TooManyCalls(EngineError):
    """Processes call each other more than {limit} deep."""

    code, status = "too_many_calls", 422
    zh = "流程相互调用超过 {limit} 层。"


class CallingWork(Work):
    """A unit of work whose cases call each other."""

    @property
    @abstractmethod
    def cases(self) -> tuple[Case, ...]:
        """The instances that this command has loaded or made."""

    @abstractmethod
    def instance(self, instance_id: int, root_id: int, row: Mapping[Any, Any] | None = None) -> Case:
        """The loaded instance, its root locked."""

    @abstractmethod
    def create(
        self,
        definition_id: int,
        organisation_id: int,
        name: str,
        *,
        root_id: int | None = None,
        parent: tuple[int, str] | None = None,
    ) -> Case:
        """A new instance row."""

    def settle(self) -> None:
        """Start what was called, return what has ended and what was raised, until nothing is left to do."""
        while self._dropped() or self._left() or self._called() or self._returned():
            pass

    def _dropped(self) -> bool:
        """A call was taken away: its case is cancelled with it."""
        if not self.dropped_calls:
            return False
        parent_id, task_id = self.dropped_calls.pop(0)
        table = ProcessInstance.__table__
        known = next((case for case in self.cases if case.parent == (parent_id, task_id)), None)
        if known is None:
            found = self.connection.execute(
                select(table.c.id, table.c.root_id).where(
                    table.c.parent_id == parent_id, table.c.parent_task_id == task_id, table.c.state == "active"
                )
            ).one_or_none()
            known = self.instance(found.id, found.root_id) if found is not None else None
        if known is not None and known.state == "active" and not known.execution.ended:
            known.cancel()
        return True

    def _left(self) -> bool:
        """What a case did not catch itself strikes the call activity in the case that called it."""
        for case in self.cases:
            for raised in case.execution.take_left():
                self._hand_on(case, raised)
                return True
        return False

    def _hand_on(self, case: Case, raised: Raised) -> None:
        if raised.kind == "error":
            case.fact("error_raised", error=raised.code, text=raised.words)
            case.columns = {**case.columns, "end_reason": f"{raised.code or ''} {raised.words}".strip()[:500]}
        if case.parent is not None:
            case.returned = raised.kind == "error"
            self._parent(case).execution.fail(case.parent[1], raised)
        elif raised.kind == "escalation":
            case.fact("escalation_not_caught", escalation=raised.code)
        else:
            raise raised.cause or ErrorNotCaught(error=raised.code or raised.words)

    def _called(self) -> bool:
        if not self.calls:
            return False
        call = self.calls.pop(0)
        element, case = call.place.element, call.case
        definition = newest(self.connection, case.organisation_id, element.calls or "")
        if definition is None:
            raise CalledProcessUnknown(element=element.name or element.id, key=element.calls)
        if self._depth(case) >= MAX_NESTING:
            raise TooManyCalls(limit=MAX_NESTING)
        context = case.context(element)
        passed = dict(call.data) if element.passes_all else {"case": call.data.get("case")}
        passed |= {name: context.value(text, call.data) for name, text in element.inputs.items()}
        parent = (case.id, call.place.task_id)
        child = self.create(definition.id, case.organisation_id, definition.name, root_id=case.root_id, parent=parent)
        child.fact("instance_started", key=element.calls, called_by=element.id)
        child.begin(passed)
        child.execution.advance()
        return True

    def _returned(self) -> bool:
        """A case has ended that was called: its outcome completes the call."""
        for case in self.cases:
            if case.parent is None or case.returned or case.state != "active" or not case.execution.ended:
                continue
            case.returned = True
            parent, data = self._parent(case), case.execution.data
            element = parent.execution.element(case.parent[1])
            context = parent.context(element)
            brought = dict(data) if element.returns_all else {}
            brought |= {name: context.value(text, data) for name, text in element.outputs.items()}
            parent.note_fields(brought)
            parent.execution.finish(case.parent[1], brought)
            return True
        return False

    def _parent(self, case: Case) -> Case:
        return self.instance(case.parent[0] if case.parent else case.id, case.root_id)

    def _depth(self, case: Case) -> int:
        depth, parent_id = 0, case.parent[0] if case.parent else None
        while parent_id is not None and depth < MAX_NESTING:
            depth += 1
            parent_id = self.connection.scalar(select(ProcessInstance.parent_id).where(ProcessInstance.id == parent_id))
        return depth
