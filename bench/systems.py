"""What is measured: the product and the floor on each database, behind gunicorn as we ship it."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from bench import floor
from bench.child import ROOT, die_with_parent, run_part
from bench.processes import children, parent
from bench.wire import ConnectionLost, Wire
from tests.postgresql import Server as TemporaryPostgreSQL

PATIENCE = 60.0  # seconds until a server must answer
WORKERS = {"postgresql": 2, "sqlite": 1}
"""Web processes: one on SQLite, as shipped."""
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "256MB"}
NOT_HERE = "the bench reads the CPU time of PostgreSQL's processes: TEST_DATABASE_URL must lead to this machine"


class ServerFailed(RuntimeError):
    """A measured server did not start; its last words are the message."""


@dataclass
class System:
    """The product or the floor on one database."""

    name: str  # "product" or "floor"
    kind: str  # "postgresql" or "sqlite"
    url: str
    database_pids: list[int]  # of the postmaster; none on SQLite
    log: Path
    headers: list[str] = field(default_factory=list)  # of each person: what signs a request in
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        secret = "bench " * 8
        return {
            **os.environ,
            "BENCH_FLOOR_URL": self.url,
            "SIGNALBOX_DATABASE_URL": self.url,
            "SIGNALBOX_SECRET_KEY": secret,
            "SIGNALBOX_PASSWORD_SALT": secret,
            "SIGNALBOX_HISTORY_KEY": secret,
            "SIGNALBOX_COOKIE_SECURE": "0",
            "SIGNALBOX_WORKER": "none" if self.kind == "postgresql" else "embedded",
        }

    @property
    def server_pids(self) -> list[int]:
        return [self.process.pid] if self.process else []

    @property
    def worker_pids(self) -> list[int]:
        return children(self.process.pid) if self.process else []

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The server runs while in the block. Raises ServerFailed."""
        self.port = _free_port()
        application = "app:serve()" if self.name == "product" else "bench.floor:serve()"
        command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--access-logfile", "/dev/null"]
        command += ["--workers", str(WORKERS[self.kind]), "--threads", "8", "--bind", f"127.0.0.1:{self.port}"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, application],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        try:
            self._wait_until_ready()
            yield
        finally:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(PATIENCE)
            self.process = None

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + PATIENCE
        while not self._answers():
            if self.process is None or self.process.poll() is not None or time.monotonic() > end:
                raise ServerFailed(self.log.read_text(errors="replace")[-4000:])
            time.sleep(0.05)

    def _answers(self) -> bool:
        wire = Wire(self.port)
        try:
            return wire.ask("GET", "/readyz")[0] == 200
        except ConnectionLost:
            return False
        finally:
            wire.close()


@contextmanager
def prepared(kinds: tuple[str, ...], people: list[str]) -> Iterator[list[System]]:
    """Product and floor on each kind of database, with tables and people, not yet serving. All is gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="signalbox-bench-")))
        systems = []
        for kind in kinds:
            server = stack.enter_context(_postgresql()) if kind == "postgresql" else ""
            for name in ("product", "floor"):
                url = (
                    stack.enter_context(_new_database(server, name)) if server else f"sqlite:///{folder}/{name}.sqlite"
                )
                pids = [postmaster(url)] if server else []
                systems.append(System(name, kind, url, pids, folder / f"{name}-{kind}.log"))
        for system in systems:
            if system.name == "product":
                run_part("bench.town", {"people": people}, system.environment)
            else:
                floor.create_tables(system.url)
                system.headers = [""] * len(people)
        yield systems


def postmaster(url: str) -> int:
    """The process above our connection's. Raises ServerFailed when the server runs elsewhere."""
    engine = create_engine(url)
    with engine.connect() as connection:
        backend = connection.scalar(text("SELECT pg_backend_pid()")) or 0
        found = parent(backend)
    engine.dispose()
    if not found:
        raise ServerFailed(NOT_HERE)
    return found


@contextmanager
def _postgresql() -> Iterator[str]:
    """The server that TEST_DATABASE_URL names, else one of our own that keeps what it has acknowledged."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    server = TemporaryPostgreSQL(**DURABLE)
    try:
        yield server.url
    finally:
        server.stop()


@contextmanager
def _new_database(server: str, name: str) -> Iterator[str]:
    base = make_url(server).set(drivername="postgresql+psycopg")
    database = f"signalbox_bench_{name}_{secrets.token_hex(4)}"
    admin = create_engine(base, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{database}"'))
    try:
        yield base.set(database=database).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{database}" WITH (FORCE)'))
        admin.dispose()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
