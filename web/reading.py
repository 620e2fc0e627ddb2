"""Reading for a page: one connection and one time stamp; both are let go before the page is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from flask import g
from sqlalchemy import Connection

from accounts.house import house


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection that sees what is committed. The first one of a request asks the clock for `g.now`."""
    engine = house().engine
    with engine.read() as connection:
        if "now" not in g:
            g.now = engine.resources.clock.now(connection)
        yield connection


def now() -> datetime:
    """The request's time stamp: what remains, and which day is called today, is reckoned from it."""
    if "now" not in g:
        with reading():
            pass
    stamp: datetime = g.now
    return stamp
