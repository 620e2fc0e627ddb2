"""Fills an empty product database through its own command line: tables, people, the bench's process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app import create_app
from bench.child import answer
from bench.people import ORGANISATION, PASSWORD, ROLE

PROCESS = Path(__file__).with_name("bench_process.bpmn")


def build(work: dict[str, Any]) -> dict[str, Any]:
    """`work`: people, the user names to enter. Raises RuntimeError with the words of a verb that failed."""
    app = create_app()
    runner = app.test_cli_runner()

    def flask(*words: str) -> None:
        done = runner.invoke(args=words)
        if done.exit_code:
            raise RuntimeError(f"{words}: {done.output}") from done.exception

    secret = ("--password", PASSWORD)
    flask("db", "upgrade")
    flask("user", "create-admin", "bench-admin", "--organisation", ORGANISATION, *secret)
    for name in work["people"]:
        flask("user", "create", name, "--name", name, "--organisation", ORGANISATION, "--role", ROLE, *secret)
    flask("process", "publish", str(PROCESS), "--organisation", ORGANISATION)
    return {}


if __name__ == "__main__":
    answer(build)
