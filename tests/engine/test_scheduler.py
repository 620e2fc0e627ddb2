"""The ticker: it drains what is due, goes on after a failure, and any number may tick on one database."""

from __future__ import annotations

import logging
import threading

import pytest

from engine import scheduler
from engine.clock import ManualClock, SystemClock
from engine.database import Database
from engine.engine import Engine
from engine.extensions import Context
from engine.scheduler import Ticker, run_until
from tests.engine.timed import Hand, begin, fired, timed_engine

WAIT = 30.0  # seconds at the most, for something that takes milliseconds


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def engine(database: Database, hand: Hand) -> Engine:
    return timed_engine(database, SystemClock(), hand)


def test_tickers_fire_what_is_due_once(engine: Engine, hand: Hand) -> None:
    happened = threading.Event()

    def act(context: Context) -> None:
        happened.set()

    hand.act = act
    tickers = [Ticker(engine, seconds=0.01), Ticker(engine, seconds=0.01)]
    for ticker in tickers:
        ticker.start()
    ticket = begin(engine, "past", "2026-01-01T00:00", interrupting=True)
    assert happened.wait(WAIT)
    for ticker in tickers:
        ticker.stop()  # waits for a tick that runs
    assert len(fired(engine, ticket)) == 1


def test_a_tick_that_fails_does_not_stop_the_next(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ticks, went_on = [], threading.Event()

    def drain(_: Engine, lane: str) -> int:
        ticks.append(1)
        if len(ticks) == 1:
            raise ConnectionError("the database is away")
        went_on.set()
        return 0

    monkeypatch.setattr(scheduler, "drain", drain)
    ticker = Ticker(engine, seconds=0.01)
    with caplog.at_level(logging.ERROR, "signalbox.scheduler"):
        ticker.start()
        assert went_on.wait(WAIT)
        ticker.stop()
    assert "the tick failed" in caplog.text
    assert "the database is away" in caplog.text


def test_a_worker_ticks_until_it_is_told_to_stop(
    engine: Engine, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticked, stop = threading.Event(), threading.Event()
    monkeypatch.setattr(scheduler, "drain", lambda _, lane: ticked.set())
    monkeypatch.setattr(scheduler.Ticker.__init__, "__defaults__", (0.01,))
    worker = threading.Thread(target=run_until, args=(stop, engine))
    worker.start()
    assert ticked.wait(WAIT)
    stop.set()
    worker.join(WAIT)
    assert not worker.is_alive()
