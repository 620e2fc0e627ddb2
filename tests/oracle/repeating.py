"""Repeated activities: multi-instance, parallel and sequential, and loops."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from tests.oracle.tokens import Data, Token, with_runs


class Repeating:
    """The part of a walk that begins runs and puts together what they bring."""

    @abstractmethod
    def arrive(self, token: Token) -> None: ...

    @abstractmethod
    def complete(self, token: Token) -> None: ...

    @abstractmethod
    def touch(self, token: Token) -> None: ...

    @abstractmethod
    def cancel(self, token: Token) -> None: ...

    @abstractmethod
    def value(self, text: str, data: Data) -> Any: ...

    def repeat(self, body: Token) -> None:
        repeat = body.element.repeat
        assert repeat is not None
        body.state = "repeating"
        items: list[Any] | None = None
        if repeat.kind != "loop":
            found = self.value(repeat.collection or repeat.cardinality, body.data)
            items = list(found) if repeat.collection else list(range(found))
        total = (repeat.maximum or None) if items is None else len(items)
        body.kept = {"items": items, "total": total, "begun": 0, "done": 0, "base": dict(body.data)}
        body.kept["results"] = [None] * len(items or [])
        nothing = total == 0 if items is not None else repeat.test_before and not self._goes_on(body)
        if nothing:
            self._all_done(body)
        elif repeat.kind == "parallel":
            for _ in range(total or 0):
                self._run(body)
        else:
            self._run(body)

    def _run(self, body: Token) -> None:
        repeat, number = body.element.repeat, body.kept["begun"]
        assert repeat is not None
        body.kept["begun"] += 1
        local = {"loopCounter": number}
        if repeat.item:
            local[repeat.item] = body.kept["items"][number]
        run = Token(body.element, body.scope, {**body.data, **local}, body=body, local=local, past=body.past)
        body.runs.append(run)
        self.arrive(run)

    def run_ended(self, body: Token, run: Token) -> None:
        repeat, kept = body.element.repeat, body.kept
        assert repeat is not None
        kept["done"] += 1
        if repeat.results:
            kept["results"][run.local["loopCounter"]] = self.value(repeat.result, run.data)
        body.data = with_runs(body, [run])
        body.past |= run.past
        body.runs.remove(run)
        self.touch(body)
        if self._is_done(body):
            self._all_done(body)
        elif repeat.kind != "parallel":
            self._run(body)

    def _is_done(self, body: Token) -> bool:
        repeat, kept = body.element.repeat, body.kept
        assert repeat is not None
        if kept["total"] is not None and kept["done"] >= kept["total"]:
            return True
        if repeat.kind == "loop":
            return not self._goes_on(body)
        if not repeat.until:
            return False
        counts = {
            "nrOfInstances": kept["total"],
            "nrOfCompletedInstances": kept["done"],
            "nrOfActiveInstances": kept["begun"] - kept["done"],
        }
        return bool(self.value(repeat.until, {**body.data, **counts}))

    def _goes_on(self, body: Token) -> bool:
        repeat = body.element.repeat
        assert repeat is not None
        seen = {**body.data, "loopCounter": body.kept["done"]}
        return bool(self.value(repeat.condition, seen)) if repeat.condition else True

    def _all_done(self, body: Token) -> None:
        repeat = body.element.repeat
        assert repeat is not None
        for run in body.runs:
            self.cancel(run)
        body.runs = []
        if repeat.results:
            body.data[repeat.results] = body.kept["results"]
        body.state = "told"  # its runs have been told of
        self.complete(body)
