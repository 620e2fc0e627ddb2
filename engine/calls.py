"""Call activities: the called process is a case of its own below the same ticket; its end completes the call."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from engine.case import Case
from engine.errors import EngineError
from engine.models import ProcessInstance
from engine.spiff.errors import ErrorNotCaught, ExecutionLimit
from engine.spiff.raising import Raised
from engine.spiff.steps import MAX_SECONDS
from engine.work import Work

MAX_NESTING = 50
"""Calls within each other."""

MAX_CALLS = 1_000
"""Cases that one command may start: two repeated calls of 500 runs. A drawn circle of calls may never come to rest."""


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
        """Start what was called, return what has ended and what was raised, until nothing is left to do.

        Raises CalledProcessUnknown, TooManyCalls, ErrorNotCaught, ExecutionLimit, and what the cases raise.
        """
        began = time.monotonic()
        while self._dropped() or self._left() or self._gone_on() or self._called() or self._returned():
            if self.called > MAX_CALLS:
                raise ExecutionLimit(limit=MAX_CALLS, what="次调用 / calls")
            if time.monotonic() - began > MAX_SECONDS:
                raise ExecutionLimit(limit=MAX_SECONDS, what="秒 / seconds")

    def _dropped(self) -> bool:
        """A call was taken away: its case is cancelled with it, or not started at all."""
        if not self.dropped_calls:
            return False
        dropped = self.dropped_calls.pop(0)
        self.calls = [call for call in self.calls if (call.case.id, call.place.task_id) != dropped]
        case = self._called_by(*dropped)
        if case is not None and case.state == "active" and not case.returned:
            case.returned = True
            case.cancel()
        return True

    def _called_by(self, parent_id: int, task_id: str) -> Case | None:
        """The running case of a call."""
        known = next((case for case in self.cases if case.parent == (parent_id, task_id)), None)
        if known is not None:
            return known
        table = ProcessInstance.__table__
        running = (table.c.parent_id == parent_id, table.c.parent_task_id == task_id, table.c.state == "active")
        found = self.connection.execute(select(table.c.id, table.c.root_id).where(*running)).one_or_none()
        return self.instance(found.id, found.root_id) if found is not None else None

    def _left(self) -> bool:
        """What a case did not catch itself strikes the call activity in the case that called it."""
        for case in self.cases:
            raised = case.execution.take_left()
            if raised is not None:
                self._hand_on(case, raised)
                return True
        return False

    def _gone_on(self) -> bool:
        """Whoever could catch an escalation has been asked: its thrower goes on, unless its case has gone with it."""
        if not self.throwers:
            return False
        case, task_id = self.throwers.pop(0)
        if case.state == "active" and not case.returned:
            case.execution.go_on(task_id)
        return True

    def _hand_on(self, case: Case, raised: Raised) -> None:
        if case.returned:
            return  # its call is gone, or has got an error already
        if raised.thrower is not None:
            self.throwers.append((case, raised.thrower))
            raised = replace(raised, thrower=None)
        if raised.kind == "error":
            case.fact("error_raised", error=raised.code, text=raised.words)
            case.columns = {**case.columns, "end_reason": f"{raised.code or ''} {raised.words}".strip()[:500]}
        if case.parent is not None:
            case.returned = raised.kind == "error"
            self._parent(case, case.parent).execution.fail(case.parent[1], raised)
        elif raised.kind == "escalation":
            case.fact("escalation_not_caught", escalation=raised.code)
        else:
            raise raised.cause or ErrorNotCaught(error=raised.code or raised.words)

    def _called(self) -> bool:
        """A call has begun: its case is started, and runs to its first stop."""
        if not self.calls:
            return False
        call = self.calls.pop(0)
        self.called += 1
        element, case = call.place.element, call.case
        definition = self.newest(case.organisation_id, element.calls or "")
        if definition is None:
            raise CalledProcessUnknown(element=element.name or element.id, key=element.calls)
        if self._depth(case) >= MAX_NESTING:
            raise TooManyCalls(limit=MAX_NESTING)
        context = case.context(element)
        passed = dict(call.data) if element.passes_all else {"case": call.data.get("case")}
        passed |= {name: context.value(text, call.data) for name, text in element.inputs.items()}
        parent = (case.id, call.place.task_id)
        child = self.create(definition.id, case.organisation_id, definition.name, root_id=case.root_id, parent=parent)
        child.fact("call_started", element, key=element.calls, version=definition.version)
        child.begin(passed)
        child.execution.advance()
        return True

    def _returned(self) -> bool:
        """A case has ended that was called: its outcome completes the call."""
        for case in self.cases:
            if case.parent is None or case.returned or case.state != "active" or not case.execution.ended:
                continue
            case.returned = True
            parent, data = self._parent(case, case.parent), case.execution.data
            element = parent.execution.element(case.parent[1])
            context = parent.context(element)
            brought = dict(data) if element.returns_all else {}
            brought |= {name: context.value(text, data) for name, text in element.outputs.items()}
            parent.note_fields(brought)
            parent.execution.finish(case.parent[1], brought)
            return True
        return False

    def _parent(self, case: Case, parent: tuple[int, str]) -> Case:
        return self.instance(parent[0], case.root_id)

    def _depth(self, case: Case) -> int:
        """How many cases have called each other down to this one."""
        known = {one.id: one.parent for one in self.cases}
        depth, parent = 0, case.parent
        while parent is not None and depth < MAX_NESTING:
            depth += 1
            parent = known[parent[0]] if parent[0] in known else self._parent_of(parent[0])
        return depth

    def _parent_of(self, instance_id: int) -> tuple[int, str] | None:
        table = ProcessInstance.__table__
        query = select(table.c.parent_id, table.c.parent_task_id).where(table.c.id == instance_id)
        row = self.connection.execute(query).one()
        return (row.parent_id, row.parent_task_id) if row.parent_id is not None else None
