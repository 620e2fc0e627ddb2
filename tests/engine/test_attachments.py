"""Attachments come to belong to a case: once, in the command's transaction, with a fact that names their hash."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update

from engine.attachments import MAX_PER_CASE, TooManyAttachments, bind, usable
from engine.audit import verify
from engine.clock import ManualClock
from engine.engine import Engine
from engine.errors import Conflict, Invalid
from engine.files import FileStore
from engine.models import Attachment
from engine.unit_of_work import UnitOfWork
from tests import pictures
from tests.conftest import T0
from tests.engine.attached import keep, person, photo, submit
from tests.engine.drawings import ONE_STEP
from tests.engine.together import at_once
from tests.factories import CLIENT, KEY, deploy, everything, fetch, open_ticket, told


@pytest.fixture
def ticket(engine: Engine) -> int:
    deploy(engine, ONE_STEP)
    return open_ticket(engine, "one_step").instance_id


def owner(engine: Engine, attachment: str) -> tuple[int | None, int | None]:
    """(root id, organisation id)"""
    rows = fetch(engine, select(Attachment.root_id, Attachment.organisation_id).where(Attachment.id == attachment))
    return rows[0][0], rows[0][1]


def test_a_form_takes_them_with_their_hash_in_history(engine: Engine, ticket: int, tmp_path: Path) -> None:
    upload = photo(tmp_path)
    first, second = keep(engine, upload), keep(engine, upload, "clerk1")
    assert (owner(engine, first), first != second) == ((None, None), True)
    engine.run(submit, person("clerk1"), ticket, [second, first, second])
    assert owner(engine, first) == owner(engine, second) == (ticket, CLIENT)
    row = told(engine, ticket)[-1]
    common = {"file": "现场.jpg", "kind": "photo", "sha256": upload.sha256, "size": upload.size}
    assert row.facts == [
        {"type": "attached", "element": "a", "name": "办理", "attachment": id, **common} for id in (second, first)
    ]
    with engine.read() as connection:
        assert verify(connection, KEY).damages == ()


def test_what_belongs_to_the_case_already_is_no_new_fact(engine: Engine, ticket: int, tmp_path: Path) -> None:
    id = keep(engine, photo(tmp_path))
    engine.run(submit, person("clerk1"), ticket, [id])
    before = len(told(engine, ticket))
    engine.run(submit, person("clerk2"), ticket, [id])
    assert len(told(engine, ticket)) == before


def test_usable_is_of_this_case_or_ones_own_of_none(engine: Engine, ticket: int, tmp_path: Path) -> None:
    other = open_ticket(engine, "one_step").instance_id
    upload = photo(tmp_path)
    own, foreign, here, elsewhere = (keep(engine, upload, by) for by in ("clerk1", "clerk2", "clerk2", "clerk1"))
    engine.run(submit, person("clerk2"), ticket, [here])
    engine.run(submit, person("clerk1"), other, [elsewhere])
    asked = [own, foreign, here, elsewhere, "f" * 32, "", "x\0y", own.upper() + "'"]
    with engine.read() as connection:
        found = usable(connection, person("clerk1"), ticket, asked)
        assert set(found) == {own, here}
        assert set(usable(connection, person("clerk1"), None, asked)) == {own}
    one = found[own]
    assert (one.root_id, one.uploaded_at, one.taken_at) == (None, T0, T0.replace(hour=1, minute=41, second=30))
    assert (one.latitude, one.longitude) == pytest.approx(pictures.PLACE, abs=1e-5)
    assert (one.sha256, one.size, one.width, one.media_type) == (upload.sha256, upload.size, 640, "image/jpeg")


def test_a_refused_form_takes_nothing(engine: Engine, ticket: int, tmp_path: Path) -> None:
    own, foreign = keep(engine, photo(tmp_path)), keep(engine, photo(tmp_path), "clerk2")
    before = everything(engine)
    with pytest.raises(Invalid):
        engine.run(submit, person("clerk1"), ticket, [own, foreign])
    assert everything(engine) == before


def test_to_take_what_nobody_has_judged_changes_nothing(engine: Engine, ticket: int, tmp_path: Path) -> None:
    def careless(uow: UnitOfWork, ids: list[str]) -> None:
        bind(uow.instance(ticket, ticket).context(None), ids)

    own, foreign = keep(engine, photo(tmp_path)), keep(engine, photo(tmp_path), "clerk2")
    before = everything(engine)
    with pytest.raises(Conflict):
        engine.run(careless, person("clerk1"), [own, foreign])
    assert everything(engine) == before


def test_a_case_keeps_so_many_and_no_more(engine: Engine, ticket: int, tmp_path: Path) -> None:
    id = keep(engine, photo(tmp_path))

    def fill(uow: UnitOfWork) -> None:
        one = dict(uow.connection.execute(select(Attachment.__table__)).mappings().one())
        rows = [{**one, "id": f"{number:032x}", "root_id": ticket} for number in range(MAX_PER_CASE)]
        uow.connection.execute(insert(Attachment), rows)

    engine.run(fill, person("clerk1"))
    with pytest.raises(TooManyAttachments):
        engine.run(submit, person("clerk1"), ticket, [id])
    assert owner(engine, id) == (None, None)


def test_two_cases_that_want_one_upload_at_the_same_moment(engine: Engine, ticket: int, tmp_path: Path) -> None:
    for _ in range(5):
        id, other = keep(engine, photo(tmp_path)), open_ticket(engine, "one_step").instance_id
        ends = at_once(*(partial(engine.run, submit, person("clerk1"), case, [id]) for case in (ticket, other)))
        assert ends == {"done": 1, "invalid": 1}
        root, _ = owner(engine, id)
        attached = [
            case
            for case in (ticket, other)
            for row in told(engine, case)
            for fact in row.facts
            if fact["type"] == "attached" and fact["attachment"] == id
        ]
        assert attached == [root]


def test_two_uploads_of_the_same_bytes_at_the_same_moment(engine: Engine, tmp_path: Path) -> None:
    ends = at_once(*(lambda by=by: keep(engine, photo(tmp_path), by) for by in ("clerk1", "clerk2", "clerk1", "chief")))
    assert ends == {"done": 4}
    assert fetch(engine, select(func.count()).select_from(Attachment)) == [(4,)]
    assert len(list(FileStore(tmp_path).names())) == 2  # the photo and its thumbnail, each once


def test_a_case_never_loses_an_attachment_to_another(engine: Engine, ticket: int, tmp_path: Path) -> None:
    id, other = keep(engine, photo(tmp_path)), open_ticket(engine, "one_step").instance_id
    engine.run(submit, person("clerk1"), ticket, [id])
    with pytest.raises(Invalid):
        engine.run(submit, person("clerk1"), other, [id])
    assert owner(engine, id) == (ticket, CLIENT)


def test_the_tables_refuse_a_place_that_is_none(engine: Engine, clock: ManualClock, tmp_path: Path) -> None:
    id = keep(engine, photo(tmp_path))

    def move(uow: UnitOfWork) -> None:
        uow.connection.execute(update(Attachment).where(Attachment.id == id).values(latitude=91))

    with pytest.raises(Exception, match="ck_attachment_latitude"):
        engine.run(move, person("clerk1"))
