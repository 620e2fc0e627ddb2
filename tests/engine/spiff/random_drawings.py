"""Draws block-structured processes at random: whatever is nested in whatever, a case on them must always end."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

from tests.engine.definition.drawings import (
    Flow,
    Node,
    again,
    boundary,
    call,
    catch,
    drawing,
    end,
    events,
    exclusive,
    flow,
    inclusive,
    parallel,
    receive,
    script,
    send,
    service,
    several,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.engine.spiff.event_shapes import NAMES

Part = tuple[str, str]  # the first and the last node of a part
OUTSIDE = "out"  # begins the ids of services that are called outside


class Draughtsman:
    """Draws one process; `dice` decides."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._count = 0
        self._nodes: list[Node] = []
        self._flows: list[str | Flow] = []

    @property
    def nodes(self) -> int:
        """How many it has drawn, at most: flows are counted, too."""
        return self._count + 2

    def draw(self, depth: int) -> bytes:
        first, last = self._sequence(depth)
        nodes = [start("s"), *self._nodes, end("e")]
        return drawing("random", nodes, [f"s -> {first}", *self._flows, f"{last} -> e"], extra=NAMES)

    def _id(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count}"

    def _add(self, node: Node) -> str:
        self._nodes.append(node)
        return node.id

    def _sequence(self, depth: int) -> Part:
        parts = [self._part(depth) for _ in range(self._dice.randint(1, 3))]
        for (_, last), (first, _) in pairwise(parts):
            self._flows.append(f"{last} -> {first}")
        return parts[0][0], parts[-1][1]

    def _part(self, depth: int) -> Part:
        parts: list[Callable[[int], Part]] = [self._step, self._step, self._automatic, self._wait, self._repeated]
        if depth > 0:
            parts += [self._timed_step, self._choice, self._block, self._loop, self._scope, self._scope]
            parts += [self._any_of, self._first_of, self._failing]
        return self._dice.choice(parts)(depth - 1)

    def _step(self, _: int) -> Part:
        step = self._add(user(self._id("u")))
        return step, step

    def _automatic(self, _: int) -> Part:
        node = self._dice.choice(
            [
                script(self._id("auto"), "n = n + 1"),
                service(self._id("call"), "test.note"),
                throw(self._id("say"), "message", "M"),
                send(self._id("say"), "message_M"),
                throw(self._id("say"), "escalation", "L"),
            ]
        )
        step = self._add(node)
        return step, step

    def _wait(self, _: int) -> Part:
        node = self._dice.choice(
            [
                catch(self._id("wait"), "message", "M"),
                catch(self._id("wait"), "signal", "G"),
                catch(self._id("wait"), "timer", "PT1H"),
                receive(self._id("wait"), "message_M"),
                call(self._id("sub"), "other"),
                service(self._id(OUTSIDE), "test.note"),
            ]
        )
        step = self._add(node)
        return step, step

    def _repeated(self, depth: int) -> Part:
        """An activity that runs several times: its body holds at most a small sequence."""
        node = self._dice.choice(
            [user(self._id("u")), receive(self._id("wait"), "message_M"), call(self._id("sub"), "other")]
            + [script(self._id("auto"), "n = n + 1"), service(self._id(OUTSIDE), "test.note")]
            + ([self._box(0)] * 3 if depth > 0 else [])
        )
        how = self._dice.random()
        until = self._dice.choice([{}, {}, {"until": "nrOfCompletedInstances >= 2"}])
        if how < 0.3:
            node = again(node, while_="again and loopCounter < 3", before=self._dice.random() < 0.5)
        elif how < 0.6:
            node = several(node, how < 0.45, "one", "[n, 2, 3]", results="all", result="one", **until)
        else:
            node = several(node, how < 0.8, cardinality=self._dice.choice(["2", "n % 3", "1"]), **until)
        return node.id, self._timers(self._add(node), depth)

    def _timed_step(self, depth: int) -> Part:
        step = self._add(user(self._id("u")))
        return step, self._timers(step, depth)

    def _scope(self, depth: int) -> Part:
        box = self._add(self._box(depth))
        return box, self._timers(box, depth)

    def _box(self, depth: int) -> Node:
        """A sub-process; now and then a way out of it raises something, or ends all of it."""
        outside = self._nodes, self._flows
        self._nodes, self._flows = [], []
        first, last = self._sequence(depth)
        begin, stop = self._id("s"), self._id("e")
        nodes = [start(begin), *self._nodes, end(stop)]
        flows = [f"{begin} -> {first}", *self._flows]
        self._nodes, self._flows = outside
        if self._dice.random() < 0.5:
            turn, away = self._id("g"), self._id("e")
            kind = self._dice.choice(["error", "escalation", "terminate", "signal"])
            nodes += [
                exclusive(turn),
                throw(away, kind, {"error": "E", "escalation": "L", "signal": "G"}.get(kind, ""), "endEvent"),
            ]
            flows += [f"{last} -> {turn}", flow(turn, away, "${n % 3 == 1}"), flow(turn, stop, default=True)]
        else:
            flows.append(f"{last} -> {stop}")
        return sub(self._id("box"), nodes, flows)

    def _failing(self, depth: int) -> Part:
        """Something outside that may come back with an error."""
        node = self._dice.choice([service(self._id(OUTSIDE), "test.note"), call(self._id("sub"), "other")])
        return self._add(node), self._timers(node.id, depth)

    def _timers(self, host: str, depth: int) -> str:
        """Up to two timers; the node after the host. An interrupting one leads there too: a join may wait for it."""
        after = self._add(exclusive(self._id("g")))
        self._flows.append(f"{host} -> {after}")
        for _ in range(self._dice.randint(0, 2)):
            event = self._id("t")
            interrupting = self._dice.random() < 0.5
            trigger = self._dice.choice(["timer", "cycle", "message", "signal", "escalation", "error", "error"])
            if trigger == "cycle":
                interrupting = False
                self._add(timer(event, host, "R/PT1H", "timeCycle", interrupting))
            else:
                interrupting = interrupting or trigger == "error"
                what = {"timer": "PT1H", "message": "M", "signal": "G", "error": "E", "escalation": "L"}[trigger]
                self._add(boundary(event, host, trigger, what, interrupting))
            first, last = self._sequence(depth - 1)
            leads_to = after if interrupting else self._add(end(self._id("e")))
            self._flows += [f"{event} -> {first}", f"{last} -> {leads_to}"]
        return after

    def _choice(self, depth: int) -> Part:
        opens, closes = self._add(exclusive(self._id("g"))), self._add(exclusive(self._id("g")))
        for taken in (True, False):
            first, last = self._sequence(depth)
            self._flows += [flow(opens, first, "${again}" if taken else "", default=not taken), f"{last} -> {closes}"]
        return opens, closes

    def _block(self, depth: int) -> Part:
        opens, closes = self._add(parallel(self._id("p"))), self._add(parallel(self._id("p")))
        for _ in range(self._dice.randint(2, 3)):
            first, last = self._sequence(depth)
            self._flows += [f"{opens} -> {first}", f"{last} -> {closes}"]
        return opens, closes

    def _any_of(self, depth: int) -> Part:
        """Ways between two inclusive gateways; one may lead there at once."""
        opens, closes = self._add(inclusive(self._id("i"))), self._add(inclusive(self._id("i")))
        conditions = ["${again}", "${n % 2 == 0}", ""][-self._dice.randint(2, 3) :]
        for condition in conditions:
            if condition and self._dice.random() < 0.3:
                self._flows.append(flow(opens, closes, condition, id=self._id("f")))
                continue
            first, last = self._sequence(depth)
            self._flows += [flow(opens, first, condition, default=not condition), f"{last} -> {closes}"]
        return opens, closes

    def _first_of(self, depth: int) -> Part:
        opens, closes = self._add(events(self._id("g"))), self._add(exclusive(self._id("g")))
        for trigger, what in self._dice.sample([("message", "M"), ("signal", "G"), ("timer", "PT1H")], 2):
            event = self._add(catch(self._id("wait"), trigger, what))
            first, last = self._sequence(depth)
            self._flows += [f"{opens} -> {event} -> {first}", f"{last} -> {closes}"]
        return opens, closes

    def _loop(self, depth: int) -> Part:
        """A step in it, so that it does not go round in one command for ever."""
        opens, closes = self._add(exclusive(self._id("g"))), self._add(exclusive(self._id("g")))
        first, last = self._sequence(depth)
        step, _ = self._step(0)
        after = self._add(exclusive(self._id("g")))
        self._flows += [f"{opens} -> {first}", f"{last} -> {step} -> {closes}"]
        self._flows += [flow(closes, opens, "${again}"), flow(closes, after, default=True)]
        return opens, after
