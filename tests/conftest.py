"""What every test may ask for: a database of either kind, an engine on a manual clock, and the counts at the end."""

from __future__ import annotations

import os
import secrets
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.clock import ManualClock
from engine.database import Database
from tests import databases
from tests.postgresql import NoPostgreSQL, Server

T0 = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""Friday 2026-11-20 10:00 in Asia/Shanghai: where manual clocks begin."""
RUN = "SIGNALBOX_TEST_RUN"
"""Set for all processes of one test run: its databases bear this mark, so that two runs on one server never meet."""

_server: Server | None = None
_passed: Counter[str] = Counter()


@pytest.hookimpl(tryfirst=True)  # before pytest-socket reads its options
def pytest_configure(config: pytest.Config) -> None:
    """Let no test leave this machine, and start one PostgreSQL for all test processes before they are started."""
    global _server
    config.option.allow_hosts, config.option.allow_unix_socket = "127.0.0.1", True
    config.addinivalue_line("markers", "rule(id): proves a rule of the rulebook by its figure")
    if hasattr(config, "workerinput"):
        return
    os.environ[RUN] = secrets.token_hex(4)
    if os.environ.get("TEST_DATABASE_URL") or config.option.collectonly:
        return
    try:
        _server = Server()
    except NoPostgreSQL as error:
        raise pytest.UsageError(str(error)) from error
    os.environ["TEST_DATABASE_URL"] = _server.url


def pytest_unconfigure(config: pytest.Config) -> None:
    if _server is not None:
        _server.stop()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" and report.passed:
        for kind in (*databases.KINDS, "browser"):
            _passed[kind] += f"[{kind}" in report.nodeid or f"-{kind}" in report.nodeid


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A story that runs in a browser on a named database counts for both."""
    words = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "browser": "browser"}
    terminalreporter.write_line(" · ".join(f"{word}: {_passed[kind]} passed" for kind, word in words.items()))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return databases.sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with databases.postgresql_database(f"signalbox_test_{os.environ[RUN]}_{worker}") as url:
        yield url


@pytest.fixture(params=databases.KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty, migrated database; a test that asks for it runs once on each kind."""
    return fresh_database(request.param, request, tmp_path)


def fresh_database(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    """The URL of an empty, migrated database of this kind; a file lies in the folder."""
    if kind == "sqlite":
        return databases.sqlite_copy(request.getfixturevalue("sqlite_template"), folder)
    url: str = request.getfixturevalue("postgresql_url")
    database = Database(url)
    databases.empty(database)
    database.dispose()
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(T0)
