"""How the oracle moves tokens: BPMN 2.0, chapter 13, one element after the other."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from engine.expressions.functions import STANDARD
from engine.expressions.language import Language
from engine.expressions.registry import Function, FunctionRegistry
from tests.oracle.drawing import HUMAN, NOTICED
from tests.oracle.joins import partners_of
from tests.oracle.repeating import Repeating
from tests.oracle.tokens import Case, Data, Fork, Running, Token, Wait, carried, gather, so_far, tokens_of


def _next(context: Any, minutes: int) -> datetime | None:
    """The next full `minutes` after the present time; none in the last ten minutes of an hour."""
    now: datetime = context.now
    if now.minute >= 50:
        return None
    whole = now.replace(minute=0, second=0, microsecond=0)
    return whole + ((now - whole) // timedelta(minutes=minutes) + 1) * timedelta(minutes=minutes)


NEXT = Function("oracle.next", _next, zh="下次", en="next", parameters=("minutes",), rearms=True, needs_context=True)
LANGUAGE = Language(FunctionRegistry((*STANDARD, NEXT)))


class Refused(Exception):
    """The command is not done; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Walk(Repeating):
    """One command's moves in one case."""

    def __init__(self, world: Any, case: Case) -> None:
        self.world, self.case = world, case

    # -- coming to an element ----------------------------------------------------------------------------------

    def arrive(self, token: Token) -> None:
        """A token comes to its element: to a join, or to something that happens at once."""
        self.touch(token)
        token.state, token.task_id, token.assignee = "ready", None, None
        element = token.element
        joins = element.kind in ("parallelGateway", "inclusiveGateway") and len(token.scope.scope.into(element)) > 1
        if joins:
            token.state = "joining"
        else:
            self.world.queue.append((self, token))

    def touch(self, token: Token) -> None:
        self.world.stamps += 1
        token.stamp = self.world.stamps

    def step(self, token: Token) -> None:
        """Do what the element does."""
        if token.state != "ready" or not self._lives(token):
            return
        if token.body is None and not token.kept and token.element.kind not in ("boundaryEvent",):
            self._attach(token)
        if token.element.repeat is not None and token.body is None:
            self.repeat(token)
        else:
            self._do(token)

    def _lives(self, token: Token) -> bool:
        return self.case.state == "active" and any(one is token for one in tokens_of(self.case.running))

    def _attach(self, token: Token) -> None:
        """The events on the border of an activity begin to wait as it begins."""
        borders = token.scope.scope.borders(token.element)
        if borders:
            fork = Fork(dict(token.data))
            token.waits = [Wait(event, token, number) for number, event in enumerate(borders, 1)]
            token.lineage = (*token.lineage, (fork, 0))

    def _do(self, token: Token) -> None:
        kind = token.element.kind
        if kind in HUMAN:
            token.state = "open"
        elif kind in ("intermediateCatchEvent", "receiveTask"):
            token.state = "event"
            token.waits.append(Wait(token.element, token, 0))
        elif kind == "eventBasedGateway":
            self._wait_for_one(token)
        elif kind == "subProcess":
            self._enter(token)
        elif kind == "callActivity":
            token.state = "calling"
            self.world.calls.append((self.case, token))
        elif kind == "endEvent":
            self._end(token)
        else:
            getattr(self, f"_{kind}")(token)

    # -- what happens at once ----------------------------------------------------------------------------------

    def _startEvent(self, token: Token) -> None:  # noqa: N802
        self.complete(token)

    def _scriptTask(self, token: Token) -> None:  # noqa: N802
        for name, expression in token.element.script.items():
            token.data[name] = self.value(expression, token.data)
        self.complete(token)

    def _serviceTask(self, token: Token) -> None:  # noqa: N802
        """oracle.echo answers what it is given; oracle.refuse reports the error E1 for an odd number."""
        given = self._value_of(token.element.inputs["what"], token.data)
        if token.element.service == "oracle.refuse" and given % 2:
            token.state = "raising"
            self.raise_error(token, "E1", "business_error")
            return
        for name, text in token.element.outputs.items():
            token.data[name] = self._value_of(text, {**token.data, "result": given})
        self.complete(token)

    def _exclusiveGateway(self, token: Token) -> None:  # noqa: N802
        ways = token.scope.scope.out_of(token.element)
        if len(ways) > 1:
            taken = next((way for way in ways if way.condition and self.value(way.condition, token.data)), None)
            taken = taken or next((way for way in ways if way.default), None)
            if taken is None:
                raise Refused("no_condition_holds")
            ways = [taken]
        self.complete(token, ways)

    def _parallelGateway(self, token: Token) -> None:  # noqa: N802
        self.complete(token)

    def _inclusiveGateway(self, token: Token) -> None:  # noqa: N802
        ways = token.scope.scope.out_of(token.element)
        if len(ways) > 1:
            taken = [way for way in ways if way.condition and self.value(way.condition, token.data)]
            taken = taken or [way for way in ways if way.default]
            if not taken:
                raise Refused("no_condition_holds")
            ways = taken
        self.complete(token, ways)

    def _intermediateThrowEvent(self, token: Token) -> None:  # noqa: N802
        self.throw(token)
        if self._lives(token):
            self.complete(token)

    def throw(self, token: Token) -> None:
        element = token.element
        if element.trigger == "message":
            payload = {name: self._value_of(text, token.data) for name, text in element.inputs.items()}
            self.world.post(self.case, element, payload)
        elif element.trigger == "escalation":
            self.world.told(self.case, token, element)
            token.state = "told"
            self.raise_escalation(token, element.name)

    # -- leaving an element ------------------------------------------------------------------------------------

    def complete(self, token: Token, ways: list[Any] | None = None) -> None:
        """The element has done its work: the token goes on, on every way out of it."""
        if token.state != "told":
            self.world.told(self.case, token, token.element)
        for wait in token.waits:
            self.world.dropped(wait)
        token.waits, token.inside, token.state = [], None, "gone"
        if token.body is not None:
            self.run_ended(token.body, token)
            return
        token.scope.tokens.remove(token)
        self._leave(token, token.scope.scope.out_of(token.element) if ways is None else ways)

    def _leave(self, token: Token, ways: list[Any]) -> None:
        fork = Fork(dict(token.data))
        elements = token.scope.scope.elements
        for number, way in enumerate(ways):
            lineage = (*token.lineage, (fork, number)) if len(ways) > 1 else token.lineage
            new = Token(elements[way.target], token.scope, dict(token.data), lineage, token.beside, via=way)
            new.past = token.past
            token.scope.tokens.append(new)
            self.arrive(new)

    # -- sub-processes and ends --------------------------------------------------------------------------------

    def _enter(self, token: Token) -> None:
        assert token.element.inner is not None
        token.state = "inside"
        self.world.scopes += 1
        token.inside = Running(token.element.inner, token, self.world.scopes)
        self.begin(token.inside, token.data, token.past)

    def begin(self, running: Running, data: Data, past: frozenset[int] = frozenset()) -> None:
        token = Token(running.scope.start, running, dict(data), past=past)
        running.tokens.append(token)
        self.arrive(token)

    def _end(self, token: Token) -> None:
        trigger, running = token.element.trigger, token.scope
        if trigger in ("message", "escalation"):
            self.throw(token)
            if not self._lives(token):
                return
        if token.state != "told":
            self.world.told(self.case, token, token.element)
        if trigger == "terminate":
            data, past = so_far(running, token), token.past
            self.take_away(running, sparing=token)
            self._close(running, data, past)
        elif trigger == "error":
            token.state = "raising"
            self.raise_error(token, token.element.name, "error_not_caught")
        else:
            token.state = "ended"
            self.touch(token)
            if all(one.state == "ended" for one in running.tokens):
                self._close(running, *self._outcome(running))

    def _outcome(self, running: Running) -> tuple[Data, frozenset[int]]:
        main = [one for one in running.tokens if not one.beside]
        past = frozenset[int]().union(*(one.past for one in running.tokens))
        return gather(main or running.tokens), past

    def _close(self, running: Running, data: Data, past: frozenset[int]) -> None:
        """Nothing is left in the scope."""
        running.tokens = []
        if running.holder is None:
            self.case.data, self.case.state = data, "completed"
            return
        holder = running.holder
        holder.data, holder.past = dict(data), holder.past | past
        self.complete(holder)

    # -- joins -------------------------------------------------------------------------------------------------

    def join(self) -> bool:
        """Let one join fire, if one can."""
        for token in list(tokens_of(self.case.running)):
            if token.state == "joining" and self._lives(token):
                partners = partners_of(token)
                if partners is not None:
                    self._fire_join(partners)
                    return True
        return False

    def _fire_join(self, partners: list[Token]) -> None:
        last, data = partners[-1], gather(partners)
        for one in partners[:-1]:
            one.scope.tokens.remove(one)
            last.past |= one.past
        last.data, last.state = data, "ready"
        self.world.queue.append((self, last))

    # -- events ------------------------------------------------------------------------------------------------

    def _wait_for_one(self, token: Token) -> None:
        self.world.told(self.case, token, token.element)
        token.state = "event"
        ways = token.scope.scope.out_of(token.element)
        token.waits = [Wait(token.scope.scope.elements[way.target], token, n) for n, way in enumerate(ways)]

    def happen(self, wait: Wait, variables: Data) -> None:
        """A waiting event happens."""
        token, element = wait.token, wait.element
        if element.kind != "boundaryEvent":
            self._leave_off(token, wait)
            token.waits = [one for one in token.waits if one.element.kind == "boundaryEvent"]
            token.element, token.data = element, {**token.data, **variables}
            self.complete(token)
            return
        data = {**carried(token), **variables}
        fork = token.lineage[-1][0]
        token.waits.remove(wait)
        branch = Token(element, token.scope, data, (*token.lineage[:-1], (fork, wait.number)), token.beside)
        branch.past = token.past
        if element.interrupting:
            self.cancel(token)
            token.scope.tokens.remove(token)
        else:
            branch.beside = True
            if element.again:
                self.world.numbers += 1
                again = Wait(element, token, 1000 + self.world.numbers, wait.firings + 1, armed_at=wait.armed_at)
                again.last_due = wait.due
                token.waits.append(again)
        token.scope.tokens.append(branch)
        self.touch(branch)
        self.complete(branch)

    def raise_error(self, token: Token, code: str, uncaught: str) -> None:
        wait = self._catching(token, "error", code)
        if wait is not None:
            self.happen(wait, {})
            return
        assert self.case.running is not None
        self.world.uncaught(self.case, code, uncaught)

    def raise_escalation(self, token: Token, code: str) -> None:
        wait = self._catching(token, "escalation", code)
        if wait is not None:
            self.happen(wait, {})
        elif self.case.parent is not None:
            parent, caller = self.case.parent
            Walk(self.world, parent).raise_escalation(caller, code)

    def _catching(self, token: Token | None, kind: str, code: str) -> Wait | None:
        """The nearest activity around that catches it; there the event that names the code comes first."""
        while token is not None:
            activity = token.body or token
            found = [w for w in activity.waits if w.element.trigger == kind and w.element.name in ("", code)]
            if found:
                return max(found, key=lambda wait: wait.element.name != "")
            token = activity.scope.holder
        return None

    # -- taking away -------------------------------------------------------------------------------------------

    def take_away(self, running: Running, sparing: Token | None = None) -> None:
        for token in list(running.tokens):
            if token is not sparing:
                self.cancel(token)
        running.tokens = []

    def _leave_off(self, gateway: Token, happens: Wait | None = None) -> None:
        """Receive tasks behind an event gateway have begun with it; the others than the one that happens are over."""
        if gateway.element.kind == "eventBasedGateway":
            for wait in gateway.waits:
                if wait is not happens and wait.element.kind == "receiveTask":
                    self.world.cancelled(self.case, wait.element)

    def cancel(self, token: Token) -> None:
        """Its activity is no more, nor whatever is in it."""
        element = token.element
        if element.kind in NOTICED and token.state in ("open", "event", "inside", "calling"):
            self.world.cancelled(self.case, element)
        self._leave_off(token)
        for run in token.runs:
            self.cancel(run)
        if token.inside is not None:
            self.take_away(token.inside)
        for wait in token.waits:
            self.world.dropped(wait)
        if token.state == "calling":
            self.world.hang_up(self.case, token)
        token.waits, token.runs, token.inside, token.state = [], [], None, "gone"

    # -- values ------------------------------------------------------------------------------------------------

    def value(self, text: str, data: Data) -> Any:
        return LANGUAGE.compile(text).evaluate(data, self.world)

    def _value_of(self, text: str, data: Data) -> Any:
        return LANGUAGE.compile_value(text).evaluate(data, self.world)
