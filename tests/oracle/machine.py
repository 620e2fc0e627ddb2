"""The engine and the oracle side by side: whatever is done to the one is done to the other, and they must agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any, cast
from unittest.mock import patch

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from hypothesis.strategies import SearchStrategy
from sqlalchemy.exc import DBAPIError

from engine.audit import verify
from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.cancel_instance import cancel_instance
from engine.commands.claim_task import claim_task
from engine.commands.complete_task import complete_task
from engine.commands.deliver_message import deliver_message
from engine.commands.resume_instance import resume_instance
from engine.commands.suspend_instance import suspend_instance
from engine.commands.unclaim_task import unclaim_task
from engine.database import Database
from engine.engine import Engine
from engine.errors import SignalboxError
from engine.extensions import BusinessError, Context, Parameter, Service
from engine.worker import drain
from tests import factories
from tests.conftest import T0
from tests.oracle.draughtsman import MESSAGES, Draughtsman
from tests.oracle.drawing import Drawing
from tests.oracle.reading import Reader, Seen, in_order, name_cases, name_tasks, picture_of
from tests.oracle.tokens import Case, Data
from tests.oracle.walking import NEXT, Refused
from tests.oracle.world import Completion, Post, World

CLERKS = {"clerk1": factories.PEOPLE["clerk1"].id, "clerk2": factories.PEOPLE["clerk2"].id}
MOST_ACTIVE = 3  # tickets at a time
Act = Callable[[World], None]

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


class _Drawn:
    """Dice whose throws hypothesis chooses, so that a drawing that shows a difference is made smaller."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self._draw = draw

    def below(self, limit: int) -> int:
        found: int = self._draw(st.integers(0, limit - 1))
        return found


@st.composite
def drawings(draw: Any) -> dict[str, Drawing]:
    """A process, and one that it may call."""
    dice = _Drawn(draw)
    called = Draughtsman(dice, "k_").draw("called", 1)
    return {"called": called, "main": Draughtsman(dice, "", ["called"]).draw("main", 3)}


DATA = st.fixed_dictionaries(
    {},
    optional={
        "n": st.integers(0, 5),
        "go": st.booleans(),
        "o": st.dictionaries(st.sampled_from("ab"), st.integers(0, 2), max_size=2),
        "list": st.lists(st.integers(0, 9), max_size=3),
        "wait": st.sampled_from(["PT5M", "PT45M", None]),
    },
)
START: Data = {"n": 1, "go": False, "o": {}, "list": [7, 8], "wait": "PT20M"}
NUMBER = st.integers(0, 30)


@dataclass(frozen=True)
class Step:
    """One thing to do, as hypothesis has drawn it."""

    what: str
    arguments: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"{self.what}({', '.join(f'{name}={value!r}' for name, value in self.arguments.items())})"


_WEIGHED: list[str] = []
_ARGUMENTS: dict[str, Mapping[str, SearchStrategy[Any]]] = {}


def step(weight: int, **arguments: SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A method that is drawn so often. Rules of hypothesis itself are not weighed, and switched off by turns."""

    def register(method: Callable[..., None]) -> Callable[..., None]:
        _WEIGHED.extend([method.__name__] * weight)
        _ARGUMENTS[method.__name__] = arguments
        return method

    return register


@st.composite
def steps(draw: Any) -> Step:
    what = draw(st.sampled_from(_WEIGHED))
    return Step(what, draw(st.fixed_dictionaries(dict(_ARGUMENTS[what]))))


class Instances(RuleBasedStateMachine):
    """`new_database`: gives the URL of an empty, migrated database."""

    new_database: Callable[[], str]

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock(T0)
        self.ended: dict[int, Data] = {}
        self.done: list[str] = []  # tasks that are no longer open
        self.reader, self.last = Reader(), 0
        self.engine: Engine | None = None

    @initialize(drawn=drawings())
    def draw(self, drawn: dict[str, Drawing]) -> None:
        self.url = type(self).new_database()
        self._open()
        factories.open_city(self._engine)
        for drawing in drawn.values():
            factories.deploy(self._engine, drawing.bpmn())
        self.world = World(drawn, T0)
        self.last = self.reader.look(self._engine, 0).last
        self._start("main", {})

    @rule(step=steps())
    def do(self, step: Step) -> None:
        getattr(self, step.what)(**step.arguments)

    def teardown(self) -> None:
        if self.engine is not None:
            with self.engine.read() as connection:
                assert verify(connection, factories.KEY).damages == ()
            self.engine.database.dispose()

    # -- people ------------------------------------------------------------------------------------------------

    @step(3, key=st.sampled_from(["main", "main", "main", "called"]), data=DATA)
    def start(self, key: str, data: Data) -> None:
        if self._active() >= MOST_ACTIVE:
            return
        self._start(key, data)

    @step(14, nth=NUMBER, data=DATA)
    def complete(self, nth: int, data: Data) -> None:
        if not self._tasks():
            return
        self._both(*self._completing(nth, data))

    @step(10, nth=NUMBER, data=DATA, most=st.integers(2, 5))
    def complete_several(self, nth: int, data: Data, most: int) -> None:
        if not self._tasks():
            return
        for number in range(most):
            if self._tasks():
                self._both(*self._completing(nth + number, data))

    @step(3, nth=NUMBER, by=st.sampled_from(list(CLERKS)), then=st.sampled_from(["complete", "unclaim", ""]))
    def claim(self, nth: int, by: str, then: str) -> None:
        """It may be another's already; the other one may give it back or complete it, or try to."""
        if not self._tasks():
            return
        task_id = self._tasks()[nth % len(self._tasks())]
        _, token = self.world.task(task_id)
        if token is None or token.element.kind == "manualTask":
            return
        self._both(
            lambda engine: engine.run(claim_task, factories.actor(by), task_id), lambda world: world.claim(task_id, by)
        )
        if then == "unclaim":
            self._both(
                lambda engine: engine.run(unclaim_task, factories.actor("clerk1"), task_id),
                lambda world: world.unclaim(task_id, "clerk1"),
            )
        elif then == "complete":
            self._both(*self._completing(nth, {}, "clerk2"))

    @step(1, nth=NUMBER)
    def complete_what_is_done(self, nth: int) -> None:
        if not self.done:
            return
        task_id = self.done[nth % len(self.done)]
        self._both(
            lambda engine: engine.run(complete_task, factories.actor("clerk1"), task_id, {}),
            lambda world: world.complete(task_id, {}, "clerk1"),
        )

    @step(
        6, nth=NUMBER, name=st.sampled_from(MESSAGES), said=st.integers(0, 9), kept=st.booleans(), twice=st.booleans()
    )
    def deliver(self, nth: int, name: str, said: int, kept: bool, twice: bool) -> None:
        """To a case that waits for it, if there is one."""
        if not self.world.cases:
            return
        waiting = [(case.id, wait.element.name) for case, wait in self.world.waits() if wait.since is not None]
        case_id, name = waiting[nth % len(waiting)] if waiting and nth % 5 else (self._case(nth), name)
        for _ in range(1 + twice):
            self._deliver(case_id or 0, name, {"said": said, "more": "not asked for"}, 15 if kept else None)

    # -- operators ---------------------------------------------------------------------------------------------

    @step(1, nth=NUMBER, sure=st.booleans())
    def cancel(self, nth: int, sure: bool) -> None:
        if self._active() < 2:
            return
        case_id = self._case(nth)
        if sure or self.world.case(case_id).state != "active":
            self._both(
                lambda engine: engine.run(cancel_instance, ENGINE, case_id, "不修了"),
                lambda world: world.cancel(case_id),
            )

    @step(2, nth=NUMBER)
    def suspend_or_resume(self, nth: int) -> None:
        """What is suspended is resumed, so that it does not lie there for the whole run."""
        if not self.world.cases:
            return
        suspended = [case.id for case in self.world.cases if case.suspended]
        if suspended and nth % 6:
            case_id = suspended[0] or 0
            self._both(
                lambda engine: engine.run(resume_instance, ENGINE, case_id, "好了"), lambda world: world.resume(case_id)
            )
        elif nth % 3 == 0:
            case_id = self._case(nth)
            self._both(
                lambda engine: engine.run(suspend_instance, ENGINE, case_id, "等等"),
                lambda world: world.suspend(case_id),
            )

    # -- time --------------------------------------------------------------------------------------------------

    @step(8, minutes=st.sampled_from([0, 5, 10, 20, 60]), most=st.integers(0, 12))
    def let_time_pass(self, minutes: int, most: int) -> None:
        """Then a worker takes what is due, one job after the other; not always all of it."""
        self.clock.move_to(self.clock.now() + timedelta(minutes=minutes))
        self.world.now = self.clock.now()
        for _ in range(most):
            if not self.world.due():
                assert drain(self._engine) == 0
                return
            self._work()

    # -- trouble -----------------------------------------------------------------------------------------------

    @step(2)
    def restart(self) -> None:
        """Nothing is left of the process but its database."""
        self._engine.database.dispose()
        self._open()
        self.reader = Reader()
        self._unchanged()

    @step(2, nth=NUMBER, data=DATA)
    def fail_to_commit(self, nth: int, data: Data) -> None:
        """The database goes away at the commit: nothing of the command is left."""
        if not self._tasks():
            return
        run, _ = self._completing(nth, data)
        with _no_commit(self._engine.database):
            try:
                run(self._engine)
            except (DBAPIError, SignalboxError):
                pass
            else:
                raise AssertionError("it was committed")
        self._unchanged()

    @step(3, one=NUMBER, other=NUMBER, data=DATA, what=st.sampled_from(["other", "same", "worker", "worker", "cancel"]))
    def two_at_once(self, one: int, other: int, data: Data, what: str) -> None:
        """Two commands in threads: as if one had come after the other, whichever was first."""
        if len(self._tasks()) < 2:
            return
        first = self._completing(one, data)
        if what == "worker":
            seconds = [(lambda engine: drain(engine, 1), act) for act in ANY_WORK]
        elif what == "cancel":
            case_id = self.world.task(self._tasks()[one % len(self._tasks())])[0].ticket.id or 0
            seconds = [(lambda e: e.run(cancel_instance, ENGINE, case_id, "x"), lambda w: w.cancel(case_id))]
        else:
            seconds = [self._completing(one if what == "same" else other, {}, "clerk2")]
        self._two(first, seconds)

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
        worlds = [(*_acted(self.world, act),) for act in acts]
        self._agree([(world, [said], world.completions) for world, said in worlds], [answer], seen)

    def _two(self, first: Any, seconds: list[Any]) -> None:
        self._tick()
        barrier = Barrier(2)

        def one(run: Callable[[Engine], Any]) -> str | None:
            barrier.wait()
            return _answer(lambda: run(self._engine))

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(one, [first[0], seconds[0][0]]))
        seen = self._look()
        outcomes = []
        for _, second in seconds:
            for order in (1, -1):
                world, said = self.world, list[str | None]()
                completed, cancelled = list[Completion](), list[tuple[Case, str]]()
                for act in (first[1], second)[::order]:
                    try:
                        world, refusal = _acted(world, act)
                    except _Impossible:
                        break
                    said.append(refusal)
                    past = len(completed)
                    completed += [_shifted(one, past) for one in world.completions]
                    cancelled += world.taken_away
                else:
                    world.taken_away = cancelled
                    outcomes.append((world, said[::order], completed))
        self._agree(outcomes, answers, seen)

    # -- comparing ---------------------------------------------------------------------------------------------

    def _look(self) -> Seen:
        seen = self.reader.look(self._engine, self.last)
        self.last = seen.last
        return seen

    def _agree(self, outcomes: list[Any], answers: list[str | None], seen: Seen) -> None:
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
            found.append(
                f"cancelled: the engine {sorted(seen.cancelled.elements())}\n           the oracle {cancelled}"
            )
        for case in world.cases:
            if case.parent is None and case.state == "completed" and case.id and self.ended[case.id] != case.data:
                found.append(
                    f"data at the end: the engine {self.ended[case.id]}\n                 the oracle {case.data}"
                )
        return "\n".join(found)

    def _accept(self, world: World, seen: Seen) -> None:
        before = set(self._tasks()) if self.world is not None else set()
        self.world = world
        name_tasks(world, seen)
        self.done += sorted(before - set(self._tasks()))


@contextmanager
def _no_commit(database: Database) -> Iterator[None]:
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


def _shifted(one: Completion, by: int) -> Completion:
    return Completion(one.ticket, one.element, frozenset(number + by for number in one.past))


def _answer(run: Callable[[], Any]) -> str | None:
    """None: done; else the refusal's code."""
    try:
        run()
    except SignalboxError as error:
        return error.code
    return None
