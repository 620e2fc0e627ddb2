"""The floor: a Flask app that does the least a completed task needs: one UPDATE, a task row, an audit row, a commit.

It has no sign-in, permissions, validation, process, timers or chain. It answers at the addresses of our API that the
driver asks, with the same kind of server and the same drivers as the product, and SQLAlchemy Core as it comes: what the
product gains by its own way of reading and preparing is its own. On SQLite both open the database in the same way.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, request
from sqlalchemy import Connection, create_engine, text

from engine.database import Database

STEPS = 6
Way = Callable[[], AbstractContextManager[Connection]]
TABLES = (
    "CREATE TABLE case_ (id {serial}, state VARCHAR(20) NOT NULL, started_at {time} NOT NULL)",
    "CREATE TABLE task (id VARCHAR(32) PRIMARY KEY, case_id BIGINT NOT NULL REFERENCES case_ (id),"
    " step INTEGER NOT NULL, state VARCHAR(20) NOT NULL, data TEXT, created_at {time} NOT NULL, done_at {time})",
    "CREATE INDEX task_case ON task (case_id, state)",
    "CREATE INDEX task_open ON task (created_at, id) WHERE state = 'open'",
    "CREATE TABLE audit (id {serial}, case_id BIGINT NOT NULL, at {time} NOT NULL, actor VARCHAR(60) NOT NULL,"
    " what TEXT NOT NULL)",
    "CREATE INDEX audit_case ON audit (case_id)",
)
KINDS = {
    True: {"serial": "INTEGER PRIMARY KEY", "time": "VARCHAR(32)"},
    False: {"serial": "BIGSERIAL PRIMARY KEY", "time": "TIMESTAMPTZ"},
}
START = text("INSERT INTO case_ (state, started_at) VALUES ('active', :at) RETURNING id")
OPEN = text("INSERT INTO task (id, case_id, step, state, created_at) VALUES (:id, :case, :step, 'open', :at)")
AUDIT = text("INSERT INTO audit (case_id, at, actor, what) VALUES (:case, :at, 'somebody', :what)")
DONE = text(
    "UPDATE task SET state = 'completed', done_at = :at, data = :data WHERE id = :id AND state = 'open'"
    " RETURNING case_id, step"
)
END = text("UPDATE case_ SET state = 'completed' WHERE id = :case")
FIND = text("SELECT id, step FROM task WHERE case_id = :case AND state = 'open'")
LIST = text(
    "SELECT task.id, task.step, task.created_at, case_.id AS case_id, case_.started_at FROM task"
    " JOIN case_ ON case_.id = task.case_id WHERE task.state = 'open' ORDER BY task.created_at, task.id LIMIT 20"
)


def create_tables(url: str) -> None:
    database = Database(url)
    with database.write() as connection:
        for statement in TABLES:
            connection.exec_driver_sql(statement.format(**KINDS[database.is_sqlite]))
        connection.commit()
    database.dispose()


def serve() -> Flask:
    app = Flask(__name__, static_folder=None)
    write, read = _ways_in(os.environ["BENCH_FLOOR_URL"])

    @app.post("/api/v1/instances")
    def start() -> tuple[Response, int]:
        now = _now()
        with write() as connection:
            case = connection.execute(START, {"at": now}).scalar_one()
            _open(connection, case, 1, now)
            connection.execute(AUDIT, {"case": case, "at": now, "what": "started"})
            connection.commit()
        return _json({"id": case}), 201

    @app.post("/api/v1/tasks/<id_>/complete")
    def complete(id_: str) -> Response:
        data, now = json.dumps(request.get_json()["data"]), _now()
        with write() as connection:
            case, step = connection.execute(DONE, {"id": id_, "at": now, "data": data}).one()
            if step < STEPS:
                _open(connection, case, step + 1, now)
            else:
                connection.execute(END, {"case": case})
            connection.execute(AUDIT, {"case": case, "at": now, "what": data})
            connection.commit()
        return _json({"id": id_, "state": "completed"})

    @app.get("/api/v1/tasks")
    def tasks() -> Response:
        case = request.args.get("case_id", type=int)
        with read() as connection:
            if case is not None:
                rows = connection.execute(FIND, {"case": case}).all()
                return _json({"items": [{"id": row.id, "name": f"step {row.step}"} for row in rows]})
            rows = connection.execute(LIST).all()
        return _json({"items": [{**row._mapping, "created_at": str(row.created_at)} for row in rows]})

    @app.get("/readyz")
    def ready() -> Response:
        return _json({})

    return app


def _ways_in(url: str) -> tuple[Way, Way]:
    """For writing and for reading."""
    database = Database(url)
    if database.is_sqlite:
        return database.write, database.read
    engine = create_engine(database.url)
    return engine.connect, engine.connect


def _open(connection: Connection, case: int, step: int, now: str) -> None:
    connection.execute(OPEN, {"id": uuid.uuid4().hex, "case": case, "step": step, "at": now})


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _json(value: Any) -> Response:
    return Response(json.dumps(value, default=str), content_type="application/json")
