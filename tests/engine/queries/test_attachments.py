"""Attachments are read by whoever may see their case; of no case, by their uploader alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.authorization import ENGINE
from engine.engine import Engine
from engine.errors import NotFound
from engine.queries.attachments import attachment_content, attachment_detail, attachments, contents
from tests.engine.attached import keep, person, photo
from tests.engine.queries.scene import set_scene


def seen(engine: Engine, who: str, id: str) -> bool:
    """By both queries alike."""
    answers = []
    with engine.read() as connection:
        for query in (attachment_detail, attachment_content):
            try:
                answers.append(query(connection, person(who), id).name == "现场.jpg")
            except NotFound:
                answers.append(False)
    assert len(set(answers)) == 1
    return answers[0]


def test_each_sees_those_of_the_cases_he_or_she_sees(engine: Engine, tmp_path: Path) -> None:
    scene = set_scene(engine)
    upload = photo(tmp_path)
    own = keep(engine, upload, instance_id=scene.own)
    shared = keep(engine, upload, instance_id=scene.shared)
    reported = keep(engine, upload, "reporter", instance_id=scene.reported)
    loose = keep(engine, upload, "clerk2")
    readers = {
        own: {"clerk1", "clerk2"},
        shared: {"clerk1", "clerk2", "fitter"},
        reported: {"clerk1", "clerk2", "reporter"},
        loose: {"clerk2"},
    }
    people = ("clerk1", "clerk2", "reporter", "fitter", "outsider", "stranger")
    assert {id: {who for who in people if seen(engine, who, id)} for id in readers} == readers
    with engine.read() as connection:
        for case, id in ((scene.own, own), (scene.shared, shared), (scene.reported, reported)):
            for who in people:
                try:
                    found = [one.id for one in attachments(connection, person(who), case)]
                except NotFound:
                    found = []
                assert found == ([id] if who in readers[id] else [])
        assert attachment_detail(connection, ENGINE, loose).uploader == "CLERK2"


def test_a_content_is_the_original_or_its_thumbnail(engine: Engine, tmp_path: Path) -> None:
    upload = photo(tmp_path)
    id = keep(engine, upload)
    with engine.read() as connection:
        assert attachment_content(connection, person("clerk1"), id).sha256 == upload.sha256
        small = attachment_content(connection, person("clerk1"), id, thumbnail=True)
        assert small.sha256 == upload.thumbnail_sha256
        assert sorted(contents(connection)) == sorted([(id, upload.sha256), (id, small.sha256)])
        with pytest.raises(NotFound):
            attachments(connection, person("clerk1"), 999_999)
