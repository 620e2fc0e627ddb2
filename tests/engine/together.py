"""The same moment: commands that begin together in threads of their own, and whether history stands afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from engine.audit import verify
from engine.engine import Engine
from engine.errors import EngineError
from tests.factories import KEY


def at_once(*commands: Callable[[], Any]) -> Counter[str]:
    """Run them in threads that begin together; how many ended how: "done" or the refusal's code."""
    barrier = Barrier(len(commands))

    def one(command: Callable[[], Any]) -> str:
        barrier.wait()
        try:
            command()
        except EngineError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(len(commands)) as pool:
        return Counter(pool.map(one, commands))


def sound(engine: Engine) -> bool:
    with engine.read() as connection:
        return verify(connection, KEY).damages == ()
