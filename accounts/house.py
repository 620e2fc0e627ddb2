"""What the running application holds, and how the rooms above reach it in a request."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from engine.clock import ManualClock
from engine.engine import Engine
from engine.files import FileStore
from forms.library import FormLibrary
from maintenance.trial.trials import Trials

EXTENSION = "signalbox"


@dataclass(frozen=True)
class House:
    """Joined once by create_app and kept as app.extensions["signalbox"]."""

    engine: Engine
    forms: FormLibrary
    files: FileStore
    trials: Trials
    test_clock: ManualClock | None = None  # in test mode only: the clock that is turned by hand


def house() -> House:
    """Of the app that serves the present request or command."""
    found: House = current_app.extensions[EXTENSION]
    return found
