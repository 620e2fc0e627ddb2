"""Uploads are kept: as one's own, or in a case at once; a death between file and row leaves a file and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from engine.commands.add_attachment import MAX_UNBOUND, TooManyUploads, add_attachment
from engine.commands.cancel_instance import cancel_instance
from engine.commands.claim_task import claim_task
from engine.engine import Engine
from engine.errors import Forbidden, Invalid, NotFound, TaskNotOpen, TaskTaken
from engine.files import FileStore
from engine.models import Attachment
from engine.unit_of_work import UnitOfWork
from engine.uploads import Upload, receive
from tests import pictures
from tests.conftest import T0
from tests.engine.attached import keep, person, photo
from tests.engine.drawings import ONE_STEP
from tests.factories import actor, deploy, everything, fetch, open_tasks, open_ticket, told


@pytest.fixture
def ticket(engine: Engine) -> int:
    deploy(engine, ONE_STEP)
    return open_ticket(engine, "one_step").instance_id


def row(engine: Engine, id: str) -> Any:
    return fetch(engine, select(Attachment.__table__).where(Attachment.id == id))[0]


def test_in_a_case_at_once_with_a_fact_also_when_it_has_ended(engine: Engine, ticket: int, tmp_path: Path) -> None:
    engine.run(cancel_instance, actor("chief"), ticket, "x")
    upload = photo(tmp_path)
    id = keep(engine, upload, "clerk2", instance_id=ticket)
    last = told(engine, ticket)[-1]
    fact = {"type": "attached", "attachment": id, "file": "现场.jpg", "kind": "photo"}
    assert last.facts == [{**fact, "sha256": upload.sha256, "size": upload.size}]
    assert (last.actor, last.command) == ("clerk2", "add_attachment")
    assert row(engine, id).root_id == ticket


def test_for_the_form_of_a_task_it_stays_ones_own(engine: Engine, ticket: int, tmp_path: Path) -> None:
    task, before = open_tasks(engine, ticket)["a"], len(told(engine, ticket))
    id = keep(engine, photo(tmp_path), task_id=task)
    assert (row(engine, id).root_id, len(told(engine, ticket))) == (None, before)


def test_who_may_not_add_or_see_or_work_is_told_and_nothing_is_kept(
    engine: Engine, ticket: int, tmp_path: Path
) -> None:
    task = open_tasks(engine, ticket)["a"]
    engine.run(claim_task, actor("clerk1"), task)
    before, upload = everything(engine), photo(tmp_path)
    for who, where, refusal in (
        (actor("clerk1"), {}, Forbidden),
        (person("stranger"), {"instance_id": ticket}, NotFound),
        (person("clerk1"), {"instance_id": 999_999}, NotFound),
        (person("stranger"), {"task_id": task}, NotFound),
        (person("clerk1"), {"task_id": "0" * 32}, NotFound),
        (person("clerk2"), {"task_id": task}, TaskTaken),
        (person("clerk1"), {"task_id": task, "instance_id": ticket}, Invalid),
    ):
        with pytest.raises(refusal):
            engine.run(add_attachment, who, upload, **where)
    assert everything(engine) == before


def test_the_task_must_still_be_open(engine: Engine, ticket: int, tmp_path: Path) -> None:
    task = open_tasks(engine, ticket)["a"]
    engine.run(cancel_instance, actor("chief"), ticket, "x")
    with pytest.raises(TaskNotOpen):
        keep(engine, photo(tmp_path), task_id=task)


def test_a_person_has_at_most_a_hundred_of_no_case(engine: Engine, ticket: int, tmp_path: Path) -> None:
    upload = photo(tmp_path)
    keep(engine, upload)

    def fill(uow: UnitOfWork) -> None:
        one = dict(uow.connection.execute(select(Attachment.__table__)).mappings().one())
        rows = [{**one, "id": f"{number:032x}"} for number in range(MAX_UNBOUND - 2)]
        uow.connection.execute(insert(Attachment), rows)

    engine.run(fill, person("clerk1"))
    keep(engine, upload)
    with pytest.raises(TooManyUploads):
        keep(engine, upload)
    keep(engine, upload, "clerk2")  # others are not concerned
    keep(engine, upload, "clerk1", instance_id=ticket)  # nor are cases


@pytest.mark.parametrize(
    ("camera", "device", "kept"),
    [
        ({}, None, datetime(2026, 11, 20, 1, 41, 30, tzinfo=UTC)),
        ({}, T0 - timedelta(hours=3), datetime(2026, 11, 20, 1, 41, 30, tzinfo=UTC)),
        ({"time": "1970:01:01 00:00:00"}, T0 - timedelta(hours=3), T0 - timedelta(hours=3)),
        ({"time": "2031:01:01 00:00:00"}, T0 - timedelta(hours=3), T0 - timedelta(hours=3)),
        ({"time": "2031:01:01 00:00:00"}, None, None),
        ({"time": "none"}, T0 + timedelta(minutes=10), T0 + timedelta(minutes=10)),
    ],
)
def test_the_capture_time_is_the_cameras_else_the_devices(
    engine: Engine, tmp_path: Path, camera: dict[str, str], device: datetime | None, kept: datetime | None
) -> None:
    upload = receive(FileStore(tmp_path), "photo", "x.jpg", pictures.photo(**camera), taken_at=device)
    assert row(engine, keep(engine, upload)).taken_at == kept


@pytest.mark.parametrize("device", [T0 + timedelta(minutes=11), datetime(1999, 12, 31, tzinfo=UTC)])
def test_a_capture_time_of_the_device_that_cannot_be_is_refused(
    engine: Engine, tmp_path: Path, device: datetime
) -> None:
    before = everything(engine)
    upload = receive(FileStore(tmp_path), "photo", "x.jpg", pictures.photo(time="none"), taken_at=device)
    with pytest.raises(Invalid) as refused:
        keep(engine, upload)
    assert refused.value.fields["taken_at"][0]["code"] == "time_impossible"
    assert everything(engine) == before


def test_a_death_between_file_and_row_leaves_only_a_file(engine: Engine, ticket: int, tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    def dying(uow: UnitOfWork, upload: Upload) -> None:
        add_attachment(uow, upload, instance_id=ticket)
        raise Killed

    before, upload = everything(engine), photo(tmp_path)
    with pytest.raises(Killed):
        engine.run(dying, person("clerk1"), upload)
    assert everything(engine) == before
    assert len(FileStore(tmp_path).read(upload.sha256)) == upload.size
    keep(engine, photo(tmp_path), instance_id=ticket)  # sent again, it takes the file that is there
    assert len(list(FileStore(tmp_path).names())) == 2
