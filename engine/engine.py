"""The Engine: one command, one transaction, run again on conflict; and reading sessions for screens."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from engine.authorization import Actor
from engine.clock import Clock
from engine.database import Database, is_conflict
from engine.definitions import Definitions
from engine.design_kind import DesignKind
from engine.designs.decision import DecisionDesigns
from engine.designs.process import ProcessDesigns
from engine.errors import Conflict
from engine.expressions.language import Language
from engine.extensions import Extensions
from engine.published_decisions import Decisions
from engine.spiff.errors import TaskNotReady
from engine.unit_of_work import RunAgain, UnitOfWork
from engine.work import Resources

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 5


class Engine:
    """What a command needs, composed once a process by create_app."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        extensions: Extensions,
        *,
        history_key: bytes,
        two_person_publish: bool = True,
    ) -> None:
        language = Language(extensions.functions)
        self.database = database
        self.extensions = extensions
        self.definitions = Definitions(extensions, language)
        self.decisions = Decisions(language)
        own: tuple[DesignKind, ...] = (ProcessDesigns(self.definitions), DecisionDesigns(self.decisions))
        kinds = {kind.name: kind for kind in (*own, *extensions.design_kinds.values())}
        self.resources = Resources(
            clock,
            extensions,
            language,
            self.definitions,
            self.decisions,
            history_key,
            kinds,
            two_person_publish,
        )

    def run(
        self, command: Callable[Concatenate[UnitOfWork, P], T], actor: Actor, /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run one command in one transaction, up to five times on a conflict.

        Raises what the command refuses, and Conflict when five tries met other people's changes.
        """
        for attempt in range(ATTEMPTS):
            try:
                with self.database.write() as connection:
                    uow = UnitOfWork(self.resources, connection, actor, command.__name__)
                    result = command(uow, *args, **kwargs)
                    uow.save()
                    connection.commit()
                    return result
            except (RunAgain, TaskNotReady):
                pass
            except DBAPIError as error:
                if not is_conflict(error):
                    raise
            time.sleep(random.uniform(0, 0.01) * 2**attempt)  # noqa: S311
        raise Conflict

    def at(self, clock: Clock) -> Engine:
        """The same engine on another clock: stories and the demo city live in the past."""
        kept = self.resources
        return Engine(
            self.database,
            clock,
            self.extensions,
            history_key=kept.history_key,
            two_person_publish=kept.two_person_publish,
        )

    def over(self, database: Database, clock: Clock) -> Engine:
        """The same engine over a copy of its database: what it has built of published versions holds there, too."""
        engine = copy.copy(self)
        engine.database, engine.resources = database, replace(self.resources, clock=clock)
        return engine

    def read(self) -> AbstractContextManager[Connection]:
        """A connection for queries. It sees only what is committed, and writes nothing."""
        return self.database.read()
