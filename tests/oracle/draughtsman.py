"""Draws processes at random: blocks in each other, loops, and now and then a way across.

What happens at the same moment in two branches has no order in BPMN. So that there is but one right outcome, a script
writes its own variable, or stands right behind a human step; and so does whatever takes others away or calls them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Protocol, TypeVar

from tests.oracle.drawing import Drawing, Element, Repeat, Scope, Way

T = TypeVar("T")
Part = tuple[str, str]  # the first and the last element of a part
MESSAGES, ERRORS, ESCALATIONS = ("m1", "m2"), ("E1", "E1", "E2"), ("S1", "S1", "S2")
MOST = 18  # elements of a drawing, about


class Dice(Protocol):
    def below(self, limit: int) -> int:
        """0 … limit - 1; 0 is the simplest."""


class Draughtsman:
    """Draws one process. `called`: keys of processes that it may call, and whether they may raise an error."""

    def __init__(self, dice: Dice, prefix: str, called: Sequence[str] = ()) -> None:
        self._dice, self._prefix, self._called = dice, prefix, called
        self._count = 0
        self._elements: dict[str, Element] = {}
        self._ways: list[Way] = []
        self._inside = not called  # of something that can be ended: a sub-process, or a process that is called

    def draw(self, key: str, depth: int) -> Drawing:
        return Drawing(key, self._scope(depth))

    # -- dice --------------------------------------------------------------------------------------------------

    def _pick(self, what: Sequence[T]) -> T:
        return what[self._dice.below(len(what))]

    def _chance(self, percent: int) -> bool:
        return self._dice.below(100) >= 100 - percent

    # -- drawing -----------------------------------------------------------------------------------------------

    def _add(self, kind: str, short: str, **fields: Any) -> str:
        self._count += 1
        element = Element(f"{self._prefix}{short}{self._count}", kind, **fields)
        self._elements[element.id] = element
        return element.id

    def _line(self, *ids: str) -> None:
        self._ways += [Way(source, target) for source, target in pairwise(ids)]

    def _scope(self, depth: int, least: int = 1) -> Scope:
        outside = self._elements, self._ways
        self._elements, self._ways = {}, []
        start = self._add("startEvent", "s")
        first, last = self._sequence(depth, least)
        self._line(start, first)
        self._line(last, self._add("endEvent", "e"))
        found = Scope(self._elements, self._ways)
        self._elements, self._ways = outside
        return found

    def _sequence(self, depth: int, least: int = 1) -> Part:
        parts = [self._part(depth) for _ in range(least + self._dice.below(3))]
        for (_, last), (first, _) in pairwise(parts):
            self._line(last, first)
        if len(parts) > 1 and self._chance(15):
            self._across(parts)
        return parts[0][0], parts[-1][1]

    def _across(self, parts: list[Part]) -> None:
        """A human step whose token may leave out a part of the line."""
        (_, source), (_, target) = parts[0], parts[-1]
        if self._elements[source].kind == "exclusiveGateway" or self._elements[target].kind == "eventBasedGateway":
            return
        if len([way for way in self._ways if way.source == source]) != 1:
            return
        choice = self._add("exclusiveGateway", "g")
        (old,) = [way for way in self._ways if way.source == source]
        self._ways[self._ways.index(old)] = Way(source, choice)
        after = self._add("exclusiveGateway", "g")
        self._ways += [Way(choice, old.target, default=True), Way(choice, after, "${go}"), Way(target, after)]
        parts[-1] = (parts[-1][0], after)

    def _part(self, depth: int) -> Part:
        parts: list[Callable[[int], Part]] = [self._step, self._hosting, self._automatic, self._sender]
        if self._inside:
            parts += [self._final, self._final]
        if depth > 0 and self._count < MOST:
            parts = parts if depth == 1 else []
            parts += [self._box, self._box, self._repeated, self._repeated, self._block, self._caller, self._some]
            parts += [self._choice, self._first, self._loop, self._catch, self._refusing, self._hosting]
        return self._pick(parts)(depth - 1)

    # -- parts -------------------------------------------------------------------------------------------------

    def _step(self, _: int) -> Part:
        kind = "manualTask" if self._chance(10) else "userTask"
        step = self._add(kind, "u")
        if not self._chance(25):
            return step, step
        counted = self._add("scriptTask", "n", script={"n": "n + 1"})
        self._line(step, counted)
        return step, counted

    def _automatic(self, _: int) -> Part:
        self._count += 1
        own = f"{self._prefix}v{self._count}"
        if self._chance(50):
            outputs = {own: "${result * 2}"}
            one = self._add("serviceTask", "a", service="oracle.echo", inputs={"what": "${n}"}, outputs=outputs)
        else:
            one = self._add("scriptTask", "a", script={own: "n + 1"})
        return one, one

    def _sender(self, _: int) -> Part:
        """Behind a human step: sends a message, or says that something has come up."""
        step = self._add("userTask", "u")
        if self._inside and self._chance(50):
            thrown = self._add("intermediateThrowEvent", "x", trigger="escalation", name=self._pick(ESCALATIONS))
        else:
            kept = self._pick(["PT1H", "PT10M", ""])
            fields = {"name": self._pick(MESSAGES), "inputs": {"said": "${n}"}, "kept_for": kept}
            thrown = self._add("intermediateThrowEvent", "x", trigger="message", **fields)
        self._line(step, thrown)
        return step, thrown

    def _hosting(self, depth: int) -> Part:
        step = self._add("userTask", "u")
        return step, self._borders(step, depth, ())

    def _catch(self, depth: int) -> Part:
        if self._chance(40):
            one = self._receive("receiveTask")
            return one, self._borders(one, depth, ())
        one = self._receive("intermediateCatchEvent") if self._chance(60) else self._wait()
        return one, one

    def _receive(self, kind: str, **fields: Any) -> str:
        self._count += 1
        outputs = {f"{self._prefix}got{self._count}": "${payload.said}"}
        return self._add(kind, "c", trigger="message", name=self._pick(MESSAGES), outputs=outputs, **fields)

    def _wait(self) -> str:
        text = self._pick(["PT10M", "PT30M", "${wait}"])
        return self._add("intermediateCatchEvent", "w", trigger="timer", timer="timeDuration", text=text)

    def _refusing(self, depth: int) -> Part:
        """A service that may report an error, which an event on its border catches, but for one time in ten."""
        one = self._add("serviceTask", "a", service="oracle.refuse", inputs={"what": "${n}"})
        after = self._add("exclusiveGateway", "g")
        self._line(one, after)
        if self._chance(90):
            name = self._pick(["E1", ""])
            event = self._add("boundaryEvent", "b", trigger="error", name=name, host=one)
            first, last = self._sequence(depth - 1)
            self._line(event, first)
            self._line(last, after)
        return one, after

    def _box(self, depth: int) -> Part:
        inside, self._inside = self._inside, True
        inner = self._scope(depth)
        self._inside = inside
        box = self._add("subProcess", "box", inner=inner)
        return box, self._borders(box, depth, ("error", "escalation"))

    def _caller(self, depth: int) -> Part:
        if not self._called:
            return self._hosting(depth)
        call = self._call()
        return call, self._borders(call, depth, ("error", "escalation"))

    def _call(self) -> str:
        passes = self._chance(50)
        own = f"{self._prefix}back{self._count}"
        inputs = {} if passes else {"n": "${n + 10}", "go": "${go}", "list": "${list}", "wait": "${wait}"}
        fields = {"inputs": inputs, "outputs": {own: "${n}"}, "passes_all": passes}
        return self._add("callActivity", "call", name=self._pick(self._called), **fields)

    def _borders(self, host: str, depth: int, raised: Sequence[str]) -> str:
        """Up to two events on the border; the element after the host, to which the interrupting ones lead, too."""
        after = self._add("exclusiveGateway", "g")
        self._line(host, after)
        taken: set[tuple[str, str]] = set()
        for _ in range(self._pick([1, 2, 1, 0])):
            event = self._border(host, raised)
            found = self._elements[event]
            if found.trigger in ("error", "escalation") and (found.trigger, found.name) in taken:
                del self._elements[event]
                continue
            taken.add((found.trigger, found.name))
            first, last = self._sequence(depth - 1) if self._count < MOST else self._step(0)
            joins = found.interrupting or self._chance(15)
            self._line(event, first)
            self._line(last, after if joins else self._add("endEvent", "e"))
        return after

    def _border(self, host: str, raised: Sequence[str]) -> str:
        trigger = self._pick(["timer", "timer", "message", *raised, *raised])
        interrupting = self._chance(40)
        if trigger == "timer":
            kinds = [("PT10M", "timeDuration"), ("PT1H", "timeDuration"), ("${wait}", "timeDuration")]
            if not interrupting:
                kinds += [("R/PT20M", "timeCycle"), ("R2/PT15M", "timeCycle"), ("${oracle.next(17)}", "timeDate")]
            text, timer = self._pick(kinds)
            fields = {"text": text, "timer": timer, "rearms": timer == "timeDate"}
            return self._add("boundaryEvent", "b", trigger="timer", host=host, interrupting=interrupting, **fields)
        if trigger == "message":
            return self._receive("boundaryEvent", host=host, interrupting=interrupting)
        codes = (*ERRORS, "") if trigger == "error" else (*ESCALATIONS, "")
        one = self._add("boundaryEvent", "b", trigger=trigger, name=self._pick(codes), host=host)
        self._elements[one] = replace(self._elements[one], interrupting=interrupting or trigger == "error")
        return one

    def _final(self, _: int) -> Part:
        """Behind a human step and a choice: an end that ends more than its own token."""
        step, choice = self._add("userTask", "u"), self._add("exclusiveGateway", "g")
        trigger = self._pick(["terminate", "error", "escalation", "message", "error"])
        names = {"error": ERRORS, "escalation": ESCALATIONS, "message": MESSAGES}.get(trigger, ("",))
        fields = {"inputs": {"said": "${n}"}, "kept_for": "PT30M"} if trigger == "message" else {}
        stop = self._add("endEvent", "stop", trigger=trigger, name=self._pick(names), **fields)
        before = self._add("userTask", "u")
        after = self._add("exclusiveGateway", "g")
        self._line(step, choice)
        self._ways += [Way(choice, after, default=True), Way(choice, before, "${go}"), Way(before, stop)]
        return step, after

    # -- blocks ------------------------------------------------------------------------------------------------

    def _choice(self, depth: int) -> Part:
        opens, closes = self._add("exclusiveGateway", "g"), self._add("exclusiveGateway", "g")
        for condition in self._pick([("${go}", ""), ("${n > 3}", "${go}", ""), ("${go}", "${n > 2}")]):
            self._branch(opens, closes, depth, condition, default=not condition)
        return opens, closes

    def _some(self, depth: int) -> Part:
        opens, closes = self._add("inclusiveGateway", "o"), self._add("inclusiveGateway", "o")
        for condition in self._pick([("${go}", ""), ("${n > 3}", "${go}", ""), ("${go}", "${n > 2}", "${true}")]):
            self._branch(opens, closes, depth, condition, default=not condition)
        return opens, closes

    def _block(self, depth: int) -> Part:
        explicit = self._chance(70)
        opens = self._add("parallelGateway", "p") if explicit else self._add("userTask", "u")
        closes = self._add("parallelGateway", "p")
        for _ in range(2 + self._dice.below(2)):
            self._branch(opens, closes, depth)
        return opens, closes

    def _branch(self, opens: str, closes: str, depth: int, condition: str = "", default: bool = False) -> None:
        first, last = self._sequence(depth)
        self._ways.append(Way(opens, first, condition, default))
        self._line(last, closes)

    def _first(self, depth: int) -> Part:
        """Whatever comes first."""
        opens, closes = self._add("eventBasedGateway", "v"), self._add("exclusiveGateway", "g")
        events = [self._receive("intermediateCatchEvent"), self._wait()]
        if self._chance(40):
            events.append(self._receive("receiveTask"))
        for event in events:
            first, last = self._sequence(depth)
            self._line(opens, event, first)
            self._line(last, closes)
        return opens, closes

    def _loop(self, depth: int) -> Part:
        """A human step in it, so that it does not go round in one command for ever."""
        opens, closes = self._add("exclusiveGateway", "g"), self._add("exclusiveGateway", "g")
        first, last = self._sequence(depth)
        step, after = self._add("userTask", "u"), self._add("exclusiveGateway", "g")
        self._line(opens, first)
        self._line(last, step, closes)
        self._ways += [Way(closes, opens, "${go}"), Way(closes, after, default=True)]
        return opens, after

    def _repeated(self, depth: int) -> Part:
        what = self._pick(["userTask", "scriptTask", "subProcess", "callActivity"])
        one = self._body(what, depth)
        self._count += 1
        name = f"{self._prefix}r{self._count}"
        human = what == "userTask"
        repeats = [
            Repeat("parallel", collection="${list}", item=f"{name}i"),
            Repeat("sequential", collection="${list}", item=f"{name}i", results=name, result=f"{name}i"),
            Repeat("parallel", cardinality="3", results=name, result="n"),
            Repeat("loop", condition="${n < 3 && loopCounter < 4}", maximum=3, test_before=self._chance(50)),
            Repeat("loop", maximum=2),
        ]
        if human:
            repeats.append(
                Repeat("parallel", cardinality="3", until="${nrOfCompletedInstances >= 2 && nrOfActiveInstances > 0}")
            )
            repeats.append(Repeat("sequential", collection="${list}", until="${go}"))
        self._elements[one] = replace(self._elements[one], repeat=self._pick(repeats))
        raised = () if what in ("userTask", "scriptTask") else ("error", "escalation")
        if what == "scriptTask":
            return one, one
        return one, self._borders(one, depth, raised)

    def _body(self, what: str, depth: int) -> str:
        if what == "callActivity" and self._called:
            return self._call()
        if what == "subProcess":
            inside, self._inside = self._inside, True
            inner = self._scope(min(depth, 1))
            self._inside = inside
            return self._add("subProcess", "box", inner=inner)
        if what == "scriptTask":
            self._count += 1
            return self._add("scriptTask", "a", script={f"{self._prefix}v{self._count}": "n + loopCounter"})
        return self._add("userTask", "u")
