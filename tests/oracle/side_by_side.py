"""Does the same to the engine and to the oracle, and compares what both have made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import deepcopy
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any, cast
from unittest.mock import patch

from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.complete_task import complete_task
from engine.commands.deliver_message import deliver_message
from engine.database import Database
from engine.engine import Engine
from engine.errors import SignalboxError
from engine.extensions import BusinessError, Context, Parameter, Service
from engine.worker import drain
from tests import factories
from tests.conftest import T0
from tests.oracle.reading import Reader, Seen, in_order, name_cases, name_tasks, picture_of
from tests.oracle.tokens import Case, Data
from tests.oracle.walking import NEXT, Refused
from tests.oracle.world import Completion, Post, World

CLERKS = {"clerk1": factories.PEOPLE["clerk1"].id, "clerk2": factories.PEOPLE["clerk2"].id}
START: Data = {"n": 1, "go": False, "o": {}, "list": [7, 8], "wait": "PT20M"}
Act = Callable[[World], None]
Outcome = tuple[World, list[str | None], list[Completion]]
"""A world as it may be now, how each command was answered (None: done), and what was completed."""

_WHAT = (Parameter("what", "any", zh="事", en="what"),)


def _echo(_: Context, /, what: Any) -> Any:
    return what


def _refuse(_: Context, /, what: Any) -> Any:
    if what % 2:
        raise BusinessError("E1", "奇数")
    return what


SERVICES = (
    Service("oracle.echo", _echo, zh="回声", en="echo", parameters=_WHAT),
    Service("oracle.refuse", _refuse, zh="拒绝", en="refuse", parameters=_WHAT),
)


class SideBySide:
    """An engine on a database of its own, and a world of the oracle's."""

    url: str
    world: World

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock(T0)
        self.ended: dict[int, Data] = {}
        self.done: list[str] = []  # tasks that are no longer open
        self.reader, self.last = Reader(), 0
        self.engine: Engine | None = None

    # -- doing -------------------------------------------------------------------------------------------------

    @property
    def _engine(self) -> Engine:
        assert self.engine is not None
        return self.engine

    def _open(self) -> None:
        self.engine = factories.new_engine(Database(self.url), self.clock, functions=(NEXT,), services=SERVICES)

        def ending(context: Context, state: str) -> None:
            self.ended[context.instance_id] = cast(Any, context).case.execution.data

        self.engine.extensions.endings.append(ending)

    def _active(self) -> int:
        return sum(case.parent is None and case.state == "active" for case in self.world.cases)

    def _tasks(self) -> list[str]:
        return [token.task_id or "" for _, token in self.world.open_tasks()]

    def _case(self, nth: int) -> int:
        found = self.world.cases[nth % len(self.world.cases)].id
        assert found is not None
        return found

    def _tick(self) -> None:
        self.clock.move_to(self.clock.now() + timedelta(seconds=1))
        self.world.now = self.clock.now()

    def _start(self, key: str, data: Data) -> None:
        started: list[Any] = []

        def run(engine: Engine) -> None:
            started.append(factories.open_ticket(engine, key, {**START, **data}))

        def act(world: World) -> None:
            found = started[0] if started else None
            world.start(key, {**START, **data}, found and found.instance_id, found and found.business_key)

        self._both(run, act)

    def _completing(self, nth: int, data: Data, by: str = "") -> tuple[Callable[[Engine], Any], Act]:
        """`by`: a clerk, who may not be allowed to; "": whoever may."""
        task_id = self._tasks()[nth % len(self._tasks())]
        _, token = self.world.task(task_id)
        assert token is not None
        by = by or token.assignee or "clerk1"
        actor, who = (ENGINE, "engine") if token.element.kind == "manualTask" else (factories.actor(by), by)
        return (
            lambda engine: engine.run(complete_task, actor, task_id, data),
            lambda world: world.complete(task_id, data, who),
        )

    def _deliver(self, case_id: int, name: str, payload: Data, minutes: int | None) -> None:
        kept_for = f"PT{minutes}M" if minutes else None
        span = timedelta(minutes=minutes) if minutes else None
        self._both(
            lambda engine: engine.run(
                deliver_message, ENGINE, factories.CLIENT, name, payload, case_id=case_id, kept_for=kept_for
            ),
            *self._choices(
                case_id, name, lambda world, choice: world.deliver(case_id, name, payload, span, choice=choice)
            ),
        )

    def _choices(self, case_id: int, name: str, act: Callable[..., None]) -> list[Act]:
        """An outcome for each event that has waited equally long for the message."""
        count = len(self.world.catches(self.world.case(case_id).ticket, name))
        return [partial(act, choice=choice) for choice in range(max(1, count))]

    def _work(self) -> None:
        self._both(lambda engine: drain(engine, 1), *self._workings())

    def _workings(self) -> list[Act]:
        """What a worker may do now: of jobs that are due at the same time it takes any."""
        acts: list[Act] = []
        for number, job in enumerate(self.world.due()):
            handed = isinstance(job, Post) and job.wait is None
            count = len(self.world.catches(job.case.ticket, job.name)) if handed and isinstance(job, Post) else 1
            acts += [partial(_work, number=number, choice=choice) for choice in range(max(1, count))]
        return acts or [World.rest]

    def _both(self, run: Callable[[Engine], Any], *acts: Act) -> None:
        """Do it to the engine and to the oracle. Several acts: BPMN leaves it open which of them happens."""
        self._tick()
        answer = _answer(lambda: run(self._engine))
        seen = self._look()
        worlds = (_acted(self.world, act) for act in acts)
        self._agree(((world, [said], world.completions) for world, said in worlds), [answer], seen)

    def _two(self, first: Any, seconds: list[Any]) -> None:
        self._tick()
        barrier = Barrier(2)

        def one(run: Callable[[Engine], Any]) -> str | None:
            barrier.wait()
            return _answer(lambda: run(self._engine))

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(one, [first[0], seconds[0][0]]))
        acts = [(first[1], second) for _, second in seconds]
        self._agree(_either_order(self.world, acts), answers, self._look())

    # -- comparing ---------------------------------------------------------------------------------------------

    def _look(self) -> Seen:
        seen = self.reader.look(self._engine, self.last)
        self.last = seen.last
        return seen

    def _agree(self, outcomes: Iterable[Outcome], answers: list[str | None], seen: Seen) -> None:
        """One of the outcomes is what the engine has made."""
        differences = []
        for world, said, completed in outcomes:
            difference = self._difference(world, said, completed, answers, seen)
            if not difference:
                self._accept(world, seen)
                return
            differences.append(difference)
        raise AssertionError(f"engine and oracle differ at {self.clock.now()}:\n" + min(differences, key=len))

    def _unchanged(self) -> None:
        self.world.taken_away = []
        self._agree([(self.world, [], [])], [], self._look())

    def _difference(self, world: World, said: Any, completed: Any, answers: Any, seen: Seen) -> str:
        """In words; "" for none."""
        if said != answers:
            return f"answers: the engine {answers}, the oracle {said}"
        if not name_cases(world, seen):
            return f"cases: the engine {seen.cases}, the oracle {[(one.id, one.drawing.key) for one in world.cases]}"
        found: list[str] = []
        ours = picture_of(world, CLERKS)
        found += [f"only the engine has {line}" for line in (seen.picture - ours).elements()]
        found += [f"only the oracle has {line}" for line in (ours - seen.picture).elements()]
        if not in_order(seen.completed, completed):
            known = [(one.ticket.id, one.element, sorted(one.past)) for one in completed]
            found.append(f"completed: the engine {seen.completed}\n           the oracle {known}")
        cancelled = sorted((case.id, element) for case, element in world.taken_away)
        if cancelled != sorted(seen.cancelled.elements()):
            told = sorted(seen.cancelled.elements())
            found.append(f"cancelled: the engine {told}\n           the oracle {cancelled}")
        for case in world.cases:
            if case.parent is None and case.state == "completed" and case.id and self.ended[case.id] != case.data:
                theirs = self.ended[case.id]
                found.append(f"data at the end: the engine {theirs}\n                 the oracle {case.data}")
        return "\n".join(found)

    def _accept(self, world: World, seen: Seen) -> None:
        before = set(self._tasks()) if self.world is not None else set()
        self.world = world
        name_tasks(world, seen)
        self.done += sorted(before - set(self._tasks()))


@contextmanager
def no_commit(database: Database) -> Iterator[None]:
    """The next commit fails: a disk is full, a connection is cut."""
    dialect = database.engine.dialect

    def fail(connection: Any) -> None:
        if not database.is_sqlite:
            connection.driver_connection.close()
        raise cast(Any, dialect).dbapi.OperationalError("gone")

    with patch.object(dialect, "do_commit", fail):
        yield


def _acted(world: World, act: Act) -> tuple[World, str | None]:
    """A copy of the world in which it was done, or in which nothing was done, and why."""
    copy = deepcopy(world)
    try:
        act(copy)
    except Refused as refusal:
        untouched = deepcopy(world)
        untouched.completions, untouched.taken_away = [], []
        return untouched, refusal.code
    return copy, None


class _Impossible(Exception):
    """There is no such choice in this world."""


def _work(world: World, number: int, choice: int = 0, *, all_due: bool = False) -> None:
    """A job that fails is done nothing of, and tried again later."""
    copy = deepcopy(world)
    if number >= len(world.due(all_due)):
        raise _Impossible
    try:
        copy.work(copy.due(all_due)[number], choice)
    except Refused:
        world.fail(world.due(all_due)[number])
    except IndexError:
        raise _Impossible from None
    else:
        world.work(world.due(all_due)[number], choice)


ANY_WORK: list[Act] = [World.rest]
"""What a worker may do beside another command: it passes over the jobs of a case that the other holds."""
ANY_WORK += [partial(_work, number=number, choice=choice, all_due=True) for number in range(12) for choice in (0, 1, 2)]


def _either_order(world: World, pairs: Iterable[tuple[Act, Act]]) -> Iterator[Outcome]:
    """What two commands come to, the one first or the other."""
    for pair in pairs:
        for order in (1, -1):
            try:
                after, said, completed = _one_after_the_other(world, pair[::order])
            except _Impossible:
                continue
            yield after, said[::order], completed


def _one_after_the_other(world: World, acts: Iterable[Act]) -> Outcome:
    said, completed, cancelled = list[str | None](), list[Completion](), list[tuple[Case, str]]()
    for act in acts:
        world, refusal = _acted(world, act)
        said.append(refusal)
        before = len(completed)
        completed += [_shifted(one, before) for one in world.completions]
        cancelled += world.taken_away
    world.taken_away = cancelled
    return world, said, completed


def _shifted(one: Completion, by: int) -> Completion:
    return Completion(one.ticket, one.element, frozenset(number + by for number in one.past))


def _answer(run: Callable[[], Any]) -> str | None:
    """None: done; else the refusal's code."""
    try:
        run()
    except SignalboxError as error:
        return error.code
    return None
