"""The real product as processes of its own: started, killed and started again by tests."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.stage import KEY

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0  # seconds until a process must answer; a bound, not a measure


def environment(database_url: str, *, worker: str = "embedded") -> dict[str, str]:
    """The settings of a process on a test database, sharing the history key of tests.stage."""
    return {
        **os.environ,
        "SIGNALBOX_DATABASE_URL": database_url,
        "SIGNALBOX_SECRET_KEY": "s" * 32,
        "SIGNALBOX_PASSWORD_SALT": "p" * 32,
        "SIGNALBOX_HISTORY_KEY": KEY.decode(),
        "SIGNALBOX_COOKIE_SECURE": "0",
        "SIGNALBOX_WORKER": worker,
    }


class Server:
    """gunicorn with one worker process and an embedded ticker, on a free port of 127.0.0.1."""

    def __init__(self, database_url: str, log: Path) -> None:
        self._environment = environment(database_url)
        self._log = log
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when /readyz answers."""
        command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--workers", "1", "--threads", "8"]
        command += ["--bind", f"127.0.0.1:{self.port}", "app:serve()"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + PATIENCE
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > end:
                self.kill()
                raise RuntimeError(self._log.read_text(errors="replace")[-4000:])
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9 of the whole process group: nothing is said good-bye to."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, number)
            self._process.wait(PATIENCE)
        self._process = None

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False
