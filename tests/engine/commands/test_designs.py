"""Designs: kept byte for byte whatever stands in them, never written over, of one organisation."""

from __future__ import annotations

from collections import Counter
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from engine.authorization import ENGINE
from engine.commands.create_design import TooManyDesigns, create_design
from engine.commands.discard_design import discard_design
from engine.commands.rebase_design import NotTheNewestVersion, rebase_design
from engine.commands.save_design import Saved, save_design
from engine.definition.xml import MAX_BYTES
from engine.design_rows import DesignEnded, DesignTooLarge
from engine.engine import Engine
from engine.errors import Forbidden, Invalid, NotFound
from engine.models import Design, HistoryEvent
from engine.queries.design_detail import design_content, design_detail
from engine.queries.design_list import design_list
from tests.engine.definition.drawings import drawing, end, start, user
from tests.engine.drawings import ONE_STEP, TWO_STEPS
from tests.engine.together import at_once, sound
from tests.factories import CLIENT, OTHER_CLIENT, actor, deploy, fetch

CHIEF, SECOND = actor("chief"), actor("second")
BROKEN = b"\xff\xfe<not a diagram \0 at all"


def begin(engine: Engine, content: bytes = ONE_STEP, kind: str = "process") -> int:
    return engine.run(create_design, CHIEF, CLIENT, kind, content=content).id


def content(engine: Engine, design_id: int) -> bytes:
    with engine.read() as connection:
        return design_content(connection, ENGINE, design_id).content


def row(engine: Engine, design_id: int) -> Any:
    return fetch(engine, select(Design.__table__).where(Design.id == design_id))[0]


def told(engine: Engine) -> list[dict[str, Any]]:
    """The facts of no case, without publications."""
    rows = fetch(engine, select(HistoryEvent.facts).where(HistoryEvent.root_id.is_(None)).order_by(HistoryEvent.id))
    facts = [fact for (text,) in rows for fact in orjson.loads(text)]
    return [fact for fact in facts if not fact["type"].endswith("_published")]


def test_what_does_not_parse_is_kept_byte_for_byte(engine: Engine) -> None:
    design = begin(engine)
    assert engine.run(save_design, CHIEF, design, 1, BROKEN) == Saved(design, 2)
    assert content(engine, design) == BROKEN
    kept = row(engine, design)
    assert (kept.key, kept.name, kept.revision) == ("one_step", "one_step", 2)  # as it could last be read
    with engine.read() as connection:
        verdict = engine.resources.design_kinds["process"].check(connection, CLIENT, BROKEN)
    assert verdict.publishable is False
    assert verdict.findings


def test_the_key_follows_the_content(engine: Engine) -> None:
    design = begin(engine)
    engine.run(save_design, CHIEF, design, 1, TWO_STEPS)
    assert (row(engine, design).key, row(engine, design).name) == ("two_steps", "两步")


def test_the_second_to_save_writes_nothing_over_and_loses_nothing(engine: Engine) -> None:
    design = begin(engine)
    engine.run(save_design, CHIEF, design, 1, TWO_STEPS)
    other = TWO_STEPS + b"<!-- other -->"
    saved = engine.run(save_design, SECOND, design, 1, other)
    assert saved.id != design
    assert saved.beside is not None
    assert (saved.beside.revision, saved.beside.how, saved.beside.changed_by) == (2, "saved", "CHIEF")
    assert saved.beside.changed_at == "2026-11-20T02:00:00Z"
    assert content(engine, design) == TWO_STEPS
    kept = row(engine, saved.id)
    assert (kept.content, kept.split_from, kept.key, kept.revision) == (other, design, "two_steps", 1)
    assert kept.editors == [CHIEF.id, SECOND.id]
    assert engine.run(save_design, SECOND, design, 1, other).id == saved.id  # sent again: kept once
    assert engine.run(save_design, SECOND, design, 1, TWO_STEPS) == Saved(design, 2)  # it stands there already


def test_of_eight_at_the_same_moment_one_wins_and_seven_are_kept(engine: Engine) -> None:
    design = begin(engine)
    sent = [TWO_STEPS + b"<!-- %d -->" % number for number in range(8)]
    people = [CHIEF, SECOND] * 4
    answers: list[Saved] = []

    def save(number: int) -> None:
        answers.append(engine.run(save_design, people[number], design, 1, sent[number]))

    assert at_once(*(lambda n=n: save(n) for n in range(8))) == {"done": 8}
    assert Counter(answer.beside is None for answer in answers) == {True: 1, False: 7}
    assert len({answer.id for answer in answers}) == 8
    assert sorted(content(engine, answer.id) for answer in answers) == sorted(sent)
    assert row(engine, design).revision == 2
    assert sound(engine)


@pytest.mark.parametrize("how", ["discarded"])
def test_what_is_sent_to_a_design_that_has_ended_is_kept(engine: Engine, how: str) -> None:
    design = begin(engine)
    engine.run(discard_design, SECOND, design)
    saved = engine.run(save_design, CHIEF, design, 1, TWO_STEPS)
    assert saved.beside is not None
    assert (saved.beside.how, saved.beside.changed_by) == (how, "SECOND")
    assert content(engine, saved.id) == TWO_STEPS
    with pytest.raises(DesignEnded, match="discarded"):
        engine.run(discard_design, CHIEF, design)


def test_only_what_is_too_large_is_refused(engine: Engine) -> None:
    design = begin(engine)
    engine.run(save_design, CHIEF, design, 1, b"x" * MAX_BYTES)
    with pytest.raises(DesignTooLarge, match=str(MAX_BYTES + 1)):
        engine.run(save_design, CHIEF, design, 2, b"x" * (MAX_BYTES + 1))
    assert content(engine, design) == b"x" * MAX_BYTES


def test_a_design_begins_with_a_version_a_file_or_an_empty_model(engine: Engine) -> None:
    base = deploy(engine, ONE_STEP)
    copy = engine.run(create_design, CHIEF, CLIENT, "process", base_id=base.definition_id).id
    assert (row(engine, copy).content, row(engine, copy).base_id, row(engine, copy).editors) == (
        ONE_STEP,
        base.definition_id,
        [],
    )
    imported = row(engine, begin(engine, ONE_STEP + b"\n"))
    assert (imported.base_id, imported.editors) == (base.definition_id, [CHIEF.id])
    empty = row(engine, engine.run(create_design, CHIEF, CLIENT, "process", key="patrol", name="巡检<一>").id)
    assert (empty.key, empty.name, empty.base_id, empty.editors) == ("patrol", "巡检<一>", None, [])
    table = row(engine, engine.run(create_design, CHIEF, CLIENT, "decision", key="level", name="等级").id)
    assert (table.kind, table.key, table.name) == ("decision", "level_file", "等级")
    with pytest.raises(Invalid):
        engine.run(create_design, CHIEF, CLIENT, "process")
    with pytest.raises(Invalid):
        engine.run(create_design, CHIEF, CLIENT, "poem", key="x")
    with pytest.raises(NotFound):
        engine.run(create_design, CHIEF, CLIENT, "process", base_id=999)


def test_history_tells_the_first_save_of_each_editor(engine: Engine) -> None:
    base = deploy(engine, ONE_STEP)
    design = engine.run(create_design, CHIEF, CLIENT, "process", base_id=base.definition_id).id
    for number in range(1, 4):
        engine.run(save_design, CHIEF, design, number, TWO_STEPS + b"\n" * number)
    engine.run(save_design, SECOND, design, 4, TWO_STEPS)
    kept = engine.run(save_design, CHIEF, design, 2, ONE_STEP).id
    engine.run(discard_design, CHIEF, design)
    of = {"design": design, "kind": "process"}
    assert told(engine) == [
        {"type": "design_created", **of, "from": "published", "base": base.definition_id},
        {"type": "design_edited", **of, "key": "two_steps", "revision": 2},
        {"type": "design_edited", **of, "key": "two_steps", "revision": 5},
        {"type": "design_kept", "design": kept, "kind": "process", "beside": design, "revision": 5},
        {"type": "design_discarded", **of, "key": "two_steps", "revision": 5},
    ]
    assert row(engine, design).editors == [CHIEF.id, SECOND.id]


def test_designs_of_another_organisation_are_not_there(engine: Engine) -> None:
    design, stranger = begin(engine), actor("stranger")
    for command, arguments in ((save_design, (1, b"x")), (discard_design, ()), (rebase_design, (1,))):
        with pytest.raises(NotFound):
            engine.run(command, stranger, design, *arguments)
    base = deploy(engine, ONE_STEP)
    with pytest.raises(NotFound):
        engine.run(create_design, stranger, OTHER_CLIENT, "process", base_id=base.definition_id)
    with engine.read() as connection:
        with pytest.raises(NotFound):
            design_content(connection, stranger, design)
        with pytest.raises(NotFound):
            design_detail(connection, stranger, engine.resources.design_kinds, design)
        assert design_list(connection, stranger).items == []
        assert [one.id for one in design_list(connection, CHIEF).items] == [design]


def test_who_may_not_edit_does_not(engine: Engine) -> None:
    design, clerk = begin(engine), actor("clerk1")
    for command, arguments in ((save_design, (1, b"x")), (discard_design, ()), (rebase_design, (1,))):
        with pytest.raises(Forbidden):
            engine.run(command, clerk, design, *arguments)
    with pytest.raises(Forbidden):
        engine.run(create_design, clerk, CLIENT, "process", key="x")


def test_a_design_is_taken_on_to_the_newest_version_by_hand(engine: Engine) -> None:
    first = deploy(engine, ONE_STEP).definition_id
    design = engine.run(create_design, CHIEF, CLIENT, "process", base_id=first).id
    engine.run(save_design, CHIEF, design, 1, ONE_STEP + b"<!-- mine -->")
    kinds = engine.resources.design_kinds
    with engine.read() as connection:
        assert design_detail(connection, CHIEF, kinds, design).outdated is False
    second = deploy(engine, ONE_STEP + b"<!-- theirs -->").definition_id
    with engine.read() as connection:
        detail = design_detail(connection, CHIEF, kinds, design)
    assert detail.outdated is True
    assert detail.base is not None
    assert detail.newest is not None
    assert (detail.base.version, detail.newest.version) == (1, 2)
    with pytest.raises(NotTheNewestVersion):
        engine.run(rebase_design, CHIEF, design, first)
    engine.run(rebase_design, CHIEF, design, second)
    with engine.read() as connection:
        assert design_detail(connection, CHIEF, kinds, design).outdated is False


def test_an_organisation_has_so_many_open_designs_at_most(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.commands.create_design.MAX_OPEN", 2)
    design = begin(engine)
    begin(engine)
    with pytest.raises(TooManyDesigns, match="2 open designs"):
        begin(engine)
    saved = engine.run(save_design, CHIEF, design, 9, TWO_STEPS)  # what would be lost is kept all the same
    assert saved.beside is not None
    engine.run(discard_design, CHIEF, saved.id)
    engine.run(discard_design, CHIEF, design)
    begin(engine, drawing("p", [start("s"), user("a", "办理", assignee="wang"), end("e")], ["s -> a -> e"]))
