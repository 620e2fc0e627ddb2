"""One's own uploads may be taken back until they belong to a case; old ones go by themselves."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.discard_attachment import AttachmentBound, discard_attachment
from engine.commands.tidy_attachments import AGE, tidy_attachments
from engine.engine import Engine
from engine.errors import Forbidden, NotFound
from engine.models import Attachment
from tests.conftest import T0
from tests.engine.attached import keep, person, photo
from tests.engine.drawings import ONE_STEP
from tests.factories import actor, deploy, everything, fetch, open_ticket


def test_ones_own_goes(engine: Engine, tmp_path: Path) -> None:
    id, other = keep(engine, photo(tmp_path)), keep(engine, photo(tmp_path))
    engine.run(discard_attachment, person("clerk1"), id)
    assert fetch(engine, select(Attachment.id)) == [(other,)]
    with pytest.raises(NotFound):
        engine.run(discard_attachment, person("clerk1"), id)


def test_what_is_not_ones_own_stays(engine: Engine, tmp_path: Path) -> None:
    deploy(engine, ONE_STEP)
    ticket = open_ticket(engine, "one_step").instance_id
    loose, bound = keep(engine, photo(tmp_path)), keep(engine, photo(tmp_path), instance_id=ticket)
    before = everything(engine)
    for who, id, refusal in (
        (person("clerk2"), loose, NotFound),
        (person("clerk1"), bound, AttachmentBound),
        (person("clerk2"), bound, AttachmentBound),
        (person("stranger"), bound, NotFound),
        (actor("clerk1"), loose, Forbidden),
    ):
        with pytest.raises(refusal):
            engine.run(discard_attachment, who, id)
    assert everything(engine) == before


def test_after_seven_days_what_belongs_to_no_case_goes(engine: Engine, clock: ManualClock, tmp_path: Path) -> None:
    deploy(engine, ONE_STEP)
    ticket = open_ticket(engine, "one_step").instance_id
    keep(engine, photo(tmp_path))
    bound = keep(engine, photo(tmp_path), instance_id=ticket)
    clock.move_to(T0 + AGE)
    young = keep(engine, photo(tmp_path))
    assert engine.run(tidy_attachments, ENGINE) == 0
    clock.move_to(T0 + AGE + timedelta(seconds=1))
    assert engine.run(tidy_attachments, ENGINE) == 1
    assert {id for (id,) in fetch(engine, select(Attachment.id))} == {bound, young}
    with pytest.raises(Forbidden):
        engine.run(tidy_attachments, person("chief"))
