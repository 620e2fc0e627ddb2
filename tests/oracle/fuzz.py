"""`make fuzz`: instances against the oracle, for a number of runs or minutes; a seed repeats each part."""

from __future__ import annotations

import argparse
import logging
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import databases
from tests.oracle.running import STEPS, compare, emptied, sqlite_copies
from tests.postgresql import Server

PART = 100  # runs of one seed


@contextmanager
def opened(kind: str) -> Iterator[Callable[[], str]]:
    folder = Path(tempfile.mkdtemp(prefix="signalbox-fuzz-"))
    try:
        if kind == "sqlite":
            yield sqlite_copies(databases.sqlite_template(folder), folder)
        else:
            with _postgresql() as url, emptied(url) as again:
                yield again
    finally:
        shutil.rmtree(folder)


@contextmanager
def _postgresql() -> Iterator[str]:
    server = None if os.environ.get("TEST_DATABASE_URL") else Server()
    if server is not None:
        os.environ["TEST_DATABASE_URL"] = server.url
    try:
        with databases.postgresql_database(f"signalbox_fuzz_{secrets.token_hex(4)}") as url:
            yield url
    finally:
        if server is not None:
            server.stop()


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.oracle.fuzz", description=__doc__)
    parser.add_argument("--runs", type=int, default=20_000, help=f"of {STEPS} steps each, in parts of {PART}")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="no new part is begun after these")
    parser.add_argument("--seed", type=int, help="of the first part; the next has the next")
    parser.add_argument("--on", choices=databases.KINDS, action="append", help="both by default, part by part")
    told = parser.parse_args()
    logging.disable(logging.CRITICAL)
    first = secrets.randbelow(10**9) if told.seed is None else told.seed
    until = time.monotonic() + told.minutes * 60
    kinds = told.on or list(databases.KINDS)
    done = steps = 0
    for number in range(first, first + -(-told.runs // PART)):
        if time.monotonic() > until:
            break
        kind, runs = kinds[(number - first) % len(kinds)], min(PART, told.runs - done)
        again = f"make fuzz RUNS={runs} SEED={number} ON={kind}"
        try:
            with opened(kind) as new_database:
                steps += compare(new_database, runs, number)
        except BaseException:
            print(f"seed {number} on {kind}; to repeat it: {again}", file=sys.stderr, flush=True)
            raise
        done += runs
        print(f"{done} runs, {steps} steps, 0 differences; seed {number} on {kind}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
