"""Copies one waiting case many times, with ids of its own each: a crowd that would take hours to play."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from bench.child import answer
from engine.clock import SystemClock
from engine.database import Database
from engine.models import Job, Participant, ProcessInstance, TaskCandidate, User, UserTask

BATCH = 5_000
Row = dict[str, Any]


def copy(work: Mapping[str, Any]) -> dict[str, Any]:
    """`work`: url, case (one that waits for a timer; none: the newest), copies, due (the timers are), people (names).

    Every second open task is assigned to one of the people in turn, the others stay offered to their group. A copy has
    no history: its chain begins with what happens to it.
    """
    database = Database(work["url"])
    with database.write() as connection:
        template = _Template(connection, work["case"] or _newest(connection), work["due"], work["people"])
        first = (connection.scalar(select(func.max(ProcessInstance.id))) or 0) + 1
        for start in range(0, work["copies"], BATCH):
            numbers = range(first + start, first + min(start + BATCH, work["copies"]))
            for table, rows in template.copies(numbers).items():
                connection.execute(insert(table), rows)
        if not database.is_sqlite:
            last = text("SELECT setval(pg_get_serial_sequence('process_instance', 'id'), :last)")
            connection.execute(last, {"last": first + work["copies"] - 1})
            connection.execute(text("ANALYZE"))  # as autovacuum would soon; SQLite has nobody who does it
        connection.commit()
    database.dispose()
    return {}


def _newest(connection: Connection) -> int:
    found: int | None = connection.scalar(select(func.max(Job.instance_id)))
    if found is None:
        raise LookupError("no case waits for a timer")
    return found


class _Template:
    """The rows of the case as they are now."""

    def __init__(self, connection: Connection, case: int, due: bool, people: list[str]) -> None:
        instance, task, job = ProcessInstance.__table__, UserTask.__table__, Job.__table__
        self._instance = dict(connection.execute(select(instance).where(instance.c.id == case)).mappings().one())
        opened = select(task).where(task.c.instance_id == case, task.c.state == "open")
        self._task = dict(connection.execute(opened).mappings().one())
        self._job = dict(connection.execute(select(job).where(job.c.instance_id == case)).mappings().one())
        self._groups = list(_of(connection, TaskCandidate.__table__, "task_id", self._task["id"]))
        self._participants = list(_of(connection, Participant.__table__, "root_id", case))
        user = User.__table__
        self._people = list(connection.scalars(select(user.c.id).where(user.c.username.in_(people))))
        if due:
            now = SystemClock().now(connection)
            self._job |= {"due_at": now - timedelta(hours=1), "run_at": now - timedelta(hours=1)}

    def copies(self, numbers: range) -> dict[Table, list[Row]]:
        rows: dict[Table, list[Row]] = {}
        for number in numbers:
            for table, row in self._copy(number):
                rows.setdefault(table, []).append(row)
        return rows

    def _copy(self, number: int) -> Iterator[tuple[Table, Row]]:
        task_id, job_id = uuid.uuid4().hex, uuid.uuid4().hex
        here = {"instance_id": number, "root_id": number}
        state = self._instance["execution"].replace(self._task["id"].encode(), task_id.encode())
        own = {"id": number, "root_id": number, "business_key": f"COPY-{number}", "history_seq": 0}
        yield (
            _table(ProcessInstance),
            {
                **self._instance,
                **own,
                "history_head": None,
                "execution": state.replace(self._job["id"].encode(), job_id.encode()),
            },
        )
        assignee = self._people[number % len(self._people)] if number % 2 else None
        yield _table(UserTask), {**self._task, **here, "id": task_id, "assignee_id": assignee}
        yield _table(Job), {**self._job, **here, "id": job_id}
        for group in self._groups:
            yield _table(TaskCandidate), {"task_id": task_id, "group_key": group["group_key"], "user_id": None}
        for participant in self._participants:
            yield _table(Participant), {**participant, "root_id": number}


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def _of(connection: Connection, table: Any, column: str, value: Any) -> Iterator[Row]:
    return (dict(row) for row in connection.execute(select(table).where(table.c[column] == value)).mappings())


if __name__ == "__main__":
    answer(copy)
