"""What happens to instances, at random: people, workers, time, restarts and trouble."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from hypothesis.strategies import SearchStrategy
from sqlalchemy.exc import DBAPIError

from engine.audit import verify
from engine.authorization import ENGINE
from engine.commands.cancel_instance import cancel_instance
from engine.commands.claim_task import claim_task
from engine.commands.complete_task import complete_task
from engine.commands.resume_instance import resume_instance
from engine.commands.suspend_instance import suspend_instance
from engine.commands.unclaim_task import unclaim_task
from engine.errors import SignalboxError
from engine.worker import drain
from tests import factories
from tests.conftest import T0
from tests.oracle.draughtsman import MESSAGES, Draughtsman
from tests.oracle.drawing import Drawing
from tests.oracle.reading import Reader
from tests.oracle.side_by_side import ANY_WORK, CLERKS, SideBySide, no_commit
from tests.oracle.tokens import Data
from tests.oracle.world import World


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
NUMBER = st.integers(0, 30)
MOST_ACTIVE = 3  # tickets at a time


class Step:
    """One thing to do, as hypothesis has drawn it. No dataclass: it is printed as a call."""

    def __init__(self, what: str, arguments: Mapping[str, Any]) -> None:
        self.what, self.arguments = what, arguments

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


class Instances(SideBySide, RuleBasedStateMachine):
    """`new_database`: gives the URL of an empty, migrated database."""

    new_database: Callable[[], str]

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
        self.one_more()

    def one_more(self) -> None:
        """A step was taken without a difference."""

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
        with no_commit(self._engine.database):
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
