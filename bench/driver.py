"""The load: clients that each play cases step by step, or ask for one page, while the servers' CPU time is read."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from bench.child import answer
from bench.processes import cpu_seconds
from bench.wire import ConnectionLost, Wire

API = "/api/v1"
STEPS = 6


@dataclass
class Seen:
    """What one client has met. Only the time after warming up counts."""

    waits: list[float] = field(default_factory=list)  # seconds of each complete, or of each page
    finished: int = 0  # cases
    errors: list[str] = field(default_factory=list)


class Client:
    """Signed in, with a connection of its own."""

    def __init__(self, work: dict[str, Any], headers: str, phase: Phase) -> None:
        self._wire = Wire(work["port"], headers)
        self._work = work
        self._phase = phase
        self._form = json.dumps({"data": work["form"]}).encode()
        self.seen = Seen()

    def run(self) -> None:
        """Until the phase is over. An error is kept and the next case begun."""
        act = self._ask_page if self._work.get("page") else self._play_case
        while not self._phase.over:
            try:
                act()
            except (ConnectionLost, KeyError, IndexError, ValueError, Unexpected) as error:
                self.seen.errors.append(f"{type(error).__name__}: {error}"[:300])
        self._wire.close()

    def _play_case(self) -> None:
        """Start, then six times: find the open step, complete it; and look at the task list once."""
        start = json.dumps({"definition_key": self._work["key"], "data": {}}).encode()
        case = self._ask("POST", "/instances", start)["id"]
        self._ask("GET", self._work["list"])
        for _ in range(STEPS):
            task = self._ask("GET", f"/tasks?tab=candidate&case_id={case}")["items"][0]["id"]
            self._timed("POST", f"/tasks/{task}/complete", self._form)
            if self._phase.over:
                return
        self.seen.finished += self._phase.counting

    def _ask_page(self) -> None:
        self._timed("GET", self._work["page"])

    def _timed(self, method: str, path: str, body: bytes = b"") -> None:
        begun = time.perf_counter()
        self._ask(method, path, body)
        if self._phase.counting:
            self.seen.waits.append(time.perf_counter() - begun)

    def _ask(self, method: str, path: str, body: bytes = b"") -> Any:
        status, content = self._wire.ask(method, API + path, body)
        if status not in (200, 201):
            raise Unexpected(f"{method} {path}: {status} {content[:200]!r}")
        return json.loads(content)


class Unexpected(RuntimeError):
    """The server answered with another status."""


@dataclass
class Phase:
    """What all clients look at: whether it counts, whether it is over."""

    counting: bool = False
    over: bool = False


def drive(work: dict[str, Any]) -> dict[str, Any]:
    """`work`: port, clients (lines of headers), warm and seconds, server and database (pids), key, form, list, page.

    The answer: waits in seconds, finished cases, errors, wall seconds, CPU seconds of server and database.
    """
    phase = Phase()
    clients = [Client(work, headers, phase) for headers in work["clients"]]
    threads = [threading.Thread(target=client.run, daemon=True) for client in clients]
    for thread in threads:
        thread.start()
    time.sleep(work["warm"])
    before, begun = (cpu_seconds(work["server"]), cpu_seconds(work["database"])), time.perf_counter()
    phase.counting = True
    time.sleep(work["seconds"])
    phase.over = True
    for thread in threads:
        thread.join(60)
    return {
        "waits": [round(wait, 6) for client in clients for wait in client.seen.waits],
        "finished": sum(client.seen.finished for client in clients),
        "errors": [error for client in clients for error in client.seen.errors],
        "wall": time.perf_counter() - begun,
        "server": cpu_seconds(work["server"]) - before[0],
        "database": cpu_seconds(work["database"]) - before[1],
    }


if __name__ == "__main__":
    answer(drive)
