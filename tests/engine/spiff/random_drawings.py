"""Draws block-structured processes at random: whatever is nested in whatever, a case on them must always end."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

from tests.engine.definition.drawings import (
    Flow,
    Node,
    drawing,
    end,
    exclusive,
    flow,
    parallel,
    script,
    service,
    start,
    sub,
    timer,
    user,
)

Part = tuple[str, str]  # the first and the last node of a part


class Draughtsman:
    """Draws one process; `dice` decides."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._count = 0
        self._nodes: list[Node] = []
        self._flows: list[str | Flow] = []

    def draw(self, depth: int) -> bytes:
        first, last = self._sequence(depth)
        nodes = [start("s"), *self._nodes, end("e")]
        return drawing("random", nodes, [f"s -> {first}", *self._flows, f"{last} -> e"])

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
        parts: list[Callable[[int], Part]] = [self._step, self._step, self._automatic]
        if depth > 0:
            parts += [self._timed_step, self._choice, self._block, self._loop, self._scope]
        return self._dice.choice(parts)(depth - 1)

    def _step(self, _: int) -> Part:
        step = self._add(user(self._id("u")))
        return step, step

    def _automatic(self, _: int) -> Part:
        if self._dice.random() < 0.5:
            step = self._add(script(self._id("auto"), "n = n + 1"))
        else:
            step = self._add(service(self._id("call"), "test.note"))
        return step, step

    def _timed_step(self, depth: int) -> Part:
        step = self._add(user(self._id("u")))
        return step, self._timers(step, depth)

    def _scope(self, depth: int) -> Part:
        outside = self._nodes, self._flows
        self._nodes, self._flows = [], []
        first, last = self._sequence(depth)
        begin, stop = self._id("s"), self._id("e")
        nodes = [start(begin), *self._nodes, end(stop)]
        flows = [f"{begin} -> {first}", *self._flows, f"{last} -> {stop}"]
        self._nodes, self._flows = outside
        box = self._add(sub(self._id("box"), nodes, flows))
        return box, self._timers(box, depth)

    def _timers(self, host: str, depth: int) -> str:
        """Up to two timers; the node after the host. An interrupting one leads there too: a join may wait for it."""
        after = self._add(exclusive(self._id("g")))
        self._flows.append(f"{host} -> {after}")
        for _ in range(self._dice.randint(0, 2)):
            event = self._id("t")
            again, interrupting = self._dice.choice([(True, False), (False, False), (False, True)])
            text, kind = ("R/PT1H", "timeCycle") if again else ("PT1H", "timeDuration")
            self._add(timer(event, host, text, kind, interrupting=interrupting))
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

    def _loop(self, depth: int) -> Part:
        """A step in it, so that it does not go round in one command for ever."""
        opens, closes = self._add(exclusive(self._id("g"))), self._add(exclusive(self._id("g")))
        first, last = self._sequence(depth)
        step, _ = self._step(0)
        after = self._add(exclusive(self._id("g")))
        self._flows += [f"{opens} -> {first}", f"{last} -> {step} -> {closes}"]
        self._flows += [flow(closes, opens, "${again}"), flow(closes, after, default=True)]
        return opens, after
