"""/healthz: the process answers. /readyz: it can work, or what is missing. Public; no secrets."""

from __future__ import annotations

import threading

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from accounts.house import house
from accounts.policies import public
from api.problems import answer_problems
from migrations.upgrade import is_current

TICKER = "signalbox_ticker"
"""The app's extension that is set by a server whose own worker fires timers."""
TICKER_THREAD = "APScheduler"

blueprint = Blueprint("health", __name__)
answer_problems(blueprint)


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> Response:
    missing = [*_database(), *_ticker()]
    response = jsonify(ready=not missing, missing=missing)
    response.status_code = 503 if missing else 200
    return response


def _database() -> list[str]:
    engine = house().engine
    try:
        with engine.read() as connection:
            connection.execute(text("SELECT 1"))
        return [] if is_current(engine.database) else ["migrations"]
    except SQLAlchemyError:
        return ["database"]


def _ticker() -> list[str]:
    """Only where this process is to fire timers: its thread must live."""
    if TICKER not in current_app.extensions:
        return []
    alive = any(thread.name == TICKER_THREAD and thread.is_alive() for thread in threading.enumerate())
    return [] if alive else ["ticker"]
