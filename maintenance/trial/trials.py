"""Trials: a story is played from its beginning in a copy of the world, and what stands is looked at. Nothing is kept.

Worlds are kept for a while, because everybody who tries one process again and again needs the same.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from engine.authorization import ENGINE, Actor
from engine.calendar import SHANGHAI
from engine.clock import ManualClock
from engine.database import MemoryDatabase, is_full
from engine.definitions import PublishedDefinitionRefused
from engine.durations import parse_instant
from engine.engine import Engine
from engine.errors import SignalboxError, Words
from maintenance.stories import Performance, Stage, StoryFailed
from maintenance.trial.budget import Budget, TrialTooLong
from maintenance.trial.cast import Part
from maintenance.trial.material import Material, material
from maintenance.trial.script import Script
from maintenance.trial.services import closed
from maintenance.trial.world import EPOCH, Plan, World, begin, build

KEPT = 8  # worlds of one process, about 1 MB each
AT_ONCE = 1
"""Trials of one process at a time: each takes a processor for itself, and staff are served beside them."""
PATIENCE = 20.0  # seconds that a trial waits for those before it


class TrialBusy(SignalboxError):
    """Other trials are running; please try again in a moment."""

    code, status = "trial_busy", 503
    zh = "其他试跑正在进行，请稍后再试。"


class TrialRefused(SignalboxError):
    """The trial cannot go on: a published process that comes next no longer passes the check."""

    code, status = "trial_refused", 422
    zh = "试跑无法继续：接下来的一个已发布流程不再符合检查要求。"


@dataclass(frozen=True)
class Scene:
    """A story that has been played as far as it holds. It may be looked at until the trial is left."""

    world: World
    script: Script
    engine: Engine
    performance: Performance
    done: int  # steps that hold
    stopped: StoryFailed | None  # why the next one does not

    @property
    def clock(self) -> ManualClock:
        return self.performance.stage.clock

    @property
    def people(self) -> Mapping[str, Actor]:
        return self.world.people

    @property
    def case_id(self) -> int | None:
        """The ticket; None: nothing has been started."""
        return self.performance.instance_id or None


class Trials:
    """Made once a process. `engine`: the real one, from which only published versions are read."""

    def __init__(self, engine: Engine, cast: tuple[Part, ...]) -> None:
        self._engine, self._cast = engine, cast
        self._extensions = closed(engine.extensions)
        self._worlds: OrderedDict[Plan, World] = OrderedDict()
        self._turn = threading.BoundedSemaphore(AT_ONCE)

    @contextmanager
    def play(
        self, organisation_id: int, content: bytes, script: Script, beside: tuple[tuple[str, bytes], ...] = ()
    ) -> Iterator[Scene]:
        """The scene after the story, or after the last step of it that holds. `content`: the process on trial.

        `beside`: kind and bytes of designs that would be published with it.

        Raises DefinitionRefused with all findings, PackRefused for the contract's figures, TrialBusy.
        """
        if not self._turn.acquire(timeout=PATIENCE):
            raise TrialBusy
        try:
            world, taken = self._world(organisation_id, content, beside)
            database = MemoryDatabase(world.image)
            try:
                clock = ManualClock(EPOCH)
                engine = world.engine.over(database, clock)
                figures = taken.figures() if script.contract is None else script.contract
                budget = Budget()
                stage = Stage(engine, clock, world.people, world.client_id, "inside", budget.spend)
                yield _played(world, script, Performance(script.story() | {"contract": figures}, stage), budget)
            finally:
                database.dispose()
        finally:
            self._turn.release()

    def _world(
        self, organisation_id: int, content: bytes, beside: tuple[tuple[str, bytes], ...]
    ) -> tuple[World, Material]:
        """Called by one thread at a time."""
        with self._engine.read() as connection:
            today = self._engine.resources.clock.now(connection).astimezone(SHANGHAI).date()
            taken = material(connection, organisation_id, today)
            plan = Plan(taken, content, beside)
            if plan not in self._worlds:
                self._worlds[plan] = build(connection, self._engine, self._extensions, self._cast, plan)
            self._worlds.move_to_end(plan)
            if len(self._worlds) > KEPT:
                self._worlds.popitem(last=False)
        return self._worlds[plan], taken


def _played(world: World, script: Script, performance: Performance, budget: Budget) -> Scene:
    """Step by step to the end, or to the first that does not hold."""
    engine, done = performance.stage.engine, 0
    stopped: StoryFailed | None = None
    try:
        performance.stage.clock.move_to(parse_instant(script.at))
        engine.run(begin, ENGINE, world, performance.story["contract"])
        performance.begin()
        for step in script.steps:
            budget.spend()
            performance.perform(step)
            done += 1
    except StoryFailed as failed:
        stopped = failed
    except SignalboxError as refused:
        stopped = _stopped(performance, refused)
    except PublishedDefinitionRefused:
        stopped = _stopped(performance, TrialRefused())
    except DBAPIError as error:
        if not is_full(error):
            raise
        stopped = _stopped(performance, TrialTooLong())
    return Scene(world, script, engine, performance, done, stopped)


def _stopped(performance: Performance, error: SignalboxError) -> StoryFailed:
    words = Words(error.message("zh"), error.message("en"))
    failed = StoryFailed(str(performance.story.get("story", "")), performance.step, words)
    failed.__cause__ = error
    return failed
