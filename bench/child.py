"""Runs a part of the bench as a process of its own: the work comes as JSON on its input, the answer on its output."""

from __future__ import annotations

import ctypes
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PR_SET_PDEATHSIG = 1


class PartFailed(RuntimeError):
    """A part of the bench ended with an error; its words are above."""


def run_part(module: str, work: Mapping[str, Any], environment: Mapping[str, str]) -> Any:
    """The answer of `python -m <module>`. Raises PartFailed."""
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=dict(environment),
        input=json.dumps(work),
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=die_with_parent,
        check=False,
    )
    if done.returncode:
        raise PartFailed(f"{module}: {done.returncode}")
    return json.loads(done.stdout)


def answer(part: Callable[[Any], Any]) -> None:
    """To be called by the part's module when it is run."""
    json.dump(part(json.load(sys.stdin)), sys.stdout)


def die_with_parent() -> None:
    """Linux ends this process when the bench is gone, however it went."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
